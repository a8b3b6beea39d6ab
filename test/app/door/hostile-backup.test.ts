/**
 * A backup is sealed to the practice's public box key and signed by nobody: whoever has the roster can make a file that
 * opens. These files are made so; what they can do to who restores them is tested here.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { fromUtf8, toHex, toUtf8 } from '../../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../../src/base/codec.ts';
import type { Session } from '../../../src/app/session.ts';
import { lockboxKey } from '../../../src/app/door/lockbox-key.ts';
import { openBackup, sealBackup } from '../../../src/crypto/backup.ts';
import { generateBoxKeys } from '../../../src/crypto/box.ts';
import { openLockboxWithRecovery } from '../../../src/crypto/lockbox.ts';
import { phraseToRootKeys } from '../../../src/crypto/recovery-phrase.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { adaWith } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, until, World } from '../support/world.ts';

const quiet = (): void => undefined;
const random = seededRandom('hostile backup');

type BackupRecord = readonly CborValue[];
type Json = Record<string, unknown>;

describe('[ATTACK-45] a made-up backup file', () => {
  let world: World;
  let phrase: string;
  let clinic: Session;
  let honest: readonly Bytes[];
  let restored: Session | undefined;

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('alice')).newRecoveryPhrase();
    clinic = await world.newPractice('alice', { recoveryPhrase: phrase });
    await importText(clinic, adaWith());
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    honest = await contentOf(file);
    await clinic.lock();
  });

  afterEach(async () => {
    await restored?.lock();
    restored = undefined;
  });

  const rootBox = () => mustBeOk(phraseToRootKeys(phrase)).box;

  async function contentOf(file: Blob): Promise<readonly Bytes[]> {
    return mustBeOk(openBackup(new Uint8Array(await file.arrayBuffer()), rootBox()));
  }

  /** The honest file with records replaced, sealed again by somebody who knows public keys alone. */
  async function madeUp(change: (record: BackupRecord) => BackupRecord): Promise<Blob> {
    const pieces: Bytes[] = [];
    const records = honest.map((bytes) => encodeCanonical(change(mustBeOk(decodeCanonical(bytes)) as BackupRecord)));
    for await (const piece of sealBackup(records, rootBox().publicKey, random)) pieces.push(piece);
    return new Blob(pieces);
  }

  const practiceWith =
    (change: Json) =>
    (record: BackupRecord): BackupRecord => {
      if (record[0] !== 'practice') return record;
      const json = JSON.parse(mustHave(fromUtf8(record[3] as Uint8Array))) as Json;
      return [...record.slice(0, 3), toUtf8(JSON.stringify({ ...json, ...change }))];
    };

  async function restore(file: Blob): Promise<string> {
    const door = await world.door('fresh');
    const result = await door.restore(file, phrase, 'a new passphrase here', 'new laptop', quiet);
    if (result.ok) restored = result.value;
    return result.ok ? 'ok' : result.reason;
  }

  test('[ID-6] cannot have the vault and later backups sealed to a key of its maker', async () => {
    const attacker = generateBoxKeys(random);
    const said = await restore(await madeUp(practiceWith({ rootBoxKey: toHex(attacker.publicKey) })));
    expect(['ok', 'damaged']).toContain(said);
    if (said !== 'ok') return;
    const store = mustBeOk(await world.ports('fresh').openStore(quiet));
    const lockbox = mustHave(await store.sealed(lockboxKey));
    store.close();
    expect(openLockboxWithRecovery(lockbox, attacker).ok).toBe(false);
    expect(openLockboxWithRecovery(lockbox, rootBox()).ok).toBe(true);
    const { file } = mustBeOk(await mustHave(restored).backUp(quiet, new AbortController().signal));
    expect(openBackup(new Uint8Array(await file.arrayBuffer()), attacker).ok).toBe(false);
  });

  test('cannot put another name over a chart for longer than it takes to read the chart', async () => {
    const renamed = (record: BackupRecord): BackupRecord => {
      if (record[0] !== 'index') return record;
      const charts = JSON.parse(mustHave(fromUtf8(record[1] as Uint8Array))) as Json[];
      return ['index', toUtf8(JSON.stringify(charts.map((chart) => ({ ...chart, name: 'Somebody Else' }))))];
    };
    expect(await restore(await madeUp(renamed))).toBe('ok');
    await until(() => mustHave(restored).charts[0]?.name === 'Ada Okafor');
  });

  test('cannot name another chart, or none, as the practice book', async () => {
    const other = clinic.charts[0]?.id;
    expect(await restore(await madeUp(practiceWith({ book: 'ab'.repeat(32) })))).toBe('damaged');
    expect(await restore(await madeUp(practiceWith({ book: other })))).toBe('damaged');
  });

  test('with text that is no JSON, or JSON of another shape, is refused, and the next restore works', async () => {
    const replaced =
      (kind: string, text: string) =>
      (record: BackupRecord): BackupRecord =>
        record[0] === kind ? [...record.slice(0, -1), toUtf8(text)] : record;
    for (const text of ['{', '7', '[null]', '{"a":1}', '[{"v":1,"id":"x"}]', '[{"v":1,"id":7}]'])
      expect(['damaged', 'ok']).toContain(await restoredAndForgotten(await madeUp(replaced('index', text))));
    for (const text of ['{', '[]', '{"v":1,"practice":7}', '{"v":1,"practice":["x"]}'])
      expect(await restore(await madeUp(replaced('practice', text)))).toBe('damaged');
    for (const change of [{ role: 7 }, { practiceName: { a: 1 } }, { personName: ['x'] }, { contactKey: 5 }])
      expect(await restore(await madeUp(practiceWith(change)))).toBe('damaged');
    expect(await restore(await madeUp((record) => record))).toBe('ok');
  });

  let forgotten = 0;
  /** In a profile of its own, since one that succeeds stays. */
  async function restoredAndForgotten(file: Blob): Promise<string> {
    const door = await world.door(`fresh-${++forgotten}`);
    const result = await door.restore(file, phrase, 'a new passphrase here', 'new laptop', quiet);
    if (!result.ok) return result.reason;
    expect(result.value.charts.map(({ name }) => name)).toEqual(expect.anything());
    expect(result.value.search('okafor')).toEqual(expect.anything());
    await result.value.lock();
    return 'ok';
  }
});

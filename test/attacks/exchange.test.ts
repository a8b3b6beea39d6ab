/** Files handed from practice to practice by somebody hostile: with real keys, the product's own code, and no duty to obey it (RE-5). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import { chartId, deviceId, idBytes, practiceId } from '../../src/base/ids.ts';
import type { PracticeContext } from '../../src/app/practice-context.ts';
import { aboutRecord, frameRecord, leavesRecords } from '../../src/app/exchange/exchange-records.ts';
import type { SavedExchange } from '../../src/app/exchange/exchange-acts.ts';
import type { Session } from '../../src/app/session.ts';
import { ExchangeFile, sealExchangeFile } from '../../src/crypto/exchange-file.ts';
import { generateSignKeys, type SignKeys } from '../../src/crypto/sign.ts';
import { encodeFrame } from '../../src/net/wire.ts';
import { breakIn } from '../app/support/break-in.ts';
import { adaWith, amlodipine, dose, textOf } from '../app/support/patient.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../app/support/world.ts';
import { seededRandom } from '../support/seeded-random.ts';

const quiet = (): void => undefined;
const never = new AbortController().signal;
const random = seededRandom('hostile exchange');

describe('a file from somebody hostile', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  /** The pharmacy's keys and disk in other hands. */
  let mallory: PracticeContext;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, adaWith(amlodipine));
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(mustHave(clinic.charts[0]).id, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor' && clinic.peers[0]?.waiting === 0);
    for (const session of [clinic, pharmacy]) world.cut(session);
    mallory = await breakIn(world, 'bob', 'correct horse battery');
  });

  afterEach(async () => {
    for (const session of [clinic, pharmacy]) await session.lock();
  });

  /** A file for the clinic that opens there. */
  async function fileOf(records: readonly Uint8Array[], keys: SignKeys, log = clinic.practice.id): Promise<Blob> {
    const roster = mallory.rosters.mustGet(clinic.practice.id);
    const recipients = [...roster.devices.values()].map(({ boxKey }) => boxKey);
    const pieces: Bytes[] = [];
    for await (const piece of sealExchangeFile(records, recipients, { keys, log: idBytes(log) }, random))
      pieces.push(piece);
    return new Blob([concatBytes(...pieces)]);
  }

  const about = (by: Session, keys: SignKeys, to = clinic) =>
    aboutRecord({
      practice: by.practice.id,
      device: deviceId(keys.publicKey),
      to: to.practice.id,
      at: Date.parse('2026-03-02T09:00:00Z'),
    });

  async function recordsOf({ file }: SavedExchange): Promise<Bytes[]> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const read = (start: number, end: number) => Promise.resolve(bytes.subarray(start, end));
    const opened = mustBeOk(await ExchangeFile.open({ size: bytes.length, read }, mallory.self.box));
    const records: Bytes[] = [];
    await opened.records((record) => Promise.resolve(records.push(record) > 0));
    return records;
  }

  const takenIn = (file: Blob) => clinic.exchange.takeIn(file, quiet, never);

  test('[ATTACK-61] is refused whole unless the device it names signed it, for this practice', async () => {
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    const saved = mustBeOk(await clinic.exchange.save({ practice: pharmacy.practice.id }, 'everything', quiet, never));
    const records = await recordsOf(saved);
    const { sign } = mallory.self;
    const stranger = generateSignKeys(random);

    // What the clinic signed for the pharmacy, sealed anew to the clinic: another header, so another signature.
    expect(await takenIn(await fileOf(records, sign))).toMatchObject({ reason: 'damaged' });
    // Signed by the device it names, but for somebody else.
    expect(await takenIn(await fileOf([about(pharmacy, sign, pharmacy)], sign, pharmacy.practice.id))).toMatchObject({
      reason: 'not-for-us',
    });
    expect(await takenIn(await fileOf([about(pharmacy, sign)], sign, pharmacy.practice.id))).toMatchObject({
      reason: 'damaged',
    });
    // A device nobody has, of a practice that is known; and of one that is not.
    expect(await takenIn(await fileOf([about(pharmacy, stranger)], stranger))).toMatchObject({
      reason: 'unknown-device',
    });
    expect(await takenIn(await fileOf([about(clinic, sign)], sign))).toMatchObject({ reason: 'unknown-device' });
    const nobody = { practice: { id: practiceId(random.bytes(32)) } } as Session;
    expect(await takenIn(await fileOf([about(nobody, stranger)], stranger))).toMatchObject({
      reason: 'unknown-practice',
    });
    // No word of who wrote it, or only later.
    expect(await takenIn(await fileOf([frameRecord(Uint8Array.of(1))], sign))).toMatchObject({ reason: 'damaged' });
    // And one that is in order.
    expect(mustBeOk(await takenIn(await fileOf([about(pharmacy, sign)], sign)))).toMatchObject({ changedCharts: 0 });
    expect(textOf(here, 'medications')).toContain('10 mg daily');
  });

  test('[ATTACK-61] of a removed device is refused, whenever it was saved', async () => {
    const before = mustBeOk(await pharmacy.exchange.save({ practice: clinic.practice.id }, 'everything', quiet, never));
    expect((await takenIn(before.file)).ok).toBe(true);
    // The pharmacy adds another device and removes this one, with no line to the clinic.
    world.heal();
    world.cut(clinic);
    const { link } = mustBeOk(await pharmacy.people.inviteDevice('admin'));
    const door = await world.door('bob2');
    const joined = door.join(
      {
        invitation: link,
        personName: 'Dr bob',
        deviceName: 'New',
        signInName: 'DB',
        passphrase: 'correct horse battery',
      },
      { code: quiet, progress: quiet },
      never,
    );
    await until(() => pharmacy.people.requests.length === 1);
    mustBeOk(await pharmacy.people.answer(mustHave(pharmacy.people.requests[0]).id, true));
    const second = mustBeOk(await joined);
    const isWithFriends = async () =>
      (await second.exchange.save({ practice: clinic.practice.id }, 'lacking', quiet, never)).ok;
    await until(isWithFriends);
    const late = mustBeOk(await pharmacy.exchange.save({ practice: clinic.practice.id }, 'everything', quiet, never));
    mustBeOk(await second.people.remove(pharmacy.practice.device));
    // The clinic has not heard of the removal, and of the new device neither: its file brings both.
    expect((await takenIn(late.file)).ok).toBe(true);
    const news = mustBeOk(await second.exchange.save({ practice: clinic.practice.id }, 'everything', quiet, never));
    expect((await takenIn(news.file)).ok).toBe(true);
    for (const { file } of [late, before]) expect(await takenIn(file)).toMatchObject({ reason: 'removed-device' });
    await second.lock();
  });

  test('[ATTACK-61] full of what cannot be taken ends soon, is told in words, and changes nothing', async () => {
    const { sign } = mallory.self;
    const made = random.bytes(32);
    const frames = [
      ...Array.from({ length: 20 }, () => frameRecord(random.bytes(40))),
      ...leavesRecords(new Map([[chartId(made), random.bytes(32)]])),
      about(pharmacy, sign),
      frameRecord(encodeFrame({ kind: 'bye', reason: 'closing' })),
      Uint8Array.of(9, 9, 9),
      frameRecord(
        encodeFrame({ kind: 'frontiers', charts: [{ chart: chartId(made), heads: [], sections: [] }], asks: false }),
      ),
      frameRecord(
        encodeFrame({
          kind: 'entries',
          sections: [{ chart: chartId(made), section: 'medications', entries: [random.bytes(300)] }],
        }),
      ),
    ];
    const few = mustBeOk(await takenIn(await fileOf([about(pharmacy, sign), ...frames], sign)));
    expect(few).toMatchObject({ changedCharts: 0, sameCharts: 0, stopped: false });
    expect(few.notTaken).toEqual([{ reason: 'broken', count: 24 }]);
    const flood = Array.from({ length: 1_000 }, () => frameRecord(random.bytes(8)));
    const many = mustBeOk(await takenIn(await fileOf([about(pharmacy, sign), ...flood], sign)));
    expect(many.stopped).toBe('too-many-faults');
    expect(many.notTaken).toEqual([{ reason: 'broken', count: 257 }]);
    expect(clinic.diagnostics().some(({ what, who }) => what === 'from a file' && who === pharmacy.practice.id)).toBe(
      true,
    );
    expect(clinic.charts).toHaveLength(1);
  });
});

/** One sealed file and 24 words, on a fresh machine. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, newProblemText, problem } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const quiet = (): void => undefined;

describe('backup and restore', () => {
  let world: World;
  let phrase: string;
  let clinic: Session;
  let peer: Session;

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('alice')).newRecoveryPhrase();
    clinic = await world.newPractice('alice', { recoveryPhrase: phrase });
    peer = await world.newPractice('bob');
    await importText(clinic, adaWith(problem()));
  });

  afterEach(async () => {
    await clinic.lock();
    await peer.lock();
  });

  async function restored(file: Blob, profile = 'fresh'): Promise<Session> {
    const door = await world.door(profile);
    return mustBeOk(await door.restore(file, phrase, 'a new passphrase here', 'new laptop', quiet));
  }

  test('[ID-6] a backup opened by the phrase alone on a fresh machine gives equal charts', async () => {
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    const before = mustBeOk(await clinic.exportChart(onlyChart(clinic).id)).text;
    await clinic.lock();
    clinic = await restored(file);
    expect(mustBeOk(await clinic.exportChart(onlyChart(clinic).id)).text).toBe(before);
    expect(clinic.practice.deviceName).toBe('new laptop');
  });

  test('a wrong phrase, a cut file and a foreign file are told apart and leave the profile empty', async () => {
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    const door = await world.door('fresh');
    const other = door.newRecoveryPhrase();
    const reason = async (blob: Blob, words: string): Promise<string> => {
      const result = await door.restore(blob, words, 'a new passphrase here', 'x', quiet);
      return result.ok ? 'ok' : result.reason;
    };
    expect(await reason(file, other)).toBe('wrong-recovery-phrase');
    expect(await reason(file.slice(0, file.size - 40), phrase)).toBe('truncated-backup');
    expect(await reason(new Blob(['hello']), phrase)).toBe('not-a-backup');
    expect((await world.door('fresh')).state).toBe('empty');
  });

  test('[CUT-8] [ATTACK-36] after a stale backup is restored, peers and practice converge and nothing forks', async () => {
    await meet(clinic, peer);
    const chart = onlyChart(clinic).id;
    mustBeOk(await clinic.share(chart, peer.practice.id, ['problems'], 'write'));
    await until(() => peer.charts[0]?.name === 'Ada Okafor');
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    const here = await opened(clinic);
    mustBeOk(await here.edit('problems', [newProblemText('written after the backup')]));
    const there = await opened(peer);
    const code = (open: typeof there) =>
      open.sections.get('problems')?.resources.get('Condition/c1')?.registers['code'];
    await until(() => code(there)?.includes('after the backup') === true);
    await clinic.lock();

    clinic = await restored(file);
    const again = await opened(clinic);
    await until(
      () => code(again)?.includes('after the backup') === true,
      'the restored practice gets what it had written',
    );
    mustBeOk(await again.edit('problems', [newProblemText('written after the restore')]));
    await until(
      () => code(there)?.includes('after the restore') === true,
      'the peer gets what the restored device writes',
    );
    expect(again.sections.get('problems')?.conflicts).toEqual([]);
    expect(peer.diagnostics().filter(({ what }) => what === 'fork')).toEqual([]);
  });

  test('[CH-6] [CH-7] a restored device that was not given the newest key writes all the same, and others read it', async () => {
    await meet(clinic, peer);
    const chart = onlyChart(clinic).id;
    mustBeOk(await clinic.share(chart, peer.practice.id, ['allergies'], 'write'));
    await until(() => peer.charts[0]?.name === 'Ada Okafor');
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    const allergy = (id: string) => {
      const resource = { resourceType: 'AllergyIntolerance', id, code: { text: `allergy ${id}` } };
      return { kind: 'create' as const, key: `AllergyIntolerance/${id}`, base: JSON.stringify(resource) };
    };
    // Its own key went to the devices there were, and the one that made it is not there to pass it on.
    mustBeOk(await (await opened(clinic)).edit('allergies', [allergy('before')]));
    const there = await opened(peer);
    const known = () => [...sectionOf(there, 'allergies').resources.keys()].sort();
    await until(() => known().length === 1);
    await clinic.lock();

    clinic = await restored(file);
    const again = await opened(clinic);
    await until(() => sectionOf(again, 'allergies').notYetReadable.length > 0, 'the entry it has no key for came');
    for (const id of ['one', 'two']) mustBeOk(await again.edit('allergies', [allergy(id)]));
    await until(() => known().length === 3, 'the peer reads what the restored device writes');
  });

  test('a practice restored twice still knows every device it ever had, and opens what each wrote', async () => {
    for (const profile of ['second', 'third', 'fourth']) {
      const open = await opened(clinic);
      mustBeOk(await open.edit('problems', [newProblemText(`before ${profile}`)]));
      const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
      await clinic.lock();
      clinic = await restored(file, profile);
    }
    const problems = sectionOf(await opened(clinic), 'problems');
    expect(problems.state).toBe('open');
    expect(problems.resources.get('Condition/c1')?.registers['code']).toContain('before fourth');
  });

  test('a practice that kept its charts to itself does so after a restore', async () => {
    mustBeOk(await clinic.updateSettings({ sharing: false }));
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    await clinic.lock();
    clinic = await restored(file);
    expect(clinic.settings.sharing).toBe(false);
    expect(clinic.status.network.state).toBe('off');
  });

  test('[ID-6] a forgotten passphrase is replaced by the recovery phrase', async () => {
    await clinic.lock();
    const door = await world.door('alice');
    clinic = mustBeOk(await door.recover(phrase, 'another long passphrase'));
    await clinic.lock();
    expect((await (await world.door('alice')).unlock('correct horse battery')).ok).toBe(false);
    clinic = mustBeOk(await (await world.door('alice')).unlock('another long passphrase'));
    expect(clinic.charts.length).toBe(1);
  });
});

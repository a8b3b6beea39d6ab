/**
 * Charts whose ciphertexts were let go for a snapshot (SN-1 to SN-3): everything a person sees or does is as before. Here
 * every section is worth a snapshot when its chart is put away, however small.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDB } from 'idb';
import type { LooseEntries } from '../../../src/app/sections/compaction.ts';
import { SectionSnapshots } from '../../../src/app/sections/section-snapshots.ts';
import type { ChartId } from '../../../src/base/ids.ts';
import type { Section } from '../../../src/base/sections.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { decodeSnapshot } from '../../../src/crypto/snapshot.ts';
import { openIdbStore } from '../../../src/store/idb-store.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  adaWith,
  amlodipine,
  dose,
  medicationKey,
  newProblemText,
  problem,
  problemKey,
  textOf,
} from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, opened, sectionOf, until, World } from '../support/world.ts';

vi.mock('../../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries > 0,
}));

describe('a chart of which snapshots were made', () => {
  let world: World;
  let clinic: Session;
  let phrase: string;
  let here: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('alice')).newRecoveryPhrase();
    clinic = await world.newPractice('alice', { recoveryPhrase: phrase });
    await importText(clinic, adaWith(amlodipine, problem()));
    here = await opened(clinic);
    for (const text of ['6 mg daily', '7 mg daily', '8 mg daily'])
      mustBeOk(await here.edit('medications', [dose(text)]));
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    await clinic.lock();
  });

  /** Closed, and everything that closing began is done. */
  async function putAway(session: Session, chart: OpenChart): Promise<void> {
    chart.close();
    mustBeOk(await session.exportChart(chart.id));
  }

  async function disk<T>(profile: string, look: (store: Store) => Promise<T>): Promise<T> {
    const store = mustBeOk(await openIdbStore(world.databaseOf(profile)));
    try {
      return await look(store);
    } finally {
      store.close();
    }
  }

  async function restart(profile = 'alice'): Promise<Session> {
    return mustBeOk(await (await world.door(profile)).unlock('correct horse battery'));
  }

  test('[SN-3] keeps heads and one snapshot a section, no ciphertext, and opens to the same with its history', async () => {
    const before = [textOf(here, 'medications'), textOf(here, 'problems'), here.history('medications', medicationKey)];
    const chart = here.id;
    await putAway(clinic, here);
    await clinic.lock();
    const kept = await disk('alice', (store) => onDisk(store, chart, 'medications'));
    expect(kept).toEqual({ heads: 4, covered: 4, entries: 0, snapshots: [4], damaged: 0 });
    clinic = await restart();
    here = await opened(clinic);
    expect([textOf(here, 'medications'), textOf(here, 'problems'), here.history('medications', medicationKey)]).toEqual(
      before,
    );
    expect(sectionOf(here, 'medications').state).toBe('open');
    expect(clinic.diagnostics()).toEqual([]);
  });

  test('[SN-3] what is written after one is covered by the next, and the one before goes with it', async () => {
    const chart = here.id;
    await putAway(clinic, here);
    here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('9 mg daily')]));
    await clinic.lock();
    expect(await disk('alice', (store) => onDisk(store, chart, 'medications'))).toMatchObject({ heads: 5, covered: 4 });
    clinic = await restart();
    here = await opened(clinic);
    expect(textOf(here, 'medications')).toContain('9 mg');
    expect(here.history('medications', medicationKey)).toHaveLength(5);
    await putAway(clinic, here);
    await clinic.lock();
    const kept = await disk('alice', (store) => onDisk(store, chart, 'medications'));
    expect(kept).toEqual({ heads: 5, covered: 5, entries: 0, snapshots: [5], damaged: 0 });
    clinic = await restart();
    here = await opened(clinic);
    expect(here.history('medications', medicationKey)).toHaveLength(5);
  });

  test('[RE-3] [SN-2] whoever is given the chart afterwards gets heads and a snapshot, checks it, and writes on', async () => {
    const chart = here.id;
    await putAway(clinic, here);
    // What became durable a moment ago is still in memory, with its ciphertext.
    await clinic.lock();
    clinic = await restart();
    const pharmacy = await world.newPractice('bob');
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(chart, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const there = await opened(pharmacy);
    await until(() => textOf(there, 'medications').includes('8 mg'));
    expect(there.history('medications', medicationKey)).toHaveLength(4);
    expect(there.history('medications', medicationKey)[0]?.author).toMatchObject({ personName: 'Dr alice' });
    mustBeOk(await there.edit('medications', [dose('9 mg daily')]));
    here = await opened(clinic);
    await until(() => textOf(here, 'medications').includes('9 mg'));
    await putAway(pharmacy, there);
    await pharmacy.lock();
    const kept = await disk('bob', (store) => onDisk(store, chart, 'medications'));
    expect(kept).toEqual({ heads: 5, covered: 5, entries: 0, snapshots: [5], damaged: 0 });
    const again = await restart('bob');
    expect(textOf(await opened(again), 'medications')).toContain('9 mg');
    expect(again.diagnostics()).toEqual([]);
    await again.lock();
  });

  test('[ATTACK-38] [SN-3] both sides compact what the other lacks, and neither loses anything', async () => {
    let pharmacy = await world.newPractice('bob');
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(here.id, pharmacy.practice.id, ['medications', 'problems'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    let there = await opened(pharmacy);
    await until(() => textOf(there, 'medications').includes('8 mg') && sectionOf(there, 'medications').canWrite);
    world.cut(clinic);
    for (const text of ['9 mg', '10 mg', '11 mg']) mustBeOk(await there.edit('medications', [dose(text)]));
    mustBeOk(await here.edit('problems', [newProblemText('Hypertension, treated')]));
    await Promise.all([putAway(clinic, here), putAway(pharmacy, there)]);
    await clinic.lock();
    await pharmacy.lock();
    clinic = await restart();
    pharmacy = await restart('bob');
    world.heal();
    there = await opened(pharmacy);
    here = await opened(clinic);
    // Compaction goes on while entries come and go.
    for (let i = 0; i < 3; i++) {
      here.close();
      there.close();
      here = await opened(clinic);
      there = await opened(pharmacy);
    }
    await until(() => textOf(here, 'medications').includes('11 mg'));
    await until(() => textOf(there, 'problems').includes('treated'));
    expect(here.history('medications', medicationKey)).toHaveLength(7);
    expect(there.history('problems', problemKey)).toEqual(
      here.history('problems', problemKey).map((row) => ({ ...row, author: expect.anything() as unknown })),
    );
    await pharmacy.lock();
  });

  test('[CUT-6] what a removal cuts away leaves the document, though only a snapshot has what stays', async () => {
    const pharmacy = await world.newPractice('bob');
    await meet(clinic, pharmacy);
    const chart = here.id;
    mustBeOk(await clinic.share(chart, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const there = await opened(pharmacy);
    await until(() => sectionOf(there, 'medications').canWrite && textOf(there, 'medications').includes('8 mg'));
    world.cut(clinic);
    mustBeOk(await there.edit('medications', [dose('900 mg daily')]));
    mustBeOk(await clinic.stopSharing(chart, pharmacy.practice.id, 'all'));
    // The pharmacy has compacted its own entry together with everything before it.
    await putAway(pharmacy, there);
    world.heal();
    const ended = await opened(pharmacy);
    await until(() => !textOf(ended, 'medications').includes('900 mg'));
    expect(textOf(ended, 'medications')).toContain('8 mg');
    expect(ended.history('medications', medicationKey)).toHaveLength(4);
    expect(ended.setAside).toHaveLength(1);
    await pharmacy.lock();
  });

  test('[SN-2] [ATTACK-45] a snapshot that is damaged on the disk is found, and its entries come back from whoever has them', async () => {
    const tablet = await join();
    await until(() => tablet.charts.some(({ name }) => name === 'Ada Okafor'));
    await until(() => tablet.people.arriving === undefined);
    const chart = here.id;
    await putAway(clinic, here);
    await clinic.lock();
    await damageSnapshots(chart);
    clinic = await restart();
    here = await opened(clinic);
    await until(() => textOf(here, 'medications').includes('8 mg'));
    expect(here.history('medications', medicationKey)).toHaveLength(4);
    await putAway(clinic, here);
    await tablet.lock();
    await clinic.lock();
    const kept = await disk('alice', (store) => onDisk(store, chart, 'medications'));
    expect(kept).toEqual({ heads: 4, covered: 4, entries: 0, snapshots: [4], damaged: 0 });
    clinic = await restart();
  });

  test('[SN-3] is begun with although an entry beside it is damaged and the next builds on that', async () => {
    const chart = here.id;
    await putAway(clinic, here);
    here = await opened(clinic);
    for (const text of ['9 mg daily', '10 mg daily']) mustBeOk(await here.edit('medications', [dose(text)]));
    await clinic.lock();
    await damageNewestPack(`${chart}/medications/`);
    const distrusted = vi.spyOn(SectionSnapshots.prototype, 'distrust');
    clinic = await restart();
    here = await opened(clinic);
    expect(textOf(here, 'medications')).toContain('8 mg');
    expect(here.history('medications', medicationKey)).toHaveLength(4);
    expect(distrusted).not.toHaveBeenCalled();
  });

  test('[SN-3] [CH-5] a backup brings back what only snapshots hold', async () => {
    const quiet = (): void => undefined;
    await putAway(clinic, here);
    const { file } = mustBeOk(await clinic.backUp(quiet, new AbortController().signal));
    const door = await world.door('new laptop');
    const restored = mustBeOk(await door.restore(file, phrase, 'a new passphrase', 'new laptop', quiet));
    const again = await opened(restored);
    expect(textOf(again, 'medications')).toContain('8 mg');
    expect(again.history('medications', medicationKey)).toHaveLength(4);
    await restored.lock();
  });

  test('[EN-8] [SN-3] wherever the power goes while a snapshot is made, the section opens to the same', async () => {
    const expected = textOf(here, 'medications');
    const chart = here.id;
    for (let failing = 1; failing <= 6; failing++) {
      let commits = 0;
      world.refuseCommits('alice', () => ++commits === failing);
      mustBeOk(
        await here
          .edit('problems', [newProblemText(`Hypertension ${failing}`)])
          .then((done) => (done.ok ? done : { ok: true, value: undefined })),
      );
      await putAway(clinic, here);
      world.refuseCommits('alice', undefined);
      await clinic.lock();
      clinic = await restart();
      here = await opened(clinic);
      expect(textOf(here, 'medications')).toBe(expected);
      expect(sectionOf(here, 'problems').state).toBe('open');
    }
    await putAway(clinic, here);
    await clinic.lock();
    expect(await disk('alice', (store) => onDisk(store, chart, 'medications'))).toMatchObject({
      entries: 0,
      damaged: 0,
    });
    clinic = await restart();
  });

  async function join(): Promise<Session> {
    const { link } = mustBeOk(await clinic.people.inviteDevice('clinician'));
    const input = {
      invitation: link,
      personName: 'Dr Tab',
      deviceName: 'Tablet',
      signInName: 'T',
      passphrase: 'correct horse battery',
    };
    const quiet = (): void => undefined;
    const { signal } = new AbortController();
    const done = world.door('tablet').then((door) => door.join(input, { code: quiet, progress: quiet }, signal));
    await until(() => clinic.people.requests.length === 1);
    mustBeOk(await clinic.people.answer(mustHave(clinic.people.requests[0]).id, true));
    return mustBeOk(await done);
  }

  /** A byte near its beginning: in the first entry that lies there. */
  async function damageNewestPack(prefix: string): Promise<void> {
    const db = await openDB(world.databaseOf('alice'));
    const keys = (await db.getAllKeys('ciphertexts')).filter(
      (key) => typeof key === 'string' && key.startsWith(prefix),
    );
    const newest = mustHave(keys.sort().at(-1));
    const bytes = new Uint8Array((await db.get('ciphertexts', newest)) as Uint8Array);
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    await db.put('ciphertexts', bytes, newest);
    db.close();
  }

  async function damageSnapshots(chart: ChartId): Promise<void> {
    const db = await openDB(world.databaseOf('alice'));
    for (const key of await db.getAllKeys('snapshots'))
      if (typeof key === 'string' && key.startsWith(chart)) {
        const bytes = new Uint8Array((await db.get('snapshots', key)) as Uint8Array);
        bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
        await db.put('snapshots', bytes, key);
      }
    db.close();
  }
});

/** What a section is on the disk: entries by their heads, those without a ciphertext, with one, and what each snapshot covers. */
async function onDisk(store: Store, chart: ChartId, section: Section) {
  const [heads, entries, snapshots] = await Promise.all([
    store.heads(chart, section),
    store.entries(chart, section),
    store.snapshots(chart, section),
  ]);
  const covers = snapshots.found.map(({ bytes }) => {
    const { header } = mustBeOk(decodeSnapshot(bytes));
    return header.covers.reduce((sum, { seq }) => sum + seq, 0);
  });
  return {
    heads: heads.found.length,
    covered: heads.found.filter(({ covered }) => covered).length,
    entries: entries.found.length,
    snapshots: covers,
    damaged: heads.damaged.length + entries.damaged.length + snapshots.damaged.length,
  };
}

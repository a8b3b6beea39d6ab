/**
 * Charts whose ciphertexts were let go for a snapshot (SN-1 to SN-3): everything a person sees or does is as before. Here
 * every section is worth a snapshot when its chart is put away, however small.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDB } from 'idb';
import type { ChartId } from '../../src/base/ids.ts';
import type { Section } from '../../src/base/sections.ts';
import type { OpenChart, Session } from '../../src/app/session.ts';
import { decodeSnapshot } from '../../src/crypto/snapshot.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import { adaWith, amlodipine, dose, medicationKey, newProblemText, problem, problemKey, textOf } from './support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from './support/world.ts';

vi.mock('../../src/app/compaction.ts', () => ({
  dropsCiphertexts: true,
  isWorthASnapshot: (entries: number) => entries > 0,
}));

describe('a chart of which snapshots were made', () => {
  let world: World;
  let clinic: Session;
  let here: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    await importText(clinic, adaWith(amlodipine, problem()));
    here = await opened(clinic);
    for (const text of ['6 mg daily', '7 mg daily', '8 mg daily']) mustBeOk(await here.edit('medications', [dose(text)]));
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

  async function disk<T>(profile: string, look: (store: Parameters<typeof onDisk>[0]) => Promise<T>): Promise<T> {
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
});

/** What a section is on the disk: entries by their heads, those without a ciphertext, with one, and what each snapshot covers. */
async function onDisk(store: Awaited<ReturnType<typeof storeAt>>, chart: ChartId, section: Section) {
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

async function storeAt(name: string) {
  return mustBeOk(await openIdbStore(name));
}

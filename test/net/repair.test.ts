/** A disk that lost entries gets them back from a peer (attack 45), on the store that browsers use. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test, vi } from 'vitest';
import type { ChartId } from '../../src/base/ids.ts';
import { decodeEntry, verifyEntry } from '../../src/crypto/entry.ts';
import { lostHeads, withoutLost } from '../../src/net/lost-heads.ts';
import { StoreContent } from '../../src/net/store-content.ts';
import { openIdbStore } from '../../src/store/idb-store.ts';
import { newEntry, wholeEntry, type NewEntry } from '../../src/store/store.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';
import type { Replica } from './replica.ts';
import { connect, cost, disconnect, quiet, sharedCharts, worldOn, write } from './world.ts';

test('[ATTACK-45] entries lost on disk are asked for by name, given again by a peer, and readable', async () => {
  const world = await worldOn(async (name) => mustOk(await openIdbStore(name)), 'clinic', 'pharmacy');
  const [clinic, pharmacy] = [mustHave(world.replicas[0]), mustHave(world.replicas[1])];
  const chart = mustHave((await sharedCharts(1, clinic, pharmacy))[0]);
  await write(clinic, chart, 3);
  await connect(world, clinic, pharmacy);
  disconnect(world, clinic, pharmacy);
  const whole = await clinic.read(chart, 'allergies');
  const db = await openDB('clinic');
  await db.clear('ciphertexts');
  db.close();
  expect(await clinic.read(chart, 'allergies')).toEqual([]);
  expect(clinic.missingIn(chart).get('allergies')).toHaveLength(3);
  await write(pharmacy, chart, 1);
  cost(world);
  await connect(world, clinic, pharmacy);
  expect(cost(world).frames.want).toBe(1);
  expect(clinic.missingIn(chart).size).toBe(0);
  expect(await clinic.read(chart, 'allergies')).toEqual(expect.arrayContaining([...whole]));
});

/** Every record of heads is nonsense from now on. */
async function spoilHeads(name: string): Promise<void> {
  const db = await openDB(name);
  for (const key of await db.getAllKeys('heads')) await db.put('heads', 'nonsense', key);
  db.close();
}

test('[ATTACK-45] [ATTACK-41] what a damaged record of heads held is given again by a peer, and no position of its chains is free meanwhile', async () => {
  const names = ['dentist', 'laboratory'] as const;
  const world = await worldOn(async (name) => mustOk(await openIdbStore(name)), ...names);
  const [dentist, laboratory] = [mustHave(world.replicas[0]), mustHave(world.replicas[1])];
  const chart = mustHave((await sharedCharts(1, dentist, laboratory))[0]);
  const [first] = await writeBoth(dentist, chart);
  await connect(world, dentist, laboratory);
  await write(laboratory, chart, 2);
  await quiet(world);
  disconnect(world, dentist, laboratory);
  const whole = await dentist.read(chart, 'allergies');
  const before = (await dentist.store.chartState(chart)).found.get('allergies')?.frontier;
  expect(whole).toHaveLength(5);

  await spoilHeads('dentist');
  expect(await dentist.read(chart, 'allergies')).toEqual([]);
  expect(dentist.missingIn(chart).get('allergies')).toHaveLength(2);
  expect(await dentist.store.commit({ entries: [mustHave(first)] })).toMatchObject({ ok: false, reason: 'fork' });
  const shown = dentist.chartFor(laboratory.self.device, chart)?.sections.get('allergies');
  expect(shown).toEqual([]);

  await connect(world, dentist, laboratory);
  await vi.waitFor(() => {
    expect(dentist.missingIn(chart).has('allergies')).toBe(false);
  });
  expect(await dentist.read(chart, 'allergies')).toEqual(whole);
  expect((await dentist.store.chartState(chart)).found.get('allergies')?.frontier).toEqual(before);
  expect(dentist.chartFor(laboratory.self.device, chart)?.sections.get('allergies')).toEqual(before);
});

test('[ATTACK-45] [ATTACK-41] what nobody else has stays missing and named, and nothing more is lost', async () => {
  const names = ['surgery', 'hospital'] as const;
  const world = await worldOn(async (name) => mustOk(await openIdbStore(name)), ...names);
  const [surgery, hospital] = [mustHave(world.replicas[0]), mustHave(world.replicas[1])];
  const chart = mustHave((await sharedCharts(1, surgery, hospital))[0]);
  await write(surgery, chart, 2);
  const before = (await surgery.store.chartState(chart)).found.get('allergies')?.frontier;
  await spoilHeads('surgery');
  await surgery.read(chart, 'allergies');
  await write(hospital, chart, 1).catch(() => undefined);
  await connect(world, surgery, hospital);
  await write(hospital, chart, 1);
  await quiet(world);
  expect(surgery.missingIn(chart).get('allergies')).toHaveLength(1);
  expect((await surgery.store.heads(chart, 'allergies')).damaged).not.toEqual([]);
  expect(await surgery.read(chart, 'allergies')).toHaveLength(1);
  expect((await surgery.store.chartState(chart)).found.get('allergies')?.frontier).toEqual(
    expect.arrayContaining([...(before ?? [])]),
  );
});

test('[ATTACK-45] what lies before a hole is told to others, what is missing in it is named, and what comes back is no fork', async () => {
  const world = await worldOn(async (name) => mustOk(await openIdbStore(name)), 'office', 'ward');
  const [office, ward] = [mustHave(world.replicas[0]), mustHave(world.replicas[1])];
  const chart = mustHave((await sharedCharts(1, office, ward))[0]);
  const entries = await writeBoth(office, chart);
  const stored = (await office.store.entries(chart, 'allergies')).found;
  const verified = await Promise.all(
    stored.map(async (entry) => mustOk(await verifyEntry(mustOk(decodeEntry(wholeEntry(entry)))))),
  );
  const frontier = mustHave((await office.store.chartState(chart)).found.get('allergies')).frontier;
  const [one, two] = entries;
  const lost = lostHeads(
    stored.filter(({ seq }) => seq !== 2),
    frontier,
  );
  expect([...lost.values()]).toMatchObject([{ missing: [two?.hash], upTo: { seq: 1, hash: one?.hash } }]);
  expect(withoutLost(frontier, lost)).toMatchObject([{ seq: 1, hash: one?.hash }]);
  expect(lostHeads(stored, frontier).size).toBe(0);

  await spoilHeads('office');
  const { content } = await StoreContent.open(office.store);
  await content.noteMissing(chart, 'allergies');
  const told = content.versionOf(chart);
  for (const entry of verified.toReversed()) {
    expect(content.missing(chart).get('allergies')).toEqual([entry.hash]);
    expect(await content.keep(chart, 'allergies', [entry])).toEqual({ verdicts: [{ kind: 'kept' }], forks: [] });
  }
  expect(content.toldFrontier(chart, 'allergies')).toEqual(frontier);
  expect(content.versionOf(chart)).not.toBe(told);
});

/** Two sections, three entries in one of them: what they were, as they would be committed again. */
async function writeBoth(replica: Replica, chart: ChartId): Promise<readonly NewEntry[]> {
  const entries: NewEntry[] = [];
  for (let i = 0; i < 3; i++) entries.push(newEntry(mustOk(await replica.edit(chart, 'allergies', `note ${i}`))));
  mustOk(await replica.edit(chart, 'medications', 'dose'));
  return entries;
}

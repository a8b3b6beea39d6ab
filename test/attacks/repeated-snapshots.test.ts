/** Bogus snapshots, one after the other, for an entry that is still to come (ATTACK-56); and what a backup of a compacted chart keeps. */
import { afterEach, expect, test, vi } from 'vitest';
import { addDocument } from '../../src/clinical/edits/document.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import type { LooseEntries } from '../../src/app/sections/compaction.ts';
import { breakIn } from '../app/support/break-in.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { mustBeOk, mustHave, until } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import { chainsOf, craftSnapshot, saidOf } from './support/craft-snapshot.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fateOf, told } from './support/replicas.ts';
import { maxHeadsKeptAgain } from '../../src/net/limits.ts';

const section = 'problems';
const worth = vi.hoisted(() => ({ from: Infinity }));
vi.mock('../../src/app/sections/compaction.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  isWorthASnapshot: ({ entries }: LooseEntries) => entries >= worth.from,
}));

let world: AttackWorld;
afterEach(async () => {
  worth.from = Infinity;
  await world.end();
});

async function rows(name: string): Promise<{ entries: number; heads: number; snapshots: number }> {
  const machine = await breakIn(world.world, name, world.passphrase);
  try {
    const { found } = await machine.store.heads(world.chart, section);
    const state = (await machine.store.chartState(world.chart)).found.get(section);
    const names = await machine.store.snapshotNames(world.chart, section);
    return { entries: state?.entries ?? 0, heads: found.length, snapshots: names.size };
  } finally {
    machine.store.close();
  }
}

test('[ATTACK-56] the same head by ever new snapshots takes bounded room, and its ciphertext is taken all the same', async () => {
  world = await AttackWorld.scene('bob:read', 'carol');
  const mallory = await HostileDevice.takeOver(world, 'bob');
  world.part('alice', 'carol');
  const alice = await HostileDevice.copyOf(world, 'alice');
  const entry = await alice.entry({ chart: world.chart, section, text: 'true words' });
  mallory.knows.learn(entry);
  const link = await mallory.connect('carol');
  for (let i = 0; i < 30; i++) {
    const chains = chainsOf(mallory.knows.entries(world.chart, section)).map(([chain, entries]) => {
      const { header, hash } = mustHave(entries.at(-1));
      return { item: { chain, seq: header.seq, hash }, said: entries.map((one) => saidOf(mallory, one)) };
    });
    const epochKey = i % 2 === 0 ? mallory.random.bytes(32) : mustHave(mallory.knows.keys.get(entry.header.epoch));
    const items = await craftSnapshot(mallory, {
      like: entry,
      covers: chains.map(({ item }) => item),
      body: { document: mallory.random.bytes(500), chains: chains.map(({ said }) => said) },
      epochKey,
      heads: [entry],
    });
    await link.entries(world.chart, section, ...items);
    await world.settleAgain();
  }
  const { entries, heads, snapshots } = await rows('carol');
  expect(snapshots).toBeLessThanOrEqual(2);
  expect(entries).toBeLessThanOrEqual(heads * (1 + maxHeadsKeptAgain));
  expect(told(world, 'carol').join()).toContain('too-many-snapshots');
  // What was held back by all that comes with its ciphertext.
  await link.deliver(entry);
  await until(async () => (await fateOf(world, 'carol', entry)) === 'effective');
});

test('[EN-10] [SN-3] a backup of a compacted chart brings back which entries name the parts of attachments', async () => {
  world = await AttackWorld.scene('bob');
  const open = await world.open('alice');
  const act = {
    id: '11111111-2222-4333-8444-555555555555',
    now: '2026-03-02T10:00:00Z',
    patientKey: 'Patient/p1',
    authorName: 'Dr alice',
    record: new ChartRecord(new Map()),
  } as const;
  const file = { name: 'scan.jpg', contentType: 'image/jpeg', bytes: seededRandom('scan').bytes(300_000) };
  const { outcome, taken } = addDocument(act, { title: 'Scan' }, file);
  if (outcome.kind !== 'edits') throw new Error('the form is right');
  const attached = { taken, progress: () => undefined, signal: new AbortController().signal };
  mustBeOk(await open.editWithFiles(outcome.section, outcome.edits, attached));
  open.close();
  worth.from = 1;
  (await world.open('alice')).close();
  mustBeOk(await world.session('alice').exportChart(world.chart));
  const before = await breakIn(world.world, 'alice', world.passphrase);
  const names = (await before.store.chunksNamed(world.chart)).map(({ hash }) => hash).sort();
  const covered = (await before.store.heads(world.chart, 'documents')).found.map((head) => head.covered?.checked);
  before.store.close();
  expect(names).toHaveLength(2);
  expect(covered).toEqual([true]);
  await world.secondDevice('alice', 'anna');
  await until(async () => (await world.open(world.session('anna')).catch(() => undefined)) !== undefined);
  const after = await breakIn(world.world, 'anna', world.passphrase);
  expect((await after.store.chunksNamed(world.chart)).map(({ hash }) => hash).sort()).toEqual(names);
  expect((await after.store.chunksHeld(world.chart)).map(({ hash }) => hash).sort()).toEqual(names);
  after.store.close();
});

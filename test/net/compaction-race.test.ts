/**
 * Ciphertexts are let go for a snapshot in the middle of a sync, at each of its frames, on either side or both, with and without
 * the line breaking afterwards: nothing is lost, and both come to the same (SN-3, ATTACK-38). Real replicators on real stores.
 */
import { beforeAll, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import type { ChartId, EntryHash } from '../../src/base/ids.ts';
import { chainNameOf } from '../../src/crypto/entry.ts';
import { decodeSnapshot } from '../../src/crypto/snapshot.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';
import type { Replica } from './replica.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { clinicAndPharmacy, connect, disconnect, quiet, sharedCharts } from './world.ts';

const section = 'allergies';
/** Frames after which every sync here is over, and then some. */
const lastFrame = 14;

let world: Awaited<ReturnType<typeof clinicAndPharmacy>>;
let chart: ChartId;
const written = new Set<EntryHash>();

beforeAll(async () => {
  world = await clinicAndPharmacy();
  chart = mustHave((await sharedCharts(1, world.clinic, world.pharmacy))[0]);
  await write(world.clinic, 2);
  await connect(world, world.clinic, world.pharmacy);
  await write(world.pharmacy, 2);
  await quiet(world);
  disconnect(world, world.clinic, world.pharmacy);
});

/** What somebody who opens the section there finds: with its ciphertext, or in the snapshot that it goes by. */
async function found({ store }: Replica): Promise<ReadonlySet<EntryHash>> {
  const whole = (await store.entries(chart, section)).found.map(({ hash }) => hash);
  const snapshots = new Map(
    (await store.snapshots(chart, section)).found.map(({ name, bytes }) => [
      name,
      mustOk(decodeSnapshot(bytes)).header,
    ]),
  );
  const covered = (await store.heads(chart, section)).found.filter(({ device, stint, seq, covered }) => {
    const by = covered === undefined ? undefined : snapshots.get(covered.by);
    return by?.covers.some((item) => item.chain === chainNameOf(device, stint) && seq <= item.seq) === true;
  });
  return new Set([...whole, ...covered.map(({ hash }) => hash)]);
}

async function noteWritten(replica: Replica): Promise<void> {
  for (const { hash } of (await replica.store.heads(chart, section)).found) written.add(hash);
}

const random = seededRandom('compaction race');

/** Entries too large to be kept in memory beside the disk: what is sent of them is what lies there. */
async function write(replica: Replica, entries: number): Promise<void> {
  for (let i = 0; i < entries; i++) mustOk(await replica.edit(chart, section, toHex(random.bytes(17_000))));
}

const sides = ['clinic', 'pharmacy', 'both'] as const;

test.each(sides.flatMap((side) => [false, true].map((breaks) => [side, breaks] as const)))(
  '[ATTACK-38] [SN-3] %s lets ciphertexts go at any frame, and the line breaks afterwards: %s',
  async (side, breaks) => {
    const { clinic, pharmacy, network } = world;
    const compacting = side === 'both' ? [clinic, pharmacy] : [world[side]];
    for (let frame = 1; frame <= lastFrame; frame++) {
      await write(clinic, 2);
      await write(pharmacy, 1);
      // Every other time one side has let go before what the other lacks.
      if (frame % 2 === 0) expect(await mustHave(compacting[0]).compact(chart, section)).toBe(true);
      for (const one of [clinic, pharmacy]) await noteWritten(one);
      const underway: Promise<boolean>[] = [];
      network.breaks = (nth) => {
        if (nth === frame) underway.push(...compacting.map((one) => one.compact(chart, section)));
        return breaks && nth === frame + 2;
      };
      await connect(world, clinic, pharmacy);
      await Promise.all(underway);
      network.breaks = () => false;
      disconnect(world, clinic, pharmacy);
      await connect(world, clinic, pharmacy);
      await write(pharmacy, 1);
      await quiet(world);
      await noteWritten(pharmacy);
      for (const one of [clinic, pharmacy]) {
        expect([one.name, frame, (await found(one)).size]).toEqual([one.name, frame, written.size]);
        expect(one.missingIn(chart).size).toBe(0);
      }
      disconnect(world, clinic, pharmacy);
    }
  },
  60_000,
);

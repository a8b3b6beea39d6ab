/** What is said between two real replicas over the network in memory, in frames, bytes and round trips: a change of cost is seen. */
import { describe, expect, test } from 'vitest';
import { toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { chartId, type ChartId } from '../../src/base/ids.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { maxListedLeaves } from '../../src/net/limits.ts';
import { decodeFrame } from '../../src/net/wire.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { clinicAndPharmacy, connect, cost, disconnect, quiet, sharedCharts, write } from './world.ts';

type Two = Awaited<ReturnType<typeof clinicAndPharmacy>>;

/** Leaves that both have alike: what they stand for is never asked for. */
function paper(count: number): ReadonlyMap<ChartId, Bytes> {
  const numbers = Array.from({ length: count }, (_, i) => sha256(toUtf8(`chart ${i}`)));
  return new Map(numbers.map((id) => [chartId(id), id]));
}

/** Two that share `charts` of which each changed its half of `differing` since the other saw it. */
async function apart(charts: number, differing: number): Promise<Two> {
  const world = await clinicAndPharmacy();
  const { clinic, pharmacy } = world;
  const shared = await sharedCharts(differing, clinic, pharmacy);
  clinic.paper = pharmacy.paper = paper(charts - differing);
  await connect(world, clinic, pharmacy);
  for (const chart of shared) await write(clinic, chart, 1);
  await quiet(world);
  disconnect(world, clinic, pharmacy);
  for (const [i, chart] of shared.entries()) await write(i % 2 === 0 ? clinic : pharmacy, chart, 1);
  return world;
}

/** What was delivered is dealt with; what it makes a device say takes some turns of the loop more. */
async function answered(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What is said, and after how many round trips the last entries were there. */
async function reconnected(world: Two): Promise<ReturnType<typeof cost> & { readonly roundTrips: number }> {
  cost(world);
  world.network.manual = true;
  await mustHave(world.transports[0]).dial(world.pharmacy.self.device, []);
  let [waves, last, delivered] = [0, 0, 0];
  await answered();
  const { frames } = world.network;
  for (let upTo = frames.length; await world.network.wave(); upTo = frames.length) {
    waves += 1;
    const kinds = frames.slice(delivered, upTo).map(({ frame }) => mustOk(decodeFrame(frame)).kind);
    if (kinds.includes('hello') || kinds.includes('entries')) last = waves;
    delivered = upTo;
    await answered();
  }
  world.network.manual = false;
  await quiet(world);
  // Both say hello at once; a round trip is what goes to and fro.
  return { ...cost(world), roundTrips: Math.max(2, last) / 2 };
}

describe('what a reconnection costs', () => {
  for (const charts of [0, 1, 100, 10_000]) {
    test(`[RE-2] nothing new between two that share ${charts} charts: one hello each, whatever the number`, async () => {
      const world = await apart(charts, 0);
      const { bytes, frames, roundTrips } = await reconnected(world);
      expect({ frames, roundTrips }).toEqual({ frames: { hello: 2 }, roundTrips: 1 });
      // The number itself is written in one, two or three bytes.
      expect(bytes).toBe(284 + 2 * (charts < 24 ? 0 : charts < 256 ? 1 : 2));
    });
  }

  test('[RE-2] [RE-3] 1 of 10,000 charts differs', async () => {
    expect(await reconnected(await apart(10_000, 1))).toMatchInlineSnapshot(`
      {
        "bytes": 10331,
        "frames": {
          "charts": 2,
          "entries": 1,
          "have": 1,
          "hello": 2,
          "ranges": 2,
        },
        "roundTrips": 2.5,
      }
    `);
  });

  test('[RE-2] [RE-3] 10 of 10,000 charts differ: at most 4 round trips and 100 KB', async () => {
    const paid = await reconnected(await apart(10_000, 10));
    expect(paid.roundTrips).toBeLessThanOrEqual(4);
    expect(paid.bytes).toBeLessThan(100_000);
    expect(paid).toMatchInlineSnapshot(`
      {
        "bytes": 37634,
        "frames": {
          "charts": 2,
          "entries": 2,
          "have": 2,
          "hello": 2,
          "ranges": 2,
        },
        "roundTrips": 3,
      }
    `);
  });

  test('[RE-2] [RE-3] 100 of 10,000 charts differ', { timeout: 60_000 }, async () => {
    expect(await reconnected(await apart(10_000, 100))).toMatchInlineSnapshot(`
      {
        "bytes": 252953,
        "frames": {
          "charts": 2,
          "entries": 4,
          "have": 4,
          "hello": 2,
          "ranges": 2,
        },
        "roundTrips": 3,
      }
    `);
  });

  test('[RE-2] one chart more than is listed at once is asked for by ranges', async () => {
    const paid = await reconnected(await apart(maxListedLeaves + 1, 2));
    expect(paid.frames).toMatchObject({ ranges: 2, charts: 2 });
  });
});

describe('what replication costs', () => {
  test('[RE-5] one edit while connected: one frame of entries there, one word of having back', async () => {
    const world = await clinicAndPharmacy();
    const [chart] = await sharedCharts(1, world.clinic, world.pharmacy);
    if (chart === undefined) throw new Error('one chart');
    await connect(world, world.clinic, world.pharmacy);
    cost(world);
    await write(world.clinic, chart, 1);
    await quiet(world);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 645,
        "frames": {
          "entries": 1,
          "have": 1,
        },
      }
    `);
    expect(await world.pharmacy.read(chart, 'allergies')).toHaveLength(1);
  });

  test('[RE-5] the first edit of a chart that was not open asks what the other has; told before that it is ready, it goes at once', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const [chart, other] = await sharedCharts(2, clinic, pharmacy);
    if (chart === undefined || other === undefined) throw new Error('two charts');
    await connect(world, clinic, pharmacy);
    disconnect(world, clinic, pharmacy);
    clinic.isOpen = pharmacy.isOpen = false;
    await connect(world, clinic, pharmacy);
    cost(world);
    await write(clinic, chart, 1);
    await quiet(world);
    expect(cost(world).frames).toEqual({ frontiers: 2, entries: 1, have: 1 });
    await write(clinic, chart, 1);
    await write(pharmacy, chart, 1);
    await quiet(world);
    expect(cost(world).frames).toEqual({ entries: 2, have: 2 });
    clinic.replicator?.chartReady(other);
    await write(clinic, other, 1);
    await quiet(world);
    expect(cost(world).frames).toEqual({ entries: 1, have: 1 });
    for (const replica of [clinic, pharmacy]) {
      expect(await replica.read(chart, 'allergies')).toHaveLength(3);
      expect(await replica.read(other, 'allergies')).toHaveLength(1);
    }
  });

  test('[RE-1] a charter that moved in a chart that was not open goes beyond what the other has of it', async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const chart = mustHave((await sharedCharts(1, clinic, pharmacy))[0]);
    await connect(world, clinic, pharmacy);
    disconnect(world, clinic, pharmacy);
    clinic.isOpen = pharmacy.isOpen = false;
    await connect(world, clinic, pharmacy);
    await clinic.share(chart, pharmacy.self.practice, ['identity'], 'read');
    await clinic.edit(chart, 'identity', 'who it is');
    await quiet(world);
    expect(await pharmacy.read(chart, 'identity')).toEqual(['who it is']);
  });

  test('a cold chart of 200 entries goes over in few frames', async () => {
    const world = await clinicAndPharmacy();
    const [chart] = await sharedCharts(1, world.clinic, world.pharmacy);
    if (chart === undefined) throw new Error('one chart');
    await write(world.clinic, chart, 200);
    await connect(world, world.clinic, world.pharmacy);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 60501,
        "frames": {
          "charterOps": 1,
          "charts": 2,
          "entries": 1,
          "have": 1,
          "hello": 2,
        },
      }
    `);
    expect(await world.pharmacy.read(chart, 'allergies')).toHaveLength(200);
  });

  test('[RE-3] after a break only the difference is sent', async () => {
    const world = await clinicAndPharmacy();
    const charts = await sharedCharts(20, world.clinic, world.pharmacy);
    const [chart] = charts;
    if (chart === undefined) throw new Error('charts');
    await write(world.clinic, chart, 50);
    await connect(world, world.clinic, world.pharmacy);
    disconnect(world, world.clinic, world.pharmacy);
    await write(world.clinic, chart, 1);
    await write(world.pharmacy, chart, 2);
    cost(world);
    await connect(world, world.clinic, world.pharmacy);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 11382,
        "frames": {
          "charts": 2,
          "entries": 2,
          "have": 2,
          "hello": 2,
        },
      }
    `);
    for (const replica of [world.clinic, world.pharmacy])
      expect(await replica.read(chart, 'allergies')).toHaveLength(53);
  });

  test('cold charts go over together: frames are counted by bytes and not by charts', { timeout: 60_000 }, async () => {
    const world = await clinicAndPharmacy();
    const { clinic, pharmacy } = world;
    const charts = await sharedCharts(100, clinic, pharmacy);
    const random = seededRandom('cold charts');
    let saved = 0;
    for (const chart of charts) {
      for (const section of ['identity', 'allergies', 'medications'] as const)
        saved += mustOk(await clinic.edit(chart, section, toHex(random.bytes(3000)))).bytes.length;
    }
    cost(world);
    await connect(world, clinic, pharmacy);
    const { frames, bytes } = cost(world);
    expect({ saved, bytes, frames }).toMatchInlineSnapshot(`
      {
        "bytes": 1304347,
        "frames": {
          "charterOps": 2,
          "charts": 2,
          "entries": 3,
          "have": 3,
          "hello": 2,
        },
        "saved": 1226396,
      }
    `);
    for (const chart of charts) expect(await pharmacy.read(chart, 'medications')).toHaveLength(1);
  });
});

/** Two or three real replicas over the network in memory: what is said, what it costs, what is not said. */
import { describe, expect, test } from 'vitest';
import type { ChartId } from '../../src/base/ids.ts';
import { decodeFrame, encodeFrame, wireVersion, type MessageKind } from '../../src/net/wire.ts';
import { TestPractice } from '../access/support/practices.ts';
import { Replica } from '../sim/replica.ts';
import { MemoryNetwork, type MemoryTransport } from './memory-network.ts';

interface World {
  readonly network: MemoryNetwork;
  readonly practices: readonly TestPractice[];
  readonly replicas: readonly Replica[];
  readonly transports: readonly MemoryTransport[];
}

async function worldOf(...names: string[]): Promise<World> {
  const network = new MemoryNetwork();
  const practices = await Promise.all(names.map((name) => TestPractice.found(name)));
  const replicas = await Promise.all(practices.map((practice) => Replica.open(practice)));
  const transports = replicas.map((replica) => network.transport(replica.self.device));
  for (const [i, replica] of replicas.entries()) {
    for (const other of practices) if (other.id !== replica.self.practice) await replica.meet(other);
    await transports[i]?.start();
    const transport = transports[i];
    if (transport !== undefined) replica.join(transport);
  }
  return { network, practices, replicas, transports };
}

async function clinicAndPharmacy() {
  const world = await worldOf('clinic', 'pharmacy');
  const [clinic, pharmacy] = world.replicas;
  if (clinic === undefined || pharmacy === undefined) throw new Error('two replicas');
  return { ...world, clinic, pharmacy };
}

async function connect(world: World, a: Replica, b: Replica): Promise<void> {
  const transport = world.transports.find(({ device }) => device === a.self.device);
  const connection = await transport?.dial(b.self.device, []);
  if (connection?.ok !== true) throw new Error('no connection');
  await quiet(world);
}

/** Until nobody has anything left to send or confirm. */
async function quiet({ replicas, network }: World): Promise<void> {
  for (let calm = 0, tries = 0; calm < 3; tries++) {
    if (tries > 200_000) throw new Error('replication did not come to rest');
    await new Promise((resolve) => setImmediate(resolve));
    const settled = replicas.every(({ replicator }) =>
      replicator?.peers().every((peer) => peer.settled || !peer.known),
    );
    calm = settled && !network.busy ? calm + 1 : 0;
  }
}

function disconnect({ network }: World, a: Replica, b: Replica): void {
  network.partition(a.self.device, b.self.device);
  network.heal();
}

/** Frames by kind and bytes in all, since the last count. */
function cost({ network }: World): { readonly frames: Partial<Record<MessageKind, number>>; readonly bytes: number } {
  const frames: Partial<Record<MessageKind, number>> = {};
  let bytes = 0;
  for (const { frame } of network.frames.splice(0)) {
    const message = decodeFrame(frame);
    if (!message.ok) throw new Error(`an honest frame is ${message.reason}`);
    frames[message.value.kind] = (frames[message.value.kind] ?? 0) + 1;
    bytes += frame.length;
  }
  return { frames, bytes };
}

async function sharedCharts(count: number, from: Replica, to: Replica): Promise<readonly ChartId[]> {
  const charts: ChartId[] = [];
  for (let i = 0; i < count; i++) {
    const chart = await from.createChart(['identity', 'allergies', 'medications']);
    await from.share(chart, to.self.practice, ['allergies', 'medications'], 'write');
    charts.push(chart);
  }
  return charts;
}

async function write(replica: Replica, chart: ChartId, texts: number): Promise<void> {
  for (let i = 0; i < texts; i++) {
    const entry = await replica.edit(chart, 'allergies', `${replica.name} note ${i} ${'x'.repeat(200)}`);
    if (!entry.ok) throw new Error(entry.reason);
  }
}

describe('what replication costs', () => {
  for (const charts of [0, 1, 100]) {
    test(`[RE-2] nothing new between two that share ${charts} charts: one hello each, whatever the number`, async () => {
      const world = await clinicAndPharmacy();
      const shared = await sharedCharts(charts, world.clinic, world.pharmacy);
      await connect(world, world.clinic, world.pharmacy);
      for (const chart of shared.slice(0, 3)) await write(world.clinic, chart, 2);
      await quiet(world);
      disconnect(world, world.clinic, world.pharmacy);
      cost(world);
      await connect(world, world.pharmacy, world.clinic);
      expect(cost(world)).toMatchInlineSnapshot(`
        {
          "bytes": 554,
          "frames": {
            "hello": 2,
          },
        }
      `);
    });
  }

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
        "bytes": 781,
        "frames": {
          "entries": 1,
          "have": 1,
        },
      }
    `);
    expect(await world.pharmacy.read(chart, 'allergies')).toHaveLength(1);
  });

  test('a cold chart of 200 entries goes over in few frames', async () => {
    const world = await clinicAndPharmacy();
    const [chart] = await sharedCharts(1, world.clinic, world.pharmacy);
    if (chart === undefined) throw new Error('one chart');
    await write(world.clinic, chart, 200);
    await connect(world, world.clinic, world.pharmacy);
    expect(cost(world)).toMatchInlineSnapshot(`
      {
        "bytes": 120390,
        "frames": {
          "charterOps": 1,
          "charts": 2,
          "entries": 1,
          "frontiers": 2,
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
        "bytes": 8440,
        "frames": {
          "charts": 2,
          "entries": 2,
          "frontiers": 2,
          "have": 2,
          "hello": 2,
        },
      }
    `);
    for (const replica of [world.clinic, world.pharmacy])
      expect(await replica.read(chart, 'allergies')).toHaveLength(53);
  });
});

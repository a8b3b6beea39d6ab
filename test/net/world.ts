/** A few real replicas on a network in memory that moves by itself, and ways to wait and count. */
import type { ChartId } from '../../src/base/ids.ts';
import { decodeFrame, type MessageKind } from '../../src/net/wire.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import type { Store } from '../../src/store/store.ts';
import { TestPractice } from '../access/support/practices.ts';
import { Replica } from './replica.ts';
import { MemoryNetwork, type MemoryTransport } from './memory-network.ts';

export interface World {
  readonly network: MemoryNetwork;
  readonly practices: readonly TestPractice[];
  readonly replicas: readonly Replica[];
  readonly transports: readonly MemoryTransport[];
}

export function worldOf(...names: string[]): Promise<World> {
  return worldOn(() => Promise.resolve(openMemoryStore()), ...names);
}

export async function worldOn(openStore: (name: string) => Promise<Store>, ...names: string[]): Promise<World> {
  const network = new MemoryNetwork();
  const practices = await Promise.all(names.map((name) => TestPractice.found(name)));
  const replicas = await Promise.all(
    practices.map(async (practice) => Replica.open(practice, await openStore(practice.name))),
  );
  const transports = replicas.map((replica) => network.transport(replica.self.device));
  for (const [i, replica] of replicas.entries()) {
    for (const other of practices) if (other.id !== replica.self.practice) await replica.meet(other);
    await transports[i]?.start();
    const transport = transports[i];
    if (transport !== undefined) replica.join(transport);
  }
  return { network, practices, replicas, transports };
}

export async function clinicAndPharmacy() {
  const world = await worldOf('clinic', 'pharmacy');
  const [clinic, pharmacy] = world.replicas;
  if (clinic === undefined || pharmacy === undefined) throw new Error('two replicas');
  return { ...world, clinic, pharmacy };
}

export async function connect(world: World, a: Replica, b: Replica): Promise<void> {
  const transport = world.transports.find(({ device }) => device === a.self.device);
  const connection = await transport?.dial(b.self.device, []);
  if (connection?.ok !== true) throw new Error('no connection');
  await quiet(world);
}

/** Until nobody has anything left to send or confirm. */
export async function quiet({ replicas, network }: World): Promise<void> {
  for (let calm = 0, tries = 0; calm < 3; tries++) {
    if (tries > 60_000) throw new Error('replication did not come to rest');
    await new Promise((resolve) => setTimeout(resolve, 0));
    const settled = replicas.every(({ replicator }) =>
      replicator?.peers().every((peer) => peer.settled || !peer.known),
    );
    calm = settled && !network.busy ? calm + 1 : 0;
  }
}

/** Until no frame is on its way, whether or not anybody still waits for one. */
export async function still({ network }: World): Promise<void> {
  for (let calm = 0; calm < 20; calm = network.busy ? 0 : calm + 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function disconnect({ network }: World, a: Replica, b: Replica): void {
  network.partition(a.self.device, b.self.device);
  network.heal();
}

/** Frames by kind and bytes in all, since the last count. */
export function cost({ network }: World): {
  readonly frames: Partial<Record<MessageKind, number>>;
  readonly bytes: number;
} {
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

export async function sharedCharts(count: number, from: Replica, to: Replica): Promise<readonly ChartId[]> {
  const charts: ChartId[] = [];
  for (let i = 0; i < count; i++) {
    const chart = await from.createChart(['identity', 'allergies', 'medications']);
    await from.share(chart, to.self.practice, ['allergies', 'medications'], 'write');
    charts.push(chart);
  }
  return charts;
}

export async function write(replica: Replica, chart: ChartId, texts: number): Promise<void> {
  for (let i = 0; i < texts; i++) {
    const entry = await replica.edit(chart, 'allergies', `${replica.name} note ${i} ${'x'.repeat(200)}`);
    if (!entry.ok) throw new Error(entry.reason);
  }
}

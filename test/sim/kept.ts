/**
 * KEEP: a keeper holds ciphertext only and no key to it, loses nothing that it said it has unless it loses its disk, brings
 * together by itself whoever reads what its practice reads, and once it was removed is sent nothing by whoever knows.
 */
import type { ChartId } from '../../src/base/ids.ts';
import { unwrapEpochs } from '../../src/access/unwrap-epochs.ts';
import { keeperKeys } from '../../src/keeper/keeper-keys.ts';
import { StoreContent } from '../../src/net/store-content.ts';
import { RosterBook } from '../../src/replica/roster-book.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { bytesIn } from './confidentiality.ts';
import { checkConvergence, custodianOf, replicasOf, shownSections, violated, type Replica } from './invariants.ts';
import type { KeeperMachine } from './keeper-machine.ts';
import type { World } from './world.ts';

/** What the keeper's practice answers for, while no line leads anywhere but to the keeper. */
export async function checkThroughKeeper(world: World, keeper: KeeperMachine): Promise<void> {
  const replicas = await replicasOf(world);
  for (const [chart, all] of replicas) {
    const reference = custodianOf(all);
    if (reference?.machine.practice !== keeper.practice || !isMember(reference, keeper)) continue;
    checkConvergence(world, chart, all, 'KEEP: by the keeper alone');
    world.tally.healedByKeeper += 1;
  }
}

export async function checkKept(
  world: World,
  keeper: KeeperMachine,
  charts: ReadonlyMap<ChartId, readonly Replica[]>,
): Promise<void> {
  const lost = await world.keeperWatch?.lost();
  if (lost !== undefined) violated('KEEP', `the keeper said that it has ${lost.hash.slice(0, 8)}, and it was gone`);
  const store = openMemoryStore(keeper.disk.copy());
  const { content } = await StoreContent.open(store);
  const own = world.machines.find(({ practice }) => practice === keeper.practice)?.practiceId;
  for (const [chart, replicas] of charts) {
    checkNoKey(keeper, replicas);
    const reference = custodianOf(replicas);
    if (reference === undefined || own === undefined) continue;
    const { charter } = reference.access;
    for (const section of shownSections) {
      const graph = reference.keepers.get(section);
      const held = new Set((await store.heads(chart, section)).found.map(({ hash }) => hash));
      const name = `chart ${world.charts.indexOf(chart)} ${section}`;
      if (isMember(reference, keeper) && charter.rightOf(own, section) !== 'none') {
        const missing = [...(graph?.judgement.effective ?? [])].find((hash) => !held.has(hash));
        if (missing !== undefined) violated('KEEP', `the keeper lacks ${missing.slice(0, 8)} of ${name}`);
        if (content.missing(chart).has(section)) violated('KEEP', `the keeper misses bytes of ${name}`);
      }
      for (const [hash, header] of graph?.graph.headers ?? []) {
        const by = reference.disk.rosters.practiceOf(header.device);
        const knew = by === own && rosterAt(reference, own, header.roster)?.get(keeper.device)?.status === 'removed';
        if (knew && held.has(hash)) violated('KEEP', `the keeper, removed, was sent an entry of ${name}`);
      }
    }
  }
  await checkTold(world, keeper, charts);
}

type Rosters = Replica['disk']['rosters'];
const rosterAt = (
  { disk }: Replica,
  ...[practice, heads]: [Parameters<Rosters['get']>[0], Parameters<NonNullable<ReturnType<Rosters['get']>>['at']>[0]]
) => disk.rosters.get(practice)?.at(heads);

function isMember({ disk }: Replica, { device }: KeeperMachine): boolean {
  return disk.rosters.isActive(device);
}

/** Neither wrapped to it by anybody, nor lying on its disk. */
function checkNoKey(keeper: KeeperMachine, replicas: readonly Replica[]): void {
  const { box } = keeperKeys(keeper.seed);
  const records = [...keeper.disk.tables.values()].flatMap((table) => [...table.values()].flatMap(bytesIn));
  const disk = Buffer.concat(records);
  for (const {
    machine,
    access,
    disk: { rosters },
  } of replicas) {
    const practice = rosters.practiceOf(keeper.device);
    if (practice === undefined) continue;
    const opened = unwrapEpochs(access.charter, { practice, recipient: keeper.device, boxKeys: box });
    if (opened.keys.size > 0) violated('KEEP', `the keeper can open what ${machine.name} writes`);
    for (const key of access.keys.values())
      if (disk.includes(Buffer.from(key))) violated('KEEP', `a key of ${machine.name} lies on the keeper's disk`);
  }
}

/** A keeper that was removed knows it, however long it was away. */
async function checkTold(
  world: World,
  keeper: KeeperMachine,
  charts: ReadonlyMap<ChartId, readonly Replica[]>,
): Promise<void> {
  const removed = [...charts.values()].flat().some((replica) => {
    const own = replica.machine.practice === keeper.practice && replica.disk.rosters.isActive(replica.disk.self.device);
    const status = replica.disk.rosters.get(replica.disk.self.practice)?.devices.get(keeper.device)?.status;
    return own && status === 'removed';
  });
  const rosters = await RosterBook.open(openMemoryStore(keeper.disk.copy()));
  // One that lost its disk as well is told nothing, and holds nothing.
  if (removed && rosters.isActive(keeper.device)) violated('KEEP', 'the keeper was removed and never heard of it');
  if (!removed && !rosters.isActive(keeper.device) && world.tally.keeperRemovals === 0)
    violated('KEEP', 'the keeper is a member of nothing any more');
}

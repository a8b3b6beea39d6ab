/** ORD: what a charter, its rosters and the entries of a section come to does not depend on the order in which they came. */
import { resolveCharter } from '../../src/access/charter.ts';
import { judgeEntries } from '../../src/access/effective.ts';
import { resolveRoster } from '../../src/access/roster.ts';
import { Chance } from './chance.ts';
import { custodianOf, violated, type Replica } from './invariants.ts';

export function checkOrder(replicas: readonly Replica[]): Promise<void> {
  const replica = custodianOf(replicas);
  if (replica !== undefined) checkReplica(replica);
  return Promise.resolve();
}

function checkReplica({ access, disk, keepers, machine }: Replica): void {
  const { charter } = access;
  const chance = new Chance(charter.chart);
  const again = resolveCharter(shuffled(access.ops, chance), disk.rosters.get);
  if (again?.heads.join() !== charter.heads.join() || keys(again.refused) !== keys(charter.refused))
    violated('ORD', `the charter of ${machine.name} in another order is another`);
  for (const practice of charter.members) {
    const roster = disk.rosters.get(practice);
    const turned = resolveRoster(shuffled([...(roster?.ops ?? []), ...(roster?.ops ?? [])], chance));
    if (JSON.stringify([...(turned?.devices ?? [])].sort()) !== JSON.stringify([...(roster?.devices ?? [])].sort()))
      violated('ORD', `the roster of ${practice} in another order is another`);
  }
  for (const [section, keeper] of keepers) {
    const headers = [...keeper.graph.headers].map(([hash, header]) => ({ hash, header }));
    const judged = (order: typeof headers): string => {
      const { effective, quarantined, refused, waiting } = judgeEntries({
        charter,
        section: keeper.section,
        headers: order,
      });
      return [[...effective].sort().join(), keys(quarantined), keys(refused), keys(waiting)].join(' ');
    };
    if (judged(headers) !== judged(shuffled(headers, chance)))
      violated('ORD', `entries of ${section} at ${machine.name} in another order count otherwise`);
  }
}

const keys = (map: ReadonlyMap<string, unknown>): string => [...map.keys()].sort().join();

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    const [a, b] = [result[i], result[j]];
    if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a];
  }
  return result;
}

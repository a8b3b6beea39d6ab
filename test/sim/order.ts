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
  // Without what the machine remembers to have been in force (CH-3), which is no part of the set.
  const resolved = (ops: typeof access.ops): string => {
    const state = resolveCharter(ops, disk.rosters.get);
    const rights = charter.members.flatMap((practice) =>
      charter.sections.map((section) => state?.rightOf(practice, section)),
    );
    return JSON.stringify([state?.heads, keys(state?.refused), keys(state?.parked), rights]);
  };
  if (resolved(access.ops) !== resolved(shuffled(access.ops, chance)))
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

const keys = (map: ReadonlyMap<string, unknown> | undefined): string => [...(map?.keys() ?? [])].sort().join();

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    const [a, b] = [result[i], result[j]];
    if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a];
  }
  return result;
}

/**
 * Two signed headers at one place of a chain (CUT-8). Finds them and says which stands, the same on every replica. From the
 * fork on the chain takes no more entries of itself; what others built on does not un-happen, because it holds as an
 * ancestor (effective.ts).
 */
import type { EntryHash } from '../base/ids.ts';
import { chainNameOf, type ChainName, type FrontierItem } from '../crypto/entry.ts';
import type { Settlement } from './charter-view.ts';
import type { EntryGraph, EntryNode, JudgedHeader } from './entry-graph.ts';
import { comesFirstAtFork, type ForkClaim } from './predicates.ts';

export interface Fork {
  readonly chain: ChainName;
  /** The first place at which the chain parts. */
  readonly seq: number;
  /** Headers signed for that place: any two of them prove the fork to anyone. Sorted. */
  readonly hashes: readonly EntryHash[];
  /** The one that stands; null while none of them could. */
  readonly standing: EntryHash | null;
}

export interface ForkQuestion {
  readonly graph: EntryGraph;
  /** Entries that passed EN-3 and CUT-3. */
  readonly passed: readonly EntryNode[];
  readonly cuts: readonly FrontierItem[];
  readonly settlements: readonly Settlement[];
  /** Whose entry it is as far as it weighs here, when its author may still speak. */
  readonly weightOf: (node: EntryNode) => 'custodian' | 'other' | 'none';
}

export function findForks(headers: readonly JudgedHeader[], question: ForkQuestion): ReadonlyMap<ChainName, Fork> {
  const passed = new Map(question.passed.map((node) => [node.hash, node]));
  const forks = new Map<ChainName, Fork>();
  for (const [chain, seq, hashes] of firstPartings(headers)) {
    const claims = hashes.flatMap((hash) => passed.get(hash) ?? []).map((node) => claimOf(node, question));
    const [standing] = claims.sort((a, b) => (comesFirstAtFork(a, b) ? -1 : 1));
    forks.set(chain, { chain, seq, hashes, standing: standing?.hash ?? null });
  }
  return forks;
}

/** Per chain that has one, its lowest place with more than one header. */
function firstPartings(headers: readonly JudgedHeader[]): readonly [ChainName, number, readonly EntryHash[]][] {
  const byPlace = new Map<string, Set<EntryHash>>();
  const first = new Map<ChainName, number>();
  for (const { header, hash } of headers) {
    const chain = chainNameOf(header.device, header.stint);
    const place = `${chain}#${header.seq}`;
    const there = byPlace.get(place) ?? new Set<EntryHash>();
    byPlace.set(place, there.add(hash));
    if (there.size > 1) first.set(chain, Math.min(header.seq, first.get(chain) ?? Infinity));
  }
  return [...first].map(([chain, seq]) => [chain, seq, [...(byPlace.get(`${chain}#${seq}`) ?? [])].sort()]);
}

function claimOf(node: EntryNode, { graph, passed, cuts, settlements, weightOf }: ForkQuestion): ForkClaim {
  const names = [...cuts, ...settlements.map(({ chain, seq, standing }) => ({ chain, seq, hash: standing }))];
  const named = names
    .filter((item) => item.chain === node.chain && isAtOrBelow(graph, node, item))
    .map((item) => item.seq);
  const builders = passed.filter(
    (other) => other.header.device !== node.header.device && graph.isAtOrBefore(node, other),
  );
  return {
    hash: node.hash,
    namedUpTo: Math.max(0, ...named),
    builtOnByCustodian: builders.some((other) => weightOf(other) === 'custodian'),
    builtOnByOthers: builders.some((other) => weightOf(other) === 'other'),
  };
}

/** Whether an entry is on the branch a frontier item names, at or before it. Without the item itself nobody can say. */
export function isAtOrBelow(graph: EntryGraph, node: EntryNode, item: FrontierItem): boolean {
  if (item.chain !== node.chain || item.seq < node.header.seq) return false;
  const named = graph.get(item.hash);
  return named !== undefined && graph.isAtOrBefore(node, named);
}

/**
 * Which changes of a section were there at a moment: those written by then, whose causes all were. Pure: what time a change
 * counts as having is its caller's to say, for clocks are their owners' word.
 */
import type { ChangeHash } from '../base/ids.ts';
import { parseChangeHash } from '../base/ids.ts';
import type { ChangeGraph } from './change-graph.ts';
import { genesisHash } from './genesis.ts';

/** Without the genesis. What it holds holds the causes of it too, so a document can be made of it. */
export function changesKnownAt(
  graph: Pick<ChangeGraph, 'hashes' | 'get'>,
  atMs: number,
  timeOf: (change: ChangeHash) => number,
): ReadonlySet<ChangeHash> {
  const known = new Set<ChangeHash>();
  // Causes come before what builds on them.
  for (const name of graph.hashes()) {
    const change = parseChangeHash(name);
    if (change === undefined || name === genesisHash || timeOf(change) > atMs) continue;
    const causes = graph.get(name)?.deps ?? [];
    if (causes.every((cause) => cause === genesisHash || known.has(cause as ChangeHash))) known.add(change);
  }
  return known;
}

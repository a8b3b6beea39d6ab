/** Frontiers compared and joined: per chain, the newest position and its hash (RE-3). Pure. */
import type { ChainName, EntryHeader, FrontierItem } from '../crypto/entry.ts';
import { chainNameOf } from '../crypto/entry.ts';
import type { EntryHash } from '../base/ids.ts';
import type { Frontier } from './replication-host.ts';

/** Whether `mine` has what `theirs` lacks: a chain, a later position, or another entry at the same one (a fork). */
export function liesBeyond(mine: Frontier, theirs: Frontier): boolean {
  const byChain = itemsByChain(theirs);
  return mine.some((item) => {
    const other = byChain.get(item.chain);
    return other === undefined || item.seq > other.seq || (item.seq === other.seq && item.hash !== other.hash);
  });
}

/** Per chain the later of both; at the same position `b`'s. */
export function joinFrontiers(a: Frontier, b: Frontier): Frontier {
  const byChain = itemsByChain(a);
  for (const item of b) {
    const other = byChain.get(item.chain);
    if (other === undefined || item.seq >= other.seq) byChain.set(item.chain, item);
  }
  return sorted([...byChain.values()]);
}

/** What a holder of these entries has at least. */
export function frontierOfEntries(
  entries: readonly { readonly header: EntryHeader; readonly hash: EntryHash }[],
): Frontier {
  return entries.reduce<Frontier>(
    (frontier, { header, hash }) =>
      joinFrontiers(frontier, [{ chain: chainNameOf(header.device, header.stint), seq: header.seq, hash }]),
    [],
  );
}

export function itemsByChain(frontier: Frontier): Map<ChainName, FrontierItem> {
  return new Map(frontier.map((item) => [item.chain, item]));
}

function sorted(items: FrontierItem[]): Frontier {
  return items.sort((a, b) => (a.chain < b.chain ? -1 : 1));
}

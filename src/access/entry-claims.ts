/**
 * What an opened entry shows its header to have claimed (EN-1, EN-2): each comparison one named function of plain facts.
 * Whoever opens entries gathers the facts; nothing here opens or looks anything up.
 */
import type { FrontierItem } from '../crypto/entry.ts';

/** EN-1: the value that chains this entry's changes, and the heads it cites, to all before it. Undefined: not to be worked out. */
export function chainIsAsClaimed(claimed: string, found: string | undefined): boolean {
  return claimed === found;
}

/** EN-2: neither more nor less than the changes build on. Both sorted by chain. */
export function depsAreAsClaimed(
  claimed: readonly FrontierItem[],
  found: readonly FrontierItem[] | undefined,
): boolean {
  return (
    found?.length === claimed.length &&
    found.every(({ chain, seq, hash }, i) => {
      const named = claimed[i];
      return named?.chain === chain && named.seq === seq && named.hash === hash;
    })
  );
}

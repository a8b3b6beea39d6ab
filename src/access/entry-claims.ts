/**
 * What an opened entry shows its header to have claimed (EN-1, EN-2): each comparison one named function of plain facts.
 * Whoever opens entries gathers the facts; nothing here opens or looks anything up.
 */
import type { FrontierItem } from '../crypto/entry.ts';
import { finding, type Finding } from './findings.ts';

/** What is compared: claimed by the header, and worked out from what was inside. Undefined: could not be worked out. */
export interface EntryClaims {
  readonly claimed: { readonly chain: string; readonly deps: readonly FrontierItem[] };
  readonly found: { readonly chain: string | undefined; readonly deps: readonly FrontierItem[] | undefined };
}

/** EN-1: the value that chains this entry's changes, and the heads it cites, to all before it. */
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

export function claimFault({ claimed, found }: EntryClaims): Finding | undefined {
  if (!chainIsAsClaimed(claimed.chain, found.chain)) return finding('EN-1', 'chain-mismatch');
  return depsAreAsClaimed(claimed.deps, found.deps) ? undefined : finding('EN-2', 'deps-mismatch');
}

/**
 * Attempts to unlock that failed: no key is there to seal anything by, so their times alone are kept, in the clear, until the
 * vault is next unlocked and its audit log takes them. Whoever can write the disk can take them away.
 */
import { fromUtf8, toUtf8 } from '../../base/bytes.ts';
import type { Store } from '../../store/store.ts';
import { vaultPrefix } from '../people/people-vaults.ts';

/** More attempts than these are counted and not timed each. */
const mostTimes = 50;

export interface FailedUnlocks {
  /** Milliseconds, the newest last. */
  readonly atMs: readonly number[];
  readonly count: number;
}

const keyOf = (vault: string): string => `${vaultPrefix(vault)}failed-unlocks`;

export async function noteFailedUnlock(store: Store, vault: string, atMs: number): Promise<void> {
  const before = await failedUnlocks(store, vault);
  const failed: FailedUnlocks = { atMs: [...before.atMs, atMs].slice(-mostTimes), count: before.count + 1 };
  // A disk that does not take it is no reason to say anything but that the passphrase was wrong.
  await store.commit({ sealed: [{ key: keyOf(vault), bytes: toUtf8(JSON.stringify(failed)) }] });
}

export async function failedUnlocks(store: Store, vault: string): Promise<FailedUnlocks> {
  const kept = await store.sealed(keyOf(vault));
  return (kept === undefined ? undefined : parse(fromUtf8(kept) ?? '')) ?? { atMs: [], count: 0 };
}

/** To be committed with the events that tell of them. */
export function withoutFailedUnlocks(vault: string) {
  return { key: keyOf(vault), bytes: undefined };
}

/** In the clear on the disk, so anybody's. */
function parse(text: string): FailedUnlocks | undefined {
  try {
    const { atMs, count } = JSON.parse(text) as Record<string, unknown>;
    if (!Array.isArray(atMs) || typeof count !== 'number' || !Number.isSafeInteger(count)) return undefined;
    const times = atMs.filter((at): at is number => typeof at === 'number' && Number.isSafeInteger(at) && at >= 0);
    return { atMs: times.slice(-mostTimes), count: Math.max(count, times.length) };
  } catch {
    return undefined;
  }
}

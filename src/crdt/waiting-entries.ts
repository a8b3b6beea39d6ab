/**
 * Entries whose changes build on changes that are not here yet (AM-2). They wait outside Automerge, which would queue them
 * without bound, and no more of them than named limits allow: a peer may send thousands that build on nothing.
 */
import type { EntryHash } from '../base/ids.ts';
import { maxWaitingBytes, maxWaitingEntries } from './limits.ts';

export interface Waiting {
  readonly hash: EntryHash;
  readonly size: number;
}

export class WaitingEntries<T extends Waiting> {
  readonly #byMissing = new Map<string, T[]>();
  readonly #hashes = new Set<EntryHash>();
  #bytes = 0;

  hashes(): readonly EntryHash[] {
    return [...this.#hashes];
  }

  has(hash: EntryHash): boolean {
    return this.#hashes.has(hash);
  }

  /** False: there is no room, and the caller must offer the entry again later. */
  park(entry: T, missing: string): boolean {
    if (this.#hashes.size >= maxWaitingEntries || this.#bytes + entry.size > maxWaitingBytes) return false;
    this.#hashes.add(entry.hash);
    this.#bytes += entry.size;
    const others = this.#byMissing.get(missing);
    if (others === undefined) this.#byMissing.set(missing, [entry]);
    else others.push(entry);
    return true;
  }

  /** Those that waited for this change; what else they lack is for the caller to see. */
  release(arrived: string): readonly T[] {
    const released = this.#byMissing.get(arrived) ?? [];
    this.#byMissing.delete(arrived);
    for (const entry of released) {
      this.#hashes.delete(entry.hash);
      this.#bytes -= entry.size;
    }
    return released;
  }
}

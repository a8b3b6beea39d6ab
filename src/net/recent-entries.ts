/**
 * Entries that became durable a moment ago, still in memory: what is sent to peers and shown on the screen next is mostly
 * these, and reading them back would cost as much as writing them. Owns a bound and no truth: whoever does not find all it
 * needs asks the disk. Only what a commit has made durable enters (EN-8).
 */
import type { ChartId, EntryHash } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { chainNameOf } from '../crypto/entry.ts';
import type { NewEntry, SectionState, StoredEntry } from '../store/store.ts';
import { itemsByChain } from './frontier.ts';
import type { Frontier } from './replication-host.ts';

/** A burst of edits, or an answer's worth of them from a peer; of an import only its small sections. */
const maxEntries = 256;
const maxEntryBytes = 16 * 1024;

export class RecentEntries {
  /** Oldest first. */
  readonly #entries = new Map<EntryHash, NewEntry>();

  note(entries: readonly NewEntry[]): void {
    // Of many at once the last are enough: whoever needs them all reads them in one go.
    for (const entry of entries.slice(-maxEntries)) {
      const { hash, head, ciphertext } = entry;
      if (head.length + ciphertext.length > maxEntryBytes) continue;
      // What was received is a view of its whole frame, which a view would keep in memory.
      this.#entries.set(hash, { ...entry, head: head.slice(), ciphertext: ciphertext.slice() });
    }
    for (const hash of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) return;
      this.#entries.delete(hash);
    }
  }

  forget(chart: ChartId): void {
    for (const [hash, entry] of this.#entries) if (entry.chart === chart) this.#entries.delete(hash);
  }

  has(hash: EntryHash): boolean {
    return this.#entries.has(hash);
  }

  of(chart: ChartId, section: Section): readonly StoredEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.chart === chart && entry.section === section);
  }

  /** Those named, if all of them are in memory. */
  all(hashes: Iterable<EntryHash>): readonly StoredEntry[] | undefined {
    const entries: StoredEntry[] = [];
    for (const hash of hashes) {
      const entry = this.#entries.get(hash);
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return entries;
  }

  /**
   * All of a section that lies beyond `theirs`, if it is in memory; undefined says nothing. Each chain is followed from its
   * newest entry back to exactly the one they name: what does not lead there is for the disk to find out (CUT-8). `state` is
   * of a section without entries beside its chains.
   */
  beyond({ frontier }: SectionState, theirs: Frontier): readonly StoredEntry[] | undefined {
    const items = itemsByChain(theirs);
    const beyond: NewEntry[] = [];
    for (const mine of frontier) {
      const item = items.get(mine.chain);
      if (item !== undefined && item.seq > mine.seq) continue;
      let at: EntryHash | null = mine.hash;
      for (let seq = mine.seq; seq > (item?.seq ?? 0); seq--) {
        const entry: NewEntry | undefined = at === null ? undefined : this.#entries.get(at);
        if (entry === undefined) return undefined;
        beyond.push(entry);
        at = entry.prev;
      }
      if (at !== (item?.hash ?? null)) return undefined;
    }
    return beyond.sort((a, b) => a.seq - b.seq);
  }
}

/**
 * What a section's state became by entries that each continue their chain, without asking the disk; undefined when one of
 * them does not.
 */
export function extendedState(state: SectionState | undefined, entries: readonly NewEntry[]): SectionState | undefined {
  const items = itemsByChain(state?.frontier ?? []);
  let bytes = state?.bytes ?? 0;
  for (const { device, stint, seq, prev, hash, head, ciphertext } of entries) {
    const chain = chainNameOf(device, stint);
    const tip = items.get(chain);
    if (seq !== (tip?.seq ?? 0) + 1 || prev !== (tip?.hash ?? null)) return undefined;
    items.set(chain, { chain, seq, hash });
    bytes += head.length + ciphertext.length;
  }
  const frontier = [...items.values()].sort((a, b) => (a.chain < b.chain ? -1 : 1));
  return { frontier, entries: (state?.entries ?? 0) + entries.length, bytes };
}

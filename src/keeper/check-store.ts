/**
 * Reads everything a keeper keeps and names what is damaged: records by the store's own checks, then every entry by its
 * author's signature and the hash of its ciphertext. Opens nothing, and changes nothing.
 */
import type { ChartId, EntryHash } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { decodeEntry, verifyEntry } from '../crypto/entry.ts';
import { wholeEntry, type DamagedRecord, type Store } from '../store/store.ts';

export interface CheckedStore {
  readonly charts: number;
  readonly entries: number;
  readonly damaged: readonly DamagedRecord[];
  /** Entries that are not what their author signed. */
  readonly wrong: readonly {
    readonly chart: ChartId;
    readonly section: Section;
    readonly hash: EntryHash;
    readonly reason: string;
  }[];
}

export async function checkStore(store: Store): Promise<CheckedStore> {
  const states = await store.chartStates();
  const damaged: DamagedRecord[] = [...states.damaged];
  const wrong: CheckedStore['wrong'][number][] = [];
  let entries = 0;
  for (const [chart, sections] of states.found)
    for (const section of sections.keys()) {
      const { found, damaged: here } = await store.entries(chart, section);
      damaged.push(...here);
      entries += found.length;
      for (const entry of found) {
        const decoded = decodeEntry(wholeEntry(entry));
        const verified = decoded.ok ? await verifyEntry(decoded.value) : decoded;
        if (!verified.ok) wrong.push({ chart, section, hash: entry.hash, reason: verified.reason });
      }
    }
  for (const kind of ['roster', 'charter'] as const) damaged.push(...(await store.logs(kind)).damaged);
  return { charts: states.found.size, entries, damaged, wrong };
}

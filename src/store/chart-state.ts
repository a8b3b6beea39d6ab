/**
 * The record of a chart's frontiers and counts. It only repeats what the heads say, so that opening a practice reads one
 * record a chart; a damaged one is worked out again from the heads. Pure.
 */
import { parseEntryHash, type ChartId, type EntryHash } from '../base/ids.ts';
import { isSection, type Section } from '../base/sections.ts';
import type { ChainName, FrontierItem } from '../crypto/entry.ts';
import { chainOf, decodeHeads, entryBytes, packNumber, sum, type PackedEntry, type PackedHead } from './packs.ts';
import type { CoveredHead, SectionState } from './store.ts';

interface Tip {
  readonly seq: number;
  readonly hash: EntryHash;
}

/** What one section's entries amount to, and how its packs stand. Changed in place within one transaction. */
export interface SectionTally {
  readonly tips: Map<ChainName, Tip>;
  entries: number;
  bytes: number;
  packs: number;
  /** Bytes and entries of the last pack. */
  lastPackBytes: number;
  lastPackEntries: number;
}

export type ChartTally = Map<Section, SectionTally>;

interface SectionRecord {
  readonly frontier: readonly FrontierItem[];
  readonly entries: number;
  readonly bytes: number;
  readonly packs: number;
  readonly lastPackBytes: number;
  readonly lastPackEntries: number;
}

export function emptyTally(): SectionTally {
  return { tips: new Map(), entries: 0, bytes: 0, packs: 0, lastPackBytes: 0, lastPackEntries: 0 };
}

/** The next entries begin a pack of their own. */
export function closePack(tally: SectionTally): void {
  tally.lastPackBytes = Number.MAX_SAFE_INTEGER;
}

export function tallyEntries(tally: SectionTally, entries: readonly (PackedEntry | CoveredHead)[]): void {
  for (const entry of entries) {
    if (!entry.beside) tally.tips.set(chainOf(entry), { seq: entry.seq, hash: entry.hash });
  }
  tally.entries += entries.length;
  tally.bytes += sum(entries.map(entryBytes));
}

export function sectionState(tally: SectionTally): SectionState {
  return { frontier: frontierOf(tally), entries: tally.entries, bytes: tally.bytes };
}

export function encodeChartTally(tally: ChartTally): unknown {
  const sections = [...tally].map(([section, { tips: _, ...counts }]): [Section, SectionRecord] => [
    section,
    { frontier: frontierOf(mustGet(tally, section)), ...counts },
  ]);
  return { v: 1, sections: Object.fromEntries(sections) };
}

export function decodeChartTally(value: unknown): ChartTally | undefined {
  const record = value as { v?: unknown; sections?: unknown } | null | undefined;
  if (record?.v !== 1 || typeof record.sections !== 'object' || record.sections === null) return undefined;
  const tally: ChartTally = new Map();
  for (const [section, state] of Object.entries(record.sections)) {
    if (!isSection(section) || !isSectionRecord(state)) return undefined;
    const { frontier, ...counts } = state;
    tally.set(section, {
      tips: new Map(frontier.map(({ chain, seq, hash }) => [chain, { seq, hash }])),
      ...counts,
    });
  }
  return tally;
}

/** Works the record out again from head records of the chart, whatever ids of them are damaged. */
export function tallyFromHeads(
  chart: ChartId,
  records: readonly { readonly key: string; readonly value: unknown }[],
): ChartTally {
  const tally: ChartTally = new Map();
  const headsBySection = new Map<Section, PackedHead[]>();
  for (const { key, value } of records) {
    const section = key.split('/')[1] ?? '';
    if (!isSection(section)) continue;
    const state = tally.get(section) ?? emptyTally();
    tally.set(section, state);
    state.packs = Math.max(state.packs, packNumber(key) + 1);
    // It is not written again, in case it is the damaged one.
    closePack(state);
    const heads = decodeHeads(chart, section, value) ?? [];
    headsBySection.set(section, [...(headsBySection.get(section) ?? []), ...heads]);
    state.entries += heads.length;
    state.bytes += sum(heads.map((head) => head.head.length + head.ciphertextLength));
  }
  for (const [section, heads] of headsBySection) {
    for (const [chain, tip] of contiguousTips(heads)) mustGet(tally, section).tips.set(chain, tip);
  }
  return tally;
}

/** The last entry of every chain up to its first gap. */
function contiguousTips(heads: readonly PackedHead[]): ReadonlyMap<ChainName, Tip> {
  const bySeq = new Map<ChainName, Map<number, EntryHash>>();
  // Entries of the chain proper come last and so stand where a fork's other branch has the same number.
  for (const head of [...heads.filter((h) => h.beside), ...heads.filter((h) => !h.beside)]) {
    const chain = bySeq.get(chainOf(head)) ?? new Map<number, EntryHash>();
    bySeq.set(chainOf(head), chain.set(head.seq, head.hash));
  }
  const tips = new Map<ChainName, Tip>();
  for (const [chain, hashes] of bySeq) {
    let seq = 0;
    while (hashes.has(seq + 1)) seq += 1;
    const hash = hashes.get(seq);
    if (hash !== undefined) tips.set(chain, { seq, hash });
  }
  return tips;
}

function frontierOf(tally: SectionTally): readonly FrontierItem[] {
  return [...tally.tips]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([chain, { seq, hash }]): FrontierItem => ({ chain, seq, hash }));
}

function mustGet(tally: ChartTally, section: Section): SectionTally {
  const state = tally.get(section);
  if (state === undefined) throw new Error(`section ${section} was tallied and should be there`);
  return state;
}

function isSectionRecord(value: unknown): value is SectionRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { frontier, ...counts } = value as Partial<Record<keyof SectionRecord, unknown>>;
  return (
    [counts.entries, counts.bytes, counts.packs, counts.lastPackBytes, counts.lastPackEntries].every(
      (count) => Number.isSafeInteger(count) && (count as number) >= 0,
    ) && isFrontier(frontier)
  );
}

export function isFrontier(value: unknown): value is readonly FrontierItem[] {
  return Array.isArray(value) && value.every(isFrontierItem);
}

function isFrontierItem(value: unknown): value is FrontierItem {
  const item = value as Partial<Record<keyof FrontierItem, unknown>> | null;
  return (
    typeof item?.chain === 'string' &&
    Number.isSafeInteger(item.seq) &&
    typeof item.hash === 'string' &&
    parseEntryHash(item.hash) !== undefined
  );
}

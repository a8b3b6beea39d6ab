/**
 * How a commit's entries enter the packs of their sections, within one write transaction. Keeps the chains whole: nothing
 * enters over a gap, and no sequence number is used twice (attack 41), whatever the caller believed.
 */
import type { ChartId, EntryHash, SnapshotName } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import type { ChainName } from '../crypto/entry.ts';
import {
  closePack,
  decodeChartTally,
  emptyTally,
  encodeChartTally,
  tallyEntries,
  tallyFromHeads,
  type ChartTally,
  type SectionTally,
} from './chart-state.ts';
import {
  chainOf,
  cutByWhatTheyGoBy,
  cutIntoPacks,
  decodeHeads,
  encodeCoveredPack,
  encodePack,
  entryBytes,
  joinPack,
  maxPackEntries,
  openPackBytes,
  packKey,
  sectionPrefix,
  snapshotKey,
  sum,
  type PackedEntry,
  type PackedHead,
} from './packs.ts';
import type { RecordWriter } from './records.ts';
import type { Commit, CoveredHead, NewEntry, StoredHead } from './store.ts';
import { dropSnapshotsNotGoneBy, type SectionPlace } from './snapshot-upkeep.ts';

export async function keepEntries(
  writer: RecordWriter,
  { entries = [], covered = [], beside = [] }: Pick<Commit, 'entries' | 'covered' | 'beside'>,
): Promise<Result<undefined, 'gap' | 'fork' | 'not-covered'>> {
  for (const key of new Set(covered.map((head) => snapshotKey(head.chart, head.section, head.by))))
    if (!((await writer.get('snapshots', key)) instanceof Uint8Array)) return err('not-covered', key);
  const charts = byChart({ entries, covered, beside });
  // Asked for together: waiting for one after the other would cost more than all that is written.
  const tallies = await Promise.all([...charts.keys()].map((chart) => chartTally(writer, chart)));
  for (const [i, [chart, sections]] of [...charts].entries()) {
    const tally = tallies[i] ?? new Map<Section, SectionTally>();
    const isNew = tally.size === 0;
    const written: WrittenPack[] = [];
    for (const [section, added] of sections) {
      const state = tally.get(section) ?? emptyTally();
      tally.set(section, state);
      const isPlain = added.covered.length === 0 && added.beside.length === 0;
      const keep = isNew && isPlain ? (packs: readonly WrittenPack[]) => void written.push(...packs) : undefined;
      const result = await keepInSection(writer, state, new KeptEntries(writer, chart, section), added, keep);
      if (!result.ok) return result;
    }
    writeTogether(writer, written);
    writer.put('charts', chart, encodeChartTally(tally));
  }
  return ok(undefined);
}

interface Added {
  readonly entries: NewEntry[];
  readonly covered: CoveredHead[];
  readonly beside: NewEntry[];
}

function byChart(batch: {
  readonly [K in keyof Added]: readonly Added[K][number][];
}): ReadonlyMap<ChartId, ReadonlyMap<Section, Added>> {
  const charts = new Map<ChartId, Map<Section, Added>>();
  const of = ({ chart, section }: StoredHead): Added => {
    const sections = charts.get(chart) ?? new Map<Section, Added>();
    charts.set(chart, sections);
    const added = sections.get(section) ?? { entries: [], covered: [], beside: [] };
    sections.set(section, added);
    return added;
  };
  for (const entry of batch.entries) of(entry).entries.push(entry);
  for (const head of batch.covered) of(head).covered.push(head);
  for (const entry of batch.beside) of(entry).beside.push(entry);
  return charts;
}

async function keepInSection(
  writer: RecordWriter,
  state: SectionTally,
  kept: KeptEntries,
  { entries, covered, beside }: Added,
  keep: (packs: readonly WrittenPack[]) => void = (packs) => {
    writeEach(writer, packs);
  },
): Promise<Result<undefined, 'gap' | 'fork'>> {
  const following = await extendChains(
    state,
    covered.filter((head) => !head.beside),
    kept,
  );
  if (!following.ok) return following;
  const apart: CoveredHead[] = [];
  for (const head of covered) if (head.beside && !(await kept.has(head.hash, head.by))) apart.push(head);
  writeCovered(writer, state, [...following.value, ...apart]);
  const extending = await extendChains(state, entries, kept);
  if (!extending.ok) return extending;
  const aside: PackedEntry[] = [];
  for (const entry of beside) if (!(await kept.isWhole(entry.hash))) aside.push(packed(entry, true));
  keep(await packsOf(writer, state, [...extending.value.map((entry) => packed(entry, false)), ...aside]));
  if (aside.length > 0 || apart.length > 0) await dropSnapshotsNotGoneBy(writer, kept.place);
  return ok(undefined);
}

export async function chartTally(writer: RecordWriter, chart: ChartId): Promise<ChartTally> {
  const value = await writer.get('charts', chart);
  return decodeChartTally(value) ?? tallyFromHeads(chart, await writer.range('heads', `${chart}/`));
}

/** Those that are new, each the next of its chain; the tips in `state` move along. */
async function extendChains<T extends NewEntry | CoveredHead>(
  state: SectionTally,
  entries: readonly T[],
  kept: KeptEntries,
): Promise<Result<readonly T[], 'gap' | 'fork'>> {
  const added: T[] = [];
  const hashes = new Map<string, EntryHash>();
  for (const entry of entries) {
    const chain = chainOf(entry);
    const tip = state.tips.get(chain);
    const next = (tip?.seq ?? 0) + 1;
    if (entry.seq < next) {
      const same = hashes.get(`${chain}/${entry.seq}`) ?? (await kept.hashAt(chain, entry.seq));
      if (same !== entry.hash) return err('fork', `${entry.hash} at ${entry.seq}`);
      continue;
    }
    if (entry.seq > next) return err('gap', `${entry.hash} at ${entry.seq} after ${next - 1}`);
    if (entry.prev !== (tip?.hash ?? null)) return err('fork', `${entry.hash} builds on another entry than is kept`);
    state.tips.set(chain, { seq: entry.seq, hash: entry.hash });
    hashes.set(`${chain}/${entry.seq}`, entry.hash);
    added.push(entry);
  }
  return ok(added);
}

function packed({ prev: _, ...entry }: NewEntry, beside: boolean): PackedEntry {
  return { ...entry, beside };
}

interface WrittenPack extends ReturnType<typeof encodePack> {
  readonly key: string;
}

/** The packs in which they come to lie, and how the section's stand then. */
async function packsOf(
  writer: RecordWriter,
  state: SectionTally,
  added: readonly PackedEntry[],
): Promise<readonly WrittenPack[]> {
  const [first] = added;
  if (first === undefined) return [];
  const { chart, section } = first;
  tallyEntries(state, added);
  const open = await openPack(writer, state, first);
  let pack = state.packs - (open.length > 0 ? 1 : 0);
  const packs: WrittenPack[] = [];
  for (const entries of cutIntoPacks([...open, ...added])) {
    packs.push({ key: packKey(chart, section, pack), ...encodePack(entries) });
    pack += 1;
    state.lastPackBytes = sum(entries.map(entryBytes));
    state.lastPackEntries = entries.length;
  }
  state.packs = pack;
  return packs;
}

function writeEach(writer: RecordWriter, packs: readonly WrittenPack[]): void {
  for (const { key, heads, ciphertexts } of packs) {
    writer.put('heads', key, heads);
    writer.put('ciphertexts', key, ciphertexts);
  }
}

/** Those of a chart that is new: its small sections lie side by side, so that it costs as few records as it is large. */
function writeTogether(writer: RecordWriter, packs: readonly WrittenPack[]): void {
  if (sum(packs.map(({ ciphertexts }) => ciphertexts.length)) > togetherBytes) {
    writeEach(writer, packs);
    return;
  }
  writer.putTogether(
    'heads',
    packs.map(({ key, heads }) => ({ key, value: heads })),
  );
  writer.putTogether(
    'ciphertexts',
    packs.map(({ key, ciphertexts }) => ({ key, value: ciphertexts })),
  );
}

/** What is read with any section of it. */
const togetherBytes = 64 * 1024;

/** Packs of their own: they are never added to. */
function writeCovered(writer: RecordWriter, state: SectionTally, added: readonly CoveredHead[]): void {
  const [first] = added;
  if (first === undefined) return;
  tallyEntries(state, added);
  // Nobody here has looked into what comes with them.
  const heads = added.map((head) => ({ ...head, covered: { by: head.by, checked: false } }));
  for (const { goesBy, some } of cutByWhatTheyGoBy(heads)) {
    writer.put('heads', packKey(first.chart, first.section, state.packs), encodeCoveredPack(goesBy, some));
    state.packs += 1;
  }
  closePack(state);
}

/** The last pack's entries if there is room in it; none if it is full or damaged. */
async function openPack(
  writer: RecordWriter,
  state: SectionTally,
  { chart, section }: PackedEntry,
): Promise<readonly PackedEntry[]> {
  if (state.packs === 0 || state.lastPackBytes >= openPackBytes || state.lastPackEntries >= maxPackEntries) return [];
  const key = packKey(chart, section, state.packs - 1);
  const heads = decodeHeads(chart, section, await writer.get('heads', key));
  return heads === undefined ? [] : (joinPack(heads, await writer.get('ciphertexts', key)) ?? []);
}

/** What the section holds already: read only when a commit repeats a position, which is rare. */
class KeptEntries {
  readonly #writer: RecordWriter;
  readonly #chart: NewEntry['chart'];
  readonly #section: NewEntry['section'];
  #entries: Promise<readonly (PackedHead & { readonly whole: boolean })[]> | undefined;

  constructor(writer: RecordWriter, chart: NewEntry['chart'], section: NewEntry['section']) {
    this.#writer = writer;
    this.#chart = chart;
    this.#section = section;
  }

  async hashAt(chain: ChainName, seq: number): Promise<EntryHash | undefined> {
    const entries = await this.#read();
    return entries.find((entry) => !entry.beside && entry.seq === seq && chainOf(entry) === chain)?.hash;
  }

  get place(): SectionPlace {
    return { chart: this.#chart, section: this.#section };
  }

  /** Whole, or without its ciphertext by this snapshot. */
  async has(hash: EntryHash, by: SnapshotName): Promise<boolean> {
    return (await this.#read()).some((entry) => entry.hash === hash && (entry.whole || entry.covered?.by === by));
  }

  async isWhole(hash: EntryHash): Promise<boolean> {
    return (await this.#read()).some((entry) => entry.hash === hash && entry.whole);
  }

  #read(): Promise<readonly (PackedHead & { readonly whole: boolean })[]> {
    this.#entries ??= this.#readAll();
    return this.#entries;
  }

  async #readAll(): Promise<readonly (PackedHead & { readonly whole: boolean })[]> {
    const all: (PackedHead & { readonly whole: boolean })[] = [];
    for (const { key, value } of await this.#writer.range('heads', sectionPrefix(this.#chart, this.#section))) {
      const heads = decodeHeads(this.#chart, this.#section, value) ?? [];
      const whole = joinPack(heads, await this.#writer.get('ciphertexts', key)) !== undefined;
      all.push(...heads.map((head) => ({ ...head, whole: whole && head.covered === undefined })));
    }
    return all;
  }
}

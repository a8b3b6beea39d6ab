/**
 * The part of a replication host that needs no rights: what a store holds, what lies beyond a frontier, and how received
 * entries enter. Keepers and practices use the same (RE-4). Frontiers are kept in memory, so that questions are answered at
 * once, and follow each commit. Which entries a device may have or give is the caller's to say.
 */
import { type Bytes } from '../base/bytes.ts';
import type { ChartId, EntryHash, SnapshotName } from '../base/ids.ts';
import { ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { chainNameOf, type ChainName, type FrontierItem } from '../crypto/entry.ts';
import { decodeSnapshot, supersedes, type SnapshotHeader, type VerifiedSnapshot } from '../crypto/snapshot.ts';
import {
  newEntry,
  storedSnapshot,
  wholeEntry,
  type Commit,
  type CommitFailure,
  type CoveredHead,
  type DamagedRecord,
  type Found,
  type NewEntry,
  type SectionState,
  type Store,
  type StoredEntry,
  type StoredHead,
  type Supersession,
} from '../store/store.ts';
import { itemsByChain } from './frontier.ts';
import { maxEntriesBesideChain, maxHeadsKeptAgain } from './limits.ts';
import { lostHeads, withoutLost, type LostHeads } from './lost-heads.ts';
import { PackedStates } from './packed-states.ts';
import { extendedState, RecentEntries } from './recent-entries.ts';
import type { Frontier, SectionEntries, Verdict } from './replication-host.ts';
import { coveredHead, type ReceivedItem } from './snapshot-gathering.ts';
import { isCovered, itemsForCovered, itemsForNamed } from './snapshot-sending.ts';

const noHashes: ReadonlyMap<Section, readonly EntryHash[]> = new Map();
const noneLost: LostHeads = new Map();

export interface KeptEntries {
  readonly verdicts: readonly Verdict[];
  /** Positions of chains at which a second header is known now (CUT-8): proof for whoever settles it. */
  readonly forks: readonly EntryHash[];
}

interface Prepared extends KeptEntries {
  readonly chart: ChartId;
  readonly section: Section;
  readonly batch: Required<Pick<Commit, 'entries' | 'beside' | 'covered' | 'snapshots' | 'superseded'>>;
}

export class StoreContent {
  readonly #store: Store;
  readonly #states = new PackedStates();
  readonly #missing = new Map<ChartId, ReadonlyMap<Section, readonly EntryHash[]>>();
  /** By chart, where records of heads cannot be read. */
  readonly #lost = new Map<ChartId, ReadonlyMap<Section, LostHeads>>();
  /** By section, entries whose snapshot was found wanting since the store was opened. */
  readonly #uncovered = new Map<string, Set<EntryHash>>();
  readonly #parted = new Map<ChartId, ReadonlyMap<Section, Frontier>>();
  /** Snapshots that were opened here and found wanting, the latest of them: they are not taken again. */
  readonly #refused = new Set<SnapshotName>();
  readonly #recent = new RecentEntries();
  /** Commits one after the other, so that a verdict is about what is kept when it is given. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(
    store: Store,
  ): Promise<{ readonly content: StoreContent; readonly damaged: readonly DamagedRecord[] }> {
    const { found, damaged } = await store.chartStates();
    const content = new StoreContent(store);
    for (const [chart, sections] of found) {
      content.#states.set(chart, sections);
      await content.#noteParted(chart, sections);
    }
    return { content, damaged };
  }

  charts(): readonly ChartId[] {
    return [...this.#states.keys()];
  }

  sections(chart: ChartId): ReadonlyMap<Section, SectionState> {
    return this.#states.get(chart);
  }

  /** Of all charts. */
  get entryCount(): number {
    return this.#states.entries;
  }

  /** The same as long as no entry of the chart becomes durable, and none is found to be lost. */
  versionOf(chart: ChartId): string {
    const version = this.#states.versionOf(chart);
    const lost = this.#lost.get(chart);
    if (lost === undefined) return version;
    const chains = [...lost].map(([section, some]) => [
      section,
      [...some].map(([chain, { upTo }]) => [chain, upTo?.seq]),
    ]);
    return `${version} ${JSON.stringify(chains)}`;
  }

  frontier(chart: ChartId, section: Section): Frontier {
    return this.sections(chart).get(section)?.frontier ?? [];
  }

  /** What others are told is here: not what lay in records of heads that cannot be read. */
  toldFrontier(chart: ChartId, section: Section): Frontier {
    const frontier = this.frontier(chart, section);
    const lost = this.#lostIn(chart, section);
    return lost.size === 0 ? frontier : withoutLost(frontier, lost);
  }

  #lostIn(chart: ChartId, section: Section): LostHeads {
    return this.#lost.get(chart)?.get(section) ?? noneLost;
  }

  /** Everything kept of chains that part, from where they do (CUT-8), by chain and position; of most sections nothing. */
  parted(chart: ChartId, section: Section): Frontier {
    return this.#parted.get(chart)?.get(section) ?? [];
  }

  async #noteParted(chart: ChartId, sections: ReadonlyMap<Section, SectionState>): Promise<void> {
    const parted = new Map<Section, Frontier>();
    for (const [section, state] of sections) {
      if (besideCount(state.entries, state) === 0) continue;
      parted.set(section, partedAmong((await this.#store.heads(chart, section)).found));
    }
    if (parted.size > 0) this.#parted.set(chart, parted);
  }

  missing(chart: ChartId): ReadonlyMap<Section, readonly EntryHash[]> {
    return this.#missing.get(chart) ?? noHashes;
  }

  chartsMissing(): readonly ChartId[] {
    return [...this.#missing].flatMap(([chart, sections]) => (sections.size === 0 ? [] : [chart]));
  }

  /** Heads of the section that became durable a moment ago: those who had all before may have all now (`sections`). */
  recentHeads(chart: ChartId, section: Section): readonly StoredHead[] {
    return this.#recent.of(chart, section);
  }

  /** It was verified on its way to the disk, or made here, and was among the last: only verified entries are committed. */
  cameJustNow(hash: EntryHash): boolean {
    return this.#recent.has(hash);
  }

  /** The entries named, from memory where all of them became durable a moment ago. */
  async entriesOf(
    chart: ChartId,
    section: Section,
    hashes: ReadonlySet<EntryHash>,
  ): Promise<Found<readonly StoredEntry[]>> {
    const recent = this.#recent.all(hashes);
    return recent === undefined ? this.#store.entries(chart, section, hashes) : { found: recent, damaged: [] };
  }

  /** Every entry of a section that is whole; the others are `missing` from now on, until peers give them again. */
  async entries(chart: ChartId, section: Section): Promise<readonly StoredEntry[]> {
    const { found, damaged } = await this.#store.entries(chart, section);
    if (damaged.length > 0 || this.missing(chart).has(section)) await this.#noteMissing(chart, section, found);
    return found;
  }

  /**
   * Somebody looked for entries of this section and did not find them whole. `uncovered`: the snapshot that stood for these
   * is gone or was refused, so it is their ciphertexts that are needed again.
   */
  async noteMissing(chart: ChartId, section: Section, uncovered: ReadonlySet<EntryHash> = new Set()): Promise<void> {
    const name = `${chart}/${section}`;
    this.#uncovered.set(name, new Set([...(this.#uncovered.get(name) ?? []), ...uncovered]));
    const before = this.missing(chart).get(section)?.join();
    await this.#noteMissing(chart, section, (await this.#store.entries(chart, section)).found);
    if (this.missing(chart).get(section)?.join() !== before) this.whenMissing(chart);
  }

  /** Set by whoever can ask others for what is missing here. */
  whenMissing: (chart: ChartId) => void = () => undefined;

  async #noteMissing(chart: ChartId, section: Section, found: readonly StoredEntry[]): Promise<void> {
    const whole = new Set(found.map((entry) => entry.hash));
    const [heads, snapshots] = await Promise.all([
      this.#store.heads(chart, section),
      this.#store.snapshotNames(chart, section),
    ]);
    const uncovered = this.#uncovered.get(`${chart}/${section}`);
    const lost = heads.found.flatMap(({ hash, covered }) => {
      const isAway = covered === undefined || !snapshots.has(covered.by) || uncovered?.has(hash) === true;
      return isAway && !whole.has(hash) ? [hash] : [];
    });
    const headless = heads.damaged.length === 0 ? noneLost : lostHeads(heads.found, this.frontier(chart, section));
    this.#noteLost(chart, section, headless);
    const all = [...new Set([...[...headless.values()].flatMap((one) => one.missing), ...lost])];
    const missing = new Map(this.missing(chart));
    if (all.length > 0) missing.set(section, all);
    else missing.delete(section);
    this.#missing.set(chart, missing);
  }

  #noteLost(chart: ChartId, section: Section, some: LostHeads): void {
    const lost = new Map(this.#lost.get(chart));
    if (some.size > 0) lost.set(section, some);
    else lost.delete(section);
    if (lost.size > 0) this.#lost.set(chart, lost);
    else this.#lost.delete(chart);
  }

  /** `may` says which heads the asker may have. Up to about `maxBytes`, at least one. */
  async entriesBeyond(
    chart: ChartId,
    section: Section,
    theirs: Frontier,
    may: (head: StoredHead) => boolean,
    maxBytes: number,
  ): Promise<{ readonly entries: readonly Bytes[]; readonly more: boolean }> {
    const whole = theirs.length === 0 ? await this.#wholeSection(chart, section, maxBytes) : undefined;
    if (whole !== undefined) return { entries: whole.filter(may).map(wholeEntry), more: false };
    const all = (await this.#headsBeyond(chart, section, theirs)).filter(may);
    const items = await itemsForCovered(this.#store, all, may);
    if (items.length > 0) return { entries: items, more: true };
    const beyond = wholeBeforeCovered(all);
    const chosen = beyond.slice(0, headsAtOnce).map((head) => head.hash);
    const { found } = await this.entriesOf(chart, section, new Set(chosen));
    const byHash = new Map(found.map((entry) => [entry.hash, entry]));
    const entries: Bytes[] = [];
    let bytes = 0;
    for (const hash of chosen) {
      const entry = byHash.get(hash);
      if (entry === undefined) continue;
      const whole = wholeEntry(entry);
      if (entries.length > 0 && bytes + whole.length > maxBytes) return { entries, more: true };
      entries.push(whole);
      bytes += whole.length;
    }
    return { entries, more: all.length > chosen.length };
  }

  /**
   * Everything of a section in one read, by position, where that is all there is to give: each entry here, none without its
   * ciphertext, and no more than fits.
   */
  async #wholeSection(chart: ChartId, section: Section, maxBytes: number): Promise<readonly StoredEntry[] | undefined> {
    const state = this.sections(chart).get(section);
    if (state === undefined || state.bytes > maxBytes || state.entries > headsAtOnce) return undefined;
    const { found, damaged } = await this.#store.entries(chart, section);
    const isAll = damaged.length === 0 && found.length === state.entries;
    return isAll ? found.toSorted((a, b) => a.seq - b.seq) : undefined;
  }

  /** By position, so that wherever the answer is cut, every chain is cut after its earlier entries. */
  async #headsBeyond(chart: ChartId, section: Section, theirs: Frontier): Promise<readonly StoredHead[]> {
    const state = this.sections(chart).get(section);
    const parts = state === undefined || besideCount(state.entries, state) > 0;
    const recent = parts ? undefined : this.#recent.beyond(state, theirs);
    if (recent !== undefined) return recent;
    const heads = (await this.#store.heads(chart, section)).found;
    return [...headsBeyond(heads, theirs)].sort((a, b) => a.seq - b.seq);
  }

  async entriesNamed(
    chart: ChartId,
    section: Section,
    hashes: readonly EntryHash[],
    may: (head: StoredHead) => boolean,
    maxBytes: number,
  ): Promise<readonly Bytes[]> {
    const named = new Set(hashes);
    const { found } = await this.#store.entries(chart, section, named);
    const away = found.length === named.size ? [] : (await this.#store.heads(chart, section)).found;
    const covered = away.filter((head) => named.has(head.hash) && may(head));
    const entries: Bytes[] = [...(await itemsForNamed(this.#store, covered, may))];
    let bytes = 0;
    for (const entry of found.filter(may)) {
      const whole = wholeEntry(entry);
      if (bytes > 0 && bytes + whole.length > maxBytes) break;
      bytes += whole.length;
      entries.push(whole);
    }
    return entries;
  }

  /** Received entries of one section, each with its verdict; durable when this resolves. */
  async keep(chart: ChartId, section: Section, entries: readonly ReceivedItem[]): Promise<KeptEntries> {
    const [kept] = await this.keepAll([{ chart, section, entries }]);
    return kept ?? { verdicts: [], forks: [] };
  }

  /** The same of many sections, none of them twice, in one commit; if the disk takes not all of them, each by itself. */
  keepAll(sections: readonly SectionEntries[]): Promise<readonly KeptEntries[]> {
    return this.#inTurn(async () => {
      const prepared: Prepared[] = [];
      for (const one of sections) prepared.push(await this.#prepare(one));
      const together = await this.#keepPrepared(prepared);
      if (together.ok || prepared.length === 1) return prepared.map((one) => outcomeOf(one, together));
      const outcomes: KeptEntries[] = [];
      for (const one of prepared) outcomes.push(outcomeOf(one, await this.#keepPrepared([one])));
      return outcomes;
    });
  }

  /** A commit of one's own: anything at all, in turn with received entries. */
  commit(batch: Commit): ReturnType<Store['commit']> {
    return this.#inTurn(async () => {
      const result = await this.#store.commit(batch);
      if (result.ok) {
        await this.#refresh(batch.entries ?? [], batch.beside ?? []);
        for (const { chart, section, entries } of batch.replaced ?? []) {
          await this.#readState(chart);
          // They go by a snapshot that was checked.
          for (const hash of entries) this.#uncovered.get(`${chart}/${section}`)?.delete(hash);
          if (this.missing(chart).has(section)) await this.entries(chart, section);
        }
        for (const { name } of batch.refused ?? []) this.#noteRefused(name);
      }
      return result;
    });
  }

  #noteRefused(name: SnapshotName): void {
    this.#refused.add(name);
    for (const oldest of this.#refused) {
      if (this.#refused.size <= maxRefusedNames) return;
      this.#refused.delete(oldest);
    }
  }

  /** Names and headers of the snapshots kept of a section; what cannot be read is left out. */
  async snapshotsMade(
    chart: ChartId,
    section: Section,
  ): Promise<readonly { readonly name: SnapshotName; readonly header: SnapshotHeader }[]> {
    const { found } = await this.#store.snapshots(chart, section);
    return found.flatMap(({ name, bytes }) => {
      const made = decodeSnapshot(bytes);
      return made.ok && made.value.name === name ? [{ name, header: made.value.header }] : [];
    });
  }

  removeChart(chart: ChartId): ReturnType<Store['removeChart']> {
    return this.#inTurn(async () => {
      const result = await this.#store.removeChart(chart);
      if (result.ok) {
        this.#states.delete(chart);
        this.#lost.delete(chart);
        this.#recent.forget(chart);
      }
      return result;
    });
  }

  async #keepPrepared(prepared: readonly Prepared[]): ReturnType<Store['commit']> {
    const batch = {
      entries: prepared.flatMap(({ batch: { entries } }) => entries),
      beside: prepared.flatMap(({ batch: { beside } }) => beside),
      covered: prepared.flatMap(({ batch: { covered } }) => covered),
      snapshots: prepared.flatMap(({ batch: { snapshots } }) => snapshots),
      superseded: prepared.flatMap(({ batch: { superseded } }) => superseded),
    };
    if (Object.values(batch).every((part) => part.length === 0)) return ok(undefined);
    const result = await this.#store.commit(batch);
    if (!result.ok) return result;
    await this.#refresh(batch.entries, batch.beside);
    for (const { chart, batch: one } of prepared) if (one.covered.length > 0) await this.#readState(chart);
    for (const { chart, section } of prepared) if (this.missing(chart).has(section)) await this.entries(chart, section);
    return result;
  }

  async #prepare({ chart, section, entries }: SectionEntries): Promise<Prepared> {
    const tips = itemsByChain(this.frontier(chart, section));
    const missing = new Set(this.missing(chart).get(section));
    let here: Map<EntryHash, StoredHead> | undefined;
    /** Heads that lie here more than once. */
    let again: number | undefined;
    const known = async (): Promise<Map<EntryHash, StoredHead>> =>
      (here ??= new Map((await this.#store.heads(chart, section)).found.map((head) => [head.hash, head])));
    const batch = { entries: [] as NewEntry[], beside: [] as NewEntry[], covered: [] as CoveredHead[] };
    const snapshots = new Map<SnapshotName, VerifiedSnapshot>();
    const verdicts: Verdict[] = [];
    const forks: EntryHash[] = [];
    for (const entry of entries) {
      const { seq, prev, device, stint } = entry.header;
      const chain = chainNameOf(device, stint);
      const tip = tips.get(chain);
      if (entry.kind === 'head' && this.#refused.has(entry.by.name)) {
        // No fault of whoever hands it on: a keeper cannot look into it.
        verdicts.push({ kind: 'later', reason: 'snapshot-refused' });
        continue;
      }
      if (seq === (tip?.seq ?? 0) + 1 && prev === (tip?.hash ?? null)) {
        if (entry.kind === 'head') {
          batch.covered.push(coveredHead(entry, false));
          snapshots.set(entry.by.name, entry.by);
        } else batch.entries.push(newEntry(entry));
        tips.set(chain, { chain, seq, hash: entry.hash });
        verdicts.push({ kind: 'kept' });
        continue;
      }
      if ([...batch.entries, ...batch.covered].some(({ hash }) => hash === entry.hash)) {
        verdicts.push({ kind: 'known' });
        continue;
      }
      const heads = await known();
      again ??= (this.sections(chart).get(section)?.entries ?? 0) - heads.size;
      const isKnown = heads.has(entry.hash);
      if (isKnown && !missing.has(entry.hash)) {
        verdicts.push({ kind: 'known' });
      } else if (!isKnown && seq > (tip?.seq ?? 0) && (prev === null || !heads.has(prev))) {
        verdicts.push({ kind: 'later', reason: 'gap' });
      } else if (isKnown && entry.kind === 'head' && again >= maxHeadsKeptAgain * heads.size) {
        // One bogus snapshot after the other would fill the disk; its ciphertext is taken all the same.
        verdicts.push({ kind: 'later', reason: 'too-many-snapshots' });
      } else if (!isKnown && besideCount(heads.size, this.sections(chart).get(section)) >= maxEntriesBesideChain) {
        verdicts.push({ kind: 'refused', reason: 'too-many-forks' });
      } else {
        if (entry.kind === 'head') snapshots.set(entry.by.name, entry.by);
        const added = entry.kind === 'head' ? coveredHead(entry, true) : newEntry(entry);
        // A head that is here already goes by this snapshot now: it may say what the one before did not.
        if ('by' in added) batch.covered.push(added);
        else batch.beside.push(added);
        if (entry.kind === 'head') this.#uncovered.get(`${chart}/${section}`)?.delete(entry.hash);
        if (isKnown) again += 1;
        // Where heads are lost it may be what was there: it is another only beside one that is known.
        const isOther =
          !this.#lostIn(chart, section).has(chain) ||
          (seq === tip?.seq && entry.hash !== tip.hash) ||
          [...heads.values()].some((one) => one.seq === seq && chainNameOf(one.device, one.stint) === chain);
        if (!isKnown && isOther) forks.push(entry.hash);
        heads.set(entry.hash, added);
        missing.delete(entry.hash);
        verdicts.push({ kind: 'kept' });
      }
    }
    const superseded = await this.#supersededBy({ chart, section }, [...snapshots.values()]);
    const kept = { ...batch, snapshots: [...snapshots.values()].map(storedSnapshot), superseded };
    return { chart, section, batch: kept, verdicts, forks };
  }

  /** Whoever is behind is sent a newer snapshot each time: one maker's newest is enough, as long as nothing here opened them. */
  async #supersededBy(
    { chart, section }: Pick<SectionEntries, 'chart' | 'section'>,
    fresh: readonly VerifiedSnapshot[],
  ): Promise<readonly Supersession[]> {
    if (fresh.length === 0) return [];
    const here = await this.snapshotsMade(chart, section);
    return fresh.flatMap((one) => {
      const older = here.filter(({ name, header }) => name !== one.name && supersedes(one.header, header));
      return older.length === 0
        ? []
        : [{ chart, section, by: one.name, former: new Set(older.map(({ name }) => name)) }];
    });
  }

  /** After a commit: what it made of the states, worked out where chains only grew, else read. */
  async #refresh(entries: readonly NewEntry[], beside: readonly NewEntry[]): Promise<void> {
    for (const chart of new Set([...entries, ...beside].map((entry) => entry.chart))) {
      const extended = this.#extended(
        chart,
        entries.filter((entry) => entry.chart === chart),
      );
      if (extended !== undefined && !beside.some((entry) => entry.chart === chart)) {
        this.#states.set(chart, extended);
        continue;
      }
      await this.#readState(chart);
    }
    this.#recent.note([...entries, ...beside]);
  }

  /** At once, so that whoever saw the one saw both. */
  async #readState(chart: ChartId): Promise<void> {
    const { found } = await this.#store.chartState(chart);
    await this.#noteParted(chart, found);
    this.#states.set(chart, found);
  }

  #extended(chart: ChartId, entries: readonly NewEntry[]): ReadonlyMap<Section, SectionState> | undefined {
    const states = new Map(this.sections(chart));
    for (const section of new Set(entries.map((entry) => entry.section))) {
      const state = states.get(section);
      const parts = state !== undefined && besideCount(state.entries, state) > 0;
      const kept = entries.filter((entry) => entry.section === section);
      const extended = parts ? undefined : extendedState(state, kept);
      if (extended === undefined) return undefined;
      states.set(section, extended);
    }
    return states;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Names kept of snapshots that were refused: enough that one sent again and again is looked into once. */
const maxRefusedNames = 1_000;

/** Heads read into one answer: bounds memory where entries are tiny. */
const headsAtOnce = 2048;

/**
 * Those above the other's position of their chain, in the order in which they were kept; and where the other names another
 * entry at a position, the one kept here, which proves the fork.
 */
function headsBeyond(heads: readonly StoredHead[], theirs: Frontier): readonly StoredHead[] {
  const items: ReadonlyMap<string, FrontierItem> = itemsByChain(theirs);
  const known = new Set(heads.map((head) => head.hash));
  return heads.filter((head) => {
    const item = items.get(chainNameOf(head.device, head.stint));
    if (item === undefined || head.seq > item.seq) return true;
    return head.seq === item.seq && head.hash !== item.hash && !known.has(item.hash);
  });
}

/**
 * Of each chain the entries with their ciphertexts, up to one that goes by a snapshot: that one comes first, in a later answer.
 * Those at the beginning that go by one could not be given, so the others go without them.
 */
function wholeBeforeCovered(heads: readonly StoredHead[]): readonly StoredHead[] {
  const state = new Map<ChainName, 'begun' | 'ended'>();
  return heads.filter((head) => {
    const chain = chainNameOf(head.device, head.stint);
    if (!isCovered(head) && state.get(chain) !== 'ended') {
      state.set(chain, 'begun');
      return true;
    }
    if (isCovered(head) && state.get(chain) === 'begun') state.set(chain, 'ended');
    return false;
  });
}

/** Entries that are not on the chain their frontier counts. */
function besideCount(entries: number, state: SectionState | undefined): number {
  return entries - (state?.frontier ?? []).reduce((total, item) => total + item.seq, 0);
}

function outcomeOf({ verdicts, forks }: Prepared, result: Result<undefined, CommitFailure>): KeptEntries {
  if (result.ok) return { verdicts, forks };
  return { verdicts: verdicts.map((verdict) => unlessKept(verdict, result.reason)), forks: [] };
}

function unlessKept(verdict: Verdict, failure: CommitFailure): Verdict {
  return verdict.kind === 'kept' ? { kind: 'later', reason: `store-${failure}` } : verdict;
}

/** The entries of every chain on which two have one place, from that place on. */
function partedAmong(heads: readonly StoredHead[]): Frontier {
  const partsAt = new Map<ChainName, number>();
  const seen = new Set<string>();
  for (const { device, stint, seq } of heads) {
    const chain = chainNameOf(device, stint);
    const place = `${chain} ${seq}`;
    if (seen.has(place)) partsAt.set(chain, Math.min(seq, partsAt.get(chain) ?? seq));
    seen.add(place);
  }
  return heads
    .map(({ device, stint, seq, hash }) => ({ chain: chainNameOf(device, stint), seq, hash }))
    .filter(({ chain, seq }) => seq >= (partsAt.get(chain) ?? Infinity))
    .sort((a, b) => (a.chain === b.chain ? a.seq - b.seq || (a.hash < b.hash ? -1 : 1) : a.chain < b.chain ? -1 : 1));
}

/**
 * One section of one chart while it is in use: keeps what counts (access/effective.ts) and what is in the document
 * (section-reading.ts) in step with the disk and the charter, and seals edits (section-sealing.ts). It never writes to the
 * disk: chart-writer.ts and the receiving side commit.
 */
import type { ChangeHash, ChartId, EntryHash } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { admitEntry, admitForReview, judgeEntries, mayBeReviewed, type Judgement } from '../../access/effective.ts';
import type { Finding } from '../../access/findings.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { SectionDocument } from '../../crdt/section-document.ts';
import {
  chainNameOf,
  decodeEntryHead,
  type AdmittedEntry,
  type EntryHeader,
  type FrontierItem,
  type VerifiedEntry,
} from '../../crypto/entry.ts';
import type { StoredHead } from '../../store/store.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import { isWorthASnapshot, keyForSnapshot } from './compaction.ts';
import { EntryFrontiers } from './entry-frontiers.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SealedWrite } from '../sealed-records.ts';
import { onlyWholeBatches, openEach, type Opened, type Opening, type Stopped } from './section-opening.ts';
import { inFixedOrder } from './section-order.ts';
import { SectionReading } from './section-reading.ts';
import { reviewSection, timesOf, type ReviewedAct } from './section-review.ts';
import { SectionSealing, type SealFailure, type SealingUnder } from './section-sealing.ts';
import { SectionSnapshots } from './section-snapshots.ts';
import type { ReadSnapshot } from './snapshot-checking.ts';

export interface SealedEdit {
  readonly entries: readonly VerifiedEntry[];
  readonly record: SealedWrite;
}

/** Clocks of people's machines differ by less. */
export const clockToleranceMs = 5 * 60_000;
/** Kept per section: who has no right clock once has none in a hundred entries. */
const maxEarly = 200;

/** Bytes of changes whose trial takes a good part of a frame. One edit is far below. */
const longToTry = 4_096;

function isLongToTry(opened: readonly Opened[]): boolean {
  let bytes = 0;
  for (const { body } of opened) for (const change of body.changes) bytes += change.length;
  return bytes > longToTry;
}

/** Per chain, the newest entry up to which all were checked and merged before: these need no trial again (AM-3). */
type CheckedUpTo = Readonly<Record<string, EntryHash>>;

/** Minutes, per entry whose author's clock was ahead when it first arrived here. */
type EarlyBy = Readonly<Record<EntryHash, number>>;

/** What may be opened for one purpose, by its ciphertext and by its name. */
interface Openable {
  readonly admit: (entry: VerifiedEntry) => AdmittedEntry | undefined;
  readonly may: (hash: EntryHash) => boolean;
}

export class SectionKeeper {
  readonly chart: ChartId;
  readonly section: Section;
  readonly #context: PracticeContext;
  #access: ChartAccess;
  readonly #graph = new EntryFrontiers();
  readonly #sealing: SectionSealing;
  readonly #reading: SectionReading;
  readonly #snapshots: SectionSnapshots;
  #judgement: Judgement;
  #stopped: ReadonlyMap<EntryHash, Stopped> = new Map();
  #checked: CheckedUpTo = {};
  #early: EarlyBy = {};
  readonly #late = new Set<EntryHash>();
  #keptEarly = 0;
  /** What was last settled by making the document anew. */
  #contest = '';
  #damaged = 0;
  #hasUnreadableHeads = false;

  private constructor(context: PracticeContext, access: ChartAccess, section: Section) {
    this.#context = context;
    this.#access = access;
    this.chart = access.charter.chart;
    this.section = section;
    this.#sealing = new SectionSealing(context, this.chart, section);
    this.#reading = SectionReading.empty(this.#graph, this.#sealing.author);
    this.#snapshots = new SectionSnapshots(context, this.chart, section, this.#graph);
    this.#judgement = this.#judge();
  }

  static async load(context: PracticeContext, access: ChartAccess, section: Section): Promise<SectionKeeper> {
    const keeper = new SectionKeeper(context, access, section);
    await Promise.all([keeper.#recall(), keeper.#takeHeads()]);
    await keeper.refresh(access);
    return keeper;
  }

  /** What was found out before: of a section that nothing is kept of, which most are that an import begins, there is nothing to ask. */
  async #recall(): Promise<void> {
    const { content, records } = this.#context;
    if (!content.sections(this.chart).has(this.section)) return;
    const [checked, early] = await Promise.all([
      records.read(this.#recordKey, (value) => value as CheckedUpTo),
      records.read(this.#clockKey, (value) => value as EarlyBy),
      this.#snapshots.recall(),
    ]);
    this.#checked = checked ?? {};
    this.#early = early ?? {};
    this.#keptEarly = Object.keys(this.#early).length;
  }

  get document(): SectionDocument {
    return this.#reading.document;
  }

  get graph(): EntryFrontiers {
    return this.#graph;
  }

  get judgement(): Judgement {
    return this.#judgement;
  }

  get isDamaged(): boolean {
    return this.#damaged > 0;
  }

  /** Whether an entry names parts of files: only such can have brought any (EN-10). */
  get hasFiles(): boolean {
    for (const { chunks } of this.#graph.headers.values()) if (chunks !== undefined) return true;
    return false;
  }

  /** Effective entries that are not in the document: "3 entries of Clinic B not yet readable". */
  get stopped(): ReadonlyMap<EntryHash, Stopped> {
    return this.#stopped;
  }

  /** Written by someone who had no right to, or lost it, kept for review with why (CUT-4). */
  get setAside(): ReadonlyMap<EntryHash, Finding> {
    const vain = [...this.#judgement.waiting].filter(([hash, why]) => !this.#mayStillCount(hash, why));
    return new Map([...this.#judgement.quarantined, ...vain]);
  }

  /** Something newer of a device that lost its place: an admin is to say how far it counts (CH-3). */
  get awaitsClose(): boolean {
    return [...this.#judgement.waiting.values()].some(({ reason }) => reason === 'waits-for-close');
  }

  /** What each of them is and would change. */
  review(): Promise<readonly ReviewedAct[]> {
    return reviewSection({ ...this.#reviewed(), aside: this.setAside });
  }

  /** When their authors say they wrote these entries, as far as they can be opened. */
  timesOf(hashes: Iterable<EntryHash>): Promise<ReadonlyMap<EntryHash, number>> {
    return timesOf(this.#reviewed(), new Set(hashes));
  }

  #reviewed() {
    const judgement = this.#judgement;
    const open = (hashes: ReadonlySet<EntryHash>): Promise<Opening> =>
      this.#open(hashes, {
        admit: (entry) => admitForReview(entry, judgement),
        may: (hash) => mayBeReviewed(hash, judgement),
      });
    return { open, graph: this.#graph, reading: this.#reading };
  }

  /** The entry a change of the document came in. */
  entryOf(change: ChangeHash): EntryHash | undefined {
    return this.#reading.entryOf(change);
  }

  /** What counts only because somebody admitted it (CUT-4). */
  get admitted(): ReadonlySet<EntryHash> {
    const { charter } = this.#access;
    if (charter.admittedIn(this.section).length === 0) return new Set();
    const { effective } = this.#judge({ ...charter, admittedIn: () => [] });
    return new Set([...this.#judgement.effective].filter((hash) => !effective.has(hash)));
  }

  /**
   * Whether what is waited for could bring a waiting entry in: its author may write now, or a cut names it. If not, nobody
   * waits for it: else one whose right has ended could keep this section unfinished for ever. What waits for a `close` waits
   * for a person, and is shown to one (CH-3).
   */
  #mayStillCount(hash: EntryHash, why: Finding): boolean {
    const header = this.#graph.get(hash);
    if (header === undefined || why.reason === 'waits-for-close') return false;
    const { charter } = this.#access;
    const practice = this.#context.rosters.practiceOf(header.device);
    if (practice === undefined || charter.rightOf(practice, this.section) === 'write') return true;
    const chain = chainNameOf(header.device, header.stint);
    return charter.cutsOf(this.section).some((item) => item.chain === chain && header.seq <= item.seq);
  }

  /**
   * The same place of a chain, or the last one before a batch that is not whole at its end: a cut in its middle would leave
   * this section waiting for ever for the rest (EN-9). Undefined when nothing of the chain is left.
   */
  beforeHalfBatch({ chain, seq, hash }: FrontierItem): FrontierItem | undefined {
    let at: EntryHash | null = hash;
    let steps = 0;
    for (; at !== null && this.#stopped.get(at)?.kind === 'batch-incomplete'; steps++)
      at = this.#graph.get(at)?.prev ?? null;
    return at === null ? undefined : { chain, seq: seq - steps, hash: at };
  }

  /**
   * Takes in what the disk and the charter hold by now. True when the document was made anew, because something that was in
   * it no longer counts (CUT-6).
   */
  async refresh(access: ChartAccess): Promise<boolean> {
    this.#access = access;
    await this.#takeHeads();
    this.#judgement = this.#judge();
    const { effective } = this.#judgement;
    const shrunk = [...this.#reading.merged].some((hash) => !effective.has(hash));
    if (shrunk) this.#reading.forget(this.#sealing.author);
    const wanted = new Set([...effective].filter((hash) => !this.#reading.merged.has(hash)));
    let stopped = await this.#takeIn(wanted);
    const anew = this.#contestIn(stopped) !== this.#contest;
    if (anew) {
      this.#reading.forget(this.#sealing.author);
      stopped = await this.#takeIn(effective, true);
      this.#contest = this.#contestIn(stopped);
    }
    this.#stopped = new Map([...stopped, ...this.#stillWaiting()]);
    return shrunk || anew;
  }

  /** The heads of all entries: what is new from memory, if that makes all there are; else from the disk. */
  async #takeHeads(): Promise<void> {
    const { content, store } = this.#context;
    this.#addHeads(content.recentHeads(this.chart, this.section));
    const kept = content.sections(this.chart).get(this.section)?.entries ?? 0;
    if (this.#damaged === 0 && this.#graph.headers.size === kept) return;
    const heads = await store.heads(this.chart, this.section);
    this.#addHeads(heads.found);
    this.#hasUnreadableHeads = heads.damaged.length > 0;
    this.#damaged = this.#hasUnreadableHeads ? await this.#askForLost() : 0;
  }

  /** What lay there is asked for; once peers gave it again, nothing is lost though the record stays what it is. */
  async #askForLost(): Promise<number> {
    const { content } = this.#context;
    await content.noteMissing(this.chart, this.section);
    return content.missing(this.chart).get(this.section)?.length ?? 0;
  }

  #addHeads(heads: readonly StoredHead[]): void {
    for (const { hash, head } of heads) {
      const decoded = this.#graph.get(hash) === undefined ? decodeEntryHead(head) : undefined;
      if (decoded?.ok === true) this.#graph.add(decoded.value);
    }
  }

  /**
   * The entries that were left out because another holds their actor's number, and which side of each fork stands. Where that
   * is news, what came first must not be what counts: the document is made anew in an order that all devices share (CUT-8).
   */
  #contestIn(stopped: ReadonlyMap<EntryHash, Stopped>): string {
    const leftOut = [...stopped].filter(([, why]) => why.kind === 'bad' && why.reason === 'AM-1 sequence-reused');
    if (leftOut.length === 0) return '';
    const standing = this.#judgement.forks.map((fork) => `${fork.chain} ${fork.standing ?? ''}`);
    return [...leftOut.map(([hash]) => hash).sort(), ...standing.sort()].join();
  }

  close(): void {
    this.#reading.close();
  }

  /** `anew`: nothing is taken for granted, and the order is the one that all devices share. */
  async #takeIn(wanted: ReadonlySet<EntryHash>, anew = false): Promise<ReadonlyMap<EntryHash, Stopped>> {
    if (wanted.size === 0) return new Map();
    const first = !anew && this.#reading.merged.size === 0;
    const base = first ? await this.#snapshots.base(this.#access, wanted) : undefined;
    const covered = new Set(base?.entries.map(({ hash }) => hash));
    const judgement = this.#judgement;
    const opening = await this.#open(new Set([...wanted].filter((hash) => !covered.has(hash))), {
      admit: (entry) => admitEntry(entry, judgement),
      may: (hash) => judgement.effective.has(hash),
    });
    const { opened, stopped } = onlyWholeBatches(opening, () => this.#headersOf([...covered, ...this.#reading.merged]));
    if (anew) return new Map([...stopped, ...this.#reading.take(inFixedOrder(opened, judgement.forks), stopped)]);
    const checked = this.#checkedEntries();
    const known = first ? opened.filter(({ entry }) => checked.has(entry.hash)) : [];
    const loaded = this.#loadFirst(known, base);
    if (base !== undefined && loaded === undefined) {
      this.#snapshots.distrust();
      return this.#takeIn(wanted);
    }
    const rest = loaded === undefined ? opened : opened.filter((one) => !loaded.includes(one));
    // Whose sections are all new tries them one after the other: a key that was pressed meanwhile comes between.
    if (isLongToTry(rest)) await this.#context.ports.pause();
    const outcome = this.#reading.take(rest, stopped);
    for (const { entry } of rest) this.#noteClock(entry.hash);
    return new Map([...stopped, ...outcome]);
  }

  /** Which of the known entries the document is begun with; undefined: with none of all that. */
  #loadFirst(known: readonly Opened[], base: ReadSnapshot | undefined): readonly Opened[] | undefined {
    if (known.length === 0 && base === undefined) return undefined;
    if (this.#reading.load(known, base, this.#sealing.author)) return known;
    // What lies beside a snapshot may build on what is damaged, which says nothing against the snapshot.
    const isLoaded = base !== undefined && known.length > 0 && this.#reading.load([], base, this.#sealing.author);
    return isLoaded ? [] : undefined;
  }

  #headersOf(entries: readonly EntryHash[]): readonly EntryHeader[] {
    return entries.flatMap((hash) => this.#graph.get(hash) ?? []);
  }

  /** From their ciphertexts, or from a snapshot that stands for them. What is in neither is asked for. */
  async #open(hashes: ReadonlySet<EntryHash>, which: Openable): Promise<Opening> {
    const { content } = this.#context;
    const stored = await content.entriesOf(this.chart, this.section, hashes);
    // What peers gave again stands beside the broken record, so it is the entries that are counted.
    const found = new Set(stored.found.map(({ hash }) => hash));
    const away = new Set([...hashes].filter((hash) => !found.has(hash)));
    const checked = this.#checkedEntries();
    const { opened, stopped } = await openEach(stored.found, {
      chart: this.chart,
      section: this.section,
      keys: this.#access.keys,
      admit: which.admit,
      // The sealed record names them by hash, and so all they follow; or they were verified on their way in just now.
      verifiedBefore: (name) => checked.has(name) || content.cameJustNow(name),
    });
    const bodies = await this.#snapshots.bodiesOf(this.#access, away);
    for (const { entry } of bodies.opened) away.delete(entry.hash);
    const waiting = new Map<EntryHash, Stopped>();
    for (const hash of bodies.waiting) {
      const device = this.#graph.get(hash)?.device;
      if (device !== undefined && away.delete(hash)) waiting.set(hash, { kind: 'no-key', device });
    }
    for (const hash of bodies.withheld) {
      const device = this.#graph.get(hash)?.device;
      if (device !== undefined && away.delete(hash)) waiting.set(hash, { kind: 'withheld', device });
    }
    this.#damaged += away.size;
    // A snapshot that waits may be one that never opens: whoever has the ciphertexts may give them all the same.
    const asked = new Set([...away, ...waiting.keys()]);
    if (asked.size > 0) await content.noteMissing(this.chart, this.section, asked);
    const allowed = bodies.opened.filter(({ entry }) => which.may(entry.hash));
    return { opened: [...opened, ...allowed], stopped: new Map([...stopped, ...waiting]) };
  }

  /** What an entry that just came says of its author's clock. */
  #noteClock(entry: EntryHash): void {
    const timeMs = this.#reading.timeOf(entry);
    if (timeMs === undefined || !this.#reading.merged.has(entry)) return;
    // It came before it was written: that clock was ahead, or this one behind.
    const offMs = timeMs - this.#context.timeMs();
    if (offMs > clockToleranceMs && Object.keys(this.#early).length < maxEarly)
      this.#early = { ...this.#early, [entry]: Math.round(offMs / 60_000) };
    // It builds on what was written later, by clocks that were not ahead themselves: that clock was behind.
    const seenMs = this.#reading.builtOn(entry).map((change) => {
      const by = this.entryOf(change);
      const doubtful = by !== undefined && this.#early[by] !== undefined;
      return doubtful ? 0 : (this.document.writerOf(change)?.timeMs ?? 0);
    });
    if (Math.max(0, ...seenMs) - timeMs > clockToleranceMs) this.#late.add(entry);
  }

  /** Entries that came since this was opened and whose authors' clocks were behind. */
  get late(): ReadonlySet<EntryHash> {
    return this.#late;
  }

  /** By how many minutes their authors' clocks were ahead. */
  get early(): ReadonlyMap<EntryHash, number> {
    return new Map(Object.entries(this.#early) as [EntryHash, number][]);
  }

  /** `isOpen`: the chart is in use. */
  isWorthASnapshot(isOpen: boolean): boolean {
    // Ciphertexts are let go only where every record of heads can be read.
    if (this.#damaged > 0 || this.#hasUnreadableHeads || this.#judgement.forks.length > 0) return false;
    const loose = [...this.#reading.merged].filter((hash) => !this.#snapshots.covers(hash));
    const bytes = loose.reduce((sum, hash) => sum + (this.#graph.get(hash)?.ctLength ?? 0), 0);
    const { snapshotsFrom } = this.#context.ports;
    return isWorthASnapshot(
      { entries: loose.length, bytes, snapshotBytes: this.#snapshots.bytes },
      { isOpen, ...(snapshotsFrom === undefined ? {} : { fewest: snapshotsFrom }) },
    );
  }

  /**
   * Makes a snapshot of what is merged if that is worth it. Nothing waits for it; of a section with anything contested or
   * damaged none is made, for what is written then must be told from its ciphertexts. Inside the queue only.
   */
  async compact(isOpen = false): Promise<void> {
    if (!this.isWorthASnapshot(isOpen)) return;
    const covered = new Set(this.#reading.merged);
    const keys = new Set([...covered].flatMap((hash) => this.#graph.get(hash)?.epoch ?? []));
    const epoch = keyForSnapshot(this.#access, this.section, keys);
    const made = epoch === undefined ? undefined : await this.#snapshots.make(this.#access, epoch, this.#reading);
    if (made !== undefined) await this.#snapshots.adopt(made, covered);
  }

  /** An entry and those of its chain before it. */
  #addChain(to: Set<EntryHash>, newest: EntryHash): void {
    for (let at: EntryHash | null = newest; at !== null; at = this.#graph.get(at)?.prev ?? null) to.add(at);
  }

  /** The checked entries of every chain: those the checkpoint names, and what they follow. A fork's other branch is not. */
  #checkedEntries(): ReadonlySet<EntryHash> {
    const checked = new Set<EntryHash>();
    for (const newest of Object.values(this.#checked)) this.#addChain(checked, newest);
    return checked;
  }

  #stillWaiting(): readonly (readonly [EntryHash, Stopped])[] {
    return [...this.#judgement.waiting].flatMap(([hash, why]) => {
      const device = this.#graph.get(hash)?.device;
      return device !== undefined && this.#mayStillCount(hash, why)
        ? [[hash, { kind: 'waiting', device }] as const]
        : [];
    });
  }

  // -------------------------------------------------------------------------------------------------- writing

  /** Writes the edits of one act into the document. On failure, and if it is not sealed and committed, the caller drops this keeper. */
  write(
    edits: readonly SectionEdit[],
    timeMs: number,
    under: SealingUnder,
    { asImport }: { readonly asImport: boolean },
  ): Result<void, SealFailure> {
    if (this.#isForked(under.access)) return err('forked');
    return this.#sealing.write(edits, timeMs, under, this.#reading, asImport);
  }

  /** Seals what was written; the caller commits the entries and then calls `committed`, or drops this keeper. */
  async seal(under: SealingUnder, batchId: string | undefined): Promise<Result<SealedEdit, SealFailure>> {
    const sealed = await this.#sealing.seal(under, this.#reading, this.#graph, batchId);
    if (!sealed.ok) return sealed;
    const entries = sealed.value;
    const record = this.#context.records.write(this.#recordKey, this.#checkedWith(entries));
    return ok({ entries, record });
  }

  /** CUT-8: a chain that parted takes no more. What was told as saved there would be set aside everywhere. */
  #isForked({ charter }: ChartAccess): boolean {
    const { self } = this.#context;
    const stint = charter.stintOf(self.practice, self.device, this.section);
    return stint !== undefined && this.#judgement.forks.some(({ chain }) => chain === chainNameOf(self.device, stint));
  }

  committed({ entries }: SealedEdit, access: ChartAccess): void {
    this.#access = access;
    this.#checked = this.#checkedWith(entries);
    for (const { hash } of entries) this.#reading.keep(hash);
    this.#judgement = this.#judge();
  }

  /** Own entries just written need no trial, as long as all before them in their chain passed one: keys can be stolen. */
  #checkedWith(entries: readonly VerifiedEntry[]): CheckedUpTo {
    const checked: Record<string, EntryHash> = { ...this.#checked };
    for (const { hash, header } of entries) {
      const chain = chainNameOf(header.device, header.stint);
      if ((checked[chain] ?? null) === header.prev) checked[chain] = hash;
    }
    return checked;
  }

  /** What the next opening need not find out again; nothing where nothing changed since it was last kept. */
  checkpoints(): readonly SealedWrite[] {
    const checked = this.#checkpoint();
    const early = Object.keys(this.#early).length;
    const clock = early === this.#keptEarly ? [] : [this.#context.records.write(this.#clockKey, this.#early)];
    this.#keptEarly = early;
    return [checked, this.#snapshots.checkpoint(this.#reading.merged), ...clock].filter(
      (record) => record !== undefined,
    );
  }

  #checkpoint(): SealedWrite | undefined {
    const checked: Record<string, EntryHash> = {};
    // In order of position, so that an entry counts only if all before it in its chain do.
    const throughout = new Set<EntryHash | null>([null]);
    for (const [hash, { device, stint, prev }] of [...this.#graph.headers].sort(([, a], [, b]) => a.seq - b.seq)) {
      if (!this.#reading.merged.has(hash) || !throughout.has(prev)) continue;
      throughout.add(hash);
      checked[chainNameOf(device, stint)] = hash;
    }
    if (JSON.stringify(checked) === JSON.stringify(this.#checked)) return undefined;
    this.#checked = checked;
    return this.#context.records.write(this.#recordKey, checked);
  }

  #judge(charter = this.#access.charter): Judgement {
    const headers = [...this.#graph.headers].map(([hash, header]) => ({ hash, header }));
    // What is in the document stays there until a `close` says (CH-3), after a restart too.
    const heldBefore = new Set([...this.#reading.merged, ...this.#checkedEntries()]);
    const marked = Object.entries(this.#context.people.marks.get(this.chart).entries);
    for (const [place, newest] of marked) if (place.startsWith(`${this.section}/`)) this.#addChain(heldBefore, newest);
    return judgeEntries({ charter, section: this.section, headers, heldBefore });
  }

  get #clockKey(): string {
    return `clock/${this.chart}/${this.section}`;
  }

  get #recordKey(): string {
    return `checked/${this.chart}/${this.section}`;
  }
}

/**
 * What this practice says to the replicator of its peers (net/replication-host.ts): who may have what at this moment, by
 * rosters and charters as they stand, and what becomes of what they send. Every right is decided here and nowhere in net/.
 *
 * A practice is served a section while the charter says so; one whose rights have ended gets the operation that ended them,
 * may hand over what it wrote, and receives nothing newer (RE-1, attack 42).
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import { maxCitedHeads } from '../base/limits.ts';
import type { Section } from '../base/sections.ts';
import { encodeSignedOp } from '../access/operation.ts';
import type { CharterState } from '../access/charter.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';
import { pairKey } from '../crypto/pair-key.ts';
import type {
  ChartFrontier,
  ChartOps,
  Frontier,
  ReplicationHost,
  SectionEntries,
  SharedChart,
  Verdict,
} from '../net/replication-host.ts';
import type { ReceivedItem } from '../net/snapshot-gathering.ts';
import { leafDigest } from '../net/summary.ts';
import type { StoredHead } from '../store/store.ts';
import { BegunCharters } from './begun-charters.ts';
import type { ChartAccess } from './charter-book.ts';
import { foreignOpsLimits, overForeignQuota } from './charter-quota.ts';
import { waitingThere, waitThere } from './late-arrivals.ts';
import type { PracticeContext } from './practice-context.ts';
import { QuarantineQuota } from './quarantine-quota.ts';
import { storedRosterOp, type CheckedRosterOp } from '../replica/roster-book.ts';
import { chartsWith, opsFor, rosterHeadsToldTo, rostersToldOf, rostersToldTo } from './told-to.ts';

/** What the session does about news; each is called after it is durable. */
export interface ReplicationNews {
  /** Entries of these sections, or operations of the chart, came in. Works in the queue by itself. */
  chartCame(chart: ChartId, sections: readonly Section[]): void;
  charterCame(chart: ChartId, before: CharterState | undefined, after: CharterState): void;
  rosterCame(practice: PracticeId): void;
  confirmed(device: DeviceId, chart: ChartId): void;
  /** Something of a device that lost its place waits at another replica (CH-3). */
  closeIsAwaited(chart: ChartId): void;
}

export class PracticeReplication implements ReplicationHost {
  readonly self: ReplicationHost['self'];
  readonly #context: PracticeContext;
  readonly #news: ReplicationNews;
  readonly #quota: QuarantineQuota;
  readonly #foreignOps: typeof foreignOpsLimits;
  /** By device, chart and section: the frontier it last said it holds. */
  readonly #held = new Map<string, string>();
  readonly #shared = new Map<string, { readonly access: ChartAccess; readonly chart: SharedChart }>();
  readonly #begun = new BegunCharters();
  readonly #leaves = new Map<DeviceId, ReadonlyMap<ChartId, Bytes>>();

  constructor(context: PracticeContext, news: ReplicationNews, foreignOps = foreignOpsLimits) {
    this.#context = context;
    this.#foreignOps = foreignOps;
    this.#news = news;
    this.#quota = new QuarantineQuota(context);
    this.self = { practice: context.self.practice, device: context.self.device };
  }

  practiceOf(device: DeviceId): PracticeId | undefined {
    return this.#context.rosters.practiceOf(device);
  }

  rostersFor(device: DeviceId): readonly PracticeId[] {
    const practice = this.practiceOf(device);
    if (practice === undefined) return [];
    return rostersToldTo(this.#context, practice);
  }

  rosterHeads(practice: PracticeId): readonly OpId[] {
    return this.#context.rosters.get(practice)?.heads ?? [];
  }

  #chartsFor(device: DeviceId): ReadonlyMap<ChartId, SharedChart> {
    const practice = this.practiceOf(device);
    const charts = new Map<ChartId, SharedChart>();
    if (practice === undefined) return charts;
    for (const access of chartsWith(this.#context, practice)) {
      const shared = this.#sharedChart(access, practice);
      if (shared !== undefined) charts.set(access.charter.chart, shared);
    }
    return charts;
  }

  rostersOf(device: DeviceId, chart: ChartId): readonly PracticeId[] {
    const practice = this.practiceOf(device);
    const access = this.#context.charters.getLoaded(chart);
    return practice === undefined || access === undefined ? [] : rostersToldOf(this.#context, access, practice);
  }

  leavesFor(device: DeviceId): ReadonlyMap<ChartId, Bytes> {
    const leaves = new Map([...this.#chartsFor(device)].map(([chart, shared]) => [chart, leafDigest(chart, shared)]));
    const before = this.#leaves.get(device);
    const same = before?.size === leaves.size && [...leaves].every(([chart, digest]) => before.get(chart) === digest);
    if (before !== undefined && same) return before;
    this.#leaves.set(device, leaves);
    return leaves;
  }

  pairSecret(device: DeviceId): Bytes | undefined {
    const practice = this.practiceOf(device);
    const other = practice === undefined ? undefined : this.#context.rosters.get(practice)?.devices.get(device);
    return other === undefined ? undefined : pairKey(this.#context.self, other);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  readyCharts(): readonly ChartId[] {
    return this.#context.index.all.map(({ id }) => id);
  }

  chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined {
    const practice = this.practiceOf(device);
    const access = this.#context.charters.getLoaded(chart);
    return practice === undefined || access === undefined ? undefined : this.#sharedChart(access, practice);
  }

  rosterOpsBeyond(practice: PracticeId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]> {
    return Promise.resolve(this.#rosterOps(practice, known, device));
  }

  #rosterOps(practice: PracticeId, known: readonly OpId[], device: DeviceId): readonly Bytes[] {
    const roster = this.#context.rosters.get(practice);
    const to = this.practiceOf(device);
    if (roster === undefined || to === undefined) return [];
    const upTo = rosterHeadsToldTo(this.#context, practice, to);
    const heads = known.filter((head) => roster.ops.some((op) => op.id === head));
    return roster.ops
      .filter((op) => !roster.refused.has(op.id) && !(heads.length > 0 && roster.includes(heads, op.id)))
      .filter((op) => upTo === 'all' || roster.includes(upTo, op.id))
      .map((op) => encodeSignedOp(op.signed));
  }

  charterOpsBeyond(chart: ChartId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]> {
    return Promise.resolve(this.#charterOps(chart, known, device));
  }

  #charterOps(chart: ChartId, known: readonly OpId[], device: DeviceId): readonly Bytes[] {
    const practice = this.practiceOf(device);
    const access = this.#context.charters.getLoaded(chart);
    if (practice === undefined || access === undefined) return [];
    const { charter } = access;
    const has = (op: VerifiedCharterOp): boolean =>
      known.some((head) => head === op.id || charter.isBefore(op.id, head));
    const ops = opsFor(charter, practice).filter((op) => !has(op));
    if (waitThere(this.#context, charter, device, ops)) this.#news.closeIsAwaited(chart);
    return ops.map((op) => encodeSignedOp(op.signed));
  }

  entriesBeyond(
    ...[device, chart, section, theirs, maxBytes]: Parameters<ReplicationHost['entriesBeyond']>
  ): ReturnType<ReplicationHost['entriesBeyond']> {
    const may = this.#mayHave(device, chart, section);
    return this.#context.content.entriesBeyond(chart, section, theirs, may, maxBytes);
  }

  entriesNamed(
    device: DeviceId,
    chart: ChartId,
    section: Section,
    hashes: readonly EntryHash[],
  ): Promise<readonly Bytes[]> {
    const may = this.#mayHave(device, chart, section);
    return this.#context.content.entriesNamed(chart, section, hashes, may, maxNamedBytes);
  }

  missingIn(chart: ChartId): ReadonlyMap<Section, readonly EntryHash[]> {
    return this.#context.content.missing(chart);
  }

  chartsMissing(): readonly ChartId[] {
    return this.#context.content.chartsMissing();
  }

  // ------------------------------------------------------------------------------------------------- receiving

  receiveRosterOps(_from: DeviceId, practice: PracticeId, ops: readonly Bytes[]): Promise<readonly Verdict[]> {
    return this.#context.exclusively(async () => {
      const { rosters, content, charters } = this.#context;
      if (rosters.get(practice) === undefined && rosters.practices.length >= maxRosters)
        return ops.map(() => ({ kind: 'refused', reason: 'too-many-rosters' }));
      const checked = await rosters.checkEach(practice, ops);
      if (!checked.ok) return ops.map(() => ({ kind: 'refused', reason: checked.reason }));
      const fresh = checked.value.flatMap(({ op, found }) => (found === 'new' ? [op] : []));
      if (fresh.length > 0) {
        const kept = await content.commit({ ops: fresh.map(storedRosterOp) });
        if (!kept.ok) return ops.map(() => ({ kind: 'later', reason: `store-${kept.reason}` }));
        for (const { before, after } of charters.rosterChanged(rosters.add(fresh)))
          this.#news.charterCame(after.chart, before, after);
        this.#news.rosterCame(practice);
      }
      return checked.value.map(({ found }) => rosterVerdict(found));
    });
  }

  async receiveCharterOps(from: DeviceId, charters: readonly ChartOps[]): Promise<readonly (readonly Verdict[])[]> {
    const verdicts: (readonly Verdict[])[] = [];
    for (const { chart, ops } of charters) verdicts.push(await this.#receiveCharter(from, chart, ops));
    return verdicts;
  }

  #receiveCharter(from: DeviceId, chart: ChartId, ops: readonly Bytes[]): Promise<readonly Verdict[]> {
    return this.#context.exclusively(async () => {
      // One by one: what one operation is, of a newer version say, says nothing of the others in its frame.
      const checked = await Promise.all(ops.map((op) => this.#context.charters.check(chart, [op])));
      const sound = checked.flatMap((one) => (one.ok ? one.value : []));
      const verdicts = sound.length === 0 ? [] : [...(await this.#keepCharterOps(from, chart, sound))];
      return checked.map((one): Verdict =>
        one.ok
          ? (verdicts.shift() ?? { kind: 'later', reason: 'no-verdict' })
          : { kind: 'refused', reason: one.reason },
      );
    });
  }

  /** Inside the queue only. */
  async #keepCharterOps(
    from: DeviceId,
    chart: ChartId,
    ops: readonly VerifiedCharterOp[],
  ): Promise<readonly Verdict[]> {
    const { charters, content } = this.#context;
    const known = await charters.get(chart);
    const have = new Set(known?.ops.map((op) => op.id));
    const begun = known === undefined ? this.#begun.take(from, chart) : [];
    const fresh = [...begun, ...ops.filter((op) => !have.has(op.id))];
    if (fresh.length === 0) return ops.map(() => ({ kind: 'known' }));
    const judged = known === undefined ? charters.preview(fresh) : charters.extend(known, fresh);
    if (judged === undefined) return ops.map(() => ({ kind: 'later', reason: 'no-create' }));
    if (!this.#concernsUs(judged, from)) {
      // A long charter comes in several frames, and what gives us a right may be in the last.
      if (known === undefined && this.#begun.put(from, chart, fresh))
        return ops.map(() => ({ kind: 'later', reason: 'not-shared-with-us-yet' }));
      // Our grant may stand on what is not known yet, the roster of a practice we never met for one.
      const parked = judged.charter.parked.size > 0;
      return ops.map(() =>
        parked ? { kind: 'later', reason: 'parked' } : { kind: 'refused', reason: 'not-shared-with-us' },
      );
    }
    // What was refused stays refused (OP-4): it is told to the sender and takes no room here.
    const { refused } = judged.charter;
    const wellMade = fresh.filter((op) => !refused.has(op.id));
    const over = this.#overQuota(judged.charter, known?.ops ?? [], wellMade, from);
    const sound = wellMade.filter((op) => !over.has(op.id));
    // Keys may have been handed over before the charter came.
    const access =
      known === undefined ? charters.preview(sound, await charters.storedKeys(chart)) : charters.extend(known, sound);
    if (access === undefined) return ops.map(() => ({ kind: 'later', reason: 'no-create' }));
    if (sound.length > 0) {
      const kept = await content.commit(charters.write(access, sound));
      if (!kept.ok) return ops.map(() => ({ kind: 'later', reason: `store-${kept.reason}` }));
      charters.put(access);
      this.#news.charterCame(chart, known?.charter, access.charter);
    }
    return ops.map(({ id }): Verdict => {
      const finding = refused.get(id);
      if (finding !== undefined) return { kind: 'refused', reason: `${finding.rule} ${finding.reason}` };
      const noRoom = over.get(id);
      if (noRoom !== undefined) return noRoom;
      return have.has(id) ? { kind: 'known' } : { kind: 'kept' };
    });
  }

  /** Held against whoever sends its own; a colleague who hands on what it holds does nothing wrong. */
  #overQuota(
    charter: CharterState,
    known: readonly VerifiedCharterOp[],
    fresh: readonly VerifiedCharterOp[],
    from: DeviceId,
  ): ReadonlyMap<OpId, Verdict> {
    const uncounted = new Set([charter.custodian, this.self.practice]);
    const practiceOf = (device: DeviceId): PracticeId | undefined => this.practiceOf(device);
    const over = overForeignQuota({ known, fresh, uncounted, practiceOf }, this.#foreignOps);
    const sender = this.practiceOf(from);
    return new Map(
      [...over].map(([id, author]): readonly [OpId, Verdict] => {
        this.#context.diagnostics.count('operation', 'quota', author);
        return [id, { kind: author !== undefined && author === sender ? 'refused' : 'later', reason: 'quota' }];
      }),
    );
  }

  async receiveEntries(from: DeviceId, sections: readonly SectionEntries[]): Promise<readonly (readonly Verdict[])[]> {
    const verdicts: (readonly Verdict[])[] = [];
    for (const { chart, section, entries } of sections)
      verdicts.push(await this.#receiveSection(from, chart, section, entries));
    return verdicts;
  }

  async #receiveSection(
    from: DeviceId,
    chart: ChartId,
    section: Section,
    entries: readonly ReceivedItem[],
  ): Promise<readonly Verdict[]> {
    const access = this.#context.charters.getLoaded(chart);
    if (access === undefined) return entries.map(() => ({ kind: 'later', reason: 'chart-unknown' }));
    const { charter } = access;
    const reads = charter.rightOf(this.self.practice, section) !== 'none';
    const verdicts: Verdict[] = [];
    const taken: ReceivedItem[] = [];
    for (const entry of entries) {
      const author = this.practiceOf(entry.header.device);
      const reason = !reads
        ? 'not-ours-to-read'
        : author === undefined
          ? 'author-unknown'
          : this.#mayStandFor(charter, section, entry)
            ? undefined
            : 'snapshot-by-stranger';
      if (reason === undefined) taken.push(entry);
      else verdicts.push({ kind: reason === 'author-unknown' ? 'later' : 'refused', reason });
    }
    if (verdicts.length > 0 && taken.length > 0) return this.#eachAlone(from, chart, section, entries);
    if (taken.length === 0) return verdicts;
    const over = await this.#quota.over(charter, taken);
    const within = taken.filter((_, i) => !over.has(i));
    const kept = [...(await this.#keepEntries(chart, section, within))];
    return taken.map((_, i) => over.get(i) ?? kept.shift() ?? { kind: 'later', reason: 'no-verdict' });
  }

  async #keepEntries(chart: ChartId, section: Section, entries: readonly ReceivedItem[]): Promise<readonly Verdict[]> {
    if (entries.length === 0) return [];
    const kept = await this.#context.content.keep(chart, section, entries);
    if (kept.verdicts.some(({ kind }) => kind === 'kept')) {
      this.#shared.clear();
      this.#news.chartCame(chart, [section]);
    }
    if (kept.forks.length > 0) this.#context.diagnostics.count('fork', section);
    return kept.verdicts;
  }

  async peerHolds(device: DeviceId, sections: readonly ChartFrontier[]): Promise<void> {
    for (const { chart, section, frontier } of sections) await this.#peerHolds(device, chart, section, frontier);
  }

  async peerHoldsSame(device: DeviceId, leaves: ReadonlyMap<ChartId, Bytes>): Promise<void> {
    for (const chart of leaves.keys())
      for (const [section, frontier] of this.chartFor(device, chart)?.sections ?? [])
        await this.#peerHolds(device, chart, section, frontier);
  }

  async #peerHolds(device: DeviceId, chart: ChartId, section: Section, frontier: Frontier): Promise<void> {
    // What it says of charts it has no part in is kept nowhere: it could make up any number of them.
    if (this.chartFor(device, chart)?.sections.has(section) !== true) return;
    const name = `${device}/${chart}/${section}`;
    if (!this.#held.has(name)) await this.#readHeld(chart);
    const before = this.#held.get(name);
    if (before === frontierKey(frontier)) return;
    // Noted only once the close is there: until then, a crash or a new connection brings the same question again.
    const noted = this.#withoutWhatWaits(device, chart, section, before, frontier);
    const said = frontierKey(noted);
    if (before === said) return;
    const atMs = this.#context.timeMs();
    const kept = await this.#context.content.commit({ held: [{ chart, device, section, frontier: noted, atMs }] });
    if (!kept.ok) return;
    this.#held.set(name, said);
    this.#news.confirmed(device, chart);
  }

  #withoutWhatWaits(
    holder: DeviceId,
    chart: ChartId,
    section: Section,
    before: string | undefined,
    frontier: Frontier,
  ): Frontier {
    const charter = this.#context.charters.getLoaded(chart)?.charter;
    if (charter === undefined) return frontier;
    const known = new Set(before?.split(','));
    const isNew = (item: Frontier[number]): boolean => !known.has(frontierKey([item]));
    const waiting = waitingThere(this.#context, charter, section, { holder, frontier, isNew });
    if (waiting.size === 0) return frontier;
    this.#news.closeIsAwaited(chart);
    return frontier.filter(({ chain }) => !waiting.has(chain));
  }

  /** What was said before the last start, so that a reconnection at which nothing is new writes nothing. */
  async #readHeld(chart: ChartId): Promise<void> {
    for (const { device, section, frontier } of (await this.#context.store.held(chart)).found) {
      const name = `${device}/${chart}/${section}`;
      if (!this.#held.has(name)) this.#held.set(name, frontierKey(frontier));
    }
  }

  // ---------------------------------------------------------------------------------------------------- rights

  /** Entries to which different things happen, one by one. */
  /**
   * Whether a snapshot by its maker is taken in place of ciphertexts: of whoever reads or read the section, for only they can
   * have made one. What is in it is held against the authors' headers where it is opened (SN-2).
   */
  #mayStandFor(charter: CharterState, section: Section, item: ReceivedItem): boolean {
    if (item.kind !== 'head') return true;
    const maker = this.practiceOf(item.by.header.device);
    if (maker === undefined) return false;
    const wasGiven = charter.disclosure.some((row) => row.practice === maker && row.section === section);
    return wasGiven || charter.rightOf(maker, section) !== 'none';
  }

  async #eachAlone(
    from: DeviceId,
    chart: ChartId,
    section: Section,
    entries: readonly ReceivedItem[],
  ): Promise<readonly Verdict[]> {
    const verdicts: Verdict[] = [];
    for (const entry of entries) verdicts.push(...(await this.#receiveSection(from, chart, section, [entry])));
    return verdicts;
  }

  #sharedChart(access: ChartAccess, practice: PracticeId): SharedChart | undefined {
    const { charter } = access;
    const ours = this.self.practice;
    const concerned = charter.disclosure.some((row) => row.practice === practice);
    if (practice !== charter.custodian && practice !== ours && !concerned) return undefined;
    const name = `${charter.chart}/${practice}`;
    const frontiers = charter.sections.map((section) => this.#context.content.frontier(charter.chart, section));
    const parted = charter.sections.map((section) => this.#context.content.parted(charter.chart, section));
    const key = [...frontiers, ...parted].flatMap((frontier) => frontier.map(({ hash }) => hash)).join();
    const known = this.#shared.get(name);
    if (known?.access === access && cacheKeys.get(known.chart) === key) return known.chart;

    const sections = new Map<Section, Frontier>();
    const partedIn = new Map<Section, Frontier>();
    for (const [i, section] of charter.sections.entries()) {
      const frontier = frontiers[i] ?? [];
      const weRead = charter.rightOf(ours, section) !== 'none';
      const served = charter.isServed(practice, section, this.#context.timeMs());
      const hadIt = charter.disclosure.some((row) => row.practice === practice && row.section === section);
      const weHadIt = charter.disclosure.some((row) => row.practice === ours && row.section === section);
      const show = (of: (all: Frontier) => Frontier): void => {
        sections.set(section, of(frontier));
        const branches = of(parted[i] ?? []);
        if (branches.length > 0) partedIn.set(section, branches);
      };
      if (weRead && served) show((all) => all);
      else if (weRead && hadIt) show((all) => this.#chainsOf(all, practice));
      else if (!weRead && weHadIt && practice === charter.custodian) show((all) => this.#chainsOf(all, ours));
    }
    const heads = headsOf(charter, opsFor(charter, practice)).slice(0, maxCitedHeads);
    const chart: SharedChart = { heads, sections, parted: partedIn };
    cacheKeys.set(chart, key);
    this.#shared.set(name, { access, chart });
    return chart;
  }

  #chainsOf(frontier: Frontier, practice: PracticeId): Frontier {
    return frontier.filter(({ chain }) => this.practiceOf(chain.slice(0, 64) as DeviceId) === practice);
  }

  /** Whether a device may have an entry at this moment. */
  #mayHave(device: DeviceId, chart: ChartId, section: Section): (head: StoredHead) => boolean {
    const practice = this.practiceOf(device);
    const charter = this.#context.charters.getLoaded(chart)?.charter;
    if (practice === undefined || charter === undefined || !this.#context.rosters.isActive(device)) return () => false;
    if (practice === this.self.practice) return () => true;
    if (charter.rightOf(practice, section) !== 'none' && charter.isServed(practice, section, this.#context.timeMs()))
      return () => true;
    // What it wrote itself it may have back; and when our own right ended, the custodian may have what we wrote.
    const handsOver = charter.custodian === practice;
    return (head) => {
      const author = this.practiceOf(head.device);
      return author === practice || (handsOver && author === this.self.practice);
    };
  }

  #concernsUs({ charter }: ChartAccess, from: DeviceId): boolean {
    const ours = this.self.practice;
    const sender = this.practiceOf(from);
    const concerns = charter.custodian === ours || charter.disclosure.some((row) => row.practice === ours);
    return (
      concerns &&
      (sender === ours || sender === charter.custodian || charter.disclosure.some((row) => row.practice === sender))
    );
  }
}

function rosterVerdict(found: CheckedRosterOp['found']): Verdict {
  switch (found) {
    case 'new':
      return { kind: 'kept' };
    case 'known':
      return { kind: 'known' };
    case 'parked':
      return { kind: 'later', reason: 'parked' };
    default:
      return { kind: 'refused', reason: `${found.refused.rule} ${found.refused.reason}` };
  }
}

function frontierKey(frontier: Frontier): string {
  return frontier.map(({ chain, hash }) => `${chain} ${hash}`).join();
}

/** One answer of entries asked for by name. */
const maxNamedBytes = 512 * 1024;

/** Rosters kept, of practices met and of those that charts speak of: a peer may send any number of made-up ones. */
const maxRosters = 1_000;

/** The frontiers a SharedChart was made from, so that it is the same object while nothing changed. */
const cacheKeys = new WeakMap<SharedChart, string>();

function headsOf(charter: CharterState, ops: readonly VerifiedCharterOp[]): readonly OpId[] {
  if (ops.length === charter.ops.length) return charter.heads;
  const cited = new Set(ops.flatMap((op) => op.prev));
  return ops
    .map(({ id }) => id)
    .filter((id) => !cited.has(id))
    .sort();
}

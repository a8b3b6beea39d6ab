/**
 * What becomes of what others send: rosters, charters and entries, each held against the rules and the quotas, and kept in one
 * commit a frame however many charts it brings. Opens nothing: bounds, signatures and rights.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, OpId, PracticeId, SnapshotName } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { CharterState } from '../access/charter.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';
import type { ChartOps, SectionEntries, Verdict } from '../net/replication-host.ts';
import type { ReceivedItem } from '../net/snapshot-gathering.ts';
import { checkCharterOps, type CheckedCharterOps } from '../net/verify-charter-ops.ts';
import { BegunCharters } from './begun-charters.ts';
import { everRead, readsIn, surelyMayWrite, type ChartTerms } from './chart-terms.ts';
import { overForeignQuota, overParkedQuota, type foreignOpsLimits } from './charter-quota.ts';
import type { Charter } from './charters.ts';
import type { ReplicaParts, ReplicationNews } from './parts.ts';
import { QuarantineQuota } from './quarantine-quota.ts';
import { storedRosterOp, type CheckedRosterOp } from './roster-book.ts';
import { withoutPlace } from './snapshot-places.ts';

/** Rosters kept, of practices met and of those that charts speak of: a peer may send any number of made-up ones. */
const maxRosters = 1_000;

/** Charts of a frame dealt with between two pauses: some milliseconds. */
const chartsInATurn = 16;

/** What one chart's operations come to, before any of it is durable. */
interface Judged<A extends Charter> {
  readonly before: ChartTerms | undefined;
  /** To be kept: the charter as it will be, and what of it is new. */
  readonly kept: { readonly access: A; readonly fresh: readonly VerifiedCharterOp[] } | undefined;
  readonly verdicts: readonly Verdict[];
}

interface Here<A extends Charter, Kept> {
  readonly known?: A;
  readonly kept?: Kept;
}

export class TakingIn<A extends Charter, Kept> {
  readonly #parts: ReplicaParts<A, Kept>;
  readonly #news: ReplicationNews;
  readonly #quota: QuarantineQuota;
  readonly #foreignOps: typeof foreignOpsLimits;
  readonly #begun = new BegunCharters();

  constructor(parts: ReplicaParts<A, Kept>, news: ReplicationNews, foreignOps: typeof foreignOpsLimits) {
    this.#parts = parts;
    this.#news = news;
    this.#quota = new QuarantineQuota(parts);
    this.#foreignOps = foreignOps;
  }

  // ----------------------------------------------------------------------------------------------------------- rosters

  rosterOps(practice: PracticeId, ops: readonly Bytes[]): Promise<readonly Verdict[]> {
    return this.#parts.exclusively(async () => {
      const { rosters, content, charters } = this.#parts;
      if (rosters.get(practice) === undefined && rosters.practices.length >= maxRosters)
        return ops.map(() => ({ kind: 'refused', reason: 'too-many-rosters' }));
      const checked = await rosters.checkEach(practice, ops);
      if (!checked.ok) return ops.map(() => ({ kind: 'refused', reason: checked.reason }));
      const fresh = checked.value.flatMap(({ op, found }) => (found === 'new' ? [op] : []));
      if (fresh.length > 0) {
        const kept = await content.commit({ ops: fresh.map(storedRosterOp) });
        if (!kept.ok) return ops.map(() => ({ kind: 'later', reason: `store-${kept.reason}` }));
        charters.rosterChanged(rosters.add(fresh));
        this.#news.rosterCame(practice);
      }
      return checked.value.map(({ found }) => rosterVerdict(found));
    });
  }

  // ---------------------------------------------------------------------------------------------------------- charters

  async charterOps(
    from: DeviceId,
    charters: readonly ChartOps[],
    looked?: CheckedCharterOps,
  ): Promise<readonly (readonly Verdict[])[]> {
    const checked = looked ?? (await checkCharterOps(charters));
    return this.#parts.exclusively(async () => {
      const verdicts: (readonly Verdict[])[] = [];
      for (const turn of withoutRepeats(charters.map(({ chart }) => chart)))
        for (const [i, found] of await this.#turn(from, charters, checked, turn)) verdicts[i] = found;
      return verdicts;
    });
  }

  /** Charts of which none is named twice. Inside the queue only. */
  async #turn(
    from: DeviceId,
    charters: readonly ChartOps[],
    checked: CheckedCharterOps,
    turn: readonly number[],
  ): Promise<readonly (readonly [number, readonly Verdict[]])[]> {
    const judged: (readonly [number, ChartId, Judged<A>])[] = [];
    // Read together: one after the other would cost more than all that is done with them.
    const here = await Promise.all(turn.map((i) => this.#here(charters[i]?.chart)));
    for (const [at, i] of turn.entries()) {
      await this.#pauseAfterSome(at);
      const chart = charters[i]?.chart;
      const sound = (checked[i] ?? []).flatMap((one) => (one.ok ? [one.value] : []));
      if (chart !== undefined) judged.push([i, chart, this.#judge(from, chart, sound, here[at] ?? {})]);
    }
    const failed = await this.#keep(judged.map(([, , one]) => one));
    return judged.map(([i, , { verdicts }]) => {
      const left = verdicts.map((verdict): Verdict =>
        failed !== undefined && verdict.kind === 'kept' ? { kind: 'later', reason: failed } : verdict,
      );
      const all = (checked[i] ?? []).map((one): Verdict =>
        one.ok ? (left.shift() ?? { kind: 'later', reason: 'no-verdict' }) : { kind: 'refused', reason: one.reason },
      );
      return [i, all];
    });
  }

  /** In one commit; why the disk did not take it. */
  async #keep(judged: readonly Judged<A>[]): Promise<string | undefined> {
    const { content, charters } = this.#parts;
    const kept = judged.flatMap(({ kept: one }) => (one === undefined ? [] : [one]));
    if (kept.length === 0) return undefined;
    const writes: ReturnType<typeof charters.write>[] = [];
    for (const [at, { access, fresh }] of kept.entries()) {
      await this.#pauseAfterSome(at);
      writes.push(charters.write(access, fresh));
    }
    const result = await content.commit({
      ops: writes.flatMap(({ ops }) => ops),
      sealed: writes.flatMap(({ sealed }) => sealed),
    });
    if (!result.ok) return `store-${result.reason}`;
    for (const { access } of kept) charters.put(access);
    for (const { before, kept: one } of judged)
      if (one !== undefined) this.#news.charterCame(one.access.charter.chart, before, one.access.charter);
    return undefined;
  }

  /** The queue stands still meanwhile, the page does not. */
  async #pauseAfterSome(done: number): Promise<void> {
    if (done > 0 && done % chartsInATurn === 0) await this.#parts.pause();
  }

  /** What is on this disk of a chart: its charter, or what was kept beside it before that came (keys that were handed over). */
  async #here(chart: ChartId | undefined): Promise<Here<A, Kept>> {
    const { charters } = this.#parts;
    if (chart === undefined) return {};
    // Asked for at the same time, of a chart that is probably new.
    const beside = charters.terms(chart) === undefined ? charters.kept(chart) : undefined;
    const known = await charters.get(chart);
    const kept = await beside;
    return known !== undefined ? { known } : kept === undefined ? {} : { kept };
  }

  #judge(from: DeviceId, chart: ChartId, ops: readonly VerifiedCharterOp[], { known, kept }: Here<A, Kept>): Judged<A> {
    const { charters } = this.#parts;
    const before = charters.terms(chart);
    const all = (verdict: Verdict): Judged<A> => ({ before, kept: undefined, verdicts: ops.map(() => verdict) });
    const have = new Set(known?.ops.map((op) => op.id));
    const begun = known === undefined ? this.#begun.take(from, chart) : [];
    const fresh = [...begun, ...ops.filter((op) => !have.has(op.id))];
    if (fresh.length === 0) return all({ kind: 'known' });
    const make = (some: readonly VerifiedCharterOp[]): A | undefined =>
      known === undefined ? charters.preview(some, kept) : charters.extend(known, some);
    const judged = make(fresh);
    if (judged === undefined) return all({ kind: 'later', reason: 'no-create' });
    if (!this.#concernsUs(judged.charter, from)) {
      // A long charter comes in several frames, and what gives us a right may be in the last.
      if (known === undefined && this.#begun.put(from, chart, fresh))
        return all({ kind: 'later', reason: 'not-shared-with-us-yet' });
      // Our grant may stand on what is not known yet, the roster of a practice we never met for one.
      const parked = judged.charter.parked.size > 0;
      return all(parked ? { kind: 'later', reason: 'parked' } : { kind: 'refused', reason: 'not-shared-with-us' });
    }
    // What was refused stays refused (OP-4): it is told to the sender and takes no room here.
    const { refused } = judged.charter;
    const wellMade = fresh.filter((op) => !refused.has(op.id));
    const over = this.#overQuota(judged.charter, known?.ops ?? [], wellMade, from);
    const sound = wellMade.filter((op) => !over.has(op.id));
    const access = sound.length === fresh.length ? judged : make(sound);
    if (access === undefined) return all({ kind: 'later', reason: 'no-create' });
    return {
      before,
      kept: sound.length === 0 ? undefined : { access, fresh: sound },
      verdicts: ops.map(({ id }): Verdict => {
        const finding = refused.get(id);
        if (finding !== undefined) return { kind: 'refused', reason: `${finding.rule} ${finding.reason}` };
        return over.get(id) ?? { kind: have.has(id) ? 'known' : 'kept' };
      }),
    };
  }

  #concernsUs(charter: CharterState, from: DeviceId): boolean {
    const ours = this.#parts.self.practice;
    const sender = this.#parts.rosters.practiceOf(from);
    const isPart = (practice: PracticeId | undefined): boolean =>
      charter.custodian === practice || charter.disclosure.some((row) => row.practice === practice);
    return isPart(ours) && (sender === ours || isPart(sender));
  }

  /** Held against whoever sends its own; a colleague who hands on what it holds does nothing wrong. */
  #overQuota(
    charter: CharterState,
    known: readonly VerifiedCharterOp[],
    fresh: readonly VerifiedCharterOp[],
    from: DeviceId,
  ): ReadonlyMap<OpId, Verdict> {
    const { self, rosters, diagnostics } = this.#parts;
    const uncounted = new Set([charter.custodian, self.practice]);
    const parts = new Set([...uncounted, ...charter.disclosure.map(({ practice }) => practice)]);
    const practiceOf = (device: DeviceId): PracticeId | undefined => rosters.practiceOf(device);
    // Not what waits for a `close`: that is known in full, and was written by a device that had its place.
    const isParked = (op: OpId): boolean => charter.parked.get(op)?.rule === 'OP-4';
    const foreign = overForeignQuota({ known, fresh, uncounted, practiceOf }, this.#foreignOps);
    const parked = overParkedQuota({ known, fresh, isParked, parts, practiceOf }, this.#foreignOps);
    const sender = practiceOf(from);
    return new Map(
      [...new Map([...foreign, ...parked])].map(([id, author]): readonly [OpId, Verdict] => {
        const reason = parked.has(id) ? 'parked-quota' : 'quota';
        diagnostics.count('operation', reason, author);
        return [id, { kind: author !== undefined && author === sender ? 'refused' : 'later', reason }];
      }),
    );
  }

  // ----------------------------------------------------------------------------------------------------------- entries

  async entries(sections: readonly SectionEntries[]): Promise<readonly (readonly Verdict[])[]> {
    const verdicts: (readonly Verdict[])[] = [];
    for (const turn of withoutRepeats(sections.map(({ chart, section }) => `${chart}/${section}`)))
      for (const [i, found] of await this.#takeEntries(sections, turn)) verdicts[i] = found;
    return verdicts;
  }

  /** Sections of which none is named twice. */
  async #takeEntries(
    sections: readonly SectionEntries[],
    turn: readonly number[],
  ): Promise<readonly (readonly [number, readonly Verdict[]])[]> {
    const { content, diagnostics } = this.#parts;
    const looked: {
      readonly i: number;
      readonly verdicts: (Verdict | undefined)[];
      readonly within: SectionEntries;
    }[] = [];
    for (const i of turn) {
      const one = sections[i];
      if (one === undefined) continue;
      const verdicts = await this.#refusals(one);
      const within = { ...one, entries: one.entries.filter((_, at) => verdicts[at] === undefined) };
      looked.push({ i, verdicts, within });
    }
    const taken = looked.filter(({ within }) => within.entries.length > 0);
    const outcomes = await content.keepAll(taken.map(({ within }) => within));
    for (const [at, { verdicts, forks }] of outcomes.entries()) {
      const { within, verdicts: all } = taken[at] ?? { within: undefined, verdicts: [] };
      if (within === undefined) continue;
      const left = [...verdicts];
      for (const [place, verdict] of all.entries()) all[place] = verdict ?? left.shift();
      if (forks.length > 0) diagnostics.count('fork', within.section);
    }
    this.#tell(taken.map(({ within, verdicts }) => ({ ...within, verdicts })));
    return looked.map(({ i, verdicts }) => [
      i,
      verdicts.map((verdict) => verdict ?? { kind: 'later', reason: 'no-verdict' }),
    ]);
  }

  #tell(taken: readonly (SectionEntries & { readonly verdicts: readonly (Verdict | undefined)[] })[]): void {
    const came = new Map<ChartId, SectionEntries['section'][]>();
    for (const { chart, section, verdicts } of taken)
      if (verdicts.some((verdict) => verdict?.kind === 'kept')) came.set(chart, [...(came.get(chart) ?? []), section]);
    for (const [chart, sections] of came) this.#news.chartCame(chart, sections);
  }

  /** By what entries are not taken; undefined where nothing speaks against one. */
  async #refusals({ chart, section, entries }: SectionEntries): Promise<(Verdict | undefined)[]> {
    const { charters, rosters, self, exclusively } = this.#parts;
    if (!charters.isSettled(chart)) await exclusively(() => charters.settle(chart));
    const terms = charters.terms(chart);
    if (terms === undefined) return entries.map(() => ({ kind: 'later', reason: 'chart-unknown' }));
    if (!readsIn(terms, self.practice, section))
      return entries.map(() => ({ kind: 'refused', reason: 'not-ours-to-read' }));
    const full = await this.#snapshotsWithoutPlace({ chart, section, entries });
    const verdicts = entries.map((entry): Verdict | undefined => {
      const author = rosters.practiceOf(entry.header.device);
      if (author === undefined) return { kind: 'later', reason: 'author-unknown' };
      if (entry.kind !== 'head') return undefined;
      if (full.has(entry.by.name)) return { kind: 'later', reason: 'too-many-snapshots' };
      return this.#mayStandFor(terms, section, entry.by.header.device, author);
    });
    const doubtful = entries.flatMap((entry, i) => ((verdicts[i] ?? this.#surely(terms, entry)) ? [] : [{ entry, i }]));
    if (doubtful.length === 0) return verdicts;
    const access = await charters.get(chart);
    if (access === undefined) return entries.map(() => ({ kind: 'later', reason: 'chart-unknown' }));
    const over = await this.#quota.over(
      access.charter,
      doubtful.map(({ entry }) => entry),
      entries,
    );
    for (const [place, verdict] of over) verdicts[doubtful[place]?.i ?? -1] = verdict;
    return verdicts;
  }

  /**
   * Why a snapshot by this maker is not taken in place of a ciphertext of this author: only whoever reads or read the section
   * can have made one. What is in it is held against the authors' headers where it is opened (SN-2); where nothing is, only the
   * own practice stands for others, and anybody for itself (SN-3); a device that was removed, a stolen one, for nobody.
   */
  #mayStandFor(terms: ChartTerms, section: Section, device: DeviceId, author: PracticeId): Verdict | undefined {
    const { opensNothing, rosters, self } = this.#parts;
    const maker = rosters.practiceOf(device);
    if (maker === undefined || !everRead(terms, maker, section))
      return { kind: 'refused', reason: 'snapshot-by-stranger' };
    // No fault: whoever compacted cannot know which of it is here already.
    if (opensNothing === true && !((maker === self.practice || maker === author) && rosters.isActive(device)))
      return { kind: 'later', reason: 'snapshot-unchecked' };
    return undefined;
  }

  async #snapshotsWithoutPlace({ chart, section, entries }: SectionEntries): Promise<ReadonlySet<SnapshotName>> {
    const { content, rosters, self } = this.#parts;
    const fresh = new Map(
      entries.flatMap((entry) => (entry.kind === 'head' ? [[entry.by.name, entry.by] as const] : [])),
    );
    if (fresh.size === 0) return new Set();
    const practiceOf = (device: DeviceId): PracticeId | undefined => rosters.practiceOf(device);
    const here = await content.snapshotsMade(chart, section);
    return withoutPlace(here, [...fresh.values()], { own: self.practice, practiceOf });
  }

  #surely(terms: ChartTerms, { header }: ReceivedItem): boolean {
    const { rosters } = this.#parts;
    const practice = rosters.practiceOf(header.device);
    const member = practice === undefined ? undefined : rosters.get(practice)?.devices.get(header.device);
    return practice !== undefined && surelyMayWrite(terms, practice, member, header);
  }
}

/** The places of the first of each name, then of the second, and so on. */
function withoutRepeats(names: readonly string[]): readonly (readonly number[])[] {
  const seen = new Map<string, number>();
  const turns: number[][] = [];
  for (const [i, name] of names.entries()) {
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    const places = turns[turn] ?? [];
    places.push(i);
    turns[turn] = places;
  }
  return turns;
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

/**
 * Stopping everything with a practice: one act over thousands of charts, one revoke a chart, some hundreds a commit. After a
 * crash each chart is stopped or not, and doing it again does the rest. No keys are made: they come with the next entry of a
 * chart, as after the removal of a device (CH-4). Most charts are stopped by their terms, unread; the others one by one are
 * read, resolved and opened, as stopping a single chart does (sharing.ts). While the disk takes one commit, the next is signed
 * and sealed; what was signed so early counts only if its chart is still as it was.
 */
import type { ChartId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections } from '../../base/sections.ts';
import { signRevoke, type CharterAuthor } from '../../access/charter-builders.ts';
import { readsIn, type ChartTerms } from '../../replica/chart-terms.ts';
import { sectionsToStop } from '../../replica/terms-after-stop.ts';
import type { CharterBook } from './charter-book.ts';
import type { CharterAct, CharterChanges } from './charter-changes.ts';
import type { IndexedChart } from '../patients/chart-index.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';
import type { Sharing } from './sharing.ts';

/** Enough that the disk is not waited for often, few enough that others get their turn. */
const manyCharts = 250;

interface Stoppable {
  readonly terms: ChartTerms;
  readonly sections: NonNullable<ReturnType<typeof sectionsToStop>>;
  readonly indexed: IndexedChart;
  readonly author: CharterAuthor;
}

/** Signed and sealed, and not yet anywhere. */
interface Stop extends ReturnType<CharterBook['writeStop']> {
  readonly of: Stoppable;
  readonly indexed: IndexedChart;
}

type Stops = ReadonlyMap<ChartId, Stop>;

export class StoppingEverything {
  readonly #context: PracticeContext;
  readonly #sharing: Sharing;
  readonly #changes: CharterChanges;
  readonly #chartsPerCommit: number;

  constructor(context: PracticeContext, sharing: Sharing, changes: CharterChanges, chartsPerCommit = manyCharts) {
    this.#chartsPerCommit = chartsPerCommit;
    this.#context = context;
    this.#sharing = sharing;
    this.#changes = changes;
  }

  /** Every chart of ours that the practice may read. */
  async stop(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly stopped: number; readonly left: number }, WriteFailure>> {
    const charts = this.#sharedWith(practice);
    let signed: Stops = new Map();
    const size = this.#chartsPerCommit;
    for (let done = 0; done < charts.length && signal?.aborted !== true; done += size) {
      progress(done, charts.length);
      const slice = charts.slice(done, done + size);
      const next = charts.slice(done + size, done + 2 * size);
      const stopped = await this.#context.exclusively(() => this.#stopSlice(slice, practice, signed, next));
      if (!stopped.ok) return stopped;
      signed = stopped.value;
      await this.#context.ports.pause();
    }
    const left = this.#sharedWith(practice).length;
    progress(charts.length - left, charts.length);
    return ok({ stopped: charts.length - left, left });
  }

  /** By the charters: the index follows a commit later, and what was given this very moment would stay. */
  #sharedWith(practice: PracticeId): readonly ChartId[] {
    const { charters, self } = this.#context;
    return [...charters.allTerms.values()]
      .filter((terms) => terms.shape.custodian === self.practice)
      .filter((terms) => chartSections.some((section) => readsIn(terms, practice, section)))
      .map(({ chart }) => chart);
  }

  /** With what was signed of it before; answers with what of the next was signed meanwhile. */
  async #stopSlice(
    charts: readonly ChartId[],
    practice: PracticeId,
    signed: Stops,
    next: readonly ChartId[],
  ): Promise<Result<Stops, WriteFailure>> {
    const stops = await this.#signed(charts, practice, signed);
    // Within the turn, so that no key is wiped while it signs.
    const [unread, ahead] = await Promise.all([this.#stopUnread([...stops.values()]), this.#signed(next, practice)]);
    if (!unread.ok) return unread;
    const read = await this.#stopRead(
      charts.filter((chart) => !stops.has(chart)),
      practice,
    );
    return read.ok ? ok(ahead) : read;
  }

  /** By what is known of it in memory; undefined where the charter must be read. */
  #stoppable(chart: ChartId, practice: PracticeId): Stoppable | undefined {
    const { charters, content, index, rosters, self } = this.#context;
    const terms = charters.terms(chart);
    const indexed = index.get(chart);
    if (terms === undefined || indexed === undefined || !charters.isSettled(chart)) return undefined;
    // What is on a screen shows its charter; and a cut is what counts of what it wrote, which only the section itself can tell.
    if (charters.heldCharts.includes(chart)) return undefined;
    if (terms.shape.sections.some((section) => this.#sharing.wroteIn(practice, chart, section))) return undefined;
    const own = rosters.mustGet(self.practice);
    const sections = sectionsToStop(terms, practice, {
      ours: self.practice,
      own: own.devices.get(self.device),
      rosterHeads: own.heads.length,
      memberOf: (device) => {
        const theirs = rosters.practiceOf(device);
        return theirs === undefined ? undefined : rosters.get(theirs)?.devices.get(device);
      },
      frontier: (section) => content.frontier(chart, section),
    });
    return sections === undefined ? undefined : { terms, sections, indexed, author: this.#context.author() };
  }

  /** Those that may be stopped unread; `before`: what was signed of them a moment ago. */
  async #signed(charts: readonly ChartId[], practice: PracticeId, before: Stops = new Map()): Promise<Stops> {
    const timeMs = this.#context.timeMs();
    const signing = charts.map(async (chart) => {
      const stoppable = this.#stoppable(chart, practice);
      if (stoppable === undefined) return [];
      const known = before.get(chart);
      return [
        known !== undefined && isAsItWas(known.of, stoppable) ? known : await this.#sign(stoppable, practice, timeMs),
      ];
    });
    return new Map((await Promise.all(signing)).flat().map((stop) => [stop.of.terms.chart, stop]));
  }

  async #sign(of: Stoppable, practice: PracticeId, timeMs: number): Promise<Stop> {
    const { charters, index } = this.#context;
    const { terms, sections, author } = of;
    const op = await signRevoke(terms.chart, terms.heads, author, { practice, sections }, timeMs);
    const indexed = { ...of.indexed, sharedWith: of.indexed.sharedWith.filter((other) => other !== practice) };
    const { after, ops, sealed } = charters.writeStop(terms, practice, op);
    return { of, after, ops, sealed: [...sealed, index.write(indexed)], indexed };
  }

  async #stopUnread(stops: readonly Stop[]): Promise<Result<void, WriteFailure>> {
    if (stops.length === 0) return ok(undefined);
    const { charters, content, index } = this.#context;
    const kept = await content.commit({
      ops: stops.flatMap(({ ops }) => ops),
      sealed: stops.flatMap(({ sealed }) => sealed),
    });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    for (const { after, indexed } of stops) {
      charters.putTerms(after);
      index.put(indexed);
    }
    this.#changes.told(stops.map(({ after }) => after.chart));
    return ok(undefined);
  }

  /** A chart that cannot be stopped, a damaged one for one, keeps no other from it. */
  async #stopRead(charts: readonly ChartId[], practice: PracticeId): Promise<Result<void, WriteFailure>> {
    const acts: CharterAct[] = [];
    // Side by side: while the disk is read for one chart, WebCrypto verifies the signatures of another.
    const read = await Promise.all(charts.map((chart) => this.#context.charters.get(chart)));
    for (const [i, chart] of charts.entries()) {
      const before = read[i];
      const held = chartSections.filter((section) => before?.charter.rightOf(practice, section) !== 'none');
      if (before === undefined || held.length === 0) continue;
      acts.push({
        before,
        steps: [(access) => this.#sharing.revoke(access, practice, held, 'keys-later')],
        changesEntries: held.some((section) => this.#sharing.wroteIn(practice, chart, section)),
      });
    }
    const stopped = await this.#changes.carryOutAll(acts);
    if (stopped.ok || stopped.reason !== 'not-allowed') return stopped;
    if (charts.length === 1) return ok(undefined);
    for (const chart of charts) {
      const alone = await this.#stopRead([chart], practice);
      if (!alone.ok) return alone;
    }
    return ok(undefined);
  }
}

/** Whatever changes in a chart's terms, its index record or the own roster is a new object; the sections follow from the terms. */
function isAsItWas(then: Stoppable, now: Stoppable): boolean {
  return then.terms === now.terms && then.indexed === now.indexed && then.author.roster === now.author.roster;
}

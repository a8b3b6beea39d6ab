/**
 * The charts that this practice reads as one, and since when. Owns the links of the practice book (chart-links.ts); a link is
 * signed like any entry there, read by this practice alone, and touches neither chart: undoing it leaves both as they were.
 */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { toHex } from '../../base/bytes.ts';
import type { Provenance } from '../../clinical/conflicts.ts';
import type { Person } from '../charts/chart-acts.ts';
import type { ChartService } from '../charts/chart-service.ts';
import { chartsOfOnePerson, isBetween, linkFromJson, linkToJson, type ChartLink } from './chart-links.ts';
import type { Merges, MergeRow } from './merge-acts.ts';
import type { BookRecord, PracticeBook } from '../work/practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';

type KeptLink = BookRecord<ChartLink>;
type Groups = ReadonlyMap<ChartId, readonly ChartId[]>;

interface MergesInit {
  /** In the words of the labels of today. */
  readonly person: (by: Provenance) => Person;
  readonly watch: <T>(act: Promise<Result<T, WriteFailure>>) => Promise<Result<T, WriteFailure>>;
  readonly charts: Pick<ChartService, 'isMerged' | 'noteMerged'>;
  readonly noted: (act: { kind: 'charts-merged' | 'charts-unmerged'; chart: ChartId; other: ChartId }) => void;
  readonly changed: () => void;
}

export class ChartMerges implements Merges {
  readonly #context: PracticeContext;
  readonly #book: PracticeBook;
  readonly #init: MergesInit;
  #links: readonly KeptLink[] = [];
  #groups: Groups = new Map();

  private constructor(context: PracticeContext, book: PracticeBook, init: MergesInit) {
    this.#context = context;
    this.#book = book;
    this.#init = init;
    init.charts.isMerged = (chart) => this.#groups.has(chart);
  }

  /** Inside the queue only. */
  static async open(context: PracticeContext, book: PracticeBook, init: MergesInit): Promise<ChartMerges> {
    const merges = new ChartMerges(context, book, init);
    book.readers.push(() => merges.refresh());
    await merges.#readLinks();
    // Nobody who unlocks waits for what a link brought that was made elsewhere.
    context.inBackground(
      context.exclusively(async () => {
        if (await merges.#compare(new Map())) init.changed();
      }),
    );
    return merges;
  }

  /** The book was read anew. The same groups stay the same object. Inside the queue only. */
  async refresh(): Promise<void> {
    const before = this.#groups;
    if (await this.#readLinks()) await this.#compare(before);
  }

  /**
   * Charts that are merged keep what alerts may come of: of those that were alone until now it is read, and those that are alone
   * again keep it no longer. Whether there was any.
   */
  async #compare(before: Groups): Promise<boolean> {
    const { index } = this.#context;
    const unknown = [...new Set([...before.keys(), ...this.#groups.keys()])].filter((chart) => {
      const indexed = index.get(chart);
      return indexed !== undefined && (indexed.attention?.compared !== undefined) !== this.#groups.has(chart);
    });
    for (const chart of unknown) await this.#init.charts.noteMerged(chart);
    return unknown.length > 0;
  }

  async #readLinks(): Promise<boolean> {
    this.#links = await this.#book.records('ChartLink', linkFromJson);
    const groups = chartsOfOnePerson(this.#links.map(({ value }) => value));
    const isSame =
      groups.size === this.#groups.size &&
      [...groups].every(([chart, charts]) => this.#groups.get(chart)?.join() === charts.join());
    if (!isSame) this.#groups = groups;
    return !isSame;
  }

  /** The same object until a merge is made or undone. */
  get groups(): Groups {
    return this.#groups;
  }

  of(chart: ChartId): readonly ChartId[] {
    return this.#groups.get(chart) ?? [chart];
  }

  rows(chart: ChartId): readonly MergeRow[] {
    const charts = new Set(this.of(chart));
    return this.#links
      .filter(({ value }) => charts.has(value.leading) || charts.has(value.other))
      .map(({ value: { leading, other, undone }, made, written }) => ({
        leading,
        other,
        by: this.#init.person(made),
        at: isoTime(made),
        ...(undone ? { undone: { by: this.#init.person(written), at: isoTime(written) } } : {}),
      }))
      .sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  apart(a: ChartId, b: ChartId): readonly (readonly ChartId[])[] {
    const left = this.#links.map(({ value }) => value).filter((link) => !isBetween(link, a, b));
    const groups = chartsOfOnePerson(left);
    const patients = this.of(a).map((chart) => groups.get(chart) ?? [chart]);
    return patients.filter((charts, index) => patients.findIndex(([first]) => first === charts[0]) === index);
  }

  async merge(leading: ChartId, other: ChartId): Promise<Result<void, WriteFailure | 'same-chart'>> {
    // By the charts that lead on both sides, so that one chart leads and no link hangs on one that does not.
    const [mine = leading] = this.of(leading);
    const [theirs = other] = this.of(other);
    if (mine === theirs) return err('same-chart');
    // Of two that are merged for the first time the person says which leads; a patient of several keeps the one it has.
    const link = { leading: mine, other: theirs, undone: false };
    const made = await this.#write([[toHex(this.#context.ports.random.bytes(16)), link]]);
    if (made.ok) this.#init.noted({ kind: 'charts-merged', chart: mine, other: theirs });
    return made;
  }

  async undo(a: ChartId, b: ChartId): Promise<Result<void, WriteFailure>> {
    const standing = this.#links.filter(({ value }) => !value.undone && isBetween(value, a, b));
    const undone = await this.#write(standing.map(({ id, value }) => [id, { ...value, undone: true }]));
    if (undone.ok) this.#init.noted({ kind: 'charts-unmerged', chart: a, other: b });
    return undone;
  }

  async #write(links: readonly (readonly [id: string, link: ChartLink])[]): Promise<Result<void, WriteFailure>> {
    const act = this.#context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      for (const [id, link] of links) {
        const kept = await this.#book.put('ChartLink', id, linkToJson(link));
        if (!kept.ok) return kept;
      }
      await this.refresh();
      return ok(undefined);
    });
    const outcome = await this.#init.watch(act);
    this.#init.changed();
    return outcome;
  }
}

function isoTime({ timeMs }: Provenance): string {
  return new Date(timeMs).toISOString();
}

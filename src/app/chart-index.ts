/**
 * What is known of every chart while none is open: name, birth date, who holds it. One sealed record a chart, written in
 * the same commit as what it tells of, read once at unlocking; the patient list and the search live on it.
 */
import type { ChartId, PracticeId } from '../base/ids.ts';
import { PatientSearch } from './patient-search.ts';
import type { SealedRecords, SealedWrite } from './sealed-records.ts';
import type { ChartSummary } from './session.ts';

/** As kept; what depends on peers and links at the moment is added when shown. */
export interface IndexedChart extends Omit<ChartSummary, 'links'> {
  readonly v: 1;
  /** Another practice or device said that it holds some of this chart. */
  readonly heldElsewhere: boolean;
}

const prefix = 'index/';

export class ChartIndex {
  readonly #records: SealedRecords;
  readonly #charts = new Map<ChartId, IndexedChart>();
  readonly #search = new PatientSearch();
  #sorted: readonly IndexedChart[] | undefined;

  private constructor(records: SealedRecords) {
    this.#records = records;
  }

  static async open(records: SealedRecords): Promise<ChartIndex> {
    const index = new ChartIndex(records);
    for (const chart of await records.readAll(prefix, asIndexedChart)) index.put(chart);
    return index;
  }

  /** By name, then birth date. */
  get all(): readonly IndexedChart[] {
    this.#sorted ??= [...this.#charts.values()].sort(
      (a, b) => a.name.localeCompare(b.name) || (a.birthDate ?? '').localeCompare(b.birthDate ?? ''),
    );
    return this.#sorted;
  }

  get(id: ChartId): IndexedChart | undefined {
    return this.#charts.get(id);
  }

  find(query: string): readonly ChartId[] {
    return query.trim() === '' ? this.all.map((chart) => chart.id) : this.#search.find(query);
  }

  /** The record to commit; `put` is called once that is durable. */
  write(chart: IndexedChart): SealedWrite {
    return this.#records.write(prefix + chart.id, chart);
  }

  put(chart: IndexedChart): void {
    this.#charts.set(chart.id, chart);
    this.#search.put(chart);
    this.#sorted = undefined;
  }

  /** Own charts that nobody else is known to hold. */
  countOnlyHere(): number {
    let count = 0;
    for (const chart of this.#charts.values()) if (chart.own && !chart.heldElsewhere) count++;
    return count;
  }

  /** Charts between us and this practice, by who keeps them. */
  countWith(practice: PracticeId): { readonly given: number; readonly received: number } {
    let given = 0;
    let received = 0;
    for (const chart of this.#charts.values()) {
      if (chart.own && chart.sharedWith.includes(practice)) given++;
      if (chart.custodian === practice && !chart.own && chart.access !== 'ended') received++;
    }
    return { given, received };
  }
}

function asIndexedChart(value: unknown): IndexedChart | undefined {
  const chart = value as Partial<IndexedChart> | null;
  return chart?.v === 1 && typeof chart.id === 'string' ? (chart as IndexedChart) : undefined;
}

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
  /** Key of the Patient resource: the same file again is known by it. */
  readonly patientKey: string;
  /** Name and birth date in the forms in which two files of one person agree (clinical/match.ts). */
  readonly matchKeys: readonly string[];
  /** Practices that could ever read or write some of it. */
  readonly everShared: readonly PracticeId[];
  readonly conflictsBySection: Readonly<Record<string, number>>;
  readonly setAsideBySection: Readonly<Record<string, number>>;
  /** Another practice or device said that it holds some of this chart. */
  readonly heldElsewhere: boolean;
}

const prefix = 'index/';

export function indexRecordOf(records: SealedRecords, chart: IndexedChart): SealedWrite {
  return records.write(prefix + chart.id, chart);
}

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
    for (const chart of await records.readAll(prefix, indexedChartFromJson)) index.put(chart);
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
    return indexRecordOf(this.#records, chart);
  }

  put(chart: IndexedChart): void {
    this.#charts.set(chart.id, chart);
    this.#search.put(chart);
    this.#sorted = undefined;
  }

  /** Own charts of a patient known by the resource's key, or by name and birth date. */
  ownByPatientKey(patientKey: string): IndexedChart | undefined {
    return this.all.find((chart) => chart.own && chart.patientKey === patientKey);
  }

  ownByMatchKeys(keys: readonly string[]): IndexedChart | undefined {
    return this.all.find((chart) => chart.own && chart.matchKeys.some((key) => keys.includes(key)));
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

export function indexedChartFromJson(value: unknown): IndexedChart | undefined {
  const chart = value as Partial<IndexedChart> | null;
  return chart?.v === 1 && typeof chart.id === 'string' ? (chart as IndexedChart) : undefined;
}

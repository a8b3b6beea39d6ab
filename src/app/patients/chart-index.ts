/**
 * What is known of every chart while none is open: name, birth date, who holds it. One sealed record a chart, written in
 * the same commit as what it tells of, read once at unlocking; the patient list and the search live on it.
 */
import { parseChartId, type ChartId, type PracticeId } from '../../base/ids.ts';
import type { CharterState } from '../../access/charter.ts';
import { attentionFromJson, type Attention } from './chart-attention.ts';
import { descriptionFromJson } from '../../clinical/matching/person.ts';
import { ChartCounts, type CountsWith } from './chart-counts.ts';
import { PatientSearch } from './patient-search.ts';
import type { SealedRecords, SealedWrite } from '../sealed-records.ts';
import type { ChartSummary } from '../session.ts';
import { SortedCharts } from './sorted-charts.ts';
import type { Turns } from '../turns.ts';

/** As kept. */
export interface IndexedChart extends ChartSummary {
  readonly v: 1;
  /** Key of the Patient resource: the same file again is known by it. */
  readonly patientKey: string;
  /** Practices that could ever read or write some of it. */
  readonly everShared: readonly PracticeId[];
  readonly conflictsBySection: Readonly<Record<string, number>>;
  readonly setAsideBySection: Readonly<Record<string, number>>;
  /** Another practice or device said that it holds some of this chart. */
  readonly heldElsewhere: boolean;
  /** ISO date-time when this device last wrote in it, or to whom it is shared: what others have to confirm. */
  readonly writtenAt?: string;
  /** What asks for a clinician; left out where nothing does. */
  readonly attention?: Attention;
}

type PutListener = (before: IndexedChart | undefined, after: IndexedChart) => void;

const prefix = 'index/';

/** Whether the search has nothing to learn: most of what changes in a record are who reads it and its counts. */
function isFoundAlike(a: IndexedChart | undefined, b: IndexedChart): boolean {
  return (
    a?.name === b.name &&
    a.birthDate === b.birthDate &&
    a.identifier === b.identifier &&
    JSON.stringify(a.person) === JSON.stringify(b.person)
  );
}

export function indexRecordOf(records: SealedRecords, chart: IndexedChart): SealedWrite {
  return records.write(prefix + chart.id, chart);
}

export class ChartIndex {
  readonly #records: SealedRecords;
  readonly #charts = new Map<ChartId, IndexedChart>();
  readonly #search = new PatientSearch();
  readonly #sorted = new SortedCharts<IndexedChart>();
  readonly #counts = new ChartCounts();
  readonly #byPatientKey = new Lookup();
  readonly #listeners = new Set<PutListener>();

  private constructor(records: SealedRecords) {
    this.#records = records;
  }

  /** `turns`: left out, the page waits for it. */
  static async open(records: SealedRecords, turns?: Turns): Promise<ChartIndex> {
    const index = new ChartIndex(records);
    for (const chart of await records.readAll(prefix, indexedChartFromJson)) {
      index.put(chart);
      await turns?.next();
    }
    return index;
  }

  /** By name, then birth date. The same list until a chart in it changed. */
  get all(): readonly IndexedChart[] {
    return this.#sorted.all;
  }

  /** In no order. */
  get charts(): Iterable<IndexedChart> {
    return this.#charts.values();
  }

  get(id: ChartId): IndexedChart | undefined {
    return this.#charts.get(id);
  }

  find(query: string): readonly ChartId[] {
    return query.trim() === '' ? this.all.map((chart) => chart.id) : this.#search.find(query, this.all);
  }

  /** The record to commit; `put` is called once that is durable. */
  write(chart: IndexedChart): SealedWrite {
    return indexRecordOf(this.#records, chart);
  }

  put(chart: IndexedChart): void {
    const before = this.#charts.get(chart.id);
    this.#charts.set(chart.id, chart);
    if (!isFoundAlike(before, chart)) this.#search.put(chart);
    this.#sorted.put(before, chart);
    this.#counts.put(before, chart);
    for (const listen of this.#listeners) listen(before, chart);
    this.#byPatientKey.put(chart.id, before === undefined ? [] : [before.patientKey], [chart.patientKey]);
  }

  /** Told of every chart that is no longer as it was, until what this returns is called. */
  onPut(listener: PutListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Own charts whose Patient has this key: two systems may count from the same number. */
  ownByPatientKey(key: string): Iterable<IndexedChart> {
    return this.#own(this.#byPatientKey.get(key));
  }

  *#own(ids: Iterable<ChartId>): Generator<IndexedChart, void> {
    for (const id of ids) {
      const chart = this.#charts.get(id);
      if (chart?.own === true) yield chart;
    }
  }

  /** Own charts that nobody else is known to hold. */
  get onlyHere(): number {
    return this.#counts.onlyHere;
  }

  /** Charts between us and this practice, by who keeps them. */
  countWith(practice: PracticeId): CountsWith {
    return this.#counts.with(practice);
  }
}

/** Charts by a word that several may have. */
class Lookup {
  readonly #charts = new Map<string, Set<ChartId>>();

  get(key: string): Iterable<ChartId> {
    return this.#charts.get(key) ?? [];
  }

  put(chart: ChartId, before: readonly string[], after: readonly string[]): void {
    for (const key of before) if (!after.includes(key)) this.#charts.get(key)?.delete(chart);
    for (const key of after) {
      const known = this.#charts.get(key);
      if (known === undefined) this.#charts.set(key, new Set([chart]));
      else known.add(chart);
    }
  }
}

/** What the charter says of a chart, in the index of `ours`. */
export function standingOf(
  charter: CharterState,
  ours: PracticeId,
): Pick<IndexedChart, 'custodian' | 'own' | 'sharedWith' | 'everShared' | 'access'> {
  const { custodian, members, sections, disclosure } = charter;
  const own = custodian === ours;
  const rights = sections.map((section) => charter.rightOf(ours, section));
  return {
    custodian,
    own,
    sharedWith: members.filter((practice) => practice !== custodian && practice !== ours),
    everShared: [...new Set(disclosure.map((row) => row.practice))],
    access: own ? 'own' : rights.includes('write') ? 'write' : rights.includes('read') ? 'read' : 'ended',
  };
}

/** A chart of which only the charter was read so far; its words come with the entries. */
export function unreadIndex(charter: CharterState, ours: PracticeId): IndexedChart {
  return {
    v: 1,
    id: charter.chart,
    name: '',
    patientKey: '',
    deceased: false,
    conflictsBySection: {},
    setAsideBySection: {},
    unsettledConflicts: 0,
    setAside: 0,
    heldElsewhere: true,
    ...standingOf(charter, ours),
  };
}

/** Undefined for anything of another shape: it may come from a backup file, which anyone can make. */
export function indexedChartFromJson(value: unknown): IndexedChart | undefined {
  const chart = value as Partial<Record<keyof IndexedChart, unknown>> | null;
  if (typeof chart !== 'object' || chart?.v !== 1 || parseChartId(String(chart.id)) === undefined) return undefined;
  const texts = [chart.id, chart.name, chart.patientKey, chart.custodian, chart.access];
  const mayMiss = [chart.birthDate, chart.sex, chart.identifier, chart.changedAt, chart.writtenAt];
  const sound =
    texts.every(isText) &&
    mayMiss.every((text) => text === undefined || isText(text)) &&
    [chart.sharedWith, chart.everShared].every((list) => Array.isArray(list) && list.every(isText)) &&
    [chart.conflictsBySection, chart.setAsideBySection].every(isCounts) &&
    [chart.unsettledConflicts, chart.setAside].every(isNumber) &&
    [chart.deceased, chart.own, chart.heldElsewhere].every((flag) => typeof flag === 'boolean');
  if (!sound) return undefined;
  const { attention: told, person: described, ...read } = value as IndexedChart;
  const rest = {
    ...read,
    custodian: once(read.custodian),
    sharedWith: read.sharedWith.map(once),
    everShared: read.everShared.map(once),
  };
  const attention = attentionFromJson(told);
  const person = descriptionFromJson(described);
  return { ...rest, ...(attention === undefined ? {} : { attention }), ...(person === undefined ? {} : { person }) };
}

/** Few practices are named in thousands of records: each name is kept once. */
const practices = new Map<PracticeId, PracticeId>();

function once(practice: PracticeId): PracticeId {
  const known = practices.get(practice);
  if (known !== undefined) return known;
  practices.set(practice, practice);
  return practice;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

function isCounts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isNumber);
}

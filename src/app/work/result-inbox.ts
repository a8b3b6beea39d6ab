/**
 * Results and alerts that wait for a clinician: what the index says of every chart, without what somebody has acknowledged. An
 * acknowledgement is a record of the practice book, one an act; it names results by chart, key and version, so that a corrected
 * result is new again. Only the signature of a clinician's or administrator's device makes one: what others wrote there counts for nothing.
 */
import { toHex } from '../../base/bytes.ts';
import { parseChartId, type ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { MedicationAlert } from '../../clinical/checks/medication-check.ts';
import type { WaitingDraft } from '../../clinical/attention/waiting-drafts.ts';
import { byRank } from '../../clinical/attention/waiting-results.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import type { ChartIndex, IndexedChart } from '../patients/chart-index.ts';
import type { ChartService } from '../charts/chart-service.ts';
import { alertsOfMerged, type Attention } from '../patients/chart-attention.ts';
import type { ChartMerges } from '../merging/merges.ts';
import type { BookRecord, PracticeBook } from './practice-book.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { Saving } from '../saving.ts';
import type { PracticeInfo, WriteFailure } from '../session.ts';
import { newTaskRecord } from './task-records.ts';
import type {
  Acknowledgement,
  ClinicalInbox,
  InboxAlert,
  InboxDraft,
  InboxResult,
  ResultVersion,
} from './work-acts.ts';

interface Ack {
  readonly note: string;
  readonly takenBack: boolean;
  readonly results: readonly ResultVersion[];
}

interface Parts {
  readonly context: PracticeContext;
  readonly book: PracticeBook;
  readonly charts: ChartService;
  readonly merges: Pick<ChartMerges, 'groups' | 'of'>;
  readonly saving: Saving;
  readonly role: () => PracticeInfo['role'];
  readonly changed: () => void;
  /** A task was written beside an acknowledgement. */
  readonly tasksChanged: () => Promise<void>;
}

/** Characters; a longer one is a note of the chart. */
const maxNoteLength = 2000;
/** Results one act may acknowledge: a record of the book has bounded size. */
const maxResults = 500;

const clinicians: ReadonlySet<string> = new Set(['admin', 'clinician']);

export class ResultInbox implements ClinicalInbox {
  readonly #parts: Parts;
  #acks: readonly BookRecord<Ack>[] = [];
  /** `chart key` → acts that name it, of whatever version. */
  #byResult: ReadonlyMap<string, readonly BookRecord<Ack>[]> = new Map();
  readonly #merged = new Map<
    ChartId,
    { readonly told: readonly Attention[]; readonly alerts: readonly MedicationAlert[] }
  >();
  #shown:
    | {
        readonly all: ChartIndex['all'];
        readonly acks: unknown;
        readonly groups: unknown;
        readonly results: readonly InboxResult[];
        readonly alerts: readonly InboxAlert[];
        readonly drafts: readonly InboxDraft[];
      }
    | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.charts.isAcknowledged = (chart, result) => this.#isAcknowledged(chart, result);
  }

  /** What other devices of the practice acknowledged is known. Inside the queue only. */
  async refresh(): Promise<void> {
    const { book, charts } = this.#parts;
    const before = new Set(this.#acks.filter(({ value }) => !value.takenBack).map(({ id }) => id));
    this.#acks = (await book.records('ResultAck', ackFromJson)).filter((record) => this.#isByClinician(record));
    const byResult = new Map<string, BookRecord<Ack>[]>();
    for (const record of this.#acks)
      for (const { chart, key } of record.value.results) {
        const known = byResult.get(nameOf(chart, key));
        if (known === undefined) byResult.set(nameOf(chart, key), [record]);
        else known.push(record);
      }
    this.#byResult = byResult;
    // What was acknowledged is not kept in the index: taken back, its charts are asked again.
    const back = this.#acks.filter(({ id, value }) => value.takenBack && before.has(id));
    for (const chart of new Set(back.flatMap(({ value }) => value.results.map((result) => result.chart))))
      await charts.takeIn(chart, ['results'], false);
  }

  #isByClinician({ written }: BookRecord<Ack>): boolean {
    const { rosters, self } = this.#parts.context;
    const role = rosters.mustGet(self.practice).devices.get(written.device)?.role;
    return role !== undefined && clinicians.has(role);
  }

  get mayAcknowledge(): boolean {
    return clinicians.has(this.#parts.role());
  }

  get results(): readonly InboxResult[] {
    return this.#read().results;
  }

  get drafts(): readonly InboxDraft[] {
    return this.#read().drafts;
  }

  get alerts(): readonly InboxAlert[] {
    return this.#read().alerts;
  }

  /** Worked out when a chart or an acknowledgement changed: every painting of the rail asks. */
  #read() {
    const { all } = this.#parts.context.index;
    const { groups } = this.#parts.merges;
    if (this.#shown?.all !== all || this.#shown.acks !== this.#byResult || this.#shown.groups !== groups) {
      const asking = all.filter(({ attention }) => attention !== undefined);
      const results = asking.flatMap((chart) => this.#resultsOf(chart)).sort((a, b) => byRank(a.order, b.order));
      const alerts = asking.flatMap((chart) => this.#alertsOf(chart));
      const grave = ({ alert }: InboxAlert): number => (alert.severity === 'high' ? 0 : 1);
      this.#shown = {
        all,
        acks: this.#byResult,
        groups,
        results: results.map(({ shown }) => shown),
        alerts: alerts.sort((a, b) => grave(a) - grave(b)),
        drafts: asking.flatMap((chart) => this.#draftsOf(chart)).sort((a, b) => b.begunAt.localeCompare(a.begunAt)),
      };
    }
    return this.#shown;
  }

  #resultsOf({ id, attention }: IndexedChart) {
    const waiting = (attention?.results ?? []).filter((result) => !this.#isAcknowledged(id, result));
    return waiting.map((result) => {
      const { writtenMs, by, ...told } = result;
      const names = this.#parts.charts.namesOf(by);
      return { order: result, shown: { ...told, ...names, chart: id, writtenAt: new Date(writtenMs).toISOString() } };
    });
  }

  /** Of a person with several charts at the first of them that is here: an allergy of one and a drug of another meet in no other. */
  #alertsOf({ id, attention }: IndexedChart): readonly InboxAlert[] {
    const { context, merges } = this.#parts;
    if (!merges.groups.has(id)) return (attention?.alerts ?? []).map((alert) => ({ chart: id, alert }));
    const parts = merges.of(id).flatMap((chart) => context.index.get(chart) ?? []);
    const asking = parts.filter((part) => part.attention !== undefined);
    if (asking[0]?.id !== id) return [];
    const told = asking.flatMap((part) => part.attention ?? []);
    return this.#mergedAlerts(id, told).map((alert) => ({ chart: parts[0]?.id ?? id, alert }));
  }

  /** Worked out anew when one of the charts changed: most did not. */
  #mergedAlerts(first: ChartId, told: readonly Attention[]): readonly MedicationAlert[] {
    const known = this.#merged.get(first);
    if (known?.told.length === told.length && known.told.every((one, index) => one === told[index]))
      return known.alerts;
    const alerts = alertsOfMerged(told);
    this.#merged.set(first, { told, alerts });
    return alerts;
  }

  #draftsOf({ id, attention }: IndexedChart): readonly InboxDraft[] {
    const { charts, context } = this.#parts;
    const isMine = ({ by }: WaitingDraft): boolean => {
      const names = charts.namesOf(by);
      return names.own && names.personName === context.self.personName;
    };
    const mine = (attention?.drafts ?? []).filter(isMine);
    return mine.map(({ key, title, begunMs }) => ({ chart: id, key, title, begunAt: new Date(begunMs).toISOString() }));
  }

  #isAcknowledged(chart: ChartId, { key, version }: Pick<ResultVersion, 'key' | 'version'>): boolean {
    const acts = this.#byResult.get(nameOf(chart, key)) ?? [];
    return acts.some(
      ({ value }) =>
        !value.takenBack &&
        value.results.some((result) => result.chart === chart && result.key === key && result.version === version),
    );
  }

  acknowledgedOf(chart: ChartId, key: ResourceKey): readonly Acknowledgement[] {
    const acts = (this.#byResult.get(nameOf(chart, key)) ?? []).filter(({ value }) => !value.takenBack);
    return acts
      .toSorted((a, b) => b.made.timeMs - a.made.timeMs)
      .flatMap(({ id, value, made }) =>
        value.results
          .filter((result) => result.chart === chart && result.key === key)
          .map(({ version }) => ({
            id,
            version,
            personName: this.#parts.charts.namesOf(made.device).personName,
            at: new Date(made.timeMs).toISOString(),
            note: value.note,
          })),
      );
  }

  acknowledge(
    results: readonly ResultVersion[],
    { note = '', task }: Parameters<ClinicalInbox['acknowledge']>[1],
  ): Promise<Result<string, WriteFailure>> {
    const { context, book, saving, changed, tasksChanged } = this.#parts;
    if (!this.mayAcknowledge) return Promise.resolve(err('not-allowed'));
    if (results.length === 0 || results.length > maxResults || note.length > maxNoteLength)
      return Promise.resolve(err('too-large'));
    const kept = context.exclusively(async (): Promise<Result<string, WriteFailure>> => {
      const id = toHex(context.ports.random.bytes(16));
      const named = results.map(({ chart, key, version }) => ({ chart, key, version }));
      const ack = { type: 'ResultAck', id, value: { v: 1, note, takenBack: false, results: named } } as const;
      const [first] = named;
      const planned =
        task === undefined || first === undefined
          ? []
          : [newTaskRecord(toHex(context.ports.random.bytes(16)), { ...task, chart: first.chart })];
      const written = await book.putAll([ack, ...planned]);
      if (!written.ok) return written;
      await this.refresh();
      if (planned.length > 0) await tasksChanged();
      return ok(id);
    });
    return saving.watch(kept).finally(changed);
  }

  takeBack(acknowledgement: string): Promise<Result<void, WriteFailure>> {
    const { context, book, saving, changed } = this.#parts;
    if (!this.mayAcknowledge) return Promise.resolve(err('not-allowed'));
    const kept = context.exclusively(async (): Promise<Result<void, WriteFailure>> => {
      const known = this.#acks.find(({ id }) => id === acknowledgement);
      if (known === undefined) return err('not-found');
      const written = await book.put('ResultAck', known.id, { v: 1, ...known.value, takenBack: true });
      if (!written.ok) return written;
      await this.refresh();
      return ok(undefined);
    });
    return saving.watch(kept).finally(changed);
  }
}

function nameOf(chart: ChartId, key: ResourceKey): string {
  return `${chart} ${key}`;
}

function ackFromJson(value: unknown): Ack | undefined {
  const json = value as Record<string, unknown> | null;
  if (json?.['v'] !== 1 || typeof json['note'] !== 'string' || !Array.isArray(json['results'])) return undefined;
  const results = json['results'].map(resultFromJson);
  if (!results.every((result) => result !== undefined)) return undefined;
  return { note: json['note'], takenBack: json['takenBack'] === true, results };
}

function resultFromJson(value: unknown): ResultVersion | undefined {
  const json = value as Record<string, unknown> | null;
  const chart = parseChartId(String(json?.['chart']));
  const { key, version } = json ?? {};
  if (chart === undefined || typeof key !== 'string' || typeof version !== 'string') return undefined;
  return { chart, key, version };
}

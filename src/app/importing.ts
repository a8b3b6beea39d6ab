/**
 * Taking in patients from FHIR files: read and compared first, written only after the person has answered, each patient in
 * one commit (EN-9). A plan may be old when it is carried out; each item is looked at again before it is written.
 */
import { createCharter } from '../access/charter-builders.ts';
import type { ChartId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { chartSections, type Section } from '../base/sections.ts';
import { readBundle, type ImportedChart, type ImportedResource } from '../clinical/bundle.ts';
import { identityOf, identityResource } from '../clinical/identity.ts';
import { isObject, stringifyJson } from '../clinical/json.ts';
import { parseJson } from '../clinical/json-parser.ts';
import { matchKeys } from '../clinical/match.ts';
import { planReimport, type Reimport } from '../clinical/reimport.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import type { ChartAccess } from './charter-book.ts';
import type { IndexedChart } from './chart-index.ts';
import type { ChartService } from './chart-service.ts';
import { charterFailureOf, type ChartWriter } from './chart-writer.ts';
import { unlessLocked, type PracticeContext } from './practice-context.ts';
import type {
  ImportAnswer,
  ImportItem,
  ImportOutcome,
  ImportPlan,
  ImportProgress,
  Session,
  WriteFailure,
} from './session.ts';

type Files = Parameters<Session['planImport']>[0];
type Report = (progress: ImportProgress) => void;

/** A plan as `carryOut` gets it back, with what was read. */
interface PlannedItem extends ImportItem {
  readonly source?: ImportedChart;
}

export class Importing {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;
  readonly #charts: ChartService;

  constructor(context: PracticeContext, writer: ChartWriter, charts: ChartService) {
    this.#context = context;
    this.#writer = writer;
    this.#charts = charts;
  }

  // ----------------------------------------------------------------------------------------------------- planning

  async plan(files: Files, report: Report, signal: AbortSignal): Promise<ImportPlan> {
    const items: PlannedItem[] = [];
    for (const [fileIndex, file] of files.entries()) {
      if (signal.aborted) break;
      const say = (resourcesDone: number, resourcesTotal: number): void => {
        report({
          phase: 'reading',
          file: file.name,
          fileNumber: fileIndex + 1,
          files: files.length,
          resourcesDone,
          resourcesTotal,
        });
      };
      say(0, 0);
      const text = await file.text().catch(() => undefined);
      if (text === undefined) {
        items.push(badItem(`${fileIndex}`, file.name, 'not-readable', ''));
        continue;
      }
      const pause = (): Promise<void> => this.#context.ports.pause();
      const read = await readBundle(text, { signal, onProgress: say, pause });
      if (!read.ok) {
        if (read.reason !== 'cancelled') items.push(badItem(`${fileIndex}`, file.name, read.reason, read.detail ?? ''));
        continue;
      }
      for (const [chartIndex, chart] of read.value.charts.entries()) {
        const id = `${fileIndex}/${chartIndex}`;
        const twice = items.some(
          ({ source, outcome }) => source?.patientKey === chart.patientKey && outcome.kind !== 'bad',
        );
        items.push(
          twice
            ? badItem(id, file.name, 'patient-twice', chart.patientKey)
            : await this.#planChart(id, file.name, chart),
        );
      }
    }
    return { items };
  }

  async #planChart(id: string, file: string, source: ImportedChart): Promise<PlannedItem> {
    const { index } = this.#context;
    const { name, birthDate } = identityOf(source.patient);
    const common = {
      id,
      file,
      source,
      patientName: name,
      ...(birthDate === '' ? {} : { birthDate }),
      // The derived identity is ours, not the file's.
      resources: source.resources.filter(({ section }) => section !== 'identity').length,
    };
    const own = this.#ownChartOf(source);
    if (own !== undefined) {
      const reimport = await this.#compare(own.id, source.resources);
      const changes = reimport === undefined ? [] : changesOf(reimport);
      const isSame = changes.every(({ kind }) => kind === 'missing-in-file');
      const outcome = isSame
        ? ({ kind: 'unchanged', chart: own.id } as const)
        : ({ kind: 'changed', chart: own.id, changes } as const);
      return { ...common, outcome };
    }
    const alike = index.ownByMatchKeys(matchKeys(source.patient));
    if (alike === undefined) return { ...common, outcome: { kind: 'new' } };
    const why = 'same name and birth date';
    return { ...common, outcome: { kind: 'same-person', chart: alike.id, chartName: alike.name, why } };
  }

  /**
   * The chart this file's patient has here: same id, and the same name or the same birth date. Two systems that both count
   * from Patient/1 give two people one id; taking one's file for the other's would write a stranger's facts into a chart.
   */
  #ownChartOf({ patientKey, patient }: ImportedChart): IndexedChart | undefined {
    const { name, birthDate } = identityOf(patient);
    for (const chart of this.#context.index.ownByPatientKey(patientKey))
      if (chart.name === name || (chart.birthDate ?? '') === birthDate) return chart;
    return undefined;
  }

  #compare(chart: ChartId, resources: readonly ImportedResource[]): Promise<Reimport | undefined> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      return access === undefined ? undefined : this.#compareWith(access, resources);
    });
  }

  async #compareWith(access: ChartAccess, resources: readonly ImportedResource[]): Promise<Reimport> {
    const reimport = planReimport(await this.#charts.sectionsToRead(access), resources);
    this.#charts.closeIfUnused(access.charter.chart);
    return reimport;
  }

  // -------------------------------------------------------------------------------------------------- carrying out

  async carryOut(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    report: Report,
    signal: AbortSignal,
  ): Promise<ImportOutcome> {
    const written: ImportOutcome['written'][number][] = [];
    const failed: ImportOutcome['failed'][number][] = [];
    const skipped: string[] = [];
    const items: readonly PlannedItem[] = plan.items;
    const total = items.reduce((sum, item) => sum + item.resources, 0);
    let done = 0;
    for (const [i, item] of items.entries()) {
      const { outcome, source, id, file, resources } = item;
      report({
        phase: 'writing',
        file,
        fileNumber: i + 1,
        files: items.length,
        resourcesDone: done,
        resourcesTotal: total,
      });
      const answer = answers.get(id) ?? (outcome.kind === 'new' ? 'apply' : 'skip');
      if (signal.aborted) failed.push({ item: id, reason: 'cancelled' });
      else if (source === undefined || outcome.kind === 'bad' || outcome.kind === 'unchanged' || answer === 'skip')
        skipped.push(id);
      else {
        const asNew = outcome.kind === 'new' || answer === 'new-chart';
        const result = await unlessLocked(
          asNew ? this.#writeNew(source, answer === 'new-chart') : this.#writeChanges(outcome.chart, source),
        );
        if (result.ok) written.push({ item: id, chart: result.value, resources });
        else failed.push({ item: id, reason: result.reason });
      }
      done += resources;
      await this.#context.ports.pause();
    }
    return { written, failed, skipped };
  }

  /** A new chart with everything in it, in one commit: it is there whole, or not at all. */
  #writeNew(source: ImportedChart, evenIfAlike: boolean): Promise<Result<ChartId, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const { index } = this.#context;
      // Another file, or another tab's import, may have made the chart since the plan.
      if (this.#ownChartOf(source) !== undefined) return err('not-allowed');
      if (!evenIfAlike && index.ownByMatchKeys(matchKeys(source.patient)) !== undefined) return err('not-allowed');
      const { edits } = planReimport(new Map(), source.resources);
      return this.#createChart(edits, true);
    });
  }

  /** By hand, without a file: a chart of one resource and the identity that is made of it. */
  registerPatient(patient: Parameters<Session['registerPatient']>[0]): Promise<Result<ChartId, WriteFailure>> {
    const json = parseJson(patient.base);
    if (!json.ok || !isObject(json.value)) return Promise.resolve(err('not-allowed'));
    const identity = { ...patient, base: stringifyJson(identityResource(json.value)) };
    const edits = new Map<Section, readonly [typeof patient]>([
      ['identity', [identity]],
      ['demographics', [patient]],
    ]);
    return this.#context.exclusively(() => this.#createChart(edits, false));
  }

  /** Inside the queue only. The chart is closed again afterwards. */
  async #createChart(
    edits: ReadonlyMap<Section, readonly SectionEdit[]>,
    asImport: boolean,
  ): Promise<Result<ChartId, WriteFailure>> {
    const { charters, ports } = this.#context;
    const created = await createCharter(this.#context.author(), chartSections, ports.random, this.#context.timeMs());
    if (!created.ok) return err(charterFailureOf(created.reason));
    const access = charters.preview([created.value.op]);
    if (access === undefined) throw new Error('a charter just made resolves');
    const written = await this.#writer.write(access, edits, {
      ops: [created.value.op],
      index: (next) => this.#charts.indexed(next, true),
      asImport,
    });
    this.#writer.closeChart(access.charter.chart);
    return written.ok ? ok(access.charter.chart) : written;
  }

  #writeChanges(chart: ChartId, source: ImportedChart): Promise<Result<ChartId, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      if (access === undefined) return err('not-found');
      const { edits } = await this.#compareWith(access, source.resources);
      if (edits.size === 0) return ok(chart);
      const written = await this.#writer.write(access, edits, {
        index: (next) => this.#charts.indexed(next, true),
        asImport: true,
      });
      // What failed took the opened sections with it: a chart on the screen reads them again.
      await this.#charts.repaint(chart);
      this.#charts.closeIfUnused(chart);
      return written.ok ? ok(chart) : written;
    });
  }
}

function changesOf({ added, changed, missing }: Reimport) {
  return [
    ...added
      .filter(({ section }) => section !== 'identity')
      .map(({ key }) => ({ key, kind: 'added' as const, label: key })),
    ...changed.flatMap(({ key, label, lines }) =>
      lines.map(({ name, before, after }) => ({
        key,
        kind: 'changed' as const,
        label: `${label}: ${name}`,
        before,
        after,
      })),
    ),
    ...missing.map(({ key, label }) => ({ key, kind: 'missing-in-file' as const, label })),
  ];
}

function badItem(id: string, file: string, reason: string, where: string): PlannedItem {
  return { id, file, patientName: '', resources: 0, outcome: { kind: 'bad', reason, where } };
}

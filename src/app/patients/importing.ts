/**
 * Taking in patients from FHIR files: read and compared first, written only after the person has answered, each patient in
 * one commit (EN-9). A plan may be old when it is carried out; each item is looked at again before it is written.
 *
 * Files are read and compared in the background (src/worker/), where what they hold is kept as long as it is little; of each
 * patient only what a list needs is here. What was not kept is read again when its turn comes, so that an import of any
 * number of files needs the memory of a few.
 */
import { createCharter } from '../../access/charter-builders.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections, type Section } from '../../base/sections.ts';
import { identityResource } from '../../clinical/identity.ts';
import { isObject, stringifyJson } from '../../clinical/json.ts';
import { parseJson } from '../../clinical/json-parser.ts';
import { heldManifests } from '../../clinical/large-data.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { ImportReader, PlannedChart, ReadChart, ReadFile } from '../../worker/background.ts';
import {
  filledEdits,
  wantedFor,
  type Attachments,
  type Manifests,
  type SealingOptions,
} from '../charts/attachments.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { IndexedChart } from './chart-index.ts';
import { chosenSources, textOf, type ChosenSource } from './chosen-files.ts';
import type { ChartService } from '../charts/chart-service.ts';
import { charterFailureOf, type ChartWriter } from '../charts/chart-writer.ts';
import { ImportMatching } from './import-matching.ts';
import type { Merges } from '../merging/merge-acts.ts';
import { unlessLocked, type PracticeContext } from '../practice-context.ts';
import { Turns } from '../turns.ts';
import { workResources, type ScheduleAndTasks } from '../work/work-files.ts';
import type {
  ImportAnswer,
  ImportFailure,
  ImportItem,
  ImportOutcome,
  ImportPlan,
  ImportProgress,
} from './import-acts.ts';
import type { Session, WriteFailure } from '../session.ts';

type Files = Parameters<Session['planImport']>[0];
type Report = (progress: ImportProgress) => void;

/** A plan as `carryOut` gets it back: where each patient was read. */
interface PlannedItem extends ImportItem {
  readonly source?: Source;
}

interface Source {
  readonly file: number;
  readonly chart: ReadChart;
  readonly aboutOthers: ReadFile['aboutOthers'];
}

/** Who reads the files of an import, and who compares their patients; let go of when it is over. */
interface InHand {
  readonly reader: ImportReader;
  readonly matching: ImportMatching;
}

/** The files of one plan. */
interface Reading extends InHand {
  readonly files: readonly ChosenSource[];
  /** Charts that its patients were compared with. */
  readonly compared: ReadonlySet<ChartId>;
  /** Of the items written so far. */
  readonly made: Map<string, ChartId>;
}

/** One that there is something to write of. */
interface WrittenItem extends PlannedItem {
  readonly source: Source;
}

/** A new chart that is planned before its turn. */
interface Ahead {
  readonly item: PlannedItem;
  readonly planned: Promise<Result<PlannedChart, ImportFailure>>;
}

interface ImportingInit {
  readonly writer: ChartWriter;
  readonly charts: ChartService;
  readonly attachments: Attachments;
  readonly merges: Pick<Merges, 'of' | 'merge'>;
  readonly work: ScheduleAndTasks;
}

/** A plan nobody carries out does not keep its files in memory for ever; they are read again if somebody does. */
const keptForMs = 10 * 60_000;
const nothingHeld = new Map<never, never>();
const unwatched = { signal: new AbortController().signal, progress: () => undefined };

export class Importing {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;
  readonly #charts: ChartService;
  readonly #attachments: Attachments;
  readonly #merges: Pick<Merges, 'of' | 'merge'>;
  readonly #work: ScheduleAndTasks;
  readonly #readings = new WeakMap<ImportPlan, Reading>();
  /** Of the newest plan. */
  #inHand: InHand | undefined;
  #cancelLettingGo: () => void = () => undefined;

  constructor(context: PracticeContext, { writer, charts, attachments, merges, work }: ImportingInit) {
    this.#context = context;
    this.#writer = writer;
    this.#charts = charts;
    this.#attachments = attachments;
    this.#merges = merges;
    this.#work = work;
  }

  /** Nothing of a file stays in memory. */
  close(): void {
    this.#letGo();
  }

  // ----------------------------------------------------------------------------------------------------- planning

  async plan(chosen: Files, report: Report, signal: AbortSignal): Promise<ImportPlan> {
    const files = chosenSources(chosen);
    const inHand = await this.#takeInHand();
    const { reader } = inHand;
    const items: PlannedItem[] = [];
    const patients = new Set<string>();
    for (const [file, { name }] of files.entries()) {
      if (signal.aborted) break;
      const say = (resourcesDone: number, resourcesTotal: number): void => {
        report({
          phase: 'reading',
          file: name,
          fileNumber: file + 1,
          files: files.length,
          resourcesDone,
          resourcesTotal,
        });
      };
      say(0, 0);
      const text = await textOf(files[file]);
      if (!text.ok) {
        items.push(badItem(`${file}`, name, text.reason, text.detail ?? ''));
        continue;
      }
      const read = await reader.read(file, text.value, { signal, progress: say });
      if (!read.ok) {
        if (read.reason !== 'cancelled') items.push(badItem(`${file}`, name, read.reason, read.detail ?? ''));
        continue;
      }
      const { charts, aboutOthers } = read.value;
      const asks = aboutOthers.length === 0 ? undefined : aboutOthersItem(`${file}`, name, aboutOthers);
      if (asks !== undefined) items.push(asks);
      for (const [number, chart] of charts.entries()) {
        const id = `${file}/${number}`;
        const { patientKey } = chart;
        const common = { id, file: name, ...(asks === undefined ? {} : { asksFirst: asks.id }) };
        items.push(
          patients.has(patientKey)
            ? badItem(id, name, 'patient-twice', patientKey)
            : await this.#planChart(common, { file, chart, aboutOthers }, inHand),
        );
        patients.add(patientKey);
      }
    }
    const plan = { items };
    const compared = new Set(Array.from(this.#context.index.charts, ({ id }) => id));
    this.#readings.set(plan, { ...inHand, files, compared, made: new Map() });
    this.#cancelLettingGo = this.#context.ports.timers.after(keptForMs, () => {
      this.#letGo();
    });
    return plan;
  }

  /** One at a time: whoever chooses other files has given up those before. */
  async #takeInHand(): Promise<InHand> {
    this.#letGo();
    const { index, ports } = this.#context;
    const matching = new ImportMatching(index, (chart) => this.#merges.of(chart)[0] ?? chart);
    const inHand = { reader: ports.background.importReader(), matching };
    this.#inHand = inHand;
    await matching.fill(new Turns(ports));
    return inHand;
  }

  #letGo(): void {
    this.#cancelLettingGo();
    this.#inHand?.reader.end();
    this.#inHand?.matching.close();
    this.#inHand = undefined;
  }

  async #planChart(
    common: Pick<ImportItem, 'id' | 'file' | 'asksFirst'>,
    source: Source,
    { reader, matching }: InHand,
  ): Promise<PlannedItem> {
    const { name, birthDate, resources, person } = source.chart;
    const item = { ...common, source, patientName: name, ...(birthDate === '' ? {} : { birthDate }), resources };
    const own = this.#ownChartOf(source.chart);
    if (own !== undefined) {
      const compared = await this.#context.exclusively(() => this.#compare(own.id, source, reader));
      const changes = compared?.changes ?? [];
      const isSame = changes.every(({ kind }) => kind === 'missing-in-file');
      const outcome = isSame
        ? ({ kind: 'unchanged', chart: own.id } as const)
        : ({ kind: 'changed', chart: own.id, changes } as const);
      return { ...item, outcome };
    }
    const candidates = matching.candidates(person);
    matching.expect({ item: common.id, file: common.file, name, ...(birthDate === '' ? {} : { birthDate }) }, person);
    return { ...item, outcome: candidates.length === 0 ? { kind: 'new' } : { kind: 'same-person', candidates } };
  }

  /**
   * The chart this file's patient has here: same id, and the same name or the same birth date. Two systems that both count
   * from Patient/1 give two people one id; taking one's file for the other's would write a stranger's facts into a chart.
   * What neither says is the same where both say nothing at all.
   */
  #ownChartOf({ patientKey, name, birthDate }: ReadChart): IndexedChart | undefined {
    return [...this.#context.index.ownByPatientKey(patientKey)].find((chart) => {
      const [sameName, sameDate] = [chart.name === name, (chart.birthDate ?? '') === birthDate];
      return (sameName && name !== '') || (sameDate && birthDate !== '') || (sameName && sameDate);
    });
  }

  /** Inside the queue only. */
  async #compare(
    chart: ChartId,
    { file, chart: read }: Source,
    reader: ImportReader,
  ): Promise<(PlannedChart & { readonly held: Manifests }) | undefined> {
    const access = await this.#context.charters.get(chart);
    if (access === undefined) return undefined;
    const sections = await this.#charts.sectionsToRead(access);
    // What this practice's own file says of its appointments and tasks is in its book, and newer there.
    const elsewhere = new Set(workResources(this.#work, chart, read.patientKey).keys());
    const planned = await reader.plan(file, read.patientKey, sections, elsewhere);
    this.#charts.closeIfUnused(chart);
    return planned === undefined ? undefined : { ...planned, held: heldManifests(sections) };
  }

  // -------------------------------------------------------------------------------------------------- carrying out

  async carryOut(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    report: Report,
    signal: AbortSignal,
  ): Promise<ImportOutcome> {
    const reading = await this.#readingOf(plan);
    const written: ImportOutcome['written'][number][] = [];
    const failed: ImportOutcome['failed'][number][] = [];
    const skipped: string[] = [];
    const items: readonly PlannedItem[] = plan.items.filter(({ outcome }) => outcome.kind !== 'about-others');
    const total = items.reduce((sum, item) => sum + item.resources, 0);
    const answerTo = ({ id, outcome, asksFirst }: ImportItem): ImportAnswer =>
      asksFirst !== undefined && answers.get(asksFirst) !== 'apply'
        ? 'skip'
        : (answers.get(id) ?? (outcome.kind === 'new' ? 'apply' : 'skip'));
    let done = 0;
    let ahead: Ahead | undefined;
    const withoutOthers = new Set<string>();
    for (const [i, item] of items.entries()) {
      const { id, file, resources, asksFirst } = item;
      const at = {
        phase: 'writing' as const,
        file,
        fileNumber: i + 1,
        files: items.length,
        resourcesDone: done,
        resourcesTotal: total,
      };
      report(at);
      const answer = answerTo(item);
      const [next] = items.slice(i + 1, i + 2);
      if (signal.aborted) failed.push({ item: id, reason: 'cancelled' });
      else if (!isWritten(item, answer)) skipped.push(id);
      else {
        const writing = this.#carryOutOne(item, answer, reading, {
          ahead: ahead?.item === item ? ahead : undefined,
          sealing: {
            signal,
            report: (bytesDone, bytesTotal) => {
              report({ ...at, attached: { bytesDone, bytesTotal } });
            },
          },
        });
        // The next is read and planned while this one is sealed and goes to the disk.
        ahead = next === undefined ? undefined : this.#planAhead(next, answerTo(next), reading);
        const result = await unlessLocked(writing);
        if (result.ok && asksFirst !== undefined) withoutOthers.add(asksFirst);
        if (result.ok) written.push({ item: id, chart: result.value, resources });
        else failed.push({ item: id, reason: result.reason });
      }
      done += resources;
      await this.#context.ports.pause();
    }
    await ahead?.planned;
    this.#letGo();
    return { written, failed, skipped, withoutOthers: [...withoutOthers] };
  }

  async #readingOf(plan: ImportPlan): Promise<Reading> {
    const reading = this.#readings.get(plan);
    if (reading === undefined) throw new Error('a plan is carried out by the session that made it');
    this.#cancelLettingGo();
    // Let go of meanwhile, for another plan or because it took so long: all is read again.
    return reading.reader === this.#inHand?.reader ? reading : { ...reading, ...(await this.#takeInHand()) };
  }

  #planAhead(item: PlannedItem, answer: ImportAnswer, reading: Reading): Ahead | undefined {
    return isWritten(item, answer) && isNewChart(item)
      ? { item, planned: this.#plannedNew(item.source, reading) }
      : undefined;
  }

  async #carryOutOne(
    item: WrittenItem,
    answer: ImportAnswer,
    reading: Reading,
    { ahead, sealing }: { readonly ahead: Ahead | undefined; readonly sealing: SealingOptions },
  ): Promise<Result<ChartId, ImportFailure>> {
    const { source, outcome } = item;
    if ('chart' in outcome) return this.#writeChanges(outcome.chart, source, reading, sealing);
    const planned = await (ahead?.planned ?? this.#plannedNew(source, reading));
    if (!planned.ok) return planned;
    const written = await this.#writeNew(source.chart, planned.value, reading, sealing);
    if (!written.ok) return written;
    reading.made.set(item.id, written.value);
    return this.#mergeAsAnswered(written.value, item, answer, reading);
  }

  /** An own chart that was there leads; one of another practice does not. Of an item that was left out there is nothing to merge with, which is told. */
  async #mergeAsAnswered(
    chart: ChartId,
    { outcome }: WrittenItem,
    answer: ImportAnswer,
    { made }: Reading,
  ): Promise<Result<ChartId, ImportFailure>> {
    if (typeof answer !== 'object' || outcome.kind !== 'same-person') return ok(chart);
    const chosen = outcome.candidates[answer.sameAs];
    if (chosen === undefined) return err('not-merged');
    const other = 'chart' in chosen ? chosen.chart : made.get(chosen.item);
    if (other === undefined) return err('other-left-out');
    const leads = this.#context.index.get(other)?.own === true;
    const merged = await (leads ? this.#merges.merge(other, chart) : this.#merges.merge(chart, other));
    return merged.ok ? ok(chart) : err('not-merged');
  }

  async #plannedNew(source: Source, reading: Reading): Promise<Result<PlannedChart, ImportFailure>> {
    const there = await this.#thereAgain(source, reading);
    if (!there.ok) return there;
    const planned = await reading.reader.plan(source.file, source.chart.patientKey, nothingHeld);
    return planned === undefined ? err('file-gone') : ok(planned);
  }

  /** What was not kept is read again; it must still say what was shown to the person. */
  async #thereAgain(
    { file, chart, aboutOthers }: Source,
    { files, reader }: Reading,
  ): Promise<Result<void, ImportFailure>> {
    if (await reader.holds(file)) return ok(undefined);
    const text = await textOf(files[file]);
    if (!text.ok) return err('file-gone');
    const read = await reader.read(file, text.value, unwatched);
    if (!read.ok) return err('file-gone');
    const isSame = (now: unknown, before: unknown): boolean => JSON.stringify(now) === JSON.stringify(before);
    const same = read.value.charts.some((now) => isSame(now, chart)) && isSame(read.value.aboutOthers, aboutOthers);
    return same ? ok(undefined) : err('file-changed');
  }

  /** A new chart with everything in it, in one commit: it is there whole, or not at all. */
  async #writeNew(
    chart: ReadChart,
    { edits, taken }: PlannedChart,
    { matching, compared, made }: Reading,
    sealing: SealingOptions,
  ): Promise<Result<ChartId, ImportFailure>> {
    const created = await this.#context.exclusively(() => this.#newCharter());
    if (!created.ok) return created;
    const id = created.value.access.charter.chart;
    return this.#attachments.withSealed(id, wantedFor(edits, nothingHeld, taken), sealing, (manifests) =>
      this.#context.exclusively(async () => {
        // Somebody may have made the chart since the plan, or received one, about which nobody was asked.
        const ours = new Set(made.values());
        const cameSince = (other: ChartId): boolean => !compared.has(other) && !ours.has(other);
        if (this.#ownChartOf(chart) !== undefined || matching.isLike(chart.person, cameSince))
          return err('alike-meanwhile');
        return this.#writeFirst(created.value, filledEdits(edits, manifests) ?? edits, true);
      }),
    );
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
    return this.#context.exclusively(async () => {
      const created = await this.#newCharter();
      return created.ok ? this.#writeFirst(created.value, edits, false) : created;
    });
  }

  /** Inside the queue only; nothing is kept yet. */
  async #newCharter(): Promise<Result<NewCharter, WriteFailure>> {
    const { charters, ports } = this.#context;
    const created = await createCharter(this.#context.author(), chartSections, ports.random, this.#context.timeMs());
    if (!created.ok) return err(charterFailureOf(created.reason));
    const access = charters.preview([created.value.op]);
    if (access === undefined) throw new Error('a charter just made resolves');
    return ok({ access, op: created.value.op });
  }

  /** Inside the queue only. The chart is closed again afterwards. */
  async #writeFirst(
    { access, op }: NewCharter,
    edits: ReadonlyMap<Section, readonly SectionEdit[]>,
    asImport: boolean,
  ): Promise<Result<ChartId, WriteFailure>> {
    const written = await this.#writer.write(access, edits, {
      ops: [op],
      index: (next) => this.#charts.indexed(next, true),
      asImport,
      audit: [{ kind: asImport ? 'chart-imported' : 'chart-registered', chart: access.charter.chart }],
    });
    this.#charts.imported(access.charter.chart);
    return written.ok ? ok(access.charter.chart) : written;
  }

  async #writeChanges(
    chart: ChartId,
    source: Source,
    reading: Reading,
    sealing: SealingOptions,
  ): Promise<Result<ChartId, ImportFailure>> {
    const { reader } = reading;
    const there = await this.#thereAgain(source, reading);
    if (!there.ok) return there;
    const first = await this.#writeIfSealed(chart, source, reader, nothingHeld);
    if (!('wanted' in first)) return first;
    return this.#attachments.withSealed(chart, first.wanted, sealing, async (manifests) => {
      const second = await this.#writeIfSealed(chart, source, reader, manifests);
      // The chart changed meanwhile so that something else is to be written: looked at again, it is.
      return 'wanted' in second ? err('file-changed') : second;
    });
  }

  /** Compared and written in one turn; or what is to be sealed before. */
  #writeIfSealed(
    chart: ChartId,
    source: Source,
    reader: ImportReader,
    manifests: Manifests,
  ): Promise<Result<ChartId, ImportFailure> | { readonly wanted: ReturnType<typeof wantedFor> }> {
    return this.#context.exclusively(async () => {
      const planned = await this.#compare(chart, source, reader);
      const access = await this.#context.charters.get(chart);
      if (planned === undefined || access === undefined) return err('not-found');
      if (planned.edits.size === 0) return ok(chart);
      const edits = filledEdits(planned.edits, planned.held, manifests);
      if (edits === undefined) return { wanted: wantedFor(planned.edits, planned.held, planned.taken) };
      const written = await this.#writer.write(access, edits, {
        index: (next) => this.#charts.indexed(next, true),
        asImport: true,
        audit: [{ kind: 'chart-imported', chart, what: [...edits.keys()] }],
      });
      // What failed took the opened sections with it: a chart on the screen reads them again.
      await this.#charts.repaint(chart);
      this.#charts.imported(chart);
      return written.ok ? ok(chart) : written;
    });
  }
}

interface NewCharter {
  readonly access: ChartAccess;
  readonly op: VerifiedCharterOp;
}

function isWritten(item: PlannedItem, answer: ImportAnswer): item is WrittenItem {
  if (item.source === undefined || answer === 'skip') return false;
  const { kind } = item.outcome;
  // What may be somebody's here is written when it is said whose it is, and not by taking everything.
  return kind === 'same-person' ? answer !== 'apply' : kind === 'new' || kind === 'changed';
}

function isNewChart({ outcome }: ImportItem): boolean {
  return outcome.kind === 'new' || outcome.kind === 'same-person';
}

function aboutOthersItem(id: string, file: string, entries: ReadFile['aboutOthers']): PlannedItem {
  return { id, file, patientName: '', resources: 0, outcome: { kind: 'about-others', entries } };
}

function badItem(id: string, file: string, reason: string, where: string): PlannedItem {
  return { id, file, patientName: '', resources: 0, outcome: { kind: 'bad', reason, where } };
}

/**
 * Charts as a practice works with them: opening, editing, what they say of themselves in the index, and who may read what.
 * Owns the charts that are open on the screen and tells them when something changed.
 */
import type { ChartId, DeviceId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections, isChartSection, type ChartSection, type Section } from '../../base/sections.ts';
import type { CharterState } from '../../access/charter.ts';
import type { OpenSections } from '../../clinical/record.ts';
import type { WaitingResult } from '../../clinical/attention/waiting-results.ts';
import { withholdWords, type SectionEdits } from '../../clinical/withholding.ts';
import type { Person } from './chart-acts.ts';
import { filledEdits, wantedFor } from './attachments.ts';
import type { NamedPart } from '../../net/attachment-wire.ts';
import { FilesOfChart, type FilesInit } from './chart-attachments.ts';
import { actsOfEdits } from '../audit/audit-of-edits.ts';
import {
  attentionOf,
  comparedSections,
  readableFrom,
  withPartners,
  type Attention,
} from '../patients/chart-attention.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { IndexedChart } from '../patients/chart-index.ts';
import type { ChartWriter } from './chart-writer.ts';
import { isWorthOpening } from '../sections/compaction.ts';
import type { Contacts } from '../peers/contacts.ts';
import { GatheredEdits } from './gathered-edits.ts';
import type { HiddenHere } from './hidden-here.ts';
import { heldElsewhere, isHeldWhole } from '../peers/holders.ts';
import { IdleCompaction } from '../sections/idle-compaction.ts';
import { lastLooked, noteLooked } from './last-looked.ts';
import { LiveChart, type ActsOnChart } from './open-chart.ts';
import { isDeceased, patientWords, personWords } from '../patients/patient-words.ts';
import { isOfTheDisk, type PracticeContext } from '../practice-context.ts';
import { countRefusals } from './refusals.ts';
import type { Saving } from '../saving.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';
import type { AttachedFiles, Authorship, HeldAt, SectionView } from './chart-on-screen.ts';
import type { ChartSummary, WriteFailure } from '../session.ts';

export class ChartService {
  readonly #context: PracticeContext;
  readonly #writer: ChartWriter;
  readonly #contacts: Contacts;
  readonly #saving: Saving;
  readonly #hidden: HiddenHere;
  readonly #files: FilesInit;
  readonly #idle: IdleCompaction;
  readonly #edits: GatheredEdits;
  /** With what lets go of the charter. */
  readonly #open = new Map<LiveChart, () => void>();
  /** Whether somebody has looked at this version of a result; set by who keeps the acknowledgements. */
  isAcknowledged: (chart: ChartId, result: Pick<WaitingResult, 'key' | 'version'>) => boolean = () => false;
  /** Whether a chart is read as one with others; set by who keeps the merges. */
  isMerged: (chart: ChartId) => boolean = () => false;

  constructor(
    context: PracticeContext,
    writer: ChartWriter,
    contacts: Contacts,
    { saving, hidden, files }: { readonly saving: Saving; readonly hidden: HiddenHere; readonly files: FilesInit },
  ) {
    this.#context = context;
    this.#writer = writer;
    this.#contacts = contacts;
    this.#saving = saving;
    this.#hidden = hidden;
    this.#files = files;
    this.#idle = new IdleCompaction(context, (chart) => this.#compactIdly(chart));
    this.#edits = new GatheredEdits(context, (chart, acts) => this.#write(chart, acts));
  }

  // -------------------------------------------------------------------------------------------- opening and editing

  /**
   * `acts`: what a person may do about the chart beside writing in it. `first`: the sections that are read before this resolves, all
   * if left out; the others follow when whoever asked has had a turn to draw them.
   */
  open(
    chart: ChartId,
    acts: ActsOnChart,
    first?: readonly ChartSection[],
  ): Promise<Result<LiveChart, 'unknown-chart' | 'damaged'>> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      if (access === undefined) return err(this.#context.index.get(chart) === undefined ? 'unknown-chart' : 'damaged');
      const live = await LiveChart.open(this, acts, access, first);
      this.#open.set(live, this.#context.charters.hold(chart));
      if (live.unread.length > 0)
        this.#context.inBackground(this.#context.ports.pause().then(() => this.readRest(live)));
      return ok(live);
    });
  }

  /** What of an open chart was not read at first. */
  async readRest(live: LiveChart): Promise<void> {
    if (live.unread.length === 0) return;
    await this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(live.id);
      // Closed meanwhile, or read whole because something came.
      if (access !== undefined && this.#open.has(live) && live.unread.length > 0) await live.reload(access);
    });
  }

  /** After what is in the queue, which may still work on its sections. */
  closed(live: LiveChart, looked: boolean): void {
    const letGo = this.#open.get(live);
    this.#open.delete(live);
    const putAway = async (): Promise<void> => {
      if (looked) await noteLooked(this.#context, live.id);
      await this.#putAway(live.id);
    };
    this.#context.inBackground(this.#context.exclusively(() => putAway().finally(letGo)));
  }

  lastLooked(chart: ChartId): ReturnType<typeof lastLooked> {
    return lastLooked(this.#context, chart);
  }

  /** A chart that nobody looks at any more: what its next opening would cost is spared now (SN-3). */
  async #putAway(chart: ChartId): Promise<void> {
    if (!this.isOpen(chart)) await this.#writer.compact(chart);
    this.closeIfUnused(chart);
  }

  /** An import is done with it: what is loose of it is looked after when nobody needs this device for anything else (SN-3). */
  imported(chart: ChartId): void {
    this.closeIfUnused(chart);
    const sections = [...this.#context.content.sections(chart).values()];
    if (sections.some(({ entries, bytes }) => isWorthOpening(entries, bytes))) this.#idle.note(chart);
  }

  /** Inside the queue only. */
  async #compactIdly(chart: ChartId): Promise<void> {
    if (this.isOpen(chart)) return this.#writer.compact(chart, true);
    const access = await this.#context.charters.get(chart);
    if (access === undefined) return;
    for (const section of this.readable(access)) {
      const state = this.#context.content.sections(chart).get(section);
      if (state !== undefined && isWorthOpening(state.entries, state.bytes)) await this.#writer.keeper(access, section);
    }
    await this.#putAway(chart);
  }

  closeIfUnused(chart: ChartId): void {
    if (!this.isOpen(chart)) this.#writer.closeChart(chart);
  }

  edit(chart: ChartId, edits: SectionEdits): Promise<Result<void, WriteFailure>> {
    return this.#saving.watch(this.#edits.add(chart, edits));
  }

  editWithFiles(
    chart: ChartId,
    edits: SectionEdits,
    { taken, progress, signal }: AttachedFiles,
  ): Promise<Result<void, WriteFailure | 'cancelled'>> {
    const options = { report: progress, signal };
    const act = this.#files.attachments.withSealed(chart, wantedFor(edits, new Map(), taken), options, (manifests) =>
      this.#edits.add(chart, filledEdits(edits, manifests) ?? edits),
    );
    return this.#saving.watch(act);
  }

  filesOf(chart: ChartId): FilesOfChart {
    return new FilesOfChart(this.#files, chart);
  }

  /** A part of an attached file came: whoever looks at the chart sees how far it is. */
  async partCame(part: NamedPart): Promise<void> {
    for (const live of this.#open.keys()) if (live.id === part.chart) await live.partCame(part);
  }

  /** Together, or one after the other where one of them cannot be written. Inside the queue only. */
  async #write(chart: ChartId, acts: readonly SectionEdits[]): Promise<readonly Result<void, WriteFailure>[]> {
    const access = await this.#context.charters.get(chart);
    if (access === undefined) return acts.map(() => err('not-found'));
    const sections = await this.sectionsToRead(access);
    const written = await this.#writer.writeAll(
      access,
      acts.map((edits) => () => withholdWords(edits, sections)),
      { index: (next, touched) => this.indexed(next, true, false, touched), audit: actsOfEdits(chart, acts) },
    );
    if (!written.ok && acts.length > 1 && !isOfTheDisk(written.reason)) {
      const outcomes: Result<void, WriteFailure>[] = [];
      for (const act of acts) outcomes.push(...(await this.#write(chart, [act])));
      return outcomes;
    }
    await this.#reload(chart, written.ok ? written.value.access : access);
    if (this.#writer.isWorthCompacting(chart)) this.#idle.note(chart);
    return acts.map(() => (written.ok ? ok(undefined) : written));
  }

  /** What this practice holds of a chart, as it may read it. Inside the queue only. */
  async sectionsToRead(access: ChartAccess): Promise<OpenSections> {
    const sections = new Map<
      ChartSection,
      { readonly resources: ReturnType<SectionKeeper['document']['resources']> }
    >();
    for (const section of this.readable(access)) {
      const { document } = await this.#writer.keeper(access, section);
      sections.set(section, {
        get resources() {
          return document.resources();
        },
      });
    }
    return sections;
  }

  /** Sections of which something may be shown here. */
  readable(access: ChartAccess): readonly ChartSection[] {
    return chartSections.filter((section) => {
      const { readable, ended } = this.reading(access, section);
      return readable || ended;
    });
  }

  keeper(access: ChartAccess, section: Section): Promise<SectionKeeper> {
    return this.#writer.keeper(access, section);
  }

  closing(access: ChartAccess): ReturnType<ChartWriter['closing']> {
    return this.#writer.closing(access);
  }

  mayWrite(access: ChartAccess, section: Section): boolean {
    return this.#writer.mayWrite(access, section);
  }

  /**
   * The disk or the charter has something new: open charts show it, the index says it. Inside the queue only. A chart that
   * is closed is opened for as long as this takes, so that nothing waits unchecked for the next visit. `awaitsClose`: something
   * of a device that lost its place is among it (CH-3).
   */
  async takeIn(
    chart: ChartId,
    sections: Iterable<Section>,
    entriesCame: boolean,
  ): Promise<{ readonly awaitsClose: boolean }> {
    const access = await this.#context.charters.get(chart);
    if (access === undefined || access.charter.kind === 'book') return { awaitsClose: false };
    const checkpoints = [];
    let awaitsClose = [...access.charter.parked.values()].some(({ reason }) => reason === 'waits-for-close');
    for (const section of withPartners(sections)) {
      const { readable, ended } = this.reading(access, section);
      if (!readable && !ended) continue;
      const keeper = await this.#writer.keeper(access, section);
      await keeper.refresh(access);
      awaitsClose ||= keeper.awaitsClose;
      checkpoints.push(...keeper.checkpoints());
      countRefusals(this.#context, keeper);
    }
    // What came is durable already: whoever looks at the chart need not wait for what is noted about it.
    await this.#reload(chart, access);
    const indexed = this.indexed(access, entriesCame, true, new Set(sections));
    checkpoints.push(this.#context.charters.checkpoint(access), this.#context.charters.keysToWrite(access));
    const sealed = [...checkpoints.filter((record) => record !== undefined), this.#context.index.write(indexed)];
    const kept = await this.#context.content.commit({ sealed });
    if (kept.ok) {
      this.#context.index.put(indexed);
      this.#context.charters.put(access);
    }
    if (this.isOpen(chart)) await this.#reload(chart, access);
    else await this.#putAway(chart);
    return { awaitsClose };
  }

  /** A chart was merged, or is alone again: what alerts may come of is known of it or no longer, and nothing else. Inside the queue only. */
  async noteMerged(chart: ChartId): Promise<void> {
    const { charters, index, content } = this.#context;
    const [access, before] = [await charters.get(chart), index.get(chart)];
    if (access === undefined || before === undefined || access.charter.kind === 'book') return;
    for (const section of comparedSections)
      if (this.reading(access, section).readable) await this.#writer.keeper(access, section);
    const { attention } = this.indexed(access, false, true, new Set(comparedSections));
    const { attention: _, ...rest } = before;
    const after = attention === undefined ? rest : { ...rest, attention };
    const kept = await content.commit({ sealed: [index.write(after)] });
    if (kept.ok) index.put(after);
    this.closeIfUnused(chart);
  }

  async #reload(chart: ChartId, access: ChartAccess): Promise<void> {
    for (const live of this.#open.keys()) if (live.id === chart) await live.reload(access);
  }

  /** On a screen. */
  isOpen(chart: ChartId): boolean {
    return [...this.#open.keys()].some((live) => live.id === chart);
  }

  /** Charts on the screen whose words about peers may have changed. */
  async repaint(chart: ChartId): Promise<void> {
    const access = this.isOpen(chart) ? await this.#context.charters.get(chart) : undefined;
    if (access !== undefined) await this.#reload(chart, access);
  }

  /** Rights may have changed. Inside the queue only. */
  async repaintOpen(): Promise<void> {
    for (const id of new Set([...this.#open.keys()].map((live) => live.id))) await this.repaint(id);
  }

  /** What nobody waits for is left. */
  endIdleWork(): void {
    this.#idle.close();
  }

  closeAll(): void {
    this.#open.clear();
    this.#writer.closeAll();
  }

  // --------------------------------------------------------------------------------------------------- in words

  /** `ended`: read once, no longer shared; what was received stays readable here. */
  reading({ charter }: ChartAccess, section: Section): { readonly readable: boolean; readonly ended: boolean } {
    const { practice } = this.#context.self;
    const readable = charter.rightOf(practice, section) !== 'none';
    const ended = !readable && charter.disclosure.some((row) => row.practice === practice && row.section === section);
    return { readable, ended: ended || (!readable && section === 'identity' && this.#everRead(charter)) };
  }

  #everRead(charter: CharterState): boolean {
    return charter.disclosure.some((row) => row.practice === this.#context.self.practice);
  }

  /**
   * The index record of a chart from what is open of it; parts that are not keep what was known. `changed`: something was
   * recorded, not only who may read it. `came`: others wrote, not this device. `touched`: where something is new, if not anywhere.
   */
  indexed({ charter }: ChartAccess, changed: boolean, came = false, touched?: ReadonlySet<Section>): IndexedChart {
    const { self, index } = this.#context;
    const { chart, custodian } = charter;
    const before = index.get(chart);
    const keepers = chartSections.flatMap((section) => this.#writer.openKeeper(chart, section) ?? []);
    const identity = keepers.find((keeper) => keeper.section === 'identity');
    const patient = identity === undefined ? before : patientWords(identity);
    const demographics = keepers.find((keeper) => keeper.section === 'demographics');
    const own = custodian === self.practice;
    const rights = chartSections.map((section) => charter.rightOf(self.practice, section));
    const allOpen = chartSections.every(
      (section) =>
        keepers.some((keeper) => keeper.section === section) ||
        !this.reading({ charter } as ChartAccess, section).readable,
    );
    const conflicts = Object.fromEntries(keepers.map((keeper) => [keeper.section, keeper.document.conflicts().length]));
    const setAside = Object.fromEntries(
      keepers.map((keeper) => [
        keeper.section,
        [...keeper.setAside.keys()].filter((entry) => !this.#hidden.has(chart, entry)).length,
      ]),
    );
    const conflictsBySection = { ...(allOpen ? {} : before?.conflictsBySection), ...conflicts };
    const now = new Date(this.#context.timeMs()).toISOString();
    const changedAt = changed ? now : before?.changedAt;
    const writtenAt = came ? before?.writtenAt : now;
    const setAsideBySection = { ...(allOpen ? {} : before?.setAsideBySection), ...setAside };
    const person = demographics === undefined ? before?.person : personWords(demographics);
    const attention = this.#attentionOf(charter, keepers, before, touched);
    return {
      v: 1,
      id: chart,
      name: patient?.name ?? '',
      ...(patient?.birthDate === undefined ? {} : { birthDate: patient.birthDate }),
      ...(patient?.sex === undefined ? {} : { sex: patient.sex }),
      ...(patient?.identifier === undefined ? {} : { identifier: patient.identifier }),
      patientKey: patient?.patientKey ?? '',
      ...(person === undefined ? {} : { person }),
      deceased: demographics === undefined ? (before?.deceased ?? false) : isDeceased(demographics),
      custodian,
      own,
      sharedWith: charter.members.filter((practice) => practice !== custodian && practice !== self.practice),
      everShared: [...new Set(charter.disclosure.map((row) => row.practice))],
      access: own ? 'own' : rights.includes('write') ? 'write' : rights.includes('read') ? 'read' : 'ended',
      conflictsBySection,
      setAsideBySection,
      unsettledConflicts: sum(conflictsBySection),
      setAside: sum(setAsideBySection),
      ...(changedAt === undefined ? {} : { changedAt }),
      ...(writtenAt === undefined ? {} : { writtenAt }),
      heldElsewhere: before?.heldElsewhere ?? !own,
      ...(attention === undefined ? {} : { attention }),
    };
  }

  /** What was shared and is no longer is not ours to answer any more. */
  #attentionOf(
    charter: CharterState,
    keepers: readonly SectionKeeper[],
    before: IndexedChart | undefined,
    touched: ReadonlySet<Section> | undefined,
  ): Attention | undefined {
    const { practice } = this.#context.self;
    const readable = new Set(chartSections.filter((section) => charter.rightOf(practice, section) !== 'none'));
    const grants = charter.disclosure.filter((row) => row.practice === practice && row.section === 'results');
    return attentionOf(
      keepers.filter(({ section }) => isChartSection(section) && readable.has(section)),
      {
        before: before?.attention,
        readable,
        touched,
        resultsReadableFromMs: readableFrom(
          grants.map(({ granted }) => granted.timeMs),
          this.#context.timeMs(),
        ),
        isMerged: this.isMerged(charter.chart),
        isAcknowledged: (result) => this.isAcknowledged(charter.chart, result),
      },
    );
  }

  summaryOf(chart: ChartId): ChartSummary {
    const indexed = this.#context.index.get(chart);
    if (indexed === undefined) throw new Error('an open chart is in the index');
    return indexed;
  }

  /** The same list while nothing in it changed: pages ask on every key that is typed and keep what they made of it. */
  get summaries(): readonly ChartSummary[] {
    return this.#context.index.all;
  }

  namesOf(device: DeviceId): Pick<Authorship, 'personName' | 'practiceName' | 'own'> {
    const { rosters, names, self } = this.#context;
    const practice = rosters.practiceOf(device);
    return {
      personName: names.of(device)?.personName ?? '',
      practiceName: practice === undefined ? '' : this.#contacts.nameOf(practice),
      own: practice === self.practice,
    };
  }

  practiceName(practice: PracticeId): string {
    return this.#contacts.nameOf(practice);
  }

  /** Who signed an operation: the practice is the one it was signed for, whatever the roster says by now. */
  person(device: DeviceId, practice: PracticeId): Person {
    const personName = this.#context.names.of(device)?.personName ?? '';
    return { practiceName: this.#contacts.nameOf(practice), personName };
  }

  deviceNameOf(device: DeviceId): string | undefined {
    return this.#context.names.of(device)?.deviceName;
  }

  async heldElsewhere(chart: ChartId): Promise<readonly HeldAt[]> {
    const terms = this.#context.charters.terms(chart);
    if (terms === undefined) return [];
    return heldElsewhere(this.#context, terms, {
      practice: (practice) => this.#contacts.nameOf(practice),
      device: (device) => this.deviceNameOf(device) ?? '',
    });
  }

  /** As its charter stands: whose terms are in memory. */
  async isHeldWhole(chart: ChartId): Promise<boolean> {
    const terms = this.#context.charters.terms(chart);
    return terms !== undefined && (await isHeldWhole(this.#context, terms));
  }

  notYetReadable(keeper: SectionKeeper): SectionView['notYetReadable'] {
    const counts = new Map<PracticeId | undefined, number>();
    for (const { device, kind } of keeper.stopped.values()) {
      if (kind === 'bad') continue;
      const practice = this.#context.rosters.practiceOf(device);
      counts.set(practice, (counts.get(practice) ?? 0) + 1);
    }
    return [...counts].map(([practice, entries]) => ({ practice, entries }));
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

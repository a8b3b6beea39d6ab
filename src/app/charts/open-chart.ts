/**
 * A chart on the screen: its sections as they stand, kept up to date, and the acts a person may do on it. Lives from opening
 * to closing; everything it shows is read from keepers and the charter, nothing is remembered beside them.
 */
import type { ChartId, EntryHash, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import { chartSections, type ChartSection } from '../../base/sections.ts';
import type { Provenance } from '../../clinical/conflicts.ts';
import type { SectionEdit } from '../../clinical/section-edit.ts';
import type { AuthorDoubts, Custody, ForkRow, PhraseFailure, SetAsideRow, ShareRow } from './chart-acts.ts';
import type { NamedPart } from '../../net/attachment-wire.ts';
import type { AuditAct } from '../audit/audit-acts.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { FilesOfChart } from './chart-attachments.ts';
import { changesOf, PastChart, type AuthorOf } from './chart-past.ts';
import type { ChartService } from './chart-service.ts';
import type { CustodyOfCharts } from '../charters/custody.ts';
import { shareRows } from '../charters/disclosure-record.ts';
import { admissionOf, type Review } from './review.ts';
import { clockToleranceMs, type SectionKeeper } from '../sections/section-keeper.ts';
import type { AttachedFiles, Authorship, HeldAt, HistoryRow, OpenChart, SectionView } from './chart-on-screen.ts';
import type { ChartSummary, WriteFailure } from '../session.ts';
import type { Sharing } from '../charters/sharing.ts';

/** Who carries out what a person asks of the chart on the screen. */
export interface ActsOnChart {
  readonly review: Review;
  readonly sharing: Sharing;
  readonly custody: CustodyOfCharts;
  readonly audit: Pick<AuditLog, 'told'>;
}

type Done = Promise<Result<void, WriteFailure>>;
type SignedByRoot = Promise<Result<void, WriteFailure | PhraseFailure>>;

export class LiveChart extends EventTarget implements OpenChart {
  readonly id: ChartId;
  readonly files: FilesOfChart;
  readonly #service: ChartService;
  readonly #acts: ActsOnChart;
  #access: ChartAccess;
  #sections: ReadonlyMap<ChartSection, SectionView> = new Map();
  #keepers: ReadonlyMap<ChartSection, SectionKeeper> = new Map();
  unread: readonly ChartSection[] = [];
  setAside: readonly SetAsideRow[] = [];
  forks: readonly ForkRow[] = [];
  held: readonly HeldAt[] = [];

  private constructor(service: ChartService, acts: ActsOnChart, access: ChartAccess) {
    super();
    this.#service = service;
    this.#acts = acts;
    this.#access = access;
    this.id = access.charter.chart;
    this.files = service.filesOf(this.id);
  }

  /** `first`: what is shown at once; the rest is read by `reload`. Inside the queue only. */
  static async open(
    service: ChartService,
    acts: ActsOnChart,
    access: ChartAccess,
    first?: readonly ChartSection[],
  ): Promise<LiveChart> {
    const chart = new LiveChart(service, acts, access);
    await chart.#read(access, first ?? chartSections);
    return chart;
  }

  get summary(): ChartSummary {
    return this.#service.summaryOf(this.id);
  }

  get sections(): ReadonlyMap<ChartSection, SectionView> {
    return this.#sections;
  }

  get sharing(): readonly ShareRow[] {
    return shareRows(this.#access.charter, this.#service);
  }

  get custody(): Custody {
    return this.#acts.custody.shown(this.#access.charter);
  }

  /** Everything anew from keepers that took in what is new. Inside the queue only. */
  reload(access: ChartAccess): Promise<void> {
    return this.#read(access, chartSections);
  }

  async #read(access: ChartAccess, wanted: readonly ChartSection[]): Promise<void> {
    this.#access = access;
    const keepers = new Map<ChartSection, SectionKeeper>();
    const views = new Map<ChartSection, SectionView>();
    const unread: ChartSection[] = [];
    // Side by side: each waits for the disk several times, and none for another.
    const [sections, held] = await Promise.all([
      Promise.all(chartSections.map((section) => this.#readSection(access, section, wanted.includes(section)))),
      this.#service.heldElsewhere(access.charter.chart),
    ]);
    for (const { section, isHere, keeper, ended } of sections) {
      if (keeper === undefined) {
        if (isHere) unread.push(section);
        views.set(section, notShown(section, isHere ? 'reading' : 'not-shared'));
        continue;
      }
      keepers.set(section, keeper);
      views.set(section, this.#view(section, keeper, ended));
    }
    const { review } = this.#acts;
    const [asides, forks] = await Promise.all([
      Promise.all([...keepers].map(([section, keeper]) => review.setAside(section, keeper))),
      Promise.all([...keepers].map(([section, keeper]) => review.forks(section, keeper, access.charter))),
    ]);
    await this.files.reload(new Map([...views].filter(([section]) => keepers.get(section)?.hasFiles === true)));
    this.#keepers = keepers;
    this.#sections = views;
    this.unread = unread;
    this.setAside = asides.flat();
    this.forks = forks.flat();
    this.held = held;
    this.dispatchEvent(new Event('change'));
  }

  /** `isHere`: something of it may be shown, now or when it is read. */
  async #readSection(access: ChartAccess, section: ChartSection, isWanted: boolean) {
    const { readable, ended } = this.#service.reading(access, section);
    const isHere = readable || ended;
    const keeper = isHere && isWanted ? await this.#service.keeper(access, section) : undefined;
    return { section, isHere, keeper, ended };
  }

  // ------------------------------------------------------------------------------------------------------- acts

  edit(section: ChartSection, edits: readonly SectionEdit[]): Done {
    return this.#service.edit(this.id, new Map([[section, edits]]));
  }

  editWithFiles(
    section: ChartSection,
    edits: readonly SectionEdit[],
    attached: AttachedFiles,
  ): Promise<Result<void, WriteFailure | 'cancelled'>> {
    return this.#service.editWithFiles(this.id, new Map([[section, edits]]), attached);
  }

  /** A part of an attached file came. */
  async partCame(part: NamedPart): Promise<void> {
    await this.files.partCame(part);
    this.dispatchEvent(new Event('change'));
  }

  admit(ids: readonly EntryHash[]): Done {
    return this.#told({ kind: 'set-aside-admitted', count: ids.length }, this.#acts.review.admit(this.id, ids));
  }

  hide(ids: readonly EntryHash[]): Done {
    return this.#acts.review.hide(this.id, ids, true);
  }

  unhide(ids: readonly EntryHash[]): Done {
    return this.#acts.review.hide(this.id, ids, false);
  }

  settleFork(section: ChartSection, chain: string, seq: number, hash: EntryHash): Done {
    return this.#told(
      { kind: 'fork-settled', what: [section] },
      this.#acts.review.settle(this.id, { section, chain, seq, hash }),
    );
  }

  setEnd(practice: PracticeId, sections: readonly ChartSection[], until: string | undefined): Done {
    const untilMs = until === undefined ? undefined : Date.parse(until);
    return this.#told(
      { kind: 'sharing-end-changed', practice, what: sections },
      this.#acts.sharing.setEnd(this.id, practice, sections, untilMs),
    );
  }

  handOver(practice: PracticeId, keeps: 'none' | 'read' | 'write', recoveryPhrase: string): SignedByRoot {
    return this.#told(
      { kind: 'custody-offered', practice, what: [keeps] },
      this.#acts.custody.handOver(this.id, practice, keeps, recoveryPhrase),
    );
  }

  withdrawOffer(recoveryPhrase: string): SignedByRoot {
    return this.#told({ kind: 'custody-offer-withdrawn' }, this.#acts.custody.withdraw(this.id, recoveryPhrase));
  }

  takeOver(): Done {
    return this.#told({ kind: 'custody-taken' }, this.#acts.custody.take(this.id));
  }

  declineOffer(): Done {
    return this.#told({ kind: 'custody-declined' }, this.#acts.custody.decline(this.id));
  }

  #told<R extends Result<unknown>>(act: Omit<AuditAct, 'chart'>, doing: Promise<R>): Promise<R> {
    return this.#acts.audit.told({ ...act, chart: this.id }, doing);
  }

  /** `looked`: somebody saw it. */
  close(looked = true): void {
    this.#service.closed(this, looked);
  }

  // ------------------------------------------------------------------------------------------------------ the past

  async changes(): ReturnType<OpenChart['changes']> {
    await this.#service.readRest(this);
    const looked = await this.#service.lastLooked(this.id);
    const changes = changesOf(this.#keepers, this.#authorOf(), looked?.upTo);
    return looked === undefined ? { changes } : { changes, lookedAt: new Date(looked.at).toISOString() };
  }

  async asOf(atMs: number): Promise<OpenChart> {
    await this.#service.readRest(this);
    return new PastChart(this, this.#keepers, this.#authorOf(), atMs);
  }

  #authorOf(): AuthorOf {
    const admitted = new Map<SectionKeeper, ReadonlySet<EntryHash>>();
    return (keeper, provenance) => {
      const known = admitted.get(keeper) ?? keeper.admitted;
      admitted.set(keeper, known);
      return { ...this.authorship(provenance), ...this.#doubts(keeper, known, provenance) };
    };
  }

  // ----------------------------------------------------------------------------------------------------- authors

  history(section: ChartSection, key: string): readonly HistoryRow[] {
    const keeper = this.#keepers.get(section);
    if (keeper === undefined) return [];
    const { admitted } = keeper;
    return [...keeper.document.history(key)].reverse().map(({ register, text, provenance }) => ({
      key,
      register: register ?? '',
      json: text,
      author: { ...this.authorship(provenance), ...this.#doubts(keeper, admitted, provenance) },
    }));
  }

  authorship({ device, timeMs, change }: Provenance): Authorship {
    return { ...this.#service.namesOf(device), at: new Date(timeMs).toISOString(), change };
  }

  #doubts(keeper: SectionKeeper, admitted: ReadonlySet<EntryHash>, provenance: Provenance): AuthorDoubts {
    const { device, change } = provenance;
    const deviceName = this.#service.deviceNameOf(device);
    const entry = keeper.entryOf(change);
    const admission =
      entry !== undefined && admitted.has(entry) ? admissionOf(this.#access.charter, keeper, entry) : undefined;
    return {
      ...(deviceName === undefined ? {} : { deviceName }),
      ...clockDoubt(keeper, provenance, entry),
      ...(entry !== undefined && keeper.judgement.vouched.has(entry) && admission === undefined
        ? { vouchedBy: true as const }
        : {}),
      ...(admission === undefined
        ? {}
        : {
            admittedBy: this.#service.person(admission.signer, admission.practice),
            admittedAt: new Date(admission.body.time).toISOString(),
          }),
    };
  }

  #view(section: ChartSection, keeper: SectionKeeper, ended: boolean): SectionView {
    const { document } = keeper;
    const notYetReadable = this.#service.notYetReadable(keeper);
    const incomplete = notYetReadable.length > 0;
    return {
      section,
      state: keeper.isDamaged ? 'damaged' : ended ? 'ended' : incomplete ? 'incomplete' : 'open',
      canWrite: !ended && this.#service.mayWrite(this.#access, section),
      // What no page shows is not read.
      get resources() {
        return document.resources();
      },
      conflicts: document.conflicts(),
      notYetReadable,
      provenance: (key, register) => {
        const provenance = document.provenanceOf(key, register);
        return provenance === undefined ? undefined : this.authorship(provenance);
      },
    };
  }
}

/**
 * Ahead: it came here before it was written. Behind: it builds on what was written later, by clocks that were not ahead
 * themselves. What was written long before it came says nothing: its author may have been offline.
 */
function clockDoubt(
  keeper: SectionKeeper,
  { change, timeMs }: Provenance,
  entry: EntryHash | undefined,
): Pick<AuthorDoubts, 'clockDoubt' | 'clockOffMinutes'> {
  const { document, early } = keeper;
  const ahead = entry === undefined ? undefined : early.get(entry);
  if (ahead !== undefined) return { clockDoubt: 'ahead', clockOffMinutes: ahead };
  const seen = (document.dependenciesOf(change) ?? [])
    .filter((dep) => {
      const before = keeper.entryOf(dep);
      return before === undefined || !early.has(before);
    })
    .map((dep) => document.writerOf(dep)?.timeMs ?? 0);
  const behindMs = Math.max(0, ...seen) - timeMs;
  return behindMs > clockToleranceMs ? { clockDoubt: 'behind', clockOffMinutes: Math.round(behindMs / 60_000) } : {};
}

function notShown(section: ChartSection, state: 'not-shared' | 'reading'): SectionView {
  return {
    section,
    state,
    canWrite: false,
    resources: new Map(),
    conflicts: [],
    notYetReadable: [],
    provenance: () => undefined,
  };
}

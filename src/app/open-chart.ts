/**
 * A chart on the screen: its sections as they stand, kept up to date, and the acts a person may do on it. Lives from opening
 * to closing; everything it shows is read from keepers and the charter, nothing is remembered beside them.
 */
import type { ChartId } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import { chartSections, type ChartSection } from '../base/sections.ts';
import type { Provenance } from '../clinical/conflicts.ts';
import type { SectionEdit } from '../clinical/section-edit.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartService } from './chart-service.ts';
import type { SectionKeeper } from './section-keeper.ts';
import type {
  Authorship,
  ChartSummary,
  HeldBy,
  HistoryRow,
  OpenChart,
  SectionView,
  SetAsideRow,
  ShareRow,
  WriteFailure,
} from './session.ts';

export class LiveChart extends EventTarget implements OpenChart {
  readonly id: ChartId;
  readonly #service: ChartService;
  #access: ChartAccess;
  #sections: ReadonlyMap<ChartSection, SectionView> = new Map();
  #keepers: ReadonlyMap<ChartSection, SectionKeeper> = new Map();
  held: HeldBy = { here: true, confirmed: [], waitingFor: [] };

  private constructor(service: ChartService, access: ChartAccess) {
    super();
    this.#service = service;
    this.#access = access;
    this.id = access.charter.chart;
  }

  /** Inside the queue only. */
  static async open(service: ChartService, access: ChartAccess): Promise<LiveChart> {
    const chart = new LiveChart(service, access);
    await chart.reload(access);
    return chart;
  }

  get summary(): ChartSummary {
    return this.#service.summaryOf(this.id);
  }

  get sections(): ReadonlyMap<ChartSection, SectionView> {
    return this.#sections;
  }

  get sharing(): readonly ShareRow[] {
    return this.#service.shareRows(this.#access.charter);
  }

  get setAside(): readonly SetAsideRow[] {
    return [...this.#keepers].flatMap(([section, keeper]) => this.#service.setAsideRows(section, keeper));
  }

  /** Everything anew from keepers that took in what is new. Inside the queue only. */
  async reload(access: ChartAccess): Promise<void> {
    this.#access = access;
    const keepers = new Map<ChartSection, SectionKeeper>();
    const views = new Map<ChartSection, SectionView>();
    // Side by side: each waits for the disk several times, and none for another.
    const [sections, held] = await Promise.all([
      Promise.all(chartSections.map((section) => this.#readSection(access, section))),
      this.#service.heldBy(access),
    ]);
    for (const { section, keeper, ended } of sections) {
      if (keeper === undefined) {
        views.set(section, notShared(section));
        continue;
      }
      keepers.set(section, keeper);
      views.set(section, this.#view(section, keeper, ended));
    }
    this.#keepers = keepers;
    this.#sections = views;
    this.held = held;
    this.dispatchEvent(new Event('change'));
  }

  async #readSection(access: ChartAccess, section: ChartSection) {
    const { readable, ended } = this.#service.reading(access, section);
    const keeper = readable || ended ? await this.#service.keeper(access, section) : undefined;
    return { section, keeper, ended };
  }

  edit(section: ChartSection, edits: readonly SectionEdit[]): Promise<Result<void, WriteFailure>> {
    return this.#service.edit(this.id, new Map([[section, edits]]));
  }

  history(section: ChartSection, key: string): readonly HistoryRow[] {
    const items = this.#keepers.get(section)?.document.history(key) ?? [];
    return [...items].reverse().map(({ register, text, provenance }) => ({
      key,
      register: register ?? '',
      json: text,
      author: this.authorship(provenance),
    }));
  }

  authorship({ device, timeMs, change }: Provenance): Authorship {
    return { ...this.#service.namesOf(device), at: new Date(timeMs).toISOString(), change };
  }

  close(): void {
    this.#service.closed(this);
  }

  #view(section: ChartSection, keeper: SectionKeeper, ended: boolean): SectionView {
    const { document } = keeper;
    const notYetReadable = this.#service.notYetReadable(keeper);
    const incomplete = notYetReadable.length > 0;
    return {
      section,
      state: keeper.isDamaged ? 'damaged' : ended ? 'ended' : incomplete ? 'incomplete' : 'open',
      canWrite: !ended && this.#service.mayWrite(this.#access, section),
      resources: document.resources(),
      conflicts: document.conflicts(),
      notYetReadable,
      provenance: (key, register) => {
        const provenance = document.provenanceOf(key, register);
        return provenance === undefined ? undefined : this.authorship(provenance);
      },
    };
  }
}

function notShared(section: ChartSection): SectionView {
  return {
    section,
    state: 'not-shared',
    canWrite: false,
    resources: new Map(),
    conflicts: [],
    notYetReadable: [],
    provenance: () => undefined,
  };
}

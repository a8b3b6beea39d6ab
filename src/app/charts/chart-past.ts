/**
 * The history of an open chart: what was written in it (chart-past-acts.ts), and the chart as of a moment. A past chart is made of
 * documents that hold some of the changes of the true ones: so conflicts, marks and registers read in it as they read then. It
 * never writes, and says so of every section.
 */
import type { ChangeHash, EntryHash } from '../../base/ids.ts';
import { err, type Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { Provenance } from '../../clinical/conflicts.ts';
import { changesKnownAt } from '../../crdt/past.ts';
import type { SectionDocument } from '../../crdt/section-document.ts';
import { chainNameOf, type FrontierItem } from '../../crypto/entry.ts';
import type { AuthorDoubts } from './chart-acts.ts';
import type { ChartChange } from './chart-past-acts.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';
import type { Authorship, HistoryRow, OpenChart, SectionView } from './chart-on-screen.ts';

type Keepers = ReadonlyMap<ChartSection, SectionKeeper>;

/** Says who wrote, with what a reader should know of it. */
export type AuthorOf = (keeper: SectionKeeper, provenance: Provenance) => Authorship & AuthorDoubts;

/** Up to where the chart was looked at before: of each section the newest entry of each chain. */
export type LookedUpTo = Readonly<Record<string, readonly FrontierItem[]>>;

export function changesOf(
  keepers: Keepers,
  authorOf: AuthorOf,
  looked: LookedUpTo | undefined,
): readonly ChartChange[] {
  const changes: { readonly timeMs: number; readonly change: ChartChange }[] = [];
  for (const [section, keeper] of keepers) {
    const { document } = keeper;
    const before = new Map(looked?.[section]?.map(({ chain, seq }) => [chain, seq]));
    for (const change of document.graph.hashes()) {
      const provenance = document.writerOf(change as ChangeHash);
      if (provenance === undefined) continue;
      const entry = keeper.entryOf(provenance.change);
      changes.push({
        timeMs: provenance.timeMs,
        change: {
          section,
          change: provenance.change,
          // Asked for when it is shown: a chart has thousands.
          get author() {
            return authorOf(keeper, provenance);
          },
          isNew: looked !== undefined && entry !== undefined && isBeyond(keeper, entry, before),
          written: () => document.resourcesWrittenBy(provenance.change),
        },
      });
    }
  }
  return changes.sort((a, b) => b.timeMs - a.timeMs).map(({ change }) => change);
}

function isBeyond(keeper: SectionKeeper, entry: EntryHash, before: ReadonlyMap<string, number>): boolean {
  const header = keeper.graph.get(entry);
  return header !== undefined && header.seq > (before.get(chainNameOf(header.device, header.stint)) ?? 0);
}

/** When a change counts as known: when its author says, or when it came, where that clock was ahead. */
function knownSince(keeper: SectionKeeper, change: ChangeHash): number {
  const timeMs = keeper.document.writerOf(change)?.timeMs ?? 0;
  const entry = keeper.entryOf(change);
  const aheadMinutes = entry === undefined ? 0 : (keeper.early.get(entry) ?? 0);
  return timeMs - aheadMinutes * 60_000;
}

const notAllowed = (): Promise<Result<never, 'not-allowed'>> => Promise.resolve(err('not-allowed'));

export class PastChart extends EventTarget implements OpenChart {
  readonly #now: OpenChart;
  readonly #keepers: Keepers;
  readonly #authorOf: AuthorOf;
  readonly #documents: ReadonlyMap<ChartSection, SectionDocument>;
  readonly sections: ReadonlyMap<ChartSection, SectionView>;
  /** It is made of the whole chart. */
  readonly unread = [];
  /** What waits, is set aside or is held elsewhere is of now and not of then. */
  readonly setAside = [];
  readonly forks = [];
  readonly held = [];
  readonly admit = notAllowed;
  readonly hide = notAllowed;
  readonly unhide = notAllowed;
  readonly settleFork = notAllowed;
  readonly setEnd = notAllowed;
  readonly handOver = notAllowed;
  readonly withdrawOffer = notAllowed;
  readonly takeOver = notAllowed;
  readonly declineOffer = notAllowed;
  readonly edit = notAllowed;
  readonly editWithFiles = notAllowed;

  constructor(now: OpenChart, keepers: Keepers, authorOf: AuthorOf, atMs: number) {
    super();
    this.#now = now;
    this.#keepers = keepers;
    this.#authorOf = authorOf;
    const documents = new Map<ChartSection, SectionDocument>();
    for (const [section, keeper] of keepers) {
      const known = changesKnownAt(keeper.document.graph, atMs, (change) => knownSince(keeper, change));
      documents.set(section, keeper.document.part(known));
    }
    this.#documents = documents;
    this.sections = new Map([...now.sections].map(([section, view]) => [section, this.#past(section, view)]));
  }

  #past(section: ChartSection, now: SectionView): SectionView {
    const document = this.#documents.get(section);
    if (document === undefined) return now;
    return {
      section,
      state: now.state,
      canWrite: false,
      resources: document.resources(),
      conflicts: document.conflicts(),
      notYetReadable: now.notYetReadable,
      provenance: (key, register) => {
        const provenance = document.provenanceOf(key, register);
        return provenance === undefined ? undefined : this.authorship(provenance);
      },
    };
  }

  get id() {
    return this.#now.id;
  }

  /** Whose chart it is, and how much of it waits, as it is now. */
  get summary() {
    return { ...this.#now.summary, unsettledConflicts: this.#unsettled, setAside: 0 };
  }

  get #unsettled(): number {
    return [...this.sections.values()].reduce((sum, { conflicts }) => sum + conflicts.length, 0);
  }

  get files() {
    return this.#now.files;
  }

  get custody() {
    return this.#now.custody;
  }

  get sharing() {
    return this.#now.sharing;
  }

  history(section: ChartSection, key: string): readonly HistoryRow[] {
    const [document, keeper] = [this.#documents.get(section), this.#keepers.get(section)];
    if (document === undefined || keeper === undefined) return [];
    return [...document.history(key)].reverse().map(({ register, text, provenance }) => ({
      key,
      register: register ?? '',
      json: text,
      author: this.#authorOf(keeper, provenance),
    }));
  }

  authorship(provenance: Provenance): Authorship {
    return this.#now.authorship(provenance);
  }

  changes() {
    return this.#now.changes();
  }

  asOf(atMs: number): Promise<OpenChart> {
    return this.#now.asOf(atMs);
  }

  close(): void {
    for (const document of this.#documents.values()) document.close();
  }
}

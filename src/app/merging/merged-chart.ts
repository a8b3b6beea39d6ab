/**
 * Several charts of one patient, open as one: every section is the union of theirs, nothing is copied. What is new goes into the
 * leading chart, a change of an entry to where that entry lies; each chart keeps its own readers, set-aside work and custody.
 * Owns the names under which entries of different charts stand side by side (UnionKeys), never a document.
 */
import type { ChartId, EntryHash, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections, type ChartSection } from '../../base/sections.ts';
import type { Provenance } from '../../clinical/conflicts.ts';
import type { ResourceKey, SectionEdit, StoredResource } from '../../clinical/section-edit.ts';
import { UnionKeys } from '../../clinical/union/union-keys.ts';
import type { Custody, ForkRow, PhraseFailure, SetAsideRow, ShareRow } from '../charts/chart-acts.ts';
import type { MergedParts } from './merge-acts.ts';
import { MergedFiles } from './merged-files.ts';
import type {
  AttachedFiles,
  Authorship,
  HeldAt,
  HistoryRow,
  OpenChart,
  SectionView,
} from '../charts/chart-on-screen.ts';
import type { ChartSummary, WriteFailure } from '../session.ts';

type Done = Promise<Result<void, WriteFailure>>;
type SignedByRoot = Promise<Result<void, WriteFailure | PhraseFailure>>;

interface Init {
  /** The leading one first, if it could be opened. */
  readonly parts: readonly [OpenChart, ...OpenChart[]];
  readonly hasLeading: boolean;
  readonly closed: readonly ChartId[];
  readonly summary: () => ChartSummary;
}

export class MergedChart extends EventTarget implements OpenChart, MergedParts {
  readonly id: ChartId;
  readonly parts: readonly OpenChart[];
  readonly hasLeading: boolean;
  readonly closed: readonly ChartId[];
  readonly files: MergedFiles;
  readonly #leading: OpenChart;
  readonly #summary: () => ChartSummary;
  #read: { readonly keys: UnionKeys; readonly sections: ReadonlyMap<ChartSection, SectionView> } | undefined;
  readonly #partChanged = (): void => {
    this.#read = undefined;
    this.dispatchEvent(new Event('change'));
  };

  constructor({ parts, hasLeading, closed, summary }: Init) {
    super();
    this.parts = parts;
    this.#leading = parts[0];
    this.id = this.#leading.id;
    this.hasLeading = hasLeading;
    this.closed = closed;
    this.files = new MergedFiles(parts.map(({ files }) => files));
    this.#summary = summary;
    for (const part of parts) part.addEventListener('change', this.#partChanged);
  }

  get merged(): MergedParts {
    return this;
  }

  get summary(): ChartSummary {
    return this.#summary();
  }

  get keys(): UnionKeys {
    return this.#union().keys;
  }

  get sections(): ReadonlyMap<ChartSection, SectionView> {
    return this.#union().sections;
  }

  get unread(): readonly ChartSection[] {
    return [...new Set(this.parts.flatMap(({ unread }) => unread))];
  }

  partsOf(key: ResourceKey): readonly OpenChart[] {
    return this.keys.holders(key).flatMap(({ part }) => this.parts[part] ?? []);
  }

  #union(): { readonly keys: UnionKeys; readonly sections: ReadonlyMap<ChartSection, SectionView> } {
    if (this.#read !== undefined) return this.#read;
    const keys = new UnionKeys(this.parts.map(({ sections }) => sections));
    const sections = new Map(chartSections.map((section) => [section, this.#unionOf(section, keys)] as const));
    return (this.#read = { keys, sections });
  }

  #unionOf(section: ChartSection, keys: UnionKeys): SectionView {
    const views = this.parts.flatMap((chart, part) => {
      const view = chart.sections.get(section);
      return view === undefined ? [] : [{ part, view }];
    });
    const resources = new Map<ResourceKey, StoredResource>();
    for (const { part, view } of views)
      for (const [key, stored] of view.resources) resources.set(keys.nameOf(part, key), stored);
    return {
      section,
      state: stateOf(views.map(({ view }) => view.state)),
      canWrite: this.hasLeading && this.#leading.sections.get(section)?.canWrite === true,
      resources,
      conflicts: views.flatMap(({ part, view }) => view.conflicts.map((change) => keys.named(part, change))),
      notYetReadable: views.flatMap(({ view }) => view.notYetReadable),
      provenance: (name, register) => {
        const [first] = keys.holders(name);
        return first === undefined
          ? undefined
          : this.parts[first.part]?.sections.get(section)?.provenance(first.key, register);
      },
    };
  }

  // ------------------------------------------------------------------------------------------------------ writing

  edit(section: ChartSection, edits: readonly SectionEdit[]): Done {
    return this.#write(section, edits, (part, own) => part.edit(section, own));
  }

  editWithFiles(
    section: ChartSection,
    edits: readonly SectionEdit[],
    attached: AttachedFiles,
  ): Promise<Result<void, WriteFailure | 'cancelled'>> {
    return this.#write(section, edits, (part, own) => part.editWithFiles(section, own, attached));
  }

  /**
   * Into each chart what is for it, the leading one first: an act that adds there and withdraws in another must not have withdrawn
   * when adding fails. Nothing is written where one of them may not be.
   */
  async #write<Failure extends string>(
    section: ChartSection,
    edits: readonly SectionEdit[],
    write: (part: OpenChart, own: readonly SectionEdit[]) => Promise<Result<void, Failure>>,
  ): Promise<Result<void, Failure | WriteFailure>> {
    const { keys } = this;
    const byPart = new Map<number, SectionEdit[]>();
    const isNew = new Set(edits.flatMap((edit) => (edit.kind === 'create' ? [edit.key] : [])));
    for (const edit of edits) {
      // What is noted beside an entry that this act makes goes where the entry goes.
      const inParts = 'key' in edit && isNew.has(edit.key) ? [{ part: 0, edit }] : keys.inParts(edit);
      if (inParts.length === 0) return err('not-found');
      for (const { part, edit: own } of inParts) {
        if (edit.kind === 'create' && !this.hasLeading) return err('not-allowed');
        byPart.set(part, [...(byPart.get(part) ?? []), own]);
      }
    }
    const acts = [...byPart]
      .sort(([a], [b]) => a - b)
      .flatMap(([part, own]) => {
        const chart = this.parts[part];
        return chart === undefined ? [] : [{ chart, own }];
      });
    if (acts.some(({ chart }) => chart.sections.get(section)?.canWrite !== true)) return err('not-allowed');
    for (const { chart, own } of acts) {
      const written = await write(chart, own);
      if (!written.ok) return written;
    }
    return ok(undefined);
  }

  // ------------------------------------------------------------------------------------------------------ authors

  history(section: ChartSection, name: ResourceKey): readonly HistoryRow[] {
    return this.keys
      .holders(name)
      .flatMap(({ part, key }) => this.parts[part]?.history(section, key) ?? [])
      .map((row) => ({ ...row, key: name }))
      .sort((a, b) => (a.author.at < b.author.at ? 1 : -1));
  }

  authorship(provenance: Provenance): Authorship {
    return this.#leading.authorship(provenance);
  }

  // ------------------------------------------------------------------------------------------------------ the past

  async changes(): ReturnType<OpenChart['changes']> {
    const { keys } = this;
    const told = await Promise.all(this.parts.map((part) => part.changes()));
    const changes = told.flatMap((one, part) =>
      one.changes.map((change) => ({
        change,
        named: (): readonly ResourceKey[] => change.written().map((key) => keys.nameOf(part, key)),
      })),
    );
    const lookedAt = told.map((one) => one.lookedAt ?? '').reduce((a, b) => (a < b ? a : b));
    return {
      changes: changes
        .map(({ change: { section, change, author, isNew }, named }) => ({
          section,
          change,
          author,
          isNew,
          written: named,
        }))
        .sort((a, b) => (a.author.at < b.author.at ? 1 : a.author.at > b.author.at ? -1 : 0)),
      ...(lookedAt === '' ? {} : { lookedAt }),
    };
  }

  /** As the charts were that are merged now. */
  async asOf(atMs: number): Promise<OpenChart> {
    const [first, ...others] = await Promise.all(this.parts.map((part) => part.asOf(atMs)));
    if (first === undefined) throw new Error('a merged chart has parts');
    const { hasLeading, closed } = this;
    return new MergedChart({ parts: [first, ...others], hasLeading, closed, summary: this.#summary });
  }

  // ---------------------------------------------------------------------------- what each chart has for itself

  get held(): readonly HeldAt[] {
    return this.#leading.held;
  }

  get setAside(): readonly SetAsideRow[] {
    return this.parts.flatMap(({ setAside }) => setAside);
  }

  get forks(): readonly ForkRow[] {
    return this.parts.flatMap(({ forks }) => forks);
  }

  get sharing(): readonly ShareRow[] {
    return this.parts.flatMap(({ sharing }) => sharing);
  }

  get custody(): Custody {
    return this.#leading.custody;
  }

  admit(ids: readonly EntryHash[]): Done {
    return this.#review(ids, (part, own) => part.admit(own));
  }

  hide(ids: readonly EntryHash[]): Done {
    return this.#review(ids, (part, own) => part.hide(own));
  }

  unhide(ids: readonly EntryHash[]): Done {
    return this.#review(ids, (part, own) => part.unhide(own));
  }

  async #review(
    ids: readonly EntryHash[],
    act: (part: OpenChart, own: readonly EntryHash[]) => Done,
  ): Promise<Result<void, WriteFailure>> {
    for (const part of this.parts) {
      const rows = new Set(part.setAside.map(({ id }) => id));
      const own = ids.filter((id) => rows.has(id));
      const done = own.length === 0 ? ok(undefined) : await act(part, own);
      if (!done.ok) return done;
    }
    return ok(undefined);
  }

  settleFork(section: ChartSection, chain: string, seq: number, hash: EntryHash): Done {
    // A device may have parted at the same place in several of them: its entries' hashes tell them apart.
    const part = this.parts.find(({ forks }) => forks.some((fork) => fork.branches.some((one) => one.hash === hash)));
    return (part ?? this.#leading).settleFork(section, chain, seq, hash);
  }

  setEnd(practice: PracticeId, sections: readonly ChartSection[], until: string | undefined): Done {
    return this.#leading.setEnd(practice, sections, until);
  }

  handOver(practice: PracticeId, keeps: 'none' | 'read' | 'write', recoveryPhrase: string): SignedByRoot {
    return this.#leading.handOver(practice, keeps, recoveryPhrase);
  }

  withdrawOffer(recoveryPhrase: string): SignedByRoot {
    return this.#leading.withdrawOffer(recoveryPhrase);
  }

  takeOver(): Done {
    return this.#leading.takeOver();
  }

  declineOffer(): Done {
    return this.#leading.declineOffer();
  }

  close(): void {
    for (const part of this.parts) {
      part.removeEventListener('change', this.#partChanged);
      part.close();
    }
  }
}

/** The worst of what is read; a part that is not shared is told by the parts themselves. */
function stateOf(states: readonly SectionView['state'][]): SectionView['state'] {
  const order = ['reading', 'damaged', 'incomplete', 'open', 'ended'] as const;
  return order.find((state) => states.includes(state)) ?? 'not-shared';
}

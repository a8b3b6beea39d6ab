/** An open chart as the screens see it: its sections, who wrote what, its attached files, who else holds it. Types only. */
import type { Bytes } from '../../base/bytes.ts';
import type { ChangeHash, ChartId, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { ConcurrentChange, Provenance } from '../../clinical/conflicts.ts';
import type { LargeData } from '../../clinical/large-data.ts';
import type { SectionEdit, StoredResource } from '../../clinical/section-edit.ts';
import type { MergedParts } from '../merging/merge-acts.ts';
import type { ChartSummary, WriteFailure } from '../session.ts';
import type { AuthorDoubts, ChartActs } from './chart-acts.ts';
import type { ChartPastActs } from './chart-past-acts.ts';

export interface OpenChart extends EventTarget, ChartActs, ChartPastActs {
  readonly id: ChartId;
  readonly summary: ChartSummary;
  /** Of a patient with several charts that are read as one. */
  readonly merged?: MergedParts;
  /** One per chart section; a 'change' event says some were replaced. */
  readonly sections: ReadonlyMap<ChartSection, SectionView>;
  /**
   * Sections that are still being read; a 'change' event comes with them. Until then nothing may be said of the whole chart: not
   * how many entries it has, nor that nothing is to settle, set aside or forked.
   */
  readonly unread: readonly ChartSection[];
  /** Who else holds what is written here. */
  readonly held: readonly HeldAt[];
  /** Applies the edits to one section as one change; resolves when saved here. The screen repaints before that. */
  edit(section: ChartSection, edits: readonly SectionEdit[]): Promise<Result<void, WriteFailure>>;
  /** The same of edits that speak of attached files: these are sealed first, so it may take a while and can be cancelled. */
  editWithFiles(
    section: ChartSection,
    edits: readonly SectionEdit[],
    attached: AttachedFiles,
  ): Promise<Result<void, WriteFailure | 'cancelled'>>;
  /** Files too large to lie in a resource; each is known by the `data` that stands in its place there. */
  readonly files: ChartFiles;
  history(section: ChartSection, key: string): readonly HistoryRow[];
  /** Who stands behind a provenance (a branch of a conflict, a value of the history). */
  authorship(provenance: Provenance): Authorship;
  close(): void;
}

export interface AttachedFiles {
  readonly taken: readonly LargeData[];
  readonly progress: (bytesDone: number, bytesTotal: number) => void;
  readonly signal: AbortSignal;
}

export interface ChartFiles {
  /** Undefined for a `data` that is the content itself. */
  state(data: string): FileState | undefined;
  /** Asks those who may hold it for what is not here; a 'change' event of the chart says how far it is. */
  want(data: string): void;
  open(data: string): Promise<Result<Bytes, 'missing' | 'damaged'>>;
}

export interface FileState {
  /** 'elsewhere': not all of it is here. 'asked': it is being fetched, or will be. 'no-room': it was, and the disk is full. */
  readonly kind: 'here' | 'elsewhere' | 'asked' | 'no-room';
  readonly size: number;
  readonly parts: number;
  readonly partsHere: number;
}

export interface SectionView {
  readonly section: ChartSection;
  /** 'reading': not yet read from the disk. 'not-shared': no right to read it. 'incomplete': some entries can't be opened yet. 'ended': no longer shared; shows what was received. */
  readonly state: 'open' | 'reading' | 'not-shared' | 'incomplete' | 'ended' | 'damaged';
  readonly canWrite: boolean;
  readonly resources: ReadonlyMap<string, StoredResource>;
  readonly conflicts: readonly ConcurrentChange[];
  /** "3 entries of Clinic B not yet readable". */
  readonly notYetReadable: readonly { readonly practice: PracticeId | undefined; readonly entries: number }[];
  /** Who last wrote this resource (or register of it). */
  provenance(key: string, register?: string): Authorship | undefined;
}

export interface Authorship {
  readonly personName: string;
  readonly practiceName: string;
  readonly own: boolean;
  /** ISO date-time by the author's clock. */
  readonly at: string;
  readonly change: ChangeHash;
}

/** One value a register has had, newest first. */
export interface HistoryRow {
  readonly key: string;
  readonly register: string;
  readonly json: string;
  readonly author: Authorship & AuthorDoubts;
}

/** One place besides this device that is to hold a chart. */
export interface HeldAt {
  /** Another device of this practice, a keeper of its; a practice that may read it, or that practice's keeper. */
  readonly kind: 'device' | 'keeper' | 'practice' | 'their-keeper';
  /** Of the device, or of the practice. */
  readonly name: string;
  /** Changes it may have and has not said to hold. */
  readonly lacking: number;
  /** ISO date-time by this device's clock when it last said what it holds; left out: never. */
  readonly at?: string;
}

/** Patients from files and into files, as the screens see it: what a file would do, what is to be answered, what came of it. Types only. */
import type { ChartId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { EntryAboutOther } from '../../clinical/bundle.ts';
import type { MatchReason } from '../../clinical/matching/compare.ts';
import type { WriteFailure } from '../session.ts';

export interface PatientFiles {
  /** Reads files without writing; what would happen is in the plan, questions included. */
  planImport(
    files: readonly { readonly name: string; text(): Promise<string> }[],
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportPlan>;
  /** Carries out the plan with the answers given; each patient is all or nothing (EN-9). */
  carryOutImport(
    plan: ImportPlan,
    answers: ReadonlyMap<string, ImportAnswer>,
    progress: (p: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<ImportOutcome>;
  /** A FHIR Bundle (collection) as JSON text with every resource of the chart this practice can read now. */
  exportChart(chart: ChartId): Promise<Result<ExportedChart, 'unknown-chart'>>;
  /** The record of disclosure as CSV. */
  exportDisclosure(
    chart: ChartId,
  ): Promise<Result<{ readonly fileName: string; readonly text: string }, 'unknown-chart'>>;
}

export interface ExportedChart {
  readonly fileName: string;
  readonly text: string;
  /** Attached files that are not in the file, because they are not here: each is marked there as one that may come. */
  readonly filesMissing: number;
  /** Sections of which something is not in the file: it waits for entries, or is damaged. A person is to be told. */
  readonly incomplete: readonly ChartSection[];
  /** Entries with versions between which nobody has chosen: each is marked so in the file. A person is to be told. */
  readonly unsettled: number;
}

export interface ImportProgress {
  readonly phase: 'reading' | 'writing';
  readonly file: string;
  readonly fileNumber: number;
  readonly files: number;
  readonly resourcesDone: number;
  readonly resourcesTotal: number;
  /** Of the patient being written, while attached files are sealed. */
  readonly attached?: { readonly bytesDone: number; readonly bytesTotal: number };
}

export interface ImportPlan {
  readonly items: readonly ImportItem[];
}

/** One patient of one file, or one file: that can't be read, or that asks something of all its patients. */
export interface ImportItem {
  readonly id: string;
  readonly file: string;
  readonly patientName: string;
  readonly birthDate?: string;
  readonly resources: number;
  readonly outcome:
    | { readonly kind: 'new' }
    | { readonly kind: 'unchanged'; readonly chart: ChartId }
    | { readonly kind: 'changed'; readonly chart: ChartId; readonly changes: readonly ImportChange[] }
    /** Somebody may be the same person, the likeliest first. */
    | { readonly kind: 'same-person'; readonly candidates: readonly ImportCandidate[] }
    | { readonly kind: 'bad'; readonly reason: string; readonly where: string }
    /** A file, not a patient of it: these of its entries are about somebody who is not in it, and go into no chart. */
    | { readonly kind: 'about-others'; readonly entries: readonly EntryAboutOther[] };
  /** Of a file with such entries: the item that asks. Nothing of the file is written before it is answered with 'apply'. */
  readonly asksFirst?: string;
}

/** Whom a patient of a file may be: a chart, or a patient of the same import. */
export type ImportCandidate = (
  | { readonly chart: ChartId; readonly sex?: string; readonly identifier?: string }
  /** Id and file of an item before in the plan, whose chart the same import makes. */
  | { readonly item: string; readonly file: string }
) & { readonly name: string; readonly birthDate?: string; readonly reasons: readonly MatchReason[] };

export interface ImportChange {
  readonly key: string;
  readonly kind: 'added' | 'changed' | 'missing-in-file';
  /** In words. */
  readonly label: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * 'skip' leaves things as they are; 'apply' takes the new chart or the changes, or a file without its entries about others. Where somebody may be the same person:
 * 'new-chart' says that it is another, `sameAs` (place among the candidates) that it is this one: what the file holds becomes
 * a chart that is merged with theirs, which can be undone.
 */
export type ImportAnswer = 'apply' | 'skip' | 'new-chart' | { readonly sameAs: number };

export type ImportFailure =
  | WriteFailure
  | 'cancelled'
  /** The file can't be read any more, or says something else than when it was read for the plan. */
  | 'file-gone'
  | 'file-changed'
  /** Somebody who may be the same person came meanwhile, and was not asked about. */
  | 'alike-meanwhile'
  /** It is there as a chart of its own: the merge that was chosen could not be kept. */
  | 'not-merged'
  /** It is there as a chart of its own: who it was to be merged with was left out, or not written. */
  | 'other-left-out';

export interface ImportOutcome {
  readonly written: readonly { readonly item: string; readonly chart: ChartId; readonly resources: number }[];
  readonly failed: readonly { readonly item: string; readonly reason: ImportFailure }[];
  readonly skipped: readonly string[];
  /** Files of which a patient was written without the entries about others. */
  readonly withoutOthers: readonly string[];
}

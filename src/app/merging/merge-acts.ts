/**
 * Charts of one person read as one, as the screens see it. Types only; every act resolves once it is durable here (EN-8).
 */
import type { ChartId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import type { UnionKeys } from '../../clinical/union/union-keys.ts';
import type { Person } from '../charts/chart-acts.ts';
import type { OpenChart } from '../charts/chart-on-screen.ts';
import type { WriteFailure } from '../session.ts';

/** Somebody said that two charts are of one person. */
export interface MergeRow {
  readonly leading: ChartId;
  readonly other: ChartId;
  readonly by: Person;
  /** ISO date-time by the author's clock. */
  readonly at: string;
  /** Somebody said since that they are not, or no longer to be read as one. */
  readonly undone?: { readonly by: Person; readonly at: string };
}

export interface Merges {
  /** All charts of this patient, the leading one first; of a chart that is merged with none, itself. */
  of(chart: ChartId): readonly ChartId[];
  /** Every merge that a chart of this patient was ever part of, the newest first. */
  rows(chart: ChartId): readonly MergeRow[];
  /** How the charts of this patient would stand if the two were taken apart: one list a patient. */
  apart(a: ChartId, b: ChartId): readonly (readonly ChartId[])[];
  /** A chart of another patient is led by the leading chart of it: both patients become one. */
  merge(leading: ChartId, other: ChartId): Promise<Result<void, WriteFailure | 'same-chart'>>;
  /** Ends every merge between these two. The charts themselves are not touched. */
  undo(a: ChartId, b: ChartId): Promise<Result<void, WriteFailure>>;
}

/** What an open chart is more than one chart of. */
export interface MergedParts {
  /** Each as it would be open alone, the leading one first. */
  readonly parts: readonly OpenChart[];
  /** False: the chart that was chosen to lead is not readable here, so nothing new can be written. */
  readonly hasLeading: boolean;
  /** Charts of this patient that could not be opened: not here yet, or damaged. */
  readonly closed: readonly ChartId[];
  /** Of keys in the sections of the whole. */
  readonly keys: UnionKeys;
  /** The parts in which this entry lies; of several when they say exactly the same. */
  partsOf(key: ResourceKey): readonly OpenChart[];
}

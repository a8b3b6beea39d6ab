/**
 * One open chart as its pages see it: the session's view and the readable record made of it, rebuilt when the chart has
 * changed. Also the act under which a person's edit is made, and how edits are saved and taken back.
 */
import type { ChartSection } from '../../base/sections.ts';
import { chartSections } from '../../base/sections.ts';
import { isoWithOffset } from '../shell/clock.ts';
import { contradictions } from '../../clinical/conflict-view.ts';
import type { ConcurrentChange } from '../../clinical/conflicts.ts';
import { undoOf } from '../../clinical/edits/entered-in-error.ts';
import type { Act } from '../../clinical/edits/edit.ts';
import { ChartRecord } from '../../clinical/record.ts';
import { personDifferences } from '../../clinical/union/person-differences.ts';
import { UnionRecord } from '../../clinical/union/union-record.ts';
import type { ResourceKey, SectionEdit } from '../../clinical/section-edit.ts';
import type { Authorship, OpenChart, SectionView } from '../../app/charts/chart-on-screen.ts';
import type { Session, WriteFailure } from '../../app/session.ts';
import type { Result } from '../../base/result.ts';
import { say } from '../shell/say.ts';
import type { UnsettledCounts } from './unsettled-reason.ts';

export interface ChartView {
  readonly session: Session;
  readonly chart: OpenChart;
  readonly record: ChartRecord;
  /** The chart as of then: what acts on today's, or is worked out from today, has no place there. */
  readonly asOfMs?: number;
}

export function viewOf(session: Session, chart: OpenChart): ChartView {
  return { session, chart, record: recordOf(chart) };
}

function recordOf({ merged, sections }: OpenChart): ChartRecord {
  if (merged === undefined) return new ChartRecord(sections);
  return new UnionRecord(
    merged.parts.map((part) => new ChartRecord(part.sections)),
    merged.keys,
  );
}

export function mustGetSection(view: ChartView, section: ChartSection): SectionView {
  const found = view.chart.sections.get(section);
  if (found === undefined) throw new Error(`a chart has a section ${section}`);
  return found;
}

/** Whether the person here decides who reads the chart and what counts in it: an administrator of the practice that keeps it. */
export function mayDecide({ session, chart }: ChartView): boolean {
  return chart.summary.own && session.practice.role === 'admin';
}

/** Every unsettled change of the chart, with where it lies. */
export function conflictsOf(
  view: ChartView,
): readonly { readonly section: ChartSection; readonly change: ConcurrentChange }[] {
  return chartSections.flatMap((section) =>
    (view.chart.sections.get(section)?.conflicts ?? []).map((change) => ({ section, change })),
  );
}

/** Everything that waits for a choice: also what contradicts itself, and what charts of one patient say differently of them. */
export function unsettledCounts(view: ChartView): UnsettledCounts {
  const { chart, record } = view;
  const contradicting = chartSections.flatMap((section) => {
    const known = new Set(chart.sections.get(section)?.conflicts.map(({ key }) => key));
    return contradictions(record, section).filter(({ key }) => !known.has(key));
  });
  const differing =
    chart.merged === undefined ? [] : personDifferences(chart.merged.parts.map(({ summary }) => summary));
  return { concurrent: conflictsOf(view).length, contradicting: contradicting.length, differing: differing.length };
}

export function unsettledCount(view: ChartView): number {
  const { concurrent, contradicting, differing } = unsettledCounts(view);
  return concurrent + contradicting + differing;
}

export function unsettledKeys(view: ChartView, section: ChartSection): ReadonlySet<ResourceKey> {
  return new Set(view.chart.sections.get(section)?.conflicts.map(({ key }) => key));
}

export function authorOfKey(view: ChartView, section: ChartSection, key: ResourceKey): Authorship | undefined {
  return view.chart.sections.get(section)?.provenance(key);
}

/** A fresh act of the person at this screen, now. */
export function actOf(view: ChartView): Act {
  const patient = view.record.patient;
  return {
    id: crypto.randomUUID(),
    now: isoWithOffset(new Date()),
    patientKey: patient?.key ?? 'Patient/unknown',
    authorName: view.session.practice.personName,
    record: view.record,
  };
}

/**
 * Saves, and says so with an undo that writes back what the registers held before. Undoing a creation marks it as
 * entered in error: nothing clinical is ever deleted.
 */
export async function saveEdits(
  from: HTMLElement,
  view: ChartView,
  section: ChartSection,
  edits: readonly SectionEdit[],
  saidWhenDone: string,
): Promise<Result<void, WriteFailure>> {
  const undo = edits
    .map((edit) => undoOf(edit, 'key' in edit ? resourceIn(view, section, edit.key) : undefined))
    .filter((edit) => edit !== undefined)
    .reverse();
  const saved = await view.chart.edit(section, edits);
  if (!saved.ok) return saved;
  if (undo.length === edits.length) say(from, saidWhenDone, () => void view.chart.edit(section, undo));
  else say(from, saidWhenDone);
  return saved;
}

function resourceIn(view: ChartView, section: ChartSection, key: ResourceKey) {
  return view.record.at(section, key);
}

/** What a merged patient would lose sight of when taken apart, and what would stay where: for the question before it. */
import { checkChart } from '../../clinical/checks/medication-check.ts';
import { holdsWords } from '../../clinical/words-records.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { ChartSummary } from '../../app/session.ts';
import { viewOf, type ChartView } from './chart-view.ts';

interface SinceMerge {
  /** By chart, what was written or changed in it since. */
  readonly entriesSince: readonly { readonly summary: ChartSummary; readonly entries: number }[];
  /** Alerts of the whole that no chart raises alone. */
  readonly alerts: number;
}

/** `at`: ISO date-time of the merge, by its author's clock. */
export function sinceMerge(view: ChartView, at: string): SinceMerge {
  const parts = view.chart.merged?.parts ?? [view.chart];
  const alone = parts.reduce((sum, part) => sum + checkChart(viewOf(view.session, part).record).alerts.length, 0);
  return {
    entriesSince: parts.map((part) => ({ summary: part.summary, entries: writtenAfter(part, at) })),
    alerts: Math.max(0, checkChart(view.record).alerts.length - alone),
  };
}

function writtenAfter({ sections }: OpenChart, at: string): number {
  let written = 0;
  for (const [section, view] of sections) {
    // The derived identity is no entry of its own.
    if (section === 'identity') continue;
    for (const key of view.resources.keys())
      if (!holdsWords(key) && (view.provenance(key)?.at ?? '') > at) written += 1;
  }
  return written;
}

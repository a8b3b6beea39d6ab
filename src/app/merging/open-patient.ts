/** A patient is opened with all charts that are merged: whichever of them was asked for, and as many of them as are here. */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { MergedChart } from './merged-chart.ts';
import type { ChartSummary, OpenChart } from '../session.ts';

type OpenFailure = 'unknown-chart' | 'damaged';

interface Ways {
  readonly open: (chart: ChartId) => Promise<Result<OpenChart, OpenFailure>>;
  readonly summaryOf: (chart: ChartId) => ChartSummary | undefined;
}

/** `charts`: of one patient, the leading one first. */
export async function openPatient(
  charts: readonly ChartId[],
  { open, summaryOf }: Ways,
): Promise<Result<OpenChart, OpenFailure>> {
  const opened = await Promise.all(charts.map(async (chart) => ({ chart, opened: await open(chart) })));
  const parts = opened.flatMap(({ opened: part }) => (part.ok ? [part.value] : []));
  const [first, ...others] = parts;
  if (first === undefined)
    return err(opened.some(({ opened: part }) => !part.ok && part.reason === 'damaged') ? 'damaged' : 'unknown-chart');
  if (charts.length === 1) return ok(first);
  return ok(
    new MergedChart({
      parts: [first, ...others],
      hasLeading: first.id === charts[0],
      closed: opened.filter(({ opened: part }) => !part.ok).map(({ chart }) => chart),
      summary: () => summaryOf(first.id) ?? first.summary,
    }),
  );
}

/** A patient is opened with all charts that are merged: whichever of them was asked for, and as many of them as are here. */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ChartSection } from '../../base/sections.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { ActsOnChart, LiveChart } from '../charts/open-chart.ts';
import type { PatientRows } from '../patients/patient-rows.ts';
import type { OpenChart } from '../charts/chart-on-screen.ts';
import { MergedChart } from './merged-chart.ts';
import type { ChartMerges } from './merges.ts';

type OpenFailure = 'unknown-chart' | 'damaged';

interface OpeningParts {
  readonly charts: Pick<ChartService, 'open'>;
  /** What a person may do about each chart beside writing in it. */
  readonly acts: ActsOnChart;
  readonly merges: Pick<ChartMerges, 'of'>;
  readonly patients: Pick<PatientRows, 'summaryOf'>;
  readonly audit: Pick<AuditLog, 'note'>;
  readonly opened: (chart: ChartId) => void;
}

export class OpenPatients {
  readonly #parts: OpeningParts;

  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** `first`: what is read of a chart that stands alone before this resolves; of several nothing is told until they are whole. */
  async open(chart: ChartId, first?: readonly ChartSection[]): Promise<Result<OpenChart, OpenFailure>> {
    const { merges, patients } = this.#parts;
    const charts = merges.of(chart);
    const shown = charts.length === 1 ? first : undefined;
    const tried = await Promise.all(charts.map(async (part) => ({ part, opened: await this.#openPart(part, shown) })));
    const [leading, ...others] = tried.flatMap(({ opened }) => (opened.ok ? [opened.value] : []));
    if (leading === undefined)
      return err(tried.some(({ opened }) => !opened.ok && opened.reason === 'damaged') ? 'damaged' : 'unknown-chart');
    if (charts.length === 1) return ok(leading);
    return ok(
      new MergedChart({
        parts: [leading, ...others],
        hasLeading: leading.id === charts[0],
        closed: tried.flatMap(({ part, opened }) => (opened.ok ? [] : [part])),
        summary: () => patients.summaryOf(leading.id) ?? leading.summary,
      }),
    );
  }

  async #openPart(chart: ChartId, first: readonly ChartSection[] | undefined): Promise<Result<LiveChart, OpenFailure>> {
    const { charts, acts, audit, opened } = this.#parts;
    const live = await charts.open(chart, acts, first);
    if (!live.ok) return live;
    audit.note({ kind: 'chart-opened', chart });
    opened(chart);
    return live;
  }
}

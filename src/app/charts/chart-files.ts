/** A chart as files to save: all of its record, and who could read or write it. In plain text, for the person who asked. */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections } from '../../base/sections.ts';
import { writeBundle } from '../../clinical/write-bundle.ts';
import { disclosureCsv } from '../charters/disclosure-record.ts';
import type { PracticeContext } from '../practice-context.ts';
import { workResources, type ScheduleAndTasks } from '../work/work-files.ts';
import type { FilesOfChart } from './chart-attachments.ts';
import type { ChartService } from './chart-service.ts';
import type { ActsOnChart, LiveChart } from './open-chart.ts';
import type { OpenChart } from './chart-on-screen.ts';
import type { ExportedChart } from '../patients/import-acts.ts';
import type { ChartSummary } from '../session.ts';

interface ChartFile {
  readonly fileName: string;
  readonly text: string;
}

interface ExportParts {
  readonly context: Pick<PracticeContext, 'index'>;
  readonly charts: Pick<ChartService, 'open'>;
  readonly acts: ActsOnChart;
  readonly work: ScheduleAndTasks;
}

export class ChartExports {
  readonly #parts: ExportParts;

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  chart(chart: ChartId): Promise<Result<ExportedChart, 'unknown-chart'>> {
    const { context, acts, work } = this.#parts;
    const beside = workResources(work, chart, context.index.get(chart)?.patientKey ?? '');
    const write = ({ sections, summary, files }: LiveChart): Promise<ExportedChart> =>
      chartFile({ sections, summary, files, beside });
    return acts.audit.told({ kind: 'chart-exported', chart }, this.#asFile(chart, write));
  }

  disclosure(chart: ChartId): Promise<Result<ChartFile, 'unknown-chart'>> {
    return this.#parts.acts.audit.told({ kind: 'disclosure-exported', chart }, this.#asFile(chart, disclosureFile));
  }

  async #asFile<File>(
    chart: ChartId,
    write: (chart: LiveChart) => File | Promise<File>,
  ): Promise<Result<File, 'unknown-chart'>> {
    const opened = await this.#parts.charts.open(chart, this.#parts.acts);
    if (!opened.ok) return err('unknown-chart');
    const file = await write(opened.value);
    opened.value.close(false);
    return ok(file);
  }
}

/** `incomplete`: sections of which not all is in the file. `beside`: what the practice keeps of the patient outside the chart. */
async function chartFile({
  sections,
  summary,
  files,
  beside,
}: Pick<OpenChart, 'sections' | 'summary'> & {
  readonly files: FilesOfChart;
  readonly beside: ReturnType<typeof workResources>;
}): Promise<ExportedChart> {
  const { texts, missingIn, missing } = await files.allData();
  const { text, unreadable, unsettled } = writeBundle(sections, (manifest) => texts.get(manifest), beside);
  const incomplete = chartSections.filter((section) => {
    const view = sections.get(section);
    const isUnreadable = unreadable.some((key) => view?.resources.has(key));
    return view?.state === 'incomplete' || view?.state === 'damaged' || isUnreadable || missingIn.has(section);
  });
  return { fileName: `${fileNameOf(summary)}.json`, text, incomplete, unsettled, filesMissing: missing };
}

function disclosureFile({ sharing, summary }: Pick<OpenChart, 'sharing' | 'summary'>): ChartFile {
  return { fileName: `${fileNameOf(summary)}-disclosure.csv`, text: disclosureCsv(sharing) };
}

function fileNameOf({ name }: ChartSummary): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '');
  return plain === '' ? 'patient' : plain;
}

/** An open chart as files to save: all of its record, and who could read or write it. In plain text, for the person who asked. */
import { chartSections } from '../../base/sections.ts';
import { writeBundle } from '../../clinical/write-bundle.ts';
import { disclosureCsv } from '../charters/disclosure-record.ts';
import type { workResources } from '../work/work-files.ts';
import type { FilesOfChart } from './chart-attachments.ts';
import type { ChartSummary, ExportedChart, OpenChart } from '../session.ts';

interface ChartFile {
  readonly fileName: string;
  readonly text: string;
}

/** `incomplete`: sections of which not all is in the file. `beside`: what the practice keeps of the patient outside the chart. */
export async function chartFile({
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

export function disclosureFile({ sharing, summary }: Pick<OpenChart, 'sharing' | 'summary'>): ChartFile {
  return { fileName: `${fileNameOf(summary)}-disclosure.csv`, text: disclosureCsv(sharing) };
}

function fileNameOf({ name }: ChartSummary): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '');
  return plain === '' ? 'patient' : plain;
}

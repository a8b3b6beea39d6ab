/**
 * What a merged patient's charts are called, which of them a fact lies in, and who reads which: the letter A stands for the
 * leading chart, B and so on for the others, the same on every page of the chart.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChartSection } from '../../base/sections.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';
import { personDifferences, type PersonDifference } from '../../clinical/union/person-differences.ts';
import type { OpenChart } from '../../app/charts/chart-on-screen.ts';
import type { ChartSummary, Session } from '../../app/session.ts';
import { dateInWords, listInWords } from '../shell/format.ts';
import { sectionWords } from '../shell/words.ts';
import { peerName, sexInWords } from '../patients/words.ts';
import type { ChartView } from './chart-view.ts';

export function partLetter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** "your chart No. MRN-100", "the chart kept by Lakeside Cardiology (No. 7)". */
export function chartInWords(session: Session, { own, custodian, identifier }: ChartSummary): string {
  const number = identifier === undefined || identifier === '' ? '' : `No. ${identifier}`;
  if (own) return number === '' ? 'your chart without a number' : `your chart ${number}`;
  return `the chart kept by ${peerName(session, custodian)}${number === '' ? '' : ` (${number})`}`;
}

/** "read by Lakeside Cardiology and Corner Pharmacy", "read by nobody else". */
export function readersInWords(session: Session, { own, custodian, sharedWith }: ChartSummary): string {
  const readers = [...(own ? [] : [custodian]), ...sharedWith].map((practice) => peerName(session, practice));
  return readers.length === 0 ? 'read by nobody else' : `read by ${listInWords([...new Set(readers)], readers.length)}`;
}

/** The quiet mark of the chart an entry lies in; nothing where there is only one. */
export function renderPartMark({ session, chart }: ChartView, key: ResourceKey): TemplateResult | typeof nothing {
  const { merged } = chart;
  if (merged === undefined) return nothing;
  const holding = merged.partsOf(key);
  const letters = holding.map((part) => partLetter(merged.parts.indexOf(part))).join(' ');
  const words = holding.map(({ summary }) => chartInWords(session, summary)).join(' and in ');
  return html`<abbr class="part" title=${`In ${words}`}>${letters}<span class="only-heard">, in ${words}</span></abbr>`;
}

/** Where a change of an entry is written, where that is more than one chart; of one there is nothing to say. */
export function writtenIntoWords({ session, chart }: ChartView, key: ResourceKey): string {
  const holding = chart.merged?.partsOf(key) ?? [];
  if (holding.length < 2) return '';
  const charts = holding.map(
    ({ summary }) => `${chartInWords(session, summary)} (${readersInWords(session, summary)})`,
  );
  return `It stands in the same words in ${listInWords(charts, charts.length)}, and is written into ${holding.length === 2 ? 'both' : 'all of them'}.`;
}

/** Whether an entry may be changed by the person here: where it lies, not where new ones go. */
export function mayChange({ chart }: ChartView, section: ChartSection, key: ResourceKey): boolean {
  const charts: readonly OpenChart[] = chart.merged?.partsOf(key) ?? [chart];
  return charts.length > 0 && charts.every(({ sections }) => sections.get(section)?.canWrite === true);
}

/** Parts of the patient whose section is not shared with this practice: of these nothing can be said. */
export function hiddenParts({ chart }: ChartView, section: ChartSection): readonly OpenChart[] {
  return (chart.merged?.parts ?? []).filter((part) => part.sections.get(section)?.state === 'not-shared');
}

/** "Of the chart kept by Lakeside Cardiology, Allergies is not shared with you." */
export function hiddenInWords(view: ChartView, section: ChartSection): string {
  const charts = hiddenParts(view, section).map(({ summary }) => chartInWords(view.session, summary));
  return charts.length === 0
    ? ''
    : `${sectionWords[section]} of ${listInWords(charts, charts.length)}: not shared with you.`;
}

export function differencesOf({ chart }: Pick<ChartView, 'chart'>): readonly PersonDifference[] {
  return chart.merged === undefined ? [] : personDifferences(chart.merged.parts.map(({ summary }) => summary));
}

export const elementWords: Readonly<Record<PersonDifference['element'], string>> = {
  name: 'Name',
  birthDate: 'Birth date',
  sex: 'Sex',
  deceased: 'Alive or deceased',
};

export function valueInWords({ element }: PersonDifference, value: string): string {
  if (value === '') return 'not recorded';
  switch (element) {
    case 'birthDate':
      return dateInWords(value);
    case 'sex':
      return sexInWords(value);
    case 'deceased':
      return value === 'deceased' ? 'Deceased' : 'Alive';
    case 'name':
      return value;
  }
}

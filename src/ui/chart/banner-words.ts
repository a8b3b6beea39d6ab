/** What the banner of a chart says: allergies in words, whatever their list is, and who holds what is written here. */
import { allergyRows } from '../../clinical/views/allergies.ts';
import type { HeldAt } from '../../app/charts/chart-on-screen.ts';
import type { Tone } from '../shell/callout.ts';
import { ageInWords, count, dateInWords, listInWords } from '../shell/format.ts';
import { sectionWords } from '../shell/words.ts';
import { isNoneKnown } from './topics.ts';
import { mustGetSection, unsettledKeys, type ChartView } from './chart-view.ts';
import { stateOf } from './list-words.ts';
import { isUpToDate, placeName } from './held-words.ts';
import { hiddenParts } from './merge-words.ts';

/** "42 y"; of somebody who died, when and how old: an age that goes on counting reads as alive. */
export function aliveOrNot({ chart, record }: ChartView): string {
  const { birthDate, deceased } = chart.summary;
  if (!deceased) return ageInWords(birthDate, new Date());
  const died = record
    .ofTypes('Patient')
    .map(({ json }) => json['deceasedDateTime'])
    .find((time) => typeof time === 'string');
  if (died === undefined) return 'deceased, date not recorded';
  const age = birthDate === undefined ? '' : ageInWords(birthDate, new Date(`${died.slice(0, 10)}T12:00:00`));
  return `died ${dateInWords(died)}${age === '' || died.length < 10 ? '' : ` at ${age}`}`;
}

/** The number that goes with every share, and those of the other charts of a merged patient: "No. 100, also OLD-7". */
export function numbersInWords({ chart }: ChartView): string {
  const parts = chart.merged?.parts ?? [chart];
  const numbers = parts.flatMap(({ summary }) => summary.identifier ?? []).filter((number) => number !== '');
  const [first, ...others] = new Set(numbers);
  if (first === undefined) return '';
  return others.length === 0 ? `No. ${first}` : `No. ${first}, also ${others.join(', ')}`;
}

export interface AllergyWords {
  readonly tone: Tone;
  readonly text: string;
  readonly unsettled: boolean;
}

export function allergyWords(view: ChartView): AllergyWords {
  const section = mustGetSection(view, 'allergies');
  const hidden =
    hiddenParts(view, 'allergies').length > 0 ? '; those of another chart of this patient are not shared with you' : '';
  const unsettled = unsettledKeys(view, 'allergies').size > 0;
  const state = stateOf(view, 'allergies', 'allergies');
  const rows = allergyRows(view.record).filter((row) => row.active && !isNoneKnown(row));
  // All of them: one that is only counted is one that is given.
  if (rows.length > 0) {
    const high = rows.some((row) => row.criticality === 'high');
    const names = rows.map((row) => (row.criticality === 'high' ? `${row.label} (high risk)` : row.label));
    const isWhole = section.notYetReadable.length === 0 && section.state !== 'reading';
    const more = isWhole ? '' : '; more are not readable yet';
    return {
      tone: high ? 'danger' : 'warning',
      text: `Allergies: ${listInWords(names, names.length)}${more}${hidden}`,
      unsettled,
    };
  }
  switch (state.kind) {
    case 'none-known':
      return { tone: hidden === '' ? 'neutral' : 'warning', text: `No known allergies${hidden}`, unsettled };
    case 'not-shared':
      return { tone: 'warning', text: 'Allergies: not shared with you', unsettled };
    case 'incomplete':
      return { tone: 'warning', text: 'Allergies: not all readable yet', unsettled };
    case 'no-information':
      return { tone: 'warning', text: 'Allergies: nobody knows', unsettled };
    case 'listed':
      return {
        tone: hidden === '' ? 'neutral' : 'warning',
        text: `No current allergies; past ones are listed${hidden}`,
        unsettled,
      };
    case 'not-recorded':
      return { tone: 'warning', text: 'Allergies: not recorded', unsettled };
  }
}

/** "Kept here · up to date at Lakeside Cardiology and keeper Attic · Corner Pharmacy has not got the last 3 changes". */
export function heldWords(held: readonly HeldAt[]): string {
  const current = held.filter(isUpToDate);
  // A device that was never heard of yet is told of on the sharing page: here it would stand for weeks.
  const behind = held.filter((one) => !isUpToDate(one) && (one.at !== undefined || one.kind === 'practice'));
  const parts = ['Kept here'];
  if (current.length > 0) parts.push(`up to date at ${listInWords(current.map(placeName))}`);
  for (const one of behind) {
    parts.push(`${placeName(one)} has not got the last ${one.lacking === 1 ? 'change' : count(one.lacking, 'change')}`);
  }
  if (current.length === 0 && behind.length === 0) parts.push('nowhere else');
  return parts.join(' · ');
}

/** What of the chart no page can speak of yet; empty once it is whole, which is nearly always at once. */
export function readingWords({ chart }: ChartView): string {
  return chart.unread.length === 0 ? '' : `still reading ${listInWords(chart.unread.map((one) => sectionWords[one]))}`;
}

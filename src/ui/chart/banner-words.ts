/** What the banner of a chart says: allergies in words, whatever their list is, and who holds what is written here. */
import { allergyRows } from '../../clinical/views/allergies.ts';
import type { HeldAt } from '../../app/session.ts';
import type { Tone } from '../shell/callout.ts';
import { count, listInWords } from '../shell/format.ts';
import { isNoneKnown } from './topics.ts';
import { mustGetSection, unsettledKeys, type ChartView } from './chart-view.ts';
import { stateOf } from './list-words.ts';
import { isUpToDate, placeName } from './held-words.ts';

export interface AllergyWords {
  readonly tone: Tone;
  readonly text: string;
  readonly unsettled: boolean;
}

export function allergyWords(view: ChartView): AllergyWords {
  const section = mustGetSection(view, 'allergies');
  const unsettled = unsettledKeys(view, 'allergies').size > 0;
  const state = stateOf(view, 'allergies', 'allergies');
  const rows = allergyRows(view.record).filter((row) => row.active && !isNoneKnown(row));
  // All of them: one that is only counted is one that is given.
  if (rows.length > 0) {
    const high = rows.some((row) => row.criticality === 'high');
    const names = rows.map((row) => (row.criticality === 'high' ? `${row.label} (high risk)` : row.label));
    const more = section.notYetReadable.length > 0 ? '; more are not readable yet' : '';
    return {
      tone: high ? 'danger' : 'warning',
      text: `Allergies: ${listInWords(names, names.length)}${more}`,
      unsettled,
    };
  }
  switch (state.kind) {
    case 'none-known':
      return { tone: 'neutral', text: 'No known allergies', unsettled };
    case 'not-shared':
      return { tone: 'warning', text: 'Allergies: not shared with you', unsettled };
    case 'incomplete':
      return { tone: 'warning', text: 'Allergies: not all readable yet', unsettled };
    case 'no-information':
      return { tone: 'warning', text: 'Allergies: nobody knows', unsettled };
    case 'listed':
      return { tone: 'neutral', text: 'No current allergies; past ones are listed', unsettled };
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

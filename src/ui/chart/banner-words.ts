/** What the banner of a chart says: allergies in words, whatever their list is, and who holds what is written here. */
import { allergyRows } from '../../clinical/views/allergies.ts';
import type { HeldBy } from '../../app/session.ts';
import type { Tone } from '../shell/callout.ts';
import { count, listInWords } from '../shell/format.ts';
import { isNoneKnown } from './topics.ts';
import { mustGetSection, unsettledKeys, type ChartView } from './chart-view.ts';
import { stateOf } from './list-words.ts';

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

/** "Saved here · held by Lakeside Cardiology · waiting for Corner Pharmacy". */
export function heldWords(held: HeldBy): string {
  const parts = ['Kept here'];
  if (held.confirmed.length > 0) {
    parts.push(`up to date at ${listInWords(held.confirmed.map(({ practiceName }) => practiceName))}`);
  }
  for (const { practiceName, entries } of held.waitingFor) {
    parts.push(`${practiceName} has not got the last ${entries === 1 ? 'change' : count(entries, 'change')}`);
  }
  if (held.confirmed.length === 0 && held.waitingFor.length === 0) parts.push('nowhere else');
  return parts.join(' · ');
}

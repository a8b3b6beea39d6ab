/** What is due, in words. Never "up to date": of what is recorded the date stands, and of what is not, that nothing is. */
import type { DueItem } from '../../clinical/due/due.ts';
import { count, dateInWords } from '../shell/format.ts';

export function dueWords({ rule, state, last, doses, until }: DueItem): string {
  if (state === 'nothing-recorded') return 'nothing recorded';
  if (rule.kind === 'doses') {
    const newest = last === '' ? '' : `, last ${dateInWords(last)}`;
    return `${count(doses, 'dose')} of ${String(rule.doses)} recorded${newest}`;
  }
  if (rule.kind === 'series' && state === 'due')
    return `not complete${last === '' ? '' : `, last ${dateInWords(last)}`}`;
  const again = state === 'recorded' && until !== undefined ? `, again from ${dateInWords(until)}` : '';
  return last === '' ? 'recorded without a date' : `last ${dateInWords(last)}${again}`;
}

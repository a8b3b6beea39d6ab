/** What forms about tasks share: who may be asked, and days. */
import type { Session } from '../../app/session.ts';
import { localDay } from '../shell/clock.ts';
import type { Choice } from '../shell/fields.ts';

/** The people of the practice by name; the first choice is nobody in particular. */
export function colleagues({ people, practice }: Pick<Session, 'people' | 'practice'>): readonly Choice[] {
  const names = people.devices
    .filter(({ status, role, personName }) => status === 'active' && role !== 'keeper' && personName !== '')
    .map(({ personName }) => personName);
  const all = [...new Set([practice.personName, ...names])];
  return [{ value: '', label: 'Whoever comes first' }, ...all.map((name) => ({ value: name, label: name }))];
}

/** The day in so many days, as FHIR writes it. */
export function dueIn(days: number, now: Date): string {
  return localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
}

export function dueWrong(due: string): Readonly<Record<string, string>> {
  return due === '' || /^\d{4}-\d{2}-\d{2}$/.test(due) ? {} : { due: 'Not a date. Write 2026-03-05.' };
}

/** What the states of an appointment are called, wherever one is shown, and what can be done next. */
import type { ChartId } from '../../base/ids.ts';
import type { Session } from '../../app/session.ts';
import type { Appointment, AppointmentStatus } from '../../app/work/work-acts.ts';
import type { Tone } from '../shell/callout.ts';
import { dateInWords } from '../shell/format.ts';

export const statusWords: Readonly<Record<AppointmentStatus, { readonly label: string; readonly tone: Tone }>> = {
  booked: { label: 'Booked', tone: 'neutral' },
  arrived: { label: 'Arrived', tone: 'info' },
  fulfilled: { label: 'Seen', tone: 'success' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  noshow: { label: 'Did not come', tone: 'warning' },
};

export const nextActs: Readonly<Record<AppointmentStatus, readonly (readonly [AppointmentStatus, string])[]>> = {
  booked: [
    ['arrived', 'Arrived'],
    ['noshow', 'Did not come'],
    ['cancelled', 'Cancel'],
  ],
  arrived: [
    ['fulfilled', 'Seen'],
    ['booked', 'Not here after all'],
  ],
  fulfilled: [['arrived', 'Not seen yet']],
  cancelled: [['booked', 'Book again']],
  noshow: [['arrived', 'Came after all']],
};

/** What is wrong with a typed time and length. */
export function timeWrong(start: string, minutes: string): Readonly<Record<string, string>> {
  const length = Number(minutes);
  return {
    ...(/^([01]?\d|2[0-3]):[0-5]\d$/.test(start) ? {} : { start: 'A time of day. Write 09:30.' }),
    ...(Number.isInteger(length) && length > 0 && length <= 600 ? {} : { minutes: 'A number of minutes, up to 600.' }),
  };
}

/** "9 Mar 2026, 09:30, Check-up, with Dr Ada Hill". */
export function appointmentInWords({ start, reason, with: person }: Appointment): string {
  const parts = [
    dateInWords(start.slice(0, 10)),
    start.slice(11),
    reason ?? '',
    person === undefined ? '' : `with ${person}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Of all charts of the patient: those to come, the next one first; then those of before, newest first. `today`: FHIR date. */
export function appointmentsOf(
  { merges, work }: Pick<Session, 'merges' | 'work'>,
  chart: ChartId,
  today: string,
): readonly Appointment[] {
  const all = merges.of(chart).flatMap((one) => work.schedule.of(one));
  const toCome = all.filter((one) => isToCome(one, today)).sort((a, b) => a.start.localeCompare(b.start));
  const before = all.filter((one) => !isToCome(one, today)).sort((a, b) => b.start.localeCompare(a.start));
  return [...toCome, ...before];
}

export function isToCome({ start, status }: Appointment, today: string): boolean {
  return start.slice(0, 10) >= today && (status === 'booked' || status === 'arrived');
}

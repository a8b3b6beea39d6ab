/** An end date as a person types it: a day, whose last second is the end, by the clock of this place. Pure. */
import { localDay } from '../shell/clock.ts';

/** `day`: 2026-11-30. Undefined when nothing, or no day, was typed. */
export function endOfDay(day: string): Date | undefined {
  const end = new Date(`${day}T23:59:59`);
  return day === '' || Number.isNaN(end.getTime()) ? undefined : end;
}

/** The day of an ISO date-time where this device is, as a date field takes it. */
export function dayAsTyped(isoTime: string): string {
  const time = new Date(isoTime);
  if (Number.isNaN(time.getTime())) return '';
  return localDay(time);
}

/** Days by number since 1 January 1970, and how FHIR writes them. No time zone: the demonstration's practices keep universal time. */

const dayMs = 86_400_000;
export const daysInYear = 365.25;

export function dayOf(isoDate: string): number {
  return Math.floor(Date.parse(`${isoDate.slice(0, 10)}T00:00:00Z`) / dayMs);
}

export function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** A moment of the day, in the hours a practice is open. */
export function isoMoment(day: number, minuteOfDay: number): string {
  return new Date(day * dayMs + minuteOfDay * 60_000).toISOString().replace('.000Z', 'Z');
}

/** Weekends move to the Monday after. */
export function workday(day: number): number {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday === 6 ? day + 2 : weekday === 0 ? day + 1 : day;
}

/**
 * A child's age on the day of a measurement. Days are counted by the calendar, without hours or zones: a birth date has
 * neither.
 */
import { err, ok, type Result } from '../../base/result.ts';

/** Days in a month as the CDC counts them: 365.25 / 12 (its program for growth charts divides an age in days by this). */
const daysInMonth = 30.4375;
const dayMs = 86_400_000;

export type AgeReason =
  /** A year or a month alone: no age can be computed from it that a percentile may rest on. */
  'not-a-whole-date' | 'before-birth';

export interface Age {
  /** Days / 30.4375: what the tables go by. */
  readonly months: number;
  /** Birthdays passed: what the AAP's tables go by. Someone born on 29 February has theirs on 1 March in other years. */
  readonly completedYears: number;
}

/** `birthDate`: FHIR date; `on`: FHIR date or dateTime, of which the day as written counts. Both whole, else a reason. */
export function ageOn(birthDate: string, on: string): Result<Age, AgeReason> {
  const [born, day] = [dayOf(birthDate), dayOf(on)];
  if (born === undefined || day === undefined) return err('not-a-whole-date');
  if (day.ms < born.ms) return err('before-birth');
  const hadBirthday = day.month > born.month || (day.month === born.month && day.day >= born.day);
  const completedYears = day.year - born.year - (hadBirthday ? 0 : 1);
  const months = (day.ms - born.ms) / dayMs / daysInMonth;
  // 24 months by the calendar may be 23.98 of these: who has had the birthday is of the age.
  return ok({ months: Math.max(months, completedYears * 12), completedYears });
}

function dayOf(written: string) {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(written);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  // 31 February would be taken for 3 March.
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? { year, month, day, ms: date.getTime() } : undefined;
}

/**
 * FHIR dates and times in words. As written: a year stays a year, and a time is the wall clock where it was written, not
 * shifted to this device's zone (a dose given at 22:00 was given at 22:00).
 */
import type { JsonValue } from './json.ts';

export interface ReadableDate {
  /** The FHIR text, unchanged. */
  readonly written: string;
  /** "2020", "Oct 2020", "20 Oct 2020", "20 Oct 2020, 19:19". What is no FHIR date is shown as it stands. */
  readonly words: string;
  /** For ordering only; a partial date counts as its beginning. NaN when it cannot be ordered. */
  readonly sortMs: number;
}

/** As the product writes them everywhere. */
export const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const datePattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;

export function readDate(value: JsonValue | undefined): ReadableDate | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const match = datePattern.exec(value);
  if (match === null) return { written: value, words: value, sortMs: Number.NaN };
  const [, year = '', month, day, time] = match;
  const name = month === undefined ? undefined : (monthNames[Number(month) - 1] ?? month);
  const date = [day === undefined ? undefined : String(Number(day)), name, year].filter((part) => part !== undefined);
  const words = date.join(' ') + (time === undefined ? '' : `, ${time}`);
  return { written: value, words, sortMs: Date.parse(value) };
}

/** Newest first; what has no date comes last. */
export function byNewest(a: ReadableDate | undefined, b: ReadableDate | undefined): number {
  const aMs = a === undefined || Number.isNaN(a.sortMs) ? -Infinity : a.sortMs;
  const bMs = b === undefined || Number.isNaN(b.sortMs) ? -Infinity : b.sortMs;
  return aMs === bMs ? 0 : bMs - aMs;
}

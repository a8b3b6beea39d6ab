/**
 * FHIR dates and times in words. As written: a year stays a year, and a time is the wall clock where it was written, not
 * shifted to this device's zone (a dose given at 22:00 was given at 22:00). Only an appointment's moment is told by the clock here.
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

/**
 * A moment that was written by the clock of Greenwich, by the clock of this device: when somebody is to be here. What was written
 * with a clock of its own keeps that.
 */
export function readMoment(value: JsonValue | undefined): ReadableDate | undefined {
  const read = readDate(value);
  if (read === undefined || Number.isNaN(read.sortMs) || !read.written.endsWith('Z')) return read;
  const time = new Date(read.sortMs);
  const clock = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  const day = `${String(time.getDate())} ${monthNames[time.getMonth()] ?? ''} ${String(time.getFullYear())}`;
  return { ...read, words: `${day}, ${clock}` };
}

/** Newest first; what has no date comes last. */
export function byNewest(a: ReadableDate | undefined, b: ReadableDate | undefined): number {
  const aMs = a === undefined || Number.isNaN(a.sortMs) ? -Infinity : a.sortMs;
  const bMs = b === undefined || Number.isNaN(b.sortMs) ? -Infinity : b.sortMs;
  return aMs === bMs ? 0 : bMs - aMs;
}

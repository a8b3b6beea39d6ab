/** What people type into fields: words, dates and numbers. Each is read or refused with a named reason. */
import { JsonNumber } from '../json.ts';
import type { FieldReason } from './edit.ts';

export interface Typed<T> {
  readonly value: T | undefined;
  readonly reason: FieldReason | undefined;
}

/** Characters of a name, a dose or a reason. Longer is a note in the wrong place. */
const maxWordsLength = 500;

export function typedWords(text: string | undefined, options: { required?: boolean } = {}): Typed<string> {
  // Control characters but tab and line break are no FHIR string, and come only by pasting.
  const words = (text ?? '').replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '').trim();
  if (words === '') return { value: undefined, reason: options.required === true ? 'required' : undefined };
  const tooLong = words.length > maxWordsLength;
  return { value: words, reason: tooLong ? 'too-long' : undefined };
}

/** A FHIR date, whole or as a year or month; not after `now`. */
export function typedDate(text: string | undefined, now: string): Typed<string> {
  const date = (text ?? '').trim();
  if (date === '') return { value: undefined, reason: undefined };
  if (!isDate(date)) return { value: undefined, reason: 'not-a-date' };
  return { value: date, reason: date > now.slice(0, date.length) ? 'in-the-future' : undefined };
}

/** A FHIR dateTime as `<input type=datetime-local>` gives it, in the zone of `now`, or a date; `now` when left empty. */
export function typedMoment(text: string | undefined, now: string): Typed<string> {
  const moment = (text ?? '').trim();
  if (moment === '') return { value: now, reason: undefined };
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?$/.exec(moment);
  if (match === null) return typedDate(moment, now);
  const [, date = '', time = '', seconds = ':00'] = match;
  if (!isDate(date) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return { value: undefined, reason: 'not-a-date' };
  const zone = /(Z|[+-]\d{2}:\d{2})$/.exec(now)?.[1] ?? 'Z';
  const whole = `${date}T${time}${seconds}${zone}`;
  return { value: whole, reason: Date.parse(whole) > Date.parse(now) ? 'in-the-future' : undefined };
}

/**
 * A positive decimal, its digits kept as typed. A decimal comma is a decimal point, but "1,000" may be a thousand or one:
 * a thousandfold error is not guessed at.
 */
export function typedNumber(text: string | undefined, options: { required?: boolean } = {}): Typed<JsonNumber> {
  const typed = (text ?? '').trim();
  if (typed === '') return { value: undefined, reason: options.required === true ? 'required' : undefined };
  if (/^\d{1,3}(,\d{3})+$/.test(typed)) return { value: undefined, reason: 'ambiguous-number' };
  const written = typed.replace(',', '.');
  if (written.startsWith('-')) return { value: undefined, reason: 'not-positive' };
  if (!/^(0|[1-9]\d{0,8})(\.\d{1,8})?$/.test(written)) return { value: undefined, reason: 'not-a-number' };
  return { value: new JsonNumber(written), reason: Number(written) > 0 ? undefined : 'not-positive' };
}

function isDate(text: string): boolean {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (match === null || text.startsWith('0000')) return false;
  const [, year, month = '01', day = '01'] = match;
  const whole = `${year ?? ''}-${month}-${day}`;
  const time = Date.parse(`${whole}T00:00:00Z`);
  // Date.parse takes 31 February for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(whole);
}

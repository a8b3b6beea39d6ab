/**
 * Dates, ages, counts and sizes in words. A FHIR date stays as exact as it was written: a year is never shown as a day.
 * Pure, but for the locale of the browser.
 */
import { monthNames } from '../../clinical/readable-date.ts';

/** '1970', 'Mar 1970' or '5 Mar 1970', from a FHIR date or dateTime; what is no date is shown as written. */
export function dateInWords(fhirDate: string | undefined): string {
  if (fhirDate === undefined) return '';
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(fhirDate);
  if (match === null) return fhirDate;
  const [, year = '', month, day] = match;
  const monthName = month === undefined ? undefined : monthNames[Number(month) - 1];
  if (monthName === undefined) return year;
  return day === undefined ? `${monthName} ${year}` : `${String(Number(day))} ${monthName} ${year}`;
}

/** Date and time of day where this device is: '5 Mar 2026, 14:07'. */
export function timeInWords(isoTime: string): string {
  const time = new Date(isoTime);
  if (Number.isNaN(time.getTime())) return isoTime;
  const clock = `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
  return `${String(time.getDate())} ${monthNames[time.getMonth()] ?? ''} ${String(time.getFullYear())}, ${clock}`;
}

/** 'today 14:07', 'yesterday 09:30', else date and time. */
export function whenInWords(isoTime: string, now: Date): string {
  const time = new Date(isoTime);
  if (Number.isNaN(time.getTime())) return isoTime;
  const clock = timeInWords(isoTime).slice(-5);
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  return timeInWords(isoTime);
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

/** '42 y', '7 mo', '12 d'; about right when only a year is known ('about 42 y'). */
export function ageInWords(birthDate: string | undefined, now: Date): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birthDate ?? '');
  if (match === null) return '';
  const [, year, month, day] = match;
  const yearsApart = now.getFullYear() - Number(year);
  if (month === undefined) return `about ${String(yearsApart)} y`;
  const monthsApart =
    yearsApart * 12 + now.getMonth() + 1 - Number(month) - (day !== undefined && now.getDate() < Number(day) ? 1 : 0);
  if (monthsApart >= 24) return `${String(Math.floor(monthsApart / 12))} y`;
  if (monthsApart >= 2 || day === undefined) return `${String(Math.max(0, monthsApart))} mo`;
  const days = Math.floor(
    (startOfDay(now) - new Date(Number(year), Number(month) - 1, Number(day)).getTime()) / 86_400_000,
  );
  return `${String(Math.max(0, days))} d`;
}

/** '1 chart', '214 charts', '10,000 charts'. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${groupDigits(number)} ${number === 1 ? one : many}`;
}

export function groupDigits(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 'Clinic A', 'Clinic A and Clinic B', 'Clinic A, Clinic B and 3 more'. */
export function listInWords(items: readonly string[], most = 3): string {
  if (items.length <= 1) return items[0] ?? '';
  const shown = items.slice(0, items.length > most ? most - 1 : most);
  const left = items.length - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${String(left)} more`;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 10 || unit === 0 ? String(Math.round(size)) : size.toFixed(1)} ${units[unit] ?? ''}`;
}

/**
 * FHIR's data types in words, numbers as written: concepts, quantities, periods, names. What may be any of them is read
 * by readable.ts.
 */
import { isArray, isObject, JsonNumber, type JsonObject, type JsonValue } from './json.ts';
import { readDate } from './readable-date.ts';
import { unitWords } from './units.ts';
import { codeWords, systemWords } from './words.ts';

/** A string, code or number element; where it is missing and the record says why, the reason: "(unknown)". */
export function readPrimitive(object: JsonObject, element: string): string {
  const value = object[element];
  if (value !== undefined && value !== null) return simpleWords(value);
  const reason = absentReason(object[`_${element}`]);
  return reason === undefined ? '' : `(${reason})`;
}

/** A coded concept: its text, else a display, else what the code is. Never empty when anything is said. */
export function conceptWords(concept: JsonValue | undefined): string {
  if (isArray(concept)) return joinWords(concept.map(conceptWords), '; ');
  if (!isObject(concept)) return typeof concept === 'string' ? concept : '';
  const text = concept['text'];
  if (typeof text === 'string' && text.trim() !== '') return text;
  const codings = codingsOf(concept);
  const display = codings.map((coding) => coding['display']).find((name) => typeof name === 'string' && name !== '');
  if (typeof display === 'string') return display;
  return joinWords(codings.map(codingWords), ', ') || (absentReason(concept) ?? '');
}

/** The codings of a concept as written: "SNOMED CT 446096008". */
export function conceptCodes(concept: JsonValue | undefined): string {
  if (!isObject(concept)) return '';
  return joinWords(
    codingsOf(concept).map((coding) => {
      const { system, code } = coding;
      if (typeof code !== 'string') return '';
      return typeof system === 'string' ? `${systemWords(system)} ${code}` : code;
    }),
    ', ',
  );
}

export function codingsOf(concept: JsonValue | undefined): readonly JsonObject[] {
  const codings = isObject(concept) ? concept['coding'] : undefined;
  return isArray(codings) ? codings.filter(isObject) : [];
}

export function hasCode(concept: JsonValue | undefined, codes: ReadonlySet<string>): boolean {
  return codingsOf(concept).some(({ code }) => typeof code === 'string' && codes.has(code));
}

/** Why a value is missing, where the standard extension says so. */
export function absentReason(value: JsonValue | undefined): string | undefined {
  if (!isObject(value) || !isArray(value['extension'])) return undefined;
  for (const extension of value['extension'].filter(isObject)) {
    if (extension['url'] !== 'http://hl7.org/fhir/StructureDefinition/data-absent-reason') continue;
    return codeWords(simpleWords(extension['valueCode'] ?? 'unknown'));
  }
  return undefined;
}

export function quantityWords(quantity: JsonObject): string {
  const unit = quantity['unit'] ?? quantity['code'] ?? quantity['currency'];
  const comparator = quantity['comparator'];
  const number = readPrimitive(quantity, 'value');
  return joinWords([simpleWords(comparator) + number, typeof unit === 'string' ? unitWords(unit) : ''], ' ');
}

export function personName(name: JsonObject): string {
  const text = name['text'];
  const parts = [name['prefix'], name['given'], name['family'], name['suffix']];
  const spoken = joinWords(
    parts.flat().map((part) => (typeof part === 'string' ? part : '')),
    ' ',
  );
  return spoken === '' ? simpleWords(text) : spoken;
}

export function joinWords(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part.trim() !== '').join(separator);
}

export function codingWords(coding: JsonObject): string {
  const { display, code, system } = coding;
  if (typeof display === 'string' && display !== '') return display;
  if (typeof code !== 'string') return '';
  if (typeof system === 'string' && system.includes('hl7.org') && !system.includes('/sid/')) return codeWords(code);
  return typeof system === 'string' ? `${systemWords(system)} ${code}` : code;
}

export function rangeWords(range: JsonObject): string {
  const low = amountWords(range['low']);
  const high = amountWords(range['high']);
  const text = simpleWords(range['text']);
  if (low !== '' && high !== '') return `${withoutUnitOf(low, high)} – ${high}`;
  return low !== '' ? `at least ${low}` : high !== '' ? `at most ${high}` : text;
}

/** Of "3.5 mmol/L" the number alone, where what follows it says the same unit. */
function withoutUnitOf(low: string, high: string): string {
  const unit = (words: string): string => words.slice(words.indexOf(' '));
  return low.includes(' ') && high.includes(' ') && unit(low) === unit(high) ? low.slice(0, low.indexOf(' ')) : low;
}

export function periodWords(period: JsonObject): string {
  const start = readPrimitive(period, 'start');
  const end = readPrimitive(period, 'end');
  if (start !== '' && end !== '') return start === end ? start : `${start} – ${withoutDayOf(start, end)}`;
  return start !== '' ? `since ${start}` : end !== '' ? `until ${end}` : '';
}

/** Of "20 Oct 2020, 19:34" the time alone, where what it is compared with lies on the same day and has a time too. */
function withoutDayOf(start: string, end: string): string {
  const [day, time] = end.split(', ');
  return time !== undefined && start.startsWith(`${day ?? ''}, `) ? time : end;
}

export function addressWords(address: JsonObject): string {
  const text = address['text'];
  const parts = ['line', 'city', 'district', 'state', 'postalCode', 'country'].flatMap((part) => address[part]);
  const words = parts.map((part) => simpleWords(part));
  if (typeof text !== 'string' || text === '') return joinWords(words, ', ');
  // A text that says something else than the parts must not hide them.
  const said = text.toLowerCase();
  return joinWords([text, ...words.filter((part) => !said.includes(part.toLowerCase()))], ', ');
}

export function identifierWords(identifier: JsonObject): string {
  const system = identifier['system'];
  const kind = conceptWords(identifier['type']) || (system === 'phone' || system === 'email' ? system : '');
  return joinWords([kind, readPrimitive(identifier, 'value')], ' ');
}

/** A quantity, range, ratio, period or plain number or date: whatever a dose or a bound may be. */
export function amountWords(value: JsonValue | undefined): string {
  if (!isObject(value)) return simpleWords(value);
  if (Object.hasOwn(value, 'numerator')) {
    return joinWords([amountWords(value['numerator']), amountWords(value['denominator'])], ' / ');
  }
  if (Object.hasOwn(value, 'low') || Object.hasOwn(value, 'high')) return rangeWords(value);
  if (Object.hasOwn(value, 'start') || Object.hasOwn(value, 'end')) return periodWords(value);
  return quantityWords(value);
}

/** The value of a choice element, whatever its type: `choiceOf(observation, 'value')`. */
export function choiceOf(object: JsonObject, prefix: string): JsonValue | undefined {
  const element = Object.keys(object).find(
    (name) => name.startsWith(prefix) && /^[A-Z]/.test(name.slice(prefix.length)),
  );
  return element === undefined ? undefined : object[element];
}

/** A string (dates in words), number or boolean; empty for anything else. */
export function simpleWords(value: JsonValue | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return readDate(value)?.words ?? '';
  return value instanceof JsonNumber ? value.text : '';
}

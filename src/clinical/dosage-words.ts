/** A FHIR Dosage in words: its own text when it has one, else put together from its parts, numbers as written. */
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { codeWords } from './words.ts';
import { amountWords, choiceOf, conceptWords, joinWords, readPrimitive, simpleWords } from './datatypes.ts';

export function dosageWords(dosage: JsonObject): string {
  const text = ownText(dosage);
  return text === '' ? joinWords(partsOf(dosage), ', ') : text;
}

/** Its own text, and what its parts say that does not stand in it: the route beside "10 mL bid". */
export function wholeDosageWords(dosage: JsonObject): string {
  const text = ownText(dosage);
  const said = text.toLowerCase();
  const more = joinWords(
    partsOf(dosage).filter((part) => !said.includes(part.toLowerCase())),
    ', ',
  );
  return text === '' || more === '' ? `${text}${more}` : `${text} (${more})`;
}

function ownText({ text }: JsonObject): string {
  return typeof text === 'string' ? text.trim() : '';
}

function partsOf(dosage: JsonObject): readonly string[] {
  return [
    doseWords(dosage['doseAndRate']),
    conceptWords(dosage['method']),
    conceptWords(dosage['route']),
    isObject(dosage['timing']) ? timingWords(dosage['timing']) : '',
    asNeededWords(dosage),
    conceptWords(dosage['site']),
    prefixed('at most ', amountWords(dosage['maxDosePerPeriod'])),
    prefixed('at most ', prefixedEnd(amountWords(dosage['maxDosePerAdministration']), ' at once')),
    conceptWords(dosage['additionalInstruction']),
    readPrimitive(dosage, 'patientInstruction'),
  ];
}

/** Several dosages of one prescription, in their order. */
export function dosagesWords(dosages: JsonValue | undefined): string {
  return isArray(dosages) ? joinWords(dosages.filter(isObject).map(dosageWords), '; then ') : '';
}

function doseWords(doseAndRate: JsonValue | undefined): string {
  const doses = isArray(doseAndRate) ? doseAndRate.filter(isObject) : [];
  return joinWords(
    doses.map((dose) =>
      joinWords([amountWords(choiceOf(dose, 'dose')), prefixed('at ', amountWords(choiceOf(dose, 'rate')))], ' '),
    ),
    ' or ',
  );
}

function asNeededWords(dosage: JsonObject): string {
  if (Object.hasOwn(dosage, 'asNeededCodeableConcept')) {
    return joinWords(['as needed for', conceptWords(dosage['asNeededCodeableConcept'])], ' ');
  }
  return dosage['asNeededBoolean'] === true ? 'as needed' : '';
}

/** UCUM units of time as Timing uses them, one and several. */
const timeUnits: Readonly<Record<string, readonly [string, string]>> = {
  s: ['second', 'seconds'],
  min: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  wk: ['week', 'weeks'],
  mo: ['month', 'months'],
  a: ['year', 'years'],
};
const timesWords: Readonly<Record<string, string>> = { '1': 'once', '2': 'twice' };

function timingWords(timing: JsonObject): string {
  const repeat = timing['repeat'];
  const rhythm = isObject(repeat) ? repeatWords(repeat) : '';
  return joinWords(
    [
      rhythm === '' ? conceptWords(timing['code']) : rhythm,
      isArray(timing['event']) ? joinWords(timing['event'].map(simpleWords), ', ') : '',
    ],
    ', ',
  );
}

function repeatWords(repeat: JsonObject): string {
  const bounds = repeat['boundsDuration'];
  const parts = [
    frequencyWords(repeat),
    daysWords(repeat['dayOfWeek']),
    isArray(repeat['timeOfDay']) ? `at ${joinWords(repeat['timeOfDay'].map(simpleWords), ', ')}` : '',
    isArray(repeat['when']) ? joinWords(repeat['when'].map(whenWords), ', ') : '',
    isObject(bounds) ? prefixed('for ', amountWords(bounds)) : amountWords(choiceOf(repeat, 'bounds')),
    countWords(readPrimitive(repeat, 'count')),
  ];
  return joinWords(parts, ', ');
}

function countWords(count: string): string {
  return count === '' ? '' : count === '1' ? 'one time only' : `${count} times in all`;
}

function frequencyWords(repeat: JsonObject): string {
  const period = readPrimitive(repeat, 'period');
  const unit = timeUnits[readPrimitive(repeat, 'periodUnit')];
  const frequency = spanned(readPrimitive(repeat, 'frequency'), readPrimitive(repeat, 'frequencyMax'));
  if (period === '' || unit === undefined) return frequency === '' ? '' : `${frequency} times`;
  const most = readPrimitive(repeat, 'periodMax');
  const every = period === '1' && most === '' ? unit[0] : `${spanned(period, most)} ${unit[1]}`;
  if (frequency === '' || (frequency === '1' && every !== unit[0])) return `every ${every}`;
  const times = timesWords[frequency] ?? `${frequency} times`;
  return every === unit[0] ? `${times} a ${every}` : `${times} every ${every}`;
}

/** Codes of FHIR's event timings (R4 EventTiming). */
const whenNames: Readonly<Record<string, string>> = {
  MORN: 'in the morning',
  NOON: 'at noon',
  AFT: 'in the afternoon',
  EVE: 'in the evening',
  NIGHT: 'at night',
  HS: 'at bedtime',
  WAKE: 'on waking',
  AC: 'before meals',
  ACM: 'before breakfast',
  ACD: 'before lunch',
  ACV: 'before dinner',
  PC: 'after meals',
  PCM: 'after breakfast',
  PCD: 'after lunch',
  PCV: 'after dinner',
  C: 'with meals',
  CM: 'with breakfast',
  CD: 'with lunch',
  CV: 'with dinner',
};

function whenWords(value: JsonValue): string {
  const code = simpleWords(value);
  return whenNames[code] ?? codeWords(code);
}

const dayNames: Readonly<Record<string, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

function daysWords(days: JsonValue | undefined): string {
  if (!isArray(days)) return '';
  return `on ${joinWords(
    days.map((day) => dayNames[simpleWords(day)] ?? simpleWords(day)),
    ', ',
  )}`;
}

function spanned(low: string, high: string): string {
  return high === '' || high === low ? low : `${low}–${high}`;
}

function prefixed(prefix: string, words: string): string {
  return words === '' ? '' : prefix + words;
}

function prefixedEnd(words: string, suffix: string): string {
  return words === '' ? '' : words + suffix;
}

/**
 * A result entered or corrected by hand. A number keeps its digits; what is no number is kept as words; a limit ("<5") stays one. What
 * is unusual is asked about: no unit, limits the wrong way round, a judgement that its own range contradicts.
 */
import { conceptWords } from '../datatypes.ts';
import { codesOfConcept } from '../fhir-status.ts';
import { isArray, isObject, JsonNumber, textOf, type JsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { resultFlag } from '../views/result-flag.ts';
import { authorOf, changed, clearedChoice, coded, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Elements, FieldReason, Question } from './edit.ts';
import { typedMoment, typedWords } from './typed.ts';

/** All as typed; `judgement` is one of resultJudgements or empty. */
export interface TypedResult {
  readonly test?: string;
  readonly value?: string;
  readonly unit?: string;
  readonly low?: string;
  readonly high?: string;
  readonly judgement?: string;
  readonly when?: string;
  readonly laboratory?: string;
}

/** HL7 v3 ObservationInterpretation. */
const judgements: ReadonlyMap<string, string> = new Map([
  ['N', 'Normal'],
  ['A', 'Abnormal'],
  ['AA', 'Critical abnormal'],
  ['H', 'High'],
  ['HH', 'Critical high'],
  ['L', 'Low'],
  ['LL', 'Critical low'],
]);
export const resultJudgements: readonly (readonly [string, string])[] = [...judgements];

const interpretationSystem = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const categorySystem = 'http://terminology.hl7.org/CodeSystem/observation-category';

export function addResult(act: Act, typed: TypedResult): EditOutcome {
  const test = typedWords(typed.test, { required: true });
  const when = typedMoment(typed.when, act.now);
  const laboratory = typedWords(typed.laboratory);
  const read = readValue(typed);
  const wrong = errors({ test: test.reason, ...read.reasons, when: when.reason, laboratory: laboratory.reason });
  if (wrong !== undefined) return wrong;
  const performer = laboratory.value === undefined ? authorOf(act) : objectOf({ display: laboratory.value });
  const edit = creation(act, 'Observation', {
    status: 'final',
    category: [coded(categorySystem, 'laboratory', 'Laboratory')],
    code: knownCode(act, test.value ?? '') ?? objectOf({ text: test.value }),
    subject: subjectOf(act),
    effectiveDateTime: when.value,
    issued: act.now,
    performer: performer === undefined ? undefined : [performer],
    ...read.elements,
  });
  return { kind: 'edits', section: 'results', edits: [edit], questions: read.questions };
}

/** The value, its range and its judgement are one statement and written together (AM-4). */
export function correctResult(resource: Resource, typed: TypedResult): EditOutcome {
  const read = readValue(typed);
  const wrong = errors(read.reasons);
  if (wrong !== undefined) return wrong;
  const { json } = resource;
  const same = Object.entries(resultToType(resource)).every(
    ([name, text]) => (typed[name as keyof TypedResult] ?? '') === text,
  );
  if (same) return changed(resource, {});
  return changed(
    resource,
    { ...clearedChoice('value', json), dataAbsentReason: undefined, ...emptied, ...read.elements, status: 'corrected' },
    read.questions,
  );
}

const emptied: Elements = { interpretation: undefined, referenceRange: undefined };

/** Only what one field each can hold; of several ranges none is taken for the one. */
export function resultToType({
  json,
}: Resource): Readonly<Record<'value' | 'unit' | 'low' | 'high' | 'judgement', string>> {
  const quantity = json['valueQuantity'];
  const ranges = isArray(json['referenceRange']) ? json['referenceRange'].filter(isObject) : [];
  const [range] = ranges.length === 1 ? ranges : [];
  const interpretation = isArray(json['interpretation']) ? json['interpretation'].flatMap(codesOfConcept) : [];
  return {
    value: isObject(quantity) ? `${textOf(quantity['comparator'])}${numberOf(quantity)}` : wordsOf(json),
    unit: isObject(quantity) ? textOf(quantity['unit'] ?? quantity['code']) : '',
    low: isObject(range?.['low']) ? numberOf(range['low']) : '',
    high: isObject(range?.['high']) ? numberOf(range['high']) : '',
    judgement: interpretation.find((code) => judgements.has(code)) ?? '',
  };
}

function readValue(typed: TypedResult): {
  readonly elements: Elements;
  readonly reasons: Readonly<Record<string, FieldReason | undefined>>;
  readonly questions: readonly Question[];
} {
  const value = typedWords(typed.value, { required: true });
  const unit = typedWords(typed.unit);
  const [low, high] = [decimal(typed.low), decimal(typed.high)];
  const judgement = typed.judgement ?? '';
  const measured = value.value === undefined ? undefined : measurement(value.value);
  const reasons = {
    value: value.reason ?? (measured === 'ambiguous' ? 'ambiguous-number' : undefined),
    unit: unit.reason,
    low: low.reason,
    high: high.reason,
    judgement: judgement === '' || judgements.has(judgement) ? undefined : 'not-offered',
  } as const;
  const units = { unit: unit.value, ...ucum(unit.value) };
  const isNumber = typeof measured === 'object';
  const limits =
    low.value === undefined && high.value === undefined ? undefined : rangeOf(low.value, high.value, units);
  const elements: Elements = {
    ...(isNumber ? { valueQuantity: objectOf({ ...measured, ...units }) } : { valueString: value.value }),
    interpretation: judgement === '' ? undefined : [coded(interpretationSystem, judgement, judgements.get(judgement))],
    referenceRange: limits === undefined ? undefined : [limits],
  };
  const questions: Question[] = [];
  if (isNumber && unit.value === undefined) questions.push('result-without-unit');
  if (Number(low.value?.text) > Number(high.value?.text)) questions.push('range-reversed');
  else if (contradicts(elements, judgement)) questions.push('judged-against-range');
  return { elements, reasons, questions };
}

/** "Normal" for a value outside its own range, or the other direction than the range says. */
function contradicts(elements: Elements, judgement: string): boolean {
  if (judgement === '') return false;
  const byRange = resultFlag(objectOf({ ...elements, interpretation: undefined }))?.direction;
  const said = judgement.startsWith('H') ? 'high' : judgement.startsWith('L') ? 'low' : undefined;
  return byRange !== undefined && (judgement === 'N' || (said !== undefined && said !== byRange));
}

function rangeOf(low: JsonNumber | undefined, high: JsonNumber | undefined, units: Elements): JsonObject {
  return objectOf({
    low: low === undefined ? undefined : objectOf({ value: low, ...units }),
    high: high === undefined ? undefined : objectOf({ value: high, ...units }),
  });
}

/** A number with what FHIR calls a comparator; undefined for words. */
function measurement(text: string): { value: JsonNumber; comparator: string | undefined } | 'ambiguous' | undefined {
  const [, comparator = '', number = ''] = /^(<=|>=|<|>|≤|≥)?\s*(\S+)$/.exec(text) ?? [];
  if (/^-?\d{1,3}(,\d{3})+$/.test(number)) return 'ambiguous';
  const written = number.replace(',', '.');
  if (!/^-?(0|[1-9]\d{0,8})(\.\d{1,8})?$/.test(written)) return undefined;
  const sign = comparator === '≤' ? '<=' : comparator === '≥' ? '>=' : comparator;
  return { value: new JsonNumber(written), comparator: sign === '' ? undefined : sign };
}

function decimal(text: string | undefined): { value: JsonNumber | undefined; reason: FieldReason | undefined } {
  const typed = (text ?? '').trim();
  if (typed === '') return { value: undefined, reason: undefined };
  const read = measurement(typed);
  if (read === 'ambiguous') return { value: undefined, reason: 'ambiguous-number' };
  if (read === undefined || read.comparator !== undefined) return { value: undefined, reason: 'not-a-number' };
  return { value: read.value, reason: undefined };
}

/** Units that are typed as UCUM writes them; others are kept as words. */
const ucumUnits: ReadonlySet<string> = new Set(
  '% /min mmol/L mg/dL g/dL g/L mg/L ug/L ng/mL pg/mL umol/L nmol/L pmol/L mEq/L U/L IU/L kU/L mU/L fL pg mm/h 10*9/L 10*12/L 10*3/uL 10*6/uL mL/min mg/g s ug/dL'.split(
    ' ',
  ),
);

function ucum(unit: string | undefined): Elements {
  return unit !== undefined && ucumUnits.has(unit) ? { system: 'http://unitsofmeasure.org', code: unit } : {};
}

/** The code under which this practice has the test in the chart already: what is typed joins its trend. */
function knownCode({ record }: Act, test: string): JsonObject | undefined {
  const same = record
    .inSection('results')
    .find(({ type, json }) => type === 'Observation' && titleOf(json).toLowerCase() === test.toLowerCase());
  const code = same?.json['code'];
  return isObject(code) ? code : undefined;
}

function wordsOf(json: JsonObject): string {
  const text = json['valueString'];
  return typeof text === 'string' ? text : conceptWords(json['valueCodeableConcept']);
}

function numberOf(quantity: JsonObject): string {
  const { value } = quantity;
  return value instanceof JsonNumber ? value.text : '';
}

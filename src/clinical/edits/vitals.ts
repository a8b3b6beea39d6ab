/**
 * Vital signs taken together: each an Observation of its own, the blood pressure one panel, the body-mass index worked out where weight
 * and height were both taken. Numbers and units are kept as typed. What is unusual is asked about, never refused and never
 * stored unasked.
 */
import { JsonNumber, type JsonObject } from '../json.ts';
import type { SectionEdit } from '../section-edit.ts';
import { convert } from '../ucum.ts';
import { unitWords } from '../units.ts';
import { vitalSpec, type VitalKind } from '../vital-kinds.ts';
import { addBloodPressure } from './blood-pressure.ts';
import { authorOf, coded, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, FieldReason, Question } from './edit.ts';
import { typedMoment, typedNumber } from './typed.ts';

type SingleVital = Exclude<VitalKind, 'systolic' | 'diastolic' | 'bmi'>;

/** In the order of the form. */
export const singleVitals: readonly SingleVital[] = [
  'heart-rate',
  'respiration',
  'temperature',
  'weight',
  'height',
  'oxygen',
  'head-circumference',
];

/** UCUM codes a sign may be typed in, where there is a choice; the first is meant when none is chosen. */
export const vitalUnits: Readonly<Partial<Record<SingleVital, readonly [string, ...string[]]>>> = {
  temperature: ['Cel', '[degF]'],
  weight: ['kg', '[lb_av]'],
  height: ['cm', '[in_i]'],
};

/** `systolic`, `diastolic`, each of singleVitals with `<name>-unit` where there is a choice, and `when`. */
export type TypedVitals = Readonly<Record<string, string>>;

interface ReadVital {
  readonly kind: SingleVital;
  readonly value: JsonNumber;
  readonly unit: string;
}

export function addVitals(act: Act, typed: TypedVitals): EditOutcome {
  const when = typedMoment(typed['when'], act.now);
  const reasons: Record<string, FieldReason | undefined> = { when: when.reason };
  const read: ReadVital[] = [];
  for (const kind of singleVitals) {
    const { value, reason } = typedNumber(typed[kind]);
    const unit = unitOf(kind, typed[`${kind}-unit`]);
    reasons[kind] = reason;
    if (unit === undefined) reasons[`${kind}-unit`] = 'not-offered';
    else if (value !== undefined) read.push({ kind, value, unit });
  }
  const hasPressure = [typed['systolic'], typed['diastolic']].some((side) => (side ?? '').trim() !== '');
  const pressure = hasPressure ? addBloodPressure(act, pressureOf(typed)) : undefined;
  if (pressure?.kind === 'errors') Object.assign(reasons, pressure.errors);
  const isEmpty = !hasPressure && read.length === 0 && Object.values(reasons).every((reason) => reason === undefined);
  if (isEmpty) reasons['systolic'] = 'required';
  const wrong = errors(reasons);
  if (wrong !== undefined) return wrong;
  const index = bodyMassIndex(read);
  const edits: readonly SectionEdit[] = [
    ...(pressure?.kind === 'edits' ? pressure.edits : []),
    ...read.map(({ kind, value, unit }) => observation(act, kind, quantity(value, unit), when.value)),
    ...(index === undefined ? [] : [observation(act, 'bmi', quantity(index, 'kg/m2'), when.value, derivedFrom(act))]),
  ];
  const unusual = [...read, ...(index === undefined ? [] : [{ kind: 'bmi', value: index, unit: 'kg/m2' } as const])];
  const questions = [...(pressure?.kind === 'edits' ? pressure.questions : []), ...unusual.flatMap(questionOf)];
  return { kind: 'edits', section: 'vitals', edits, questions };
}

function pressureOf(typed: TypedVitals) {
  const { systolic = '', diastolic = '', when = '' } = typed;
  return { systolic, diastolic, when };
}

/** Undefined for a unit that is not offered. */
function unitOf(kind: SingleVital, typed: string | undefined): string | undefined {
  const offered = vitalUnits[kind] ?? [vitalSpec(kind).unit];
  return typed === undefined || typed === '' ? offered[0] : offered.find((unit) => unit === typed);
}

function questionOf({ kind, value, unit }: { kind: SingleVital | 'bmi'; value: JsonNumber; unit: string }): Question[] {
  const spec = vitalSpec(kind);
  const number = convert(Number(value.text), unit, spec.unit);
  if (!number.ok) throw new Error(`a unit that is offered for ${kind} is one of it`);
  return number.value < spec.usual.low || number.value > spec.usual.high ? [`${kind}-unusual`] : [];
}

/** kg/m², to one decimal: more is not known from a scale and a rod. */
function bodyMassIndex(read: readonly ReadVital[]): JsonNumber | undefined {
  const [kilograms, metres] = [inUnit(read, 'weight', 'kg'), inUnit(read, 'height', 'm')];
  return kilograms === undefined || metres === undefined
    ? undefined
    : new JsonNumber((kilograms / metres ** 2).toFixed(1));
}

function inUnit(read: readonly ReadVital[], kind: SingleVital, unit: string): number | undefined {
  const found = read.find((vital) => vital.kind === kind);
  const converted = found === undefined ? undefined : convert(Number(found.value.text), found.unit, unit);
  return converted?.ok === true ? converted.value : undefined;
}

/** One act makes several resources; each id is the act's with the name of the sign. */
function idOf(act: Act, kind: VitalKind): string {
  return `${act.id}-${kind}`;
}

function derivedFrom(act: Act): readonly JsonObject[] {
  return (['weight', 'height'] as const).map((kind) => objectOf({ reference: `Observation/${idOf(act, kind)}` }));
}

function quantity(value: JsonNumber, unit: string): JsonObject {
  return objectOf({ value, unit: unitWords(unit), system: 'http://unitsofmeasure.org', code: unit });
}

function observation(
  act: Act,
  kind: VitalKind,
  value: JsonObject,
  when: string | undefined,
  from?: readonly JsonObject[],
): SectionEdit {
  const spec = vitalSpec(kind);
  const author = authorOf(act);
  return creation({ ...act, id: idOf(act, kind) }, 'Observation', {
    status: 'final',
    category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs', 'Vital Signs')],
    code: coded('http://loinc.org', spec.codes[0], spec.label),
    subject: subjectOf(act),
    effectiveDateTime: when,
    issued: act.now,
    performer: author === undefined ? undefined : [author],
    valueQuantity: value,
    derivedFrom: from,
  });
}

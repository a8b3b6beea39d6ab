/** A blood pressure: systolic and diastolic in mmHg, one statement (AM-4). The unusual is asked about, never refused. */
import { componentsOf } from '../views/observation.ts';
import { hasCode } from '../datatypes.ts';
import { JsonNumber, type JsonArray, type JsonObject } from '../json.ts';
import type { Resource } from '../record.ts';
import { vitalSpec } from '../vital-kinds.ts';
import { authorOf, changed, coded, created, creation, errors, objectOf, subjectOf } from './edit.ts';
import type { Act, EditOutcome, Question } from './edit.ts';
import { typedMoment, typedNumber } from './typed.ts';

export interface TypedBloodPressure {
  readonly systolic?: string;
  readonly diastolic?: string;
  /** As `<input type=datetime-local>` gives it, or a date; now when empty. */
  readonly when?: string;
}

const loinc = 'http://loinc.org';
const systolicCode = '8480-6';
const diastolicCode = '8462-4';

export function addBloodPressure(act: Act, typed: TypedBloodPressure): EditOutcome {
  const read = readPressure(typed);
  const when = typedMoment(typed.when, act.now);
  const wrong = errors({ ...read.reasons, when: when.reason });
  if (wrong !== undefined) return wrong;
  const author = authorOf(act);
  const edit = creation(act, 'Observation', {
    status: 'final',
    category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs', 'Vital Signs')],
    code: coded(loinc, '85354-9', 'Blood pressure'),
    subject: subjectOf(act),
    effectiveDateTime: when.value,
    issued: act.now,
    performer: author === undefined ? undefined : [author],
    component: componentsFor(read.systolic, read.diastolic),
  });
  return created(act, edit, [], read.questions);
}

/** The pair anew; other components the resource may hold (a mean pressure) stay. */
export function changeBloodPressure(act: Act, resource: Resource, typed: TypedBloodPressure): EditOutcome {
  const read = readPressure(typed);
  const when = typed.when === undefined ? undefined : typedMoment(typed.when, act.now);
  const wrong = errors({ ...read.reasons, when: when?.reason });
  if (wrong !== undefined) return wrong;
  const replaced = new Set([systolicCode, diastolicCode]);
  const others = componentsOf(resource.json).filter((component) => !hasCode(component['code'], replaced));
  const component: JsonArray = [...componentsFor(read.systolic, read.diastolic), ...others];
  const effective = when?.value === undefined ? {} : { effectiveDateTime: when.value };
  return changed(resource, { component, ...effective }, read.questions);
}

function readPressure(typed: TypedBloodPressure) {
  const systolic = typedNumber(typed.systolic, { required: true });
  const diastolic = typedNumber(typed.diastolic, { required: true });
  const upper = Number(systolic.value?.text);
  const lower = Number(diastolic.value?.text);
  const questions: Question[] = [];
  if (isUnusual('systolic', upper)) questions.push('systolic-unusual');
  if (isUnusual('diastolic', lower)) questions.push('diastolic-unusual');
  if (lower >= upper) questions.push('diastolic-not-below-systolic');
  return {
    systolic: systolic.value ?? new JsonNumber('0'),
    diastolic: diastolic.value ?? new JsonNumber('0'),
    reasons: { systolic: systolic.reason, diastolic: diastolic.reason },
    questions,
  };
}

function isUnusual(side: 'systolic' | 'diastolic', mmHg: number): boolean {
  const { low, high } = vitalSpec(side).usual;
  return mmHg < low || mmHg > high;
}

function componentsFor(systolic: JsonNumber, diastolic: JsonNumber): readonly JsonObject[] {
  return [
    component(systolicCode, 'Systolic blood pressure', systolic),
    component(diastolicCode, 'Diastolic blood pressure', diastolic),
  ];
}

function component(code: string, display: string, value: JsonNumber): JsonObject {
  return objectOf({
    code: coded(loinc, code, display),
    valueQuantity: objectOf({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' }),
  });
}

/**
 * The vital signs that are entered, drawn and compared: what codes mean them, in which unit they are kept, and outside of which
 * limits a typed value is more often a slip than a patient. One table for entry, trends and percentiles.
 */
import { codingsOf } from './datatypes.ts';
import { textOf, type JsonObject } from './json.ts';

export type VitalKind =
  | 'systolic'
  | 'diastolic'
  | 'heart-rate'
  | 'respiration'
  | 'temperature'
  | 'oxygen'
  | 'weight'
  | 'height'
  | 'bmi'
  | 'head-circumference';

interface VitalSpec {
  readonly kind: VitalKind;
  /** LOINC; the first is written, the others are read as the same. */
  readonly codes: readonly [string, ...string[]];
  readonly label: string;
  /** UCUM code that values are kept and compared in. */
  readonly unit: string;
  /** In `unit`. Not alarm limits: inside them a value is taken without a question. docs/clinical-sources.md */
  readonly usual: { readonly low: number; readonly high: number };
}

/** LOINC 2.77; FHIR R4 "Vital Signs" profiles for the first of each. */
export const vitalSpecs: readonly VitalSpec[] = [
  {
    kind: 'systolic',
    codes: ['8480-6'],
    label: 'Systolic blood pressure',
    unit: 'mm[Hg]',
    usual: { low: 60, high: 260 },
  },
  {
    kind: 'diastolic',
    codes: ['8462-4'],
    label: 'Diastolic blood pressure',
    unit: 'mm[Hg]',
    usual: { low: 30, high: 150 },
  },
  { kind: 'heart-rate', codes: ['8867-4'], label: 'Heart rate', unit: '/min', usual: { low: 30, high: 220 } },
  { kind: 'respiration', codes: ['9279-1'], label: 'Respiratory rate', unit: '/min', usual: { low: 6, high: 80 } },
  // 8331-1 is the oral, 8328-7 the axillary, 8332-5 the rectal temperature.
  {
    kind: 'temperature',
    codes: ['8310-5', '8331-1', '8328-7', '8332-5'],
    label: 'Body temperature',
    unit: 'Cel',
    usual: { low: 34, high: 42 },
  },
  // 59408-5 is by pulse oximetry; 2708-6, arterial blood, is what the R4 profile asks for beside it.
  {
    kind: 'oxygen',
    codes: ['59408-5', '2708-6'],
    label: 'Oxygen saturation',
    unit: '%',
    usual: { low: 70, high: 100 },
  },
  {
    kind: 'weight',
    codes: ['29463-7', '3141-9', '8335-2'],
    label: 'Body weight',
    unit: 'kg',
    usual: { low: 0.5, high: 300 },
  },
  {
    kind: 'height',
    codes: ['8302-2', '8306-3', '3137-7', '8308-9'],
    label: 'Body height',
    unit: 'cm',
    usual: { low: 30, high: 230 },
  },
  { kind: 'bmi', codes: ['39156-5'], label: 'Body mass index', unit: 'kg/m2', usual: { low: 8, high: 80 } },
  {
    kind: 'head-circumference',
    codes: ['9843-4', '8287-5'],
    label: 'Head circumference',
    unit: 'cm',
    usual: { low: 20, high: 70 },
  },
];

const specsByCode: ReadonlyMap<string, VitalSpec> = new Map(
  vitalSpecs.flatMap((spec) => spec.codes.map((code) => [code, spec] as const)),
);

export function vitalSpec(kind: VitalKind): VitalSpec {
  const found = vitalSpecs.find((spec) => spec.kind === kind);
  if (found === undefined) throw new Error(`the table has a row for ${kind}`);
  return found;
}

/** Which vital sign an observation or a component of one is, by its LOINC code; undefined for any other. */
export function vitalSpecOf(coded: JsonObject): VitalSpec | undefined {
  for (const { system, code } of codingsOf(coded['code'])) {
    // A code without a system is read as LOINC: no other system's codes look like these.
    const spec = system === undefined || system === 'http://loinc.org' ? specsByCode.get(textOf(code)) : undefined;
    if (spec !== undefined) return spec;
  }
  return undefined;
}

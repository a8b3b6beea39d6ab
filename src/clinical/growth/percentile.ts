/**
 * Where a child's measurement lies among children of the same sex and age: CDC 2000, birth to 20 years. Pure: no clock, no
 * record. Under two years the CDC itself recommends the WHO standard, which is not carried here; so every answer names its
 * reference, and what shows it must say it.
 */
import { err, ok, type Result } from '../../base/result.ts';
import { convert } from '../ucum.ts';
import { cdcBmi } from './cdc-bmi.ts';
import { cdcHeadCircumference, cdcInfantLength, cdcInfantWeight } from './cdc-infants.ts';
import { cdcStature } from './cdc-stature.ts';
import { cdcWeightForLength, cdcWeightForStature } from './cdc-weight-for-length.ts';
import { cdcWeight } from './cdc-weight.ts';
import { lmsAt, lmsTable, valueAtZ, zScore, type LmsTable, type ReferenceSex } from './lms.ts';
import { normalBelow, normalQuantile } from './normal.ts';

/** `height` is length, lying, under two years and stature, standing, from two on. */
export type GrowthMeasure = 'height' | 'weight' | 'bmi' | 'head-circumference' | 'weight-for-height';

interface Reference {
  /** "CDC 2000, stature for age". */
  readonly name: string;
  readonly table: LmsTable;
  /** UCUM code of what is measured. */
  readonly unit: string;
}

export type GrowthReason =
  /** No reference reaches this age, or this length. */
  | 'out-of-range'
  /** Not a positive number. */
  | 'not-a-measurement'
  | 'unknown-unit'
  | 'other-kind'
  /** Weight for height was asked without a height. */
  | 'needs-height';

export interface GrowthPercentile {
  readonly reference: string;
  readonly z: number;
  /** 0 to 100, not rounded. */
  readonly percentile: number;
  /** In the unit of the reference: kg, cm or kg/m2. */
  readonly value: number;
  readonly median: number;
  readonly unit: string;
}

const reference = (name: string, text: string, unit: string): Reference => ({
  name: `CDC 2000, ${name}`,
  table: lmsTable(text),
  unit,
});

const references = {
  length: reference('length for age', cdcInfantLength, 'cm'),
  stature: reference('stature for age', cdcStature, 'cm'),
  infantWeight: reference('weight for age, birth to 3 years', cdcInfantWeight, 'kg'),
  weight: reference('weight for age, 2 to 20 years', cdcWeight, 'kg'),
  bmi: reference('body-mass index for age', cdcBmi, 'kg/m2'),
  head: reference('head circumference for age', cdcHeadCircumference, 'cm'),
  weightForLength: reference('weight for length', cdcWeightForLength, 'kg'),
  weightForStature: reference('weight for stature', cdcWeightForStature, 'kg'),
} as const;

/** Months: from here on a child is measured standing, and the charts from 2 to 20 years hold. */
const standsFromMonths = 24;

function referenceFor(measure: GrowthMeasure, ageMonths: number): Reference {
  const isInfant = ageMonths < standsFromMonths;
  switch (measure) {
    case 'height':
      return isInfant ? references.length : references.stature;
    case 'weight':
      return isInfant ? references.infantWeight : references.weight;
    case 'bmi':
      return references.bmi;
    case 'head-circumference':
      return references.head;
    case 'weight-for-height':
      return isInfant ? references.weightForLength : references.weightForStature;
  }
}

export interface GrowthQuestion {
  readonly measure: GrowthMeasure;
  readonly sex: ReferenceSex;
  /** Exact, as `ageOn` gives it. */
  readonly ageMonths: number;
  readonly value: number;
  /** UCUM code of `value`. */
  readonly unit: string;
  /** For 'weight-for-height' alone: length or stature in centimetres. */
  readonly heightCm?: number;
}

export function growthPercentile(question: GrowthQuestion): Result<GrowthPercentile, GrowthReason> {
  const { measure, sex, ageMonths } = question;
  if (!(question.value > 0 && Number.isFinite(question.value))) return err('not-a-measurement');
  const { name, table, unit } = referenceFor(measure, ageMonths);
  const value = convert(question.value, question.unit, unit);
  if (!value.ok) return value;
  const at = measure === 'weight-for-height' ? question.heightCm : ageMonths;
  if (at === undefined) return err('needs-height');
  const lms = lmsAt(table, sex, at);
  if (!lms.ok) return lms;
  const z = zScore(value.value, lms.value);
  return ok({ reference: name, z, percentile: 100 * normalBelow(z), value: value.value, median: lms.value.m, unit });
}

export interface GrowthCurve {
  readonly percentile: number;
  /** Age in months and the measurement there. */
  readonly points: readonly (readonly [ageMonths: number, value: number])[];
}

export interface GrowthCurves {
  /** The references that the curves are drawn from, in the order of age. */
  readonly references: readonly string[];
  readonly unit: string;
  readonly curves: readonly GrowthCurve[];
}

/**
 * The curves of a growth chart between two ages. Where the reference changes (length to stature, at two years) the
 * curves make the small step that the references make.
 */
export function growthCurves(
  measure: Exclude<GrowthMeasure, 'weight-for-height'>,
  sex: ReferenceSex,
  range: { readonly fromMonths: number; readonly toMonths: number },
  percentiles: readonly number[],
): GrowthCurves {
  const { fromMonths, toMonths } = range;
  const steps = 60; // straight lines between so many ages look like a curve at any width of a screen
  const ages = Array.from({ length: steps + 1 }, (_, step) => fromMonths + (step * (toMonths - fromMonths)) / steps);
  const used = new Map<string, Reference>();
  const curves = percentiles.map((percentile) => ({
    percentile,
    points: ages.flatMap((age) => {
      const from = referenceFor(measure, age);
      const lms = lmsAt(from.table, sex, age);
      const value = lms.ok ? valueAtZ(normalQuantile(percentile / 100), lms.value) : undefined;
      if (value === undefined) return [];
      used.set(from.name, from);
      return [[age, value] as const];
    }),
  }));
  return { references: [...used.keys()], unit: referenceFor(measure, fromMonths).unit, curves };
}

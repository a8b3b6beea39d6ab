/**
 * The measurements of a child with their percentiles: what the growth chart draws and its table lists. Shown while the newest
 * measurement is one of a child; nothing here knows today's date.
 */
import { ageOn, type Age, type AgeReason } from '../growth/age.ts';
import { childPressure, type ChildPressure, type PressureReason } from '../growth/blood-pressure.ts';
import type { ReferenceSex } from '../growth/lms.ts';
import {
  growthPercentile,
  type GrowthMeasure,
  type GrowthPercentile,
  type GrowthReason,
} from '../growth/percentile.ts';
import type { ReadableDate } from '../readable-date.ts';
import type { ChartRecord } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { convert } from '../ucum.ts';
import { vitalSpec, type VitalKind } from '../vital-kinds.ts';
import { vitalPoints, type VitalPoint } from './vital-series.ts';

export type PlottedMeasure = Exclude<GrowthMeasure, 'weight-for-height'>;

export interface ChildMeasurement {
  readonly key: ResourceKey;
  readonly when: ReadableDate;
  readonly age: Age;
  /** In the unit of the reference, where the record's can be converted. */
  readonly value: number | undefined;
  /** As recorded, with its unit. */
  readonly written: string;
  readonly placed: GrowthPercentile | undefined;
  /** Why no percentile is given. */
  readonly reason: GrowthReason | undefined;
}

export interface ChildReading {
  readonly key: ResourceKey;
  readonly when: ReadableDate;
  readonly age: Age;
  readonly written: string;
  readonly placed: ChildPressure | undefined;
  readonly reason: PressureReason | undefined;
}

export interface ChildGrowth {
  readonly sex: ReferenceSex;
  /** Oldest first; measures without a measurement are left out. */
  readonly measures: readonly { readonly measure: PlottedMeasure; readonly points: readonly ChildMeasurement[] }[];
  readonly pressures: readonly ChildReading[];
}

export type NoPercentiles = AgeReason | 'sex-not-given';

/** Months: the charts of growth end at the 20th birthday. */
const childUntilMonths = 240;
/** Days: a height this much older than a blood pressure still says how tall the child is. docs/clinical-sources.md */
const heightHoldsDays = 183;

const measureKinds: readonly (readonly [PlottedMeasure, VitalKind])[] = [
  ['height', 'height'],
  ['weight', 'weight'],
  ['bmi', 'bmi'],
  ['head-circumference', 'head-circumference'],
];

/** Undefined for an adult, or when nothing was measured. A reason where the patient's own data allow no percentile. */
export function childGrowth(record: ChartRecord): ChildGrowth | NoPercentiles | undefined {
  const patient = record.patient?.json;
  const { birthDate, gender } = patient ?? {};
  if (typeof birthDate !== 'string') return undefined;
  const points = vitalPoints(record);
  const newest = points.at(-1);
  if (newest === undefined) return undefined;
  const age = ageOn(birthDate, newest.when.written);
  if (!age.ok) return mayBeChild(birthDate, newest.when.written) ? age.reason : undefined;
  if (age.value.months > childUntilMonths) return undefined;
  if (gender !== 'male' && gender !== 'female') return 'sex-not-given';
  const measures = measureKinds
    .map(([measure, kind]) => ({ measure, points: measurements(measure, kind, points, birthDate, gender) }))
    .filter((group) => group.points.length > 0);
  return { sex: gender, measures, pressures: readings(points, birthDate, gender) };
}

/** By the years alone, for a birth date that is no whole date. */
function mayBeChild(birthDate: string, on: string): boolean {
  return Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4)) <= childUntilMonths / 12;
}

function measurements(
  measure: PlottedMeasure,
  kind: VitalKind,
  points: readonly VitalPoint[],
  birthDate: string,
  sex: ReferenceSex,
): readonly ChildMeasurement[] {
  return points.flatMap((point) => {
    if (point.kind !== kind) return [];
    const age = ageOn(birthDate, point.when.written);
    if (!age.ok) return [];
    const { months: ageMonths } = age.value;
    const placed = growthPercentile({ measure, sex, ageMonths, value: point.number, unit: point.unit });
    const inUnit = convert(point.number, point.unit, vitalSpec(kind).unit);
    return [
      {
        key: point.key,
        when: point.when,
        age: age.value,
        value: inUnit.ok ? inUnit.value : undefined,
        written: point.written,
        placed: placed.ok ? placed.value : undefined,
        reason: placed.ok ? undefined : placed.reason,
      },
    ];
  });
}

function readings(points: readonly VitalPoint[], birthDate: string, sex: ReferenceSex): readonly ChildReading[] {
  return points.flatMap((systolic) => {
    if (systolic.kind !== 'systolic') return [];
    const diastolic = points.find(({ kind, key }) => kind === 'diastolic' && key === systolic.key);
    const age = ageOn(birthDate, systolic.when.written);
    if (diastolic === undefined || !age.ok) return [];
    const height = heightFor(systolic, points);
    const [upper, lower] = [systolic, diastolic].map((point) => convert(point.number, point.unit, 'mm[Hg]'));
    const placed =
      upper?.ok !== true || lower?.ok !== true || height === undefined
        ? undefined
        : childPressure({
            sex,
            ageMonths: age.value.months,
            completedYears: age.value.completedYears,
            heightCm: height,
            systolic: upper.value,
            diastolic: lower.value,
          });
    return [
      {
        key: systolic.key,
        when: systolic.when,
        age: age.value,
        written: `${systolic.written}/${diastolic.written}`,
        placed: placed?.ok === true ? placed.value : undefined,
        reason: placed === undefined ? 'needs-height' : placed.ok ? undefined : placed.reason,
      },
    ];
  });
}

/** The height nearest in time, in centimetres: a child of four grows 7 cm a year. */
function heightFor(reading: VitalPoint, points: readonly VitalPoint[]): number | undefined {
  const apart = (point: VitalPoint) => Math.abs(point.when.sortMs - reading.when.sortMs);
  const heights = points
    .filter((point) => point.kind === 'height' && apart(point) <= heightHoldsDays * 86_400_000)
    .sort((a, b) => apart(a) - apart(b));
  for (const { number, unit } of heights) {
    const cm = convert(number, unit, 'cm');
    if (cm.ok) return cm.value;
  }
  return undefined;
}

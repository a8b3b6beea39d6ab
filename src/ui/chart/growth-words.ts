/** Percentiles, ages and the reasons why there is none, in words. Pure. */
import type { ChildGrowth, NoPercentiles, PlottedMeasure } from '../../clinical/views/child-growth.ts';
import type { Age } from '../../clinical/growth/age.ts';
import type { ChildPressure } from '../../clinical/growth/blood-pressure.ts';
import type { GrowthReason } from '../../clinical/growth/percentile.ts';

export const measureWords: Readonly<Record<PlottedMeasure | 'blood-pressure', string>> = {
  height: 'Height',
  weight: 'Weight',
  bmi: 'Body mass index',
  'head-circumference': 'Head circumference',
  'blood-pressure': 'Blood pressure',
};

/** "< 1st", "12th", "> 99th": never rounded to 0 or 100, which no child is at. */
export function percentileWords(percentile: number): string {
  if (percentile < 1) return '< 1st';
  if (percentile > 99) return '> 99th';
  return ordinal(Math.round(percentile));
}

function ordinal(number: number): string {
  const teens = number % 100 >= 11 && number % 100 <= 13;
  const ending = teens ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th');
  return `${String(number)}${ending}`;
}

/** "5 d", "7 mo", "3 y 2 mo". */
export function childAgeWords({ months, completedYears }: Age): string {
  if (months < 1) return `${String(Math.round(months * 30.4375))} d`;
  if (completedYears < 1) return `${String(Math.floor(months))} mo`;
  const left = Math.min(11, Math.max(0, Math.floor(months - completedYears * 12)));
  return left === 0 ? `${String(completedYears)} y` : `${String(completedYears)} y ${String(left)} mo`;
}

export const noPercentileWords: Readonly<Record<GrowthReason, string>> = {
  'out-of-range': 'no reference for this age',
  'not-a-measurement': 'not a measurement',
  'unknown-unit': 'unit not known',
  'other-kind': 'unit does not fit',
  'needs-height': 'no height within six months',
};

export const noChartWords: Readonly<Record<NoPercentiles, string>> = {
  'not-a-whole-date': 'No percentiles: they need the day of birth, and the day of each measurement.',
  'before-birth': 'No percentiles: the newest measurement is dated before birth. Check the dates.',
  'sex-not-given': 'No percentiles: the references are for girls and for boys, and the chart gives neither.',
};

const rangeNames: Readonly<Record<ChildPressure['range'], string>> = {
  normal: 'Normal range',
  elevated: 'Elevated range',
  'stage-1': 'Stage 1 range',
  'stage-2': 'Stage 2 range',
};

export function pressureRangeWords({ range }: ChildPressure): string {
  return rangeNames[range];
}

/** "≈ 97th / > 99th": what the tables do not give is estimated, and marked so. */
export function pressurePercentiles({ systolic, diastolic }: ChildPressure): string {
  const sides = [systolic, diastolic].map(({ percentile, estimated }) => {
    const words = percentileWords(percentile);
    return estimated && /^\d/.test(words) ? `≈ ${words}` : words;
  });
  return sides.join(' / ');
}

export function sexOfReference(sex: ChildGrowth['sex']): string {
  return sex === 'male' ? 'boys' : 'girls';
}

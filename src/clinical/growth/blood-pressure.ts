/**
 * A child's blood pressure against the AAP guideline of 2017 (Flynn et al.): percentiles from its tables, and the range of
 * its Table 3 that one reading falls into. One reading is no diagnosis: the guideline asks for three visits.
 *
 * The tables give the 50th, 90th and 95th percentile. Between and beyond these a percentile is estimated on the normal curve
 * through them, and says so (`estimated`); below the 50th the tables say nothing at all, and the estimate is the coarser.
 */
import { err, ok, type Result } from '../../base/result.ts';
import { aapBoys, aapGirls } from './aap-2017-pressure.ts';
import { growthPercentile, type GrowthReason } from './percentile.ts';
import type { ReferenceSex } from './lms.ts';
import { normalBelow, normalQuantile } from './normal.ts';

export const aapReference = 'AAP 2017 (Flynn et al.), Tables 4 and 5';

type PressureRange = 'normal' | 'elevated' | 'stage-1' | 'stage-2';

export type PressureReason = GrowthReason;

export interface PressureQuestion {
  readonly sex: ReferenceSex;
  /** Exact, for the height's percentile. */
  readonly ageMonths: number;
  /** Birthdays passed, for the tables. */
  readonly completedYears: number;
  readonly heightCm: number;
  /** mmHg. */
  readonly systolic: number;
  readonly diastolic: number;
}

interface PressureSide {
  /** 0 to 100, not rounded. */
  readonly percentile: number;
  /** True where it is not one that the tables give. */
  readonly estimated: boolean;
  /** mmHg at the 50th, 90th and 95th percentile for this child. */
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
}

export interface ChildPressure {
  readonly reference: string;
  readonly heightPercentile: number;
  /** The height lies outside the 5th to 95th percentile that the tables have columns for: the outermost column is used. */
  readonly heightBeyondTable: boolean;
  readonly systolic: PressureSide;
  readonly diastolic: PressureSide;
  readonly range: PressureRange;
}

const heightColumns = [5, 10, 25, 50, 75, 90, 95].map((percentile) => normalQuantile(percentile / 100));
const [z90, z95] = [normalQuantile(0.9), normalQuantile(0.95)];

interface Row {
  readonly systolic: readonly number[];
  readonly diastolic: readonly number[];
}

/** By age in years and percentile: "3/95". */
function readTable(text: string): ReadonlyMap<string, Row> {
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [age = 0, percentile = 0, ...values] = line.split(' ').map(Number);
        return [`${age}/${percentile}`, { systolic: values.slice(0, 7), diastolic: values.slice(7) }];
      }),
  );
}

const tables: Readonly<Record<ReferenceSex, ReadonlyMap<string, Row>>> = {
  male: readTable(aapBoys),
  female: readTable(aapGirls),
};

/** 1 to 17 years. Fails where the height cannot be placed, or no row is for the age. */
export function childPressure(question: PressureQuestion): Result<ChildPressure, PressureReason> {
  const { sex, ageMonths, completedYears, heightCm, systolic, diastolic } = question;
  if (!(systolic > 0 && diastolic > 0)) return err('not-a-measurement');
  const height = growthPercentile({ measure: 'height', sex, ageMonths, value: heightCm, unit: 'cm' });
  if (!height.ok) return height;
  const rows = [50, 90, 95].map((percentile) => tables[sex].get(`${completedYears}/${percentile}`));
  const side = (name: keyof Row, value: number): PressureSide | undefined => {
    const [p50, p90, p95] = rows.map((row) => (row === undefined ? undefined : atHeight(row[name], height.value.z)));
    if (p50 === undefined || p90 === undefined || p95 === undefined) return undefined;
    return { ...placed(value, p50, p90, p95), p50, p90, p95 };
  };
  const sides = { systolic: side('systolic', systolic), diastolic: side('diastolic', diastolic) };
  if (sides.systolic === undefined || sides.diastolic === undefined) return err('out-of-range');
  const [lowest = 0, highest = 0] = [heightColumns[0], heightColumns.at(-1)];
  return ok({
    reference: aapReference,
    heightPercentile: height.value.percentile,
    heightBeyondTable: height.value.z < lowest || height.value.z > highest,
    systolic: sides.systolic,
    diastolic: sides.diastolic,
    range: rangeOf(question, sides.systolic.p90, sides.systolic.p95, sides.diastolic.p90, sides.diastolic.p95),
  });
}

/** Between two columns in proportion to the height's z-score; beyond the outermost, that one. */
function atHeight(columns: readonly number[], heightZ: number): number | undefined {
  const next = heightColumns.findIndex((z) => z >= heightZ);
  if (next === 0) return columns[0];
  if (next < 0) return columns.at(-1);
  const [from, to] = [heightColumns[next - 1], heightColumns[next]];
  const [low, high] = [columns[next - 1], columns[next]];
  if (from === undefined || to === undefined || low === undefined || high === undefined) return undefined;
  return low + ((heightZ - from) / (to - from)) * (high - low);
}

function placed(value: number, p50: number, p90: number, p95: number): { percentile: number; estimated: boolean } {
  const known = [
    [p50, 50],
    [p90, 90],
    [p95, 95],
  ] as const;
  const exact = known.find(([at]) => at === value);
  if (exact !== undefined) return { percentile: exact[1], estimated: false };
  // The tables are of whole mmHg: the spread is taken as the mean of what the two upper percentiles say.
  const spread = ((p90 - p50) / z90 + (p95 - p50) / z95) / 2;
  return { percentile: 100 * normalBelow((value - p50) / spread), estimated: true };
}

/** Flynn et al. 2017, Table 3. From 13 years on the limits are those of adults. */
function rangeOf(
  { completedYears, systolic, diastolic }: PressureQuestion,
  systolic90: number,
  systolic95: number,
  diastolic90: number,
  diastolic95: number,
): PressureRange {
  const isTeen = completedYears >= 13;
  const limit = (teen: number, child: number) => (isTeen ? teen : Math.min(teen, child));
  const reaches = (systolicLimit: number, diastolicLimit: number) =>
    systolic >= systolicLimit || diastolic >= diastolicLimit;
  if (reaches(limit(140, systolic95 + 12), limit(90, diastolic95 + 12))) return 'stage-2';
  if (reaches(limit(130, systolic95), limit(80, diastolic95))) return 'stage-1';
  // A teenager's diastolic pressure from 80 on is stage 1 already.
  if (reaches(limit(120, systolic90), limit(80, diastolic90))) return 'elevated';
  return 'normal';
}

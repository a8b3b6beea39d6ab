/**
 * Cole's LMS method: at each age, L (skewness), M (median) and S (coefficient of variation) make a measurement a z-score.
 * Between two rows of a table the three are interpolated linearly, as the CDC's own program does (www.cdc.gov/growth-chart-training,
 * "SAS program for CDC growth charts").
 */
import { err, ok, type Result } from '../../base/result.ts';

/** As FHIR's administrative gender says it. A reference exists for two; for others none is assumed. */
export type ReferenceSex = 'male' | 'female';

interface Lms {
  readonly l: number;
  readonly m: number;
  readonly s: number;
}

/** `at`: what the table goes by (age in months, length in centimetres), ascending. */
export interface LmsTable {
  readonly at: readonly number[];
  readonly male: readonly Lms[];
  readonly female: readonly Lms[];
}

/** Reads the tables beside this file: seven numbers a line. */
export function lmsTable(text: string): LmsTable {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const lms = (row: readonly number[], from: number): Lms => {
    const [l, m, s] = row.slice(from, from + 3);
    if (l === undefined || m === undefined || s === undefined || row.some(Number.isNaN)) {
      throw new Error('a row of an LMS table has seven numbers');
    }
    return { l, m, s };
  };
  return {
    at: rows.map(([at]) => at ?? Number.NaN),
    male: rows.map((row) => lms(row, 1)),
    female: rows.map((row) => lms(row, 4)),
  };
}

/** 'out-of-range': the table does not reach there; nothing is extrapolated. */
export function lmsAt(table: LmsTable, sex: ReferenceSex, at: number): Result<Lms, 'out-of-range'> {
  const next = table.at.findIndex((bound) => bound >= at);
  const after = table[sex][next];
  const bound = table.at[next];
  if (after === undefined || bound === undefined) return err('out-of-range');
  if (bound === at) return ok(after);
  const before = table[sex][next - 1];
  const start = table.at[next - 1];
  if (before === undefined || start === undefined) return err('out-of-range');
  const way = (at - start) / (bound - start);
  const between = (a: number, b: number) => a + way * (b - a);
  return ok({ l: between(before.l, after.l), m: between(before.m, after.m), s: between(before.s, after.s) });
}

export function zScore(value: number, { l, m, s }: Lms): number {
  return l === 0 ? Math.log(value / m) / s : ((value / m) ** l - 1) / (l * s);
}

/** The measurement at a z-score; undefined where the curve does not reach (far out, at a strong skewness). */
export function valueAtZ(z: number, { l, m, s }: Lms): number | undefined {
  if (l === 0) return m * Math.exp(s * z);
  const base = 1 + l * s * z;
  return base > 0 ? m * base ** (1 / l) : undefined;
}

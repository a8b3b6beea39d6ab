/** Children's percentiles against the official tables, and the rules of age and units they rest on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ageOn } from '../../../src/clinical/growth/age.ts';
import type { ReferenceSex } from '../../../src/clinical/growth/lms.ts';
import { normalBelow, normalQuantile } from '../../../src/clinical/growth/normal.ts';
import { growthCurves, growthPercentile, type GrowthMeasure } from '../../../src/clinical/growth/percentile.ts';
import { convert } from '../../../src/clinical/ucum.ts';
import { needing, referenceData } from '../../support/reference-data.ts';

const folder = referenceData('growth-bp');

interface OfficialRow {
  readonly sex: ReferenceSex;
  readonly at: number;
  readonly l: number;
  readonly m: number;
  readonly s: number;
  /** "P3" → the measurement there. */
  readonly percentiles: ReadonlyMap<number, number>;
}

function official(file: string): readonly OfficialRow[] {
  const [head = '', ...lines] = readFileSync(join(folder ?? '', file), 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = head.split(',');
  return lines
    .map((line) => line.split(','))
    .filter(([sex]) => sex === '1' || sex === '2')
    .map((cells) => {
      const [sex, at, l, m, s] = cells.map(Number);
      const percentiles = names.flatMap((name, column) => {
        const percentile = /^P(\d+)$/.exec(name)?.[1];
        return percentile === undefined ? [] : [[Number(percentile), Number(cells[column])] as const];
      });
      return {
        sex: sex === 1 ? 'male' : 'female',
        at: at ?? 0,
        l: l ?? 0,
        m: m ?? 0,
        s: s ?? 0,
        percentiles: new Map(percentiles),
      };
    });
}

const files: readonly { file: string; measure: GrowthMeasure; unit: string; from: number; to: number }[] = [
  { file: 'statage.csv', measure: 'height', unit: 'cm', from: 24, to: 240 },
  { file: 'lenageinf.csv', measure: 'height', unit: 'cm', from: 0, to: 23.5 },
  { file: 'wtage.csv', measure: 'weight', unit: 'kg', from: 24, to: 240 },
  { file: 'wtageinf.csv', measure: 'weight', unit: 'kg', from: 0, to: 23.5 },
  { file: 'bmiagerev.csv', measure: 'bmi', unit: 'kg/m2', from: 24, to: 240.5 },
  { file: 'hcageinf.csv', measure: 'head-circumference', unit: 'cm', from: 0, to: 36 },
];

describe('children’s percentiles, CDC 2000', () => {
  it.skipIf(folder === undefined).each(files)(
    needing('every percentile that $file prints is the percentile given for it', 'growth-bp'),
    ({ file, measure, unit, from, to }) => {
      const rows = official(file).filter(({ at }) => at >= from && at <= to);
      let worst = 0;
      let compared = 0;
      for (const { sex, at, percentiles } of rows) {
        for (const [percentile, value] of percentiles) {
          const answer = growthPercentile({ measure, sex, ageMonths: at, value, unit });
          if (!answer.ok) throw new Error(`${file} ${sex} ${at}: ${answer.reason}`);
          worst = Math.max(worst, Math.abs(answer.value.percentile - percentile));
          compared += 1;
        }
      }
      process.stdout.write(
        `${file}: ${compared} percentiles, farthest from the printed one by ${worst.toExponential(1)}\n`,
      );
      expect(compared).toBeGreaterThan(400);
      expect(worst).toBeLessThan(0.001);
    },
  );

  it.skipIf(folder === undefined).each([
    { file: 'wtleninf.csv', ageMonths: 12 },
    { file: 'wtstat.csv', ageMonths: 36 },
  ])(needing('weight for height is that of $file', 'growth-bp'), ({ file, ageMonths }) => {
    for (const { sex, at, m, percentiles } of official(file)) {
      for (const [percentile, value] of percentiles) {
        const question = { measure: 'weight-for-height', sex, ageMonths, value, unit: 'kg', heightCm: at } as const;
        const answer = growthPercentile(question);
        expect(answer.ok && answer.value.percentile).toBeCloseTo(percentile, 3);
        expect(answer.ok && answer.value.median).toBe(m);
      }
    }
  });

  it.skipIf(folder === undefined)(
    needing('between two months the three numbers of the table are taken in proportion', 'growth-bp'),
    () => {
      const [a, b] = official('statage.csv').filter(({ at, sex }) => sex === 'female' && (at === 40.5 || at === 41.5));
      if (a === undefined || b === undefined) throw new Error('the rows are in the file');
      const median = growthPercentile({
        measure: 'height',
        sex: 'female',
        ageMonths: 40.75,
        value: a.m + 0.25 * (b.m - a.m),
        unit: 'cm',
      });
      expect(median.ok && median.value.z).toBeCloseTo(0, 10);
    },
  );

  it('the chart under two years is the one of length, from two on the one of stature, and each answer says which', () => {
    const at = (ageMonths: number) => {
      const answer = growthPercentile({ measure: 'height', sex: 'male', ageMonths, value: 87, unit: 'cm' });
      return answer.ok ? answer.value.reference : answer.reason;
    };
    expect(at(23.99)).toBe('CDC 2000, length for age');
    expect(at(24)).toBe('CDC 2000, stature for age');
    expect(at(240)).toBe('CDC 2000, stature for age');
    expect(at(240.01)).toBe('out-of-range');
    expect(at(-0.1)).toBe('out-of-range');
  });

  it('no body-mass index is placed under two years, and no head beyond three', () => {
    const ask = (measure: GrowthMeasure, ageMonths: number, unit: string) =>
      growthPercentile({ measure, sex: 'female', ageMonths, value: 17, unit }).ok;
    expect(ask('bmi', 23, 'kg/m2')).toBe(false);
    expect(ask('bmi', 24, 'kg/m2')).toBe(true);
    expect(ask('head-circumference', 36.5, 'cm')).toBe(false);
  });

  it('inches and pounds are converted; a weight in centimetres, or in a unit nobody knows, is refused', () => {
    const cm = growthPercentile({ measure: 'height', sex: 'male', ageMonths: 60, value: 109.22, unit: 'cm' });
    const inches = growthPercentile({ measure: 'height', sex: 'male', ageMonths: 60, value: 43, unit: '[in_i]' });
    expect(inches.ok && cm.ok && inches.value.z - cm.value.z).toBeCloseTo(0, 9);
    const weight = (unit: string) =>
      growthPercentile({ measure: 'weight', sex: 'male', ageMonths: 60, value: 40, unit });
    const pounds = weight('[lb_av]');
    expect(pounds.ok && pounds.value.value).toBeCloseTo(18.1436948, 9);
    expect(weight('cm')).toMatchObject({ ok: false, reason: 'other-kind' });
    expect(weight('stone')).toMatchObject({ ok: false, reason: 'unknown-unit' });
    expect(growthPercentile({ measure: 'weight', sex: 'male', ageMonths: 60, value: 0, unit: 'kg' })).toMatchObject({
      reason: 'not-a-measurement',
    });
  });

  it('the curves of a chart are at every age the percentile they are named for', () => {
    const { curves, references } = growthCurves('weight', 'female', { fromMonths: 0, toMonths: 60 }, [3, 50, 97]);
    expect(references).toEqual([
      'CDC 2000, weight for age, birth to 3 years',
      'CDC 2000, weight for age, 2 to 20 years',
    ]);
    for (const { percentile, points } of curves) {
      expect(points.length).toBe(61);
      for (const [ageMonths, value] of points) {
        const answer = growthPercentile({ measure: 'weight', sex: 'female', ageMonths, value, unit: 'kg' });
        expect(answer.ok && answer.value.percentile).toBeCloseTo(percentile, 6);
      }
    }
  });
});

describe('a child’s age', () => {
  it.each([
    ['2024-01-31', '2024-03-01', 30 / 30.4375, 0],
    ['2020-02-29', '2021-02-28', 365 / 30.4375, 0],
    ['2020-02-29', '2021-03-01', 12.0246, 1],
    // Two years by the calendar, 23.98 months of 30.4375 days: the child is two.
    ['2022-03-01', '2024-02-29', 23.98, 1],
    ['2021-03-01', '2023-03-01', 24, 2],
    ['2023-01-06', '2026-01-06T23:30:00-08:00', 36.0082, 3],
    ['2024-05-05', '2024-05-05', 0, 0],
  ])('born %s, measured %s: %d months of 30.4375 days, %d birthdays', (born, on, months, years) => {
    const age = ageOn(born, on);
    expect(age.ok && age.value.months).toBeCloseTo(months, 2);
    expect(age.ok && age.value.completedYears).toBe(years);
  });

  it('is not computed from a year, from a day that never was, or before birth', () => {
    expect(ageOn('2020', '2024-01-01')).toMatchObject({ reason: 'not-a-whole-date' });
    expect(ageOn('2020-05-01', '2024-02')).toMatchObject({ reason: 'not-a-whole-date' });
    expect(ageOn('2023-02-31', '2024-02-01')).toMatchObject({ reason: 'not-a-whole-date' });
    expect(ageOn('2020-05-01', '2020-04-30')).toMatchObject({ reason: 'before-birth' });
  });
});

describe('units', () => {
  it.each([
    [98.6, '[degF]', 'Cel', 37],
    [310.15, 'K', 'Cel', 37],
    [36.5, 'Cel', '[degF]', 97.7],
    [16, 'kPa', 'mm[Hg]', 120.01],
    [5, '[lb_av]', 'kg', 2.26796],
    [1, '[ft_i]', '[in_i]', 12],
    [70, 'beats/minute', '/min', 70],
  ])('%d %s are %s', (value, from, to, expected) => {
    const converted = convert(value, from, to);
    expect(converted.ok && converted.value).toBeCloseTo(expected, 2);
  });
});

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [1.959963984540054, 0.975],
    [-3, 0.0013498980316300933],
    [-6, 9.865876450376981e-10],
  ])('below %d lies %d', (z, part) => {
    expect(normalBelow(z)).toBeCloseTo(part, 12);
    expect(normalBelow(normalQuantile(part))).toBeCloseTo(part, 12);
  });
});

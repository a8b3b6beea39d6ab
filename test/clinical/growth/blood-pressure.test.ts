/** Blood pressure of children against the AAP's tables and against the answers of a calculator nobody here wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ageOn } from '../../../src/clinical/growth/age.ts';
import { childPressure, type PressureQuestion } from '../../../src/clinical/growth/blood-pressure.ts';
import { growthCurves, growthPercentile } from '../../../src/clinical/growth/percentile.ts';
import type { ReferenceSex } from '../../../src/clinical/growth/lms.ts';
import { needing, referenceData } from '../../support/reference-data.ts';

const folder = referenceData('growth-bp');
const read = (file: string) =>
  readFileSync(join(folder ?? '', file), 'utf8')
    .trim()
    .split(/\r?\n/);

/** The height at a percentile, from the curve through it. */
function heightAt(sex: ReferenceSex, ageMonths: number, percentile: number): number {
  const range = { fromMonths: ageMonths, toMonths: ageMonths };
  const height = growthCurves('height', sex, range, [percentile]).curves[0]?.points[0]?.[1];
  if (height === undefined) throw new Error('the reference reaches this age');
  return height;
}

describe('children’s blood pressure, AAP 2017', () => {
  it.skipIf(folder === undefined).each([
    ['male', 'flynn2017_bp_boys.dat'],
    ['female', 'flynn2017_bp_girls.dat'],
  ] as const)(needing('every cell of the table for the %s sex is met', 'growth-bp'), (sex, file) => {
    let cells = 0;
    for (const line of read(file).slice(1)) {
      const [age = 0, percentile = 0, ...values] = line.split(/\s+/).map(Number);
      const ageMonths = age * 12;
      for (const [column, heightPercentile] of [5, 10, 25, 50, 75, 90, 95].entries()) {
        const heightCm = heightAt(sex, ageMonths, heightPercentile);
        const [systolic = 0, diastolic = 0] = [values[column], values[column + 7]];
        const answer = childPressure({ sex, ageMonths, completedYears: age, heightCm, systolic, diastolic });
        if (!answer.ok) throw new Error(`${file} ${age}: ${answer.reason}`);
        const key = `p${percentile}` as 'p50' | 'p90' | 'p95';
        expect(answer.value.systolic[key]).toBeCloseTo(systolic, 6);
        expect(answer.value.diastolic[key]).toBeCloseTo(diastolic, 6);
        cells += 2;
      }
    }
    expect(cells).toBe(17 * 3 * 14);
  });

  /*
   * The calculator (Baylor College of Medicine, cases of pedbp) has its own regression for every percentile, the AAP's tables have
   * three. Its answers for rows that say "Male" are those for a girl: the heights' z-scores there are a girl's to the last digit
   * (14 years, 163.5 cm: +0.48 of a girl, −0.04 of a boy), so these rows are asked as what they are.
   */
  it.skipIf(folder === undefined)(
    needing('the calculator’s heights are met, and its pressures nearly', 'growth-bp'),
    () => {
      const [, ...lines] = read('baylor-bp-cases.csv');
      const farthest = { upper: 0, lower: 0 };
      for (const line of lines) {
        const cells = line.replaceAll('"', '').split(',');
        const [, born = '', measured = ''] = cells;
        const [heightCm = 0, systolic = 0, diastolic = 0, z = 0, heightPercentile = 0, sbp = 0, dbp = 0] = cells
          .slice(6, 13)
          .map(Number);
        const age = ageOn(born, measured);
        if (!age.ok) throw new Error(age.reason);
        const { months: ageMonths, completedYears } = age.value;
        const height = growthPercentile({ measure: 'height', sex: 'female', ageMonths, value: heightCm, unit: 'cm' });
        expect(height.ok && Math.abs(height.value.z - z), line).toBeLessThan(0.0151);
        expect(height.ok && Math.abs(height.value.percentile - heightPercentile), line).toBeLessThan(0.5);
        const question = { sex: 'female', ageMonths, completedYears, heightCm, systolic, diastolic } as const;
        const answer = childPressure(question);
        if (!answer.ok) throw new Error(answer.reason);
        for (const [ours, theirs] of [
          [answer.value.systolic.percentile, sbp],
          [answer.value.diastolic.percentile, dbp],
        ] as const) {
          const part = theirs >= 90 ? 'upper' : 'lower';
          farthest[part] = Math.max(farthest[part], Math.abs(ours - theirs));
        }
      }
      const words = `from the 90th percentile up by at most ${farthest.upper.toFixed(1)}, below by ${farthest.lower.toFixed(1)}`;
      process.stdout.write(`blood pressure of ${lines.length} calculated cases: ${words}\n`);
      expect(farthest.upper).toBeLessThan(4);
      expect(farthest.lower).toBeLessThan(7);
    },
  );

  const child: PressureQuestion = {
    sex: 'male',
    ageMonths: 60,
    completedYears: 5,
    heightCm: 108.9,
    systolic: 94,
    diastolic: 50,
  };
  const ranges = (more: Partial<PressureQuestion>) => {
    const answer = childPressure({ ...child, ...more });
    return answer.ok ? answer.value.range : answer.reason;
  };

  it('a reading is named by the range of Table 3: under 13 years by percentiles, from 13 on by the limits of adults', () => {
    expect(ranges({})).toBe('normal');
    expect(ranges({ systolic: 107 })).toBe('elevated');
    expect(ranges({ systolic: 112 })).toBe('stage-1');
    expect(ranges({ systolic: 124 })).toBe('stage-2');
    expect(ranges({ diastolic: 82 })).toBe('stage-2');
    // Tall at twelve: 121 is under the 90th percentile (122), but what is elevated in an adult is so in a child.
    const tall = { ageMonths: 12 * 12, completedYears: 12, heightCm: 168 };
    expect(ranges({ ...tall, systolic: 121 })).toBe('elevated');
    const teen = { ageMonths: 13 * 12, completedYears: 13, heightCm: 156 };
    expect(ranges({ ...teen, systolic: 119, diastolic: 79 })).toBe('normal');
    expect(ranges({ ...teen, systolic: 120, diastolic: 79 })).toBe('elevated');
    expect(ranges({ ...teen, systolic: 119, diastolic: 80 })).toBe('stage-1');
    expect(ranges({ ...teen, systolic: 140, diastolic: 70 })).toBe('stage-2');
  });

  it('says when a percentile is an estimate and when the height lies beyond the table, and refuses what no row is for', () => {
    const tall = childPressure({ ...child, heightCm: 130, systolic: 101 });
    expect(tall).toMatchObject({ ok: true, value: { heightBeyondTable: true, systolic: { estimated: true } } });
    const median = childPressure({ ...child, heightCm: heightAt('male', 60, 50), systolic: 94 });
    expect(median).toMatchObject({ ok: true, value: { systolic: { percentile: 50, estimated: false } } });
    expect(ranges({ ageMonths: 11, completedYears: 0, heightCm: 74 })).toBe('out-of-range');
    expect(ranges({ ageMonths: 18 * 12, completedYears: 18, heightCm: 176 })).toBe('out-of-range');
    expect(ranges({ systolic: 0 })).toBe('not-a-measurement');
  });
});

/** The measurements of a child in a chart, with their percentiles and the reasons where there is none. */
import { describe, expect, it } from 'vitest';
import { childGrowth } from '../../../src/clinical/views/child-growth.ts';
import { vitalSeries } from '../../../src/clinical/views/vital-series.ts';
import { Chart, type Example } from '../support.ts';

const child = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '2020-01-06' };
const vital = (id: string, code: string, date: string, value: number, unit: string): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code }] },
  effectiveDateTime: date,
  valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
});
const pressure = (id: string, panel: string, date: string, systolic: number, diastolic: number): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: panel }] },
  effectiveDateTime: date,
  component: [
    ['8480-6', systolic],
    ['8462-4', diastolic],
  ].map(([code, value]) => ({
    code: { coding: [{ system: 'http://loinc.org', code }] },
    valueQuantity: { value, unit: 'mmHg', code: 'mm[Hg]' },
  })),
});

describe('a child’s growth', () => {
  it('height in inches and in centimetres lie on one line, each with its percentile', () => {
    const growth = childGrowth(
      Chart.of(
        child,
        vital('a', '8302-2', '2023-01-06', 93.63, 'cm'),
        vital('b', '3137-7', '2024-01-06', 39.7, '[in_i]'),
      ).record,
    );
    if (growth === undefined || typeof growth === 'string') throw new Error('a child has a chart');
    const [height] = growth.measures;
    expect(height?.points.map(({ value, written }) => [value?.toFixed(1), written])).toEqual([
      ['93.6', '93.63'],
      ['100.8', '39.7'],
    ]);
    expect(height?.points.map(({ placed }) => Math.round(placed?.percentile ?? 0))).toEqual([47, 51]);
  });

  it('a blood pressure under either code is placed by the height nearest to it, within six months; without one it says so', () => {
    const { record } = Chart.of(
      child,
      vital('h', '8302-2', '2024-01-06', 100.5, 'cm'),
      pressure('old', '55284-4', '2024-02-01', 95, 55),
      pressure('new', '85354-9', '2024-06-01', 95, 55),
      pressure('late', '85354-9', '2025-01-06', 95, 55),
    );
    const growth = childGrowth(record);
    if (growth === undefined || typeof growth === 'string') throw new Error('a child has a chart');
    expect(growth.pressures.map(({ placed, reason }) => placed?.range ?? reason)).toEqual([
      'normal',
      'normal',
      'needs-height',
    ]);
    const lines = vitalSeries(record).map(({ label, points }) => [label, points.length]);
    expect(lines).toEqual([
      ['Systolic blood pressure', 3],
      ['Diastolic blood pressure', 3],
      ['Body height', 1],
    ]);
  });

  it('an adult has no growth chart, and a child without a day of birth or a sex that a reference exists for is told why', () => {
    const at = (patient: object, date: string) =>
      childGrowth(Chart.of({ ...child, ...patient }, vital('a', '8302-2', date, 100, 'cm')).record);
    expect(at({}, '2040-01-07')).toBeUndefined();
    expect(at({ birthDate: '2020' }, '2024-01-06')).toBe('not-a-whole-date');
    expect(at({ birthDate: '1950' }, '2024-01-06')).toBeUndefined();
    expect(at({ gender: 'other' }, '2024-01-06')).toBe('sex-not-given');
  });

  it('a measurement in a unit that nobody knows stays in the table, without a percentile', () => {
    const growth = childGrowth(Chart.of(child, vital('a', '29463-7', '2024-01-06', 2.5, 'stone')).record);
    expect(growth).toMatchObject({ measures: [{ points: [{ value: undefined, reason: 'unknown-unit' }] }] });
  });
});

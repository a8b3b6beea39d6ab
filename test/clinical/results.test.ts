/** Results: flagged by their own range or their laboratory, corrected ones, and one test through time. */
import { describe, expect, it } from 'vitest';
import { resultFlag } from '../../src/clinical/views/result-flag.ts';
import { resultSeries } from '../../src/clinical/views/result-series.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import { vitalPoints } from '../../src/clinical/views/vital-series.ts';
import { Chart, json, type Example } from './support.ts';

const range = (low: number, high: number, unit = 'mmol/L') => [
  { low: { value: low, unit }, high: { value: high, unit } },
];
const flagOf = (value: object, more: object = {}) =>
  resultFlag(json({ resourceType: 'Observation', valueQuantity: { unit: 'mmol/L', ...value }, ...more }));

describe('a result is flagged against its own reference range', () => {
  it.each([
    [3.4, 'low'],
    [3.5, undefined],
    [5, undefined],
    [5.1, 'high'],
  ])('%d of 3.5 to 5.0: %s', (value, direction) => {
    expect(flagOf({ value }, { referenceRange: range(3.5, 5) })?.direction).toBe(direction);
  });

  it('without a range, with several, with one for a group of people, or with one in a unit that cannot be converted: no flag', () => {
    expect(flagOf({ value: 99 })).toBeUndefined();
    expect(flagOf({ value: 99 }, { referenceRange: [...range(1, 2), ...range(3, 4)] })).toBeUndefined();
    const forMen = [{ ...range(1, 2)[0], appliesTo: [{ text: 'Male' }] }];
    expect(flagOf({ value: 99 }, { referenceRange: forMen })).toBeUndefined();
    expect(
      flagOf({ value: 99 }, { referenceRange: [{ ...range(1, 2)[0], age: { low: { value: 60 } } }] }),
    ).toBeUndefined();
    expect(flagOf({ value: 99 }, { referenceRange: range(1, 2, 'mg/dL') })).toBeUndefined();
    expect(flagOf({ value: 99 }, { referenceRange: [{ text: 'up to 5' }] })).toBeUndefined();
  });

  it('a limit in another unit of the same kind is converted', () => {
    const kilograms = { value: 80, unit: 'kg' };
    expect(flagOf(kilograms, { referenceRange: range(50_000, 70_000, 'g') })?.direction).toBe('high');
  });

  it('“less than” is low only if everything below is', () => {
    const referenceRange = range(3, 5);
    expect(flagOf({ value: 3, comparator: '<' }, { referenceRange })?.direction).toBe('low');
    expect(flagOf({ value: 4, comparator: '<' }, { referenceRange })).toBeUndefined();
    expect(flagOf({ value: 5, comparator: '>' }, { referenceRange })?.direction).toBe('high');
    expect(flagOf({ value: 5, comparator: '>=' }, { referenceRange })).toBeUndefined();
  });

  it('the laboratory’s judgement goes first, and its “normal” does not silence a value outside its own range', () => {
    const judged = (code: string) => ({ interpretation: [{ coding: [{ code }] }], referenceRange: range(3, 5) });
    expect(flagOf({ value: 4 }, judged('LL'))).toEqual({ direction: 'low', critical: true, by: 'laboratory' });
    expect(flagOf({ value: 9 }, judged('N'))).toEqual({ direction: 'high', critical: false, by: 'range' });
    expect(flagOf({ value: 4 }, judged('N'))).toBeUndefined();
  });
});

const potassium = (id: string, date: string, value: number, more: object = {}): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
  effectiveDateTime: date,
  valueQuantity: { value, unit: 'mmol/L' },
  ...more,
});

describe('corrected results and trends', () => {
  const replaces = (id: string) => ({
    status: 'corrected',
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
        valueReference: { reference: `Observation/${id}` },
      },
    ],
  });
  const { record } = Chart.of(
    potassium('a', '2022-01-01', 4.1, { referenceRange: range(3.5, 5) }),
    potassium('wrong', '2023-01-01', 7.9, { referenceRange: range(3.5, 5) }),
    potassium('right', '2023-01-01', 3.9, { ...replaces('wrong'), referenceRange: range(3.6, 5.2) }),
    potassium('error', '2024-01-01', 44, { status: 'entered-in-error' }),
    potassium('other', '2024-01-01', 16, { valueQuantity: { value: 16, unit: 'mg/dL' } }),
    potassium('below', '2024-01-01', 1, { valueQuantity: { value: 1, unit: 'mmol/L', comparator: '<' } }),
  );

  it('a corrected result supersedes, and the old one stays in the list, marked', () => {
    const rows = new Map(resultRows(record).map((row) => [row.key, row]));
    expect(rows.get('Observation/wrong')).toMatchObject({ replacedBy: 'Observation/right', value: '7.9 mmol/L' });
    expect(rows.get('Observation/right')).toMatchObject({ corrected: true, replacedBy: undefined });
    expect(rows.get('Observation/error')?.flag).toBeUndefined();
  });

  it('a correction that was itself entered in error replaces nothing: what it named stands again', () => {
    const withdrawn = Chart.of(
      potassium('first', '2023-01-01', 7.9),
      potassium('second', '2023-01-01', 3.9, { ...replaces('first'), status: 'entered-in-error' }),
    );
    const rows = new Map(resultRows(withdrawn.record).map((row) => [row.key, row]));
    expect(rows.get('Observation/first')?.replacedBy).toBeUndefined();
    expect(resultSeries(withdrawn.record, 'Observation/first')?.points).toHaveLength(1);
  });

  it('a measurement that was replaced is on no line', () => {
    const weight = (id: string, value: number, more: object = {}): Example =>
      potassium(id, '2023-01-01', 0, {
        category: [{ coding: [{ code: 'vital-signs' }] }],
        code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }], text: 'Weight' },
        valueQuantity: { value, unit: 'kg' },
        ...more,
      });
    const { record: weighed } = Chart.of(weight('wrong', 17), weight('right', 71, replaces('wrong')));
    expect(vitalPoints(weighed).map(({ number }) => number)).toEqual([71]);
  });

  it('a trend has one test in one unit, without what was replaced, was in error or is no plain number', () => {
    const series = resultSeries(record, 'Observation/a');
    expect(series?.points.map(({ key, number }) => [key, number])).toEqual([
      ['Observation/a', 4.1],
      ['Observation/right', 3.9],
    ]);
    expect(series?.range).toEqual({ low: 3.6, high: 5.2 });
    expect(resultSeries(record, 'Observation/below')).toBeUndefined();
  });
});

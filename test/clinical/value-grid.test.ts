/** Results and vital signs by day: what stands in one row, what is kept apart, and what is left to the list. */
import { describe, expect, it } from 'vitest';
import { resultSeries } from '../../src/clinical/views/result-series.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import { resultGrid, vitalGrid, type GridRow, type ValueGrid } from '../../src/clinical/views/value-grid.ts';
import { Chart, type Example } from './support.ts';

const loinc = (code: string, text: string) => ({ coding: [{ system: 'http://loinc.org', code }], text });
const observation = (id: string, date: string, more: object): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'laboratory', display: 'Laboratory' }] }],
  effectiveDateTime: date,
  ...more,
});
const potassium = (id: string, date: string, value: number, more: object = {}): Example =>
  observation(id, date, { code: loinc('2823-3', 'Potassium'), valueQuantity: { value, unit: 'mmol/L' }, ...more });
const vital = (id: string, date: string, more: object): Example =>
  observation(id, date, { category: [{ coding: [{ code: 'vital-signs' }] }], ...more });
const range = (low: number, high: number) => [{ low: { value: low }, high: { value: high } }];

const rowsOf = (grid: ValueGrid): readonly GridRow[] => grid.groups.flatMap(({ rows }) => rows);
const daysOf = (grid: ValueGrid): readonly string[] => grid.days.map(({ words }) => words);
/** "2023-01-01: 4.1, 4.3". */
const written = ({ values }: GridRow): readonly string[] =>
  [...values].map(([day, list]) => `${day}: ${list.map(({ words }) => words).join(', ')}`);
const only = (grid: ValueGrid): GridRow => {
  const [row, ...others] = rowsOf(grid);
  if (row === undefined || others.length > 0) throw new Error(`${String(others.length + 1)} rows`);
  return row;
};

describe('results by day', () => {
  it('a test is one row and a day one column, the newest first; two values of a day share its cell, the newest first', () => {
    const { record } = Chart.of(
      potassium('a', '2022-01-01', 4.1),
      potassium('b', '2023-03-04T07:10:00Z', 4.3),
      potassium('c', '2023-03-04T18:30:00Z', 4),
    );
    const grid = resultGrid(record);
    expect(daysOf(grid)).toEqual(['4 Mar 2023', '1 Jan 2022']);
    expect(written(only(grid))).toEqual(['2023-03-04: 4, 4.3', '2022-01-01: 4.1']);
    expect(only(grid).unit).toBe('mmol/L');
    expect(
      only(grid)
        .values.get('2023-03-04')
        ?.map(({ time }) => time),
    ).toEqual(['18:30', '07:10']);
  });

  it('each value is flagged against its own range, and none without one', () => {
    const { record } = Chart.of(
      potassium('a', '2022-01-01', 5.2, { referenceRange: range(3.5, 5) }),
      potassium('b', '2023-01-01', 5.2, { referenceRange: range(3.5, 5.5) }),
      potassium('c', '2024-01-01', 9),
      potassium('d', '2025-01-01', 6.9, {
        referenceRange: range(3.5, 5),
        interpretation: [{ coding: [{ code: 'HH' }] }],
      }),
    );
    const flags = [...only(resultGrid(record)).values].map(([day, [value]]) => [
      day.slice(0, 4),
      value?.flag?.direction,
      value?.flag?.critical,
    ]);
    expect(flags).toEqual([
      ['2025', 'high', true],
      ['2024', undefined, undefined],
      ['2023', undefined, undefined],
      ['2022', 'high', false],
    ]);
  });

  it('two units of one test are two rows, a number without a unit a third; words stand with the newest numbers', () => {
    const { record } = Chart.of(
      potassium('a', '2022-01-01', 4.1),
      potassium('b', '2023-01-01', 16, { valueQuantity: { value: 16, unit: 'mg/dL' } }),
      potassium('c', '2024-01-01', 4, { valueQuantity: { value: 4 } }),
      potassium('d', '2021-01-01', 0, { valueQuantity: undefined, valueString: 'haemolysed' }),
    );
    const rows = rowsOf(resultGrid(record));
    expect(rows.map((row) => [row.unit, written(row)])).toEqual([
      ['', ['2024-01-01: 4', '2021-01-01: haemolysed']],
      ['mg/dL', ['2023-01-01: 16']],
      ['mmol/L', ['2022-01-01: 4.1']],
    ]);
  });

  it('two codes of one name are two rows, and so is what is qualified or names another patient', () => {
    const { record } = Chart.of(
      { resourceType: 'Patient', id: 'p' },
      potassium('a', '2022-01-01', 4.1, { subject: { reference: 'Patient/p' } }),
      potassium('b', '2022-01-01', 4.2, { code: loinc('6298-4', 'Potassium') }),
      potassium('c', '2022-01-01', 4.3, { subject: { reference: 'Patient/somebody-else' } }),
      potassium('d', '2022-01-01', 4.4, { modifierExtension: [{ url: 'http://x.org/denied', valueBoolean: true }] }),
    );
    const rows = rowsOf(resultGrid(record));
    expect(rows).toHaveLength(4);
    expect(rows.every(({ values }) => values.get('2022-01-01')?.length === 1)).toBe(true);
    expect(rows.filter(({ label }) => label.includes('names another patient'))).toHaveLength(1);
    expect(rows.filter(({ label }) => label.includes('qualified'))).toHaveLength(1);
  });

  it('what a correction replaces stands beside it, marked and without a flag', () => {
    const { record } = Chart.of(
      potassium('wrong', '2023-01-01', 7.9, { referenceRange: range(3.5, 5) }),
      potassium('right', '2023-01-01', 3.9, {
        referenceRange: range(3.5, 5),
        status: 'corrected',
        extension: [
          {
            url: 'http://hl7.org/fhir/StructureDefinition/observation-replaces',
            valueReference: { reference: 'Observation/wrong' },
          },
        ],
      }),
    );
    const values = only(resultGrid(record)).values.get('2023-01-01') ?? [];
    expect(values.map(({ words, corrected, replaced, flag }) => [words, corrected, replaced, flag])).toEqual(
      expect.arrayContaining([
        ['7.9', false, true, undefined],
        ['3.9', true, false, undefined],
      ]),
    );
  });

  it('tests are gathered by the newest panel that names them, in its order; others by their category', () => {
    const { record } = Chart.of(
      observation('na', '2023-01-01', {
        code: loinc('2951-2', 'Sodium'),
        valueQuantity: { value: 140, unit: 'mmol/L' },
      }),
      potassium('k', '2023-01-01', 4),
      potassium('k-alone', '2024-01-01', 4.4),
      observation('crp', '2023-01-01', { code: loinc('1988-5', 'CRP'), valueQuantity: { value: 3, unit: 'mg/L' } }),
      {
        resourceType: 'DiagnosticReport',
        id: 'panel',
        status: 'final',
        code: loinc('24326-1', 'Electrolytes'),
        effectiveDateTime: '2023-01-01',
        result: [{ reference: 'Observation/na' }, { reference: 'Observation/k' }],
      },
    );
    const grid = resultGrid(record);
    expect(grid.groups.map(({ title, rows }) => [title, rows.map(({ label }) => label)])).toEqual([
      ['Electrolytes', ['Sodium', 'Potassium']],
      ['Laboratory', ['CRP']],
    ]);
    // The report itself has no value; it is said, not dropped.
    expect(grid.leftOut).toEqual({ withoutValue: 1, inError: 0 });
  });

  it('parts of one observation are rows of its panel, each with its own range', () => {
    const { record } = Chart.of(
      observation('count', '2023-01-01', {
        code: loinc('58410-2', 'Blood count'),
        component: [
          {
            code: loinc('718-7', 'Haemoglobin'),
            valueQuantity: { value: 9, unit: 'g/dL' },
            referenceRange: range(12, 16),
          },
          { code: loinc('777-3', 'Platelets'), valueQuantity: { value: 250, unit: '10*3/uL' } },
        ],
      }),
    );
    const [group] = resultGrid(record).groups;
    expect(group?.title).toBe('Blood count');
    expect(
      group?.rows.map(({ label, unit, values }) => [label, unit, values.get('2023-01-01')?.[0]?.flag?.direction]),
    ).toEqual([
      ['Haemoglobin', 'g/dL', 'low'],
      ['Platelets', '10³/µL', undefined],
    ]);
  });

  it('what was entered in error is counted and not shown; what has no date comes last', () => {
    const { record } = Chart.of(
      potassium('a', '2022-01-01', 4.1),
      potassium('b', '2023-01-01', 9.9, { status: 'entered-in-error' }),
      potassium('c', '', 4.2, { effectiveDateTime: undefined }),
      potassium('d', '2022', 4.5),
    );
    const grid = resultGrid(record);
    expect(grid.leftOut).toEqual({ withoutValue: 0, inError: 1 });
    expect(daysOf(grid)).toEqual(['1 Jan 2022', '2022', '']);
    expect(written(only(grid))).toEqual(expect.arrayContaining(['2022: 4.5', '2022-01-01: 4.1', ': 4.2']));
  });

  it('a number written as words stands beside no unit: nobody said that it is one', () => {
    const glucose = (id: string, date: string, more: object): Example =>
      observation(id, date, { code: loinc('2345-7', 'Glucose'), ...more });
    const { record } = Chart.of(
      glucose('a', '2024-01-01', { valueQuantity: { value: 5.3, unit: 'mmol/L' } }),
      glucose('b', '2023-04-01', { valueString: '95' }),
      glucose('c', '2023-03-01', { valueString: '> 200' }),
      glucose('d', '2023-02-01', { valueInteger: 96 }),
      glucose('e', '2023-01-01', { valueString: 'haemolysed' }),
    );
    expect(rowsOf(resultGrid(record)).map((row) => [row.unit, written(row)])).toEqual([
      ['mmol/L', ['2024-01-01: 5.3', '2023-01-01: haemolysed']],
      ['', ['2023-04-01: 95', '2023-03-01: > 200', '2023-02-01: 96']],
    ]);
  });

  it('a code of no system is one laboratory’s own: two tests that share it are two rows', () => {
    const local = (id: string, text: string, value: number): Example =>
      observation(id, '2024-01-01', {
        code: { coding: [{ code: '1' }], text },
        valueQuantity: { value, unit: 'mmol/L' },
      });
    const { record } = Chart.of(local('a', 'Sodium', 140), local('b', 'Potassium', 4.1), local('c', 'Sodium', 139));
    expect(rowsOf(resultGrid(record)).map((row) => [row.label, written(row)])).toEqual([
      ['Potassium', ['2024-01-01: 4.1']],
      ['Sodium', ['2024-01-01: 140, 139']],
    ]);
    expect(resultSeries(record, 'Observation/a')?.points.map(({ written: value }) => value)).toEqual(['140', '139']);
  });

  it('what is no date stands in a column as it is written, after the days', () => {
    const { record } = Chart.of(potassium('a', '20/10/2020', 4), potassium('b', '2019-01-01', 5), {
      ...potassium('c', '', 6),
      effectiveDateTime: undefined,
    });
    expect(daysOf(resultGrid(record))).toEqual(['1 Jan 2019', '20/10/2020', '']);
    expect(written(only(resultGrid(record)))).toEqual(expect.arrayContaining(['20/10/2020: 4', ': 6']));
  });

  it('what its laboratory does not stand by, or not yet, says so beside the value', () => {
    const { record } = Chart.of(
      potassium('a', '2024-01-01', 4, { status: 'preliminary' }),
      potassium('b', '2023-01-01', 5, { status: 'cancelled' }),
      potassium('c', '2022-01-01', 6),
    );
    const values = [...only(resultGrid(record)).values.values()].flat();
    expect(values.map(({ unfinished }) => unfinished)).toEqual(['preliminary', 'cancelled', '']);
    expect(resultRows(record).map(({ unfinished }) => unfinished)).toEqual(['preliminary', 'cancelled', '']);
  });
});

describe('vital signs by day', () => {
  const pressure = (id: string, date: string, code: string, systolic: number, diastolic: number): Example =>
    vital(id, date, {
      code: loinc(code, 'Blood pressure'),
      component: [
        { code: loinc('8480-6', 'Systolic'), valueQuantity: { value: systolic, unit: 'mm[Hg]', code: 'mm[Hg]' } },
        { code: loinc('8462-4', 'Diastolic'), valueQuantity: { value: diastolic, unit: 'mm[Hg]', code: 'mm[Hg]' } },
        { code: loinc('8478-0', 'Mean'), valueQuantity: { value: 100, unit: 'mm[Hg]', code: 'mm[Hg]' } },
      ],
    });

  it('a pressure is one row for the old code and the new; what else its panel holds is a row too', () => {
    const { record } = Chart.of(
      pressure('a', '2019-01-01', '55284-4', 128, 82),
      pressure('b', '2024-01-01', '85354-9', 131, 85),
    );
    const rows = rowsOf(vitalGrid(record));
    expect(rows.map((row) => [row.label, row.unit, written(row)])).toEqual([
      ['Blood pressure', 'mmHg', ['2024-01-01: 131/85', '2019-01-01: 128/82']],
      ['Mean', 'mmHg', ['2024-01-01: 100', '2019-01-01: 100']],
    ]);
  });

  it('a weight in pounds stands in the row of kilograms with its own unit, one of unknown unit in a row of its own', () => {
    const weight = (id: string, date: string, value: number, unit: string): Example =>
      vital(id, date, { code: loinc('29463-7', 'Weight'), valueQuantity: { value, unit } });
    const { record } = Chart.of(
      weight('a', '2022-01-01', 70, 'kg'),
      weight('b', '2023-01-01', 154, 'lb'),
      weight('c', '2024-01-01', 11, 'stone'),
    );
    expect(rowsOf(vitalGrid(record)).map((row) => [row.unit, written(row)])).toEqual(
      expect.arrayContaining([
        ['kg', ['2023-01-01: 154 lb', '2022-01-01: 70']],
        ['stone', ['2024-01-01: 11']],
      ]),
    );
  });

  it('a side of a pressure that came with its own range is flagged by it', () => {
    const { record } = Chart.of(
      vital('a', '2024-01-01', {
        code: loinc('85354-9', 'Blood pressure'),
        component: [
          {
            code: loinc('8480-6', 'Systolic'),
            valueQuantity: { value: 182, unit: 'mmHg' },
            referenceRange: range(90, 140),
          },
          { code: loinc('8462-4', 'Diastolic'), valueQuantity: { value: 80, unit: 'mmHg' } },
        ],
      }),
    );
    expect(only(vitalGrid(record)).values.get('2024-01-01')?.[0]?.flag?.direction).toBe('high');
  });
});

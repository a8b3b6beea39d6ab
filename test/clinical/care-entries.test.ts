/** Results, vaccines, visits, procedures, family and social history and the care team, entered by hand. */
import { describe, expect, it } from 'vitest';
import { addCarer, addFamilyHistory, addHabits, endCarer } from '../../src/clinical/edits/background.ts';
import { addImmunization } from '../../src/clinical/edits/immunization.ts';
import { addResult, correctResult, resultToType } from '../../src/clinical/edits/result.ts';
import { addProcedure, closeVisit, startVisit } from '../../src/clinical/edits/visit.ts';
import { listState } from '../../src/clinical/list-state.ts';
import { carerRows, familyRows, habitRows } from '../../src/clinical/views/background.ts';
import { encounterRows } from '../../src/clinical/views/encounters.ts';
import { immunizationRows } from '../../src/clinical/views/immunizations.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import { vaccineByCode, vaccines } from '../../src/clinical/vaccines/cvx.ts';
import { act, Chart, createdIn } from './support.ts';

const ada = { resourceType: 'Patient', id: 'alice', name: [{ family: 'Okafor' }] };
const shared = { shared: true, unreadable: 0 };
const questionsOf = (outcome: ReturnType<typeof addResult>) => (outcome.kind === 'edits' ? outcome.questions : outcome);

describe('a result entered by hand', () => {
  const potassium = { test: 'Potassium', value: '5.90', unit: 'mmol/L', low: '3.5', high: '5.1' };

  it('keeps the digits as typed, its unit and its range, and is flagged against it', () => {
    const chart = Chart.of(ada);
    chart.do(addResult(act(chart), potassium));
    const [row] = resultRows(chart.record);
    expect(row).toMatchObject({ label: 'Potassium', value: '5.90 mmol/L', flag: { direction: 'high', by: 'range' } });
    expect(chart.record.inSection('results')).toHaveLength(1);
  });

  it('a limit stays a limit, words stay words, and a comma that may be a thousand is asked back', () => {
    const chart = Chart.of(ada);
    const typed = (value: string) => addResult(act(chart), { test: 'Troponin', value, unit: 'ng/L' });
    expect(createdIn(typed('<5'))['valueQuantity']).toMatchObject({ comparator: '<' });
    expect(createdIn(typed('-1.5'))['valueQuantity']).toMatchObject({ value: { text: '-1.5' } });
    expect(createdIn(typed('not detected'))).toMatchObject({ valueString: 'not detected' });
    expect(typed('1,000')).toEqual({ kind: 'errors', errors: { value: 'ambiguous-number' } });
    expect(addResult(act(chart), {})).toEqual({ kind: 'errors', errors: { test: 'required', value: 'required' } });
  });

  it('asks about what is unusual: no unit, limits the wrong way round, a judgement its range contradicts', () => {
    const chart = Chart.of(ada);
    const asked = (more: object) => questionsOf(addResult(act(chart), { ...potassium, ...more }));
    expect(asked({ unit: '' })).toEqual(['result-without-unit']);
    expect(asked({ low: '5.1', high: '3.5' })).toEqual(['range-reversed']);
    expect(asked({ judgement: 'N' })).toEqual(['judged-against-range']);
    expect(asked({ judgement: 'L' })).toEqual(['judged-against-range']);
    expect(asked({ judgement: 'HH' })).toEqual([]);
  });

  it('takes the code under which the chart has the test already, so that it joins its trend', () => {
    const code = { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' };
    const chart = Chart.of(ada, { resourceType: 'Observation', id: 'o', status: 'final', code });
    expect(createdIn(addResult(act(chart), { ...potassium, test: 'potassium' }))['code']).toMatchObject(code);
  });

  it('a correction writes value, range and judgement together and says that it is one; unchanged it writes nothing', () => {
    const chart = Chart.of(ada);
    chart.do(addResult(act(chart), { ...potassium, judgement: 'H' }));
    const [resource] = chart.record.inSection('results');
    if (resource === undefined) throw new Error('it was added');
    expect(correctResult(resource, resultToType(resource))).toMatchObject({ edits: [] });
    chart.do(correctResult(resource, { ...resultToType(resource), value: '4.9', judgement: '' }));
    const [row] = resultRows(chart.record);
    expect(row).toMatchObject({ value: '4.9 mmol/L', corrected: true, flag: undefined });
    expect(chart.resource(resource.key).json['interpretation']).toBeUndefined();
  });
});

describe('vaccines', () => {
  it('carry their CVX code where the list has it, and words where not', () => {
    const chart = Chart.of(ada);
    chart.do(addImmunization(act(chart), { code: '03', given: '2026-03-01', lot: 'X12' }));
    chart.do(addImmunization(act(chart), { vaccine: 'Tick-borne encephalitis', how: 'elsewhere', given: '2019' }));
    const rows = immunizationRows(chart.record);
    expect(rows.map(({ label, given, codes }) => [label, given, codes])).toEqual([
      ['MMR', true, 'CVX 03'],
      ['Tick-borne encephalitis', true, ''],
    ]);
    expect(chart.resource(rows[1]?.key ?? '').json['primarySource']).toBe(false);
  });

  it('one not given needs a reason and counts as none; an expired one and a second one in four weeks are asked about', () => {
    const chart = Chart.of(ada);
    expect(addImmunization(act(chart), { code: '03', how: 'not-given' })).toEqual({
      kind: 'errors',
      errors: { reason: 'required' },
    });
    chart.do(addImmunization(act(chart), { code: '03', how: 'not-given', reason: 'Refused' }));
    expect(immunizationRows(chart.record)[0]?.given).toBe(false);
    const expired = addImmunization(act(chart), { code: '03', given: '2026-03-01', expires: '2025-12' });
    expect(questionsOf(expired)).toEqual(['vaccine-expired']);
    chart.do(addImmunization(act(chart), { code: '03', given: '2026-03-01' }));
    expect(questionsOf(addImmunization(act(chart), { code: '03', given: '2026-03-20' }))).toEqual([
      'vaccine-given-lately',
    ]);
  });

  it('no code stands twice in the list, and leading zeros make no difference', () => {
    expect(new Set(vaccines.map(({ code }) => code)).size).toBe(vaccines.length);
    expect([vaccineByCode('3')?.name, vaccineByCode('03')?.name]).toEqual(['MMR', 'MMR']);
  });
});

describe('visits and procedures', () => {
  it('a visit is begun with why and closed after it began; another beside it is asked about', () => {
    const chart = Chart.of(ada);
    expect(startVisit(act(chart), {})).toEqual({ kind: 'errors', errors: { reason: 'required' } });
    chart.do(startVisit(act(chart), { reason: 'Cough', began: '2026-11-22T15:00' }));
    expect(questionsOf(startVisit(act(chart), { reason: 'Again' }))).toEqual(['another-visit-is-open']);
    const [row] = encounterRows(chart.record);
    const visit = chart.resource(row?.key ?? '');
    expect(closeVisit(act(chart), visit, { ended: '2026-11-22T14:00' })).toEqual({
      kind: 'errors',
      errors: { ended: 'before-it-began' },
    });
    chart.do(closeVisit(act(chart), visit, {}));
    expect(chart.resource(visit.key).json).toMatchObject({
      status: 'finished',
      period: { start: '2026-11-22T15:00:00+01:00', end: '2026-11-22T16:00:00+01:00' },
    });
  });

  it('a procedure without a day is of today, and one of tomorrow is refused with its reason', () => {
    const chart = Chart.of(ada);
    expect(createdIn(addProcedure(act(chart), { procedure: 'Suture' }))['performedDateTime']).toBe('2026-11-22');
    expect(addProcedure(act(chart), { procedure: 'Suture', done: '2026-11-23' })).toEqual({
      kind: 'errors',
      errors: { done: 'in-the-future' },
    });
  });
});

describe('family, habits and care team', () => {
  it('are entered, listed on pages of their own, and an empty page says that nothing was recorded', () => {
    const chart = Chart.of(ada);
    expect([listState(chart.record, 'history', shared).kind, listState(chart.record, 'team', shared).kind]).toEqual([
      'not-recorded',
      'not-recorded',
    ]);
    chart.do(addFamilyHistory(act(chart), { relationship: 'MTH', condition: 'Stroke', age: '61' }));
    chart.do(addHabits(act(chart), { smoking: '8517006', occupation: 'Baker' }));
    chart.do(addCarer(act(chart), { name: 'Iris Blom', role: 'Pharmacist', contact: '555 0101' }));
    expect(familyRows(chart.record)).toMatchObject([{ label: 'Mother', conditions: 'Stroke (from 61 years)' }]);
    expect(
      habitRows(chart.record)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['Baker', 'Used to smoke']);
    expect(carerRows(chart.record)).toMatchObject([{ active: true, people: 'Iris Blom (Pharmacist)' }]);
    // Habits are no laboratory results.
    expect(resultRows(chart.record)).toEqual([]);
    expect(listState(chart.record, 'results', shared).kind).toBe('not-recorded');
    const [carer] = carerRows(chart.record);
    chart.do(endCarer(act(chart), chart.resource(carer?.key ?? '')));
    expect(carerRows(chart.record)[0]?.active).toBe(false);
  });

  it('nothing asked is nothing written', () => {
    const chart = Chart.of(ada);
    expect(addHabits(act(chart), {})).toEqual({ kind: 'errors', errors: { smoking: 'required' } });
    expect(addFamilyHistory(act(chart), { condition: 'Stroke' })).toEqual({
      kind: 'errors',
      errors: { relationship: 'required' },
    });
  });
});

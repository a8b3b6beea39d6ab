/** Vital signs entered together: what is written, what is asked about, what is refused. */
import { describe, expect, it } from 'vitest';
import { addVitals } from '../../src/clinical/edits/vitals.ts';
import { vitalSeries } from '../../src/clinical/views/vital-series.ts';
import { vitalRows } from '../../src/clinical/views/vitals.ts';
import { act, Chart } from './support.ts';

const chart = () => Chart.of({ resourceType: 'Patient', id: 'alice' });
const questionsOf = (typed: Readonly<Record<string, string>>) => {
  const outcome = addVitals(act(chart()), typed);
  return outcome.kind === 'edits' ? outcome.questions : outcome.kind;
};

describe('vital signs', () => {
  it('are each an entry of their own, the pressure one panel, with units as typed and the index worked out', () => {
    const written = chart();
    const typed = {
      systolic: '128',
      diastolic: '82',
      weight: '154.0',
      'weight-unit': '[lb_av]',
      height: '170',
      oxygen: '98',
    };
    const outcome = addVitals(act(written), typed);
    expect(outcome).toMatchObject({ kind: 'edits', section: 'vitals', questions: [] });
    written.do(outcome);
    const values = vitalRows(written.record).map(({ label, value }) => `${label}: ${value}`);
    expect(values.sort()).toEqual([
      'Blood pressure: 128/82 mmHg',
      'Body height: 170 cm',
      'Body mass index: 24.2 kg/m²',
      'Body weight: 154.0 lb',
      'Oxygen saturation: 98 %',
    ]);
    const index = written.resource([...written.record.resources].find(({ key }) => key.endsWith('-bmi'))?.key ?? '');
    expect(JSON.stringify(index.json['derivedFrom'])).toContain('-weight');
    const weight = vitalSeries(written.record).find(({ kind }) => kind === 'weight');
    expect(weight?.points[0]).toMatchObject({ written: '154.0 lb' });
    expect(weight?.points[0]?.number).toBeCloseTo(69.853, 3);
  });

  it('that are unusual are asked about, each by its name, in the unit they were typed in', () => {
    expect(questionsOf({ 'heart-rate': '72', respiration: '16', temperature: '36.8', oxygen: '97' })).toEqual([]);
    expect(questionsOf({ 'heart-rate': '720' })).toEqual(['heart-rate-unusual']);
    expect(questionsOf({ temperature: '98.6' })).toEqual(['temperature-unusual']);
    expect(questionsOf({ temperature: '98.6', 'temperature-unit': '[degF]' })).toEqual([]);
    expect(questionsOf({ weight: '700' })).toEqual(['weight-unusual']);
    // A height typed in metres.
    expect(questionsOf({ weight: '70', height: '1.70' })).toEqual(['height-unusual', 'bmi-unusual']);
    expect(questionsOf({ systolic: '280', diastolic: '90', oxygen: '9.8' })).toEqual([
      'systolic-unusual',
      'oxygen-unusual',
    ]);
  });

  it('are refused where nothing can be read, with the field named; nothing at all is no entry', () => {
    const errorsOf = (typed: Readonly<Record<string, string>>) => {
      const outcome = addVitals(act(chart()), typed);
      return outcome.kind === 'errors' ? outcome.errors : outcome.kind;
    };
    expect(errorsOf({})).toEqual({ systolic: 'required' });
    expect(errorsOf({ 'weight-unit': 'kg', when: '' })).toEqual({ systolic: 'required' });
    expect(errorsOf({ systolic: '120' })).toEqual({ diastolic: 'required' });
    expect(errorsOf({ weight: 'seventy', oxygen: '-1' })).toEqual({ weight: 'not-a-number', oxygen: 'not-positive' });
    expect(errorsOf({ weight: '70', 'weight-unit': 'stone' })).toEqual({ 'weight-unit': 'not-offered' });
    expect(errorsOf({ weight: '70', when: '2999-01-01T10:00' })).toEqual({ when: 'in-the-future' });
  });
});

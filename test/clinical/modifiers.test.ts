/** What turns the meaning of a resource is seen where the resource is named, and nothing is concluded from it. */
import { describe, expect, it } from 'vitest';
import { dueFacts } from '../../src/clinical/due/facts.ts';
import { listState } from '../../src/clinical/list-state.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { immunizationRows } from '../../src/clinical/views/immunizations.ts';
import { medicationRows } from '../../src/clinical/views/medications.ts';
import { problemRows } from '../../src/clinical/views/problems.ts';
import { isWithinOwnRange } from '../../src/clinical/views/result-flag.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import { vitalRows } from '../../src/clinical/views/vitals.ts';
import { vitalSeries } from '../../src/clinical/views/vital-series.ts';
import { Chart, json } from './support.ts';

const negated = { modifierExtension: [{ url: 'https://example.org/negated', valueBoolean: true }] };
const readable = { shared: true, unreadable: 0 };
const coded = (code: string) => ({ coding: [{ code }] });

const condition = (id: string, more: object) => ({
  resourceType: 'Condition',
  id,
  code: { text: 'Asthma' },
  ...more,
});
const allergy = (id: string, more: object) => ({
  resourceType: 'AllergyIntolerance',
  id,
  code: { text: 'Penicillin' },
  ...more,
});
const vaccine = (id: string, more: object) => ({
  resourceType: 'Immunization',
  id,
  status: 'completed',
  occurrenceDateTime: '2020-02',
  vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '03' }], text: 'MMR' },
  ...more,
});
const order = (id: string, more: object) => ({
  resourceType: 'MedicationRequest',
  id,
  medicationCodeableConcept: { text: 'Warfarin' },
  ...more,
});
const weight = (id: string, more: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [coded('vital-signs')],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }], text: 'Weight' },
  effectiveDateTime: '2020-01-01',
  valueQuantity: { value: 70, unit: 'kg', code: 'kg' },
  ...more,
});

describe('a modifier extension that is not known', () => {
  it('is told with the name of what it modifies, in every list', () => {
    const part = { dosageInstruction: [{ text: 'one', ...negated }] };
    const { record } = Chart.of(
      condition('c', negated),
      allergy('a', negated),
      vaccine('v', negated),
      order('o', { status: 'active', ...part }),
      weight('w', negated),
    );
    const lists = [problemRows, allergyRows, immunizationRows, medicationRows, vitalRows];
    expect(lists.map((rows) => rows(record)[0]?.label)).toEqual(
      ['Asthma', 'Penicillin', 'MMR', 'Warfarin', 'Weight'].map((name) => `${name} (qualified: Negated: yes)`),
    );
  });

  it('lets nothing be counted or concluded', () => {
    const none = allergy('none', { code: coded('716186003'), ...negated });
    expect(listState(Chart.of(none).record, 'allergies', readable).kind).toBe('listed');
    const vaccinated = Chart.of(vaccine('v', negated));
    expect(immunizationRows(vaccinated.record)[0]?.given).toBe(false);
    expect(dueFacts('immunizations', vaccinated.stored.get('immunizations') ?? new Map())).toEqual({});
    expect(vitalSeries(Chart.of(weight('w', negated)).record)).toEqual([]);
    const ranged = (more: object) =>
      json({
        resourceType: 'Observation',
        valueQuantity: { value: 4, unit: 'mmol/L' },
        referenceRange: [{ low: { value: 3, unit: 'mmol/L' }, high: { value: 5, unit: 'mmol/L' } }],
        ...more,
      });
    expect([isWithinOwnRange(ranged({})), isWithinOwnRange(ranged(negated))]).toEqual([true, false]);
  });

  it('of a contained resource is that resource’s own', () => {
    const contained = [{ resourceType: 'Medication', id: 'm', code: { text: 'Warfarin' }, ...negated }];
    const { record } = Chart.of(order('o', { status: 'active', contained }));
    expect(medicationRows(record)[0]?.label).toBe('Warfarin');
  });
});

describe('records of DSTU2 and STU3', () => {
  it('keep their negations', () => {
    const { record } = Chart.of(
      vaccine('v', { wasNotGiven: true }),
      { ...order('s', { status: 'active', wasNotTaken: true }), resourceType: 'MedicationStatement' },
      { ...order('t', { status: 'active', taken: 'n' }), resourceType: 'MedicationStatement' },
    );
    expect(immunizationRows(record)).toMatchObject([{ label: 'MMR (qualified: not given)', given: false }]);
    expect(medicationRows(record).map(({ label, active }) => [label, active])).toEqual([
      ['Warfarin (qualified: not taken)', false],
      ['Warfarin (qualified: not taken)', false],
    ]);
  });

  it('keep their statuses, which were bare codes', () => {
    const problems = Chart.of(
      condition('resolved', { clinicalStatus: 'resolved' }),
      condition('refuted', { clinicalStatus: 'active', verificationStatus: 'refuted' }),
      condition('wrong', { verificationStatus: 'entered-in-error' }),
      condition('spoken', { clinicalStatus: { text: 'Resolved' } }),
      condition('active', { clinicalStatus: 'active' }),
    );
    const active = problemRows(problems.record).filter((row) => row.active);
    expect(active.map(({ key }) => key)).toEqual(['Condition/active']);
    const allergies = Chart.of(
      allergy('refuted', { status: 'refuted' }),
      allergy('confirmed', { status: 'confirmed' }),
      allergy('odd', { clinicalStatus: coded('of-some-country') }),
    );
    const current = allergyRows(allergies.record).filter((row) => row.active);
    expect(current.map(({ key }) => key).sort()).toEqual(['AllergyIntolerance/confirmed', 'AllergyIntolerance/odd']);
  });
});

describe('what nobody said', () => {
  it('does not end a prescription: one of unknown status stands among the current ones', () => {
    const { record } = Chart.of(
      order('unknown', { status: 'unknown' }),
      order('none', {}),
      order('draft', { status: 'draft' }),
    );
    const active = medicationRows(record).filter((row) => row.active);
    expect(active.map(({ key }) => key).sort()).toEqual(['MedicationRequest/none', 'MedicationRequest/unknown']);
  });

  it('does not make a dose count that did not take', () => {
    const { stored } = Chart.of(vaccine('v', { isSubpotent: true }));
    expect(dueFacts('immunizations', stored.get('immunizations') ?? new Map())).toEqual({});
  });

  it('of a range for others, or of another kind, is told with it', () => {
    const high = { value: 3, unit: 'mmol/L' };
    const { record } = Chart.of({
      resourceType: 'Observation',
      id: 'k',
      status: 'final',
      category: [coded('laboratory')],
      code: { text: 'Digoxin' },
      referenceRange: [
        { high, type: { coding: [{ code: 'therapeutic', display: 'Therapeutic' }] } },
        { high, age: { low: { value: 60, unit: 'years' } } },
      ],
    });
    expect(resultRows(record)[0]?.referenceRange).toBe(
      'at most 3 mmol/L, Therapeutic; at most 3 mmol/L, age at least 60 years',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { addAllergy, allergyToType, changeAllergy, stateNoKnownAllergies } from '../../src/clinical/edits/allergy.ts';
import { addBloodPressure, changeBloodPressure } from '../../src/clinical/edits/blood-pressure.ts';
import { canBeMarkedInError, markEnteredInError, undoOf } from '../../src/clinical/edits/entered-in-error.ts';
import {
  addMedication,
  changeDose,
  changeMedicationName,
  doseToType,
  stateNoKnownMedications,
  stopMedication,
} from '../../src/clinical/edits/medication.ts';
import { newPatient } from '../../src/clinical/edits/patient.ts';
import { addProblem, changeProblem, stateNoKnownProblems } from '../../src/clinical/edits/problem.ts';
import { bloodPressureToType, problemToType } from '../../src/clinical/edits/to-type.ts';
import { typedDate, typedMoment, typedNumber, typedWords } from '../../src/clinical/edits/typed.ts';
import type { EditOutcome } from '../../src/clinical/edits/edit.ts';
import { stringifyJson } from '../../src/clinical/json.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { medicationRows } from '../../src/clinical/views/medications.ts';
import { problemRows } from '../../src/clinical/views/problems.ts';
import { vitalRows } from '../../src/clinical/views/vitals.ts';
import { act, Chart, createdIn, json } from './support.ts';

const patient = { resourceType: 'Patient', id: 'alice' };
const metformin = {
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Metformin', coding: [{ code: '6809' }] },
  dosageInstruction: [{ text: '500 mg twice a day' }],
};
const registersOf = (outcome: EditOutcome) => {
  if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome));
  return outcome.edits.map((edit) => (edit.kind === 'change' ? Object.keys(edit.registers) : [edit.kind]));
};

describe('what is typed', () => {
  it('[AM-6] keeps the digits of a number, and takes a decimal comma for a point', () => {
    expect(typedNumber('1.10').value?.text).toBe('1.10');
    expect(typedNumber(' 0,5 ').value?.text).toBe('0.5');
  });

  it('refuses a number that may be a thousandfold other one, and whatever is no plain number', () => {
    expect(typedNumber('1,000').reason).toBe('ambiguous-number');
    expect(
      ['.5', '1e3', '007', '5 mg', '1/2', '٥', 'NaN', '9'.repeat(12)].map((text) => typedNumber(text).reason),
    ).toEqual(Array.from({ length: 8 }, () => 'not-a-number'));
    expect(['0', '-5', '0.0'].map((text) => typedNumber(text).reason)).toEqual(
      Array.from({ length: 3 }, () => 'not-positive'),
    );
    expect(typedNumber('', { required: true }).reason).toBe('required');
  });

  it('takes whole and partial dates of the calendar that are not to come', () => {
    const now = '2026-11-22T16:00:00+01:00';
    expect(['2020', '2020-02', '2020-02-29', '2026-11-22', '2026'].map((d) => typedDate(d, now).reason)).toEqual(
      Array(5).fill(undefined),
    );
    expect(['2021-02-29', '2020-13', '20', '1.2.2020', '0000'].map((d) => typedDate(d, now).reason)).toEqual(
      Array(5).fill('not-a-date'),
    );
    expect(typedDate('2026-11-23', now).reason).toBe('in-the-future');
    expect(typedMoment('2026-11-22T15:30', now).value).toBe('2026-11-22T15:30:00+01:00');
    expect(typedMoment('2026-11-22T16:30', now).reason).toBe('in-the-future');
    expect(typedMoment('2026-11-22T25:30', now).reason).toBe('not-a-date');
    expect(typedMoment('', now).value).toBe(now);
  });

  it('drops control characters that come by pasting, and says when there is nothing or too much', () => {
    expect(typedWords(' A\u0000B\nC\t').value).toBe('AB\nC');
    expect(typedWords('\u0007', { required: true }).reason).toBe('required');
    expect(typedWords('x'.repeat(501)).reason).toBe('too-long');
  });
});

describe('adding', () => {
  it('makes each a FHIR resource with what R4 requires of it', () => {
    const chart = Chart.of(patient);
    const id = '33333333-3333-4333-8333-333333333333';
    const by = act(chart, { id });
    const subject = { reference: 'Patient/alice' };
    const author = { display: 'Dr. Bob' };
    const plain = (outcome: EditOutcome): unknown => JSON.parse(stringifyJson(createdIn(outcome)));
    expect(plain(addProblem(by, { problem: 'Asthma', began: '2001' }))).toMatchObject({
      resourceType: 'Condition',
      id,
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
      category: [{ coding: [{ code: 'problem-list-item' }] }],
      code: { text: 'Asthma' },
      subject,
      onsetDateTime: '2001',
      recordedDate: by.now,
      recorder: author,
    });
    expect(
      plain(
        addMedication(by, {
          medication: 'Metformin',
          amount: '850',
          unit: 'mg',
          route: 'by mouth',
          timing: 'twice a day',
        }),
      ),
    ).toMatchObject({
      resourceType: 'MedicationRequest',
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: 'Metformin' },
      subject,
      dosageInstruction: [
        {
          text: '850 mg, by mouth, twice a day',
          timing: { code: { text: 'twice a day' } },
          doseAndRate: [{ doseQuantity: { value: 850, unit: 'mg' } }],
        },
      ],
    });
    expect(
      plain(addAllergy(by, { substance: 'Latex', criticality: 'high', reaction: 'Hives', severity: 'severe' })),
    ).toMatchObject({
      resourceType: 'AllergyIntolerance',
      verificationStatus: { coding: [{ code: 'confirmed' }] },
      patient: subject,
      criticality: 'high',
      reaction: [{ manifestation: [{ text: 'Hives' }], severity: 'severe' }],
    });
    expect(plain(addBloodPressure(by, { systolic: '120', diastolic: '80' }))).toMatchObject({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
      effectiveDateTime: by.now,
      component: [
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120, unit: 'mmHg', code: 'mm[Hg]' } },
        { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 80 } },
      ],
    });
  });

  it('writes each into its section, and marks the list of allergies, medications and problems', () => {
    const by = act(Chart.of(patient));
    const made = [
      addProblem(by, { problem: 'A' }),
      addMedication(by, { medication: 'A' }),
      addAllergy(by, { substance: 'A' }),
      addBloodPressure(by, { systolic: '120', diastolic: '80' }),
      stateNoKnownMedications(by),
    ].map((outcome) =>
      outcome.kind === 'edits' ? [outcome.section, outcome.edits[0]?.kind === 'create' && outcome.edits[0].list] : [],
    );
    expect(made).toEqual([
      ['problems', 'Condition'],
      ['medications', 'MedicationRequest'],
      ['allergies', 'AllergyIntolerance'],
      ['vitals', undefined],
      ['medications', 'MedicationRequest'],
    ]);
  });

  it('names each field that is wrong', () => {
    const by = act(Chart.of(patient));
    const wrong = (outcome: EditOutcome) => (outcome.kind === 'errors' ? outcome.errors : outcome.kind);
    expect(wrong(addProblem(by, { began: '2020', ended: '2019', status: 'gone' }))).toEqual({
      problem: 'required',
      ended: 'before-it-began',
      status: 'not-offered',
    });
    expect(wrong(addMedication(by, { medication: 'A', amount: '5' }))).toEqual({ unit: 'needs-unit' });
    expect(wrong(addAllergy(by, { substance: 'A', severity: 'mild' }))).toEqual({ reaction: 'required' });
    expect(wrong(addBloodPressure(by, { systolic: '12O' }))).toEqual({
      systolic: 'not-a-number',
      diastolic: 'required',
    });
  });

  it('asks about an unusual blood pressure and takes it', () => {
    const asked = (systolic: string, diastolic: string) => {
      const outcome = addBloodPressure(act(Chart.of(patient)), { systolic, diastolic });
      return outcome.kind === 'edits' ? outcome.questions : outcome.kind;
    };
    expect(asked('120', '80')).toEqual([]);
    expect(asked('80', '120')).toEqual(['diastolic-not-below-systolic']);
    expect(asked('300', '20')).toEqual(['systolic-unusual', 'diastolic-unusual']);
  });

  it('registers a patient with a name at least, and a birth date as far as it is known', () => {
    const at = { id: 'p', now: '2026-11-22T16:00:00Z' };
    expect(newPatient(at, {})).toMatchObject({ kind: 'errors', errors: { family: 'required' } });
    const made = newPatient(at, {
      given: 'Ann Mary',
      family: 'Example',
      birthDate: '1990',
      gender: 'female',
      identifier: '7',
    });
    expect(made.kind === 'patient' && json(made.edit.base)).toEqual(
      json({
        resourceType: 'Patient',
        id: 'p',
        identifier: [{ use: 'usual', value: '7' }],
        active: true,
        name: [{ use: 'official', family: 'Example', given: ['Ann', 'Mary'] }],
        gender: 'female',
        birthDate: '1990',
      }),
    );
  });
});

describe('none known', () => {
  it('is stated only of a list without active entries, and retired by the first entry, after asking', () => {
    const chart = Chart.of(patient);
    chart.do(stateNoKnownAllergies(act(chart)));
    chart.do(stateNoKnownProblems(act(chart)));
    chart.do(stateNoKnownMedications(act(chart)));
    expect(allergyRows(chart.record)[0]?.noneKnown).toEqual({ kind: 'none-known', whole: true });
    for (const add of [
      () => addAllergy(act(chart), { substance: 'Latex' }),
      () => addProblem(act(chart), { problem: 'Asthma' }),
      () => addMedication(act(chart), { medication: 'Metformin' }),
    ]) {
      const outcome = add();
      expect(outcome).toMatchObject({ questions: ['replaces-none-known'] });
      chart.do(outcome);
    }
    for (const rows of [allergyRows(chart.record), problemRows(chart.record), medicationRows(chart.record)]) {
      expect(rows.map(({ active, noneKnown }) => active === (noneKnown === undefined))).toEqual([true, true]);
    }
    for (const state of [stateNoKnownAllergies, stateNoKnownProblems, stateNoKnownMedications]) {
      expect(state(act(chart))).toEqual({ kind: 'refused', reason: 'has-active-entries' });
    }
  });

  it('orders no medication a second time without a reason', () => {
    const chart = Chart.of(patient, metformin);
    expect(addMedication(act(chart), { medication: 'metformin' })).toMatchObject({ errors: { override: 'required' } });
  });
});

describe('changing', () => {
  it('[AM-4] a dose is one register: number, unit, route and timing together', () => {
    const chart = Chart.of(patient, metformin);
    const outcome = changeDose(act(chart), chart.resource('MedicationRequest/m'), {
      amount: '1.0',
      unit: 'g',
      timing: 'at night',
    });
    expect(registersOf(outcome)).toEqual([['dose']]);
    chart.do(outcome);
    expect(medicationRows(chart.record)[0]).toMatchObject({ dose: '1.0 g, at night', label: 'Metformin' });
    expect(doseToType(chart.resource('MedicationRequest/m'))).toMatchObject({
      amount: '1.0',
      unit: 'g',
      timing: 'at night',
    });
    expect(
      changeDose(act(chart), chart.resource('MedicationRequest/m'), { amount: '1.0', unit: 'g', timing: 'at night' }),
    ).toMatchObject({ edits: [] });
    expect(changeDose(act(chart), chart.resource('MedicationRequest/m'), {})).toMatchObject({
      errors: { amount: 'required' },
    });
  });

  it('[AM-4] stopping a drug writes status and reason, and nothing of the dose', () => {
    const chart = Chart.of(patient, metformin);
    const outcome = stopMedication(chart.resource('MedicationRequest/m'), { reason: 'Diarrhoea' });
    expect(registersOf(outcome)).toEqual([['status']]);
    chart.do(outcome);
    expect(medicationRows(chart.record)[0]).toMatchObject({
      active: false,
      status: 'stopped: Diarrhoea',
      dose: '500 mg twice a day',
    });
  });

  it('a corrected drug name drops the old codes, which name another drug', () => {
    const chart = Chart.of(patient, metformin);
    chart.do(changeMedicationName(act(chart), chart.resource('MedicationRequest/m'), { medication: 'Metoprolol' }));
    expect(medicationRows(chart.record)[0]).toMatchObject({ label: 'Metoprolol', codes: '' });
    expect(
      changeMedicationName(act(chart), chart.resource('MedicationRequest/m'), { medication: 'Metoprolol' }),
    ).toMatchObject({
      edits: [],
    });
  });

  it('writes only what differs, and drops the prose that still says the old thing', () => {
    const asthma = {
      resourceType: 'Condition',
      id: 'c',
      text: { status: 'generated', div: '<div>Active asthma since 30</div>' },
      code: { text: 'Asthma', coding: [{ code: '1' }] },
      clinicalStatus: { coding: [{ code: 'active' }] },
      onsetAge: { value: 30, unit: 'a' },
    };
    const chart = Chart.of(patient, asthma);
    const resource = () => chart.resource('Condition/c');
    expect(changeProblem(act(chart), resource(), { problem: 'Asthma' })).toMatchObject({ edits: [] });
    const ended = changeProblem(act(chart), resource(), { ended: '2020-05' });
    expect(registersOf(ended)).toEqual([['status', 'text']]);
    chart.do(ended);
    chart.do(changeProblem(act(chart), resource(), { began: '2001' }));
    expect(problemRows(chart.record)[0]).toMatchObject({
      status: 'resolved',
      ended: 'May 2020',
      began: '2001',
      codes: '1',
      narrative: '',
    });
    expect(resource().json['onsetAge']).toBeUndefined();
    expect(problemToType(resource())).toEqual({
      problem: 'Asthma',
      began: '2001',
      ended: '2020-05',
      status: 'resolved',
      note: '',
    });
    chart.do(changeProblem(act(chart), resource(), { status: 'recurrence' }));
    expect(problemRows(chart.record)[0]).toMatchObject({ active: true, ended: '' });
  });

  it('changes an allergy field by field', () => {
    const chart = Chart.of(patient);
    chart.do(addAllergy(act(chart, { id: 'a' }), { substance: 'Latex', reaction: 'Hives', kind: 'allergy' }));
    const resource = () => chart.resource('AllergyIntolerance/a');
    expect(allergyToType(resource())).toMatchObject({ substance: 'Latex', reaction: 'Hives', status: 'active' });
    expect(changeAllergy(act(chart), resource(), allergyToType(resource()))).toMatchObject({ edits: [] });
    expect(registersOf(changeAllergy(act(chart), resource(), { criticality: 'high' }))).toEqual([['criticality']]);
    chart.do(changeAllergy(act(chart), resource(), { reaction: '', status: 'inactive' }));
    expect(allergyRows(chart.record)[0]).toMatchObject({ reactions: '', active: false });
  });

  it('[AM-4] corrects a blood pressure as a pair, and keeps what else was measured with it', () => {
    const chart = Chart.of(patient);
    chart.do(addBloodPressure(act(chart, { id: 'b' }), { systolic: '120', diastolic: '80' }));
    const resource = () => chart.resource('Observation/b');
    const outcome = changeBloodPressure(act(chart), resource(), { systolic: '140', diastolic: '90' });
    expect(registersOf(outcome)).toEqual([['component']]);
    chart.do(outcome);
    expect(vitalRows(chart.record)[0]?.value).toBe('140/90 mmHg');
    expect(bloodPressureToType(resource())).toEqual({ systolic: '140', diastolic: '90' });
  });
});

describe('entered in error', () => {
  it('[AM-4] marks a resource in its status register and keeps it readable; FHIR then allows no clinical status', () => {
    const chart = Chart.of(patient, metformin);
    chart.do(addProblem(act(chart, { id: 'c' }), { problem: 'Asthma' }));
    chart.do(addAllergy(act(chart, { id: 'a' }), { substance: 'Latex' }));
    for (const key of ['MedicationRequest/m', 'Condition/c', 'AllergyIntolerance/a']) {
      const outcome = markEnteredInError(chart.resource(key));
      expect(registersOf(outcome)).toEqual([['status']]);
      chart.do(outcome);
    }
    expect(medicationRows(chart.record)[0]).toMatchObject({ enteredInError: true, active: false, label: 'Metformin' });
    expect(problemRows(chart.record)[0]).toMatchObject({ enteredInError: true, active: false, label: 'Asthma' });
    expect(allergyRows(chart.record)[0]).toMatchObject({ enteredInError: true, active: false, label: 'Latex' });
    expect(chart.resource('Condition/c').json['clinicalStatus']).toBeUndefined();
    expect(markEnteredInError(chart.resource('Patient/alice'))).toEqual({
      kind: 'refused',
      reason: 'has-no-such-status',
    });
    expect(canBeMarkedInError('Observation')).toBe(true);
  });

  it('undo of a change writes back what was there; undo of an addition marks it', () => {
    const chart = Chart.of(patient, metformin);
    const before = chart.resource('MedicationRequest/m');
    const outcome = stopMedication(before, { reason: 'Rash' });
    chart.do(outcome);
    const back = outcome.kind === 'edits' && outcome.edits[0] ? undoOf(outcome.edits[0], before) : undefined;
    chart.apply('medications', back === undefined ? [] : [back]);
    expect(stringifyJson(chart.resource('MedicationRequest/m').json)).toContain('"status":"active"');
    const added = addProblem(act(chart, { id: 'p' }), { problem: 'Wrong chart' });
    chart.do(added);
    const undo = added.kind === 'edits' && added.edits[0] ? undoOf(added.edits[0], undefined) : undefined;
    chart.apply('problems', undo === undefined ? [] : [undo]);
    expect(problemRows(chart.record)[0]).toMatchObject({ enteredInError: true, label: 'Wrong chart' });
  });
});

describe('a medication that is changed is checked like one that is ordered', () => {
  const penicillin = {
    resourceType: 'AllergyIntolerance',
    id: 'a',
    clinicalStatus: { coding: [{ code: 'active' }] },
    code: { text: 'Penicillin' },
  };
  const order = (more: object = {}) => ({
    resourceType: 'MedicationRequest',
    id: 'm',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'Amoxicillin 500 mg' },
    ...more,
  });
  const dose = { amount: '500', unit: 'mg' };

  it('a dose of a drug against which an alert stands open asks why, keeps the reason, and asks no second time', () => {
    const chart = Chart.of(penicillin, order());
    const drug = () => chart.resource('MedicationRequest/m');
    expect(changeDose(act(chart), drug(), dose)).toEqual({ kind: 'errors', errors: { override: 'required' } });
    chart.do(changeDose(act(chart), drug(), { ...dose, override: 'Tolerated since' }));
    expect(JSON.stringify(drug().json['contained'])).toContain('Overridden: Tolerated since');
    expect(changeDose(act(chart), drug(), { ...dose, amount: '250' }).kind).toBe('edits');
  });

  it('a name corrected into a drug the patient must not get asks why; one that is over is corrected without', () => {
    const named = { medicationCodeableConcept: { text: 'Amoxapine' } };
    const chart = Chart.of(penicillin, order(named));
    const rename = (more: object = {}) =>
      changeMedicationName(act(chart), chart.resource('MedicationRequest/m'), { medication: 'Amoxicillin', ...more });
    expect(rename()).toEqual({ kind: 'errors', errors: { override: 'required' } });
    expect(rename({ override: 'Desensitised' }).kind).toBe('edits');
    const over = Chart.of(penicillin, order({ ...named, status: 'stopped' }));
    const past = over.resource('MedicationRequest/m');
    expect(changeMedicationName(act(over), past, { medication: 'Amoxicillin' }).kind).toBe('edits');
  });
});

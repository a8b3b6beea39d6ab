/** Particulars of a patient: registered, read back as typed, changed one by one, with what a file brought beside them kept. */
import { describe, expect, test } from 'vitest';
import {
  changedPatient,
  newPatient,
  patientAsTyped,
  patientFields,
  type TypedPatient,
} from '../../src/clinical/edits/patient.ts';
import { identityResource } from '../../src/clinical/identity.ts';
import { isObject, type JsonObject } from '../../src/clinical/json.ts';
import { parseJson } from '../../src/clinical/json-parser.ts';
import type { Resource } from '../../src/clinical/record.ts';
import { composeResource } from '../../src/clinical/registers.ts';
import { personDifferences } from '../../src/clinical/union/person-differences.ts';
import { json } from './support.ts';

const now = '2026-03-02T09:00:00+01:00';
const whole: TypedPatient = {
  given: 'Ada Chioma',
  family: 'Okafor',
  formerFamily: 'Eze',
  birthDate: '1961-04-02',
  gender: 'female',
  genderIdentity: 'woman',
  language: 'Igbo',
  identifier: 'MRN-100',
  nationalNumber: '610402-1',
  insuranceNumber: 'HC 77',
  phone: '070 123 45 67',
  email: 'ada@example.org',
  street: '12 Elm St, 2nd floor',
  city: 'Oakwood',
  postcode: '31 20',
  contactName: 'Chidi Okafor',
  contactRelation: 'son',
  contactPhone: '070 999',
  deceased: '2026-02-01',
};

function registered(typed: TypedPatient): JsonObject {
  const made = newPatient({ id: 'p', now }, typed);
  if (made.kind !== 'patient') throw new Error(JSON.stringify(made.errors));
  const parsed = parseJson(made.edit.base);
  if (!parsed.ok || !isObject(parsed.value)) throw new Error('a Patient');
  return parsed.value;
}

const resource = (patient: JsonObject, section: Resource['section']): Resource => ({
  key: 'Patient/p',
  section,
  type: 'Patient',
  json: patient,
});

function changed(
  patient: JsonObject,
  typed: TypedPatient,
): { readonly patient: JsonObject; readonly sections: readonly string[] } {
  const identity = identityResource(patient);
  const outcome = changedPatient(
    { patient: resource(patient, 'demographics'), identity: resource(identity, 'identity'), now },
    typed,
  );
  if (outcome.kind !== 'edits') throw new Error(JSON.stringify(outcome.errors));
  const [edit] = outcome.edits.get('demographics') ?? [];
  const registers = edit?.kind === 'change' ? edit.registers : {};
  const composed = composeResource(JSON.stringify(patient), registers);
  if (!composed.ok) throw new Error('composes');
  return { patient: composed.value, sections: [...outcome.edits.keys()] };
}

describe('a patient’s particulars', () => {
  test('come back from the chart as they were typed, and an unchanged form changes nothing', () => {
    const patient = registered(whole);
    expect(patientAsTyped(patient)).toEqual(whole);
    expect(changed(patient, patientAsTyped(patient)).sections).toEqual([]);
  });

  test.each(patientFields.filter((field) => field !== 'given' && field !== 'family'))(
    '%s is changed and taken away alone',
    (field) => {
      const patient = registered(whole);
      const other =
        field === 'gender' ? 'other' : field === 'birthDate' ? '1961-04-03' : field === 'deceased' ? 'yes' : 'x 1';
      expect(patientAsTyped(changed(patient, { ...whole, [field]: other }).patient)).toEqual({
        ...whole,
        [field]: other,
      });
      // A contact without a name is asked for it.
      if (field === 'contactName') return;
      expect(patientAsTyped(changed(patient, { ...whole, [field]: '' }).patient)).toEqual({ ...whole, [field]: '' });
    },
  );

  test('what goes with every share follows a change of name, and not one of the address', () => {
    const patient = registered(whole);
    expect(changed(patient, { ...whole, family: 'Berg' }).sections).toEqual(['demographics', 'identity']);
    expect(changed(patient, { ...whole, city: 'Lakeside' }).sections).toEqual(['demographics']);
  });

  test('a second address, further numbers and names in another script stay', () => {
    const patient = json({
      resourceType: 'Patient',
      id: 'p',
      name: [
        { use: 'official', family: 'Okafor', given: ['Ada'] },
        { use: 'usual', text: 'Ада' },
      ],
      identifier: [
        { system: 'a', value: '1', type: { coding: [{ code: 'MR' }] } },
        { system: 'b', value: '2', type: { coding: [{ code: 'DL' }] } },
      ],
      address: [
        { city: 'Oakwood', extension: [{ url: 'u' }] },
        { use: 'temp', city: 'Elsewhere' },
      ],
    });
    const { patient: next } = changed(patient, {
      ...patientAsTyped(patient),
      identifier: '9',
      city: 'Lakeside',
      given: 'Adah',
    });
    expect(next).toMatchObject({
      name: [{ use: 'official', family: 'Okafor', given: ['Adah'] }, { text: 'Ада' }],
      identifier: [
        { system: 'a', value: '9' },
        { system: 'b', value: '2' },
      ],
      address: [
        { city: 'Lakeside', extension: [{ url: 'u' }] },
        { use: 'temp', city: 'Elsewhere' },
      ],
    });
  });

  test('nobody dies before birth or tomorrow, and a contact has a name', () => {
    const errorsOf = (typed: TypedPatient) => {
      const made = newPatient({ id: 'p', now }, typed);
      return made.kind === 'errors' ? made.errors : {};
    };
    expect(errorsOf({ ...whole, deceased: '1960-01-01' })).toEqual({ deceased: 'before-it-began' });
    expect(errorsOf({ ...whole, deceased: '2030-01-01' })).toEqual({ deceased: 'in-the-future' });
    expect(errorsOf({ ...whole, contactName: '' })).toEqual({ contactName: 'required' });
    expect(errorsOf({ given: '', family: '' })).toEqual({ family: 'required' });
  });
});

describe('charts that name different people', () => {
  const one = { name: 'Ada Okafor', birthDate: '1961-04-02', sex: 'female', deceased: false };

  test.each([
    ['nothing', one, []],
    ['a second given name', { ...one, name: 'Ada Chioma OKAFOR' }, []],
    ['a year of birth alone', { ...one, birthDate: '1961' }, []],
    ['no sex', { ...one, sex: 'unknown' }, []],
    ['another birth date', { ...one, birthDate: '1961-02-04' }, ['birthDate']],
    ['another name and sex', { ...one, name: 'Adam Berg', sex: 'male' }, ['name', 'sex']],
    ['that the patient died', { ...one, deceased: true }, ['deceased']],
  ])('are unsettled in what the other says differently: %s', (_what, other, expected) => {
    expect(personDifferences([one, other]).map(({ element }) => element)).toEqual(expected);
    expect(personDifferences([other, one]).map(({ element }) => element)).toEqual(expected);
  });
});

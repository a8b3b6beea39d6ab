/** The typed form of what is recorded, to start a form with; empty where the record has more than a form can hold. */
import { readPrimitive } from '../datatypes.ts';
import { codesOfConcept } from '../fhir-status.ts';
import { isArray, isObject } from '../json.ts';
import { ChartRecord, type Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { vitalRow } from '../views/vitals.ts';

export function problemToType({ json }: Resource): Readonly<Record<string, string>> {
  const notes = isArray(json['note']) ? json['note'].filter(isObject) : [];
  return {
    problem: titleOf(json),
    began: readPrimitive(json, 'onsetDateTime').slice(0, 10),
    ended: readPrimitive(json, 'abatementDateTime').slice(0, 10),
    status: codesOfConcept(json['clinicalStatus'])[0] ?? 'active',
    note: notes.length === 1 && notes[0] !== undefined ? readPrimitive(notes[0], 'text') : '',
  };
}

export function bloodPressureToType(resource: Resource): Readonly<Record<string, string>> {
  const { bloodPressure } = vitalRow(resource, new ChartRecord(new Map()));
  return { systolic: bloodPressure?.systolic ?? '', diastolic: bloodPressure?.diastolic ?? '' };
}

export function noteToType({ json }: Resource): Readonly<Record<string, string>> {
  return { title: readPrimitive(json, 'description'), text: readPrimitive(json, 'summary') };
}

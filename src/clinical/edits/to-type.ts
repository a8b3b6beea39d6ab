/** The typed form of what is recorded, to start a form with; empty where the record has more than a form can hold. */
import { hasCode } from '../datatypes.ts';
import { codesOfConcept } from '../fhir-status.ts';
import { isArray, isObject, JsonNumber, textOf } from '../json.ts';
import type { Resource } from '../record.ts';
import { titleOf } from '../title.ts';
import { componentsOf } from '../views/observation.ts';

type Typed = Readonly<Record<string, string>>;

export function problemToType({ json }: Resource): Typed {
  const notes = isArray(json['note']) ? json['note'].filter(isObject) : [];
  return {
    problem: titleOf(json),
    began: textOf(json['onsetDateTime']).slice(0, 10),
    ended: textOf(json['abatementDateTime']).slice(0, 10),
    status: codesOfConcept(json['clinicalStatus'])[0] ?? 'active',
    note: notes.length === 1 ? textOf(notes[0]?.['text']) : '',
  };
}

/** LOINC 8480-6 is the systolic side, 8462-4 the diastolic one. */
export function bloodPressureToType(resource: Resource): Typed {
  return { systolic: sideOf(resource, '8480-6'), diastolic: sideOf(resource, '8462-4') };
}

function sideOf({ json }: Resource, loinc: string): string {
  const component = componentsOf(json).find((part) => hasCode(part['code'], new Set([loinc])));
  const quantity = component?.['valueQuantity'];
  const value = isObject(quantity) ? quantity['value'] : undefined;
  return value instanceof JsonNumber ? value.text : '';
}

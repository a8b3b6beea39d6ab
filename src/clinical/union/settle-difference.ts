/**
 * What one chart says of the person written into another of the same person, where somebody chose it. A name that gives way stays
 * as a former one: both are findable, and it may have been right once.
 */
import type { ChartSection } from '../../base/sections.ts';
import { editsTo } from '../edits/patient.ts';
import { objectOf, type Elements } from '../edits/edit.ts';
import { identityResource } from '../identity.ts';
import { isArray, isObject, type JsonObject } from '../json.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { SectionEdit } from '../section-edit.ts';
import type { PersonElement } from './person-differences.ts';

/** Empty where the other chart's Patient is not readable. */
export function takenFrom(
  element: PersonElement,
  chosen: ChartRecord,
  other: ChartRecord,
): ReadonlyMap<ChartSection, readonly SectionEdit[]> {
  const from = patientIn(chosen);
  const patient = other.ofTypes('Patient')[0];
  if (from === undefined || patient === undefined) return new Map();
  const identity = other.inSection('identity')[0];
  return editsTo(objectOf({ ...patient.json, ...elementsOf(element, from, patient.json) }), patient, identity);
}

function elementsOf(element: PersonElement, from: JsonObject, to: JsonObject): Elements {
  switch (element) {
    case 'birthDate':
      return { birthDate: from['birthDate'] };
    case 'sex':
      return { gender: from['gender'] };
    case 'deceased':
      return { deceasedBoolean: from['deceasedBoolean'], deceasedDateTime: from['deceasedDateTime'] };
    case 'name': {
      const [name] = namesOf(identityResource(from));
      if (name === undefined) return {};
      return { name: [name, ...namesOf(to).map((former) => objectOf({ ...former, use: 'old' }))] };
    }
  }
}

function namesOf(patient: JsonObject): readonly JsonObject[] {
  const names = patient['name'];
  return isArray(names) ? names.filter(isObject) : [];
}

function patientIn(record: ChartRecord): JsonObject | undefined {
  const found: Resource | undefined = record.ofTypes('Patient')[0] ?? record.inSection('identity')[0];
  return found?.json;
}

/**
 * What an empty list means. "None known", "nobody wrote anything down", "not shared with you" and "not all of it is
 * readable yet" lead to different acts, and a blank list that hides which one it is harms.
 */
import { conceptWords, readPrimitive } from './datatypes.ts';
import { codesOfConcept, isEnteredInError, statusCode } from './fhir-status.ts';
import { objects, type JsonObject } from './json.ts';
import { noneKnownOf } from './none-known.ts';
import { otherPatient } from './other-patient.ts';
import { readDate, type ReadableDate } from './readable-date.ts';
import type { ChartRecord, Resource } from './record.ts';
import { titleOf } from './title.ts';
import { isHabit } from './views/background.ts';
import { isNote } from './views/notes.ts';
import { rowOf } from './views/row.ts';

export type Topic =
  | 'problems'
  | 'medications'
  | 'allergies'
  | 'immunizations'
  | 'results'
  | 'vitals'
  | 'encounters'
  | 'history'
  | 'team'
  | 'notes'
  | 'documents';

export type ListState =
  | { readonly kind: 'not-shared' }
  /** Something is listed; `unreadable` entries more are not yet readable. */
  | { readonly kind: 'listed'; readonly unreadable: number }
  /** Nothing can be listed, and because of these unreadable entries nothing can be said. */
  | { readonly kind: 'incomplete'; readonly unreadable: number }
  /** Stated, by whom and when, that there is nothing. */
  | { readonly kind: 'none-known'; readonly statements: readonly NoneKnownStatement[] }
  /** Stated that nobody knows. */
  | { readonly kind: 'no-information'; readonly statements: readonly NoneKnownStatement[] }
  | { readonly kind: 'not-recorded' };

export interface NoneKnownStatement {
  /** The resource that says so; its provenance tells who wrote it here. */
  readonly key: string;
  readonly label: string;
  readonly when: ReadableDate | undefined;
  readonly recordedBy: string;
}

/** `shared`: this practice may read the section. `unreadable`: entries held that cannot be opened yet. */
export function listState(
  record: ChartRecord,
  topic: Topic,
  section: { readonly shared: boolean; readonly unreadable: number },
): ListState {
  const { shared, unreadable } = section;
  const resources = resourcesOf(record, topic);
  const stands = ({ json }: Resource): boolean => !isEnteredInError(json);
  // The first that is listed answers: what hundreds more say is not read for it.
  if (resources.some((one) => stands(one) && noneKnownOf(one.json)?.whole !== true))
    return { kind: 'listed', unreadable };
  const standing = resources.filter(stands);
  if (!shared && resources.length === 0) return { kind: 'not-shared' };
  if (unreadable > 0) return { kind: 'incomplete', unreadable };
  const stated = [
    ...standing
      .filter(({ json }) => isCurrent(json) && otherPatient(json, record) === undefined)
      .map((resource) => ({
        kind: noneKnownOf(resource.json)?.kind,
        statement: statementOf(resource, record),
      })),
    ...emptySections(record, topic),
  ];
  const of = (kind: 'none-known' | 'no-information') => stated.filter((s) => s.kind === kind).map((s) => s.statement);
  if (of('none-known').length > 0) return { kind: 'none-known', statements: of('none-known') };
  if (of('no-information').length > 0) return { kind: 'no-information', statements: of('no-information') };
  return { kind: 'not-recorded' };
}

const typesByTopic: Readonly<Partial<Record<Topic, readonly string[]>>> = {
  problems: ['Condition'],
  medications: ['MedicationRequest', 'MedicationStatement', 'MedicationDispense', 'MedicationAdministration'],
  allergies: ['AllergyIntolerance'],
  immunizations: ['Immunization'],
  encounters: ['Encounter'],
  team: ['CareTeam'],
};

function resourcesOf(record: ChartRecord, topic: Topic): readonly Resource[] {
  const types = typesByTopic[topic];
  if (types !== undefined) return record.ofTypes(...types);
  if (topic === 'notes') return record.ofTypes('ClinicalImpression', 'DocumentReference').filter(isNote);
  const habits = record.inSection('results').filter(isHabit);
  if (topic === 'history') return [...record.ofTypes('FamilyMemberHistory'), ...habits];
  if (topic === 'results') return record.inSection(topic).filter((resource) => !habits.includes(resource));
  if (topic === 'documents') return record.inSection(topic).filter((resource) => !isNote(resource));
  return topic === 'vitals' ? record.inSection(topic) : [];
}

function isCurrent(json: JsonObject): boolean {
  const clinical = statusCode(json['clinicalStatus']);
  const refuted = statusCode(json['verificationStatus']) === 'refuted';
  return !refuted && (clinical === undefined || clinical === 'active') && json['status'] !== 'stopped';
}

function statementOf(resource: Resource, record: ChartRecord): NoneKnownStatement {
  const { key, label, when, recordedBy } = rowOf(resource, record);
  return { key, label, when: readDate(resource.json['recordedDate']) ?? when, recordedBy: recordedBy() };
}

/** LOINC codes of the sections of a patient summary (IPS 1.1.0), by topic. */
const sectionCodes: Readonly<Partial<Record<Topic, string>>> = {
  problems: '11450-4',
  medications: '10160-0',
  allergies: '48765-2',
  immunizations: '11369-6',
  results: '30954-2',
  vitals: '8716-3',
};

/** Documents may say of a section that it is empty, and why. */
function emptySections(record: ChartRecord, topic: Topic) {
  const code = sectionCodes[topic];
  return record.ofTypes('Composition').flatMap((resource) => {
    if (isEnteredInError(resource.json)) return [];
    return objects(resource.json['section']).flatMap((section) => {
      if (code === undefined || !codesOfConcept(section['code']).includes(code)) return [];
      const reason = codesOfConcept(section['emptyReason'])[0];
      if (reason === undefined) return [];
      const { when, recordedBy } = rowOf(resource, record);
      const label = `${readPrimitive(section, 'title') || titleOf(section)}: ${conceptWords(section['emptyReason'])} (${readPrimitive(resource.json, 'title')})`;
      const kind = reason === 'nilknown' ? ('none-known' as const) : ('no-information' as const);
      return [{ kind, statement: { key: resource.key, label, when, recordedBy: recordedBy() } }];
    });
  });
}

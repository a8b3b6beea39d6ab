/**
 * One resource as a row of a page: what it is, its status, when, and everything else it says by name. Each topic's view
 * adds what that topic compares; nothing of a resource is left out of `details` but what the row shows elsewhere.
 */
import type { ChartSection } from '../../base/sections.ts';
import { conceptCodes, readPrimitive, conceptWords, joinWords } from '../datatypes.ts';
import { codesOfConcept, isEnteredInError } from '../fhir-status.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { qualified } from '../modifiers.ts';
import { withOtherPatient } from '../other-patient.ts';
import { readDate, readMoment, type ReadableDate } from '../readable-date.ts';
import { narrativeText, readValue } from '../readable.ts';
import type { ChartRecord, Resource } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';
import { titleOf } from '../title.ts';
import { codeWords, elementWords } from '../words.ts';

interface Detail {
  readonly name: string;
  readonly value: string;
}

export interface Row {
  readonly key: ResourceKey;
  readonly section: ChartSection;
  readonly type: string;
  readonly label: string;
  /** "SNOMED CT 446096008"; empty when the record has words only. */
  readonly codes: string;
  /** In words; empty when the record does not say. */
  readonly status: string;
  /** The date the row is ordered by. */
  readonly when: ReadableDate | undefined;
  readonly enteredInError: boolean;
  /**
   * Whom the FHIR resource itself names; who wrote it in Peerchart is the provenance of the key. Worked out when it is asked: who
   * that is may be told by a resource of another section, which nobody else reads.
   */
  readonly recordedBy: () => string;
  /** Everything else it says, worked out when it is asked: lists show none of it. */
  readonly details: () => readonly Detail[];
  /** The resource's own narrative as plain text; empty when it has none. */
  readonly narrative: string;
}

/** Elements no row lists: they name the resource or the patient, or are shown by every row. */
const alwaysShown: ReadonlySet<string> = new Set([
  'resourceType',
  'id',
  'meta',
  'text',
  'contained',
  'implicitRules',
  'language',
  'subject',
  'patient',
]);

const dateElements = [
  'onsetDateTime',
  'onsetPeriod',
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'occurrenceDateTime',
  'performedDateTime',
  'performedPeriod',
  'authoredOn',
  'period',
  'date',
  'dateAsserted',
  'recordedDate',
  'issued',
  'created',
  'billablePeriod',
] as const;

const recorderElements = [
  'recorder',
  'requester',
  'asserter',
  'informationSource',
  'performer',
  'author',
  'participant',
];

/** `shown`: elements the topic shows in fields of its own. */
export function rowOf(resource: Resource, record: ChartRecord, shown: readonly string[] = []): Row {
  const { key, section, type, json } = resource;
  return {
    key,
    section,
    type,
    label: labelOf(titleOf(json), resource, record),
    codes: conceptCodes(json['code'] ?? json['vaccineCode'] ?? json['medicationCodeableConcept']),
    status: statusWords(json),
    when: whenOf(json),
    enteredInError: isEnteredInError(json),
    recordedBy: () => recorderOf(json, record),
    details: () => detailsOf(json, record, new Set(shown)),
    narrative: narrativeText(json['text']),
  };
}

/** What a row is called, with what must not be overlooked in it. */
export function labelOf(words: string, { json }: Resource, record: ChartRecord): string {
  return withOtherPatient(qualified(words, json), json, record);
}

/** The first of the elements with dates that holds one; of a period, its beginning. No reference's words change it. */
export function whenOf(json: JsonObject): ReadableDate | undefined {
  const start = isAppointment(json) ? readMoment(json['start']) : undefined;
  if (start !== undefined) return start;
  for (const element of dateElements) {
    const value = json[element];
    const date = readDate(isObject(value) ? (value['start'] ?? value['end']) : value);
    if (date !== undefined) return date;
  }
  return undefined;
}

const moments: ReadonlySet<string> = new Set(['start', 'end']);

/** When it was booked is not when it is. */
function isAppointment(json: JsonObject): boolean {
  return json['resourceType'] === 'Appointment';
}

/** A resource's elements by name and in words, in the order they were written. */
function detailsOf(json: JsonObject, record: ChartRecord, shown: ReadonlySet<string>): readonly Detail[] {
  const nameOf = (reference: string) => record.nameOf(reference, json);
  return Object.entries(json).flatMap(([element, value]) => {
    const bare = element.replace(/^_/, '');
    if (alwaysShown.has(bare) || shown.has(bare)) return [];
    // `_element` speaks only where its element does not: it then says why.
    if (element !== bare && Object.hasOwn(json, bare)) return [];
    const words =
      element !== bare
        ? readPrimitive(json, bare)
        : isAppointment(json) && moments.has(element)
          ? (readMoment(value)?.words ?? '')
          : readValue(value, nameOf);
    return words === '' ? [] : [{ name: elementWords(bare), value: words }];
  });
}

function statusWords(json: JsonObject): string {
  const clinical = conceptStatus(json['clinicalStatus']);
  const verification = conceptStatus(json['verificationStatus']);
  const plain = readPrimitive(json, 'status');
  const certainty = verification === 'confirmed' ? '' : verification;
  const reason = conceptWords(json['statusReason'] ?? json['statusReasonCodeableConcept']);
  const words = joinWords([clinical, certainty, codeWords(plain)], ', ');
  return reason === '' ? words : joinWords([words, reason], ': ');
}

function conceptStatus(concept: JsonValue | undefined): string {
  const code = codesOfConcept(concept)[0];
  return code === undefined ? conceptWords(concept) : codeWords(code);
}

function recorderOf(json: JsonObject, record: ChartRecord): string {
  for (const element of recorderElements) {
    const value: JsonValue | undefined = json[element];
    const people = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    const names = people.map((person) =>
      isObject(person) ? readValue(actorOf(person), (ref) => record.nameOf(ref, json)) : '',
    );
    const words = joinWords([...new Set(names)], ', ');
    if (words !== '') return words;
  }
  return '';
}

/** Participants and performers wrap the person they name. */
function actorOf(person: JsonObject): JsonValue {
  return person['actor'] ?? person['individual'] ?? person;
}

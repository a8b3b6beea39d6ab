/**
 * A patient registered by hand, and the same particulars changed later. What was typed of one thing replaces that thing alone: a
 * second address, a name in another script, whatever a file brought beside what the form shows, stays.
 */
import { errors, objectOf, type Elements, type FieldReason } from './edit.ts';
import type { ChartSection } from '../../base/sections.ts';
import { identityResource } from '../identity.ts';
import {
  isObject,
  objects,
  sameJson,
  stringifyJson,
  strings,
  textOf,
  type JsonObject,
  type JsonValue,
} from '../json.ts';
import type { Resource } from '../record.ts';
import { diffResources } from '../registers.ts';
import type { SectionEdit } from '../section-edit.ts';
import { typedDate, typedWords, type Typed } from './typed.ts';

/** Every field as text; empty or left out: not known. */
export const patientFields = [
  'given',
  'family',
  'formerFamily',
  'birthDate',
  'gender',
  'genderIdentity',
  'language',
  'identifier',
  'nationalNumber',
  'insuranceNumber',
  'phone',
  'email',
  'street',
  'city',
  'postcode',
  'contactName',
  'contactRelation',
  'contactPhone',
  'deceased',
] as const;
export type PatientField = (typeof patientFields)[number];
export type TypedPatient = Readonly<Partial<Record<PatientField, string>>>;

export const genders = ['female', 'male', 'other', 'unknown'] as const;

interface Wrong {
  readonly kind: 'errors';
  readonly errors: Readonly<Record<string, FieldReason>>;
}
export type NewPatient =
  | {
      readonly kind: 'patient';
      readonly section: ChartSection;
      readonly edit: SectionEdit & { readonly kind: 'create' };
    }
  | Wrong;
export type ChangedPatient =
  | {
      readonly kind: 'edits';
      /** By section: what goes with every share follows what was changed. Empty where nothing differs. */
      readonly edits: ReadonlyMap<ChartSection, readonly SectionEdit[]>;
    }
  | Wrong;

/** `id`: a fresh UUID; `now`: FHIR dateTime. The identity section's part follows from it (identity.ts). */
export function newPatient(act: { readonly id: string; readonly now: string }, typed: TypedPatient): NewPatient {
  const wrong = wrongIn(typed, act.now);
  if (wrong !== undefined) return wrong;
  const json = withFields(objectOf({ resourceType: 'Patient', id: act.id, active: true }), typed, patientFields);
  return {
    kind: 'patient',
    section: 'demographics',
    edit: { kind: 'create', key: `Patient/${act.id}`, base: stringifyJson(json) },
  };
}

/** `identity`: the Patient of the identity section, which repeats some of it; undefined where that is not readable. */
export function changedPatient(
  {
    patient,
    identity,
    now,
  }: { readonly patient: Resource; readonly identity: Resource | undefined; readonly now: string },
  typed: TypedPatient,
): ChangedPatient {
  const wrong = wrongIn(typed, now);
  if (wrong !== undefined) return wrong;
  const before = patientAsTyped(patient.json);
  const changed = patientFields.filter((field) => field in typed && (typed[field] ?? '').trim() !== before[field]);
  return { kind: 'edits', edits: editsTo(withFields(patient.json, typed, changed), patient, identity) };
}

/** What makes `next` of a Patient: of the one that is kept, and of the identity that is made of it. */
export function editsTo(
  next: JsonObject,
  patient: Resource,
  identity: Resource | undefined,
): ReadonlyMap<ChartSection, readonly SectionEdit[]> {
  const edits = new Map<ChartSection, readonly SectionEdit[]>();
  const pairs = [
    [patient, next],
    ...(identity === undefined ? [] : ([[identity, identityResource(next)]] as const)),
  ] as const;
  for (const [resource, json] of pairs) {
    const registers = diffResources(resource.json, json);
    if (Object.keys(registers).length > 0)
      edits.set(resource.section, [{ kind: 'change', key: resource.key, registers }]);
  }
  return edits;
}

/** What was typed so far as a Patient, right or wrong: to look for others like it. */
export function patientOf(typed: TypedPatient): JsonObject {
  return withFields(objectOf({ resourceType: 'Patient' }), typed, patientFields);
}

function wrongIn(typed: TypedPatient, now: string): Wrong | undefined {
  const reasons: Partial<Record<PatientField, FieldReason | undefined>> = {};
  for (const field of patientFields) reasons[field] = typedWords(typed[field]).reason;
  const nameless = isEmpty(typed.given) && isEmpty(typed.family);
  reasons.family ??= nameless ? 'required' : undefined;
  reasons.birthDate = typedDate(typed.birthDate, now).reason;
  if (!isEmpty(typed.gender) && !(genders as readonly string[]).includes(typed.gender ?? ''))
    reasons.gender = 'not-offered';
  reasons.deceased = deathDate(typed, now).reason;
  if (reasons.contactName === undefined && isEmpty(typed.contactName) && !isEmpty(typed.contactPhone))
    reasons.contactName = 'required';
  const wrong = errors(reasons);
  return wrong?.kind === 'errors' ? wrong : undefined;
}

/** A date, or "yes" where the day is not known. */
function deathDate(typed: TypedPatient, now: string): Typed<string> {
  const text = (typed.deceased ?? '').trim();
  if (isEmpty(text) || isYes(text)) return { value: undefined, reason: undefined };
  const date = typedDate(text, now);
  const born = (typed.birthDate ?? '').trim();
  if (date.value !== undefined && born !== '' && date.value < born.slice(0, date.value.length))
    return { value: date.value, reason: 'before-it-began' };
  return date;
}

const isEmpty = (text: string | undefined): boolean => (text ?? '').trim() === '';
const isYes = (text: string): boolean => text.trim().toLowerCase() === 'yes';

// ------------------------------------------------------------------------------------------- fields of a Patient

interface Field {
  read(patient: JsonObject): string;
  /** `value`: trimmed, empty to take it away. */
  write(patient: JsonObject, value: string): Elements;
}

/** HL7 table 0203, and the words that an identifier without a code is known by. */
const identifierType = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const genderIdentityUrl = 'http://hl7.org/fhir/StructureDefinition/patient-genderIdentity';

const fields: Readonly<Record<PatientField, Field>> = {
  given: {
    read: (patient) => strings(currentName(patient)?.['given']).join(' '),
    write: (patient, value) => namePart(patient, { given: value === '' ? undefined : value.split(/\s+/) }),
  },
  family: {
    read: (patient) => textOf(currentName(patient)?.['family']),
    write: (patient, value) => namePart(patient, { family: value === '' ? undefined : value }),
  },
  formerFamily: {
    read: (patient) => textOf(objects(patient['name']).find(isFormer)?.['family']),
    write: (patient, value) => ({
      name: replaced(patient['name'], isFormer, value === '' ? undefined : { use: 'old', family: value }),
    }),
  },
  birthDate: element('birthDate'),
  gender: element('gender'),
  genderIdentity: {
    read: (patient) =>
      textOf(asObject(objects(patient['extension']).find(isGenderIdentity)?.['valueCodeableConcept'])?.['text']),
    write: (patient, value) => ({
      extension: replaced(
        patient['extension'],
        isGenderIdentity,
        value === '' ? undefined : { url: genderIdentityUrl, valueCodeableConcept: objectOf({ text: value }) },
      ),
    }),
  },
  language: {
    read: (patient) => {
      const language = asObject(objects(patient['communication']).find(isPreferred)?.['language']);
      return textOf(language?.['text']) || textOf(objects(language?.['coding'])[0]?.['code']);
    },
    write: (patient, value) => ({
      communication: replaced(
        patient['communication'],
        isPreferred,
        value === '' ? undefined : { language: objectOf({ text: value }), preferred: true },
      ),
    }),
  },
  identifier: identifierField(
    (identifier) => codesOfType(identifier).includes('MR') || codesOfType(identifier).length === 0,
    { use: 'usual' },
  ),
  nationalNumber: identifierField(ofType('NI', 'SS', 'SB'), typedIdentifier('NI', 'National number')),
  insuranceNumber: identifierField(ofType('HC', 'MB', 'SN', 'NIIP'), typedIdentifier('HC', 'Insurance number')),
  phone: telecomField('phone'),
  email: telecomField('email'),
  street: {
    read: (patient) => strings(home(patient)?.['line']).join(', '),
    write: (patient, value) => address(patient, { line: value === '' ? undefined : value.split(/\s*,\s*/) }),
  },
  city: {
    read: (patient) => textOf(home(patient)?.['city']),
    write: (patient, value) => address(patient, { city: value === '' ? undefined : value }),
  },
  postcode: {
    read: (patient) => textOf(home(patient)?.['postalCode']),
    write: (patient, value) => address(patient, { postalCode: value === '' ? undefined : value }),
  },
  contactName: {
    read: (patient) => {
      const name = asObject(contact(patient)?.['name']);
      return textOf(name?.['text']) || [...strings(name?.['given']), textOf(name?.['family'])].join(' ').trim();
    },
    write: (patient, value) => contactPart(patient, { name: value === '' ? undefined : objectOf({ text: value }) }),
  },
  contactRelation: {
    read: (patient) => {
      const [relation] = objects(contact(patient)?.['relationship']);
      return textOf(relation?.['text']) || textOf(objects(relation?.['coding'])[0]?.['display']);
    },
    write: (patient, value) =>
      contactPart(patient, { relationship: value === '' ? undefined : [objectOf({ text: value })] }),
  },
  contactPhone: {
    read: (patient) => textOf(objects(contact(patient)?.['telecom']).find(isSystem('phone'))?.['value']),
    write: (patient, value) =>
      contactPart(patient, {
        telecom: replaced(
          contact(patient)?.['telecom'],
          isSystem('phone'),
          value === '' ? undefined : { system: 'phone', value },
        ),
      }),
  },
  deceased: {
    read: (patient) => {
      const time = textOf(patient['deceasedDateTime']);
      return time !== '' ? time.slice(0, 10) : patient['deceasedBoolean'] === true ? 'yes' : '';
    },
    write: (_patient, value) => ({
      deceasedBoolean: isYes(value) ? true : undefined,
      deceasedDateTime: value === '' || isYes(value) ? undefined : value,
    }),
  },
};

/** What the form shows of a Patient. */
export function patientAsTyped(patient: JsonObject): Readonly<Record<PatientField, string>> {
  return Object.fromEntries(patientFields.map((field) => [field, fields[field].read(patient)])) as Record<
    PatientField,
    string
  >;
}

function withFields(patient: JsonObject, typed: TypedPatient, changed: readonly PatientField[]): JsonObject {
  let json = patient;
  for (const field of changed) {
    const value = typedWords(typed[field]).value ?? '';
    if (value === fields[field].read(json)) continue;
    json = objectOf({ ...json, ...fields[field].write(json, value) });
  }
  return json;
}

function element(name: string): Field {
  return {
    read: (patient) => textOf(patient[name]),
    write: (_patient, value) => ({ [name]: value === '' ? undefined : value }),
  };
}

function identifierField(isThis: (identifier: JsonObject) => boolean, made: Elements): Field {
  return {
    read: (patient) => textOf(objects(patient['identifier']).find(isThis)?.['value']),
    write: (patient, value) => {
      const before = objects(patient['identifier']).find(isThis);
      const next = value === '' ? undefined : { ...(before ?? made), value };
      return { identifier: replaced(patient['identifier'], (one) => one === before, next) };
    },
  };
}

function typedIdentifier(code: string, words: string): Elements {
  return { use: 'official', type: objectOf({ coding: [objectOf({ system: identifierType, code })], text: words }) };
}

function ofType(...codes: readonly string[]): (identifier: JsonObject) => boolean {
  return (identifier) => codesOfType(identifier).some((code) => codes.includes(code));
}

function codesOfType(identifier: JsonObject): readonly string[] {
  return objects(asObject(identifier['type'])?.['coding']).map(({ code }) => textOf(code));
}

function telecomField(system: 'phone' | 'email'): Field {
  return {
    read: (patient) => textOf(objects(patient['telecom']).find(isSystem(system))?.['value']),
    write: (patient, value) => {
      const before = objects(patient['telecom']).find(isSystem(system));
      const next = value === '' ? undefined : { ...(before ?? { system }), value };
      return { telecom: replaced(patient['telecom'], (one) => one === before, next) };
    },
  };
}

const isSystem = (system: string) => (one: JsonObject) => one['system'] === system;
const isFormer = (name: JsonObject) => name['use'] === 'old' || name['use'] === 'maiden';
const isGenderIdentity = ({ url }: JsonObject) => url === genderIdentityUrl;
const isPreferred = (one: JsonObject) => one['preferred'] === true;
const home = (patient: JsonObject) => objects(patient['address']).find(({ use }) => use !== 'old');
const contact = (patient: JsonObject) => objects(patient['contact'])[0];

/** The name that is shown: the same that goes with every share. */
function currentName(patient: JsonObject): JsonObject | undefined {
  const shown = objects(identityResource(patient)['name'])[0];
  return objects(patient['name']).find((name) => sameJson(name, shown));
}

function namePart(patient: JsonObject, part: Elements): Elements {
  const before = currentName(patient);
  // Words that were put together from the parts would contradict them.
  const next = { ...(before ?? { use: 'official' }), ...part, text: undefined };
  return { name: replaced(patient['name'], (one) => one === before, next) };
}

function address(patient: JsonObject, part: Elements): Elements {
  const before = home(patient);
  return { address: replaced(patient['address'], (one) => one === before, { ...before, ...part, text: undefined }) };
}

function contactPart(patient: JsonObject, part: Elements): Elements {
  const before = contact(patient);
  return { contact: replaced(patient['contact'], (one) => one === before, { ...before, ...part }) };
}

/** The list with the first that `isThis` replaced, where it stood, or `next` at its end; without it where `next` says nothing. */
function replaced(
  list: JsonValue | undefined,
  isThis: (one: JsonObject) => boolean,
  next: Elements | undefined,
): JsonValue | undefined {
  const all = objects(list);
  const at = all.findIndex(isThis);
  const made = next === undefined ? undefined : objectOf(next);
  const said = made !== undefined && Object.keys(made).some((name) => name !== 'use');
  const kept = all.filter((_, index) => index !== at);
  if (said) kept.splice(at < 0 ? kept.length : at, 0, made);
  return kept.length === 0 ? undefined : kept;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/**
 * What is known of a person for telling whether two records are of one: plain values, folded once. Made of a FHIR Patient, of
 * what a form holds, or of what a list of patients keeps of one.
 */
import { foldLetters } from '../../base/fold.ts';
import { isObject, objects, strings, textOf, type JsonObject, type JsonValue } from '../json.ts';
import { letterPairs } from './similarity.ts';

export interface Identifier {
  /** Empty when not given; numbers of two known systems are not compared. */
  readonly system: string;
  readonly value: string;
  /** One number a person (an insurance or national number): two different ones speak against. A record number does not. */
  readonly oneAPerson: boolean;
}

/** As written; every part may be missing. */
export interface PersonDescription {
  readonly given?: string;
  readonly family?: string;
  /** Names of other times and uses, whole: a maiden name, a nickname. */
  readonly otherNames?: readonly string[];
  /** FHIR date. A year or a month alone is compared as far as it goes. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly identifiers?: readonly Identifier[];
  readonly phones?: readonly string[];
  /** Street, number and place without the postcode. */
  readonly address?: string;
  readonly postcode?: string;
}

/** Folded for comparing. */
export interface Person {
  /** All words of the name, in no order that could be relied on. */
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** Words of other names; of which part of a name is not known. */
  readonly others: readonly string[];
  readonly birthDate: string;
  readonly sex: string;
  readonly identifiers: readonly Identifier[];
  readonly phones: readonly string[];
  readonly houseNumbers: readonly string[];
  readonly addressWords: readonly string[];
  readonly addressPairs: ReadonlyMap<string, number>;
  readonly postcode: string;
}

export function person(description: PersonDescription): Person {
  const addressWords = words(description.address ?? '');
  const letters = addressWords.filter((word) => !isNumber(word));
  return {
    given: words(description.given ?? ''),
    family: words(description.family ?? ''),
    others: (description.otherNames ?? []).flatMap(words),
    birthDate: description.birthDate ?? '',
    sex: description.sex ?? '',
    identifiers: (description.identifiers ?? [])
      .map((identifier) => ({ ...identifier, value: letterDigits(identifier.value) }))
      .filter(({ value }) => value !== ''),
    // The last nine digits: with and without the country's code it is one telephone.
    phones: (description.phones ?? []).map((phone) => phone.replace(/\D/g, '').slice(-9)).filter((p) => p.length >= 6),
    houseNumbers: addressWords.filter(isNumber),
    addressWords: letters,
    addressPairs: letterPairs(letters.join('')),
    postcode: letterDigits(description.postcode ?? ''),
  };
}

/** Of a FHIR Patient: the name it goes by and the others, all its identifiers and telephones, its first address. */
export function describePatient(patient: JsonObject): PersonDescription {
  const names = objects(patient['name']);
  const name = names.find(({ use }) => use !== 'old' && use !== 'maiden' && use !== 'nickname') ?? names[0];
  const [address] = objects(patient['address']);
  const given = strings(name?.['given']).join(' ');
  const family = textOf(name?.['family']);
  const otherNames = names.filter((other) => other !== name).map(wholeName);
  return {
    given,
    family: given === '' && family === '' ? textOf(name?.['text']) : family,
    ...(otherNames.length === 0 ? {} : { otherNames }),
    birthDate: textOf(patient['birthDate']),
    sex: textOf(patient['gender']),
    identifiers: objects(patient['identifier']).map((identifier) => ({
      system: textOf(identifier['system']),
      value: textOf(identifier['value']),
      oneAPerson: isOneAPerson(identifier['type']),
    })),
    phones: objects(patient['telecom'])
      .filter(({ system }) => system === 'phone' || system === 'sms')
      .map(({ value }) => textOf(value)),
    address: [...strings(address?.['line']), textOf(address?.['city'])].join(' '),
    postcode: textOf(address?.['postalCode']),
  };
}

export function personOfPatient(patient: JsonObject): Person {
  return person(describePatient(patient));
}

/** What a list of patients says of one; `person` is all that is known where the demographics are readable. */
interface ListedPatient {
  readonly name: string;
  readonly birthDate?: string;
  readonly sex?: string;
  readonly identifier?: string;
  readonly person?: PersonDescription;
}

/** Where only what goes with every share is known, names are as they are spoken: the last word stands for the family. */
export function personInList({ person: described, name, birthDate, sex, identifier }: ListedPatient): Person {
  if (described !== undefined) return person(described);
  const spoken = name.trim().split(/\s+/);
  return person({
    given: spoken.slice(0, -1).join(' '),
    family: spoken.at(-1) ?? '',
    birthDate: birthDate ?? '',
    sex: sex ?? '',
    // Of which system is not known, and a record number is one of many a person may have.
    identifiers: identifier === undefined ? [] : [{ system: '', value: identifier, oneAPerson: false }],
  });
}

/** What a list kept of somebody; undefined for anything of another shape. */
export function descriptionFromJson(value: unknown): PersonDescription | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const told = value as Readonly<Record<string, unknown>>;
  const texts = ['given', 'family', 'birthDate', 'sex', 'address', 'postcode'] as const;
  const isText = (one: unknown): one is string => typeof one === 'string';
  const lists = ['otherNames', 'phones'] as const;
  const { identifiers } = told;
  const isIdentifier = (one: unknown): one is Identifier => {
    const { system, value: number, oneAPerson } = (one ?? {}) as Readonly<Record<string, unknown>>;
    return isText(system) && isText(number) && typeof oneAPerson === 'boolean';
  };
  const sound =
    texts.every((name) => told[name] === undefined || isText(told[name])) &&
    lists.every((name) => told[name] === undefined || (Array.isArray(told[name]) && told[name].every(isText))) &&
    (identifiers === undefined || (Array.isArray(identifiers) && identifiers.every(isIdentifier)));
  return sound ? value : undefined;
}

function wholeName(name: JsonObject): string {
  const parts = [...strings(name['given']), textOf(name['family'])].join(' ').trim();
  return parts === '' ? textOf(name['text']) : parts;
}

/** Of HL7 table 0203: social security, national, driver's licence, passport. */
const onePerPerson: ReadonlySet<string> = new Set(['SS', 'NI', 'SB', 'DL', 'PPN']);

function isOneAPerson(type: JsonValue | undefined): boolean {
  return isObject(type) && objects(type['coding']).some(({ code }) => onePerPerson.has(textOf(code)));
}

/** Letters and digits alone, without accents and case: "O'Keefe" and "OKEEFE" are one word, "Smith-Jones" are two. */
function words(value: string): readonly string[] {
  return foldLetters(value)
    .replace(/['’`.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function letterDigits(value: string): string {
  return words(value).join('');
}

function isNumber(word: string): boolean {
  return /^\d/.test(word);
}

/**
 * Who a chart is about: the `identity` section's one resource, which goes with every share and therefore holds one name,
 * the birth date, the sex and one identifier, and nothing else of the Patient (no address, no telephone, no relatives).
 */
import { isObject, jsonObject, objects, strings, textOf, type JsonObject, type JsonValue } from './json.ts';

/** The part of a Patient that goes with every share. Same id, so the same key. */
export function identityResource(patient: JsonObject): JsonObject {
  const name = preferred(patient['name'], ['official', 'usual', '', 'nickname', 'anonymous', 'temp']);
  const identifier = medicalRecordNumber(patient) ?? preferred(patient['identifier'], ['official', 'usual', '']);
  const parts: [string, JsonValue | undefined][] = [
    ['resourceType', 'Patient'],
    ['id', patient['id']],
    ['identifier', identifier === undefined ? undefined : [bareIdentifier(identifier)]],
    ['name', name === undefined ? undefined : [name]],
    ['gender', patient['gender']],
    ['birthDate', patient['birthDate']],
  ];
  return jsonObject(parts.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/** What a list of patients shows and searches. Empty strings where the record does not say. */
export interface PatientIdentity {
  readonly name: string;
  readonly family: string;
  readonly given: string;
  /** As written: may be a year or a month only. */
  readonly birthDate: string;
  readonly gender: string;
  readonly identifier: string;
}

export function identityOf(patient: JsonObject): PatientIdentity {
  const identity = identityResource(patient);
  const name = first(identity['name']);
  const family = textOf(name?.['family']);
  const given = strings(name?.['given']).join(' ');
  const spoken = [given, family, ...strings(name?.['suffix'])].filter((part) => part !== '').join(' ');
  const text = textOf(name?.['text']);
  return {
    name: spoken === '' ? text : spoken,
    family: family === '' ? (text.split(' ').at(-1) ?? '') : family,
    given,
    birthDate: textOf(identity['birthDate']),
    gender: textOf(identity['gender']),
    identifier: textOf(first(identity['identifier'])?.['value']),
  };
}

function medicalRecordNumber(patient: JsonObject): JsonObject | undefined {
  return objects(patient['identifier']).find((identifier) => {
    const type = identifier['type'];
    return isObject(type) && objects(type['coding']).some((coding) => coding['code'] === 'MR');
  });
}

/** Whoever assigned it may be a clinic whose name tells more than the number should. */
function bareIdentifier(identifier: JsonObject): JsonObject {
  const kept = ['use', 'type', 'system', 'value'];
  return jsonObject(Object.entries(identifier).filter(([key]) => kept.includes(key)));
}

function preferred(value: JsonValue | undefined, uses: readonly string[]): JsonObject | undefined {
  const candidates = objects(value);
  const ranked = uses.map((use) => candidates.find((candidate) => textOf(candidate['use']) === use));
  return ranked.find((candidate) => candidate !== undefined) ?? candidates[0];
}

function first(value: JsonValue | undefined): JsonObject | undefined {
  return objects(value)[0];
}

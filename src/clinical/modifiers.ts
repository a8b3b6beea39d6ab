/**
 * What turns the meaning of a resource in a way that this program does not know: FHIR's modifier extensions and rules of its own
 * ("SHALL NOT process as if it were not there"), and the negations of DSTU2 and STU3 ("was not given"). It is said wherever the
 * resource is named, and nothing is counted or concluded from such a resource: "Penicillin" may say that it is none.
 */
import { joinWords } from './datatypes.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { readValue } from './readable.ts';

const negations: readonly (readonly [element: string, value: JsonValue, words: string])[] = [
  ['wasNotGiven', true, 'not given'],
  ['notGiven', true, 'not given'],
  ['wasNotTaken', true, 'not taken'],
  ['taken', 'n', 'not taken'],
  ['notPerformed', true, 'not done'],
  ['notDone', true, 'not done'],
];

const denials = (json: JsonObject): readonly string[] =>
  negations.flatMap(([element, value, words]) => (json[element] === value ? [words] : []));

/** A negation of DSTU2 or STU3: this did not happen. */
export function isDenied(json: JsonObject): boolean {
  return denials(json).length > 0;
}

const known = new WeakMap<JsonObject, string>();

/** Empty for nearly every resource: nothing of it means other than what it says. */
function modifierWords(json: JsonObject): string {
  const before = known.get(json);
  if (before !== undefined) return before;
  const rules = json['implicitRules'];
  const words = joinWords(
    [
      ...denials(json),
      typeof rules === 'string' && rules !== '' ? `by rules of its own: ${rules}` : '',
      ...extensionsIn(json).map((extension) => readValue([extension])),
    ],
    '; ',
  );
  known.set(json, words);
  return words;
}

export function isModified(json: JsonObject): boolean {
  return modifierWords(json) !== '';
}

/** A name that does not hide it: "Penicillin (qualified: Negated: yes)". */
export function qualified(label: string, json: JsonObject): string {
  const words = modifierWords(json);
  return words === '' ? label : `${label} (qualified: ${words})`;
}

/** Of the resource and of its parts; what is contained in it is another resource. */
function extensionsIn(value: JsonValue): readonly JsonValue[] {
  if (isArray(value)) return value.flatMap(extensionsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([element, inner]) => {
    if (element === 'contained') return [];
    return element === 'modifierExtension' && isArray(inner) ? inner : extensionsIn(inner);
  });
}

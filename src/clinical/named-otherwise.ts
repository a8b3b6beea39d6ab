/**
 * Where a patient is named without an address that leads anywhere (by a number of theirs, by what they are called, by a contained
 * Patient): whether that is somebody else than a Patient of the file. What can't be compared contradicts nothing. Pure.
 */
import { foldLetters } from '../base/fold.ts';
import { isObject, objects, strings, type JsonObject, type JsonValue } from './json.ts';

/** `item`: what the element holds; `json`: the resource it stands in. */
export function namesSomebodyElse(item: JsonObject, json: JsonObject, patient: JsonObject): boolean {
  const { reference, type, identifier, display } = item;
  if (typeof reference === 'string') {
    if (!reference.startsWith('#')) return false;
    const contained = objects(json['contained']).find(({ id }) => typeof id === 'string' && `#${id}` === reference);
    return contained?.['resourceType'] === 'Patient' && isSomebodyElse(contained, patient);
  }
  if (type !== undefined && type !== 'Patient') return false;
  const numbers = isObject(identifier) && typeof identifier['value'] === 'string' ? [identifier] : [];
  const names = typeof display === 'string' ? [{ text: display }] : [];
  return isSomebodyElse({ identifier: numbers, name: names }, patient, numbers.length > 0 && names.length === 0);
}

/** `byNumberAlone`: nothing else is said, so that a number the other does not have is somebody else's. */
function isSomebodyElse(one: JsonObject, other: JsonObject, byNumberAlone = false): boolean {
  const numbers = sameNumbers(objects(one['identifier']), objects(other['identifier']));
  if (numbers !== undefined) return !numbers;
  if (byNumberAlone) return true;
  const [born, alsoBorn] = [one['birthDate'], other['birthDate']];
  if (typeof born === 'string' && typeof alsoBorn === 'string' && !agree(born, alsoBorn)) return true;
  const [words, others] = [wordsOf(one['name']), wordsOf(other['name'])];
  return words.size > 0 && others.size > 0 && [...words].every((word) => !others.has(word));
}

/** Undefined where none of the one is of a system of the other. A number that is left blank is none. */
function sameNumbers(ones: readonly JsonObject[], others: readonly JsonObject[]): boolean | undefined {
  const inBoth = ones.flatMap(({ system, value }) =>
    others
      .filter((other) => other['system'] === system && typeof value === 'string' && typeof other['value'] === 'string')
      .map((other) => other['value'] === value),
  );
  return inBoth.length === 0 ? undefined : inBoth.includes(true);
}

/** A year agrees with each of its days. */
function agree(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function wordsOf(names: JsonValue | undefined): ReadonlySet<string> {
  const said = objects(names).flatMap(({ text, family, given }) => [
    ...strings([text ?? null, family ?? null]),
    ...strings(given),
  ]);
  const words = said.flatMap((part) => foldLetters(part).split(/[^\p{L}\p{M}]+/u));
  return new Set(words.filter((word) => word.length > 1));
}

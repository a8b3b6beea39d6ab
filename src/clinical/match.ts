/**
 * Whether two Patients under different ids may be one person: the same name and the same birth date, however written.
 * Only ever a question to a person; nothing is joined by it.
 */
import { foldLetters } from '../base/fold.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';

/** Any name of one equals any name of the other as a set of words, and both birth dates are given whole and equal. */
export function likelySamePatient(a: JsonObject, b: JsonObject): boolean {
  const born = a['birthDate'];
  if (typeof born !== 'string' || born === '' || born !== b['birthDate']) return false;
  const names = new Set(nameForms(a));
  return nameForms(b).some((name) => names.has(name));
}

/** An index key for looking many patients up: those of two patients meet exactly when `likelySamePatient` holds. */
export function matchKeys(patient: JsonObject): readonly string[] {
  const born = patient['birthDate'];
  if (typeof born !== 'string' || born === '') return [];
  return nameForms(patient).map((name) => `${born} ${name}`);
}

/**
 * Each name as its sorted words without accents, case and punctuation: "O'Keefe, José Felipe" and "Felipe Jose OKEEFE"
 * agree. A name by first given and family alone is a form too, since a second
 * given name is often left out.
 */
function nameForms(patient: JsonObject): readonly string[] {
  const names = patient['name'];
  const forms = (isArray(names) ? names.filter(isObject) : []).flatMap((name) => {
    const family = words(name['family']);
    const given = isArray(name['given']) ? name['given'].flatMap(words) : [];
    if (family.length + given.length === 0) return [words(name['text'])];
    return [
      [...given, ...family],
      [...given.slice(0, 1), ...family],
    ];
  });
  return [...new Set(forms.filter((form) => form.length > 0).map((form) => [...form].sort().join(' ')))];
}

function words(value: JsonValue | undefined): readonly string[] {
  if (typeof value !== 'string') return [];
  const plain = foldLetters(value);
  return plain
    .replace(/['’`.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** What a resource is called in a list: the words of what it is about, else of its kind. Never empty. */
import { choiceOf, conceptWords, joinWords, personName, simpleWords } from './datatypes.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from './json.ts';
import { typeWords } from './words.ts';

/** Elements that say what a resource is about, the most telling first. */
const tellingElements = [
  'code',
  'vaccineCode',
  'medicationCodeableConcept',
  'name',
  'title',
  'description',
  'type',
  'serviceType',
  'relationship',
  'deviceName',
  'productOrService',
  'scope',
  'category',
  'class',
  'summary',
] as const;

export function titleOf(resource: JsonObject): string {
  for (const element of tellingElements) {
    const words = elementTitle(resource[element]);
    if (words !== '') return words;
  }
  const ingredients = ingredientWords(resource['ingredient']);
  if (ingredients !== '') return ingredients;
  const type = resource['resourceType'];
  return typeof type === 'string' ? typeWords(type) : 'Entry';
}

function elementTitle(value: JsonValue | undefined): string {
  if (isArray(value)) return joinWords(value.slice(0, 1).map(elementTitle), '');
  if (!isObject(value)) return simpleWords(value);
  if (Object.hasOwn(value, 'family') || Object.hasOwn(value, 'given')) return personName(value);
  if (typeof value['name'] === 'string') return value['name'];
  if (Object.hasOwn(value, 'coding') || Object.hasOwn(value, 'text')) return conceptWords(value);
  // A bare Coding (Encounter.class), or a CodeableConcept that only says why it is absent.
  return Object.hasOwn(value, 'code') ? conceptWords({ coding: [value] }) : conceptWords(value);
}

/** A Medication or mixture without a code of its own. */
function ingredientWords(value: JsonValue | undefined): string {
  if (!isArray(value)) return '';
  return joinWords(
    value.filter(isObject).map((ingredient) => conceptWords(choiceOf(ingredient, 'item'))),
    ' + ',
  );
}

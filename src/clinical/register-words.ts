/** A register of a resource as a name and a value in words: what histories, re-imports and conflicts show. */
import { conceptWords, joinWords } from './datatypes.ts';
import { dosagesWords } from './dosage-words.ts';
import { isArray, isObject, jsonObject, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './json-parser.ts';
import { plainText } from './plain-text.ts';
import { readValue, type NameReference } from './readable.ts';
import { titleOf } from './title.ts';
import { codeWords, elementWords } from './words.ts';

/** "Dose", "Status", "Blood pressure". */
export function registerName(resourceType: string, register: string): string {
  return registerNames.get(`${resourceType}.${register}`) ?? registerNames.get(register) ?? elementWords(register);
}

/** The value of a register's JSON text in words; says so when it was emptied or cannot be read. */
export function registerWords(register: string, text: string, nameOf?: NameReference): string {
  const parsed = parseJson(text);
  if (!parsed.ok || !isObject(parsed.value)) return 'cannot be read';
  return elementsWords(register, parsed.value, nameOf) || 'removed';
}

/** Bookkeeping that no screen shows: what is not an element, and the narrative, which follows from the rest. */
export function isShownRegister(register: string): boolean {
  return !register.startsWith('@') && register !== 'text' && register !== 'meta';
}

function elementsWords(register: string, elements: JsonObject, nameOf?: NameReference): string {
  const values = Object.entries(elements).filter(([element]) => !element.startsWith('_'));
  if (register === 'component') return componentWords(elements['component']);
  const words = values.map(([element, value]) => {
    if (element === 'dosageInstruction' || element === 'dosage') return dosagesWords(value) || readValue(value, nameOf);
    if (element === 'verificationStatus' && readStatus(value) === 'confirmed') return '';
    if (/status$/i.test(element)) return readStatus(value);
    if (element === 'content') return contentWords(value) || readValue(value, nameOf);
    if (element.startsWith('abatement')) return `ended ${readValue(value, nameOf)}`;
    return readValue(value, nameOf);
  });
  const only = joinWords(words, ', ');
  return only === '' && values.length < Object.keys(elements).length
    ? readValue(jsonObject(Object.entries(elements)))
    : only;
}

function readStatus(value: JsonValue): string {
  if (typeof value === 'string') return codeWords(value);
  const coding = isObject(value) && isArray(value['coding']) ? value['coding'].find(isObject) : undefined;
  const code = coding?.['code'];
  return typeof code === 'string' ? codeWords(code) : conceptWords(value);
}

/** The words of a note, which are what a reader wants of its content. */
function contentWords(value: JsonValue): string {
  const contents = isArray(value) ? value.filter(isObject) : [];
  const texts = contents.map(({ attachment }) => (isObject(attachment) ? plainText(attachment) : undefined));
  return texts.every((text) => text !== undefined) ? texts.join('\n\n') : '';
}

function componentWords(value: JsonValue | undefined): string {
  const components = isArray(value) ? value.filter(isObject) : [];
  return joinWords(
    components.map((component) => {
      const amount = Object.entries(component).find(([element]) => element.startsWith('value'));
      return joinWords([titleOf(component), readValue(amount?.[1])], ' ');
    }),
    ', ',
  );
}

const registerNames: ReadonlyMap<string, string> = new Map([
  ['dose', 'Dose'],
  ['Immunization.dose', 'Dose and site'],
  ['status', 'Status'],
  ['medication', 'Medication'],
  ['component', 'Parts'],
  ['Observation.component', 'Measured values'],
  ['value', 'Value'],
  ['Condition.code', 'Problem'],
  ['AllergyIntolerance.code', 'Allergen'],
  ['AllergyIntolerance.kind', 'Kind'],
  ['ClinicalImpression.wording', 'Text'],
  ['CarePlan.wording', 'Text'],
  ['onset', 'Began'],
  ['lot', 'Lot'],
]);

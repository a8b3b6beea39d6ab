/**
 * FHIR data in words: any value at all becomes a line a person can read, so that nothing of a record is hidden for want
 * of a page, and nothing ever shows as "undefined" or "[object Object]". Numbers appear as written.
 *
 * Shapes are told by their elements, because a value's type is not in the JSON; what has no known shape is listed by
 * name. Words of this file say only what the data says.
 */
import { dosageWords, wholeDosageWords } from './dosage-words.ts';
import {
  absentReason,
  addressWords,
  choiceOf,
  codingWords,
  conceptWords,
  identifierWords,
  joinWords,
  periodWords,
  personName,
  quantityWords,
  rangeWords,
  simpleWords,
} from './datatypes.ts';
import { isArray, isObject, JsonNumber, type JsonObject, type JsonValue } from './json.ts';
import { elementWords } from './words.ts';

/** How a reference's target is called, for those who can look it up. */
export type NameReference = (reference: string) => string | undefined;

const noNames: NameReference = () => undefined;

/** Any FHIR value in one line. Empty when it says nothing. */
export function readValue(value: JsonValue | undefined, nameOf: NameReference = noNames): string {
  if (isArray(value))
    return joinWords(
      value.map((item) => readValue(item, nameOf)),
      '; ',
    );
  if (!isObject(value)) return simpleWords(value);
  return shapeWords(value, nameOf) ?? namedParts(value, nameOf);
}

/** The value of a choice element: `readChoice(observation, 'value')`. Empty when there is none. */
function readChoice(object: JsonObject, prefix: string, nameOf: NameReference = noNames): string {
  return readValue(choiceOf(object, prefix), nameOf);
}

/** XHTML of a narrative as plain text: tags gone, paragraphs kept. Never put into a page as markup. */
export function narrativeText(narrative: JsonValue | undefined): string {
  const div = isObject(narrative) ? narrative['div'] : undefined;
  if (typeof div !== 'string') return '';
  return withoutTags(div)
    .replace(/&(#x?[0-9a-f]{1,8}|[a-z]{1,8});/gi, (whole, name: string) => entityText(name) ?? whole)
    .replace(/[ \t\u00A0]+/g, ' ')
    .replace(/ ?(?:· )?\n\s*/g, '\n')
    .trim();
}

/** One pass, tag by tag: a pattern that looks for each tag's end would take a hostile narrative minutes to read. */
function withoutTags(markup: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = markup.indexOf('<', at);
    const close = open < 0 ? -1 : markup.indexOf('>', open);
    if (close < 0) return [...parts, markup.slice(at)].join('');
    parts.push(markup.slice(at, open));
    const tag = markup.slice(open + 1, Math.min(close, open + 16)).toLowerCase();
    const hidden = /^(script|style)\b/.exec(tag)?.[1];
    at = close + 1;
    if (hidden !== undefined) {
      const end = markup.indexOf('</', at);
      // What follows in a script or style up to the next end tag is no prose, whichever tag it ends.
      at = end < 0 ? markup.length : end;
    } else if (/^(br|\/p|\/div|\/li|\/tr|\/h[1-6])\b/.test(tag)) parts.push('\n');
    else if (/^\/t[dh]\b/.test(tag)) parts.push(' · ');
  }
}

function entityText(name: string): string | undefined {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  if (!name.startsWith('#')) return Object.hasOwn(named, name) ? named[name] : undefined;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The known FHIR data types, told by the elements only they have. */
function shapeWords(value: JsonObject, nameOf: NameReference): string | undefined {
  const has = (element: string) => Object.hasOwn(value, element);
  const read = (element: string) => readValue(value[element], nameOf);
  if (has('coding')) return conceptWords(value);
  if (has('doseAndRate') || has('route') || has('asNeededBoolean') || has('patientInstruction'))
    return wholeDosageWords(value);
  if (has('reference') || (has('display') && !has('code'))) return referenceWords(value, nameOf);
  if (has('numerator')) return joinWords([read('numerator'), read('denominator')], ' / ');
  if (has('low') || has('high')) return rangeWords(value);
  if (has('start') || has('end')) return periodWords(value);
  if (has('family') || has('given')) return personName(value);
  if (has('repeat')) return dosageWords({ timing: value });
  if (has('postalCode') || has('line') || has('city')) return addressWords(value);
  if (has('contentType') || (has('url') && has('title'))) return attachmentWords(value);
  if (has('div')) return narrativeText(value);
  // Links between a narrative's markup and the data; nothing for a reader.
  if (value['url'] === 'http://hl7.org/fhir/StructureDefinition/narrativeLink') return '';
  if (has('url') && Object.keys(value).some((element) => element.startsWith('value'))) {
    return `${lastStep(read('url'))}: ${readChoice(value, 'value', nameOf)}`;
  }
  if (has('value') && (has('unit') || has('code') || has('currency') || value['value'] instanceof JsonNumber)) {
    return quantityWords(value);
  }
  // Something with a value and a name of its own is no identifier.
  if (has('value') && typeof value['value'] === 'string' && !has('name'))
    return joinWords([identifierWords(value), read('extension')], ', ');
  if (has('code') && (has('system') || has('display'))) return codingWords(value);
  if (
    has('text') &&
    Object.keys(value).every((key) => ['text', 'time', 'authorString', 'authorReference'].includes(key))
  ) {
    return joinWords(
      [read('text'), joinWords([read('authorString'), read('authorReference'), read('time')], ', ')],
      ' – ',
    );
  }
  return absentReason(value);
}

/** The target's name where it can be looked up, else what the reference says; a bare id says nothing to a person. */
function referenceWords(value: JsonObject, nameOf: NameReference): string {
  const reference = value['reference'];
  const found = typeof reference === 'string' ? nameOf(reference) : undefined;
  if (found !== undefined && found !== '') return found;
  if (typeof value['display'] === 'string') return value['display'];
  if (isObject(value['identifier'])) return identifierWords(value['identifier']);
  return typeof reference === 'string' ? 'not in the part of the record held here' : '';
}

function attachmentWords(attachment: JsonObject): string {
  const held = Object.hasOwn(attachment, 'data') ? '' : readValue(attachment['url']);
  return joinWords([readValue(attachment['title']), readValue(attachment['contentType']), held], ', ');
}

function namedParts(value: JsonObject, nameOf: NameReference): string {
  const parts = Object.entries(value).map(([element, part]) => {
    if (element.startsWith('_') || element === 'id') return '';
    const words = readValue(part, nameOf);
    return words === '' ? '' : `${elementWords(element)}: ${words}`;
  });
  return joinWords(parts, ', ');
}

function lastStep(url: string): string {
  return elementWords((url.split(/[/#]/).at(-1) ?? url).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
}

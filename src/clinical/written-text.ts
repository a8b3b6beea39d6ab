/**
 * The wording of a note as several people write it (AM-6), and the register it stands for: as long as nobody has written that
 * register, the text is its value; writing it closes the text. Part of the stored format.
 */
import { toUtf8 } from '../base/bytes.ts';
import { toBase64 } from './base64.ts';
import { jsonObject, stringifyJson } from './json.ts';

const textRegisters: ReadonlyMap<string, string> = new Map([['DocumentReference', 'content']]);

/** The register of a resource type whose wording may be written as text; undefined for types that have none. */
export function textRegisterOf(type: string): string | undefined {
  return textRegisters.get(type);
}

/** That register, as JSON text, with these words: plain text as FHIR R4 keeps it in a document. */
export function registerOfWords(words: string): string {
  const attachment = jsonObject([
    ['contentType', 'text/plain; charset=utf-8'],
    ['data', toBase64(toUtf8(words))],
  ]);
  return stringifyJson(jsonObject([['content', [jsonObject([['attachment', attachment]])]]]));
}

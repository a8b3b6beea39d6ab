/**
 * The text of a chosen file, letter by letter as its bytes say, or not at all: FHIR is UTF-8, and reading another encoding as if it
 * were puts "�" for every letter it does not know, into a chart for good.
 */
import type { ChosenFile } from './import-run.ts';

/** `text()` rejects with TypeError where the bytes are not UTF-8: another encoding, or a compressed file. */
export function chosenFile(file: Pick<File, 'name' | 'arrayBuffer'>): ChosenFile {
  return { name: file.name, text: async () => decode(await file.arrayBuffer()) };
}

/** A byte order mark is left for the reader, which skips it. */
function decode(bytes: ArrayBuffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

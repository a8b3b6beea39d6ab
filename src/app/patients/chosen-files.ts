/**
 * What a person chose, as what is read as one: each file alone, but the NDJSON files of a bulk export together, since each of them has
 * one type of resource and they name each other's. A set is bounded: all of it is in memory at once.
 */
import type { FilePart, FileText } from '../../clinical/bundle.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Session } from '../session.ts';

type Files = Parameters<Session['planImport']>[0];

/** Characters of a set: some dozens of long charts, thousands of short ones. In memory it is ten times as much. */
export const maxSetLength = 64_000_000;

export interface ChosenSource {
  /** "Patient.ndjson and 4 more". */
  readonly name: string;
  readonly files: Files;
}

export function chosenSources(files: Files): readonly ChosenSource[] {
  const lines = files.filter(({ name }) => /\.ndjson$/i.test(name));
  const [first] = lines;
  const alone = files.filter((file) => lines.length < 2 || !lines.includes(file));
  const each = alone.map((file) => ({ name: file.name, files: [file] }));
  if (first === undefined || lines.length < 2) return each;
  return [{ name: `${first.name} and ${lines.length - 1} more`, files: lines }, ...each];
}

type TextRefusal = 'not-readable' | 'not-utf8' | 'set-too-large';

/** Not readable, or not any more; or its bytes are no text: files say so by a TypeError, as TextDecoder does. `detail`: of a set, which. */
export async function textOf(source: ChosenSource | undefined): Promise<Result<FileText, TextRefusal>> {
  const parts: FilePart[] = [];
  let length = 0;
  for (const file of source?.files ?? []) {
    const which = source?.files.length === 1 ? undefined : file.name;
    try {
      const text = await file.text();
      if (source?.files.length === 1) return ok(text);
      length += text.length;
      if (length > maxSetLength) return err('set-too-large', which);
      parts.push({ name: file.name, text });
    } catch (error) {
      return err(error instanceof TypeError ? 'not-utf8' : 'not-readable', which);
    }
  }
  return parts.length === 0 ? err('not-readable') : ok(parts);
}

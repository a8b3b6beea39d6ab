/**
 * A chart as a FHIR file: every resource given back equal to what came in (same JSON value, numbers as written, key
 * order aside) with the changes made since, in a `collection` Bundle.
 */
import { jsonObject, stringifyJson, type JsonValue } from './json.ts';
import { withData } from './large-data.ts';
import { ChartRecord, type OpenSections } from './record.ts';
import { storedFullUrl } from './registers.ts';
import { fullUrlOfKey } from './resource-key.ts';
import type { ResourceKey } from './section-edit.ts';

export interface WrittenBundle {
  readonly text: string;
  /** Resources whose stored text is no JSON object (only a faulty or hostile writer makes these); they are not in the file. */
  readonly unreadable: readonly ResourceKey[];
}

/**
 * The derived identity is in the file only where the Patient itself is not held. `dataOf` gives the `data` a manifest stands for;
 * what is not here is left out and marked (EN-10).
 */
export function writeBundle(
  sections: OpenSections,
  dataOf: (manifest: string) => string | undefined = () => undefined,
): WrittenBundle {
  const record = new ChartRecord(sections);
  const patients = sections.get('demographics')?.resources;
  const entries = record.resources.flatMap(({ key, section, json }) => {
    if (section === 'identity' && patients?.has(key) === true) return [];
    const registers = sections.get(section)?.resources.get(key)?.registers ?? {};
    const fullUrl = storedFullUrl(registers) ?? fullUrlOfKey(key);
    const address: [string, JsonValue][] = fullUrl === undefined ? [] : [['fullUrl', fullUrl]];
    return [stringifyJson(jsonObject([...address, ['resource', withData(json, dataOf)]]))];
  });
  return {
    text: `{"resourceType":"Bundle","type":"collection","entry":[\n${entries.join(',\n')}\n]}\n`,
    unreadable: record.unreadable.map(({ key }) => key),
  };
}

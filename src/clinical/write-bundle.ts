/**
 * A chart as a FHIR file: every resource given back equal to what came in (same JSON value, numbers as written, key
 * order aside) with the changes made since, in a `collection` Bundle.
 */
import type { ChartSection } from '../base/sections.ts';
import type { ConcurrentChange } from './conflicts.ts';
import { jsonObject, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { withData } from './large-data.ts';
import { ChartRecord } from './record.ts';
import { storedFullUrl } from './registers.ts';
import { fullUrlOfKey } from './resource-key.ts';
import type { ResourceKey, StoredResource } from './section-edit.ts';
import { withStandingMark } from './standing-mark.ts';
import { unsettledVersions } from './unsettled-words.ts';

export interface WrittenBundle {
  readonly text: string;
  /** How many resources are marked in the file as not settled. */
  readonly unsettled: number;
  /** Resources whose stored text is no JSON object (only a faulty or hostile writer makes these); they are not in the file. */
  readonly unreadable: readonly ResourceKey[];
}

/** Sections with what nobody has settled in them. */
type SectionsToWrite = ReadonlyMap<
  ChartSection,
  { readonly resources: ReadonlyMap<ResourceKey, StoredResource>; readonly conflicts?: readonly ConcurrentChange[] }
>;

/**
 * The derived identity is in the file only where the Patient itself is not held. `dataOf` gives the `data` a manifest stands for;
 * what is not here is left out and marked (EN-10). What is not settled leaves as such: marked, its versions in words (AM-5).
 * `beside`: what is kept of the patient outside the chart; what the chart itself has under that key is the chart's.
 */
export function writeBundle(
  sections: SectionsToWrite,
  dataOf: (manifest: string) => string | undefined = () => undefined,
  beside: ReadonlyMap<ResourceKey, JsonObject> = new Map(),
): WrittenBundle {
  const record = new ChartRecord(sections);
  const versions = new Map(
    [...sections].map(
      ([section, { conflicts = [] }]) => [section, unsettledVersions(record, section, conflicts)] as const,
    ),
  );
  let unsettled = 0;
  const patients = sections.get('demographics')?.resources;
  const entries = record.resources.flatMap(({ key, section, json }) => {
    if (section === 'identity' && patients?.has(key) === true) return [];
    const registers = sections.get(section)?.resources.get(key)?.registers ?? {};
    const fullUrl = storedFullUrl(registers) ?? fullUrlOfKey(key);
    const address: [string, JsonValue][] = fullUrl === undefined ? [] : [['fullUrl', fullUrl]];
    const whole = withData(json, dataOf);
    const told = versions.get(section)?.get(key);
    if (told !== undefined) unsettled += 1;
    const resource = told === undefined ? whole : withStandingMark(whole, told);
    return [stringifyJson(jsonObject([...address, ['resource', resource]]))];
  });
  for (const [key, resource] of beside)
    if (record.get(key) === undefined) entries.push(stringifyJson(jsonObject([['resource', resource]])));
  return {
    unsettled,
    text: `{"resourceType":"Bundle","type":"collection","entry":[\n${entries.join(',\n')}\n]}\n`,
    unreadable: record.unreadable.map(({ key }) => key),
  };
}

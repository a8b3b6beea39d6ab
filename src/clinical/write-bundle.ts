/**
 * A chart as a FHIR file: every resource given back equal to what came in (same JSON value, numbers as written, key
 * order aside) with the changes made since, in a `collection` Bundle.
 */
import type { ChartSection } from '../base/sections.ts';
import { jsonObject, stringifyJson, type JsonValue } from './json.ts';
import { composeResource, storedFullUrl } from './registers.ts';
import { fullUrlOfKey } from './resource-key.ts';
import type { ResourceKey, StoredResource } from './section-edit.ts';

export interface WrittenBundle {
  readonly text: string;
  /** Resources whose stored text is no JSON object (only a faulty or hostile writer makes these); they are not in the file. */
  readonly unreadable: readonly ResourceKey[];
}

export function writeBundle(resources: Iterable<StoredResource>): WrittenBundle {
  const entries: string[] = [];
  const unreadable: ResourceKey[] = [];
  for (const { key, base, registers } of resources) {
    const resource = composeResource(base, registers);
    if (!resource.ok) {
      unreadable.push(key);
      continue;
    }
    const fullUrl = storedFullUrl(registers) ?? fullUrlOfKey(key);
    const address: [string, JsonValue][] = fullUrl === undefined ? [] : [['fullUrl', fullUrl]];
    entries.push(stringifyJson(jsonObject([...address, ['resource', resource.value]])));
  }
  return { text: `{"resourceType":"Bundle","type":"collection","entry":[\n${entries.join(',\n')}\n]}\n`, unreadable };
}

/** What of a chart's sections belongs in an export: the derived identity only where the Patient itself is not held. */
export function resourcesToExport(
  sections: ReadonlyMap<ChartSection, ReadonlyMap<ResourceKey, StoredResource>>,
): readonly StoredResource[] {
  const demographics = sections.get('demographics');
  return [...sections].flatMap(([section, resources]) =>
    [...resources.values()].filter(({ key }) => section !== 'identity' || demographics?.has(key) !== true),
  );
}

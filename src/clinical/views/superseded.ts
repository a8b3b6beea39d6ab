/** Which results a corrected one replaces: those that it names by FHIR's extension for that. They stay visible, marked. */
import { isArray, isObject, type JsonObject } from '../json.ts';
import type { ChartRecord } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';

const replaces = 'http://hl7.org/fhir/StructureDefinition/observation-replaces';

/** Key of what was replaced → key of what replaces it. */
export function supersededKeys(record: ChartRecord): ReadonlyMap<ResourceKey, ResourceKey> {
  const found = new Map<ResourceKey, ResourceKey>();
  for (const { key, json } of record.ofTypes('Observation')) {
    for (const reference of replacedBy(json)) {
      const replaced = record.keyOf(reference);
      if (replaced !== undefined && replaced !== key) found.set(replaced, key);
    }
  }
  return found;
}

function replacedBy(json: JsonObject): readonly string[] {
  const extensions = isArray(json['extension']) ? json['extension'].filter(isObject) : [];
  return extensions.flatMap(({ url, valueReference }) => {
    const reference = url === replaces && isObject(valueReference) ? valueReference['reference'] : undefined;
    return typeof reference === 'string' ? [reference] : [];
  });
}

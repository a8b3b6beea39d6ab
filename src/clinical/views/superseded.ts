/**
 * Which results a corrected one replaces: those that it names by FHIR's extension for that. They stay visible, marked. What was
 * entered in error replaces nothing, nor do two that name each other: else none would be left to be seen as the value.
 */
import { isEnteredInError } from '../fhir-status.ts';
import { isArray, isObject, type JsonObject } from '../json.ts';
import type { ChartRecord } from '../record.ts';
import type { ResourceKey } from '../section-edit.ts';

const replaces = 'http://hl7.org/fhir/StructureDefinition/observation-replaces';

/** Key of what was replaced → key of what replaces it. */
export function supersededKeys(record: ChartRecord): ReadonlyMap<ResourceKey, ResourceKey> {
  const found = new Map<ResourceKey, ResourceKey>();
  for (const { key, json } of record.ofTypes('Observation')) {
    if (isEnteredInError(json)) continue;
    for (const reference of replacedIn(json)) {
      const replaced = record.keyOf(reference);
      if (replaced !== undefined && replaced !== key) found.set(replaced, key);
    }
  }
  return new Map([...found].filter(([key]) => !isInCircle(key, found)));
}

function isInCircle(key: ResourceKey, replacedBy: ReadonlyMap<ResourceKey, ResourceKey>): boolean {
  const seen = new Set<ResourceKey>();
  for (let at = replacedBy.get(key); at !== undefined && !seen.has(at); at = replacedBy.get(at)) {
    if (at === key) return true;
    seen.add(at);
  }
  return false;
}

/** Of rows those in whose place none of the others stands: whatever says so and shows no value there takes nothing away. */
export function withoutReplaced<
  R extends {
    readonly key: ResourceKey;
    readonly replacedBy: ResourceKey | undefined;
    readonly enteredInError: boolean;
    readonly short: string;
  },
>(rows: readonly R[]): readonly R[] {
  const shown = new Set(
    rows.flatMap(({ key, enteredInError, short }) => (enteredInError || short === '' ? [] : [key])),
  );
  return rows.filter(({ replacedBy }) => replacedBy === undefined || !shown.has(replacedBy));
}

function replacedIn(json: JsonObject): readonly string[] {
  const extensions = isArray(json['extension']) ? json['extension'].filter(isObject) : [];
  return extensions.flatMap(({ url, valueReference }) => {
    const reference = url === replaces && isObject(valueReference) ? valueReference['reference'] : undefined;
    return typeof reference === 'string' ? [reference] : [];
  });
}

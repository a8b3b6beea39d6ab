/**
 * Going through a resource object by object, with the section each lies in and a name for its place that stands as long as
 * the resource says the same there. Knows nothing of what is done with them.
 */
import type { ChartSection } from '../base/sections.ts';
import { contentHash } from './content-hash.ts';
import { canonicalJson, isArray, isObject, jsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceKey } from './section-edit.ts';

/** A resource that words are taken from or put back into. */
export interface WordSource {
  readonly key: ResourceKey;
  readonly section: ChartSection;
  /** The resource whose contained ones `#id` names, where `json` is only a part of it. */
  readonly container?: JsonObject;
}

export interface Spot {
  readonly section: ChartSection;
  readonly container: JsonObject;
  readonly top: string;
  readonly element: string;
  readonly scope: Scope;
}

/** What stands in place of an object; undefined to look inside it. */
export type Visit = (value: JsonObject, spot: Spot) => JsonObject | undefined;

/**
 * Names places within one part of a resource: by what was left there and, of equal ones, by their order. So a list that is
 * put into another order, or gets longer, keeps its words; and a part that is not held shifts nobody's place.
 */
export class Scope {
  readonly #source: ResourceKey;
  readonly #path: readonly string[];
  readonly #counts = new Map<string, number>();

  constructor(source: ResourceKey, path: readonly string[]) {
    this.#source = source;
    this.#path = path;
  }

  place(left: JsonObject): string {
    return contentHash([this.#source, ...this.#path, ...this.pass(left)]);
  }

  /** Counts a place that nobody asks the name of. */
  pass(left: JsonObject): readonly [string, string] {
    const text = canonicalJson(left);
    const before = this.#counts.get(text) ?? 0;
    this.#counts.set(text, before + 1);
    return [text, String(before)];
  }

  inside(step: string): Scope {
    return new Scope(this.#source, [...this.#path, step]);
  }
}

export function elementsOf(json: JsonObject, { key, section, container = json }: WordSource, visit: Visit): JsonObject {
  return mapMembers(json, (value, top) =>
    valueOf(value, { section, container, top, element: top, scope: new Scope(key, [top]) }, visit),
  );
}

export function membersOf(json: JsonObject, spot: Spot, visit: Visit): JsonObject {
  return mapMembers(json, (value, element) => valueOf(value, { ...spot, element }, visit));
}

function valueOf(value: JsonValue, spot: Spot, visit: Visit): JsonValue {
  if (isArray(value)) {
    const items = value.map((item) => valueOf(item, spot, visit));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isObject(value)) return value;
  const instead = visit(value, spot);
  if (instead !== undefined) return instead;
  if (!isContained(value, spot)) return membersOf(value, innerSpot(value, spot), visit);
  const { id } = value;
  return membersOf(value, { ...spot, scope: spot.scope.inside(typeof id === 'string' ? id : '') }, visit);
}

/** A resource within a resource (a Bundle's entry) has contained ones of its own. */
function innerSpot(value: JsonObject, spot: Spot): Spot {
  return typeof value['resourceType'] === 'string' ? { ...spot, container: value } : spot;
}

/** The same object where no member changed: most resources have no words to take. */
function mapMembers(json: JsonObject, change: (value: JsonValue, name: string) => JsonValue): JsonObject {
  const before = Object.entries(json);
  const after = before.map(([name, value]): [string, JsonValue] => [
    name,
    typeof value === 'object' && value !== null ? change(value, name) : value,
  ]);
  return after.every(([, value], i) => value === before[i]?.[1]) ? json : jsonObject(after);
}

/** A resource inside another, which only that one can name. */
export function isContained(value: JsonObject, { element }: Spot): boolean {
  return element === 'contained' && typeof value['resourceType'] === 'string';
}

/**
 * A chart as one readable record: the resources of all sections that could be opened, composed, with their references
 * resolved and the words of references put back as far as they are held. A stored text that cannot be read (only a faulty
 * or hostile writer makes one) is listed, never thrown.
 */
import type { ChartSection } from '../base/sections.ts';
import { isObject, stringifyJson, type JsonObject } from './json.ts';
import { parseJson } from './json-parser.ts';
import { containedIn, ReferenceTargets, type Located } from './reference-target.ts';
import { composeResource, storedFullUrl } from './registers.ts';
import { typeOfKey } from './resource-key.ts';
import type { ResourceKey, StoredResource } from './section-edit.ts';
import { titleOf } from './title.ts';
import { restoreWords } from './withheld-words.ts';
import { HeldWords, holdsWords } from './words-records.ts';

/** A resource of a chart as it stands. */
export interface Resource {
  readonly key: ResourceKey;
  readonly section: ChartSection;
  readonly type: string;
  readonly json: JsonObject;
}

export interface UnreadableResource {
  readonly key: ResourceKey;
  readonly section: ChartSection;
}

/** The sections of a chart as app/ gives them; only what they hold is asked for. */
export type OpenSections = ReadonlyMap<ChartSection, { readonly resources: ReadonlyMap<ResourceKey, StoredResource> }>;

export class ChartRecord {
  readonly resources: readonly Resource[];
  readonly unreadable: readonly UnreadableResource[];
  /** Every resource with its addresses. */
  readonly located: readonly Located[];
  readonly words: HeldWords;
  readonly #byKey: ReadonlyMap<ResourceKey, Resource>;
  readonly #asStored = new Map<Resource, JsonObject>();
  readonly #targets: ReferenceTargets;

  constructor(sections: OpenSections) {
    const located: Located[] = [];
    const unreadable: UnreadableResource[] = [];
    const words: StoredResource[] = [];
    for (const [section, { resources: stored }] of sections) {
      for (const [key, resource] of stored) {
        if (holdsWords(key)) {
          words.push(resource);
          continue;
        }
        const json = composed(resource);
        if (json === undefined) {
          unreadable.push({ key, section });
          continue;
        }
        const type = typeOfKey(key);
        const { id } = json;
        const fullUrl = storedFullUrl(resource.registers);
        located.push({ key, section, type, id: typeof id === 'string' ? id : undefined, fullUrl, json });
      }
    }
    this.located = located;
    this.unreadable = unreadable;
    this.words = new HeldWords(words);
    this.#targets = new ReferenceTargets(located);
    this.resources = located.map(({ key, section, type, json: stored }) => {
      const restored = (): JsonObject => restoreWords(stored, { key, section }, this.#targets, this.words);
      const resource = restoredWhenAsked({ key, section, type }, restored);
      this.#asStored.set(resource, stored);
      return resource;
    });
    // The derived identity shares its key with the Patient; where both are held the Patient says more.
    const identityFirst = this.resources.toSorted(
      (a, b) => Number(b.section === 'identity') - Number(a.section === 'identity'),
    );
    this.#byKey = new Map(identityFirst.map((resource) => [resource.key, resource]));
  }

  get(key: ResourceKey): Resource | undefined {
    return this.#byKey.get(key);
  }

  /** What of a resource lies in its own section: without words of references that lie in others. */
  asStored(resource: Resource): JsonObject {
    return this.#asStored.get(resource) ?? resource.json;
  }

  /** The JSON text of some elements of a resource, of an earlier version too, with the words that are held for them. */
  withWords({ key, section, json: container }: Resource, text: string): string {
    const parsed = parseJson(text);
    if (!parsed.ok || !isObject(parsed.value)) return text;
    const restored = restoreWords(parsed.value, { key, section, container }, this.#targets, this.words);
    return restored === parsed.value ? text : stringifyJson(restored);
  }

  inSection(section: ChartSection): readonly Resource[] {
    return this.resources.filter((resource) => resource.section === section);
  }

  ofTypes(...types: readonly string[]): readonly Resource[] {
    return this.resources.filter(({ type, section }) => types.includes(type) && section !== 'identity');
  }

  /** What a reference inside `from` points to: a resource of the chart, or one contained in `from`. */
  resolve(reference: string, from: JsonObject): JsonObject | undefined {
    if (reference.startsWith('#')) return containedIn(from, reference.slice(1));
    return this.#byKey.get(this.#targets.resolve(reference) ?? '')?.json;
  }

  keyOf(reference: string): ResourceKey | undefined {
    return this.#targets.resolve(reference);
  }

  /** How the target of a reference inside `from` is called; undefined when the target is not held. */
  nameOf(reference: string, from: JsonObject): string | undefined {
    const target = this.resolve(reference, from);
    return target === undefined ? undefined : titleOf(target);
  }
}

/** Putting words back costs more than all else that is read here, and most resources are on no page. */
function restoredWhenAsked(place: Omit<Resource, 'json'>, restored: () => JsonObject): Resource {
  let json: JsonObject | undefined;
  return {
    ...place,
    get json() {
      return (json ??= restored());
    },
  };
}

/** Stored resources never change in place, so each is parsed once however often a screen repaints. */
const composedResources = new WeakMap<StoredResource, { readonly json: JsonObject | undefined }>();

function composed(stored: StoredResource): JsonObject | undefined {
  const known = composedResources.get(stored);
  if (known !== undefined) return known.json;
  const result = composeResource(stored.base, stored.registers);
  const json = result.ok ? result.value : undefined;
  composedResources.set(stored, { json });
  return json;
}

/**
 * A chart as one readable record: the resources of all sections that could be opened, composed, with their references
 * resolved and the words of references put back as far as they are held. A stored text that cannot be read (only a faulty
 * or hostile writer makes one) is listed, never thrown.
 *
 * Which resources there are is told by their keys. What one says is read when somebody asks: most are on no page.
 */
import type { ChartSection } from '../base/sections.ts';
import { isObject, stringifyJson, type JsonObject } from './json.ts';
import { parseJson, parseObject } from './json-parser.ts';
import { containedIn, ReferenceTargets, type Located } from './reference-target.ts';
import { identifiersOf, otherNamesOf } from './references.ts';
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

/** A resource that may turn out to be unreadable when it is read. */
export interface HeldResource {
  readonly resource: Resource;
  readonly isReadable: () => boolean;
}

/** The sections of a chart as app/ gives them; only what they hold is asked for. */
export type OpenSections = ReadonlyMap<ChartSection, { readonly resources: ReadonlyMap<ResourceKey, StoredResource> }>;

interface Content {
  readonly held: readonly HeldResource[];
  readonly words: readonly StoredResource[];
}

export class ChartRecord {
  readonly words: HeldWords;
  readonly #sections: OpenSections;
  readonly #targets: ReferenceTargets;
  readonly #stored = new Map<Resource, StoredResource>();
  readonly #given = new WeakSet<JsonObject>();
  readonly #ofTypes = new Map<string, readonly Resource[]>();
  #content: Content | undefined;
  #byKey: ReadonlyMap<ResourceKey, readonly HeldResource[]> | undefined;

  constructor(sections: OpenSections) {
    this.#sections = sections;
    this.words = new HeldWords(() => this.#all.words);
    this.#targets = new ReferenceTargets(() => this.located);
  }

  /** Every resource, in the order of the sections. */
  get held(): readonly HeldResource[] {
    return this.#all.held;
  }

  get resources(): readonly Resource[] {
    return readable(this.held);
  }

  get unreadable(): readonly UnreadableResource[] {
    const damaged = this.held.filter((held) => !held.isReadable());
    return damaged.map(({ resource: { key, section } }) => ({ key, section }));
  }

  /** Every resource with what it is addressed by. */
  get located(): readonly Located[] {
    return this.held.map(({ resource, isReadable }) => locate(resource, this.#mustGetStored(resource), isReadable));
  }

  get(key: ResourceKey): Resource | undefined {
    this.#byKey ??= groupByKey(this.held);
    const found = readable(this.#byKey.get(key) ?? []);
    // The derived identity shares its key with the Patient; where both are held the Patient says more.
    return found.findLast(({ section }) => section !== 'identity') ?? found.at(-1);
  }

  /** The one of this section: a key names a Patient and the derived identity both. */
  at(section: ChartSection, key: ResourceKey): Resource | undefined {
    this.#byKey ??= groupByKey(this.held);
    return readable(this.#byKey.get(key) ?? []).find((resource) => resource.section === section);
  }

  /** What of a resource lies in its own section: without words of references that lie in others. */
  asStored(resource: Resource): JsonObject {
    const stored = this.#stored.get(resource);
    return (stored === undefined ? undefined : composed(stored)) ?? resource.json;
  }

  /** What was noted beside a resource, in a register that is none of its elements; nothing where there is no such register. */
  noted(resource: Resource, register: string): JsonObject | undefined {
    return parseObject(this.#stored.get(resource)?.registers[register] ?? '');
  }

  /** The JSON text of some elements of a resource, of an earlier version too, with the words that are held for them. */
  withWords({ key, section, json: container }: Resource, text: string): string {
    const parsed = parseJson(text);
    if (!parsed.ok || !isObject(parsed.value)) return text;
    const restored = restoreWords(parsed.value, { key, section, container }, this.#targets, this.words);
    return restored === parsed.value ? text : stringifyJson(restored);
  }

  /** Whether this is what a resource of it was read as. */
  gave(json: JsonObject): boolean {
    return this.#given.has(json);
  }

  inSection(section: ChartSection): readonly Resource[] {
    return readable(this.held.filter(({ resource }) => resource.section === section));
  }

  /** The same list to all who ask for the same: pages ask many times for a few of hundreds. */
  ofTypes(...types: readonly string[]): readonly Resource[] {
    const name = types.join();
    const known = this.#ofTypes.get(name);
    if (known !== undefined) return known;
    const found = readable(
      this.held.filter(({ resource: { type, section } }) => types.includes(type) && section !== 'identity'),
    );
    this.#ofTypes.set(name, found);
    return found;
  }

  /** Whom the chart is about: as the identity says where that is held. */
  get patient(): Resource | undefined {
    return this.held.find(({ resource, isReadable }) => resource.type === 'Patient' && isReadable())?.resource;
  }

  /** What a reference inside `from` points to: a resource of the chart, or one contained in `from`. */
  resolve(reference: string, from: JsonObject): JsonObject | undefined {
    if (reference.startsWith('#')) return containedIn(from, reference.slice(1));
    return this.get(this.#targets.resolve(reference) ?? '')?.json;
  }

  keyOf(reference: string): ResourceKey | undefined {
    return this.#targets.resolve(reference);
  }

  /** How the target of a reference inside `from` is called; undefined when the target is not held. */
  nameOf(reference: string, from: JsonObject): string | undefined {
    const target = this.resolve(reference, from);
    return target === undefined ? undefined : titleOf(target);
  }

  /** All at once: what is written meanwhile is in another record. */
  get #all(): Content {
    if (this.#content !== undefined) return this.#content;
    const content = { held: new Array<HeldResource>(), words: new Array<StoredResource>() };
    for (const [section, { resources }] of this.#sections)
      for (const [key, stored] of resources)
        if (holdsWords(key)) content.words.push(stored);
        else content.held.push(this.#hold(section, key, stored));
    this.#content = content;
    return content;
  }

  #hold(section: ChartSection, key: ResourceKey, stored: StoredResource): HeldResource {
    const resource = readWhenAsked({ key, section, type: typeOfKey(key) }, () => {
      const json = composed(stored);
      if (json === undefined) throw new Error(`what ${key} says cannot be read`);
      const whole = restoreWords(json, { key, section }, this.#targets, this.words);
      this.#given.add(whole);
      return whole;
    });
    this.#stored.set(resource, stored);
    return { resource, isReadable: () => composed(stored) !== undefined };
  }

  #mustGetStored(resource: Resource): StoredResource {
    const stored = this.#stored.get(resource);
    if (stored === undefined) throw new Error('a resource of the record was stored in it');
    return stored;
  }
}

/** Putting words back costs more than all else that is read here, and most resources are on no page. */
export function readWhenAsked(place: Omit<Resource, 'json'>, read: () => JsonObject): Resource {
  let json: JsonObject | undefined;
  return {
    ...place,
    get json() {
      return (json ??= read());
    },
  };
}

function readable(held: readonly HeldResource[]): readonly Resource[] {
  return held.flatMap(({ resource, isReadable }) => (isReadable() ? [resource] : []));
}

function groupByKey(all: readonly HeldResource[]): ReadonlyMap<ResourceKey, readonly HeldResource[]> {
  const groups = new Map<ResourceKey, HeldResource[]>();
  for (const held of all) {
    const { key } = held.resource;
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [held]);
    else others.push(held);
  }
  return groups;
}

function locate({ key, section, type }: Resource, stored: StoredResource, isReadable: () => boolean): Located {
  const read = <T>(told: (json: JsonObject) => readonly T[]): readonly T[] => {
    const json = composed(stored);
    return json === undefined ? [] : told(json);
  };
  const hasRegisters = (): boolean => Object.keys(stored.registers).length > 0;
  return {
    key,
    section,
    isReadable,
    otherNames: () =>
      !hasRegisters() && beginsAsNamed(stored.base, key)
        ? []
        : read((json) => otherNamesOf({ key, type, id: idOf(json), fullUrl: storedFullUrl(stored.registers) })),
    identifiers: () =>
      !hasRegisters() && !mayHaveMember(stored.base, 'identifier') ? [] : read((json) => identifiersOf({ type, json })),
  };
}

function idOf({ id }: JsonObject): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

/** Told by its text, as nearly every system writes it: its id is what its key says. What can be read has no member twice. */
function beginsAsNamed(base: string, key: ResourceKey): boolean {
  const [type = '', id = ''] = key.split('/', 2);
  return base.startsWith(`{"resourceType":"${type}","id":"${id}"`);
}

/** Certain where it is false: the name stands nowhere, nor a letter written as its number. */
function mayHaveMember(base: string, name: string): boolean {
  return base.includes(`"${name}"`) || base.includes('\\u');
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

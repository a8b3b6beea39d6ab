/**
 * References between resources: finding them in a resource and finding their target, in the forms files really use:
 * `Type/id`, `urn:uuid:…` (by fullUrl, or by an id of that value), absolute URLs with or without a version, `#contained`,
 * and conditional ones (`Practitioner?identifier=system|value`).
 */
import { isArray, isObject, jsonObject, objects, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceKey } from './section-edit.ts';

/** Elements in which a resource names whom it is about. */
export const patientElements = ['subject', 'patient', 'beneficiary', 'for', 'individual'] as const;

/** Every reference string anywhere in a value, contained resources included. `#local` ones stay inside and are left out. */
export function referencesIn(value: JsonValue): readonly string[] {
  const found: string[] = [];
  collect(value, found);
  return found;
}

function collect(value: JsonValue, found: string[]): void {
  if (isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (key === 'reference' && typeof member === 'string') {
        if (!member.startsWith('#')) found.push(member);
      } else if (typeof member === 'object') collect(member, found);
    }
  }
}

/**
 * A resource without what its references say beside their address, and without contained resources: what a name made from
 * its content may be made of. Whoever reads the name could else try out which words give it.
 */
export function withoutWords(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(withoutWords);
  if (!isObject(value)) return value;
  const isReference = typeof value['reference'] === 'string' || typeof value['display'] === 'string';
  const dropped = isReference ? ['display', '_display', 'identifier', 'extension'] : ['contained'];
  const members = Object.entries(value).filter(([name]) => !dropped.includes(name));
  return jsonObject(members.map(([name, member]) => [name, withoutWords(member)] as const));
}

/** What a target is addressed by. */
export interface Addressed {
  readonly key: ResourceKey;
  readonly type: string;
  readonly id: string | undefined;
  readonly fullUrl: string | undefined;
  readonly json: JsonObject;
}

/** A target as an index asks about it: most references name a key, and what a resource says is read for the others alone. */
export interface Addressable {
  readonly key: ResourceKey;
  /** Whether it can be read: what cannot is no target. */
  readonly isReadable: () => boolean;
  /** Ids and URLs that are not its key. */
  readonly otherNames: () => readonly string[];
  readonly identifiers: () => readonly string[];
}

/** Of a resource that was read. */
export function addressable(resource: Addressed): Addressable {
  const { key } = resource;
  return {
    key,
    isReadable: () => true,
    otherNames: () => otherNamesOf(resource),
    identifiers: () => identifiersOf(resource),
  };
}

/**
 * A resource's own key is what a reference means before anything that others say of themselves; after it a fullUrl or id, then an
 * identifier. Of two equal ones the first keeps it.
 */
export class ReferenceIndex<T extends Addressable = Addressable> {
  readonly #resources: readonly T[];
  readonly #byKey = new Map<ResourceKey, T[]>();
  /** By what stands in a key after its type. */
  readonly #byName = new Map<string, T[]>();
  #otherNames: ReadonlyMap<string, ResourceKey> | undefined;
  #identifiers: ReadonlyMap<string, ResourceKey> | undefined;

  constructor(resources: Iterable<T>) {
    this.#resources = [...resources];
    for (const resource of this.#resources) {
      put(this.#byKey, resource.key, resource);
      put(this.#byName, nameOf(resource.key), resource);
    }
  }

  resolve(reference: string): ResourceKey | undefined {
    const bare = reference.replace(/\/_history\/[^/]*$/, '');
    return this.#at(bare) ?? this.#at(relativePart(bare));
  }

  /** The one that a key means. */
  get(key: ResourceKey): T | undefined {
    return this.#byKey.get(key)?.find((resource) => resource.isReadable());
  }

  #at(address: string): ResourceKey | undefined {
    const isUuid = address.startsWith(uuidScheme);
    const named = isUuid ? this.#byName.get(address.slice(uuidScheme.length)) : this.#byKey.get(address);
    const own = named?.find((resource) => resource.isReadable());
    if (own !== undefined) return own.key;
    this.#otherNames ??= this.#firstOf((resource) => resource.otherNames());
    const other = this.#otherNames.get(address);
    if (other !== undefined || !address.includes(identifierQuery)) return other;
    this.#identifiers ??= this.#firstOf((resource) => resource.identifiers());
    return this.#identifiers.get(address);
  }

  #firstOf(addresses: (resource: T) => readonly string[]): ReadonlyMap<string, ResourceKey> {
    const keys = new Map<string, ResourceKey>();
    for (const resource of this.#resources)
      for (const address of addresses(resource)) if (!keys.has(address)) keys.set(address, resource.key);
    return keys;
  }
}

function put<T>(map: Map<string, T[]>, name: string, resource: T): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [resource]);
  else known.push(resource);
}

const uuidScheme = 'urn:uuid:';
const identifierQuery = '?identifier=';

function nameOf(key: ResourceKey): string {
  return key.slice(key.indexOf('/') + 1).replace(/^~/, '');
}

export function otherNamesOf({ key, type, id, fullUrl }: Omit<Addressed, 'json'>): readonly string[] {
  const names = fullUrl === undefined ? [] : [fullUrl];
  if (id !== undefined && key !== `${type}/${id}`) names.push(`${type}/${id}`, `${uuidScheme}${id}`);
  return names;
}

export function identifiersOf({ type, json }: Pick<Addressed, 'type' | 'json'>): readonly string[] {
  return objects(json['identifier']).flatMap(({ system, value }) => {
    if (typeof value !== 'string') return [];
    const query = `${identifierQuery}${typeof system === 'string' ? system : ''}|${value}`;
    // Without a type: how a reference that is an identifier and nothing else finds its target.
    return [`${type}${query}`, query];
  });
}

/** `Type/id` at the end of an absolute URL; the reference itself otherwise. */
function relativePart(reference: string): string {
  return /^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1] ?? reference;
}

/** The resource type a reference names, where its text says so. */
export function referencedType(reference: string): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]*)?|\?[\s\S]*)$/.exec(reference)?.[1];
}

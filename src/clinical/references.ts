/**
 * References between resources: finding them in a resource and finding their target, in the forms files really use:
 * `Type/id`, `urn:uuid:…` (by fullUrl, or by an id of that value), absolute URLs with or without a version, `#contained`,
 * and conditional ones (`Practitioner?identifier=system|value`).
 */
import { isArray, isObject, jsonObject, type JsonObject, type JsonValue } from './json.ts';
import type { ResourceKey } from './section-edit.ts';

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

/** What a target can be addressed by. */
export interface Addressed {
  readonly key: ResourceKey;
  readonly type: string;
  readonly id: string | undefined;
  readonly fullUrl: string | undefined;
  readonly json: JsonObject;
}

export class ReferenceIndex {
  readonly #keysByAddress = new Map<string, ResourceKey>();

  constructor(resources: Iterable<Addressed>) {
    for (const resource of resources) {
      for (const address of addressesOf(resource)) {
        // The first of two equal addresses keeps it; fullUrl is listed first as the Bundle's own way to address.
        if (!this.#keysByAddress.has(address)) this.#keysByAddress.set(address, resource.key);
      }
    }
  }

  resolve(reference: string): ResourceKey | undefined {
    const bare = reference.replace(/\/_history\/[^/]*$/, '');
    return this.#keysByAddress.get(bare) ?? this.#keysByAddress.get(relativePart(bare));
  }
}

function addressesOf({ key, type, id, fullUrl, json }: Addressed): readonly string[] {
  const addresses = [key];
  if (fullUrl !== undefined) addresses.push(fullUrl);
  if (id !== undefined) addresses.push(`${type}/${id}`, `urn:uuid:${id}`);
  const uuid = /^[^/]+\/~([0-9a-f-]{36})$/.exec(key)?.[1];
  if (uuid !== undefined) addresses.push(`urn:uuid:${uuid}`);
  const identifiers = json['identifier'];
  for (const identifier of isArray(identifiers) ? identifiers.filter(isObject) : []) {
    const { system, value } = identifier;
    if (typeof value !== 'string') continue;
    const query = `?identifier=${typeof system === 'string' ? system : ''}|${value}`;
    // Without a type: how a reference that is an identifier and nothing else finds its target.
    addresses.push(`${type}${query}`, query);
  }
  return addresses;
}

/** `Type/id` at the end of an absolute URL; the reference itself otherwise. */
function relativePart(reference: string): string {
  return /^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1] ?? reference;
}

/** The resource type a reference names, where its text says so. */
export function referencedType(reference: string): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]*)?|\?[\s\S]*)$/.exec(reference)?.[1];
}

/**
 * The names of resources inside a chart. `Type/id` where the resource has an id; else `Type/~uuid`, the uuid being that
 * of its Bundle entry's fullUrl, or made from its content, so that the same file meets the same names again.
 */
import { contentUuid } from './content-hash.ts';
import type { JsonObject } from './json.ts';
import { withoutWords } from './references.ts';
import type { ResourceKey } from './section-edit.ts';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** FHIR's id: anything else stays in the resource, and the key is made as if there were none. */
const idPattern = /^[A-Za-z0-9\-.]{1,64}$/;

export function keyOf(type: string, json: JsonObject, fullUrl: string | undefined): ResourceKey {
  const id = json['id'];
  if (typeof id === 'string' && idPattern.test(id)) return `${type}/${id}`;
  return `${type}/~${uuidOfUrn(fullUrl) ?? contentUuid(withoutWords(json))}`;
}

export function typeOfKey(key: ResourceKey): string {
  return key.slice(0, key.indexOf('/'));
}

/** The fullUrl that the key alone tells; undefined when nothing sensible can be said (an id that is no UUID). */
export function fullUrlOfKey(key: ResourceKey): string | undefined {
  const name = key.slice(key.indexOf('/') + 1).replace(/^~/, '');
  return uuidPattern.test(name) ? `urn:uuid:${name}` : undefined;
}

/** How another resource refers to this one, here and in an exported file. */
export function referenceTo(key: ResourceKey): string {
  return key.includes('/~') ? (fullUrlOfKey(key) ?? key) : key;
}

function uuidOfUrn(fullUrl: string | undefined): string | undefined {
  const uuid = fullUrl?.startsWith('urn:uuid:') === true ? fullUrl.slice('urn:uuid:'.length).toLowerCase() : '';
  return uuidPattern.test(uuid) ? uuid : undefined;
}

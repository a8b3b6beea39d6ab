/**
 * How resources lie in a section document. Stored format.
 *
 * | root key              | text                                                                        |
 * |-----------------------|-----------------------------------------------------------------------------|
 * | `Type/id#base`        | the resource's JSON text, written once, by its creation                     |
 * | `Type/id#r:<name>`    | a register: JSON text of an object of its elements (AM-4), replaced whole   |
 * | `Type/id#mark`        | `created`, `changed`, `settled`: written with every change of the resource  |
 * | `@list/Type`          | `added`, `settled`: written with a creation that marks its list             |
 * | `Type/id#text`        | a text object: the wording of a note, letter by letter (AM-6), made with it |
 * | `Type/id#typed`       | the id of that object: written with every change that writes in it          |
 *
 * Every other value is an ImmutableString of the root map. EN-5 asks that nothing two devices could both create be created
 * at run time: a map per resource would be just that (both import the same file, and one device's later writes go into a
 * map the other has replaced). With registers at the root, two creations are two values of one register, and nothing can
 * be hidden in an object that lost. A text is no exception: it is made by the change that creates its resource, which no
 * two devices do for a note that is begun here, and belongs to that change's base.
 *
 * The mark is what makes concurrent changes of *different* registers of one resource meet (AM-4): each side writes it.
 */
import { listKey, listOfKey } from '../clinical/conflicts.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import { textRegisterOf } from '../clinical/written-text.ts';
import { maxRegisterNameLength, maxResourceKeyLength } from './limits.ts';

export type ResourceMark = 'created' | 'changed' | 'settled';
export type ListMark = 'added' | 'settled';

export type Place =
  | { readonly kind: 'base'; readonly key: ResourceKey }
  | { readonly kind: 'mark'; readonly key: ResourceKey }
  /** Of a type whose wording may be text only. */
  | { readonly kind: 'text' | 'typed'; readonly key: ResourceKey }
  | { readonly kind: 'register'; readonly key: ResourceKey; readonly register: string }
  | { readonly kind: 'list'; readonly list: string };

const resourceMarks: ReadonlySet<string> = new Set<ResourceMark>(['created', 'changed', 'settled']);
const listMarks: ReadonlySet<string> = new Set<ListMark>(['added', 'settled']);

export function isResourceMark(text: string): text is ResourceMark {
  return resourceMarks.has(text);
}

export function isListMark(text: string): text is ListMark {
  return listMarks.has(text);
}

export const baseKey = (key: ResourceKey): string => `${escapeKey(key)}#base`;
export const markKey = (key: ResourceKey): string => `${escapeKey(key)}#mark`;
export const textKey = (key: ResourceKey): string => `${escapeKey(key)}#text`;
export const typedKey = (key: ResourceKey): string => `${escapeKey(key)}#typed`;
export const registerKey = (key: ResourceKey, register: string): string => `${escapeKey(key)}#r:${register}`;
export const listMarkKey = (list: string): string => listKey(list);

/** What a root key names; undefined for one that no Peerchart writes. One place has one root key. */
export function parseRootKey(rootKey: string): Place | undefined {
  const at = rootKey.indexOf('#');
  if (at < 0) {
    const list = listOfKey(rootKey);
    return list !== undefined && isTypeName(list) ? { kind: 'list', list } : undefined;
  }
  const key = unescapeKey(rootKey.slice(0, at));
  if (!isResourceKey(key) || escapeKey(key) !== rootKey.slice(0, at)) return undefined;
  const field = rootKey.slice(at + 1);
  if (field === 'base' || field === 'mark') return { kind: field, key };
  if (field === 'text' || field === 'typed') return mayHaveText(key) ? { kind: field, key } : undefined;
  const register = field.startsWith('r:') ? field.slice(2) : '';
  return isRegisterName(register) ? { kind: 'register', key, register } : undefined;
}

export function isResourceKey(key: string): boolean {
  const slash = key.indexOf('/');
  return key.length <= maxResourceKeyLength && slash > 0 && slash < key.length - 1 && isTypeName(key.slice(0, slash));
}

export function isRegisterName(name: string): boolean {
  return name.length > 0 && name.length <= maxRegisterNameLength;
}

export function typeOfKey(key: ResourceKey): string {
  return key.slice(0, key.indexOf('/'));
}

export function mayHaveText(key: ResourceKey): boolean {
  return textRegisterOf(typeOfKey(key)) !== undefined;
}

/** The root key of the register that closes a text; undefined where there can be none. */
export function closingKey(key: ResourceKey): string | undefined {
  const register = textRegisterOf(typeOfKey(key));
  return register === undefined ? undefined : registerKey(key, register);
}

export function isTypeName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name);
}

function escapeKey(key: string): string {
  return key.replaceAll('%', '%25').replaceAll('#', '%23');
}

function unescapeKey(key: string): string {
  return key.replaceAll('%23', '#').replaceAll('%25', '%');
}

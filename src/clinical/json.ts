/**
 * JSON values without loss: a number keeps the characters it was written with (1.10 stays 1.10, AM-6), a key such as
 * `__proto__` is an ordinary key, and nothing is rounded, reordered or dropped. Reading text is json-parser.ts.
 */

/** A number as it was written. Clinical precision is in the digits: 1.10 and 1.1 are two statements. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

export function isArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

/** What is an object in a list; nothing where there is no list. */
export function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

/** What is a string in a list; nothing where there is no list. */
export function strings(value: JsonValue | undefined): readonly string[] {
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A string as it stands; empty where there is none. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** An object without a prototype, so that no key of a file can be anything but data. */
export function jsonObject(entries: Iterable<readonly [string, JsonValue]>): JsonObject {
  const object = Object.create(null) as Record<string, JsonValue>;
  for (const [key, value] of entries) object[key] = value;
  return object;
}

/** Compact text, key order kept. Lone surrogates come out escaped, so that UTF-8 can carry every value. */
export function stringifyJson(value: JsonValue): string {
  return write(value, (object) => Object.keys(object));
}

/** The same text for the same value whatever the key order: what a content hash is taken over. */
export function canonicalJson(value: JsonValue): string {
  return write(value, (object) => Object.keys(object).sort());
}

/** Equal as data: key order aside, numbers as written. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a instanceof JsonNumber) return b instanceof JsonNumber && a.text === b.text;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

function write(value: JsonValue, keysOf: (object: JsonObject) => readonly string[]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonNumber) return value.text;
  if (isArray(value)) return `[${value.map((item) => write(item, keysOf)).join(',')}]`;
  const object = value;
  const members = keysOf(object).map((key) => `${JSON.stringify(key)}:${write(object[key] ?? null, keysOf)}`);
  return `{${members.join(',')}}`;
}

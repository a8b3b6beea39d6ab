/**
 * Large `data` of resources (EN-10): an Attachment's, a Binary's, a waveform's, wherever in a resource it stands. It is taken out
 * before the resource is compared or written, and what stands in its place says what it was; on the way out it is put back,
 * character for character. Pure: who seals what was taken out is app/'s.
 *
 * In memory, between reading a file and writing it, the place is held by a *stub*:
 *
 *     "peerchart-data:" ‖ form ‖ ":" ‖ SHA-256 of the content, hex ‖ ":" ‖ bytes of the content
 *
 * In a section document it is held by a manifest (base/attachment.ts), which names key and parts too. Both of the same content
 * give the same stub, so that the same file again is seen to change nothing.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromUtf8, toHex, toUtf8, type Bytes } from '../base/bytes.ts';
import { manifestPrefix, parseManifest, type AttachmentForm, type AttachmentManifest } from '../base/attachment.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { isArray, isObject, jsonObject, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './json-parser.ts';

/** Characters of a `data` that stays where it is: what an entry carries without growing. */
export const maxInlineData = 32 * 1024;

const stubPrefix = 'peerchart-data:';

/** What was taken out of a resource. */
export interface LargeData {
  readonly stub: string;
  readonly form: AttachmentForm;
  readonly bytes: Bytes;
}

/** Every large `data` of a value in its place a stub; the same object where there is none. */
export function takeOut<T extends JsonValue>(value: T): { readonly json: T; readonly taken: readonly LargeData[] } {
  const taken = new Map<string, LargeData>();
  const json = mapData(value, (data) => {
    if (!isTakenOut(data)) return data;
    const one = largeData(data);
    taken.set(one.stub, one);
    return one.stub;
  });
  return { json, taken: [...taken.values()] };
}

/** Also what only looks as if we had written it: it is content like any other. */
function isTakenOut(data: string): boolean {
  return data.length > maxInlineData || data.startsWith(stubPrefix) || data.startsWith(manifestPrefix);
}

function largeData(data: string): LargeData {
  const decoded = fromBase64(data);
  const form = decoded === undefined ? 'text' : 'base64';
  const bytes = decoded ?? toUtf8(stringifyJson(data));
  return { stub: stubOf(form, sha256(bytes), bytes.length), form, bytes };
}

/** The `data` again that content of this form stood for; undefined where whoever sealed it wrote no such content. */
export function dataText(form: AttachmentForm, bytes: Uint8Array): string | undefined {
  if (form === 'base64') return toBase64(bytes);
  const parsed = parseJson(fromUtf8(bytes) ?? '');
  return parsed.ok && typeof parsed.value === 'string' ? parsed.value : undefined;
}

function stubOf(form: AttachmentForm, digest: Uint8Array, size: number): string {
  return `${stubPrefix}${form}:${toHex(digest)}:${size}`;
}

export const stubOfManifest = ({ form, digest, size }: AttachmentManifest): string => stubOf(form, digest, size);

/** Manifests of a value, each text once. */
export function manifestsIn(value: JsonValue): ReadonlyMap<string, AttachmentManifest> {
  const found = new Map<string, AttachmentManifest>();
  mapData(value, (data) => {
    const manifest = data.startsWith(manifestPrefix) ? parseManifest(data) : undefined;
    if (manifest !== undefined) found.set(data, manifest);
    return data;
  });
  return found;
}

/** The same of JSON text that may be no JSON: only a faulty or hostile writer makes such. */
export function manifestsInText(text: string): ReadonlyMap<string, AttachmentManifest> {
  if (!text.includes(manifestPrefix)) return new Map();
  const parsed = parseJson(text);
  return parsed.ok ? manifestsIn(parsed.value) : new Map();
}

/** With what `of` says in place of each `data`: nothing is copied where it says the same. */
export function mapData<T extends JsonValue>(value: T, of: (data: string) => string): T {
  if (isArray(value)) {
    const items = value.map((item) => mapData(item, of));
    return items.every((item, i) => item === value[i]) ? value : (items as JsonValue as T);
  }
  if (!isObject(value)) return value;
  const object: JsonObject = value;
  const entries = Object.entries(object).map(([name, item]): [string, JsonValue] => [
    name,
    name === 'data' && typeof item === 'string' ? of(item) : mapData(item, of),
  ]);
  return entries.every(([name, item]) => item === object[name]) ? value : (jsonObject(entries) as JsonValue as T);
}

/** The same of JSON text; the text itself where nothing changes. */
export function mapDataInText(text: string, marker: string, of: (data: string) => string): string {
  if (!text.includes(marker)) return text;
  const parsed = parseJson(text);
  if (!parsed.ok) return text;
  const mapped = mapData(parsed.value, of);
  return mapped === parsed.value ? text : stringifyJson(mapped);
}

/** Stubs for manifests: so that what is held can be compared with what a file says. */
export function stubbed(value: JsonObject): JsonObject {
  return mapData(value, (data) => {
    const manifest = data.startsWith(manifestPrefix) ? parseManifest(data) : undefined;
    return manifest === undefined ? data : stubOfManifest(manifest);
  });
}

export function stubbedText(text: string): string {
  return mapDataInText(text, manifestPrefix, (data) => {
    const manifest = parseManifest(data);
    return manifest === undefined ? data : stubOfManifest(manifest);
  });
}

/** Manifests for stubs, of JSON text that is to be written. */
export function withManifests(text: string, manifests: ReadonlyMap<string, string>): string {
  return mapDataInText(text, stubPrefix, (data) => manifests.get(data) ?? data);
}

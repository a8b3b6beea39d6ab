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
import type { ChartSection } from '../base/sections.ts';
import { manifestPrefix, parseManifest, type AttachmentForm, type AttachmentManifest } from '../base/attachment.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { isArray, isObject, jsonObject, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './json-parser.ts';
import type { OpenSections } from './record.ts';
import type { SectionEdit, StoredResource } from './section-edit.ts';

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
    const one = largeDataOf(data);
    taken.set(one.stub, one);
    return one.stub;
  });
  return { json, taken: [...taken.values()] };
}

/** Also what only looks as if we had written it: it is content like any other. */
function isTakenOut(data: string): boolean {
  return data.length > maxInlineData || data.startsWith(stubPrefix) || data.startsWith(manifestPrefix);
}

function largeDataOf(data: string): LargeData {
  const decoded = fromBase64(data);
  return decoded === undefined ? largeData('text', toUtf8(stringifyJson(data))) : largeData('base64', decoded);
}

export function largeData(form: AttachmentForm, bytes: Bytes): LargeData {
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
function manifestsIn(value: JsonValue): ReadonlyMap<string, AttachmentManifest> {
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

/** With what `of` says in place of each `data`: nothing is copied where it says the same. Undefined takes the element away. */
export function mapData<T extends JsonValue>(value: T, of: (data: string) => string | undefined): T {
  if (isArray(value)) {
    const items = value.map((item) => mapData(item, of));
    return items.every((item, i) => item === value[i]) ? value : (items as JsonValue as T);
  }
  if (!isObject(value)) return value;
  const object: JsonObject = value;
  const entries = Object.entries(object).map(([name, item]): [string, JsonValue] => {
    if (name !== 'data' || typeof item !== 'string') return [name, mapData(item, of)];
    const data = of(item);
    return data === undefined ? ['_data', notHereYet] : [name, data];
  });
  return entries.every(([name, item]) => item === object[name]) ? value : (jsonObject(entries) as JsonValue as T);
}

/** The same of JSON text; the text itself where nothing changes. */
function mapDataInText(text: string, marker: string, of: (data: string) => string): string {
  if (!text.includes(marker)) return text;
  const parsed = parseJson(text);
  if (!parsed.ok) return text;
  const mapped = mapData(parsed.value, of);
  return mapped === parsed.value ? text : stringifyJson(mapped);
}

/** What is held, with stubs for manifests: so that it can be compared with what a file says. The same objects where there is none. */
export function stubbedSections(sections: OpenSections): OpenSections {
  return new Map(
    [...sections].map(([section, { resources }]) => {
      const holds = [...resources.values()].some((resource) => textsOf(resource).some(holdsManifest));
      if (!holds) return [section, { resources }];
      return [section, { resources: new Map([...resources].map(([key, stored]) => [key, stubbedResource(stored)])) }];
    }),
  );
}

function stubbedResource(stored: StoredResource): StoredResource {
  if (!textsOf(stored).some(holdsManifest)) return stored;
  const registers = Object.entries(stored.registers).map(([name, text]) => [name, stubbedText(text)] as const);
  return { ...stored, base: stubbedText(stored.base), registers: Object.fromEntries(registers) };
}

/** The manifests held in each section, by their stubs. */
export function heldManifests(sections: OpenSections): ReadonlyMap<ChartSection, ReadonlyMap<string, string>> {
  return new Map(
    [...sections].map(([section, { resources }]) => {
      const texts = [...resources.values()].flatMap(textsOf).filter(holdsManifest);
      const manifests = texts.flatMap((text) => [...manifestsInText(text)]);
      return [section, new Map(manifests.map(([text, manifest]) => [stubOfManifest(manifest), text]))];
    }),
  );
}

/** Every text of a resource that may hold data. */
export const textsOf = ({ base, registers }: StoredResource): readonly string[] => [base, ...Object.values(registers)];

const holdsManifest = (text: string): boolean => text.includes(manifestPrefix);

function stubbedText(text: string): string {
  return mapDataInText(text, manifestPrefix, (data) => {
    const manifest = parseManifest(data);
    return manifest === undefined ? data : stubOfManifest(manifest);
  });
}

/** Stubs in what an act writes. */
export function stubsIn(edits: readonly SectionEdit[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const text of edits.flatMap(editTexts))
    mapDataInText(text, stubPrefix, (data) => {
      if (data.startsWith(stubPrefix)) found.add(data);
      return data;
    });
  return found;
}

/** Manifests in what an act writes: what its entries are to name. */
export function manifestsWritten(edits: readonly SectionEdit[]): readonly AttachmentManifest[] {
  return edits.flatMap(editTexts).flatMap((text) => [...manifestsInText(text).values()]);
}

/** What an act writes, with manifests for stubs. */
export function withManifests(edit: SectionEdit, manifests: ReadonlyMap<string, string>): SectionEdit {
  const filled = (text: string): string => mapDataInText(text, stubPrefix, (data) => manifests.get(data) ?? data);
  switch (edit.kind) {
    case 'create':
      return { ...edit, base: filled(edit.base) };
    case 'change':
    case 'settle': {
      const registers = Object.entries(edit.registers).map(([name, text]) => [name, filled(text)] as const);
      return { ...edit, registers: Object.fromEntries(registers) };
    }
    case 'settleList':
    case 'type':
      return edit;
  }
}

function editTexts(edit: SectionEdit): readonly string[] {
  if (edit.kind === 'create') return [edit.base];
  return edit.kind === 'settleList' || edit.kind === 'type' ? [] : Object.values(edit.registers);
}

/** Why FHIR says that an element has no value here: it may have one later. */
const notHereYet = json(
  '{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"temp-unknown"}]}',
);

/** For those who read it outside: what each manifest stands for; what `of` has not is left out, and marked as FHIR does. */
export function withData<T extends JsonValue>(value: T, of: (manifest: string) => string | undefined): T {
  return mapData(value, (data) => (parseManifest(data) === undefined ? data : of(data)));
}

function json(text: string): JsonValue {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error('what is written here is JSON');
  return parsed.value;
}

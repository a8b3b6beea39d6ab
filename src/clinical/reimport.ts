/**
 * The same patient's file again: what is new, what the file changed, and what it no longer has. The same file again
 * changes nothing, also where someone has edited the chart since: only what the *file* changed since it was last taken is
 * a difference. What the file leaves out stays in the chart; clinical resources are never deleted.
 *
 * A chart's first file passes here too, with nothing to compare it with.
 */
import type { ChartSection } from '../base/sections.ts';
import type { ImportedResource } from './bundle.ts';
import { contentHash } from './content-hash.ts';
import { stubbedSections, stubsIn, type LargeData } from './large-data.ts';
import { jsonObject, sameJson, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { parseJson, parseObject } from './json-parser.ts';
import { ChartRecord, type OpenSections } from './record.ts';
import type { Located } from './reference-target.ts';
import { addressable } from './references.ts';
import {
  answeredRegister,
  composeResource,
  diffResources,
  entryRegister,
  registerText,
  storedFullUrl,
} from './registers.ts';
import { registerOf } from './register-table.ts';
import { isShownRegister, registerName, registerWords } from './register-words.ts';
import type { Registers, ResourceKey, SectionEdit, StoredResource } from './section-edit.ts';
import { titleOf } from './title.ts';
import { joinEdits, Withholding, type Bare, type SectionEdits } from './withholding.ts';
import { holdsWords } from './words-records.ts';

/** Register → content hash of what the file last taken had there: bookkeeping for the next time it comes. */
const importRegister = '@import';

interface ReimportChange {
  readonly key: ResourceKey;
  /** The section the resource lies in; it stays there even if the file's version would now be placed elsewhere. */
  readonly section: ChartSection;
  readonly label: string;
  readonly lines: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

export interface Reimport {
  readonly unchanged: readonly ResourceKey[];
  readonly added: readonly ImportedResource[];
  readonly changed: readonly ReimportChange[];
  /** In the chart, not in the file: kept as they are. */
  readonly missing: readonly { readonly key: ResourceKey; readonly section: ChartSection; readonly label: string }[];
  /** Writes what is added, and the file's version of what the file changed, with stubs for large data. */
  readonly edits: SectionEdits;
  /** What those stubs stand for. */
  readonly taken: readonly LargeData[];
}

/** What it writes has stubs for large data, as the file's resources have; the caller gives manifests for them (EN-10). */
export function planReimport(held: OpenSections, incoming: readonly ImportedResource[]): Reimport {
  const sections = stubbedSections(held);
  const record = new ChartRecord(sections);
  const unmatched = new Map<string, { section: ChartSection; stored: StoredResource }>();
  for (const [section, { resources }] of sections) {
    for (const [key, stored] of resources)
      if (!holdsWords(key)) unmatched.set(placeOf(section, key), { section, stored });
  }
  const readsNow = new Map(record.resources.map(({ section, key, json }) => [placeOf(section, key), json]));
  const withholding = new Withholding(record, incoming.map(locate), 'ever-held');
  const unchanged: ResourceKey[] = [];
  const added: ImportedResource[] = [];
  const changed: ReimportChange[] = [];
  const edits: (readonly [ChartSection, SectionEdit])[] = [];
  for (const resource of incoming) {
    const { key } = resource;
    const place = placeOf(resource.section, key);
    const known = unmatched.get(place);
    unmatched.delete(place);
    const section = known?.section ?? resource.section;
    const before = readsNow.get(place) ?? jsonObject([]);
    // Also where words lie in the open because their target came later: that is no change of the file.
    if (known !== undefined && sameJson(before, resource.json) && changedEntry(known.stored, resource) === undefined) {
      unchanged.push(key);
      continue;
    }
    const bare = withholding.bare(resource.json, { key, section });
    if (known === undefined) {
      added.push(resource);
      edits.push(...creationOf(resource, bare).map((edit) => [section, edit] as const));
      continue;
    }
    const registers = withoutAnswers(changedRegisters(known.stored, bare.json, resource), known.stored, bare);
    if (registers !== undefined) edits.push([section, { kind: 'change', key, registers }]);
    if (registers === undefined && bare.newWordsIn.length === 0) unchanged.push(key);
    else changed.push(changeOf(resource, { section, registers: registers ?? {}, bare, before }));
  }
  const missing = [...unmatched.values()].flatMap(({ section, stored }) => {
    if (section === 'identity') return [];
    const json = composeResource(stored.base, stored.registers);
    return [{ key: stored.key, section, label: json.ok ? titleOf(json.value) : stored.key }];
  });
  const joined = joinEdits(bySection(edits), withholding.records());
  return { unchanged, added, changed, missing, edits: joined, taken: takenFor(joined, incoming) };
}

function takenFor(edits: SectionEdits, incoming: readonly ImportedResource[]): readonly LargeData[] {
  const contents = incoming.flatMap(({ taken }) => taken);
  if (contents.length === 0) return [];
  const stubs = new Set([...edits.values()].flatMap((list) => [...stubsIn(list)]));
  return [...new Map(contents.map((one) => [one.stub, one])).values()].filter(({ stub }) => stubs.has(stub));
}

function locate({ key, section, type, json, registers }: ImportedResource): Located {
  const { id } = json;
  const fullUrl = storedFullUrl(registers);
  return { section, ...addressable({ key, type, id: typeof id === 'string' ? id : undefined, fullUrl, json }) };
}

function creationOf({ key, json, base, registers }: ImportedResource, bare: Bare): readonly SectionEdit[] {
  const create = { kind: 'create', key, base: bare.json === json ? base : stringifyJson(bare.json) } as const;
  return Object.keys(registers).length === 0 ? [create] : [create, { kind: 'change', key, registers }];
}

function bySection(edits: readonly (readonly [ChartSection, SectionEdit])[]): SectionEdits {
  const sections = new Map<ChartSection, SectionEdit[]>();
  for (const [section, edit] of edits) {
    const list = sections.get(section);
    if (list === undefined) sections.set(section, [edit]);
    else list.push(edit);
  }
  return sections;
}

/** A chart holds a key once, but for the Patient, whose derived identity has a section of its own. */
function placeOf(section: ChartSection, key: ResourceKey): string {
  return section === 'identity' ? `identity ${key}` : key;
}

/** `bare` is the file's version as it would lie in its section; undefined when there is nothing to write there. */
function changedRegisters(stored: StoredResource, bare: JsonObject, incoming: ImportedResource): Registers | undefined {
  const current = composeResource(stored.base, stored.registers);
  // What is held cannot be read: the file's version is the better one, whole.
  const before = current.ok ? current.value : jsonObject([]);
  const registers = Object.fromEntries(
    Object.entries(diffResources(before, bare)).filter(([name]) => fileChanged(name, stored, bare)),
  );
  const names = Object.keys(registers);
  const entry = changedEntry(stored, incoming);
  if (names.length === 0 && entry === undefined) return undefined;
  const taken = { ...lastTaken(stored), ...hashesOf(bare, names) };
  return { ...registers, ...entry, [importRegister]: stringifyJson(jsonObject(Object.entries(taken))) };
}

/** Where a file changes what a medication contains, what an override wrote there may say something else now: it is asked again. */
function withoutAnswers(registers: Registers | undefined, stored: StoredResource, bare: Bare): Registers | undefined {
  const isTouched = registers?.['contained'] !== undefined || bare.newWordsIn.includes('contained');
  if (!isTouched || stored.registers[answeredRegister] === undefined) return registers;
  return { ...registers, [answeredRegister]: '{}' };
}

function changeOf(
  { key, type, json }: ImportedResource,
  change: { section: ChartSection; registers: Registers; bare: Bare; before: JsonObject },
): ReimportChange {
  const { section, registers, bare, before } = change;
  const withNewWords = bare.newWordsIn.map((element) => registerOf(type, element)).filter((name) => name !== undefined);
  const names = [...new Set([...Object.keys(registers), ...withNewWords])].filter(isShownRegister);
  const lines = names.map((name) => ({
    name: registerName(type, name),
    before: registerWords(name, registerText(before, name)).replace(/^removed$/, 'not recorded'),
    after: registerWords(name, registerText(json, name)),
  }));
  return { key, section, label: titleOf(json), lines };
}

/** Whether the file says something else in this register than when it was last taken. */
function fileChanged(register: string, stored: StoredResource, incoming: JsonObject): boolean {
  const last = lastTaken(stored)[register];
  if (last !== undefined) return last !== hashOf(incoming, register);
  const base = parseObject(stored.base);
  if (base === undefined) return true;
  return !sameJson(valueOf(registerText(base, register)), valueOf(registerText(incoming, register)));
}

function changedEntry(stored: StoredResource, incoming: ImportedResource): Registers | undefined {
  const after = incoming.registers[entryRegister];
  return after === undefined || after === stored.registers[entryRegister] ? undefined : { [entryRegister]: after };
}

function lastTaken(stored: StoredResource): Readonly<Record<string, JsonValue>> {
  return parseObject(stored.registers[importRegister] ?? '{}') ?? {};
}

function hashesOf(incoming: JsonObject, registers: readonly string[]): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(registers.map((register) => [register, hashOf(incoming, register)]));
}

function hashOf(resource: JsonObject, register: string): string {
  return contentHash(valueOf(registerText(resource, register)));
}

function valueOf(text: string): JsonValue {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : null;
}

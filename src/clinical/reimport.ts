/**
 * The same patient's file again: what is new, what the file changed, and what it no longer has. The same file again
 * changes nothing, also where someone has edited the chart since: only what the *file* changed since it was last taken is
 * a difference. What the file leaves out stays in the chart; clinical resources are never deleted.
 */
import type { ChartSection } from '../base/sections.ts';
import type { ImportedResource } from './bundle.ts';
import { contentHash } from './content-hash.ts';
import { isObject, jsonObject, sameJson, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './json-parser.ts';
import { composeResource, diffResources, entryRegister, registerText } from './registers.ts';
import { isShownRegister, registerName, registerWords } from './register-words.ts';
import type { Registers, ResourceKey, SectionEdit, StoredResource } from './section-edit.ts';
import { titleOf } from './title.ts';

/** Register → content hash of what the file last taken had there: bookkeeping for the next time it comes. */
const importRegister = '@import';

interface ReimportChange {
  readonly key: ResourceKey;
  /** The section the resource lies in; it stays there even if the file's version would now be placed elsewhere. */
  readonly section: ChartSection;
  readonly label: string;
  readonly lines: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  /** Writes the file's version of what the file changed. */
  readonly edit: SectionEdit & { readonly kind: 'change' };
}

export interface Reimport {
  readonly unchanged: readonly ResourceKey[];
  readonly added: readonly ImportedResource[];
  readonly changed: readonly ReimportChange[];
  /** In the chart, not in the file: kept as they are. */
  readonly missing: readonly { readonly key: ResourceKey; readonly section: ChartSection; readonly label: string }[];
}

export function planReimport(
  existing: ReadonlyMap<ChartSection, ReadonlyMap<ResourceKey, StoredResource>>,
  incoming: readonly ImportedResource[],
): Reimport {
  const unmatched = new Map<string, { section: ChartSection; stored: StoredResource }>();
  for (const [section, resources] of existing) {
    for (const [key, stored] of resources) unmatched.set(placeOf(section, key), { section, stored });
  }
  const unchanged: ResourceKey[] = [];
  const added: ImportedResource[] = [];
  const changed: ReimportChange[] = [];
  for (const resource of incoming) {
    const place = placeOf(resource.section, resource.key);
    const held = unmatched.get(place);
    unmatched.delete(place);
    if (held === undefined) added.push(resource);
    else {
      const change = changeOf(held.section, held.stored, resource);
      if (change === undefined) unchanged.push(resource.key);
      else changed.push(change);
    }
  }
  const missing = [...unmatched.values()].flatMap(({ section, stored }) => {
    if (section === 'identity') return [];
    const json = composeResource(stored.base, stored.registers);
    return [{ key: stored.key, section, label: json.ok ? titleOf(json.value) : stored.key }];
  });
  return { unchanged, added, changed, missing };
}

/** A chart holds a key once, but for the Patient, whose derived identity has a section of its own. */
function placeOf(section: ChartSection, key: ResourceKey): string {
  return section === 'identity' ? `identity ${key}` : key;
}

function changeOf(
  section: ChartSection,
  stored: StoredResource,
  incoming: ImportedResource,
): ReimportChange | undefined {
  const current = composeResource(stored.base, stored.registers);
  // What is held cannot be read: the file's version is the better one, whole.
  const before = current.ok ? current.value : jsonObject([]);
  const registers = Object.fromEntries(
    Object.entries(diffResources(before, incoming.json)).filter(([name]) => fileChanged(name, stored, incoming.json)),
  );
  const names = Object.keys(registers);
  const entry = changedEntry(stored, incoming);
  if (names.length === 0 && entry === undefined) return undefined;
  const taken = { ...lastTaken(stored), ...hashesOf(incoming.json, names) };
  return {
    key: stored.key,
    section,
    label: titleOf(incoming.json),
    lines: names.filter(isShownRegister).map((name) => ({
      name: registerName(incoming.type, name),
      before: registerWords(name, registerText(before, name)).replace(/^removed$/, 'not recorded'),
      after: registerWords(name, registers[name] ?? '{}'),
    })),
    edit: {
      kind: 'change',
      key: stored.key,
      registers: { ...registers, ...entry, [importRegister]: stringifyJson(jsonObject(Object.entries(taken))) },
    },
  };
}

/** Whether the file says something else in this register than when it was last taken. */
function fileChanged(register: string, stored: StoredResource, incoming: JsonObject): boolean {
  const last = lastTaken(stored)[register];
  if (last !== undefined) return last !== hashOf(incoming, register);
  const base = parseJson(stored.base);
  if (!base.ok || !isObject(base.value)) return true;
  return !sameJson(valueOf(registerText(base.value, register)), valueOf(registerText(incoming, register)));
}

function changedEntry(stored: StoredResource, incoming: ImportedResource): Registers | undefined {
  const after = incoming.registers[entryRegister];
  return after === undefined || after === stored.registers[entryRegister] ? undefined : { [entryRegister]: after };
}

function lastTaken(stored: StoredResource): Readonly<Record<string, JsonValue>> {
  const parsed = parseJson(stored.registers[importRegister] ?? '{}');
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
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

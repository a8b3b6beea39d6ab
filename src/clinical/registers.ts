/**
 * A resource as text that two people can change at the same time without mixing (AM-4): composed from its base and its
 * registers, and taken apart again into the registers that differ. Laws: composing what diff gave yields the incoming
 * resource; a resource differs from itself in nothing.
 */
import { err, ok, type Result } from '../base/result.ts';
import { jsonObject, sameJson, stringifyJson, type JsonObject, type JsonValue } from './json.ts';
import { parseObject } from './json-parser.ts';
import { registerOf } from './register-table.ts';
import type { Registers, StoredResource } from './section-edit.ts';

/** Names that are not elements of the resource begin with this, which no FHIR element does. */
const notAnElement = '@';
/** What the Bundle entry said beside the resource (`fullUrl`), kept so that references by it still meet their target. */
export const entryRegister = '@entry';
/** Ids of contained DetectedIssues that were written by an override here: those that a file brought answer no alert. */
export const answeredRegister = '@answered';

/** The resource as it stands: each register's elements in place of the base's. */
export function composeResource(base: string, registers: Registers): Result<JsonObject, 'malformed'> {
  const parsed = parseObject(base);
  if (parsed === undefined) return err('malformed', 'base');
  const names = Object.keys(registers).filter((name) => !name.startsWith(notAnElement));
  if (names.length === 0) return ok(parsed);
  const type = typeOf(parsed);
  const replaced = new Set(names);
  const kept = Object.entries(parsed).filter(([element]) => !replaced.has(registerOf(type, element) ?? ''));
  const changed: [string, JsonValue][] = [];
  for (const name of names) {
    const elements = parseObject(registers[name] ?? '');
    if (elements === undefined) return err('malformed', name);
    // An element outside its register is not taken: written by whom it may, it would bypass the conflict rule.
    changed.push(...Object.entries(elements).filter(([element]) => registerOf(type, element) === name));
  }
  return ok(jsonObject([...kept, ...changed]));
}

/** One register of a resource as JSON text: an object of its elements, `{}` when the resource has none of them. */
export function registerText(resource: JsonObject, register: string): string {
  const type = typeOf(resource);
  return stringifyJson(
    jsonObject(Object.entries(resource).filter(([element]) => registerOf(type, element) === register)),
  );
}

/** Every register that holds an element of this resource. */
export function registerNames(resource: JsonObject): readonly string[] {
  const type = typeOf(resource);
  const names = Object.keys(resource).map((element) => registerOf(type, element));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The registers in which `incoming` differs from `current`, with the incoming elements. */
export function diffResources(current: JsonObject, incoming: JsonObject): Registers {
  const differing: Record<string, string> = {};
  for (const name of new Set([...registerNames(current), ...registerNames(incoming)])) {
    const after = registerText(incoming, name);
    if (!sameJson(parseObject(registerText(current, name)), parseObject(after))) differing[name] = after;
  }
  return differing;
}

/** What must be written for a stored resource to become `incoming`; empty when it already is. */
export function diffResource(stored: StoredResource, incoming: JsonObject): Result<Registers, 'malformed'> {
  const current = composeResource(stored.base, stored.registers);
  return current.ok ? ok(diffResources(current.value, incoming)) : current;
}

/** The `fullUrl` the resource came with, where it could not be told from the key. */
export function storedFullUrl(registers: Registers): string | undefined {
  const fullUrl = parseObject(registers[entryRegister] ?? '')?.['fullUrl'];
  return typeof fullUrl === 'string' ? fullUrl : undefined;
}

function typeOf(resource: JsonObject): string {
  const type = resource['resourceType'];
  return typeof type === 'string' ? type : '';
}

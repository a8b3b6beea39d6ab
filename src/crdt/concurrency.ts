/**
 * What two sides wrote to one resource, or added to one list, without knowing of each other (AM-4), and what stands until
 * someone chooses (AM-5).
 *
 * A *branch* is the newest change of one side: of the changes that wrote the resource's current marks, those no other of
 * them had seen. Sides whose resource reads the same are one branch, and a side that wrote nothing the others lack (both
 * imported the same file) is none.
 *
 * What stands is, per register, the value Automerge orders last; but where two sides created the resource with different
 * bases, only sides with the base that stands are looked at, so that no register is read on top of a base its author
 * never saw.
 */
import type { ChangeHash } from '../base/ids.ts';
import type { ConcurrentBranch, Provenance } from '../clinical/conflicts.ts';
import { isObject } from '../clinical/json.ts';
import { parseJson } from '../clinical/json-parser.ts';
import { registerText } from '../clinical/registers.ts';
import type { ResourceKey, StoredResource } from '../clinical/section-edit.ts';
import { registerOfWords, textRegisterOf } from '../clinical/written-text.ts';
import type { ChangeGraph } from './change-graph.ts';
import { baseKey, markKey, registerKey, typeOfKey } from './layout.ts';
import type { TextView } from './text-view.ts';

export interface WrittenValue {
  readonly text: string;
  /** `counter@actor` */
  readonly opId: string;
}

/** Reads the root map: all current values of a key, or those as at some heads, the one that stands last. */
export type ReadValues = (rootKey: string, heads?: readonly string[]) => readonly WrittenValue[];

export interface DocumentView {
  readonly read: ReadValues;
  readonly texts: TextView;
  readonly graph: ChangeGraph;
  readonly provenanceOf: (change: string) => Provenance;
}

export interface Reading {
  readonly standing: StoredResource;
  readonly branches: readonly ConcurrentBranch[];
  /** Registers with several values, or whose value is not the one that stands. */
  readonly unsettled: readonly string[];
}

/** `hasText`: whether a text was ever made for it, which is read beside its registers. */
export function readResource(
  key: ResourceKey,
  registers: Iterable<string>,
  view: DocumentView,
  hasText = false,
): Reading | undefined {
  const names = [...registers];
  const current = new Map(names.map((name) => [name, view.read(registerKey(key, name))]));
  const bases = view.read(baseKey(key));
  const base = bases.at(-1);
  if (base === undefined) return undefined;
  const sides = sidesOf(view.read(markKey(key)), view).map((head) => sideAt(head, key, names, view));
  const standing: Record<string, string> = {};
  const unsettled: string[] = [];
  for (const [name, values] of current) {
    const value = sides.length < 2 ? values.at(-1) : standingValue(name, base, sides);
    if (value !== undefined) standing[name] = value.text;
    if (values.length > 1 || values.at(-1)?.text !== value?.text) unsettled.push(name);
  }
  const branches = branchesOf(hasText ? withOpenWords(sides, key, view) : sides, view);
  const resource = { key, base: base.text, registers: standing };
  const object = hasText ? view.texts.textOf(key, base) : undefined;
  const written = object === undefined ? resource : withText(resource, view.texts.words(object), view.texts.heads());
  return { standing: written, branches, unsettled };
}

/** A resource with the text that is written for it: what stands there is its register's value until that is written. */
export function withText(resource: StoredResource, words: string, heads: readonly ChangeHash[]): StoredResource {
  const register = textRegisterOf(typeOfKey(resource.key));
  if (register === undefined) return resource;
  const isClosed = resource.registers[register] !== undefined;
  const text = { words, heads, isClosed };
  const open = isClosed ? {} : { [register]: registerOfWords(words) };
  return { ...resource, registers: { ...resource.registers, ...open }, text };
}

/** One side of a list: what it added that another side lacks. `keys`: the resources of the list's type. */
export function readList(
  markRootKey: string,
  keys: Iterable<ResourceKey>,
  view: DocumentView,
): readonly ConcurrentBranch[] {
  const heads = sidesOf(view.read(markRootKey), view);
  if (heads.length < 2) return [];
  const added = new Map<string, ResourceKey[]>(heads.map((head) => [head, []]));
  for (const key of keys) {
    const writers = view.read(baseKey(key)).map(({ opId }) => view.graph.writerOf(opId).hash);
    const knowing = heads.filter((head) => writers.some((writer) => view.graph.hasSeen([head], writer)));
    if (knowing.length === heads.length) continue;
    for (const head of knowing) added.get(head)?.push(key);
  }
  const branches = [...added].filter(([, list]) => list.length > 0);
  if (branches.length < 2) return [];
  return branches.map(([head, list]) => ({
    provenance: view.provenanceOf(head),
    registers: {},
    created: false,
    added: list,
  }));
}

function sidesOf(marks: readonly WrittenValue[], view: DocumentView): readonly string[] {
  const writers = marks.map(({ opId }) => view.graph.writerOf(opId).hash);
  return writers.length < 2 ? writers : view.graph.newestOf(writers);
}

/** The resource as one side last left it. */
interface Side {
  readonly head: string;
  readonly base: WrittenValue | undefined;
  readonly registers: ReadonlyMap<string, WrittenValue>;
  /** Its words are typed, those of another side are signed. */
  readonly isUnsigned?: true;
}

function sideAt(head: string, key: ResourceKey, names: readonly string[], view: DocumentView): Side {
  const registers = new Map<string, WrittenValue>();
  for (const name of names) {
    const value = view.read(registerKey(key, name), [head]).at(-1);
    if (value !== undefined) registers.set(name, value);
  }
  return { head, base: view.read(baseKey(key), [head]).at(-1), registers };
}

/**
 * Of sides that each created the resource, the words that are typed in each creation's own text: one text alone stands, and the
 * other would be nowhere. Never part of what stands in a register: nobody has written it.
 */
function withOpenWords(sides: readonly Side[], key: ResourceKey, view: DocumentView): readonly Side[] {
  const register = textRegisterOf(typeOfKey(key));
  if (register === undefined || new Set(sides.map(({ base }) => base?.opId)).size < 2) return sides;
  const isSigned = sides.some((side) => side.registers.has(register));
  return sides.map((side) => {
    const object = side.base === undefined ? undefined : view.texts.textOf(key, side.base);
    if (side.base === undefined || object === undefined || side.registers.has(register)) return side;
    const words = { text: registerOfWords(view.texts.words(object)), opId: side.base.opId };
    const unsigned = isSigned ? ({ isUnsigned: true } as const) : {};
    return { ...side, ...unsigned, registers: new Map([...side.registers, [register, words]]) };
  });
}

function standingValue(name: string, base: WrittenValue, sides: readonly Side[]): WrittenValue | undefined {
  const values = sides
    .filter((side) => side.base?.text === base.text)
    .map((side) => side.registers.get(name))
    .filter((value) => value !== undefined);
  return values.sort((a, b) => compareOpIds(a.opId, b.opId)).at(-1);
}

/** Automerge's order of concurrent values: the last one stands. */
export function compareOpIds(a: string, b: string): number {
  const [counterA = '', actorA = ''] = a.split('@');
  const [counterB = '', actorB = ''] = b.split('@');
  return Number(counterA) - Number(counterB) || (actorA < actorB ? -1 : actorA > actorB ? 1 : 0);
}

function branchesOf(sides: readonly Side[], view: DocumentView): readonly ConcurrentBranch[] {
  let rest = distinctSides(sides, view);
  // What a side adds may be told apart only from one that adds nothing itself, so again until nothing changes.
  for (let before = 0; before !== rest.length;) {
    before = rest.length;
    rest = rest.filter((side) => addsSomething(side, rest, view));
  }
  if (rest.length < 2) return [];
  const written = new Map(rest.map((side) => [side, registersOnlyIn(side, rest, view)]));
  const all = new Set([...written.values()].flat());
  return rest.map((side) => describe(side, written.get(side) ?? [], [...all], rest, view));
}

function distinctSides(sides: readonly Side[], view: DocumentView): Side[] {
  const byContent = new Map<string, Side>();
  const byTime = [...sides].sort(
    (a, b) => view.graph.mustGet(a.head).timeMs - view.graph.mustGet(b.head).timeMs || (a.head < b.head ? -1 : 1),
  );
  for (const side of byTime) {
    const content = JSON.stringify([
      side.base?.text,
      clinicalRegisters(side).map((name) => [name, textIn(side, name)]),
    ]);
    if (!byContent.has(content)) byContent.set(content, side);
  }
  return [...byContent.values()];
}

/** Names that begin with @ are bookkeeping (registers.ts): nobody has to choose between two of those. */
function clinicalRegisters(side: Side): readonly string[] {
  return [...side.registers.keys()].filter((name) => !name.startsWith('@')).sort();
}

function addsSomething(side: Side, sides: readonly Side[], view: DocumentView): boolean {
  return sides.some(
    (other) =>
      other !== side &&
      (createdApart(side, other, view) ||
        clinicalRegisters(side).some(
          (name) => textIn(side, name) !== textIn(other, name) && isNewTo(other, side.registers.get(name), view),
        )),
  );
}

function createdApart(side: Side, other: Side, view: DocumentView): boolean {
  return side.base?.text !== other.base?.text && isNewTo(other, side.base, view);
}

function registersOnlyIn(side: Side, sides: readonly Side[], view: DocumentView): readonly string[] {
  return clinicalRegisters(side).filter((name) =>
    sides.some((other) => other !== side && isNewTo(other, side.registers.get(name), view)),
  );
}

function isNewTo(other: Side, value: WrittenValue | undefined, view: DocumentView): boolean {
  return value !== undefined && !view.graph.hasSeen([other.head], view.graph.writerOf(value.opId).hash);
}

function describe(
  side: Side,
  written: readonly string[],
  all: readonly string[],
  sides: readonly Side[],
  view: DocumentView,
): ConcurrentBranch {
  const created = sides.some((other) => other !== side && createdApart(side, other, view));
  const saw = all.filter((name) => !written.includes(name));
  return {
    provenance: view.provenanceOf(side.head),
    registers: Object.fromEntries(written.map((name) => [name, textIn(side, name)])),
    created,
    ...(created && side.base !== undefined ? { base: side.base.text } : {}),
    saw: Object.fromEntries(saw.map((name) => [name, textIn(side, name)])),
    ...(side.isUnsigned === true ? { isUnsigned: true } : {}),
  };
}

/** A register's text as this side had it; one it never wrote is still in its base. */
function textIn(side: Side, name: string): string {
  const written = side.registers.get(name);
  if (written !== undefined) return written.text;
  const base = parseJson(side.base?.text ?? '');
  return base.ok && isObject(base.value) ? registerText(base.value, name) : '{}';
}

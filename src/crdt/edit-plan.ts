/**
 * From what a person or an import asks to what is written at the root of the document, with the rules no writer may skip:
 * a resource is created once; nobody writes over one side of an unsettled conflict (AM-5); every change of a resource
 * carries its mark; a settled resource is settled in every register. Pure.
 */
import { err, ok, type Result } from '../base/result.ts';
import { isObject } from '../clinical/json.ts';
import { parseJson } from '../clinical/json-parser.ts';
import { registerText } from '../clinical/registers.ts';
import type { Registers, ResourceKey, SectionEdit, StoredResource, Typed } from '../clinical/section-edit.ts';
import { textRegisterOf } from '../clinical/written-text.ts';
import * as layout from './layout.ts';
import {
  importOps,
  importTextBytes,
  maxLettersPerChange,
  maxOpsPerChange,
  maxTypedTextBytes,
  maxVerbatimTextBytes,
} from './limits.ts';
import { storableJson, utf8Length } from './text.ts';
import { firstStrokes, inParts, type Stroke, type Typing } from './typing.ts';

export type EditRefusal =
  | 'nothing-to-write'
  | 'malformed'
  | 'unknown-resource'
  | 'already-exists'
  /** Two sides changed it at the same time: settle first. */
  | 'unsettled-conflict'
  /** A settlement of branches that are not, or no longer all, the ones that stand. */
  | 'changed-meanwhile'
  /** The note was signed: its words stand (AM-6). */
  | 'closed-text'
  | 'too-large';

/** What a plan needs to know of the document. */
export interface SectionState {
  resource(key: ResourceKey): StoredResource | undefined;
  /** The newest change of each side of an unsettled conflict, of a resource or under a list's key; else empty. */
  branches(key: ResourceKey): readonly string[];
  /** Registers with several values, or whose value is not the one that stands. */
  unsettledRegisters(key: ResourceKey): readonly string[];
  /** What was signed as the wording of a note: as a rule one value. */
  signedWords(key: ResourceKey): readonly string[];
  /** Undefined where there is no text to type in. */
  strokesFor(key: ResourceKey, typed: Typed): readonly Stroke[] | undefined;
}

export interface Write {
  readonly rootKey: string;
  readonly text: string;
}

/** What one change is to hold. */
export interface PlannedChange {
  readonly writes: readonly Write[];
  readonly typings: readonly Typing[];
}

/** UTF-8 bytes of any mark. */
const markBytes = 7;

function mark(rootKey: string, text: layout.ResourceMark | layout.ListMark): Write {
  return { rootKey, text };
}

/** What must not be divided between changes: everything about one resource. */
interface Plan extends PlannedChange {
  readonly lists: readonly string[];
  readonly typedBytes: number;
  readonly verbatimBytes: number;
}

/** One list of writes per change. With `single`, everything is one change or refused. */
export function planChanges(
  edits: readonly SectionEdit[],
  state: SectionState,
  packing: 'single' | 'import',
): Result<readonly PlannedChange[], EditRefusal> {
  const plans: Plan[] = [];
  for (const [key, group] of groupByTarget(edits)) {
    const plan = key.startsWith('@') ? planList(key, group, state) : planResource(key, group, state);
    if (!plan.ok) return plan;
    plans.push(plan.value);
  }
  if (plans.length === 0) return err('nothing-to-write');
  return packing === 'single' ? packOne(plans) : packMany(plans);
}

function groupByTarget(edits: readonly SectionEdit[]): ReadonlyMap<ResourceKey, readonly SectionEdit[]> {
  const groups = new Map<ResourceKey, SectionEdit[]>();
  for (const edit of edits) {
    const target = edit.kind === 'settleList' ? layout.listMarkKey(edit.list) : edit.key;
    const group = groups.get(target);
    if (group === undefined) groups.set(target, [edit]);
    else group.push(edit);
  }
  return groups;
}

function planList(key: string, group: readonly SectionEdit[], state: SectionState): Result<Plan, EditRefusal> {
  const settle = group[0];
  if (settle?.kind !== 'settleList' || !layout.isTypeName(settle.list)) return err('malformed', key);
  if (settle.branches !== undefined && !sameSet(settle.branches, state.branches(key))) return err('changed-meanwhile');
  return ok({ writes: [mark(key, 'settled')], typings: [], lists: [], typedBytes: markBytes, verbatimBytes: 0 });
}

function planResource(key: ResourceKey, group: readonly SectionEdit[], state: SectionState): Result<Plan, EditRefusal> {
  if (!layout.isResourceKey(key) || !key.isWellFormed()) return err('malformed', 'resource key');
  const resource = state.resource(key);
  let kind: layout.ResourceMark = 'changed';
  let base: string | undefined;
  let typing: Typing | undefined;
  const registers = new Map<string, string>();
  const lists: string[] = [];
  for (const edit of group) {
    switch (edit.kind) {
      case 'create':
        if (resource !== undefined || base !== undefined) return err('already-exists');
        kind = 'created';
        base = storableJson(edit.base);
        if (edit.list !== undefined) lists.push(edit.list);
        if (edit.words === undefined) break;
        if (!layout.mayHaveText(key) || !edit.words.isWellFormed()) return err('malformed', 'text');
        typing = { key, isNew: true, strokes: firstStrokes(edit.words) };
        break;
      case 'type': {
        const refusal = typing === undefined ? refusalToType(edit, resource) : 'malformed';
        if (refusal !== undefined) return err(refusal);
        const strokes = state.strokesFor(key, edit);
        if (strokes === undefined) return err('unknown-resource', 'text');
        if (strokes.length > 0) typing = { key, isNew: false, strokes };
        break;
      }
      case 'settle':
        if (resource === undefined) return err('unknown-resource');
        if (edit.branches !== undefined && !sameSet(edit.branches, state.branches(key)))
          return err('changed-meanwhile');
        kind = 'settled';
        addRegisters(registers, standingRegisters(resource, state.unsettledRegisters(key)));
        addRegisters(registers, edit.registers);
        break;
      case 'change':
        if (resource === undefined && base === undefined) return err('unknown-resource');
        if (kind !== 'settled' && state.branches(key).length > 0) return err('unsettled-conflict');
        addRegisters(registers, edit.registers);
        break;
      case 'settleList':
        throw new Error('a list is not grouped under a resource');
    }
  }
  const closes = textRegisterOf(layout.typeOfKey(key)) ?? '';
  const signed = registers.get(closes);
  if (signed !== undefined && typing !== undefined) return err('malformed', 'signed and typed at once');
  if (signed !== undefined && resource?.text?.isClosed === true && !state.signedWords(key).includes(signed))
    return err('closed-text');
  if (kind === 'changed' && registers.size === 0)
    return typing === undefined ? err('nothing-to-write') : ok(planTyping(typing));
  for (const name of registers.keys()) {
    if (!layout.isRegisterName(name) || !name.isWellFormed()) return err('malformed', 'register name');
  }
  for (const list of lists) {
    if (!layout.isTypeName(list)) return err('malformed', 'list');
    if (state.branches(layout.listMarkKey(list)).length > 0) return err('unsettled-conflict', 'list');
  }
  const writes: Write[] = [...registers].map(([name, text]) => ({ rootKey: layout.registerKey(key, name), text }));
  if (base !== undefined) writes.unshift({ rootKey: layout.baseKey(key), text: base });
  const registerBytes = [...registers.values()].reduce((sum, text) => sum + utf8Length(text), 0);
  const typed = typing === undefined ? undefined : planTyping(typing);
  return ok({
    writes: [...writes, mark(layout.markKey(key), kind)],
    typings: typed?.typings ?? [],
    lists,
    typedBytes: registerBytes + (1 + lists.length) * markBytes + (typed?.typedBytes ?? 0),
    verbatimBytes: base === undefined ? 0 : utf8Length(base),
  });
}

/** Who only types changes no statement of the resource, and so leaves its mark alone. */
function planTyping(typing: Typing): Plan {
  return { writes: [], typings: [typing], lists: [], typedBytes: typedBytesOf(typing.strokes), verbatimBytes: 0 };
}

/** With the text's id, which the change names. */
function typedBytesOf(strokes: readonly Stroke[]): number {
  return strokes.reduce((sum, stroke) => sum + ('insert' in stroke ? utf8Length(stroke.insert) : 0), 64);
}

function refusalToType({ to }: Typed, resource: StoredResource | undefined): EditRefusal | undefined {
  if (resource?.text === undefined) return 'unknown-resource';
  if (resource.text.isClosed) return 'closed-text';
  return to.isWellFormed() ? undefined : 'malformed';
}

function addRegisters(to: Map<string, string>, registers: Registers): void {
  for (const [name, text] of Object.entries(registers)) to.set(name, storableJson(text));
}

/** What stands in these registers, written out, so that nothing of a branch that was not chosen shines through. */
function standingRegisters(resource: StoredResource, names: readonly string[]): Registers {
  const parsed = parseJson(resource.base);
  const base = parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
  return Object.fromEntries(
    names.map((name) => [name, resource.registers[name] ?? (base === undefined ? '{}' : registerText(base, name))]),
  );
}

function packOne(plans: readonly Plan[]): Result<readonly PlannedChange[], EditRefusal> {
  return exceeds(plans, maxOpsPerChange, maxVerbatimTextBytes) ? err('too-large') : ok([changeOf(plans)]);
}

function packMany(wholes: readonly Plan[]): Result<readonly PlannedChange[], EditRefusal> {
  const packed: Plan[][] = [];
  let open = { ops: 0, typedBytes: 0, verbatimBytes: 0 };
  for (const plan of wholes.flatMap(inPlans)) {
    if (exceeds([plan], maxOpsPerChange, maxVerbatimTextBytes)) return err('too-large');
    const own = opsOf(plan);
    const ops = open.ops + own;
    const typedBytes = open.typedBytes + plan.typedBytes;
    const verbatimBytes = open.verbatimBytes + plan.verbatimBytes;
    const last = packed.at(-1);
    if (last !== undefined && ops <= importOps && typedBytes <= maxTypedTextBytes && verbatimBytes <= importTextBytes) {
      last.push(plan);
      open = { ops, typedBytes, verbatimBytes };
    } else {
      packed.push([plan]);
      open = { ops: own, typedBytes: plan.typedBytes, verbatimBytes: plan.verbatimBytes };
    }
  }
  return ok(packed.map(changeOf));
}

/** A long paste goes into several changes of one act; the first says what else the act says of the note. */
function inPlans(plan: Plan): readonly Plan[] {
  const [typing] = plan.typings;
  if (typing === undefined || typing.strokes.length <= maxLettersPerChange) return [plan];
  const [first, ...rest] = inParts(typing);
  if (first === undefined) return [plan];
  const typedBytes = plan.typedBytes - typedBytesOf(typing.strokes) + typedBytesOf(first.strokes);
  return [{ ...plan, typings: [first], typedBytes }, ...rest.map(planTyping)];
}

function exceeds(plans: readonly Plan[], ops: number, verbatimBytes: number): boolean {
  const typed = plans.reduce((sum, plan) => sum + plan.typedBytes, 0);
  const verbatim = plans.reduce((sum, plan) => sum + plan.verbatimBytes, 0);
  const { writes, typings } = changeOf(plans);
  return writes.length + lettersOf(typings) > ops || typed > maxTypedTextBytes || verbatim > verbatimBytes;
}

const opsOf = ({ writes, lists, typings }: Plan): number => writes.length + lists.length + lettersOf(typings);

/** Operations that typing costs: the letters, what names the text and what makes it. */
function lettersOf(typings: readonly Typing[]): number {
  return typings.reduce((sum, { strokes }) => sum + strokes.length + 2, 0);
}

function changeOf(plans: readonly Plan[]): PlannedChange {
  return { writes: writesOf(plans), typings: plans.flatMap(({ typings }) => typings) };
}

function writesOf(plans: readonly Plan[]): readonly Write[] {
  const lists = new Set(plans.flatMap((plan) => plan.lists));
  return [
    ...plans.flatMap((plan) => plan.writes),
    ...[...lists].map((list) => mark(layout.listMarkKey(list), 'added')),
  ];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

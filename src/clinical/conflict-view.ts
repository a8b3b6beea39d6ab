/**
 * Concurrent changes as a person can judge them: what each side wrote, in words, and what can be chosen, with the edits
 * each choice takes. Until someone chooses, every side stays visible (AM-5); no choice offers a value that nobody wrote
 * (AM-4) but one the person enters.
 */
import type { ChartSection } from '../base/sections.ts';
import { listKey, listOfKey, type ConcurrentBranch, type ConcurrentChange, type Provenance } from './conflicts.ts';
import { markEnteredInError } from './edits/entered-in-error.ts';
import { noneKnownEntries, retireNoneKnown } from './edits/none-known-entries.ts';
import { sameJson, type JsonObject, type JsonValue } from './json.ts';
import { parseJson } from './json-parser.ts';
import { noneKnownOf } from './none-known.ts';
import type { ChartRecord, Resource } from './record.ts';
import { isShownRegister, registerName, registerWords } from './register-words.ts';
import { composeResource, diffResources, registerText } from './registers.ts';
import { typeOfKey } from './resource-key.ts';
import type { Registers, ResourceKey, SectionEdit } from './section-edit.ts';
import { titleOf } from './title.ts';
import { typeWords } from './words.ts';

export interface ConflictView {
  readonly key: ResourceKey;
  readonly section: ChartSection;
  /**
   * 'values': the same statement has two values. 'apart': different statements of one resource, so both stand, but may not
   * fit each other. 'list': both added to one list. 'contradiction': a known absence beside what it denies.
   */
  readonly kind: 'values' | 'apart' | 'list' | 'contradiction';
  /** "Amlodipine – Dose". */
  readonly title: string;
  readonly branches: readonly ConflictBranch[];
  readonly choices: readonly ConflictChoice[];
}

export interface ConflictBranch {
  /** Undefined where no concurrency is behind it; who wrote each resource is the provenance of its key. */
  readonly provenance: Provenance | undefined;
  readonly created: boolean;
  readonly lines: readonly { readonly name: string; readonly value: string }[];
  /** The resources it is about: one, or what was added to a list. */
  readonly keys: readonly ResourceKey[];
}

export type ConflictChoice =
  /** What the branch wrote stands, what others wrote does not. */
  | { readonly kind: 'take'; readonly branch: number; readonly edits: readonly SectionEdit[] }
  /** Everything stands as it is shown now. */
  | { readonly kind: 'keep-all'; readonly edits: readonly SectionEdit[] }
  /** The statement that there is nothing no longer holds; what was recorded stands. */
  | { readonly kind: 'retire-none-known'; readonly edits: readonly SectionEdit[] };

/** The conflicts of one section, those of its lists included. */
export function conflictViews(
  record: ChartRecord,
  section: ChartSection,
  changes: readonly ConcurrentChange[],
): readonly ConflictView[] {
  return changes.map((change) => {
    const list = listOfKey(change.key);
    return list === undefined ? resourceConflict(record, section, change) : listConflict(record, section, change, list);
  });
}

/**
 * The edits that settle a conflict with a value a person entered, given the change their form made. Undefined when a
 * statement with two values would be left undecided: that one is to be chosen first.
 */
export function settleWithEntered(
  change: ConcurrentChange,
  entered: SectionEdit & { readonly kind: 'change' },
): readonly SectionEdit[] | undefined {
  const open = contested(change.branches.map(({ registers }) => registers)).filter(
    (register) => !Object.hasOwn(entered.registers, register),
  );
  return open.length > 0 ? undefined : [settle(change, entered.registers, change.key)];
}

function resourceConflict(record: ChartRecord, section: ChartSection, change: ConcurrentChange): ConflictView {
  const { key, branches } = change;
  const type = typeOfKey(key);
  const resource = resourceIn(record, section, key);
  const title = resource === undefined ? typeWords(type) : titleOf(resource.json);
  const written = branches.map(writtenBy(branches));
  const disputed = contested(written);
  const registers = [...new Set(written.flatMap((values) => Object.keys(values)))].filter(isShownRegister);
  const names = registers.map((register) => registerName(type, register));
  const nameOf = (reference: string) => (resource === undefined ? undefined : record.nameOf(reference, resource.json));
  const takes = branches.flatMap((_, index) => takeBranch(change, index, resource));
  const keepAll: ConflictChoice = { kind: 'keep-all', edits: [settle(change, {}, key)] };
  return {
    key,
    section,
    kind: disputed.length > 0 ? 'values' : 'apart',
    title: names.length === 0 ? title : `${title} – ${names.join(', ')}`,
    branches: branches.map((branch, index) => ({
      provenance: branch.provenance,
      created: branch.created,
      keys: [key],
      lines: Object.entries(written[index] ?? {})
        .filter(([register]) => isShownRegister(register))
        .map(([register, text]) => ({
          name: registerName(type, register),
          value: registerWords(register, resource === undefined ? text : record.withWords(resource, text), nameOf),
        })),
    })),
    choices: disputed.length > 0 ? takes : [keepAll, ...takes],
  };
}

/**
 * Taking one side: its values, and for what only the others wrote the value it still saw. Not offered where that is not
 * known: half of a side would be kept and half not. Nor for unsigned words beside signed ones, which nobody may put in their place.
 */
function takeBranch(change: ConcurrentChange, index: number, current: Resource | undefined): readonly ConflictChoice[] {
  const { key, branches } = change;
  const taken = branches[index];
  if (taken === undefined || taken.isUnsigned === true) return [];
  const registers: Record<string, string> = { ...baseRegisters(taken, branches, current), ...taken.registers };
  for (const register of branches.flatMap((branch) => Object.keys(branch.registers))) {
    if (Object.hasOwn(registers, register)) continue;
    const former = taken.saw?.[register];
    if (former !== undefined) registers[register] = former;
    else if (isShownRegister(register)) return [];
  }
  return [{ kind: 'take', branch: index, edits: [settle(change, registers, key)] }];
}

/**
 * Two sides that created one resource with different text: the base cannot be written again, so what this side created
 * is written into the registers in which it differs from what stands.
 */
function baseRegisters(
  taken: ConcurrentBranch,
  branches: readonly ConcurrentBranch[],
  current: Resource | undefined,
): Registers {
  if (taken.base === undefined || current === undefined) return {};
  const own = composeResource(taken.base, {});
  if (!own.ok) return {};
  const differing = branches.flatMap((branch) =>
    branch.base === undefined ? [] : Object.keys(baseDiff(branch.base, own.value)),
  );
  const names = new Set([...differing, ...Object.keys(diffResources(current.json, own.value))]);
  return Object.fromEntries([...names].map((name) => [name, registerText(own.value, name)]));
}

function baseDiff(base: string, other: JsonObject): Registers {
  const composed = composeResource(base, {});
  return composed.ok ? diffResources(other, composed.value) : {};
}

/** Names what the person saw, so that a change which arrives meanwhile is not settled unseen. */
function settle({ branches }: ConcurrentChange, registers: Registers, key: ResourceKey): SectionEdit {
  return { kind: 'settle', key, registers, branches: branches.map(({ provenance }) => provenance.change) };
}

/** What a side wrote, register by register; of two creations that differ, what each created where they differ. */
function writtenBy(branches: readonly ConcurrentBranch[]): (branch: ConcurrentBranch) => Registers {
  return (branch) => {
    if (branch.base === undefined) return branch.registers;
    const own = composeResource(branch.base, branch.registers);
    if (!own.ok) return branch.registers;
    const others = branches.flatMap(({ base }) => (base === undefined || base === branch.base ? [] : [base]));
    const differing = new Set(others.flatMap((base) => Object.keys(baseDiff(base, own.value))));
    return {
      ...Object.fromEntries([...differing].map((name) => [name, registerText(own.value, name)])),
      ...branch.registers,
    };
  };
}

/** Registers that two sides gave different values. */
function contested(written: readonly Registers[]): readonly string[] {
  const registers = new Set(written.flatMap((values) => Object.keys(values)));
  return [...registers].filter((register) => {
    const values = written.filter((side) => Object.hasOwn(side, register)).map((side) => valueIn(side, register));
    return isShownRegister(register) && values.some((value) => !sameJson(value, values[0]));
  });
}

function valueIn(registers: Registers, register: string): JsonValue {
  const text = registers[register] ?? '{}';
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : text;
}

function listConflict(
  record: ChartRecord,
  section: ChartSection,
  change: ConcurrentChange,
  list: string,
): ConflictView {
  const added = change.branches.map((branch) =>
    (branch.added ?? []).map((key) => resourceIn(record, section, key)).filter((resource) => resource !== undefined),
  );
  const denials = added.flat().filter(({ json }) => noneKnownOf(json)?.whole === true);
  const contradicts = denials.length > 0 && denials.length < added.flat().length;
  const settled: SectionEdit = {
    kind: 'settleList',
    list,
    branches: change.branches.map(({ provenance }) => provenance.change),
  };
  const choices: ConflictChoice[] = contradicts
    ? [{ kind: 'retire-none-known', edits: [...denials.flatMap(retireNoneKnown), settled] }]
    : [{ kind: 'keep-all', edits: [settled] }];
  added.forEach((_, index) => {
    const others = added.flatMap((resources, other) => (other === index ? [] : resources));
    if (others.length > 0) choices.push({ kind: 'take', branch: index, edits: [...others.flatMap(withdraw), settled] });
  });
  return {
    key: change.key,
    section,
    kind: contradicts ? 'contradiction' : 'list',
    title:
      added
        .flat()
        .map(({ json }) => titleOf(json))
        .join(' – ') || typeWords(list),
    branches: change.branches.map((branch, index) => ({
      provenance: branch.provenance,
      created: true,
      keys: branch.added ?? [],
      lines: (added[index] ?? []).map(lineOf),
    })),
    choices,
  };
}

/** Lists in which a known absence stands beside what it denies, with no concurrency behind it. */
export function contradictions(record: ChartRecord, section: ChartSection): readonly ConflictView[] {
  const known = contradicted.get(record) ?? allContradictions(record);
  contradicted.set(record, known);
  return known.filter((view) => view.section === section);
}

/** A record never changes in place, and banner, navigation and page all count what is to settle in each section. */
const contradicted = new WeakMap<ChartRecord, readonly ConflictView[]>();

function allContradictions(record: ChartRecord): readonly ConflictView[] {
  return deniableLists.flatMap(({ list, types }) => {
    const { statements, active } = noneKnownEntries(record, ...types);
    const first = statements[0];
    if (first === undefined || active.length === 0) return [];
    const branchOf = (resources: readonly Resource[]): ConflictBranch => ({
      provenance: undefined,
      created: false,
      keys: resources.map(({ key }) => key),
      lines: resources.map(lineOf),
    });
    return [
      {
        key: listKey(list),
        section: first.section,
        kind: 'contradiction',
        title: `${titleOf(first.json)} – ${active.map(({ json }) => titleOf(json)).join(', ')}`,
        branches: [branchOf(statements), branchOf(active)],
        choices: [{ kind: 'retire-none-known', edits: statements.flatMap(retireNoneKnown) }],
      },
    ];
  });
}

const deniableLists = [
  { list: 'AllergyIntolerance', types: ['AllergyIntolerance'] },
  { list: 'Condition', types: ['Condition'] },
  { list: 'MedicationRequest', types: ['MedicationRequest', 'MedicationStatement'] },
] as const;

function lineOf({ type, json }: Resource): { name: string; value: string } {
  return { name: typeWords(type), value: titleOf(json) };
}

/** A duplicate, or what the other side's entry makes wrong. A denial was true when it was made: it is retired. */
function withdraw(resource: Resource): readonly SectionEdit[] {
  if (noneKnownOf(resource.json)?.whole === true) return retireNoneKnown(resource);
  const outcome = markEnteredInError(resource);
  return outcome.kind === 'edits' ? outcome.edits : [];
}

function resourceIn(record: ChartRecord, section: ChartSection, key: ResourceKey): Resource | undefined {
  return record.at(section, key);
}

/**
 * What something that is not part of the chart would change in it, statement by statement, as before → after in words. For a
 * person who decides whether it should count, so nothing that would change is left out but bookkeeping no screen shows.
 */
import type { JsonObject } from './json.ts';
import { parseObject } from './json-parser.ts';
import type { ChartRecord } from './record.ts';
import { isShownRegister, registerName, registerWords } from './register-words.ts';
import { registerNames, registerText } from './registers.ts';
import { typeOfKey } from './resource-key.ts';
import type { ResourceKey } from './section-edit.ts';
import { titleOf } from './title.ts';
import { typeWords } from './words.ts';
import { holdsWords } from './words-records.ts';

/** One register that would get another text. `register` empty: the whole resource would be new, and `after` is its JSON. */
export interface ProposedChange {
  readonly key: ResourceKey;
  readonly register: string;
  /** What the resource is called. */
  readonly label: string;
  readonly before: string | undefined;
  readonly after: string;
}

export interface ProposedStatement {
  readonly key: ResourceKey;
  readonly label: string;
  readonly isNew: boolean;
  /** Empty: nothing that a person reads would change. */
  readonly lines: readonly ProposedLine[];
}

export interface ProposedLine {
  /** "Dose". */
  readonly name: string;
  /** Undefined: nothing was said of it. */
  readonly before: string | undefined;
  readonly after: string;
}

/** The changes by resource, in their order. */
export function proposedStatements(
  record: ChartRecord,
  changes: readonly ProposedChange[],
): readonly ProposedStatement[] {
  const byKey = new Map<ResourceKey, ProposedChange[]>();
  for (const change of changes) {
    if (holdsWords(change.key)) continue;
    const known = byKey.get(change.key);
    if (known === undefined) byKey.set(change.key, [change]);
    else known.push(change);
  }
  return [...byKey].map(([key, of]) => ({
    key,
    label: labelOf(key, of),
    isNew: record.get(key) === undefined,
    lines: of.flatMap((change) => linesOf(record, change)),
  }));
}

function labelOf(key: ResourceKey, changes: readonly ProposedChange[]): string {
  const label = changes.map((change) => change.label).find((text) => text !== '');
  return label ?? typeWords(typeOfKey(key));
}

function linesOf(record: ChartRecord, { key, register, before, after }: ProposedChange): readonly ProposedLine[] {
  const type = typeOfKey(key);
  if (register !== '') {
    if (!isShownRegister(register)) return [];
    const now = before === undefined ? undefined : wordsOf(record, key, register, before);
    return [{ name: registerName(type, register), before: now, after: wordsOf(record, key, register, after) }];
  }
  const whole = parseObject(after);
  if (whole === undefined) return [{ name: typeWords(type), before: undefined, after: 'cannot be read' }];
  const title = titleOf(whole);
  return (
    registerNames(whole)
      .filter((name) => isShownRegister(name) && !patientElements.has(name))
      .map((name) => ({
        name: registerName(type, name),
        before: undefined,
        after: wordsOf(record, key, name, registerText(whole, name)),
      }))
      // The heading says it.
      .filter((line) => line.after !== title)
  );
}

/** Whose it is: the chart's patient, in every resource. */
const patientElements: ReadonlySet<string> = new Set(['subject', 'patient']);

function wordsOf(record: ChartRecord, key: ResourceKey, register: string, text: string): string {
  const resource = record.get(key);
  const held = resource === undefined ? text : record.withWords(resource, text);
  return registerWords(register, held, (reference) => record.nameOf(reference, resource?.json ?? noResource));
}

const noResource: JsonObject = {};

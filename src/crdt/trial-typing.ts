/**
 * What a change may write into texts, given what its author could see (AM-6): the letters it names are letters of that very
 * text, in changes it builds on; the text belongs to the resource it says; nobody had closed it by signing; it does not
 * grow past its limit. Each answer depends on the change and what it builds on alone, never on what else is here.
 */
import { decodeChange } from '@automerge/automerge/slim';
import { err, ok, type Result } from '../base/result.ts';
import type { ChangeGraph, ChangeNode } from './change-graph.ts';
import type { CheckedChange, CheckedWrite } from './check-change.ts';
import { insertedRuns, type CheckedTyping, type InsertedRun } from './check-typing.ts';
import { closingKey, textKey } from './layout.ts';
import { maxTextLength } from './limits.ts';
import type { Backend } from './trial.ts';

export type TypingRefusal =
  /** The text is none, or another resource's. */
  | 'foreign-text'
  /** It names a letter that is not in the text, or that its author had not seen. */
  | 'unknown-letter'
  | 'text-too-long'
  /** The note was signed: its words are no longer written in, nor replaced. */
  | 'closed-text';

export function typingFits(
  { node, typings, writes }: CheckedChange,
  clone: Backend,
  graph: ChangeGraph,
): Result<void, TypingRefusal> {
  for (const typing of typings) {
    const refusal = faultOf(typing, node, clone, graph);
    if (refusal !== undefined) return err(refusal);
  }
  return writes.every((write) => leavesSignedWords(write, node, clone)) ? ok(undefined) : err('closed-text');
}

function faultOf(
  { key, object, isNew, onto, inserted }: CheckedTyping,
  node: ChangeNode,
  clone: Backend,
  graph: ChangeGraph,
): TypingRefusal | undefined {
  if (isNew) return inserted > maxTextLength ? 'text-too-long' : undefined;
  if (!textsThen(key, node, clone).includes(object)) return 'foreign-text';
  if (isClosedThen(key, node, clone)) return 'closed-text';
  const known = new KnownLetters(node, clone, graph);
  if (!onto.every((letter) => known.has(letter, object))) return 'unknown-letter';
  return clone.length(object, [...node.deps]) + inserted > maxTextLength ? 'text-too-long' : undefined;
}

/** A register that closed a text may be settled to one of the values signed at the same time, and to no other. */
function leavesSignedWords({ rootKey, place, text }: CheckedWrite, node: ChangeNode, clone: Backend): boolean {
  if (place.kind !== 'register' || rootKey !== closingKey(place.key)) return true;
  if (textsThen(place.key, node, clone).length === 0) return true;
  const signed = valuesThen(rootKey, node, clone);
  return signed.length === 0 || signed.includes(text);
}

/** Ids of the texts of a resource, as its author saw them: as a rule one. */
function textsThen(key: string, node: ChangeNode, clone: Backend): readonly string[] {
  const values = clone.getAll('_root', textKey(key), [...node.deps]);
  return values.flatMap((value) => (value[0] === 'text' ? [value[1]] : []));
}

function isClosedThen(key: string, node: ChangeNode, clone: Backend): boolean {
  const closing = closingKey(key);
  return closing !== undefined && valuesThen(closing, node, clone).length > 0;
}

function valuesThen(rootKey: string, node: ChangeNode, clone: Backend): readonly string[] {
  return clone.getAll('_root', rootKey, [...node.deps]).map((value) => String(value[1]));
}

/** Letters of texts in the changes that one change builds on. */
class KnownLetters {
  readonly #node: ChangeNode;
  readonly #clone: Backend;
  readonly #graph: ChangeGraph;
  readonly #seen = new Map<string, boolean>();

  constructor(node: ChangeNode, clone: Backend, graph: ChangeGraph) {
    this.#node = node;
    this.#clone = clone;
    this.#graph = graph;
  }

  has(letter: string, object: string): boolean {
    const writer = this.#graph.findWriterOf(letter);
    if (writer === undefined || !this.#sees(writer)) return false;
    const counter = counterOf(letter);
    return runsOf(writer, this.#clone).some((run) => run.object === object && run.from <= counter && counter <= run.to);
  }

  #sees({ hash }: ChangeNode): boolean {
    const known = this.#seen.get(hash) ?? this.#graph.hasSeen(this.#node.deps, hash);
    this.#seen.set(hash, known);
    return known;
  }
}

const counterOf = (opId: string): number => Number(opId.slice(0, opId.indexOf('@')));

/** A change says the same for ever: read once while its node is held. */
const runsByNode = new WeakMap<ChangeNode, readonly InsertedRun[]>();

function runsOf(writer: ChangeNode, clone: Backend): readonly InsertedRun[] {
  const known = runsByNode.get(writer);
  if (known !== undefined) return known;
  const bytes = clone.getChangeByHash(writer.hash);
  const runs = bytes === null ? [] : insertedRuns(decodeChange(bytes));
  runsByNode.set(writer, runs);
  return runs;
}

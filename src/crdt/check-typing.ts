/**
 * What can be said from a change's bytes alone of what it writes into texts (AM-1, AM-6): letters one by one behind others,
 * deletions of single letters, nothing else; no blocks, no marks, no objects, no letter written over another. Whether the
 * letters it names are there is for trial-typing.ts.
 */
import type { DecodedChange } from '@automerge/automerge/slim';
import type { ResourceKey } from '../clinical/section-edit.ts';
import { parseRootKey } from './layout.ts';

/** An operation on a text names a letter where one at the root names a key; the library's types leave that out. */
type Op = DecodedChange['ops'][number] & { readonly elemId?: string; readonly insert?: boolean };

/** What a change writes into one text. */
export interface CheckedTyping {
  readonly key: ResourceKey;
  /** The text's id. */
  readonly object: string;
  /** The change makes it. */
  readonly isNew: boolean;
  /** Letters of earlier changes that it deletes or writes behind. */
  readonly onto: readonly string[];
  /** UTF-16 units, as texts are counted everywhere. */
  readonly inserted: number;
}

/** Operation ids of letters, `from` to `to` of one actor, that a change put into a text. */
export interface InsertedRun {
  readonly object: string;
  readonly from: number;
  readonly to: number;
}

/** Texts a change makes: their ids, by resource. Undefined when one is made as no Peerchart makes it. */
export function textsMade(change: DecodedChange): ReadonlyMap<ResourceKey, string> | undefined {
  const made = new Map<ResourceKey, string>();
  for (const [index, op] of operationsOf(change)) {
    if (op.action !== 'makeText') continue;
    const place = op.obj === '_root' && typeof op.key === 'string' ? parseRootKey(op.key) : undefined;
    if (place?.kind !== 'text' || op.pred.length > 0 || op.insert === true || made.has(place.key)) return undefined;
    made.set(place.key, `${String(change.startOp + index)}@${change.actor}`);
  }
  return made;
}

/**
 * `typed`: the texts that the change says it writes in, by their ids. Undefined: something in it is what no Peerchart writes, or a
 * text is written in without being named, or named and neither made nor written in.
 */
export function checkTyping(
  change: DecodedChange,
  typed: ReadonlyMap<string, ResourceKey>,
  made: ReadonlyMap<ResourceKey, string>,
): readonly CheckedTyping[] | undefined {
  const lettersOf = new Map<string, Letters>();
  for (const [index, op] of operationsOf(change)) {
    if (op.obj === '_root') continue;
    const letters = lettersOf.get(op.obj) ?? new Letters(change.actor);
    lettersOf.set(op.obj, letters);
    if (!typed.has(op.obj) || !letters.take(op, change.startOp + index)) return undefined;
  }
  const typings: CheckedTyping[] = [];
  for (const [object, key] of typed) {
    const letters = lettersOf.get(object);
    const isNew = made.get(key) === object;
    if (letters === undefined && !isNew) return undefined;
    const onto = [...(letters?.onto ?? [])];
    if (isNew && onto.length > 0) return undefined;
    typings.push({ key, object, isNew, onto, inserted: letters?.inserted ?? 0 });
  }
  // One that is made and not named would be a text nobody is known to have begun.
  for (const [key, object] of made) if (typed.get(object) !== key) return undefined;
  return typings;
}

/** The letters that the operations of one change put into texts. */
export function insertedRuns(change: DecodedChange): readonly InsertedRun[] {
  const runs: { object: string; from: number; to: number }[] = [];
  for (const [index, op] of operationsOf(change)) {
    if (op.insert !== true) continue;
    const last = runs.at(-1);
    const counter = change.startOp + index;
    if (last?.object === op.obj && last.to === counter - 1) last.to = counter;
    else runs.push({ object: op.obj, from: counter, to: counter });
  }
  return runs;
}

const operationsOf = ({ ops }: DecodedChange): Iterable<[number, Op]> => ops.entries();

/** The operations of one change on one text, in their order. */
class Letters {
  readonly #actor: string;
  readonly #own = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly onto = new Set<string>();
  inserted = 0;

  constructor(actor: string) {
    this.#actor = actor;
  }

  take(op: Op, counter: number): boolean {
    const id = `${String(counter)}@${this.#actor}`;
    return op.action === 'set' ? this.#takeInsertion(op, id) : op.action === 'del' && this.#takeDeletion(op);
  }

  #takeInsertion({ elemId, insert, value, datatype, pred }: Op, id: string): boolean {
    if (insert !== true || pred.length > 0 || datatype !== undefined || typeof elemId !== 'string') return false;
    if (typeof value !== 'string' || !isOneLetter(value)) return false;
    if (elemId !== '_head' && !this.#own.has(elemId)) this.onto.add(elemId);
    this.#own.add(id);
    this.inserted += value.length;
    return true;
  }

  /** Of a letter of an earlier change, once: nobody writes and deletes in one change. */
  #takeDeletion({ elemId, insert, pred }: Op): boolean {
    if (insert === true || typeof elemId !== 'string' || elemId === '_head') return false;
    if (pred.length !== 1 || pred[0] !== elemId || this.#own.has(elemId) || this.#deleted.has(elemId)) return false;
    this.#deleted.add(elemId);
    this.onto.add(elemId);
    return true;
  }
}

/** One code point: a person's letter may be several, but none is half of one. */
function isOneLetter(value: string): boolean {
  const point = value.codePointAt(0);
  return point !== undefined && value.isWellFormed() && value.length === (point > 0xffff ? 2 : 1);
}

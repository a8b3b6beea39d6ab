/**
 * What can be said of a change from its bytes alone (AM-1), before any document sees it: its size, that it is the one
 * encoding of what it holds, whose it is, and that it writes nothing but what Peerchart writes. The rest of AM-1, which
 * needs the changes it builds on, is in trial.ts.
 */
import { decodeChange, encodeChange, type DecodedChange } from '@automerge/automerge/slim';
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ActorId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import type { ChangeNode } from './change-graph.ts';
import { measureChange } from './change-size.ts';
import { checkTyping, textsMade, type CheckedTyping } from './check-typing.ts';
import * as layout from './layout.ts';
import * as limits from './limits.ts';
import { utf8Length } from './text.ts';

export type ChangeRefusal =
  | 'too-large'
  | 'too-many-operations'
  | 'malformed'
  | 'not-canonical'
  | 'foreign-actor'
  | 'bad-time'
  | 'bad-dependencies'
  /** An operation, a key or a combination of both that no Peerchart writes. */
  | 'foreign-shape';

export interface CheckedWrite {
  readonly rootKey: string;
  readonly place: layout.Place;
  readonly text: string;
  /** Operation ids of the values it replaces. */
  readonly pred: readonly string[];
}

export interface CheckedChange {
  readonly bytes: Bytes;
  readonly node: ChangeNode;
  readonly writes: readonly CheckedWrite[];
  readonly typings: readonly CheckedTyping[];
}

export function checkChange(bytes: Bytes, author: { readonly actor: ActorId }): Result<CheckedChange, ChangeRefusal> {
  if (bytes.length > limits.maxChangeBytes) return err('too-large', `${bytes.length} bytes`);
  const size = measureChange(bytes, { ops: limits.maxOpsPerChange, preds: limits.maxPredsPerChange });
  if (!size.ok) return size;
  const decoded = orUndefined(() => decodeChange(bytes));
  if (decoded === undefined) return err('malformed', 'not a change');
  if (decoded.actor !== author.actor) return err('foreign-actor');
  const timeMs = timeOf(decoded);
  if (timeMs === undefined) return err('bad-time');
  const { hash, actor, seq, startOp, deps } = decoded;
  if (deps.length === 0 || deps.length > limits.maxChangeDeps || new Set(deps).size < deps.length) {
    return err('bad-dependencies', `${deps.length}`);
  }
  const checked = checkOperations(decoded);
  if (!checked.ok) return checked;
  // A saved document keeps the content, not these bytes. Had another encoding of it been accepted (or a wrong checksum,
  // which decoding does not look at), its hash would not be found again, and the document could never be loaded.
  const encoded = orUndefined(() => encodeChange(decoded));
  if (encoded === undefined || !bytesEqual(encoded, bytes)) return err('not-canonical');
  const maxOp = startOp + decoded.ops.length - 1;
  return ok({ bytes, node: { hash, actor, seq, startOp, maxOp, timeMs, deps }, ...checked.value });
}

/** Seconds in the change's time and what is left in milliseconds in its message; undefined for anything else. */
export function timeOf(change: { readonly time: number; readonly message: string | null }): number | undefined {
  const { time, message } = change;
  if (!Number.isSafeInteger(time) || time < 0 || time > limits.maxTimeSeconds) return undefined;
  return message !== null && /^(0|[1-9]\d{0,2})$/.test(message) ? time * 1000 + Number(message) : undefined;
}

/** Automerge throws at what it cannot read; for a peer's bytes that is an expected outcome. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

type Operations = Pick<CheckedChange, 'writes' | 'typings'>;

function checkOperations(change: DecodedChange): Result<Operations, ChangeRefusal> {
  if (change.ops.length === 0) return err('foreign-shape', 'no operation');
  const made = textsMade(change);
  const writes = made === undefined ? undefined : writesAtRoot(change);
  if (made === undefined || writes === undefined) return err('foreign-shape', 'operation or key');
  const typed = textsNamed(writes);
  const typings = typed === undefined ? undefined : checkTyping(change, typed, made);
  if (typings === undefined) return err('foreign-shape', 'text');
  return checkTexts(change, writes) ?? checkMarks(writes, made) ?? ok({ writes, typings });
}

/** Immutable strings at the root, each place once. */
function writesAtRoot({ ops }: DecodedChange): readonly CheckedWrite[] | undefined {
  const writes: CheckedWrite[] = [];
  const seen = new Set<string>();
  for (const { action, obj, key, value, datatype, pred } of ops) {
    // Texts and what is written in them are checked as such (check-typing.ts).
    if (obj !== '_root' || action === 'makeText') continue;
    if (action !== 'set' || typeof value !== 'string' || datatype !== undefined) return undefined;
    const place = typeof key === 'string' && !seen.has(key) ? layout.parseRootKey(key) : undefined;
    if (place === undefined || place.kind === 'text') return undefined;
    seen.add(key);
    writes.push({ rootKey: key, place, text: value, pred });
  }
  return writes;
}

/** The texts a change says it writes in. One that it closes as well is named in vain: nobody signs and types in one change. */
function textsNamed(writes: readonly CheckedWrite[]): ReadonlyMap<string, ResourceKey> | undefined {
  const typed = new Map<string, ResourceKey>();
  const written = new Set(writes.map(({ rootKey }) => rootKey));
  for (const { place, text } of writes) {
    if (place.kind !== 'typed') continue;
    if (typed.has(text) || written.has(layout.closingKey(place.key) ?? '')) return undefined;
    typed.set(text, place.key);
  }
  return typed;
}

function checkTexts({ ops }: DecodedChange, writes: readonly CheckedWrite[]): Result<never, 'too-large'> | undefined {
  const bytes = { typed: 0, verbatim: 0 };
  for (const { place, text } of writes) bytes[place.kind === 'base' ? 'verbatim' : 'typed'] += utf8Length(text);
  for (const { obj, value } of ops) if (obj !== '_root' && typeof value === 'string') bytes.typed += utf8Length(value);
  const tooLarge = bytes.typed > limits.maxTypedTextBytes || bytes.verbatim > limits.maxVerbatimTextBytes;
  return tooLarge ? err('too-large', 'text') : undefined;
}

/**
 * Every resource written carries its mark, and says `created` exactly where its base is written, for the first time; a text
 * is made with its resource. Who only types in a text changes no statement, and leaves the mark alone.
 */
function checkMarks(
  writes: readonly CheckedWrite[],
  made: ReadonlyMap<ResourceKey, string>,
): Result<never, 'foreign-shape'> | undefined {
  const marks = new Map<string, string>();
  const bases = new Set<string>();
  for (const { place, text } of writes) {
    if (place.kind === 'mark') marks.set(place.key, text);
    if (place.kind === 'base') bases.add(place.key);
    if (place.kind === 'list' && !layout.isListMark(text)) return err('foreign-shape', 'list mark');
  }
  for (const key of made.keys()) if (!bases.has(key)) return err('foreign-shape', 'a text without its resource');
  for (const { place, pred } of writes) {
    if (place.kind === 'list' || (place.kind === 'typed' && !made.has(place.key))) continue;
    const mark = marks.get(place.key);
    if (mark === undefined || !layout.isResourceMark(mark)) return err('foreign-shape', 'no mark');
    if ((mark === 'created') !== bases.has(place.key)) return err('foreign-shape', 'created and base belong together');
    if (mark === 'created' && pred.length > 0) return err('foreign-shape', 'created over another');
  }
  return undefined;
}

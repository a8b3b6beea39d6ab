/**
 * What can be said of a change from its bytes alone (AM-1), before any document sees it: its size, that it is the one
 * encoding of what it holds, whose it is, and that it writes nothing but what Peerchart writes. The rest of AM-1, which
 * needs the changes it builds on, is in trial.ts.
 */
import { decodeChange, encodeChange, type DecodedChange } from '@automerge/automerge/slim';
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ActorId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ChangeNode } from './change-graph.ts';
import { measureChange } from './change-size.ts';
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
  const writes = checkWrites(decoded);
  if (!writes.ok) return writes;
  // A saved document keeps the content, not these bytes. Had another encoding of it been accepted (or a wrong checksum,
  // which decoding does not look at), its hash would not be found again, and the document could never be loaded.
  const encoded = orUndefined(() => encodeChange(decoded));
  if (encoded === undefined || !bytesEqual(encoded, bytes)) return err('not-canonical');
  const maxOp = startOp + writes.value.length - 1;
  return ok({ bytes, node: { hash, actor, seq, startOp, maxOp, timeMs, deps }, writes: writes.value });
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

function checkWrites(change: DecodedChange): Result<readonly CheckedWrite[], ChangeRefusal> {
  if (change.ops.length === 0) return err('foreign-shape', 'no operation');
  const writes: CheckedWrite[] = [];
  const seen = new Set<string>();
  for (const op of change.ops) {
    const { action, obj, key, value, datatype, pred } = op;
    if (action !== 'set' || obj !== '_root' || typeof value !== 'string' || datatype !== undefined) {
      return err('foreign-shape', 'operation');
    }
    const place = typeof key === 'string' && !seen.has(key) ? layout.parseRootKey(key) : undefined;
    if (place === undefined) return err('foreign-shape', 'key');
    seen.add(key);
    writes.push({ rootKey: key, place, text: value, pred });
  }
  return checkTexts(writes) ?? checkMarks(writes) ?? ok(writes);
}

function checkTexts(writes: readonly CheckedWrite[]): Result<never, 'too-large'> | undefined {
  const bytes = { typed: 0, verbatim: 0 };
  for (const { place, text } of writes) bytes[place.kind === 'base' ? 'verbatim' : 'typed'] += utf8Length(text);
  const tooLarge = bytes.typed > limits.maxTypedTextBytes || bytes.verbatim > limits.maxVerbatimTextBytes;
  return tooLarge ? err('too-large', 'text') : undefined;
}

/** Every resource written carries its mark, and says `created` exactly where its base is written, for the first time. */
function checkMarks(writes: readonly CheckedWrite[]): Result<never, 'foreign-shape'> | undefined {
  const marks = new Map<string, string>();
  const bases = new Set<string>();
  for (const { place, text } of writes) {
    if (place.kind === 'mark') marks.set(place.key, text);
    if (place.kind === 'base') bases.add(place.key);
    if (place.kind === 'list' && !layout.isListMark(text)) return err('foreign-shape', 'list mark');
  }
  for (const { place, pred } of writes) {
    if (place.kind === 'list') continue;
    const mark = marks.get(place.key);
    if (mark === undefined || !layout.isResourceMark(mark)) return err('foreign-shape', 'no mark');
    if ((mark === 'created') !== bases.has(place.key)) return err('foreign-shape', 'created and base belong together');
    if (mark === 'created' && pred.length > 0) return err('foreign-shape', 'created over another');
  }
  return undefined;
}

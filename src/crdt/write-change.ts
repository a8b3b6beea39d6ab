/**
 * Encodes a change from the values it writes. Not by Automerge's own `change`: that leaves out a write of the value that
 * is already there and turns one that settles a conflict into deletions, so that a mark would not be written, and a
 * settled value would still be shown as written by somebody else.
 */
import { encodeChange } from '@automerge/automerge/slim';
import type { Bytes } from '../base/bytes.ts';
import type { ActorId } from '../base/ids.ts';
import type { DocumentView } from './concurrency.ts';
import type { Write } from './edit-plan.ts';

/** `timeMs`: whole milliseconds. Seconds are all Automerge keeps; the rest of the time travels as the message. */
export function writeChange(
  writes: readonly Write[],
  on: { readonly view: DocumentView; readonly heads: readonly string[] },
  by: { readonly actor: ActorId; readonly timeMs: number },
): Bytes {
  if (!Number.isSafeInteger(by.timeMs) || by.timeMs < 0)
    throw new Error('timeMs should be whole milliseconds since 1970');
  const { view, heads } = on;
  const bytes = encodeChange({
    actor: by.actor,
    author: null,
    seq: 1 + (view.graph.lastOf(by.actor)?.seq ?? 0),
    startOp: 1 + Math.max(...heads.map((head) => view.graph.mustGet(head).maxOp)),
    time: Math.floor(by.timeMs / 1000),
    message: String(by.timeMs % 1000),
    deps: [...heads],
    ops: writes.map(({ rootKey, text }) => ({
      action: 'set',
      obj: '_root',
      key: rootKey,
      value: text,
      pred: view.read(rootKey).map(({ opId }) => opId),
    })),
  });
  return new Uint8Array(bytes);
}

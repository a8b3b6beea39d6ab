/**
 * Encodes a change from the values it writes. Not by Automerge's own `change`: that leaves out a write of the value that
 * is already there and turns one that settles a conflict into deletions, so that a mark would not be written, and a
 * settled value would still be shown as written by somebody else.
 */
import { encodeChange } from '@automerge/automerge/slim';
import type { Bytes } from '../base/bytes.ts';
import type { ActorId } from '../base/ids.ts';
import type { DocumentView } from './concurrency.ts';
import type { PlannedChange } from './edit-plan.ts';
import { baseKey, textKey, typedKey } from './layout.ts';
import type { Stroke, Typing } from './typing.ts';

/** `timeMs`: whole milliseconds. Seconds are all Automerge keeps; the rest of the time travels as the message. */
export function writeChange(
  { writes, typings }: PlannedChange,
  on: { readonly view: DocumentView; readonly heads: readonly string[] },
  by: { readonly actor: ActorId; readonly timeMs: number },
): Bytes {
  if (!Number.isSafeInteger(by.timeMs) || by.timeMs < 0)
    throw new Error('timeMs should be whole milliseconds since 1970');
  const { view, heads } = on;
  const last = view.graph.lastOf(by.actor);
  const startOp = 1 + Math.max(...heads.map((head) => view.graph.mustGet(head).maxOp));
  const ops: Op[] = writes.map(({ rootKey, text }) => setOp(rootKey, text, view));
  const next = (): string => `${String(startOp + ops.length)}@${by.actor}`;
  const objects = new Map(typings.map((typing) => [typing, nameText(typing, view, ops, next)]));
  // Letters last: what a further change of the same act goes on behind is then the last operation of this one.
  let written = last === undefined ? undefined : `${String(last.maxOp)}@${by.actor}`;
  for (const [{ strokes }, object] of objects) {
    for (const stroke of strokes) {
      const id = next();
      ops.push(letterOp(object, stroke, written));
      if ('insert' in stroke) written = id;
    }
  }
  const bytes = encodeChange({
    actor: by.actor,
    author: null,
    seq: 1 + (last?.seq ?? 0),
    startOp,
    time: Math.floor(by.timeMs / 1000),
    message: String(by.timeMs % 1000),
    deps: [...heads],
    ops,
  });
  return new Uint8Array(bytes);
}

/** Operations on texts name a letter where those at the root name a key; the library's types know the latter alone. */
type Op = Parameters<typeof encodeChange>[0]['ops'][number];

function setOp(rootKey: string, value: string, view: DocumentView): Op {
  return { action: 'set', obj: '_root', key: rootKey, value, pred: view.read(rootKey).map(({ opId }) => opId) };
}

/** Names the text that is written in, and makes it where it is new; gives its id. */
function nameText({ key, isNew }: Typing, view: DocumentView, ops: Op[], next: () => string): string {
  const base = isNew ? undefined : view.read(baseKey(key)).at(-1);
  const object = isNew ? next() : base === undefined ? undefined : view.texts.textOf(key, base);
  if (object === undefined) throw new Error(`the text of ${key} should be there`);
  if (isNew) ops.push({ action: 'makeText', obj: '_root', key: textKey(key), pred: [] });
  ops.push(setOp(typedKey(key), object, view));
  return object;
}

function letterOp(obj: string, stroke: Stroke, written: string | undefined): Op {
  if ('delete' in stroke) return { action: 'del', obj, elemId: stroke.delete, pred: [stroke.delete] } as unknown as Op;
  const elemId = stroke.behind ?? written;
  return { action: 'set', obj, elemId, insert: true, value: stroke.insert, pred: [] } as unknown as Op;
}

/** Everything ever written to one resource, read back from the newest values through what each had replaced. */
import type { Provenance } from '../clinical/conflicts.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import { compareOpIds, type DocumentView } from './concurrency.ts';
import { registerOfWords, textRegisterOf } from '../clinical/written-text.ts';
import { baseKey, registerKey, typedKey, typeOfKey } from './layout.ts';

export interface HistoryItem {
  /** Undefined: the resource as it was created. */
  readonly register: string | undefined;
  readonly text: string;
  readonly provenance: Provenance;
}

/** Oldest first; concurrent ones in the order in which they would stand. */
export function readHistory(
  key: ResourceKey,
  registers: Iterable<string>,
  view: DocumentView,
  hasText: boolean,
): readonly HistoryItem[] {
  const items = new Map<string, HistoryItem>();
  collect(baseKey(key), undefined, view, items);
  for (const register of registers) collect(registerKey(key, register), register, view, items);
  if (hasText) collectTyping(key, view, items);
  return [...items].sort(([a], [b]) => compareOpIds(a, b)).map(([, item]) => item);
}

function collect(
  rootKey: string,
  register: string | undefined,
  view: DocumentView,
  items: Map<string, HistoryItem>,
): void {
  const open = [...view.read(rootKey)];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (items.has(value.opId)) continue;
    const writer = view.graph.writerOf(value.opId);
    items.set(value.opId, { register, text: value.text, provenance: view.provenanceOf(writer.hash) });
    open.push(...view.read(rootKey, writer.deps));
  }
}

/** Who types saves every few seconds: what one device wrote within this time, and nobody else between, is one line. */
const oneSittingMs = 10 * 60_000;

/** What a text said after each sitting. */
function collectTyping(key: ResourceKey, view: DocumentView, items: Map<string, HistoryItem>): void {
  const register = textRegisterOf(typeOfKey(key));
  if (register === undefined) return;
  const named = new Map<string, HistoryItem>();
  collect(typedKey(key), register, view, named);
  const sittings = [...named].sort(([a], [b]) => compareOpIds(a, b));
  // What was typed names its text: of a note that two created, each has its own.
  for (const [index, [opId, { text: object, provenance }]] of sittings.entries()) {
    const next = sittings[index + 1]?.[1].provenance;
    const goesOn = next?.device === provenance.device && next.timeMs - provenance.timeMs < oneSittingMs;
    if (goesOn) continue;
    const words = view.texts.words(object, [provenance.change]);
    items.set(opId, { register, text: registerOfWords(words), provenance });
  }
}

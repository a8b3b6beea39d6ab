/** Everything ever written to one resource, read back from the newest values through what each had replaced. */
import type { Provenance } from '../clinical/conflicts.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import { compareOpIds, type DocumentView } from './concurrency.ts';
import { baseKey, registerKey } from './layout.ts';

export interface HistoryItem {
  /** Undefined: the resource as it was created. */
  readonly register: string | undefined;
  readonly text: string;
  readonly provenance: Provenance;
}

/** Oldest first; concurrent ones in the order in which they would stand. */
export function readHistory(key: ResourceKey, registers: Iterable<string>, view: DocumentView): readonly HistoryItem[] {
  const items = new Map<string, HistoryItem>();
  collect(baseKey(key), undefined, view, items);
  for (const register of registers) collect(registerKey(key, register), register, view, items);
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

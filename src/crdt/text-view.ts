/**
 * Texts of a section document as they are read: which belongs to a resource, its words, its letters by their ids. Positions are
 * UTF-16 code units, as everywhere in JavaScript.
 */
import type { ChangeHash } from '../base/ids.ts';
import type { ResourceKey } from '../clinical/section-edit.ts';
import type { ChangeGraph } from './change-graph.ts';
import { textKey } from './layout.ts';
import type { Backend } from './trial.ts';

export interface TextView {
  /** The text made by the change that wrote this value of the resource's base; undefined where it made none. */
  textOf(key: ResourceKey, base: { readonly opId: string }): string | undefined;
  /** As at some heads, or now. */
  words(object: string, heads?: readonly string[]): string;
  /** The id of the letter at a place, as at some heads, or now. */
  letterAt(object: string, index: number, heads?: readonly string[]): string;
  /** Whether all of these changes are here. */
  hasSeen(heads: readonly string[]): boolean;
  heads(): readonly ChangeHash[];
}

/** An open document, which may be another one by the next call. */
interface ReadDocument {
  readonly backend: () => Backend;
  readonly graph: () => ChangeGraph;
  readonly heads: () => readonly ChangeHash[];
}

export function textViewOf({ backend, graph, heads: headsNow }: ReadDocument): TextView {
  return {
    textOf: (key, base) => {
      const objects = backend()
        .getAll('_root', textKey(key))
        .flatMap((value) => (value[0] === 'text' ? [value[1]] : []));
      if (objects.length === 0) return undefined;
      const { hash } = graph().writerOf(base.opId);
      return objects.find((object) => graph().writerOf(object).hash === hash);
    },
    words: (object, heads) => backend().text(object, heads === undefined ? undefined : [...heads]),
    letterAt: (object, index, heads) =>
      backend().getCursor(object, index, heads === undefined ? undefined : [...heads]),
    hasSeen: (heads) => heads.every((head) => graph().get(head) !== undefined),
    heads: headsNow,
  };
}

/**
 * From what a person made of a note's wording to letters written and deleted (AM-6). The difference is taken to the wording
 * they had before them, and named by the letters that stood there then: so it means the same whatever others typed
 * meanwhile, and deletes no letter they had not seen. Pure.
 */
import type { Typed } from '../clinical/section-edit.ts';
import { applySplices, rebase, splicesBetween, type Splice } from '../clinical/splices.ts';
import { maxLettersPerChange } from './limits.ts';
import type { TextView } from './text-view.ts';

/** One operation on a text. */
export type Stroke =
  | { readonly delete: string }
  /** Behind that letter, at the start (`_head`), or (`undefined`) behind the one this writer wrote last. */
  | { readonly insert: string; readonly behind: string | undefined };

/** What one change writes in the text of one resource. */
export interface Typing {
  readonly key: string;
  /** The change makes the text. */
  readonly isNew: boolean;
  readonly strokes: readonly Stroke[];
}

/** A text that begins with these words. */
export function firstStrokes(words: string): readonly Stroke[] {
  return insertions(words, '_head');
}

export function strokesFor(object: string, { from, to }: Typed, texts: TextView): readonly Stroke[] {
  const then = texts.hasSeen(from.heads) && texts.words(object, from.heads) === from.words;
  if (then) return strokesOf(splicesBetween(from.words, to), { object, words: from.words, heads: from.heads }, texts);
  // The document was made anew meanwhile, from what is left of it (CUT-6): the difference is laid over what stands.
  const words = texts.words(object);
  const splices = rebase(splicesBetween(from.words, to), splicesBetween(from.words, words), 'theirs-first');
  return strokesOf(splicesBetween(words, applySplices(words, splices)), { object, words, heads: undefined }, texts);
}

interface Place {
  readonly object: string;
  readonly words: string;
  readonly heads: readonly string[] | undefined;
}

function strokesOf(splices: readonly Splice[], { object, words, heads }: Place, texts: TextView): readonly Stroke[] {
  const letterAt = (index: number): string => texts.letterAt(object, index, heads);
  return splices.flatMap(({ at, remove, insert }) => {
    const deletions: Stroke[] = [];
    for (let index = at; index < at + remove;) {
      deletions.push({ delete: letterAt(index) });
      index += (words.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    }
    return [...deletions, ...insertions(insert, at === 0 ? '_head' : letterAt(at - 1))];
  });
}

function insertions(words: string, behind: string): readonly Stroke[] {
  return Array.from(words, (letter, index) => ({ insert: letter, behind: index === 0 ? behind : undefined }));
}

/** In parts that fit a change each; a part goes on where the one before it ended. */
export function inParts(typing: Typing): readonly Typing[] {
  const parts: Typing[] = [];
  for (let start = 0; start < typing.strokes.length || start === 0; start += maxLettersPerChange) {
    const strokes = typing.strokes.slice(start, start + maxLettersPerChange);
    parts.push({ ...typing, strokes, isNew: typing.isNew && start === 0 });
  }
  return parts;
}

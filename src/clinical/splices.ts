/**
 * What somebody did to a text between two readings of it, as splices, and how splices of two people who started from one
 * text go together (AM-6). Positions are UTF-16 code units, as a text field counts them; a difference begins and ends at
 * graphemes, so that no letter is parted from its accent and no surrogate from its other half. Pure.
 */

/** At `at`, `remove` code units are taken out and `insert` is put in. */
export interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Insertions at one place: whose come first. */
export type Ties = 'mine-first' | 'theirs-first';

/** Beyond this many graphemes changed the difference is one splice: nobody typed that between two saves. */
const maxDistance = 400;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** In ascending order, apart from each other, each at its place in `from`. The fewest graphemes that make `to` of it. */
export function splicesBetween(from: string, to: string): readonly Splice[] {
  if (from === to) return [];
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  while (start > 0 && !(isBoundary(from, start) && isBoundary(to, start))) start--;
  let end = 0;
  while (end < shorter - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  while (end > 0 && !(isBoundary(from, from.length - end) && isBoundary(to, to.length - end))) end--;
  const before = graphemesOf(from.slice(start, from.length - end));
  const after = graphemesOf(to.slice(start, to.length - end));
  return joined(differing(before, after).map((splice) => ({ ...splice, at: splice.at + start })));
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let done = 0;
  for (const { at, remove, insert } of splices) {
    result += text.slice(done, at) + insert;
    done = at + remove;
  }
  return result + text.slice(done);
}

/** `mine`, made of the same text as `theirs`, as splices of the text after `theirs`. Nothing that one inserted is removed by the other. */
export function rebase(mine: readonly Splice[], theirs: readonly Splice[], ties: Ties): readonly Splice[] {
  const result: Splice[] = [];
  for (const { at, remove, insert } of mine) {
    if (insert !== '') result.push({ at: placeOfInsertion(at, theirs, ties), remove: 0, insert });
    for (const [start, end] of keptParts(at, at + remove, theirs)) {
      // Nothing is inserted within a part that stays, so its ends move alike.
      const moved = movedStart(start, theirs);
      result.push({ at: moved, remove: end - start, insert: '' });
    }
  }
  return joined(result);
}

/** Where a caret stands after `splices`: what is inserted right at it comes after it. */
export function movedCaret(caret: number, splices: readonly Splice[]): number {
  let shift = 0;
  for (const { at, remove, insert } of splices) {
    if (at >= caret) break;
    if (at + remove > caret) return at + shift + insert.length;
    shift += insert.length - remove;
  }
  return caret + shift;
}

function placeOfInsertion(at: number, theirs: readonly Splice[], ties: Ties): number {
  let shift = 0;
  for (const splice of theirs) {
    if (splice.at > at || (splice.at === at && ties === 'mine-first')) break;
    if (splice.at === at || splice.at + splice.remove > at) return splice.at + shift + splice.insert.length;
    shift += splice.insert.length - splice.remove;
  }
  return at + shift;
}

/** The parts of a range of the text both started from that `theirs` left in place, and inserted nothing within. */
function keptParts(start: number, end: number, theirs: readonly Splice[]): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  let from = start;
  for (const { at, remove } of theirs) {
    if (at >= end) break;
    if (at + remove < start) continue;
    if (at > from) parts.push([from, at]);
    from = Math.max(from, at + remove);
  }
  if (from < end) parts.push([from, end]);
  return parts;
}

/** The new place of a code unit that stays. */
function movedStart(start: number, theirs: readonly Splice[]): number {
  const before = theirs.filter(({ at, remove }) => at + remove <= start);
  return before.reduce((place, { remove, insert }) => place + insert.length - remove, start);
}

/** What touches becomes one splice, and what is nothing is left out. */
function joined(splices: readonly Splice[]): readonly Splice[] {
  const result: Splice[] = [];
  for (const splice of splices) {
    if (splice.remove === 0 && splice.insert === '') continue;
    const last = result.at(-1);
    if (last !== undefined && last.at + last.remove === splice.at) {
      const insert = last.insert + splice.insert;
      result[result.length - 1] = { at: last.at, remove: last.remove + splice.remove, insert };
    } else result.push(splice);
  }
  return result;
}

/** Between two ASCII characters a grapheme always ends, but not within a line break of two; elsewhere it is not asked. */
function isBoundary(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before < 0x80 && after < 0x80 && !(before === 0x0d && after === 0x0a);
}

function graphemesOf(text: string): readonly string[] {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}

/** Myers' shortest edit script, from the start; one splice where it is too long to be worth it. */
function differing(from: readonly string[], to: readonly string[]): readonly Splice[] {
  /** How far along `from` each diagonal was reached, before each round. */
  const rounds: Reached[] = [];
  let reached: Reached = new Map([[1, 0]]);
  for (let distance = 0; distance <= Math.min(maxDistance, from.length + to.length); distance++) {
    rounds.push(reached);
    const next = new Map(reached);
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const isInsertion = insertsNext(diagonal, distance, reached);
      let x = isInsertion ? at(reached, diagonal + 1) : at(reached, diagonal - 1) + 1;
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x++;
      next.set(diagonal, x);
      if (x >= from.length && x - diagonal >= to.length) return walkBack(from, to, rounds);
    }
    reached = next;
  }
  return [{ at: 0, remove: from.join('').length, insert: to.join('') }];
}

type Reached = ReadonlyMap<number, number>;

const at = (reached: Reached, diagonal: number): number => reached.get(diagonal) ?? 0;

function insertsNext(diagonal: number, distance: number, reached: Reached): boolean {
  if (diagonal === -distance) return true;
  return diagonal !== distance && at(reached, diagonal - 1) < at(reached, diagonal + 1);
}

function walkBack(from: readonly string[], to: readonly string[], rounds: readonly Reached[]): readonly Splice[] {
  const offsets = [0];
  for (const part of from) offsets.push((offsets.at(-1) ?? 0) + part.length);
  const splices: Splice[] = [];
  let diagonal = from.length - to.length;
  for (let distance = rounds.length - 1; distance > 0; distance--) {
    const reached = rounds[distance] ?? new Map<number, number>();
    const isInsertion = insertsNext(diagonal, distance, reached);
    diagonal += isInsertion ? 1 : -1;
    const x = at(reached, diagonal);
    const place = offsets[x] ?? 0;
    const insert = isInsertion ? (to[x - diagonal] ?? '') : '';
    splices.push({ at: place, remove: isInsertion ? 0 : (from[x] ?? '').length, insert });
  }
  return splices.reverse();
}

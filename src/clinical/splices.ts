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

/** Nor are longer parts compared, in code units: that would take longer than typing may wait. */
const maxCompared = 20_000;

/** Code units segmented at once: each segment remembers the text it is of. */
const maxSegmented = 512;

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
  const before = from.slice(start, from.length - end);
  const after = to.slice(start, to.length - end);
  if (before === '' || after === '' || before.length + after.length > maxCompared)
    return [{ at: start, remove: before.length, insert: after }];
  const splices = differing(graphemesOf(before), graphemesOf(after));
  return joined(splices.map((splice) => ({ ...splice, at: splice.at + start })));
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

/** Whether a grapheme ends here for certain: between two characters that join with nothing beside them. */
function isBoundary(text: string, at: number): boolean {
  if (at === 0 || at === text.length) return true;
  if (text[at - 1] === '\r' && text[at] === '\n') return false;
  return joinsNothing.test(text.charAt(at - 1)) && joinsNothing.test(text.charAt(at));
}

/** ASCII, letters of Latin, Greek, Cyrillic, Hebrew and Arabic, Han, kana and whole syllables of Hangul. */
const joinsNothing =
  /[\0-\x7f\xc0-\u024f\u0370-\u0482\u05d0-\u05ea\u0620-\u064a\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/;

function graphemesOf(text: string): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + maxSegmented, text.length);
    while (end > start && !isBoundary(text, end)) end--;
    // A long row of what may join: whole characters at least are not parted.
    const stop = end > start ? end : Math.min(start + maxSegmented, text.length);
    const whole = stop < text.length && isLowHalf(text, stop) ? stop + 1 : stop;
    for (const { segment } of graphemes.segment(text.slice(start, whole))) parts.push(segment);
    start = whole;
  }
  return parts;
}

const isLowHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

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

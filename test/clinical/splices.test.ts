/** What somebody did to a text, as splices, and how splices of two people go together (AM-6). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applySplices, movedCaret, rebase, splicesBetween, type Splice } from '../../src/clinical/splices.ts';

/** Letters that recur, so that differences overlap, and what must not be taken apart. */
const letter = fc.constantFrom('a', 'b', 'a', ' ', '\n', '\r\n', 'é', 'e\u0301', '👩‍⚕️', '😀', '🇩🇪', 'ש', 'ع', '\u200f');
const text = fc.array(letter, { maxLength: 30 }).map((letters) => letters.join(''));

test('[AM-6] the difference of two texts makes one of the other, and cuts no letter', () => {
  fc.assert(
    fc.property(text, text, (from, to) => {
      const splices = splicesBetween(from, to);
      expect(applySplices(from, splices)).toBe(to);
      for (const [i, { at, remove, insert }] of splices.entries()) {
        const next = splices[i + 1]?.at ?? Infinity;
        expect(at + remove).toBeLessThan(next);
        expect(insert.isWellFormed() && from.slice(at, at + remove).isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('[AM-6] the difference is the shortest: letters that stay are not written again', () => {
  const changed = (from: string, to: string): readonly Splice[] => splicesBetween(from, to);
  expect(changed('the pain is dull', 'the pain is very dull')).toEqual([{ at: 12, remove: 0, insert: 'very ' }]);
  expect(changed('cough, fever', 'no cough, no fever')).toEqual([
    { at: 0, remove: 0, insert: 'no ' },
    { at: 6, remove: 0, insert: ' no' },
  ]);
  expect(changed('', 'new')).toEqual([{ at: 0, remove: 0, insert: 'new' }]);
  expect(changed('x'.repeat(3_000), 'y'.repeat(3_000))).toHaveLength(1);
  expect(changed('a'.repeat(50_000), 'b'.repeat(60_000))).toHaveLength(1);
});

test('[AM-6] an accent, a family of emoji, a flag and a line break of two are changed whole', () => {
  expect(splicesBetween('e', 'e\u0301')).toEqual([{ at: 0, remove: 1, insert: 'e\u0301' }]);
  expect(splicesBetween('👨‍⚕️ saw', '👩‍⚕️ saw')).toEqual([{ at: 0, remove: '👨‍⚕️'.length, insert: '👩‍⚕️' }]);
  expect(splicesBetween('😀', '😁')).toEqual([{ at: 0, remove: 2, insert: '😁' }]);
  expect(splicesBetween('🇩🇪', '🇩🇰')).toEqual([{ at: 0, remove: 4, insert: '🇩🇰' }]);
  expect(splicesBetween('a\r\nb', 'a\nb')).toEqual([{ at: 1, remove: 2, insert: '\n' }]);
  const hebrew = 'כאב ראש';
  expect(applySplices(hebrew, splicesBetween(hebrew, 'כאב חזק ראש'))).toBe('כאב חזק ראש');
});

test('[AM-6] two who started from one text come to the same, whoever is taken first, and lose nothing that either wrote', () => {
  fc.assert(
    fc.property(text, text, text, (from, one, other) => {
      const mine = splicesBetween(from, one);
      const theirs = splicesBetween(from, other);
      const overTheirs = applySplices(other, rebase(mine, theirs, 'theirs-first'));
      const overMine = applySplices(one, rebase(theirs, mine, 'mine-first'));
      expect(overMine).toBe(overTheirs);
      expect(overMine.isWellFormed()).toBe(true);
      for (const { insert } of [...mine, ...theirs]) expect(overMine).toContain(insert);
      if (mine.length === 0) expect(overMine).toBe(other);
    }),
    { numRuns: 3_000 },
  );
});

test('[AM-6] a caret stays with the letters it stands between', () => {
  const before = 'Lungs clear.| Heart regular.';
  const caret = before.indexOf('|');
  const plain = before.replace('|', '');
  const after = 'General: well. Lungs clear. Heart quite regular.';
  const moved = movedCaret(caret, splicesBetween(plain, after));
  expect(`${after.slice(0, moved)}|${after.slice(moved)}`).toBe('General: well. Lungs clear.| Heart quite regular.');
  expect(movedCaret(3, [{ at: 3, remove: 0, insert: 'xx' }])).toBe(3);
  expect(movedCaret(5, [{ at: 3, remove: 4, insert: 'xx' }])).toBe(5);
  expect(movedCaret(9, [{ at: 3, remove: 4, insert: '' }])).toBe(5);
});

test('[AM-6] a long row of characters that may join each other is compared too, and no half of one is cut off', () => {
  const row = '👩‍⚕️👨‍👩‍👧'.repeat(200);
  const changed = `${row.slice(0, 1_100 * 2)}🙂${row.slice(1_100 * 2)}`.toWellFormed();
  const splices = splicesBetween(row, changed);
  expect(applySplices(row, splices)).toBe(changed);
  for (const { insert } of splices) expect(insert.isWellFormed()).toBe(true);
});

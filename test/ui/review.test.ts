import { describe, expect, test } from 'vitest';
import { entryHash, type EntryHash } from '../../src/base/ids.ts';
import type { SetAsideRow } from '../../src/app/charts/chart-acts.ts';
import { admitQuestion, chosenOf, groupsOf, settleQuestion } from '../../src/ui/chart/review-selection.ts';

const id = (number: number): EntryHash => entryHash(new Uint8Array(32).fill(number));

function row(number: number, change: Partial<SetAsideRow> = {}): SetAsideRow {
  return {
    id: id(number),
    group: 'noor medications',
    practice: undefined,
    practiceName: 'Lakeside Cardiology',
    personName: 'Dr. Noor Haddad',
    section: 'medications',
    at: '2026-11-21T16:00:00Z',
    entries: 1,
    reason: 'after-stop',
    hidden: false,
    needs: [],
    canBeAdmitted: true,
    preview: [],
    ...change,
  };
}

describe('reviewing what was set aside', () => {
  test('[CUT-4] what a chosen change builds on comes along, however far back, and is not counted twice', () => {
    const rows = [row(1), row(2, { needs: [id(1)] }), row(3, { needs: [id(2)], entries: 40 }), row(4)];
    const { chosen, along } = chosenOf(rows, new Set([id(3)]));
    expect(chosen.map((each) => each.id)).toEqual([id(3)]);
    expect(along.map((each) => each.id)).toEqual([id(1), id(2)]);
    expect(chosenOf(rows, new Set([id(2), id(1)])).along).toEqual([]);
  });

  test('before anything is admitted the consequences are said in numbers: how many, whose, where, and what comes along', () => {
    const rows = [row(1), row(2, { needs: [id(1)], entries: 3 }), row(3, { section: 'problems' })];
    const { heading, consequences, act } = admitQuestion(chosenOf(rows, new Set([id(2), id(3)])));
    expect(heading).toBe('Take 5 changes into this chart?');
    expect(consequences[0]).toBe(
      '5 changes by Dr. Noor Haddad, Lakeside Cardiology will count in Medications and Problems.',
    );
    expect(consequences[1]).toBe('1 of them comes along because what you chose builds on it.');
    expect(consequences.at(-1)).toContain('can’t be taken back');
    expect(act).toBe('Admit 5 changes');
  });

  test('an author whose names were never handed to us is called unknown, not nothing', () => {
    const question = admitQuestion(chosenOf([row(1, { practiceName: '', personName: '' })], new Set([id(1)])));
    expect(question.consequences[0]).toBe('1 change by somebody unknown will count in Medications.');
  });

  test('rows of one author in one section lie together, but what waits for something else lies apart', () => {
    const rows = [row(1), row(2, { group: 'iris vitals' }), row(3), row(4, { reason: 'waits-for-close' })];
    expect(groupsOf(rows).map((group) => group.map((each) => each.id))).toEqual([[id(1), id(3)], [id(2)], [id(4)]]);
  });

  test('[CUT-8] before another version is chosen it is said how much comes in and how much goes', () => {
    const branch = (hash: EntryHash, entries: number, stands: boolean) => ({ hash, at: undefined, entries, stands });
    const { consequences } = settleQuestion(branch(id(1), 2, false), branch(id(2), 1, true));
    expect(consequences[0]).toMatch(/^2 changes of this version will count/);
    expect(consequences[1]).toBe('1 change of the version that stands now will be set aside.');
  });
});

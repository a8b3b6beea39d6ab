/** What waits for a choice stands on the page its entries stand on, and on one page at least. */
import { expect, test, vi } from 'vitest';
import { standsOn, type TopicRows } from '../../src/ui/chart/topic-conflicts.ts';
import { unsettledReason } from '../../src/ui/chart/unsettled-reason.ts';

const branch = (...keys: string[]) => ({ keys, provenance: undefined, created: false, lines: [] });
const none = new Set<string>();
const page = (own: readonly string[], isFirst: boolean, elsewhere: readonly string[] = []): TopicRows => ({
  own: new Set(own),
  isFirst,
  elsewhere: () => new Set(elsewhere),
});
const problem = { key: 'Condition/c', branches: [branch('Condition/c'), branch('Condition/c')] };

test('a conflict of a problem stands on the page of problems, and not on the others of its section', () => {
  expect(standsOn(problem, page(['Condition/c'], true))).toBe(true);
  expect(standsOn(problem, page(['FamilyMemberHistory/f'], false, ['Condition/c']))).toBe(false);
});

test('one of a relative stands on the page of the family, and not on the first of the section', () => {
  const relative = { key: 'FamilyMemberHistory/f', branches: [branch('FamilyMemberHistory/f')] };
  expect(standsOn(relative, page(['FamilyMemberHistory/f'], false))).toBe(true);
  expect(standsOn(relative, page(['Condition/c'], true, ['FamilyMemberHistory/f']))).toBe(false);
});

test('additions to a list stand where what was added stands', () => {
  const list = { key: '@list/Condition', branches: [branch('Condition/a'), branch('Condition/b')] };
  expect(standsOn(list, page(['Condition/b'], false))).toBe(true);
});

test('what is on no page stands on the first of its section, and other pages are asked only then', () => {
  const goal = { key: 'Goal/g', branches: [branch('Goal/g')] };
  expect(standsOn(goal, page(['Condition/c'], true))).toBe(true);
  const elsewhere = vi.fn(() => none);
  expect(standsOn(goal, { own: none, isFirst: false, elsewhere })).toBe(false);
  expect(standsOn(problem, { own: new Set(['Condition/c']), isFirst: true, elsewhere })).toBe(true);
  expect(elsewhere).not.toHaveBeenCalled();
});

test('what is not settled is said to be written at the same time only where it was', () => {
  const counts = { concurrent: 0, contradicting: 0, differing: 0 };
  expect(unsettledReason({ ...counts, concurrent: 2 })).toBe('Two people wrote at the same time.');
  expect(unsettledReason({ ...counts, differing: 1 })).not.toMatch(/same time/);
  expect(unsettledReason({ ...counts, contradicting: 1 })).not.toMatch(/same time/);
  expect(unsettledReason({ concurrent: 1, contradicting: 0, differing: 1 })).toBe(
    'Two people wrote at the same time. The merged charts say different things of who the patient is.',
  );
});

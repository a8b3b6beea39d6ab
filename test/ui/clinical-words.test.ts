/** The sentences of growth, checks, duplicates and plots: what they say, and what they never claim. */
import { describe, expect, test } from 'vitest';
import type { MedicationCheck } from '../../src/clinical/checks/medication-check.ts';
import { checkedWords, gapWords } from '../../src/ui/chart/check-words.ts';
import { childAgeWords, percentileWords } from '../../src/ui/chart/growth-words.ts';
import { yearTicks } from '../../src/ui/chart/time-ticks.ts';
import { matchReasonsInWords } from '../../src/ui/patients/words.ts';

const check: MedicationCheck = {
  alerts: [],
  medications: 3,
  allergies: 1,
  pairs: 15,
  classes: 24,
  unknownMedications: ['Novumab'],
  unknownAllergies: ['Mould'],
};
const listed = { kind: 'listed', unreadable: 0 } as const;

describe('words', () => {
  test('a check says what was compared, never that there is nothing', () => {
    const words = checkedWords(check);
    expect(words).toContain('1 recorded allergy and 3 current medications');
    expect(words).toContain('none of the 15 listed pairs');
    expect(words).toContain('one of 24 listed classes');
    expect(words).not.toMatch(/no interactions|safe/i);
  });

  test('what keeps a check from being whole is said: unknown names, a list that is not there, versions not settled', () => {
    const lists = { allergies: listed, medications: listed };
    expect(gapWords(check, lists, 0)).toEqual(['Could not be checked: Novumab; against Mould.']);
    const known = { ...check, unknownMedications: [], unknownAllergies: [] };
    expect(gapWords(known, lists, 0)).toEqual([]);
    expect(gapWords(known, { ...lists, allergies: { kind: 'not-shared' } }, 1)).toEqual([
      'Allergies: not shared with you, so nothing could be compared.',
      '1 statement not settled: only one of the versions was compared.',
    ]);
    expect(gapWords(known, { ...lists, medications: { kind: 'listed', unreadable: 2 } }, 0)).toEqual([
      'Medications: 2 entries not readable yet, not compared.',
    ]);
    expect(gapWords(known, { ...lists, allergies: { kind: 'none-known', statements: [] } }, 0)).toEqual([]);
  });

  test('percentiles are ordinals and never 0 or 100', () => {
    expect([0.2, 1, 2.6, 11.2, 22.4, 99, 99.7].map(percentileWords)).toEqual([
      '< 1st',
      '1st',
      '3rd',
      '11th',
      '22nd',
      '99th',
      '> 99th',
    ]);
  });

  test('a child’s age is told in days, months, or years and months', () => {
    expect(childAgeWords({ months: 0.4, completedYears: 0 })).toBe('12 d');
    expect(childAgeWords({ months: 7.9, completedYears: 0 })).toBe('7 mo');
    expect(childAgeWords({ months: 36.01, completedYears: 3 })).toBe('3 y');
    expect(childAgeWords({ months: 47.99, completedYears: 3 })).toBe('3 y 11 mo');
  });

  test('a likely duplicate is given with what speaks for it, then with what speaks against', () => {
    expect(matchReasonsInWords(['same-given-name', 'family-name-differs', 'same-birth-date'])).toBe(
      'same given name, same birth date, but another family name',
    );
    expect(matchReasonsInWords(['same-birth-date', 'family-name-one-letter-off'])).toBe(
      'same birth date, family name one letter off',
    );
  });

  test('a plot over years says the years, over weeks the months, and at most a few', () => {
    const at = (from: string, to: string) => yearTicks(Date.parse(from), Date.parse(to)).map(({ text }) => text);
    expect(at('2012-03-01', '2020-12-02')).toEqual(['2014', '2016', '2018', '2020']);
    expect(at('2024-01-15', '2024-04-02')).toEqual(['Feb 2024', 'Mar 2024', 'Apr 2024']);
    expect(at('1950-01-02', '2024-01-02').length).toBeLessThanOrEqual(8);
  });
});

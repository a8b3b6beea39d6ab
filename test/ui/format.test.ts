import { describe, expect, test } from 'vitest';
import { isoWithOffset } from '../../src/ui/shell/clock.ts';
import { ageInWords, bytesInWords, count, dateInWords, listInWords, whenInWords } from '../../src/ui/shell/format.ts';

const now = new Date(2026, 10, 22, 12, 0, 0);

describe('dates and ages', () => {
  test('a date is never shown as more exact than it was written', () => {
    expect(dateInWords('1970')).toBe('1970');
    expect(dateInWords('1970-03')).toBe('Mar 1970');
    expect(dateInWords('1970-03-05')).toBe('5 Mar 1970');
    expect(dateInWords(undefined)).toBe('');
    expect(dateInWords('unknown')).toBe('unknown');
  });

  test('an age counts birthdays, in months under two years and in days for newborns', () => {
    expect(ageInWords('1984-11-22', now)).toBe('42 y');
    expect(ageInWords('1984-11-23', now)).toBe('41 y');
    expect(ageInWords('2026-03-22', now)).toBe('8 mo');
    expect(ageInWords('2026-11-10', now)).toBe('12 d');
  });

  test('from a year alone the age is only about right, and says so', () => {
    expect(ageInWords('1984', now)).toBe('about 42 y');
    expect(ageInWords(undefined, now)).toBe('');
  });

  test('a time of today is said as today', () => {
    expect(whenInWords(new Date(2026, 10, 22, 8, 5).toISOString(), now)).toBe('today 08:05');
    expect(whenInWords(new Date(2026, 10, 21, 23, 59).toISOString(), now)).toBe('yesterday 23:59');
    expect(whenInWords('not a time', now)).toBe('not a time');
  });

  test('what a person writes carries the wall clock and its offset', () => {
    const written = isoWithOffset(now);
    expect(Date.parse(written)).toBe(now.getTime());
    expect(written).toMatch(/^2026-11-22T12:00:00[+-]\d{2}:\d{2}$/);
  });
});

describe('counts and lists', () => {
  test('numbers are counted in words', () => {
    expect(count(1, 'chart')).toBe('1 chart');
    expect(count(10_000, 'chart')).toBe('10,000 charts');
    expect(count(2, 'entry', 'entries')).toBe('2 entries');
  });

  test('a long list names the first and counts the rest, so that nobody is thought to be all', () => {
    expect(listInWords(['A'])).toBe('A');
    expect(listInWords(['A', 'B'])).toBe('A and B');
    expect(listInWords(['A', 'B', 'C'])).toBe('A, B and C');
    expect(listInWords(['A', 'B', 'C', 'D', 'E'])).toBe('A, B and 3 more');
  });

  test('sizes are rounded to what matters', () => {
    expect(bytesInWords(999)).toBe('999 bytes');
    expect(bytesInWords(1_200_000)).toBe('1.2 MB');
    expect(bytesInWords(2_000_000_000)).toBe('2.0 GB');
  });
});

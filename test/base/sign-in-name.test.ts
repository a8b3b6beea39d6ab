import { describe, expect, test } from 'vitest';
import { initialsOf } from '../../src/base/sign-in-name.ts';

describe('the name that lies unsealed at the door', () => {
  test('is initials of the first and the last name, without titles', () => {
    expect(initialsOf('Dr. Ada Lindqvist')).toBe('AL');
    expect(initialsOf('Dr Ada Birgit Hill')).toBe('AH');
    expect(initialsOf('Iris van der Blom')).toBe('IB');
    expect(initialsOf('  jean-luc  ')).toBe('JL');
    expect(initialsOf('Ösme')).toBe('Ö');
  });

  test('is something even where there is only a title, and nothing where there is no name', () => {
    expect(initialsOf('Dr')).toBe('D');
    expect(initialsOf('')).toBe('');
  });
});

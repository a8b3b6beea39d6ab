/** What people type into the search, and whom they find by it. */
import { describe, expect, it } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import { PatientSearch, type Searchable } from '../../../src/app/patients/patient-search.ts';
import { bornOn, fitsDate, typedDates } from '../../../src/app/patients/typed-date.ts';

const people = [
  ['ana', 'Ana Souza', '1970-03-05', 'MRN-100'],
  ['anna', 'Anna Lindqvist', '1970-05-03', 'MRN-1004'],
  ['hanna', 'Hanna García-Lopez', '2001-12', '12/345/6789'],
  ['okeefe', "Felipa O'Keefe", '1955', undefined],
  ['mueller', 'Jürgen Müller', '1985-10-21', 'A 77'],
  ['zhang', '张 小明', '1990-01-10', undefined],
  ['may', 'May Baker', '1931-02-11', undefined],
] as const;

function searchable([id, name, birthDate, identifier]: (typeof people)[number]): Searchable {
  return { id: id as string as ChartId, name, birthDate, ...(identifier === undefined ? {} : { identifier }) };
}

function find(query: string): readonly string[] {
  const search = new PatientSearch();
  const patients = people.map(searchable);
  for (const patient of patients) search.put(patient);
  return search.find(query, patients);
}

describe('a patient is found by', () => {
  it.each([
    ['the words of a name in any order', 'lindqvist anna', ['anna']],
    ['the beginnings of words', 'lin an', ['anna']],
    ['a part of a name, after those that begin so, after those that are so', 'ana', ['ana']],
    ['a part of a name that others have as a whole', 'anna', ['anna', 'hanna']],
    ['letters without their accents', 'jurgen muller', ['mueller']],
    ['letters with other accents, and in capitals', 'GARCIÁ', ['hanna']],
    ['a name with what joins it, without it, or by either part', "o'keefe", ['okeefe']],
    ['the same without it', 'okeefe', ['okeefe']],
    ['the second part alone', 'keefe fel', ['okeefe']],
    ['a name of another script, in part', '小', []],
    ['a name of another script by its beginning', '张', ['zhang']],
    ['an identifier as written', 'mrn-1004', ['anna']],
    ['the beginning of an identifier', 'MRN-100', ['ana', 'anna']],
    ['an identifier without its punctuation', '123456789', ['hanna']],
    ['a name and a birth date', 'ana 5.3.1970', ['ana']],
    ['a name that is a month', 'may', ['may']],
    ['nothing that is not there', 'souza anna', []],
  ] as const)('%s: %s', (_what, query, expected) => {
    const single = query === '小';
    expect(find(query)).toEqual(single ? ['zhang'] : expected);
  });

  it('a single letter begins a word: else everybody would be found', () => {
    expect(find('k')).toEqual(['okeefe']);
  });
});

describe('a birth date is found as people spell it', () => {
  it.each([
    ['1970-03-05', ['ana']],
    ['1970-3-5', ['ana']],
    ['1970/03/05', ['ana']],
    ['19700305', ['ana']],
    // Either way round: which of the two was meant is seen in the list.
    ['5.3.1970', ['ana', 'anna']],
    ['05/03/1970', ['ana', 'anna']],
    ['5.3.70', ['ana', 'anna']],
    ['5 Mar 1970', ['ana']],
    ['5. march 1970', ['ana']],
    ['March 5, 1970', ['ana']],
    ['mar 1970', ['ana']],
    ['3/1970', ['ana']],
    ['21.10.85', ['mueller']],
    ['10/21/1985', ['mueller']],
    ['2001-12', ['hanna']],
    ['1955', ['okeefe']],
  ])('%s', (typed, expected) => {
    expect(find(typed)).toEqual(expected);
  });

  it('at every letter of it that is typed, the one who is meant stays in the list', () => {
    const spellings = ['1985-10-21', '21.10.1985', '10/21/1985', '21 oct 1985', 'october 21, 1985', '19851021'];
    for (const spelling of spellings)
      for (let typed = 1; typed <= spelling.length; typed++) {
        // Digits or letters that are no date yet: they say no more than a number of a record or a name would.
        if (/^\d{1,3}$|^[a-z]+ ?$|^\d+ [a-z]{0,2}$/.test(spelling.slice(0, typed))) continue;
        expect([spelling.slice(0, typed), find(spelling.slice(0, typed)).includes('mueller')]).toEqual([
          spelling.slice(0, typed),
          true,
        ]);
      }
  });

  it('a month or a year alone is found by whoever typed no more, and by nobody who typed a day', () => {
    expect(fitsDate(bornOn('1970'), { year: '1970' })).toBe(true);
    expect(fitsDate(bornOn('1970'), { year: '1970', month: 3 })).toBe(false);
    expect(fitsDate(bornOn('1970-03'), { year: '1970', month: 3, day: 5 })).toBe(false);
  });

  it('what is no date is left as words', () => {
    expect(typedDates('45/99 room 7')).toEqual({ dates: [], rest: '45/99 room 7' });
  });
});

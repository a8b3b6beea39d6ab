/** Names of many scripts and dates of many languages: what is typed at a counter finds whom it means, and nobody else. */
import { describe, expect, it } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import { foldLetters, foldSpeltOut } from '../../../src/base/fold.ts';
import { monthsNamed } from '../../../src/app/patients/month-names.ts';
import { PatientSearch, type Searchable } from '../../../src/app/patients/patient-search.ts';

const idOf = (name: string): ChartId => name as ChartId;

function finds(query: string, name: string, more: Partial<Searchable> = {}): boolean {
  const search = new PatientSearch();
  const patient = { id: idOf(name), name, ...more };
  search.put(patient);
  return search.find(query, [patient]).length === 1;
}

describe('a name is found however it is written', () => {
  it.each<[string, ...string[]]>([
    ['Günther Strauß', 'strauss', 'STRAUSS', 'guenther', 'gunther', 'strauß'],
    ['Juergen Mueller', 'müller', 'jürgen mueller'],
    ['Åse Sørensen', 'sorensen', 'soerensen', 'aase', 'ase'],
    ['Łukasz Wałęsa', 'lukasz walesa', 'Wałęsa'],
    ['Thị Ánh Đặng', 'dang thi anh'],
    ['İbrahim Yılmaz', 'ibrahim yilmaz', 'YILMAZ', 'ıbrahim'],
    ['Guðrún Þórsdóttir', 'gudrun thorsdottir'],
    ['Jan-Willem van der Berg', 'vanderberg', 'berg', 'van der berg jan-willem', 'janwillem'],
    ['Juan de la Cruz', 'delacruz', 'dela cruz', 'cruz juan'],
    ['Ann St. John', 'stjohn', 'st john', 'st.john'],
    ['Gabriel García Márquez', 'garcia-marquez', 'marquez garcia'],
    ['Anna Smith-Jones', 'jones-smith', 'smith–jones', 'smithjones'],
    ['太郎 山田', '山田太郎', '山田　太郎', '太郎'],
    ['민준 김', '김민준', '김'],
    ['Пётр Иванов', 'петр ИВАНОВ'],
    ['Γιώργος Παπαδόπουλος', 'ΓΙΩΡΓΟΣ', 'γιωργοσ'],
    ['أحمد الحسن', 'احمد', 'حسن'],
    ['Mary MRN', 'mrn001234', 'MRN-00 123/4', '123/4'],
  ])('%s', (name, ...queries) => {
    const identifier = 'MRN-00 123/4';
    expect(queries.filter((query) => !finds(query, name, { identifier }))).toEqual([]);
  });

  it('a vowel of a script of India is no accent: two names stay two', () => {
    expect(foldLetters('रमा')).not.toBe(foldLetters('राम'));
    expect(finds('राम', 'राम शर्मा')).toBe(true);
    expect(finds('राम', 'रमा शर्मा')).toBe(false);
  });

  it('names that are put together are looked for from their beginning alone', () => {
    expect(finds('dela', 'Juan de la Cruz')).toBe(true);
    expect(finds('lacr', 'Anna Sola Crane')).toBe(false);
  });

  it('digits of other scripts are digits, and letters without another spelling have none', () => {
    expect(foldLetters('٥/٣/۱۹۷۰ ७ １９')).toBe('5/3/1970 7 19');
    expect(foldSpeltOut('Okafor')).toBeUndefined();
    expect(foldSpeltOut('Óscar Łoś')).toBeUndefined();
  });
});

const ofMarch = [
  ...['1970-03-05', '1970.03.05', '1970. 3. 5.', '1970 03 05', '1970-mar-05', '1970 Mar 5', '700305', '19700305'],
  ...[
    '5.3.1970',
    '05/03/1970',
    '3/5/1970',
    '5 . 3 . 1970',
    '5, 3, 1970',
    '05 03 1970',
    '050370',
    "5.3.'70",
    '5_3_1970',
  ],
  ...['5‑3‑1970', '5–3–1970', '5−3−1970', '5.III.1970', '5/mar/1970', "5 Mar '70", '05-MAR-1970', '3/1970', '3/70'],
  ...['5th of March 1970', 'the 5th of March, 1970', '5. März 1970', '5 mars 1970', '1970年3月5日', '1970년 3월 5일'],
  ...['5 de marzo de 1970', '5 de março de 1970', '5. maaliskuuta 1970', '5 maart 1970', '5 mrt 1970', '5 marca 1970'],
  ...['5 марта 1970', '5 Mart 1970', '٥/٣/١٩٧٠', 'dob 05/03/1970', 'geb. 5.3.1970', 'born 1970', 'marzo 1970'],
];

describe('a birth date is found in the spellings of several languages', () => {
  it.each(ofMarch)('%s', (typed) => {
    expect(finds(typed, 'Jo Doe', { birthDate: '1970-03-05' })).toBe(true);
    expect(finds(`${typed} doe`, 'Jo Doe', { birthDate: '1970-03-05' })).toBe(true);
    // Another month and year; nobody is found because a date was not understood.
    expect(finds(typed, 'Jo Doe', { birthDate: '1981-11-28' })).toBe(false);
  });

  it.each([
    ['Martin Roe', '1970-05-01', 'martin 1970'],
    ['Marina Poe', '1970-11-05', 'marina 5.11.1970'],
    ['Julia Koe', '1985-01-02', 'julia 1985'],
    ['May Baker', '1931-02-11', 'may 1931'],
    ['May Baker', '1931-02-11', 'May 11.2.1931'],
    ['Lis Kasper', '1970-10-10', 'lis 10.10.1970'],
    ['June April', '1950-01-01', 'june april 1950'],
  ])('%s, who is called nearly as a month, is found with a date: %s, by %s', (name, birthDate, typed) => {
    expect(finds(typed, name, { birthDate })).toBe(true);
    expect(finds(typed, name, { birthDate: '1999-12-28' })).toBe(false);
  });

  it('a word is a month only where it is the name of one, or begins it', () => {
    expect(['mar', 'marzo', 'martin', 'maria', 'ma', 'maraskuu', 'marraskuuta'].map(monthsNamed)).toEqual([
      [3, 11],
      [3],
      [],
      [],
      [],
      [],
      [11],
    ]);
    for (let month = 0; month < 12; month += 1)
      for (const language of [
        'en',
        'de',
        'fr',
        'es',
        'pt',
        'it',
        'nl',
        'sv',
        'da',
        'fi',
        'pl',
        'cs',
        'tr',
        'ru',
        'uk',
        'el',
        'ro',
      ]) {
        const parts = new Intl.DateTimeFormat(language, {
          day: 'numeric',
          month: 'long',
          year: 'numeric',
        }).formatToParts(new Date(2001, month, 5));
        const word = parts.find(({ type }) => type === 'month')?.value ?? '';
        expect(monthsNamed(foldLetters(word)), `${language} ${word}`).toContain(month + 1);
      }
  });
});

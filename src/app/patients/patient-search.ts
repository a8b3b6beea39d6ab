/**
 * Finding a patient as one types: words of a name in any order, whole or in part, a birth date in the spellings of people
 * (typed-date.ts), an identifier with or without its punctuation. Kept in memory while unlocked; nothing of it is stored.
 *
 * Each patient is one line of folded words, looked through from first to last: that needs no index which has to be built
 * before the first key is answered, and learns a change for the price of its line. Typing errors are not guessed at: a wrong patient is worse than none.
 */
import { foldLetters } from '../../base/fold.ts';
import type { ChartId } from '../../base/ids.ts';
import type { PersonDescription } from '../../clinical/matching/person.ts';
import { bornOn, fitsDate, typedDates, type BornOn, type TypedDate } from './typed-date.ts';

export interface Searchable {
  readonly id: ChartId;
  readonly name: string;
  readonly birthDate?: string;
  readonly identifier?: string;
  /** Other names and numbers of the same person. */
  readonly person?: PersonDescription;
}

/** " maria o keefe okeefe mrn 100 mrn100 ": every word between two spaces; and when the patient was born. */
interface Line {
  readonly words: string;
  readonly born: BornOn;
}

/** One thing that was typed: a date, or words. Where it could be either, one of them suffices. */
interface Term {
  readonly words: readonly string[];
  readonly dates: readonly TypedDate[];
}

/** The better fit first: all that was typed are words of the line, begin words of it, or are somewhere in it. */
const fits = 3;

const punctuation = /[\p{P}\p{S}]+/u;
const spaces = /[\s,;]+/u;
/** Of the English forms that MRN-100 or O'Keefe come in, one is without what is in between. */
const inner = /[\p{P}\p{S}]+/gu;

export class PatientSearch {
  readonly #lines = new Map<ChartId, Line>();

  put({ id, name, identifier, birthDate, person }: Searchable): void {
    const { otherNames = [], identifiers = [], phones = [] } = person ?? {};
    const more = [
      ...otherNames,
      ...identifiers.map(({ value }) => value),
      ...phones.map((phone) => phone.replace(/\s/g, '')),
    ];
    const words = wordsIn([name, identifier ?? '', ...new Set(more)].join(' '));
    this.#lines.set(id, { words, born: bornOn(birthDate ?? '') });
  }

  /** Of `patients` those that fit, the best first; as good ones stay in the order given. */
  find(query: string, patients: Iterable<Pick<Searchable, 'id'>>): readonly ChartId[] {
    const terms = termsOf(foldLetters(query));
    const found: ChartId[][] = Array.from({ length: fits }, () => []);
    for (const { id } of patients) {
      const line = this.#lines.get(id);
      const fit = line === undefined ? undefined : fitOf(terms, line);
      if (fit !== undefined) found[fit]?.push(id);
    }
    return found.flat();
  }
}

function wordsIn(text: string): string {
  const words = foldLetters(text).split(spaces);
  const all = words.flatMap((word) => {
    const parts = word.split(punctuation);
    return parts.length === 1 ? parts : [...parts, word.replaceAll(inner, '')];
  });
  // In one piece: the engine would put together any other at the first search, for all patients at once.
  return ['', ...all.filter((word) => word !== ''), ''].join(' ');
}

function termsOf(query: string): readonly Term[] {
  const { dates, rest } = typedDates(query);
  const terms = dates.map(({ text, readings }): Term => ({ words: wordsOf(text), dates: readings }));
  return [...terms, ...wordsOf(rest).map((word): Term => ({ words: [word], dates: [] }))];
}

function wordsOf(text: string): readonly string[] {
  return text.split(spaces).flatMap((word) => {
    const bare = word.replaceAll(inner, '');
    return bare === '' ? [] : [bare];
  });
}

/** 0 is best; undefined: something that was typed is not there. */
function fitOf(terms: readonly Term[], { words: line, born }: Line): number | undefined {
  let worst = 0;
  for (const { words, dates } of terms) {
    if (dates.some((date) => fitsDate(born, date))) continue;
    if (words.length === 0) return undefined;
    for (const word of words) {
      const fit = fitOfWord(word, line);
      if (fit === undefined) return undefined;
      worst = Math.max(worst, fit);
    }
  }
  return worst;
}

function fitOfWord(word: string, line: string): number | undefined {
  // A single letter in the middle of a name finds nearly everybody.
  if (!line.includes(word.length === 1 ? ` ${word}` : word)) return undefined;
  if (!line.includes(` ${word}`)) return 2;
  return line.includes(` ${word} `) ? 0 : 1;
}

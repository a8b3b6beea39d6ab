/**
 * Finding a patient as one types: words of a name in any order, whole or in part, a birth date in the spellings of people
 * (typed-date.ts), an identifier with or without its punctuation. Kept in memory while unlocked; nothing of it is stored.
 *
 * Each patient is one line of folded words, looked through from first to last: that needs no index which has to be built
 * before the first key is answered, and learns a change for the price of its line. Typing errors are not guessed at: a wrong patient is worse than none.
 */
import { foldLetters, foldSpeltOut } from '../../base/fold.ts';
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
  /** Names in one piece: delacruz, and 山田太郎 where the surname is a word of its own. Only their beginnings are looked for. */
  readonly joined: string;
  readonly born: BornOn;
}

/** One thing that was typed: a date, or words. Where it could be either, or words in several ways, one of them suffices. */
interface Term {
  readonly dates: readonly TypedDate[];
  readonly ways: readonly (readonly Term[] | readonly string[])[];
}

/** The better fit first: all that was typed are words of the line, begin words of it, or are somewhere in it. */
const fits = 3;
/** Words of one name that are put together; those of longer ones are looked for one by one. */
const maxJoined = 6;

const punctuation = /[\p{P}\p{S}]+/u;
const spaces = /[\s,;]+/u;
/** Of the English forms that MRN-100 or O'Keefe come in, one is without what is in between. */
const inner = /[\p{P}\p{S}]+/gu;

export class PatientSearch {
  readonly #lines = new Map<ChartId, Line>();

  put({ id, name, identifier, birthDate, person }: Searchable): void {
    const { otherNames = [], identifiers = [], phones = [] } = person ?? {};
    const numbers = [identifier ?? '', ...identifiers.map(({ value }) => value)];
    const names = [name, ...otherNames];
    const inOnePiece = [...numbers, ...phones].map((number) => number.replaceAll(/\s/g, ''));
    const words = wordsIn([...new Set([...names, ...numbers, ...inOnePiece])].join(' '));
    this.#lines.set(id, { words, joined: joinedNames(names), born: bornOn(birthDate ?? '') });
  }

  /** Of `patients` those that fit, the best first; as good ones stay in the order given. */
  find(query: string, patients: Iterable<Pick<Searchable, 'id'>>): readonly ChartId[] {
    const spellings = [foldLetters(query), foldSpeltOut(query)].flatMap((folded) =>
      folded === undefined ? [] : [termsOf(folded)],
    );
    const found: ChartId[][] = Array.from({ length: fits }, () => []);
    for (const { id } of patients) {
      const line = this.#lines.get(id);
      const fit = line === undefined ? undefined : best(spellings.map((terms) => fitOf(terms, line)));
      if (fit !== undefined) found[fit]?.push(id);
    }
    return found.flat();
  }
}

function wordsIn(text: string): string {
  const words = `${foldLetters(text)} ${foldSpeltOut(text) ?? ''}`.split(spaces);
  const all = words.flatMap((word) => {
    const parts = word.split(punctuation);
    return parts.length === 1 ? parts : [...parts, word.replaceAll(inner, '')];
  });
  return inOneLine(all);
}

/** Words of a name that somebody may write as one, in their order, and the last before the first. */
function joinedNames(names: readonly string[]): string {
  const joined = names.flatMap((name) => {
    const words = wordsOf(foldLetters(name)).slice(0, maxJoined);
    const [first = '', last = ''] = [words[0], words.at(-1)];
    const runs = words.flatMap((_, from) =>
      words.slice(from + 1).map((_word, more) => words.slice(from, from + more + 2).join('')),
    );
    return words.length < 2 ? [] : [...runs, last + first];
  });
  return inOneLine(joined);
}

/** In one piece: the engine would put together any other at the first search, for all patients at once. */
function inOneLine(words: readonly string[]): string {
  return ['', ...new Set(words.filter((word) => word !== '')), ''].join(' ');
}

function termsOf(query: string, months = true): readonly Term[] {
  const { dates, rest } = typedDates(query, { months });
  return [
    ...dates.map(({ text, readings }): Term => ({
      dates: readings,
      // Somebody may be called May, or have a number that looks like a date.
      ways: /\p{L}/u.test(text) && months ? [termsOf(text, false)] : [wordsOf(text)],
    })),
    ...rest.split(spaces).flatMap((word): readonly Term[] => {
      const [whole, parts] = [word.replaceAll(inner, ''), word.split(punctuation).filter((part) => part !== '')];
      return whole === '' ? [] : [{ dates: [], ways: parts.length > 1 ? [[whole], parts] : [[whole]] }];
    }),
  ];
}

function wordsOf(text: string): readonly string[] {
  return text.split(spaces).flatMap((word) => {
    const bare = word.replaceAll(inner, '');
    return bare === '' ? [] : [bare];
  });
}

/** 0 is best; undefined: something that was typed is not there. */
function fitOf(terms: readonly (Term | string)[], line: Line): number | undefined {
  let worst = 0;
  for (const term of terms) {
    const fit = typeof term === 'string' ? fitOfWord(term, line) : fitOfTerm(term, line);
    if (fit === undefined) return undefined;
    worst = Math.max(worst, fit);
  }
  return worst;
}

function fitOfTerm({ dates, ways }: Term, line: Line): number | undefined {
  if (dates.some((date) => fitsDate(line.born, date))) return 0;
  return best(ways.map((way) => (way.length === 0 ? undefined : fitOf(way, line))));
}

function best(found: readonly (number | undefined)[]): number | undefined {
  const those = found.filter((fit) => fit !== undefined);
  return those.length === 0 ? undefined : Math.min(...those);
}

function fitOfWord(word: string, { words: line, joined }: Line): number | undefined {
  // A single letter in the middle of a name finds nearly everybody.
  if (!line.includes(word.length === 1 ? ` ${word}` : word))
    return word.length > 1 && joined.includes(` ${word}`) ? 1 : undefined;
  if (!line.includes(` ${word}`)) return 2;
  return line.includes(` ${word} `) ? 0 : 1;
}

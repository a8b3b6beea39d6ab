/**
 * In what the charts of one patient name different people: each is unsettled until someone chose, since of two birth dates one
 * is wrong, and a dose may hang on it. What one of them does not say, or says less exactly, is no difference.
 */
import { foldLetters } from '../../base/fold.ts';

/** Of a chart as a list of patients has it. */
export interface NamedPerson {
  readonly name: string;
  readonly birthDate?: string;
  readonly sex?: string;
  readonly deceased: boolean;
}

export type PersonElement = 'name' | 'birthDate' | 'sex' | 'deceased';

export interface PersonDifference {
  readonly element: PersonElement;
  /** One a chart, in the order given; empty where it does not say. */
  readonly values: readonly string[];
}

type Fits = (a: string, b: string) => boolean;

const elements: readonly { readonly element: PersonElement; valueOf: (person: NamedPerson) => string; fits: Fits }[] = [
  { element: 'name', valueOf: ({ name }) => name, fits: (a, b) => isWithin(a, b) || isWithin(b, a) },
  {
    element: 'birthDate',
    valueOf: ({ birthDate }) => birthDate ?? '',
    // A year alone fits every day of it.
    fits: (a, b) => a.startsWith(b) || b.startsWith(a),
  },
  { element: 'sex', valueOf: ({ sex }) => (sex === 'unknown' ? '' : (sex ?? '')), fits: (a, b) => a === b },
  { element: 'deceased', valueOf: ({ deceased }) => (deceased ? 'deceased' : 'alive'), fits: (a, b) => a === b },
];

export function personDifferences(people: readonly NamedPerson[]): readonly PersonDifference[] {
  return elements.flatMap(({ element, valueOf, fits }) => {
    const values = people.map(valueOf);
    const said = values.filter((value) => value !== '');
    return said.every((value) => said.every((other) => fits(value, other))) ? [] : [{ element, values }];
  });
}

/** "Ada Okafor" leaves something out of "Ada Chioma Okafor", and says nothing else. */
function isWithin(short: string, long: string): boolean {
  const [words, others] = [wordsOf(short), new Set(wordsOf(long))];
  return words.every((word) => others.has(word));
}

function wordsOf(name: string): readonly string[] {
  return foldLetters(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/**
 * Everybody a practice knows, so arranged that who may be the same person is found without comparing all with all: only records that
 * share a key are compared (blocking). The keys are chosen so that two slips in one record leave at least one of them whole.
 */
import { comparePersons, type MatchReason } from './compare.ts';
import type { Person } from './person.ts';
import { soundex } from './similarity.ts';

export interface Likely<Id> {
  readonly id: Id;
  /** 0 to 1, as if one of all people known were the person asked for. */
  readonly probability: number;
  readonly bits: number;
  readonly reasons: readonly MatchReason[];
}

/** From here on somebody is asked about: once too often is better than a second chart of one person. */
export const askedFrom = 0.2;
/** A key that so many share tells nothing; it would only cost time. */
const mostInBlock = 400;
/** A name is counted as at least this common: of a practice's few patients nothing follows for all people. */
const rarestName = 1 / 1500;
/** Counted as if there were at least so many: that half of two patients are called so says nothing of the name. */
const fewestPeople = 300;

export class PersonIndex<Id> {
  readonly #people = new Map<Id, Person>();
  readonly #blocks = new Map<string, Set<Id>>();
  readonly #names = new Map<string, number>();
  #compared = 0;

  get size(): number {
    return this.#people.size;
  }

  /** Pairs compared so far: what an import of many costs. */
  get compared(): number {
    return this.#compared;
  }

  put(id: Id, person: Person): void {
    this.remove(id);
    this.#people.set(id, person);
    for (const key of blockingKeys(person)) {
      const block = this.#blocks.get(key);
      if (block === undefined) this.#blocks.set(key, new Set([id]));
      else block.add(id);
    }
    for (const name of namesOf(person)) this.#names.set(name, (this.#names.get(name) ?? 0) + 1);
  }

  remove(id: Id): void {
    const person = this.#people.get(id);
    if (person === undefined) return;
    this.#people.delete(id);
    for (const key of blockingKeys(person)) this.#blocks.get(key)?.delete(id);
    for (const name of namesOf(person)) this.#names.set(name, (this.#names.get(name) ?? 1) - 1);
  }

  /** Who may be this person, the likeliest first. `atLeast`: probability. `others`: compare with these alone. */
  likely(person: Person, atLeast: number, others?: (id: Id) => boolean): readonly Likely<Id>[] {
    const candidates = new Set<Id>();
    for (const key of blockingKeys(person)) {
      const block = this.#blocks.get(key);
      if (block === undefined || block.size > mostInBlock) continue;
      for (const id of block) if (others?.(id) !== false) candidates.add(id);
    }
    const found: Likely<Id>[] = [];
    for (const id of candidates) {
      const other = this.#people.get(id);
      if (other === undefined) continue;
      this.#compared += 1;
      const { bits, reasons } = comparePersons(person, other, this.#share);
      const probability = this.#probability(bits);
      if (probability >= atLeast) found.push({ id, probability, bits, reasons });
    }
    return found.sort((a, b) => b.bits - a.bits);
  }

  readonly #share = (word: string): number => {
    const known = Math.max(fewestPeople, this.#people.size);
    return Math.max(rarestName, (this.#names.get(word) ?? 0) / known);
  };

  /** Before anything is compared, each of the people known is as likely as any other. */
  #probability(bits: number): number {
    return 1 / (1 + Math.max(50, this.#people.size) * 2 ** -bits);
  }
}

function namesOf(person: Person): ReadonlySet<string> {
  return new Set([...person.given, ...person.family, ...person.others]);
}

function blockingKeys(person: Person): ReadonlySet<string> {
  const { birthDate, postcode, houseNumbers, addressWords } = person;
  const sounds = [...new Set([...namesOf(person)].map(soundex))];
  const keys = new Set<string>();
  for (const { value } of person.identifiers) keys.add(`i${value}`);
  for (const phone of person.phones) keys.add(`p${phone}`);
  const digits = birthDate.replaceAll('-', '');
  // Sorted, so that swapped digits, and day and month swapped, fall together.
  if (digits.length === 8) keys.add(`d${Array.from(digits).sort().join('')}`);
  for (const [place, sound] of sounds.entries()) {
    for (const other of sounds.slice(place + 1)) keys.add(`n${[sound, other].sort().join(' ')}`);
    if (birthDate !== '') {
      keys.add(`y${sound} ${birthDate.slice(0, 4)}`);
      if (digits.length === 8) keys.add(`m${sound} ${digits.slice(4)}`);
    }
    if (postcode !== '') keys.add(`z${sound} ${postcode}`);
    for (const number of houseNumbers) keys.add(`h${sound} ${number}`);
  }
  for (const number of houseNumbers) {
    if (postcode !== '') keys.add(`a${number} ${postcode}`);
    for (const word of addressWords) keys.add(`w${number} ${soundex(word)}`);
  }
  return keys;
}

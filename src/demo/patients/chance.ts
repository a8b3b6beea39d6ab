/**
 * Chance that a seed repeats: a stream of numbers from a text (sfc32 by Chris Doty-Humphrey, PractRand; seeded by FNV-1a). For made-up
 * patients alone, never for a key.
 */

export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#a = hash(seed, 0x811c9dc5);
    this.#b = hash(seed, 0x01000193);
    this.#c = hash(seed, 0x9e3779b9);
    for (let i = 0; i < 12; i++) this.fraction();
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** True so often of one. */
  in(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A whole number, both ends among them. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.whole(0, list.length - 1)];
    if (picked === undefined) throw new Error('there is something to pick from');
    return picked;
  }

  /** About normal (Irwin–Hall, twelve summands): never beyond six deviations. */
  normal(mean: number, deviation: number): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.fraction();
    return mean + sum * deviation;
  }
}

function hash(text: string, start: number): number {
  let value = start;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value;
}

/**
 * The recovery phrase as a person types it: which words stand there, which are asked back. What a word is must agree with
 * crypto/recovery-phrase.ts, so that "word 7" means the same in both; a test holds them together. Pure; keeps nothing.
 */

export const recoveryWordCount = 24;

/** Case, spacing, line breaks, commas and written numbers are left out. */
export function wordsTyped(phrase: string): readonly string[] {
  return phrase
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,.;:)0-9]+/)
    .filter((word) => word !== '');
}

export function sameWord(typed: string, word: string): boolean {
  return typed.trim().toLowerCase() === word;
}

/** Three positions counted from 0, one of each third of the phrase, so that a half-copied phrase is noticed. */
export function positionsToAsk(random: (below: number) => number): readonly number[] {
  const third = recoveryWordCount / 3;
  return [0, 1, 2].map((part) => part * third + random(third));
}

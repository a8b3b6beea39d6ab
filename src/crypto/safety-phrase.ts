/**
 * What two people read to each other to know that no third practice stands between theirs (ID-7). Four words for each
 * practice, 44 bits, in an order both compute alike.
 *
 * Each half depends on one practice only. Were both mixed into one phrase, a man in the middle could try keys against both
 * sides at once and meet in the middle (2^22 tries for 44 bits); against two fixed halves he must hit each. Each try costs
 * him 2^14 hashes more, the same 30 ms that the phrase costs us.
 */
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Bytes } from '../base/bytes.ts';
import { idBytes, type PracticeId } from '../base/ids.ts';
import { sha256, taggedHash } from './hash.ts';

const wordsPerPractice = 4;
const bitsPerWord = 11;
const stretchRounds = 2 ** 14;

/** Two groups of four words, the same whichever practice comes first: "a b c d · e f g h". */
export function safetyPhrase(one: PracticeId, other: PracticeId): string {
  return [one, other].toSorted().map(wordsOf).join(' · ');
}

/** Kept, because screens ask at every repaint; they are no secret. As many as a practice may have met, roughly. */
const wordsKept = new Map<PracticeId, string>();
const maxWordsKept = 1_000;

function wordsOf(practice: PracticeId): string {
  const kept = wordsKept.get(practice);
  if (kept !== undefined) return kept;
  if (wordsKept.size >= maxWordsKept) wordsKept.clear();
  const words = stretchedWords(practice);
  wordsKept.set(practice, words);
  return words;
}

function stretchedWords(practice: PracticeId): string {
  const id = idBytes(practice);
  let hash: Bytes = taggedHash('peerchart/safety/1', id);
  for (let round = 0; round < stretchRounds; round++) hash = sha256(hash, id);
  return Array.from({ length: wordsPerPractice }, (_, i) => wordlist[bitsAt(hash, i * bitsPerWord)]).join(' ');
}

/** Eleven bits as a number, the highest first: the index of one of 2048 words. */
function bitsAt(hash: Uint8Array, offset: number): number {
  let value = 0;
  for (let bit = offset; bit < offset + bitsPerWord; bit++) {
    value = (value << 1) | (((hash[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return value;
}

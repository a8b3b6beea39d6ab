/**
 * The practice's root keys as 24 words (ID-1): BIP-39 of 256 random bits. Written on paper, typed once in a great while,
 * kept on no device. The root keys come from the entropy itself by HKDF, not from BIP-39's seed: 256 random bits need no
 * stretching, and there is no second passphrase.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { boxKeysFromSeed, type BoxKeys } from './box.ts';
import { deriveKey } from './hash.ts';
import { signKeysFromSeed, type SignKeys } from './sign.ts';
import { wipe } from './wipe.ts';

export interface RootKeys {
  readonly sign: SignKeys;
  readonly box: BoxKeys;
}

const phraseWords = 24;
const words: ReadonlySet<string> = new Set(wordlist);

/** 24 words, lowercase, one space between them. */
export function generatePhrase(random: Random): string {
  const entropy = random.bytes(32);
  const phrase = entropyToMnemonic(entropy, wordlist);
  wipe(entropy);
  return phrase;
}

/**
 * Forgiving about case, spacing, line breaks, commas and the numbers people write before words; strict about the words and
 * their checksum. The detail is the position of the first unknown word, counted from 1, or how many words were found:
 * never a word itself.
 */
export function phraseToRootKeys(phrase: string): Result<RootKeys, 'unknown-word' | 'bad-checksum' | 'wrong-length'> {
  const typed = typedWords(phrase);
  const unknownAt = typed.findIndex((word) => !words.has(word));
  if (unknownAt !== -1) return err('unknown-word', String(unknownAt + 1));
  if (typed.length !== phraseWords) return err('wrong-length', String(typed.length));
  const entropy = entropyOf(typed);
  if (entropy === undefined) return err('bad-checksum');
  const signSeed = deriveKey(entropy, 'peerchart/root-sign/1');
  const boxSeed = deriveKey(entropy, 'peerchart/root-box/1');
  const keys = { sign: signKeysFromSeed(signSeed), box: boxKeysFromSeed(boxSeed) };
  wipe(entropy, signSeed, boxSeed);
  return ok(keys);
}

/** The words of a phrase as this file reads them, so that a screen counts positions the same way. */
export function typedWords(phrase: string): readonly string[] {
  return phrase
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,.;:)0-9]+/)
    .filter((word) => word !== '');
}

function entropyOf(typed: readonly string[]): Uint8Array | undefined {
  try {
    return mnemonicToEntropy(typed.join(' '), wordlist);
  } catch {
    // Words and length were checked: only the checksum is left to be wrong.
    return undefined;
  }
}

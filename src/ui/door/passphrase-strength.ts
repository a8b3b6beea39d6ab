/**
 * How hard a passphrase is to guess, for someone who copied this browser's files and tries at leisure: each try costs him
 * the same half second of Argon2id that unlocking costs here. A rough estimate, on the low side; pure, keeps nothing.
 */

/** UTF-16 units, which are characters in most scripts. NIST SP 800-63B-4 asks for 15 where a password is the only factor. */
export const leastPassphraseLength = 15;

export type PassphraseStrength = 'too-short' | 'weak' | 'fair' | 'strong';

/**
 * 2^35 guesses at half a second a core are 500 years of one core, a day of a large farm: below that we say no. 2^55 is out
 * of reach of anyone.
 */
const fairBits = 35;
const strongBits = 55;
/** A word of a word list of some thousand, chosen by a person rather than by dice. */
const bitsPerWord = 9;
/** What a character of text is worth when a person chose it: far less than its alphabet has. */
const bitsPerCharacter = 2.5;

const everyonesChoice =
  /pass(word|phrase)?|qwert[yz]?|asdf(gh)?|letmein|welcome|admin|clinic|hospital|doctor|peerchart|practice|secret|summer|winter|spring|autumn/g;

/** `known`: names that whoever attacks this practice knows too; they count for nothing. */
export function strengthOf(passphrase: string, known: readonly string[] = []): PassphraseStrength {
  if (passphrase.length < leastPassphraseLength) return 'too-short';
  const bits = bitsOf(passphrase.toLowerCase(), known);
  if (bits < fairBits) return 'weak';
  return bits < strongBits ? 'fair' : 'strong';
}

function bitsOf(passphrase: string, known: readonly string[]): number {
  let left = passphrase;
  for (const name of known.flatMap((text) => text.toLowerCase().split(/\s+/))) {
    if (name.length >= 3) left = left.replaceAll(name, '');
  }
  left = withoutRuns(left.replace(everyonesChoice, '').replace(/(19|20)\d\d/g, ''));
  const words = new Set(left.split(/[\s\-_.,]+/).filter((word) => word.length >= 3));
  const distinct = new Set(left).size;
  const byWords = words.size * bitsPerWord;
  const byCharacters =
    Math.min(left.length, distinct * 1.5) * (isMixed(left) ? bitsPerCharacter * 1.6 : bitsPerCharacter);
  return words.size >= 3 ? Math.max(byWords, Math.min(byCharacters, byWords * 1.5)) : byCharacters;
}

/** "aaaa", "1234" and "dcba" are one choice, not four. */
function withoutRuns(text: string): string {
  let kept = '';
  for (let i = 0; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    const stepBefore = text.charCodeAt(i - 1) - text.charCodeAt(i - 2);
    const goesOn = Math.abs(step) <= 1 && step === stepBefore;
    if (!goesOn) kept += text.charAt(i);
  }
  return kept;
}

function isMixed(text: string): boolean {
  return /\d/.test(text) && /[a-z]/.test(text) && /[^a-z\d\s]/.test(text);
}

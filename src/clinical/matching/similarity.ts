/** How alike two short texts are. Pure; texts are compared as given, so fold case and accents before. */

/**
 * Whether one slip of the hand makes one text of the other: a letter left out, added, replaced, or two neighbours swapped
 * (Damerau's four errors, which he found behind four of five misspellings: Commun ACM 1964;7:171).
 */
export function isOneSlipApart(a: string, b: string): boolean {
  if (a === b) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  if (short.length < long.length) return short.slice(start) === long.slice(start + 1);
  if (short.slice(start + 1) === long.slice(start + 1)) return true;
  const isSwap = short[start] === long[start + 1] && short[start + 1] === long[start];
  return isSwap && short.slice(start + 2) === long.slice(start + 2);
}

/** Winkler's string comparator for names, 0 to 1: Jaro's, raised for a common beginning of up to four letters. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matchedOfA: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    const end = Math.min(b.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= end; j += 1) {
      if (taken[j] === 1 || a[i] !== b[j]) continue;
      taken[j] = 1;
      matchedOfA.push(a[i] ?? '');
      break;
    }
  }
  const matches = matchedOfA.length;
  if (matches === 0) return 0;
  const matchedOfB = Array.from(b).filter((_, j) => taken[j] === 1);
  const displaced = matchedOfA.filter((letter, i) => letter !== matchedOfB[i]).length / 2;
  const jaro = (matches / a.length + matches / b.length + (matches - displaced) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** The pairs of neighbouring letters of a text, for `pairSimilarity`. */
export function letterPairs(text: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (let i = 0; i + 1 < text.length; i += 1) {
    const pair = text.slice(i, i + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Dice's coefficient of two bags of letter pairs, 0 to 1: the order of words and the spaces between them matter little. */
export function pairSimilarity(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let total = 0;
  for (const [pair, count] of a) {
    common += Math.min(count, b.get(pair) ?? 0);
    total += count;
  }
  for (const count of b.values()) total += count;
  return total === 0 ? 0 : (2 * common) / total;
}

const soundexDigits: Readonly<Record<string, string>> = Object.fromEntries(
  ['bfpv', 'cgjkqsxz', 'dt', 'l', 'mn', 'r'].flatMap((letters, index) =>
    Array.from(letters, (letter) => [letter, String(index + 1)]),
  ),
);

/** Russell's Soundex: what sounds alike in English falls together. Only for finding candidates, never as an agreement. */
export function soundex(word: string): string {
  const letters = Array.from(word).filter((letter) => letter >= 'a' && letter <= 'z');
  let code = letters[0] ?? word.slice(0, 1);
  let last = soundexDigits[letters[0] ?? ''] ?? '';
  for (const letter of letters.slice(1)) {
    const digit = soundexDigits[letter] ?? '';
    if (digit !== '' && digit !== last) code += digit;
    // h and w do not part what they stand between.
    if (letter !== 'h' && letter !== 'w') last = digit;
    if (code.length === 4) break;
  }
  return code;
}

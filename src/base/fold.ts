/** Letters as they are compared where people spell one word differently. */

/** Without accents and other marks, compatibility forms as plain letters, in lower case. */
export function foldLetters(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/**
 * The name by which a person chooses themselves at a door that several use. It is the one name that lies unsealed in the browser,
 * so initials are offered and nothing more is asked for. Pure.
 */

/** As long as it may be to fit the list of the locked page. */
export const longestSignInName = 40;

const titles = new Set(['dr', 'prof', 'mr', 'mrs', 'ms', 'mx', 'sr']);

/** Of the first and the last name, without a title: two letters. Of a title alone, its initial. */
export function initialsOf(personName: string): string {
  const words = personName.split(/[\s.-]+/u).filter((word) => word !== '');
  const names = words.filter((word) => !titles.has(word.toLowerCase()));
  const [first, ...others] = names.length > 0 ? names : words;
  return [first, others.at(-1)].map((name) => (name === undefined ? '' : initialOf(name))).join('');
}

function initialOf(name: string): string {
  return String.fromCodePoint(name.codePointAt(0) ?? 0).toUpperCase();
}

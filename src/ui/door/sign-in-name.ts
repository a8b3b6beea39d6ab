/**
 * The name by which a person chooses themselves at a door that several use. It is the one name that lies unsealed in the browser,
 * so initials are offered, and nothing more is asked for. Pure.
 */

/** As long as it may be to fit the list of the locked page. */
export const longestSignInName = 40;

/** 'Dr. Ada Lindqvist' → 'AL'. Titles, which end in a full stop, are left out. */
export function initialsOf(personName: string): string {
  const names = personName
    .trim()
    .split(/[\s-]+/)
    .filter((part) => part !== '' && !part.endsWith('.'));
  const ends = names.length > 1 ? [names[0], names.at(-1)] : names;
  return ends.map((name) => Array.from(name ?? '')[0]?.toLocaleUpperCase() ?? '').join('');
}

/**
 * A birth date as people type it into a search: 1970-03-05, 19700305, 5.3.1970, 05/03/70, 5 Mar 1970, March 1970, 3/1970, 1970,
 * and each of them half typed. Where day and month could be either way round, both are meant: a patient of the other one is
 * seen not to be the one, and one that is not found would be registered twice.
 */

/** Parts that were typed; each narrows the dates that fit. */
export interface TypedDate {
  /** Its digits, or its first ones. Two may also be its last two. */
  readonly year?: string;
  readonly month?: number;
  readonly day?: number;
  /** The last part typed may be the beginning of one: 1970-1 is October to December too. */
  readonly begins?: 'month' | 'day';
}

interface Found {
  readonly text: string;
  readonly readings: readonly TypedDate[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthWord = `(?<word>${months.join('|')})[a-z]*\\.?`;
const isolated = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\d])${pattern}(?![\\p{L}\\d])`, 'gu');

/** Longest first: what one has read, the next does not see. */
const spellings: readonly (readonly [RegExp, (parts: Parts) => readonly TypedDate[]])[] = [
  [
    isolated(`(?<day>\\d{1,2})(?:st|nd|rd|th|\\.)?[\\s-]*${monthWord}[\\s,-]*(?<year>\\d{1,4})?`),
    ({ year, word, day }) => [dateOf(year, monthOf(word), Number(day))],
  ],
  [
    isolated(`${monthWord}\\s*(?<day>\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(?<year>\\d{1,4}))?`),
    ({ year, word, day }) => [
      { ...dateOf(year, monthOf(word), Number(day)), ...(year === undefined ? { begins: 'day' } : {}) },
    ],
  ],
  [isolated(`${monthWord}\\s+(?<year>\\d{4})`), ({ year, word }) => [dateOf(year, monthOf(word))]],
  [
    isolated('(?<year>\\d{4})[-/.](?<month>\\d{1,2})?(?:[-/.](?<day>\\d{0,2}))?'),
    ({ year, month, day }) => [
      { ...dateOf(year, numberOf(month), numberOf(day)), ...begunIn(numberOf(month) !== undefined, numberOf(day)) },
    ],
  ],
  [
    isolated('(?<day>\\d{1,2})[-/.](?<month>\\d{1,2})[-/.](?<year>\\d{0,4})'),
    ({ year, month, day }) => bothWays(year === '' ? undefined : year, Number(day), Number(month)),
  ],
  [isolated('(?<month>\\d{1,2})[/.](?<year>\\d{4})'), ({ year, month }) => [dateOf(year, Number(month))]],
  [isolated('(?<day>\\d{1,2})[/.](?<month>\\d{1,2})?'), ({ month, day }) => dayAndMonth(Number(day), numberOf(month))],
  [
    isolated('(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})'),
    ({ year = '', month = '', day = '' }) => {
      const digits = `${year}${month}${day}`;
      const ends = bothWays(digits.slice(4), Number(digits.slice(0, 2)), Number(digits.slice(2, 4)));
      return [dateOf(year, Number(month), Number(day)), ...ends];
    },
  ],
  [
    isolated('(?<year>(?:18|19|20)\\d{2})(?<month>\\d{0,2})(?<day>\\d?)'),
    ({ year, month = '', day }) => [
      { ...dateOf(year, numberOf(month), numberOf(day)), ...begunIn(month.length === 1, numberOf(day)) },
    ],
  ],
];

type Parts = Readonly<Partial<Record<'year' | 'month' | 'day' | 'word', string>>>;

/** The dates in what was typed, in lower case, and what is left of it without them. */
export function typedDates(query: string): { readonly dates: readonly Found[]; readonly rest: string } {
  const dates: Found[] = [];
  let rest = query;
  for (const [pattern, read] of spellings) {
    rest = rest.replace(pattern, (text: string, ...args: unknown[]) => {
      const readings = read(args.at(-1) as Parts).filter(isPossible);
      if (readings.length === 0) return text;
      dates.push({ text, readings });
      return ' ';
    });
  }
  return { dates, rest };
}

/** A birth date as FHIR has it, in its parts: a year, a month, or a day. 0: not told. */
export interface BornOn {
  readonly year: string;
  readonly month: number;
  readonly day: number;
}

export function bornOn(birthDate: string): BornOn {
  const [year = '', month = '0', day = '0'] = birthDate.split('-');
  return { year, month: Number(month), day: Number(day) };
}

export function fitsDate(born: BornOn, { year, month, day, begins }: TypedDate): boolean {
  if (year !== undefined && !born.year.startsWith(year) && !(year.length === 2 && born.year.endsWith(year)))
    return false;
  if (month !== undefined && !fitsPart(born.month, month, begins === 'month')) return false;
  return day === undefined || fitsPart(born.day, day, begins === 'day');
}

/** Two digits each: 1 begins 10 to 12 too, and 0 begins 01 to 09. */
function fitsPart(part: number, typed: number, mayGoOn: boolean): boolean {
  return part !== 0 && (part === typed || (mayGoOn && typed < 10 && Math.floor(part / 10) === typed));
}

function dateOf(year: string | undefined, month?: number, day?: number): TypedDate {
  return {
    ...(year === undefined ? {} : { year }),
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
  };
}

function bothWays(year: string | undefined, a: number, b: number): readonly TypedDate[] {
  return a === b ? [dateOf(year, a, b)] : [dateOf(year, b, a), dateOf(year, a, b)];
}

function begunIn(month: boolean, day: number | undefined): Pick<TypedDate, 'begins'> {
  return day !== undefined ? { begins: 'day' } : month ? { begins: 'month' } : {};
}

function dayAndMonth(a: number, b: number | undefined): readonly TypedDate[] {
  if (b === undefined) return [{ day: a }, { month: a }];
  return [
    { day: a, month: b, begins: 'month' },
    { month: a, day: b, begins: 'day' },
  ];
}

function isPossible({ month = 1, day = 1 }: TypedDate): boolean {
  return month <= 12 && day <= 31;
}

function monthOf(word: string | undefined): number {
  return months.indexOf(word ?? '') + 1;
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined || digits === '' ? undefined : Number(digits);
}

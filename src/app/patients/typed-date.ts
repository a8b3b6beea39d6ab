/**
 * A birth date as people type it into a search: 1970-03-05, 19700305, 050370, 5.3.1970, 05/03/70, 5 3 1970, 5 Mar 1970, 5 de marzo de
 * 1970, March 1970, 3/1970, 1970, 1970年3月5日, and each of them half typed. Where day and month could be either way round, both are
 * meant: a patient of the other one is seen not to be the one, and one that is not found would be registered twice.
 */
import { monthsNamed } from './month-names.ts';

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

const isolated = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\d])${pattern}(?![\\p{L}\\d])`, 'gu');
const monthWord = '(?<word>\\p{L}{3,})\\.?';
const between = "[\\s./,'’-]*";
/** Fifth, in the languages that write so: 5th, 1er, 1º, 5. */
const ordinal = '(?:st|nd|rd|th|er|e|o|\\.)?';
/** The fifth of March. */
const ofMonth = '(?:(?:of|de|di|del|da)\\s+)?';

type Spelling = readonly [pattern: RegExp, read: (parts: Parts) => readonly TypedDate[]];

/** In whole before words: of "May 11.2.1931" May is who was born. */
const whole: readonly Spelling[] = [
  [
    isolated('(?<year>\\d{4})[-/.](?<month>\\d{1,2})[-/.](?<day>\\d{1,2})'),
    ({ year, month, day }) => [{ ...dateOf(year, Number(month), Number(day)), begins: 'day' }],
  ],
  [
    isolated("(?<day>\\d{1,2})[-/.](?<month>\\d{1,2})[-/.]['’]?(?<year>\\d{0,4})"),
    ({ year, month, day }) => bothWays(year === '' ? undefined : year, Number(day), Number(month)),
  ],
];

const inWords: readonly Spelling[] = [
  [
    isolated(`(?<day>\\d{1,2})${ordinal}${between}${ofMonth}${monthWord}${between}${ofMonth}['’]?(?<year>\\d{1,4})?`),
    ({ year, word, day }) => named(word, (month) => dateOf(year, month, Number(day))),
  ],
  [
    isolated(`(?<year>\\d{4})${between}${monthWord}(?:${between}(?<day>\\d{1,2}))?`),
    ({ year, word, day }) => named(word, (month) => dateOf(year, month, numberOf(day))),
  ],
  [
    isolated(`${monthWord}\\s*(?<day>\\d{1,2})${ordinal}(?:,?\\s+['’]?(?<year>\\d{1,4}))?`),
    ({ year, word, day }) =>
      named(word, (month) => ({
        ...dateOf(year, month, Number(day)),
        ...(year === undefined ? { begins: 'day' } : {}),
      })),
  ],
  [
    isolated(`${monthWord}\\s+${ofMonth}(?<year>\\d{4})`),
    ({ year, word }) => named(word, (month) => dateOf(year, month)),
  ],
];

/** Longest first: what one has read, the next does not see. */
const inDigits: readonly Spelling[] = [
  [
    isolated('(?<year>\\d{4})[-/.](?<month>\\d{1,2})?(?:[-/.](?<day>\\d{0,2}))?'),
    ({ year, month, day }) => [
      { ...dateOf(year, numberOf(month), numberOf(day)), ...begunIn(numberOf(month) !== undefined, numberOf(day)) },
    ],
  ],
  [
    isolated('(?<year>\\d{4})\\s+(?<month>\\d{1,2})\\s+(?<day>\\d{1,2})'),
    ({ year, month, day }) => [{ ...dateOf(year, Number(month), Number(day)), begins: 'day' }],
  ],
  [
    isolated('(?<day>\\d{1,2})\\s+(?<month>\\d{1,2})\\s+(?<year>\\d{2,4})'),
    ({ year, month, day }) => bothWays(year, Number(day), Number(month)),
  ],
  [isolated('(?<month>\\d{1,2})[/.](?<year>\\d{4})'), ({ year, month }) => [dateOf(year, Number(month))]],
  [
    isolated('(?<day>\\d{1,2})[/.](?<month>\\d{1,2})?'),
    ({ month, day }) => [
      ...dayAndMonth(Number(day), numberOf(month)),
      ...(month?.length === 2 ? [dateOf(month, Number(day))] : []),
    ],
  ],
  [
    isolated('(?<year>\\d{4})(?<month>\\d{2})(?<day>\\d{2})'),
    ({ year = '', month = '', day = '' }) => {
      const digits = `${year}${month}${day}`;
      const ends = bothWays(digits.slice(4), Number(digits.slice(0, 2)), Number(digits.slice(2, 4)));
      return [dateOf(year, Number(month), Number(day)), ...ends];
    },
  ],
  [
    isolated('(?<year>\\d{2})(?<month>\\d{2})(?<day>\\d{2})'),
    ({ year = '', month = '', day = '' }) => [
      ...bothWays(day, Number(year), Number(month)),
      dateOf(year, Number(month), Number(day)),
      ...(/^(18|19|20)/.test(year) ? [dateOf(`${year}${month}`, Number(day))] : []),
    ],
  ],
  [
    isolated('(?<year>(?:18|19|20)\\d{2})(?<month>\\d{0,2})(?<day>\\d?)'),
    ({ year, month = '', day }) => [
      { ...dateOf(year, numberOf(month), numberOf(day)), ...begunIn(month.length === 1, numberOf(day)) },
    ],
  ],
];

type Parts = Readonly<Partial<Record<'year' | 'month' | 'day' | 'word', string>>>;

/**
 * The dates in what was typed, folded, and what is left of it without them. `months`: whether words may be months; without them
 * "may 1970" is somebody called May.
 */
export function typedDates(
  query: string,
  { months = true } = {},
): { readonly dates: readonly Found[]; readonly rest: string } {
  const dates: Found[] = [];
  let rest = withPlainSeparators(query);
  for (const [pattern, read] of [...whole, ...(months ? inWords : []), ...inDigits]) {
    rest = rest.replace(pattern, (text: string, ...args: unknown[]) => {
      const readings = read(args.at(-1) as Parts).filter(isPossible);
      if (readings.length === 0) return text;
      dates.push({ text, readings });
      return ' ';
    });
  }
  return { dates, rest };
}

const romanMonths = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];

/** One way to write what stands between the parts of a date, and before it. */
function withPlainSeparators(query: string): string {
  return query
    .replaceAll(/(?<![\p{L}\d])(?:dob|d\.o\.b\.?|born|b\.|geb\.?|geboren|the|\*)[:\s]*(?=\d)/gu, '')
    .replaceAll(/(?<=\d)\s*(?:年|ᄂ\u1167ᆫ)\s*(?=\d)/gu, '-')
    .replaceAll(/(?<=-\d{1,2})\s*(?:月|ᄋ\u116fᆯ)\s*(?=\d)/gu, '-')
    .replaceAll(/(?<=-\d{1,2})\s*(?:日|ᄋ\u1175ᆯ|月|ᄋ\u116fᆯ)/gu, ' ')
    .replaceAll(/(?<=\d)\s*[\p{Pd}\u2212]\s*(?=\d)/gu, '-')
    .replaceAll(/(?<=\d),\s*(?=\d{1,2},\s*\d{4})|(?<=\d,\s*\d{1,2}),\s*(?=\d{4})/gu, '/')
    .replaceAll(/(?<=\d)\s*[./\\_]\s*(?=['’]?\d)/gu, (sign) => (sign.includes('.') ? '.' : '/'))
    .replaceAll(/(?<=\d[./\s-])[ivx]{1,4}(?=[./\s-]\d)/gu, (roman) => {
      const number = romanMonths.indexOf(roman) + 1;
      return number === 0 ? roman : String(number);
    });
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

function named(word: string | undefined, dateIn: (month: number) => TypedDate): readonly TypedDate[] {
  return monthsNamed(word ?? '').map(dateIn);
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined || digits === '' ? undefined : Number(digits);
}

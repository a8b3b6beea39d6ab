/**
 * How much two records speak for one person, in bits: for each thing compared the logarithm of how much more often it looks so
 * within one person than between two (Fellegi IP, Sunter AB, A theory for record linkage, J Am Stat Assoc 1969;64:1183). An
 * agreement on a rare name weighs more than on a common one. The answer is a question to a person; nothing is joined by it.
 *
 * m, how often a level is met within one person, is set from what typing does to records (Winkler's and Christen's figures for
 * registers); u, between two, from the sizes of what is compared. A thing that one of the two lacks weighs nothing.
 */
import type { Identifier, Person } from './person.ts';
import { isOneSlipApart, jaroWinkler, pairSimilarity } from './similarity.ts';

export type MatchReason =
  | 'same-name'
  | 'same-given-name'
  | 'same-family-name'
  | 'names-in-other-order'
  | 'given-name-one-letter-off'
  | 'given-name-alike'
  | 'family-name-one-letter-off'
  | 'family-name-alike'
  | 'former-name'
  | 'given-name-differs'
  | 'family-name-differs'
  | 'same-birth-date'
  | 'birth-date-day-and-month-swapped'
  | 'birth-date-one-digit-off'
  | 'birth-date-as-far-as-known'
  | 'birth-date-differs'
  | 'same-identifier'
  | 'identifier-one-digit-off'
  | 'identifier-differs'
  | 'same-phone'
  | 'address-alike'
  | 'sex-differs';

export interface Comparison {
  /** Bits for (positive) or against. */
  readonly bits: number;
  /** What was found, in the order a person would say it. */
  readonly reasons: readonly MatchReason[];
}

/** How large a part of all people has this word as a name, 0 to 1. */
export type NameShare = (word: string) => number;

const bitsOf = (m: number, u: number): number => Math.log2(m / u);

const nameBits = { exactM: 0.6, close: bitsOf(0.27, 0.012), differs: bitsOf(0.1, 0.95) } as const;
/** Two names that both differ are one thing, not two: hardly anybody is written down under another name altogether. */
const anotherNameBits = bitsOf(0.0002, 0.9);
const swappedBits = -1;
const birthBits = {
  same: bitsOf(0.88, 1 / 22_000), // days of sixty years
  near: bitsOf(0.1, 0.0025),
  partly: bitsOf(0.9, 1 / 70),
  differs: bitsOf(0.035, 0.997),
} as const;
const identifierBits = { same: bitsOf(0.87, 0.00001), near: bitsOf(0.1, 0.0001), differs: bitsOf(0.03, 1) } as const;
const phoneBits = { same: bitsOf(0.6, 0.0002) } as const;
const postcodeBits = { same: bitsOf(0.8, 0.0015), near: bitsOf(0.12, 0.012), differs: bitsOf(0.12, 0.99) } as const;
const houseBits = { same: bitsOf(0.78, 0.012), differs: bitsOf(0.25, 0.99) } as const;
const addressLevels = [
  { from: 0.82, bits: bitsOf(0.55, 0.0005) },
  { from: 0.66, bits: bitsOf(0.2, 0.001) },
  { from: 0.5, bits: bitsOf(0.12, 0.012) },
  { from: 0.36, bits: bitsOf(0.06, 0.1) },
  { from: 0, bits: bitsOf(0.07, 0.9) },
] as const;
const sexBits = { same: bitsOf(0.98, 0.5), differs: bitsOf(0.02, 0.5) } as const;

export function comparePersons(a: Person, b: Person, share: NameShare): Comparison {
  const parts = [compareNames(a, b, share), compareBirthDates(a, b), compareIdentifiers(a, b), comparePlaces(a, b)];
  parts.push(comparePhones(a, b), compareSex(a, b));
  return { bits: parts.reduce((sum, part) => sum + part.bits, 0), reasons: parts.flatMap(({ reasons }) => reasons) };
}

const nothing: Comparison = { bits: 0, reasons: [] };

type Likeness = 'same' | 'one-letter-off' | 'alike' | 'differs' | 'missing';

interface NamePart {
  readonly likeness: Likeness;
  readonly bits: number;
}

function compareNames(a: Person, b: Person, share: NameShare): Comparison {
  const straight = [compareName(a.given, b.given, share), compareName(a.family, b.family, share)] as const;
  const crossed = [compareName(a.given, b.family, share), compareName(a.family, b.given, share)] as const;
  const sum = ([given, family]: readonly [NamePart, NamePart]) => given.bits + family.bits;
  const isCrossed = sum(crossed) + swappedBits > sum(straight);
  const [given, family] = isCrossed ? crossed : straight;
  const bits = sum([given, family]) + (isCrossed ? swappedBits : 0);
  const likenesses = [given.likeness, family.likeness];
  const former = formerName(a, b, share);
  if (former !== undefined && family.likeness === 'differs' && !isCrossed)
    return {
      bits: given.bits + former.bits,
      reasons: [...(given.likeness === 'same' ? (['same-given-name'] as const) : []), 'former-name'],
    };
  if (likenesses.every((likeness) => likeness === 'missing')) return nothing;
  if (likenesses.every((likeness) => likeness === 'differs'))
    return { bits: anotherNameBits, reasons: ['given-name-differs', 'family-name-differs'] };
  if (likenesses.every((likeness) => likeness === 'same')) {
    return { bits, reasons: [isCrossed ? 'names-in-other-order' : 'same-name'] };
  }
  const reasons: MatchReason[] = isCrossed ? ['names-in-other-order'] : [];
  for (const [part, { likeness }] of [
    ['given-name', given],
    ['family-name', family],
  ] as const) {
    if (likeness !== 'same' && likeness !== 'missing') reasons.push(`${part}-${likeness}`);
  }
  if (!isCrossed && given.likeness === 'same') reasons.unshift('same-given-name');
  if (!isCrossed && family.likeness === 'same') reasons.unshift('same-family-name');
  return { bits, reasons };
}

/** The family name of one is a name that the other had. */
function formerName(a: Person, b: Person, share: NameShare): NamePart | undefined {
  const common = [
    ...a.family.filter((word) => b.others.includes(word)),
    ...b.family.filter((word) => a.others.includes(word)),
  ];
  return common.length === 0 ? undefined : { likeness: 'same', bits: exactBits(common, share) - 1 };
}

/** One part of a name; of several words the whole, or the best word: a second given name is often left out. */
function compareName(a: readonly string[], b: readonly string[], share: NameShare): NamePart {
  if (a.length === 0 || b.length === 0) return { likeness: 'missing', bits: 0 };
  const [whole, other] = [a.join(''), b.join('')];
  if (whole === other) return { likeness: 'same', bits: exactBits(a, share) };
  const common = a.filter((word) => b.includes(word));
  if (common.length > 0) return { likeness: 'same', bits: exactBits(common, share) - 1 };
  const pairs = [[whole, other] as const, ...a.flatMap((word) => b.map((candidate) => [word, candidate] as const))];
  if (pairs.some(([one, another]) => isLong(one, another) && isOneSlipApart(one, another))) {
    return { likeness: 'one-letter-off', bits: nameBits.close };
  }
  const alike = pairs.some(([one, another]) => isLong(one, another) && isAlike(one, another));
  return alike ? { likeness: 'alike', bits: nameBits.close } : { likeness: 'differs', bits: nameBits.differs };
}

function exactBits(words: readonly string[], share: NameShare): number {
  return bitsOf(nameBits.exactM, Math.min(...words.map(share)));
}

/** Of two letters half is not enough to go by. */
function isLong(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3;
}

function isAlike(a: string, b: string): boolean {
  // A name cut short, or written with its short form: "alex" and "alexander".
  return a.startsWith(b) || b.startsWith(a) || jaroWinkler(a, b) >= 0.86;
}

function compareBirthDates({ birthDate: a }: Person, { birthDate: b }: Person): Comparison {
  if (a === '' || b === '') return nothing;
  if (a.length !== b.length || a.length < 10) {
    const length = Math.min(a.length, b.length);
    return a.slice(0, length) === b.slice(0, length)
      ? { bits: birthBits.partly, reasons: ['birth-date-as-far-as-known'] }
      : { bits: birthBits.differs, reasons: ['birth-date-differs'] };
  }
  if (a === b) return { bits: birthBits.same, reasons: ['same-birth-date'] };
  const [year, month = '', day = ''] = b.split('-');
  if (a === `${year ?? ''}-${day}-${month}`) {
    return { bits: birthBits.near, reasons: ['birth-date-day-and-month-swapped'] };
  }
  const [digits, others] = [a.replaceAll('-', ''), b.replaceAll('-', '')];
  return isOneSlipApart(digits, others)
    ? { bits: birthBits.near, reasons: ['birth-date-one-digit-off'] }
    : { bits: birthBits.differs, reasons: ['birth-date-differs'] };
}

function compareIdentifiers(a: Person, b: Person): Comparison {
  const pairs = a.identifiers.flatMap((one) =>
    b.identifiers.filter((other) => isComparable(one, other)).map((other) => [one, other] as const),
  );
  if (pairs.some(([one, other]) => one.value === other.value)) {
    return { bits: identifierBits.same, reasons: ['same-identifier'] };
  }
  if (pairs.some(([one, other]) => one.value.length >= 5 && isOneSlipApart(one.value, other.value))) {
    // Record numbers are given one after the other: a neighbour's number is one digit off too.
    const isNumberOfPerson = pairs.some(([one, other]) => one.oneAPerson && other.oneAPerson);
    return isNumberOfPerson ? { bits: identifierBits.near, reasons: ['identifier-one-digit-off'] } : nothing;
  }
  return pairs.some(([one, other]) => one.oneAPerson && other.oneAPerson)
    ? { bits: identifierBits.differs, reasons: ['identifier-differs'] }
    : nothing;
}

function isComparable(a: Identifier, b: Identifier): boolean {
  return a.system === '' || b.system === '' || a.system === b.system;
}

function comparePlaces(a: Person, b: Person): Comparison {
  let bits = 0;
  if (a.postcode !== '' && b.postcode !== '') {
    bits +=
      a.postcode === b.postcode
        ? postcodeBits.same
        : isOneSlipApart(a.postcode, b.postcode)
          ? postcodeBits.near
          : postcodeBits.differs;
  }
  if (a.houseNumbers.length > 0 && b.houseNumbers.length > 0) {
    bits += a.houseNumbers.some((number) => b.houseNumbers.includes(number)) ? houseBits.same : houseBits.differs;
  }
  if (a.addressWords.length === 0 || b.addressWords.length === 0) return { bits, reasons: [] };
  const likeness = pairSimilarity(a.addressPairs, b.addressPairs);
  bits += addressLevels.find(({ from }) => likeness >= from)?.bits ?? 0;
  return { bits, reasons: likeness >= addressLevels[1].from ? ['address-alike'] : [] };
}

function comparePhones(a: Person, b: Person): Comparison {
  return a.phones.some((phone) => b.phones.includes(phone))
    ? { bits: phoneBits.same, reasons: ['same-phone'] }
    : nothing;
}

function compareSex({ sex: a }: Person, { sex: b }: Person): Comparison {
  const known: readonly string[] = ['male', 'female'];
  if (!known.includes(a) || !known.includes(b)) return nothing;
  return a === b ? { bits: sexBits.same, reasons: [] } : { bits: sexBits.differs, reasons: ['sex-differs'] };
}

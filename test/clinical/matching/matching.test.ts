/** Telling whether two records are of one person: the rules one by one, and whole registers with known duplicates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { comparePersons } from '../../../src/clinical/matching/compare.ts';
import { askedFrom, PersonIndex } from '../../../src/clinical/matching/person-index.ts';
import { person, personOfPatient, type PersonDescription } from '../../../src/clinical/matching/person.ts';
import { isOneSlipApart, jaroWinkler, soundex } from '../../../src/clinical/matching/similarity.ts';
import { needing, referenceData } from '../../support/reference-data.ts';
import { json } from '../support.ts';

const folder = referenceData('febrl');

interface Registered {
  readonly id: string;
  /** Records of one person have one number. */
  readonly of: string;
  readonly person: ReturnType<typeof person>;
}

function register(file: string, withNumber: boolean): readonly Registered[] {
  const [, ...lines] = readFileSync(join(folder ?? '', file), 'utf8')
    .trim()
    .split(/\r?\n/);
  return lines.map((line) => {
    const [
      id = '',
      given = '',
      family = '',
      house,
      street,
      more,
      suburb,
      postcode = '',
      state,
      born = '',
      number = '',
    ] = line.split(',').map((cell) => cell.trim());
    const identifiers = withNumber && number !== '' ? [{ system: 'soc_sec_id', value: number, oneAPerson: true }] : [];
    const birthDate = born.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
    const address = [house, street, more, suburb, state].join(' ');
    return {
      id,
      of: id.split('-')[1] ?? '',
      person: person({ given, family, birthDate, identifiers, address, postcode }),
    };
  });
}

function f1(right: number, wrong: number, truth: number): number {
  return (2 * right) / (right + wrong + truth);
}

/** Pairs of one register that are called likely (more likely than not). */
function duplicates(records: readonly Registered[]) {
  const index = new PersonIndex<string>();
  for (const record of records) index.put(record.id, record.person);
  const ofById = new Map(records.map(({ id, of }) => [id, of]));
  const sizes = new Map<string, number>();
  for (const { of } of records) sizes.set(of, (sizes.get(of) ?? 0) + 1);
  const truth = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  let [right, wrong] = [0, 0];
  for (const { id, of, person: asked } of records) {
    for (const { id: found } of index.likely(asked, 0.5, (other) => other > id)) {
      if (ofById.get(found) === of) right += 1;
      else wrong += 1;
    }
  }
  return { right, wrong, truth };
}

/** Records of one register found in another. */
function links(from: readonly Registered[], to: readonly Registered[]) {
  const index = new PersonIndex<string>();
  for (const record of to) index.put(record.id, record.person);
  const ofById = new Map(to.map(({ id, of }) => [id, of]));
  let [right, wrong] = [0, 0];
  for (const { of, person: asked } of from) {
    for (const { id } of index.likely(asked, 0.5)) {
      if (ofById.get(id) === of) right += 1;
      else wrong += 1;
    }
  }
  return { right, wrong, truth: from.length };
}

describe('registers with known duplicates (Febrl)', () => {
  it.skipIf(folder === undefined).each([
    { withNumber: true, aim: 0.99 },
    { withNumber: false, aim: 0.97 },
  ])(needing('F1 is at least $aim (social security number used: $withNumber)', 'febrl'), ({ withNumber, aim }) => {
    const within = duplicates(register('dataset3.csv', withNumber));
    const between = links(register('dataset4a.csv', withNumber), register('dataset4b.csv', withNumber));
    for (const [name, { right, wrong, truth }] of [
      ['dataset3, duplicates within', within],
      ['dataset4, links between', between],
    ] as const) {
      const score = f1(right, wrong, truth);
      const words = `${withNumber ? 'with' : 'without'} soc_sec_id: F1 ${score.toFixed(4)}`;
      process.stdout.write(`${name}, ${words} (${right} right, ${wrong} wrong, of ${truth} pairs)\n`);
      expect(score).toBeGreaterThanOrEqual(aim);
    }
  });
});

const anna: PersonDescription = { given: 'Anna Maria', family: 'Lindqvist', birthDate: '1984-03-07', sex: 'female' };

/** As a practice of some patients would be asked. */
function compared(description: PersonDescription, known: PersonDescription = anna) {
  const index = new PersonIndex<string>();
  for (let number = 0; number < 200; number += 1) {
    const birthDate = `${1930 + (number % 70)}-${String((number % 12) + 1).padStart(2, '0')}-11`;
    index.put(`other-${number}`, person({ given: `given${number}`, family: `family${number % 40}`, birthDate }));
  }
  index.put('anna', person(known));
  return index.likely(person(description), 0).find(({ id }) => id === 'anna');
}

describe('a likely duplicate is found with its reasons', () => {
  it.each<[string, PersonDescription, readonly string[]]>([
    [
      'written otherwise',
      { given: 'ANNA MARIA', family: "L'indqvist", birthDate: '1984-03-07' },
      ['same-name', 'same-birth-date'],
    ],
    [
      'with one given name',
      { given: 'Anna', family: 'Lindqvist', birthDate: '1984-03-07' },
      ['same-name', 'same-birth-date'],
    ],
    [
      'with the names in the other order',
      { given: 'Lindqvist', family: 'Anna Maria', birthDate: '1984-03-07' },
      ['names-in-other-order', 'same-birth-date'],
    ],
    [
      'with a letter of the family name left out',
      { given: 'Anna Maria', family: 'Lindvist', birthDate: '1984-03-07' },
      ['same-given-name', 'family-name-one-letter-off', 'same-birth-date'],
    ],
    [
      'with day and month swapped',
      { given: 'Anna', family: 'Lindqvist', birthDate: '1984-07-03' },
      ['same-name', 'birth-date-day-and-month-swapped'],
    ],
    [
      'with one digit of the birth date wrong',
      { given: 'Anna', family: 'Lindqvist', birthDate: '1984-03-01' },
      ['same-name', 'birth-date-one-digit-off'],
    ],
    [
      'with a year of birth alone',
      { given: 'Anna', family: 'Lindqvist', birthDate: '1984' },
      ['same-name', 'birth-date-as-far-as-known'],
    ],
    [
      'with another family name since a wedding',
      { given: 'Anna Maria', family: 'Oduya', birthDate: '1984-03-07' },
      ['same-given-name', 'family-name-differs', 'same-birth-date'],
    ],
  ])('%s', (_what, description, reasons) => {
    const found = compared(description);
    expect(found?.reasons).toEqual(reasons);
    expect(found?.probability).toBeGreaterThan(0.5);
  });

  it('a brother of the same address, and a namesake born another day, are not taken for likely', () => {
    const home = { address: '12 Elm Street, Oakwood', postcode: '3120' };
    const brother = compared(
      { ...home, given: 'Jonas', family: 'Lindqvist', birthDate: '1986-11-30', sex: 'male' },
      { ...anna, ...home },
    );
    expect(brother?.reasons).toContain('sex-differs');
    const namesake = compared({ given: 'Anna', family: 'Berg', birthDate: '1951-10-22' });
    expect(namesake === undefined || namesake.probability < 0.5).toBe(true);
  });

  it('an agreement on a rare name weighs more than one on a common name', () => {
    const [a, b] = [person({ given: 'Kim', family: 'Nguyen' }), person({ given: 'Kim', family: 'Nguyen' })];
    const rare = comparePersons(a, b, () => 0.001).bits;
    const common = comparePersons(a, b, () => 0.05).bits;
    expect(rare - common).toBeCloseTo(2 * Math.log2(50), 6);
  });

  it('two insurance numbers speak against, two record numbers do not, and numbers of two systems are not compared', () => {
    const number = (system: string, value: string, oneAPerson: boolean) =>
      person({ identifiers: [{ system, value, oneAPerson }] });
    const share = () => 0.01;
    expect(comparePersons(number('ins', '12345', true), number('ins', '99999', true), share).reasons).toEqual([
      'identifier-differs',
    ]);
    for (const other of ['12346', '99999']) {
      expect(comparePersons(number('mrn', '12345', false), number('mrn', other, false), share).reasons).toEqual([]);
    }
    expect(comparePersons(number('a', '12345', true), number('b', '12345', true), share).reasons).toEqual([]);
    expect(comparePersons(number('', '12-345', false), number('mrn', '12345', false), share).reasons).toEqual([
      'same-identifier',
    ]);
  });

  it('a telephone is the same with and without the country’s code', () => {
    const [a, b] = ['+46 70 123 45 67', '070-123 45 67'].map((phone) => person({ phones: [phone] }));
    if (a === undefined || b === undefined) throw new Error('two persons');
    expect(comparePersons(a, b, () => 0.01).reasons).toEqual(['same-phone']);
  });

  it('a FHIR Patient is read with its identifiers, telephones and address', () => {
    const read = personOfPatient(
      json({
        resourceType: 'Patient',
        name: [{ family: 'Lindqvist', given: ['Anna', 'Maria'] }],
        birthDate: '1984-03-07',
        identifier: [{ system: 's', value: 'A 1', type: { coding: [{ code: 'SS' }] } }],
        telecom: [
          { system: 'phone', value: '070 123 45 67' },
          { system: 'email', value: 'a@example.org' },
        ],
        address: [{ line: ['12 Elm St'], city: 'Oakwood', postalCode: '31 20' }],
      }),
    );
    expect(read).toMatchObject({
      given: ['anna', 'maria'],
      identifiers: [{ value: 'a1', oneAPerson: true }],
      phones: ['701234567'],
      houseNumbers: ['12'],
      postcode: '3120',
    });
  });
});

describe('noise that the registers do not have', () => {
  const home = { address: '12 Elm Street, Oakwood', postcode: '3120', phones: ['070 123 45 67'] };

  it.each<[string, PersonDescription, PersonDescription, readonly string[]]>([
    [
      'a maiden name that the other chart knows',
      { given: 'Anna Maria', family: 'Oduya', otherNames: ['Anna Lindqvist'], birthDate: '1984-03-07' },
      anna,
      ['same-given-name', 'former-name', 'same-birth-date'],
    ],
    [
      'nothing but a telephone and half a name',
      { given: 'Anna', phones: ['+46 70 123 45 67'] },
      { ...anna, ...home },
      ['same-given-name', 'same-phone'],
    ],
    [
      'swapped names, swapped day and month and a typo at once',
      { given: 'Lindqivst', family: 'Anna', birthDate: '1984-07-03', ...home },
      { ...anna, ...home },
      [
        'names-in-other-order',
        'given-name-one-letter-off',
        'birth-date-day-and-month-swapped',
        'same-phone',
        'address-alike',
      ],
    ],
  ])('%s is asked about', (_what, description, known, reasons) => {
    const found = compared(description, known);
    expect(new Set(found?.reasons)).toEqual(new Set(reasons));
    expect(found?.probability).toBeGreaterThan(0.2);
  });

  it('a twin of the same address is asked about, with what speaks against', () => {
    const twin = compared({ ...anna, ...home, given: 'Klara Sofia' }, { ...anna, ...home });
    expect(twin?.probability).toBeGreaterThan(0.2);
    expect(twin?.reasons).toContain('given-name-differs');
  });

  it('in a practice of two, that both have one name does not make the name common', () => {
    const index = new PersonIndex<string>();
    for (const id of ['a', 'b']) index.put(id, person({ ...anna, ...(id === 'b' ? { birthDate: '1984-07-03' } : {}) }));
    expect(index.likely(person(anna), 0.5).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('a patient of a file', () => {
  const patient = (name: object | object[], birthDate?: string) =>
    personOfPatient(json({ resourceType: 'Patient', name: [name].flat(), birthDate }));
  const askedOf = (held: ReturnType<typeof patient>, asked: ReturnType<typeof patient>) => {
    const index = new PersonIndex<string>();
    index.put('here', held);
    return index.likely(asked, askedFrom).length > 0;
  };

  it('is asked about when name and birth date agree, whatever accents, case, order and second names', () => {
    const jose = patient({ family: "O'Keefe", given: ['José', 'Luis'] }, '1990-02-01');
    for (const name of [
      { family: 'OKEEFE', given: ['Jose', 'Luis'] },
      { family: 'O’Keefe', given: ['JOSÉ'] },
      { text: "O'Keefe, Jose" },
      { family: 'Luis', given: ['Jose', 'OKeefe'] },
      [{ family: 'Other' }, { use: 'maiden', family: "O'Keefe", given: ['Jose'] }],
    ]) {
      expect(askedOf(jose, patient(name, '1990-02-01')), JSON.stringify(name)).toBe(true);
    }
  });

  it('is not asked about for a birth date alone, nor where too little is told', () => {
    const bob = patient({ family: 'Example', given: ['Bob'] }, '1990-02-01');
    expect(askedOf(bob, patient({ family: 'Sample', given: ['Rita'] }, '1990-02-01'))).toBe(false);
    expect(askedOf(patient({ family: 'A' }), patient({ family: 'A' }))).toBe(false);
    expect(askedOf(patient({}, '1990'), patient({}, '1990'))).toBe(false);
  });
});

describe('ten thousand patients', () => {
  it('are not compared one by one: who shares no key with the person asked for is never looked at', () => {
    const index = new PersonIndex<number>();
    for (let id = 0; id < 10_000; id += 1) {
      const letters = Array.from(String(id), (digit) => 'bdfglmnrst'.charAt(Number(digit)));
      const birthDate = `${1920 + (id % 90)}-${String((id % 12) + 1).padStart(2, '0')}-${String((id % 28) + 1).padStart(2, '0')}`;
      index.put(id, person({ given: `a${letters.join('a')}`, family: `o${letters.reverse().join('o')}`, birthDate }));
    }
    let looked = 0;
    index.likely(person({ given: 'Zzyx', family: 'Quintus', birthDate: '1984-03-07' }), 0, () => {
      looked += 1;
      return true;
    });
    expect(looked).toBeLessThan(100);
  });

  it('a patient who was taken out is not found, and one who changed is found as changed', () => {
    const index = new PersonIndex<string>();
    index.put('a', person(anna));
    index.put('a', person({ ...anna, family: 'Berg' }));
    expect(index.likely(person(anna), 0.5)[0]?.reasons).toContain('family-name-differs');
    index.remove('a');
    expect(index.likely(person(anna), 0)).toEqual([]);
    expect(index.size).toBe(0);
  });
});

describe('likeness of texts', () => {
  it.each([
    ['smith', 'smyth', true],
    ['smith', 'smiths', true],
    ['smith', 'simth', true],
    ['smith', 'smith', false],
    ['smith', 'smythe', false],
    ['ab', 'ba', true],
  ])('%s and %s are one slip apart: %s', (a, b, expected) => {
    expect(isOneSlipApart(a, b)).toBe(expected);
    expect(isOneSlipApart(b, a)).toBe(expected);
  });

  // Winkler WE, String comparator metrics, 1990, Table of examples.
  it.each([
    ['martha', 'marhta', 0.961],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.813],
  ])('%s and %s by Jaro and Winkler: %d', (a, b, expected) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(expected, 2);
  });

  // The examples of the National Archives, "The Soundex Indexing System"; short codes are not filled with zeros.
  it.each([
    ['washington', 'w252'],
    ['lee', 'l'],
    ['gutierrez', 'g362'],
    ['pfister', 'p236'],
    ['jackson', 'j25'],
    ['tymczak', 't522'],
    ['ashcraft', 'a261'],
  ])('%s sounds as %s', (word, code) => {
    expect(soundex(word)).toBe(code);
  });
});

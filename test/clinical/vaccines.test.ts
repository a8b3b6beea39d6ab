/** The vaccines a picker offers and reminders count, against the CDC's own list of codes and its test cases of the schedule. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dueItems } from '../../src/clinical/due/due.ts';
import { dueFacts } from '../../src/clinical/due/facts.ts';
import type { DueMeasure } from '../../src/clinical/due/rules.ts';
import { vaccines, vaccinesReadOnly, type VaccineGroup } from '../../src/clinical/vaccines/cvx.ts';
import { needing, referenceData } from '../support/reference-data.ts';
import { Chart } from './support.ts';

const cvx = referenceData('cvx');
const cdsi = referenceData('cdsi');

interface CvxRow {
  readonly words: string;
  readonly parents: readonly string[];
}

function cvxRows(folder: string): ReadonlyMap<string, CvxRow> {
  const [, ...lines] = readFileSync(join(folder, 'cvx.tsv'), 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [code = '', name = '', , synonyms = '', , parents = ''] = line.split('\t');
      return [code, { words: letters(`${name} ${synonyms}`), parents: parents.split('|').filter((one) => one !== '') }];
    }),
  );
}

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Words of ours that the list may say in others. */
const otherWords: Readonly<Record<string, readonly string[]>> = {
  acwy: ['acyandw135', 'acyw135'],
  fhbp: ['fullyrecombinant'],
  '4c': ['omv'],
  doses: ['dose'],
  and: [''],
  // When it was given in its first form; the list has no years.
  '2020': [''],
};

/** The code under which the list gathers a kind of vaccine. */
const parentOf: Readonly<Record<VaccineGroup, readonly string[]>> = {
  covid: ['cvx:213'],
  dtap: ['cvx:107'],
  'hepatitis-a': ['cvx:85'],
  'hepatitis-b': ['cvx:45'],
  hib: ['cvx:17'],
  hpv: ['cvx:137'],
  influenza: ['cvx:88'],
  'mening-acwy': ['cvx:108'],
  'mening-b': ['cvx:164'],
  mmr: ['cvx:03'],
  'pneumo-13-15': ['cvx:152'],
  'pneumo-20-21': ['cvx:152'],
  'pneumo-23': ['cvx:33'],
  'pneumo-other': ['cvx:152', 'cvx:33'],
  polio: ['cvx:89'],
  rotavirus: ['cvx:122'],
  rsv: ['cvx:304'],
  td: ['cvx:139'],
  tdap: ['cvx:115'],
  varicella: ['cvx:21'],
  zoster: ['cvx:188'],
  'zoster-live': ['cvx:188'],
};

describe('vaccines by code', () => {
  test.skipIf(cvx === undefined)(needing('each code is one of CVX, with the words it has there', 'cvx'), () => {
    const rows = cvxRows(cvx ?? '');
    const strange = [...vaccines, ...vaccinesReadOnly].flatMap(({ code, name }) => {
      const row = rows.get(code);
      const words = name
        .split(/[^A-Za-z0-9]+/)
        .map(letters)
        .filter((word) => word !== '');
      const isThere = (word: string) => row?.words.includes(word) === true;
      const missing = words.filter((word) => ![word, ...(otherWords[word] ?? [])].some(isThere));
      return missing.length === 0 ? [] : [`${code} ${name}: ${missing.join(' ')}`];
    });
    expect(strange).toEqual([]);
  });

  test.skipIf(cvx === undefined)(
    needing('counts for what the list gathers it under, and for nothing else', 'cvx'),
    () => {
      const rows = cvxRows(cvx ?? '');
      const wrong = vaccines.filter(({ code, groups }) => {
        const parents = new Set(rows.get(code)?.parents);
        // Tdap counts as a booster of tetanus and diphtheria too.
        const own = groups.filter((group) => !(group === 'td' && groups.includes('tdap')));
        return (
          own.some((group) => !parentOf[group].some((parent) => parents.has(parent))) || own.length !== parents.size
        );
      });
      expect(wrong.map(({ code, name }) => `${code} ${name}`)).toEqual([]);
    },
  );

  test('a number of another list of codes is not read as CVX', () => {
    const given = (system: string | undefined) => {
      const coding = [{ ...(system === undefined ? {} : { system }), code: '10' }];
      const chart = Chart.of({
        ...{ resourceType: 'Immunization', id: 'i', status: 'completed', occurrenceDateTime: '2020-01-01' },
        vaccineCode: { coding },
      });
      return dueFacts('immunizations', chart.stored.get('immunizations') ?? new Map()).polio?.times;
    };
    expect([given('http://hl7.org/fhir/sid/cvx'), given('urn:oid:2.16.840.1.113883.12.292'), given(undefined)]).toEqual(
      [1, 1, 1],
    );
    expect(given('urn:local:vaccines')).toBeUndefined();
  });
});

/** By column. */
type CdsiCase = Readonly<Partial<Record<string, string>>>;

/** The CDC's groups of which a rule speaks. */
const measuresOf: Readonly<Record<string, readonly DueMeasure[]>> = {
  FLU: ['influenza'],
  DTAP: ['dtap', 'tdap', 'td'],
  HepB: ['hepatitis-b'],
  HPV: ['hpv'],
  MCV: ['mening-acwy'],
  MMR: ['mmr'],
  POL: ['polio'],
  VAR: ['varicella'],
  ZOSTER: ['zoster'],
  PCV: ['pneumo-13-15', 'pneumo-20-21', 'pneumo-23', 'pneumo-other'],
  RSV: ['rsv'],
};

test.skipIf(cdsi === undefined)(
  needing('reminders beside the CDC’s test cases for healthy people, counted', 'cdsi'),
  () => {
    const cases = readFileSync(join(cdsi ?? '', 'cases-healthy-4.45.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CdsiCase);
    const tally = new Map<string, { same: number; early: string[]; late: string[]; silent: number }>();
    for (const one of cases) {
      const group = one['Vaccine_Group'] ?? '';
      const measures = measuresOf[group];
      const [birthDate = '', today = ''] = [one['DOB'], one['Assessment_Date']];
      if (measures === undefined) continue;
      const doses = [1, 2, 3, 4, 5, 6, 7].flatMap((n) => {
        const [on, code] = [one[`Date_Administered_${String(n)}`], one[`CVX_${String(n)}`]];
        return on === undefined || code === undefined ? [] : [{ on, code, id: `d${String(n)}` }];
      });
      const chart = Chart.of(
        ...doses.map(({ on, code, id }) => ({
          ...{ resourceType: 'Immunization', id, status: 'completed', occurrenceDateTime: on },
          vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code }] },
        })),
      );
      const facts = dueFacts('immunizations', chart.stored.get('immunizations') ?? new Map());
      const patient = { birthDate, sex: one['gender'] === 'M' ? 'male' : 'female', deceased: false };
      const items = (dueItems(patient, facts, today) ?? []).filter(({ rule }) =>
        rule.kind === 'doses'
          ? measures.includes(rule.measure)
          : rule.counts.some(({ measure }) => measures.includes(measure)),
      );
      const counts = tally.get(group) ?? { same: 0, early: [], late: [], silent: 0 };
      tally.set(group, counts);
      const theirs = one['Recommended_Date'] !== undefined && one['Recommended_Date'] <= today;
      const ours = items.some(({ state }) => state !== 'recorded');
      const named = `${one['CDC_Test_ID'] ?? ''} ${one['Test_Case_Name'] ?? ''}`;
      if (items.length === 0) counts.silent += 1;
      else if (ours === theirs) counts.same += 1;
      else (ours ? counts.early : counts.late).push(named);
    }
    const lines = [...tally].map(
      ([group, { same, early, late, silent }]) =>
        `${group}: ${String(same)} alike, ${String(early.length)} only here, ${String(late.length)} only there, ${String(silent)} without a rule at that age`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
    if (process.env['PEERCHART_CASES'] !== undefined)
      for (const [group, { early, late }] of tally)
        for (const name of [...early.map((told) => `only here: ${told}`), ...late.map((told) => `only there: ${told}`)])
          process.stdout.write(`${group} ${name}\n`);
    expect(tally.size).toBeGreaterThan(5);
  },
);

/** What is due, for whom, and what is said where nothing is recorded. */
import { describe, expect, test } from 'vitest';
import { sectionOfResource } from '../../../src/clinical/sections.ts';
import { dueItems, type DuePatient } from '../../../src/clinical/due/due.ts';
import { dueFacts, dueSections, joinedFacts, type DueFacts } from '../../../src/clinical/due/facts.ts';
import { dueRules } from '../../../src/clinical/due/rules.ts';
import { Chart, type Example } from '../support.ts';

const today = '2026-11-22';
const woman = (birthDate: string): DuePatient => ({ birthDate, sex: 'female', deceased: false });

function factsOf(...resources: readonly Example[]): DueFacts {
  const chart = Chart.of(...resources);
  return joinedFacts(
    Object.fromEntries(
      dueSections.map((section) => [section, dueFacts(section, chart.stored.get(section) ?? new Map())]),
    ),
  );
}

function stateOf(rule: string, patient: DuePatient, facts: DueFacts) {
  const item = dueItems(patient, facts, today)?.find((candidate) => candidate.rule.id === rule);
  return item === undefined ? undefined : [item.state, item.last, item.until ?? ''];
}

const procedure = (text: string, performedDateTime: string, more: object = {}): Example => ({
  resourceType: 'Procedure',
  id: text.replaceAll(' ', '-'),
  status: 'completed',
  code: { text },
  performedDateTime,
  ...more,
});
const dose = (cvx: string, occurrenceDateTime: string, more: object = {}): Example => ({
  resourceType: 'Immunization',
  id: `${cvx}-${occurrenceDateTime}`,
  status: 'completed',
  vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: cvx }] },
  occurrenceDateTime,
  ...more,
});
const pressure = (id: string, systolic: number, on: string): Example => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
  effectiveDateTime: on,
  component: [
    { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: systolic, unit: 'mmHg' } },
    { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 70, unit: 'mmHg' } },
  ],
});

describe('what is due', () => {
  test('a chart that says nothing says that nothing is recorded, never that all is done', () => {
    const items = dueItems(woman('1970-01-01'), {}, today) ?? [];
    expect(items.length).toBeGreaterThan(3);
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['nothing-recorded']));
  });

  test('what was done counts for as long as its source says, by code or by words', () => {
    const patient = woman('1970-01-01');
    expect(stateOf('colorectal', patient, factsOf(procedure('Colonoscopy', '2018-05-01')))).toEqual([
      'recorded',
      '2018-05-01',
      '2028-05-01',
    ]);
    expect(stateOf('colorectal', patient, factsOf(procedure('Colonoscopy', '2015')))?.[0]).toBe('due');
    const coded = procedure('x', '2026-01-31', { code: { coding: [{ code: '24623002' }] } });
    expect(stateOf('breast', patient, factsOf(coded))).toEqual(['recorded', '2026-01-31', '2028-01-31']);
  });

  test('what was cancelled, not given or entered in error counts for nothing', () => {
    const patient = woman('1950-01-01');
    const none = factsOf(
      procedure('Colonoscopy', '2025-05-01', { status: 'not-done' }),
      dose('187', '2025-01-01', { status: 'not-done' }),
      dose('216', '2025-01-01', { status: 'entered-in-error' }),
    );
    expect(none).toEqual({});
    expect(stateOf('pneumo', patient, none)?.[0]).toBe('nothing-recorded');
  });

  test('a pneumococcal series is complete with a vaccine of 20 or 21 types, or one of 13 or 15 with the one of 23', () => {
    const state = (...codes: readonly string[]) =>
      stateOf(
        'pneumo',
        woman('1950-01-01'),
        factsOf(...codes.map((code, i) => dose(code, `201${String(i)}-05-01`))),
      )?.[0];
    expect([state('216'), state('327'), state('133', '33'), state('215', '33')]).toEqual(Array(4).fill('recorded'));
    expect([state('33'), state('33', '33'), state('133'), state('100'), state('109')]).toEqual(Array(5).fill('due'));
  });

  test('what was given before the vaccine of today, a part of it, or antibodies instead, is no dose of it', () => {
    const named = (text: string): Example => ({ ...dose('', '2020-01-01'), vaccineCode: { text } });
    expect(factsOf(dose('121', '2015-01-01'), named('Zostavax'), named('Zoster vaccine, live'))).toEqual({});
    expect(factsOf(dose('05', '2015-01-01'), named('Measles virus vaccine'))).toEqual({});
    expect(factsOf(dose('306', '2025-01-01'), named('Hepatitis B immune globulin'))).toEqual({});
    expect(factsOf(named('Shingrix'), dose('02', '1990-01-01'))).toEqual({
      zoster: { times: 1, last: '2020-01-01' },
      polio: { times: 1, last: '1990-01-01' },
    });
  });

  test('a rule is for those of its age and sex, with what it asks for and without what rules it out', () => {
    expect(stateOf('breast', woman('1990-01-01'), {})).toBeUndefined();
    expect(stateOf('breast', { ...woman('1970-01-01'), sex: 'male' }, {})).toBeUndefined();
    expect(stateOf('diabetes-hba1c', woman('1970-01-01'), {})).toBeUndefined();
    const diabetes: Example = { resourceType: 'Condition', id: 'd', code: { text: 'Type 2 diabetes' } };
    expect(stateOf('diabetes-hba1c', woman('1970-01-01'), factsOf(diabetes))?.[0]).toBe('nothing-recorded');
    const prediabetes: Example = { resourceType: 'Condition', id: 'p', code: { text: 'Prediabetes' } };
    expect(factsOf(prediabetes)).toEqual({});
    expect(stateOf('cervical', woman('1970-01-01'), factsOf(procedure('Hysterectomy', '2010-01-01')))).toBeUndefined();
  });

  test('a high pressure is to be taken again in a month, unless a later one was not high', () => {
    const patient = woman('1970-01-01');
    const high = pressure('a', 162, '2026-09-01');
    expect(stateOf('blood-pressure-follow-up', patient, factsOf(high))).toEqual(['due', '2026-09-01', '2026-10-01']);
    expect(stateOf('blood-pressure', patient, factsOf(high))?.[0]).toBe('recorded');
    const later = factsOf(high, pressure('b', 128, '2026-10-01'));
    expect(stateOf('blood-pressure-follow-up', patient, later)).toBeUndefined();
  });

  test('doses are counted, of combined vaccines in each of their groups', () => {
    const child = { birthDate: '2022-06-01', sex: 'male', deceased: false };
    const facts = factsOf(
      dose('120', '2022-08-01'),
      dose('120', '2022-10-01'),
      dose('20', '2022-12-01'),
      dose('20', '2023-09-01'),
    );
    expect(stateOf('dtap-4', child, facts)?.[0]).toBe('recorded');
    expect(stateOf('polio-3', child, facts)?.[0]).toBe('due');
    expect(stateOf('mmr-1', child, facts)?.[0]).toBe('nothing-recorded');
    const words = dose('x', '2024-01-01', { vaccineCode: { text: 'MMR (measles, mumps, rubella)' } });
    expect(stateOf('mmr-1', child, factsOf(words))?.[0]).toBe('recorded');
  });

  test('without a whole birth date nothing is said, of the dead nothing is asked, and a rule turned off is silent', () => {
    expect(dueItems(woman('1970'), {}, today)).toBeUndefined();
    expect(dueItems({ ...woman('1970-01-01'), deceased: true }, {}, today)).toEqual([]);
    const items = dueItems(woman('1970-01-01'), {}, today, (rule) => rule === 'breast');
    expect(items?.some(({ rule }) => rule.id === 'breast')).toBe(false);
  });

  test('every rule has a name of its own, a source and an age', () => {
    expect(new Set(dueRules.map(({ id }) => id)).size).toBe(dueRules.length);
    for (const { source, age } of dueRules) {
      expect(source).toMatch(/USPSTF|US Preventive|CDC|ACC\/AHA|American Diabetes/);
      expect(age.from).toBeLessThanOrEqual(age.to);
    }
  });

  test('a glance at its text passes nothing over: by code alone, in words of any letters, with letters written as numbers', () => {
    const stored = (code: string) => {
      const base = `{"resourceType":"Procedure","id":"1","status":"completed","code":${code},"performedDateTime":"2020-05-01"}`;
      return new Map([['Procedure/1', { key: 'Procedure/1', base, registers: {} }]]);
    };
    for (const code of [
      '{"coding":[{"system":"http://snomed.info/sct","code":"73761001"}]}',
      '{"text":"COLONOSCOPY"}',
      String.raw`{"text":"\u0063olonoscopy"}`,
      String.raw`{"coding":[{"code":"7376\u0031001"}]}`,
    ])
      expect(dueFacts('encounters', stored(code)), code).toEqual({ colonoscopy: { times: 1, last: '2020-05-01' } });
    expect(dueFacts('encounters', stored('{"coding":[{"code":"737610019"}]}'))).toEqual({});
  });

  test('what is read lies in sections that are read', () => {
    for (const resource of [procedure('Colonoscopy', '2020'), dose('03', '2020'), pressure('p', 120, '2020')])
      expect(dueSections).toContain(
        sectionOfResource(Chart.of(resource).resource(`${resource.resourceType}/${resource.id}`).json),
      );
  });
});

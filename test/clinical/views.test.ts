import { describe, expect, it } from 'vitest';
import { chartSections, type ChartSection } from '../../src/base/sections.ts';
import type { ChartRecord } from '../../src/clinical/record.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { carerRows, familyRows, habitRows } from '../../src/clinical/views/background.ts';
import { countEntries, type ListedTopic } from '../../src/clinical/views/counts.ts';
import { documentRows } from '../../src/clinical/views/documents.ts';
import { encounterRows, otherEncounterRows, visits } from '../../src/clinical/views/encounters.ts';
import { allNotes, noteEntries } from '../../src/clinical/views/notes.ts';
import { immunizationRows } from '../../src/clinical/views/immunizations.ts';
import { medicationRows } from '../../src/clinical/views/medications.ts';
import { otherGroups, wholeRow } from '../../src/clinical/views/other.ts';
import { problemRows } from '../../src/clinical/views/problems.ts';
import { resultRows } from '../../src/clinical/views/results.ts';
import type { Row } from '../../src/clinical/views/row.ts';
import { vitalSeries } from '../../src/clinical/views/vital-series.ts';
import { vitalRows } from '../../src/clinical/views/vitals.ts';
import { Chart, only, read, referenceFiles } from './support.ts';
import { needing } from '../support/reference-data.ts';

const loinc = (code: string, display?: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] });

function allRows(record: ChartRecord): readonly Row[] {
  return [
    ...problemRows(record),
    ...medicationRows(record),
    ...allergyRows(record),
    ...immunizationRows(record),
    ...resultRows(record),
    ...vitalRows(record),
    ...familyRows(record),
    ...habitRows(record),
    ...carerRows(record),
    ...encounterRows(record),
    ...noteEntries(record),
    ...documentRows(record),
    ...chartSections.flatMap((section) => otherGroups(record, section).flatMap(({ rows }) => rows)),
    // On the page of the patient's details.
    ...record.ofTypes('Patient').flatMap(({ key }) => wholeRow(record, key) ?? []),
  ];
}

/** What the pages list, row by row. */
function rowsByTopic(record: ChartRecord): Readonly<Record<string, readonly (Row & { noneKnown?: unknown })[]>> {
  const others = (section: ChartSection) => otherGroups(record, section).flatMap(({ rows }) => rows);
  return {
    problems: [...problemRows(record), ...others('problems')],
    medications: [...medicationRows(record), ...others('medications')],
    allergies: [...allergyRows(record), ...others('allergies')],
    immunizations: [...immunizationRows(record), ...others('immunizations')],
    results: resultRows(record),
    vitals: vitalRows(record),
    encounters: [...encounterRows(record), ...otherEncounterRows(record)],
    notes: allNotes(noteEntries(record)),
    history: [...familyRows(record), ...habitRows(record)],
    team: carerRows(record),
    documents: documentRows(record),
    other: [...others('demographics'), ...others('administrative')],
  };
}

function expectSameCounts(record: ChartRecord, name: string): void {
  const counts = countEntries(record);
  for (const [topic, rows] of Object.entries(rowsByTopic(record))) {
    const entries = rows.filter(({ enteredInError, noneKnown }) => !enteredInError && noneKnown === undefined);
    expect(counts.get(topic as ListedTopic) ?? 0, `${name} ${topic}`).toBe(entries.length);
  }
}

describe('the pages of a chart', () => {
  it('are counted as they list: without what is wrong and what says that there is nothing', () => {
    const text = (words: string) => ({ code: { text: words } });
    const { record } = Chart.of(
      { resourceType: 'Condition', id: 'a', ...text('Asthma') },
      { resourceType: 'Condition', id: 'b', ...text('No known problems') },
      { resourceType: 'Flag', id: 'c', status: 'active', ...text('Falls') },
      { resourceType: 'AllergyIntolerance', id: 'd', ...text('No known allergies') },
      {
        resourceType: 'AllergyIntolerance',
        id: 'e',
        ...text('Nuts'),
        verificationStatus: { coding: [{ code: 'entered-in-error' }] },
      },
      {
        resourceType: 'MedicationRequest',
        id: 'f',
        status: 'entered-in-error',
        medicationCodeableConcept: { text: 'X' },
      },
      { resourceType: 'MedicationStatement', id: 'g', status: 'active', medicationCodeableConcept: { text: 'Y' } },
      {
        resourceType: 'Observation',
        id: 'h',
        status: 'final',
        category: [{ coding: [{ code: 'social-history' }] }],
        ...text('Smoking'),
      },
      { resourceType: 'Observation', id: 'i', status: 'final', ...text('HbA1c') },
      { resourceType: 'ClinicalImpression', id: 'j', status: 'completed', description: 'Well' },
      { resourceType: 'Procedure', id: 'k', status: 'completed', ...text('Suture') },
      { resourceType: 'Claim', id: 'l', status: 'active' },
    );
    expectSameCounts(record, 'made up');
    expect(Object.fromEntries(countEntries(record))).toEqual({
      ...{ problems: 2, medications: 1, history: 1, results: 1, notes: 1, encounters: 1, other: 1 },
    });
  });

  it.skipIf(referenceFiles('synthea', 'ips').length === 0)(
    needing('show every resource of every reference file once, in words', 'synthea', 'ips'),
    async () => {
      for (const { name, text } of referenceFiles('synthea', 'ips')) {
        const { resources } = only(await read(text));
        const { record } = Chart.imported(resources);
        const rows = allRows(record);
        const expected = resources.filter(({ section }) => section !== 'identity').map(({ key }) => key);
        expect(rows.map(({ key }) => key).sort(), name).toEqual(expected.sort());
        expectSameCounts(record, name);
        const standing = encounterRows(record).filter(({ enteredInError }) => !enteredInError);
        const alike = visits(record).map(({ row }) => row());
        expect(JSON.stringify(alike), name).toBe(JSON.stringify(standing));
        for (const row of rows) {
          expect(row.label, `${name} ${row.key}`).not.toBe('');
          expect(JSON.stringify(row), `${name} ${row.key}`).not.toMatch(/undefined|\[object|NaN/);
        }
      }
    },
    120_000,
  );

  it('tell active problems from ended ones, and put them first', () => {
    const condition = (id: string, clinical: string | undefined, more: object = {}) => ({
      resourceType: 'Condition',
      id,
      code: { text: id },
      ...(clinical === undefined ? {} : { clinicalStatus: { coding: [{ code: clinical }] } }),
      ...more,
    });
    const { record } = Chart.of(
      condition('resolved', 'resolved', { onsetDateTime: '2020', abatementAge: { value: 40, unit: 'years' } }),
      condition('unsaid', undefined, { onsetDateTime: '2001' }),
      condition('active', 'active', { onsetString: 'childhood', recordedDate: '2010' }),
      condition('refuted', 'active', { verificationStatus: { coding: [{ code: 'refuted' }] } }),
      condition('mistake', undefined, { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }),
    );
    const rows = problemRows(record);
    expect(rows.filter(({ active }) => active).map(({ label }) => label)).toEqual(['active', 'unsaid']);
    expect(rows.find(({ key }) => key === 'Condition/resolved')).toMatchObject({
      began: '2020',
      ended: '40 years',
      status: 'resolved',
    });
    expect(rows.find(({ key }) => key === 'Condition/active')?.began).toBe('childhood');
    expect(rows.find(({ key }) => key === 'Condition/mistake')?.enteredInError).toBe(true);
  });

  it('name a medication whether it is written in place, contained, a resource of its own, or not held', () => {
    const request = (id: string, more: object) => ({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      ...more,
    });
    const { record } = Chart.of(
      { resourceType: 'Medication', id: 'own', code: { text: 'Own' } },
      request('1', { medicationCodeableConcept: { text: 'In place' } }),
      request('2', {
        medicationReference: { reference: '#c' },
        contained: [{ resourceType: 'Medication', id: 'c', code: { text: 'Contained' } }],
      }),
      request('3', { medicationReference: { reference: 'Medication/own' } }),
      request('4', { medicationReference: { reference: 'Medication/gone', display: 'By display' } }),
      request('5', { medicationReference: { reference: 'Medication/gone' }, doNotPerform: true }),
      request('6', {
        contained: [
          {
            resourceType: 'Medication',
            id: 'c',
            ingredient: ['A', 'B'].map((text) => ({ itemCodeableConcept: { text } })),
          },
        ],
        medicationReference: { reference: '#c' },
      }),
    );
    const labels = new Map(medicationRows(record).map((row) => [row.key.slice(-1), row.label]));
    expect([...labels].sort().map(([, label]) => label)).toEqual([
      'In place',
      'Contained',
      'Own',
      'By display',
      'Medication not named in the part of the record held here',
      'A + B',
    ]);
    expect(medicationRows(record).find(({ key }) => key.endsWith('5'))?.doNotPerform).toBe(true);
  });

  it('show dangerous allergies first, and an allergy without a status as active', () => {
    const allergy = (id: string, more: object) => ({
      resourceType: 'AllergyIntolerance',
      id,
      code: { text: id },
      ...more,
    });
    const reaction = [{ manifestation: [{ text: 'Hives' }], severity: 'severe', substance: { text: 'Latex' } }];
    const active = { clinicalStatus: { coding: [{ code: 'active' }] } };
    const { record } = Chart.of(
      allergy('Dust', { ...active, criticality: 'low' }),
      allergy('Penicillin', { criticality: 'high', reaction }),
      allergy('Old', { clinicalStatus: { coding: [{ code: 'resolved' }] }, criticality: 'high' }),
    );
    expect(allergyRows(record).map(({ label, active: isActive }) => [label, isActive])).toEqual([
      ['Penicillin', true],
      ['Dust', true],
      ['Old', false],
    ]);
    expect(allergyRows(record)[0]?.reactions).toBe('Hives (severe)');
  });

  it('[AM-6] show a blood pressure as a pair with its numbers as written, under both codes in use', () => {
    const side = (code: string, value: string) =>
      `{"code":{"coding":[{"code":"${code}"}]},"valueQuantity":{"value":${value},"unit":"mm[Hg]"}}`;
    const pressure = (id: string, code: string, sides: string, date: string) =>
      `{"resourceType":"Observation","id":"${id}","status":"final","effectiveDateTime":"${date}","code":{"coding":[{"system":"http://loinc.org","code":"${code}"}]},"component":[${sides}]}`;
    const chart = new Chart();
    const put = (id: string, base: string) =>
      chart.apply('vitals', [{ kind: 'create', key: `Observation/${id}`, base }]);
    put('a', pressure('a', '55284-4', `${side('8462-4', '80.0')},${side('8480-6', '120')}`, '2020'));
    put(
      'b',
      pressure(
        'b',
        '85354-9',
        `${side('8480-6', '118.48195363522305')},{"code":{"coding":[{"code":"8462-4"}]},"dataAbsentReason":{"text":"Not measured"}}`,
        '2021',
      ),
    );
    const rows = vitalRows(chart.record);
    expect(rows.map(({ value }) => value)).toEqual(['118.48195363522305/no value: not measured mmHg', '120/80.0 mmHg']);
    expect(rows[0]?.short).toBe('≈ 118.48/no value: not measured mmHg');
    put('c', pressure('c', '85354-9', `${side('8480-6', '118.48195')},${side('8462-4', '72.25391')}`, '2022'));
    expect(vitalRows(chart.record)[0]?.short).toBe('≈ 118.48/72.25 mmHg');
    expect(rows[1]?.bloodPressure).toEqual({ systolic: '120', diastolic: '80.0', unit: 'mmHg' });
    expect(vitalSeries(chart.record).map(({ label, points }) => [label, points.map(({ written }) => written)])).toEqual(
      [
        ['Systolic blood pressure', ['120', '118.48195363522305', '118.48195']],
        ['Diastolic blood pressure', ['80.0', '72.25391']],
      ],
    );
  });

  it('show a result with its range and judgement, why a value is missing, and a panel by its parts', () => {
    const { record } = Chart.of(
      {
        resourceType: 'Observation',
        id: 'k',
        code: loinc('2823-3', 'Potassium'),
        effectiveDateTime: '2022',
        valueQuantity: { value: 6.1, unit: 'mmol/L' },
        referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5, unit: 'mmol/L' } }],
        interpretation: [{ coding: [{ code: 'HH' }], text: 'Critical high' }],
      },
      {
        resourceType: 'Observation',
        id: 'x',
        code: loinc('1-1'),
        dataAbsentReason: { coding: [{ code: 'unknown', display: 'Unknown' }] },
      },
      {
        resourceType: 'DiagnosticReport',
        id: 'r',
        code: { text: 'Panel' },
        result: [{ reference: 'Observation/k' }, { reference: 'Observation/gone' }],
        conclusion: 'Repeat',
      },
    );
    const [potassium, ...rest] = resultRows(record);
    expect(potassium).toMatchObject({
      value: '6.1 mmol/L',
      flag: { direction: 'high', critical: true, by: 'laboratory' },
      corrected: false,
      interpretation: 'Critical high',
      referenceRange: '3.5 – 5 mmol/L',
    });
    expect(rest.map(({ label, value, resultKeys }) => [label, value, resultKeys])).toEqual([
      ['LOINC 1-1', 'no value: unknown', []],
      ['Panel', 'Repeat', ['Observation/k']],
    ]);
  });

  it('show visits, notes and documents with their text, and everything else by element', () => {
    const { record } = Chart.of(
      {
        resourceType: 'Encounter',
        id: 'e',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        type: [{ text: 'Check-up' }],
        period: { start: '2020-01-02', end: '2020-01-02' },
      },
      {
        resourceType: 'ClinicalImpression',
        id: 'n',
        status: 'completed',
        description: 'Call',
        summary: 'First.\nSecond.',
        date: '2020',
      },
      {
        resourceType: 'Procedure',
        id: 'p',
        code: { text: 'Suture' },
        performedPeriod: { start: '2020' },
        unheardOf: { deep: [1.5] },
      },
      {
        resourceType: 'DocumentReference',
        id: 'd',
        type: { text: 'Letter' },
        content: [
          { attachment: { contentType: 'text/plain', data: btoa('Dear colleague') } },
          { attachment: { contentType: 'application/pdf', url: 'https://x/1', title: 'Scan' } },
        ],
      },
      {
        resourceType: 'Composition',
        id: 'c',
        title: 'Summary',
        section: [
          {
            title: 'Plan',
            text: { div: '<div>Rest</div>' },
            entry: [{ reference: 'Procedure/p' }, { reference: 'Procedure/gone' }],
          },
        ],
      },
    );
    expect(encounterRows(record)[0]).toMatchObject({ label: 'Check-up', kind: 'ambulatory', period: '2 Jan 2020' });
    expect(noteEntries(record)[0]).toMatchObject({ title: 'Call', text: 'First.\nSecond.', state: 'signed' });
    const untitled = Chart.of({
      resourceType: 'ClinicalImpression',
      id: 'u',
      status: 'completed',
      summary: 'Said once.',
    });
    expect(noteEntries(untitled.record)[0]).toMatchObject({ title: '', text: 'Said once.' });
    expect(otherEncounterRows(record)[0]?.details()).toContainEqual({ name: 'Unheard of', value: 'Deep: 1.5' });
    expect(documentRows(record).map(({ label, parts }) => [label, parts])).toEqual([
      [
        'Letter',
        [
          { title: '', text: 'Dear colleague', file: '', isHeld: true, entries: [] },
          { title: 'Scan', text: '', file: 'application/pdf, https://x/1', isHeld: false, entries: [] },
        ],
      ],
      [
        'Summary',
        [
          {
            title: 'Plan',
            text: 'Rest',
            file: '',
            isHeld: false,
            entries: ['Suture', 'not in the part of the record held here'],
          },
        ],
      ],
    ]);
  });

  it('list a stored text that cannot be read, and show the rest', () => {
    const chart = Chart.of({ resourceType: 'Condition', id: 'good', code: { text: 'Good' } });
    chart.apply('problems', [{ kind: 'create', key: 'Condition/bad', base: '{"resourceType":' }]);
    expect(problemRows(chart.record).map(({ label }) => label)).toEqual(['Good']);
    expect(chart.record.unreadable).toEqual([{ key: 'Condition/bad', section: 'problems' }]);
    expect(wholeRow(chart.record, 'Condition/bad')).toBeUndefined();
  });
});

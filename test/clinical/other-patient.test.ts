/** An entry that names a patient whom the file does not hold: in no chart and named, but for what a patient's document lists, which says so. */
import { describe, expect, it } from 'vitest';
import { identityResource } from '../../src/clinical/identity.ts';
import { listState } from '../../src/clinical/list-state.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { problemRows } from '../../src/clinical/views/problems.ts';
import { vitalSeries } from '../../src/clinical/views/vital-series.ts';
import { writeBundle } from '../../src/clinical/write-bundle.ts';
import { canonicalJson, isObject, objects, type JsonValue } from '../../src/clinical/json.ts';
import { Chart, json, only, read } from './support.ts';

const patient = {
  fullUrl: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000001',
  resource: { resourceType: 'Patient', id: 'alice' },
};
const composition = (subject: string, ...listed: readonly string[]) => ({
  fullUrl: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000002',
  resource: {
    resourceType: 'Composition',
    id: 'c',
    status: 'final',
    title: 'Summary',
    subject: { reference: subject },
    section: [{ title: 'All', entry: listed.map((reference) => ({ reference })) }],
  },
});
const asthma = (subject: string) => ({
  resource: { resourceType: 'Condition', id: 'asthma', code: { text: 'Asthma' }, subject: { reference: subject } },
});
const bundle = (...entry: readonly object[]) => ({ resourceType: 'Bundle', type: 'document', entry });

const labels = async (...entry: readonly object[]) => {
  const { resources } = only(await read(bundle(...entry)));
  return problemRows(Chart.imported(resources).record).map(({ label }) => label);
};
const taken = async (...entry: readonly object[]) => {
  const plan = await read(bundle(...entry));
  return { keys: only(plan).resources.map(({ key }) => key), others: plan.aboutOthers };
};

describe('an entry that names another patient', () => {
  it('is kept where the document of a patient lists it, with the name it gives', async () => {
    const document = composition('Patient/alice', 'Condition/asthma');
    expect(await labels(document, patient, asthma('Patient/7'))).toEqual(['Asthma (names another patient: Patient/7)']);
    const unknown = 'urn:uuid:bbbbbbbb-0000-4000-8000-000000000009';
    expect(await labels(document, patient, asthma(unknown))).toEqual([`Asthma (names another patient: ${unknown})`]);
  });

  it('is in no chart where no document lists it, or one that is itself of somebody else', async () => {
    const { keys, others } = await taken(composition('Patient/alice'), patient, asthma('Patient/7'));
    expect(keys).not.toContain('Condition/asthma');
    expect(keys).toContain('Composition/c');
    expect(others).toEqual([
      { why: 'names-another', path: 'entry[2].resource', type: 'Condition', label: 'Asthma', names: 'Patient/7' },
    ]);
    const elsewhere = await taken(composition('Patient/8', 'Condition/asthma'), patient, asthma('Patient/7'));
    expect(elsewhere.keys).toEqual(['Patient/alice', 'Patient/alice']);
    expect(elsewhere.others.map(({ names }) => names).sort()).toEqual(['Patient/7', 'Patient/8']);
  });

  const roe = {
    ...patient,
    resource: {
      ...patient.resource,
      name: [{ family: 'Roe', given: ['Jane'] }],
      birthDate: '1980-02-03',
      identifier: [{ system: 'urn:mrn', value: '12' }, { system: 'urn:card', value: '34' }, { system: 'urn:masked' }],
    },
  };
  const named = (subject: object, contained: readonly object[] = []) => ({
    resource: { resourceType: 'Condition', id: 'asthma', code: { text: 'Asthma' }, subject, contained },
  });

  it.for([
    [{ identifier: { system: 'urn:mrn', value: '13' } }, '13'],
    [{ identifier: { system: 'urn:other', value: '12' } }, '12'],
    [{ identifier: { system: 'urn:mrn', value: '13' }, display: 'Jane Roe' }, 'Jane Roe (13)'],
    [{ display: 'Bob Berg' }, 'Bob Berg'],
    [{ reference: '#p' }, '#p', { name: [{ family: 'Berg', given: ['Bob'] }] }],
    [{ reference: '#p' }, '#p', { name: [{ family: 'Roe' }], birthDate: '1981-02-03' }],
    [{ reference: '#p' }, '#p', { name: [{ family: 'Berg' }], identifier: [{ system: 'urn:masked' }] }],
  ] as const)('is in no chart where a number or a name alone says so: %j', async ([subject, names, contained]) => {
    const { keys, others } = await taken(roe, named(subject, [{ resourceType: 'Patient', id: 'p', ...contained }]));
    expect(keys).not.toContain('Condition/asthma');
    expect(others).toMatchObject([{ why: 'names-another', names }]);
  });

  it.for([
    [{ identifier: { system: 'urn:mrn', value: '12' } }],
    [{ identifier: { system: 'urn:other', value: '9' }, display: 'J. Roe' }],
    [{ display: 'ROE, Jané' }],
    [{ type: 'Group', display: 'All on the ward' }],
    [{ identifier: { system: 'urn:mrn' } }],
    [{ reference: '#p' }, { name: [{ text: 'Jane Roe' }], birthDate: '1980-02' }],
    [{ reference: '#p' }, {}],
    [{}],
  ] as const)('is the patient’s own where nothing speaks against it: %j', async ([subject, contained]) => {
    const { keys, others } = await taken(roe, named(subject, [{ resourceType: 'Patient', id: 'p', ...contained }]));
    expect(keys).toContain('Condition/asthma');
    expect(others).toEqual([]);
  });

  it('is not said to where the demographics, which have the numbers, are not read here', () => {
    const chart = Chart.of({
      ...named({ identifier: { system: 'urn:card', value: '34' } }).resource,
    });
    const key = 'Patient/alice';
    const base = JSON.stringify(identityResource(json(roe.resource)));
    chart.sections.set('identity', { resources: new Map([[key, { key, base, registers: {} }]]) });
    expect(problemRows(chart.record).map(({ label }) => label)).toEqual(['Asthma']);
  });

  it('says so where a document lists it all the same', async () => {
    const document = composition('Patient/alice', 'Condition/asthma');
    expect(await labels(document, roe, named({ display: 'Bob Berg' }))).toEqual([
      'Asthma (names another patient: Bob Berg)',
    ]);
  });

  it('takes with it what belongs to it alone; what a patient here needs too stays with theirs', async () => {
    const resource = (json: object) => ({ resource: json });
    const { keys, others } = await taken(
      patient,
      resource({
        resourceType: 'Condition',
        id: 'theirs',
        subject: { reference: 'Patient/7', display: 'Jane Roe' },
        recorder: { reference: 'Practitioner/both' },
        asserter: { reference: 'Practitioner/only-theirs' },
      }),
      resource({
        resourceType: 'Condition',
        id: 'ours',
        subject: { reference: 'Patient/alice' },
        recorder: { reference: 'Practitioner/both' },
        evidence: [{ detail: [{ reference: 'Condition/theirs' }] }],
      }),
      resource({ resourceType: 'Practitioner', id: 'both' }),
      resource({ resourceType: 'Practitioner', id: 'only-theirs' }),
      resource({ resourceType: 'Provenance', id: 'of-theirs', target: [{ reference: 'Condition/theirs' }] }),
    );
    expect(keys.slice(2)).toEqual(['Condition/ours', 'Practitioner/both']);
    expect(others.map(({ path, names }) => [path, names])).toEqual(
      expect.arrayContaining([
        ['entry[1].resource', 'Jane Roe (Patient/7)'],
        ['entry[4].resource', ''],
        ['entry[5].resource', ''],
      ]),
    );
    expect(others).toHaveLength(3);
  });

  it('leaves nobody to say whose an entry is that names no patient: it goes into no chart, and is named', async () => {
    const nobodys = { resource: { resourceType: 'Observation', id: 'of-whom', status: 'final' } };
    const ofNobody = { resource: { resourceType: 'Organization', id: 'o' } };
    const { keys, others } = await taken(patient, asthma('Patient/7'), nobodys, ofNobody);
    expect(keys).not.toContain('Observation/of-whom');
    expect(keys).toContain('Organization/o');
    expect(others.map(({ why, path }) => [why, path])).toEqual([
      ['names-another', 'entry[1].resource'],
      ['names-nobody', 'entry[2].resource'],
    ]);
    const document = composition('Patient/alice', 'Condition/asthma');
    expect((await taken(document, patient, asthma('Patient/7'), nobodys)).keys).toContain('Observation/of-whom');
  });

  it('comes back from an export as it was', async () => {
    const entries = [composition('Patient/alice', 'Condition/asthma'), patient, asthma('Patient/7')];
    const { sections } = Chart.imported(only(await read(bundle(...entries))).resources);
    const resourcesOf = (value: JsonValue): readonly string[] =>
      (isObject(value) ? objects(value['entry']) : []).map(({ resource }) => canonicalJson(resource ?? null)).sort();
    expect(resourcesOf(json(writeBundle(sections).text))).toEqual(resourcesOf(json(bundle(...entries))));
  });

  it('lets nothing be concluded of the patient of the chart', () => {
    const about = (subject: string) => [
      {
        resourceType: 'AllergyIntolerance',
        id: 'none',
        code: { coding: [{ code: '716186003' }] },
        patient: { reference: subject },
      },
      {
        resourceType: 'Observation',
        id: 'w',
        status: 'final',
        category: [{ coding: [{ code: 'vital-signs' }] }],
        code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
        subject: { reference: subject },
        effectiveDateTime: '2020-01-01',
        valueQuantity: { value: 70, unit: 'kg', code: 'kg' },
      },
    ];
    const concluded = (subject: string) => {
      const { record } = Chart.of({ resourceType: 'Patient', id: 'alice' }, ...about(subject));
      return [listState(record, 'allergies', { shared: true, unreadable: 0 }).kind, vitalSeries(record).length];
    };
    expect(concluded('Patient/alice')).toEqual(['none-known', 1]);
    expect(concluded('Patient/7')).toEqual(['not-recorded', 0]);
  });

  it('is none where the reference is to the patient of the chart in any form, or where nobody can tell', () => {
    const nuts = (id: string, reference: string) => ({
      resourceType: 'AllergyIntolerance',
      id,
      code: { text: id },
      patient: { reference },
    });
    const forms = [
      'Patient/alice',
      'Patient/alice/_history/2',
      'https://clinic.example/fhir/Patient/alice',
      'urn:uuid:alice',
      '#p',
    ];
    const entries = forms.map((reference, index) => nuts(`a${index}`, reference));
    const whole = Chart.of({ resourceType: 'Patient', id: 'alice' }, ...entries);
    expect(allergyRows(whole.record).filter(({ label }) => label.includes('another'))).toEqual([]);
    // Who reads the allergies alone does not know the patient's other addresses.
    const part = Chart.of(nuts('a', 'Patient/7'), nuts('b', 'urn:uuid:alice'));
    expect(allergyRows(part.record).filter(({ label }) => label.includes('another'))).toEqual([]);
  });
});

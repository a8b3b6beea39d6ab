import { describe, expect, it } from 'vitest';
import { maxAttachmentBytes } from '../../src/base/limits.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import { maxResourceBytes, readBundle } from '../../src/clinical/bundle.ts';
import { canonicalJson, isArray, isObject, sameJson, stringifyJson, type JsonObject } from '../../src/clinical/json.ts';
import { takeOut } from '../../src/clinical/large-data.ts';
import type { OpenSections } from '../../src/clinical/record.ts';
import { planReimport } from '../../src/clinical/reimport.ts';
import { writeBundle } from '../../src/clinical/write-bundle.ts';
import { Chart, collection, json, only, parsed, read, referenceFiles } from './support.ts';
import { needing } from '../support/reference-data.ts';

const alice = { resourceType: 'Patient', id: 'alice', name: [{ family: 'Example', given: ['Alice'] }] };
const carol = { resourceType: 'Patient', id: 'carol', name: [{ family: 'Example', given: ['Carol'] }] };
const about = (patient: string, id: string, type = 'Condition') => ({
  resourceType: type,
  id,
  subject: { reference: patient },
  code: { text: `Problem ${id}` },
});
const keysOf = (chart: { resources: readonly { key: string; section: string }[] }) =>
  chart.resources.filter(({ section }) => section !== 'identity').map(({ key }) => key);

const onlySection = ({ sections }: Chart, section: ChartSection): OpenSections =>
  new Map([...sections].filter(([name]) => name === section));

async function refusal(value: unknown) {
  const plan = await readBundle(typeof value === 'string' ? value : JSON.stringify(value));
  return plan.ok ? 'taken' : `${plan.reason}: ${plan.detail ?? ''}`;
}

describe('reading a FHIR file', () => {
  it('takes every kind of Bundle that holds a record, one resource, an array of them, or one a line', async () => {
    for (const type of ['document', 'message', 'transaction', 'batch', 'collection', 'searchset']) {
      expect(keysOf(only(await read({ ...collection(alice), type })))).toEqual(['Patient/alice']);
    }
    const two = ['Patient/alice', 'Condition/1'];
    expect(keysOf(only(await read(alice)))).toEqual(['Patient/alice']);
    expect(keysOf(only(await read([alice, about('Patient/alice', '1')])))).toEqual(two);
    const lines = [alice, about('Patient/alice', '1')].map((resource) => JSON.stringify(resource)).join('\n');
    expect(keysOf(only(await read(`${lines}\n`)))).toEqual(two);
    expect(keysOf(only(await read(`\uFEFF${JSON.stringify(collection(alice))}`)))).toEqual(['Patient/alice']);
  });

  it('names what is wrong with a file and where', async () => {
    expect(await refusal('{"resourceType": "Bundle",\n "type": "collection" "entry": []}')).toBe(
      'not-json: line 2, column 23',
    );
    expect(await refusal('not JSON at all')).toContain('not-json: line 1, column 1');
    expect(await refusal('')).toBe('not-json: line 1, column 1');
    expect(await refusal('[1]')).toBe('not-fhir: [0]');
    expect(await refusal('{"a":1}')).toBe('not-fhir: resourceType');
    expect(await refusal(collection(alice, { id: 'x' }))).toBe('not-fhir: entry[1].resource.resourceType');
    expect(await refusal(collection(alice, { resourceType: 'Condition', id: 7 }))).toBe(
      'not-fhir: entry[1].resource.id',
    );
    expect(await refusal(collection(alice, 'Condition'))).toBe('not-fhir: entry[1].resource');
    expect(await refusal({ ...collection(alice), type: 'history' })).toBe('bundle-type: type');
    expect(await refusal({ resourceType: 'Bundle', type: 'collection', entry: {} })).toBe('not-fhir: entry');
    expect(await refusal({ ...collection(alice), entry: [{ fullUrl: 'urn:x' }] })).toBe(
      'entry-not-a-record: entry[0].resource',
    );
    const deletion = { request: { method: 'DELETE', url: 'Condition/1' }, resource: about('Patient/alice', '1') };
    const transaction = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: alice }, deletion] };
    expect(await refusal(transaction)).toBe('entry-not-a-record: entry[1].request.method');
    expect(await refusal(`${JSON.stringify(alice)}\n{"resourceType":"Condition"`)).toMatch(
      /^not-json: line 2: line 1, column/,
    );
    expect(await refusal(collection(about('Patient/alice', '1')))).toBe('no-patient: ');
    expect(await refusal(`{"resourceType":"Patient","id":"a","name":1,"name":2}`)).toBe(
      'duplicate-key: line 1, column 45, at name',
    );
    const long = { resourceType: 'Basic', id: 'long', note: 'A'.repeat(maxResourceBytes) };
    expect(await refusal(collection(alice, long))).toBe('resource-too-large: entry[1].resource');
    const film = { resourceType: 'Binary', id: 'film', data: 'A'.repeat(maxAttachmentBytes + 1) };
    expect(await refusal(collection(alice, film))).toBe('attachment-too-large: entry[1].resource');
  });

  it('gives each Patient a chart, with the resources that name it however they name it', async () => {
    const entry = [
      { fullUrl: 'urn:uuid:11111111-1111-4111-8111-111111111111', resource: alice },
      { fullUrl: 'https://clinic.example/fhir/Patient/carol', resource: carol },
      { resource: about('urn:uuid:11111111-1111-4111-8111-111111111111', '1') },
      { resource: about('Patient/carol', '2') },
      { resource: about('https://clinic.example/fhir/Patient/carol/_history/3', '3') },
      { resource: { resourceType: 'AllergyIntolerance', id: '4', patient: { reference: 'Patient/alice' } } },
      { resource: { resourceType: 'Coverage', id: '5', beneficiary: { reference: 'Patient/carol' } } },
      {
        resource: {
          resourceType: 'Group',
          id: '6',
          member: [alice, carol].map(({ id }) => ({ entity: { reference: `Patient/${id}` } })),
        },
      },
    ];
    const { charts, resourceCount } = await read({ resourceType: 'Bundle', type: 'collection', entry });
    expect(charts.map(keysOf)).toEqual([
      ['Patient/alice', 'Condition/1', 'AllergyIntolerance/4', 'Group/6'],
      ['Patient/carol', 'Condition/2', 'Condition/3', 'Coverage/5', 'Group/6'],
    ]);
    expect(resourceCount).toBe(8);
  });

  it('sends what a chart refers to along with it, and what refers to it, step by step', async () => {
    const plan = await read(
      collection(
        alice,
        carol,
        { ...about('Patient/alice', '1'), recorder: { reference: 'PractitionerRole/r' } },
        { resourceType: 'PractitionerRole', id: 'r', organization: { reference: 'Organization/o' } },
        { resourceType: 'Organization', id: 'o' },
        { resourceType: 'Provenance', id: 'p', target: [{ reference: 'Condition/1' }] },
        { resourceType: 'Organization', id: 'of-nobody' },
      ),
    );
    expect(plan.charts.map(keysOf)).toEqual([
      [
        'Patient/alice',
        'Condition/1',
        'PractitionerRole/r',
        'Organization/o',
        'Provenance/p',
        'Organization/of-nobody',
      ],
      ['Patient/carol', 'Organization/of-nobody'],
    ]);
  });

  it('files no finding under the wrong patient: one of somebody else is named, and so is one of nobody knows whom', async () => {
    for (const bob of ['Patient/bob', 'urn:uuid:0']) {
      const plan = await read(collection(alice, about(bob, '1')));
      expect(plan.charts.map(keysOf)).toEqual([['Patient/alice']]);
      expect(plan.aboutOthers.map(({ path, names }) => [path, names])).toEqual([['entry[1].resource', bob]]);
    }
    const nobodys = { resourceType: 'Observation', id: '1', status: 'final' };
    const ofTwo = await read(collection(alice, carol, nobodys));
    expect(ofTwo.charts.map(keysOf)).toEqual([['Patient/alice'], ['Patient/carol']]);
    expect(ofTwo.aboutOthers.map(({ why, path }) => [why, path])).toEqual([['names-nobody', 'entry[2].resource']]);
    expect(await refusal(collection(alice, nobodys))).toBe('taken');
  });

  it('tells nobody which of two resources of one id is meant: in a file of several patients one may be the other’s', async () => {
    const of = (patient: string, drug: string, named: string) => [
      { resourceType: 'Patient', id: patient },
      { resourceType: 'Medication', id: '1', code: { text: drug } },
      {
        resourceType: 'MedicationRequest',
        id: `of-${patient}`,
        subject: { reference: `Patient/${patient}` },
        medicationReference: { reference: named },
      },
    ];
    const both = (drug: string, named: string) => collection(...of('a', 'Warfarin', named), ...of('b', drug, named));
    expect(await refusal(both('Methotrexate', 'Medication/1'))).toBe('same-id: entry[2].resource');
    expect(await refusal(both('Warfarin', 'Medication/1'))).toBe('taken');
    expect(await refusal(both('Methotrexate', 'Medication/2'))).toBe('taken');
    const ones = (name: string) => [
      { resourceType: 'Patient', id: '1', name: [{ family: name }] },
      { resourceType: 'Condition', id: name, subject: { reference: 'Patient/1' } },
    ];
    expect(await refusal(collection(...ones('Ada'), ...ones('Bo')))).toBe('same-id: entry[1].resource');
  });

  it('keeps two different resources of one name both, and equal ones once', async () => {
    const first = about('Patient/alice', '1');
    const plan = await read(collection(alice, first, { ...first, code: { text: 'Another' } }, first));
    const keys = keysOf(only(plan));
    expect(keys).toHaveLength(3);
    expect(keys[2]).toMatch(/^Condition\/1~[0-9a-f]{32}$/);
    expect(plan.resourceCount).toBe(3);
  });

  it('counts those of one name that only the words of their references tell apart, and each equal one once', async () => {
    const said = (display: string) => ({
      ...about('Patient/alice', '1'),
      subject: { reference: 'Patient/alice', display },
    });
    const names = ['A', 'B', 'C', 'B', 'D', 'C', 'A'];
    const plan = await read(collection(alice, ...names.map(said)));
    const [first, second, third, fourth] = keysOf(only(plan)).slice(1);
    expect([first, third, fourth, plan.resourceCount]).toEqual([
      'Condition/1',
      `${second ?? ''}~2`,
      `${second ?? ''}~3`,
      5,
    ]);
  });

  it('names a resource without id by its fullUrl, else by its content, and gives it back without id', async () => {
    const uuid = '22222222-2222-4222-8222-222222222222';
    const bare = { resourceType: 'Condition', subject: { reference: 'Patient/alice' }, code: { text: 'Gout' } };
    const reordered = { code: { text: 'Gout' }, subject: { reference: 'Patient/alice' }, resourceType: 'Condition' };
    const entry = [
      { resource: alice },
      { fullUrl: `urn:uuid:${uuid}`, resource: { ...bare, note: [] } },
      { resource: bare },
    ];
    const chart = only(await read({ resourceType: 'Bundle', type: 'collection', entry }));
    const [, byUrl, byContent] = keysOf(chart);
    expect(byUrl).toBe(`Condition/~${uuid}`);
    expect(byContent).toMatch(/^Condition\/~[0-9a-f-]{36}$/);
    expect(keysOf(only(await read(collection(alice, reordered))))[1]).toBe(byContent);
    const written = writeBundle(onlySection(Chart.imported(chart.resources), 'problems'));
    const resources = json(written.text)['entry'] as readonly { resource: object; fullUrl: string }[];
    expect(resources.map(({ resource }) => 'id' in resource)).toEqual([false, false]);
    expect(resources[0]?.fullUrl).toBe(`urn:uuid:${uuid}`);
    expect(keysOf(only(await read(collection(alice, ...resources.map(({ resource }) => resource)))))).toContain(
      byContent,
    );
  });

  it('keeps a fullUrl that the key does not tell, so that references by it still meet their target', async () => {
    const url = 'https://clinic.example/fhir/Patient/alice';
    const chart = only(
      await read({ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: url, resource: alice }] }),
    );
    expect(planReimport(new Map(), chart.resources).edits.get('demographics')).toEqual([
      { kind: 'create', key: 'Patient/alice', base: JSON.stringify(alice) },
      { kind: 'change', key: 'Patient/alice', registers: { '@entry': JSON.stringify({ fullUrl: url }) } },
    ]);
    expect(writeBundle(Chart.imported(chart.resources).sections).text).toContain(url);
  });

  it('derives an identity that holds one name, birth date, sex and one identifier, and nothing else', async () => {
    const patient = {
      ...alice,
      name: [
        { use: 'maiden', family: 'Before' },
        { use: 'official', family: 'Example', given: ['Alice'] },
      ],
      birthDate: '1990',
      gender: 'female',
      address: [{ city: 'Canary Wharf' }],
      telecom: [{ value: '555-canary' }],
      identifier: [
        { system: 'urn:ssn', value: 'canary' },
        { type: { coding: [{ code: 'MR' }] }, value: 'MR-7', assigner: { display: 'canary clinic' } },
      ],
    };
    const [identity] = only(await read(patient)).resources;
    expect(identity?.section).toBe('identity');
    expect(JSON.parse(identity?.base ?? '')).toEqual({
      resourceType: 'Patient',
      id: 'alice',
      identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'MR-7' }],
      name: [{ use: 'official', family: 'Example', given: ['Alice'] }],
      gender: 'female',
      birthDate: '1990',
    });
  });

  it('counts its progress in resources, pauses for the page, and stops when told to', async () => {
    const file = JSON.stringify(
      collection(alice, ...Array.from({ length: 120 }, (_, i) => about('Patient/alice', String(i)))),
    );
    const counted: number[] = [];
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      await Promise.resolve();
    };
    const options = { onProgress: (done: number) => counted.push(done), pause };
    expect((await readBundle(file, options)).ok).toBe(true);
    expect(counted).toEqual([0, 50, 100, 121]);
    expect(pauses).toBe(3);
    const cancel = new AbortController();
    const stop = async () => {
      cancel.abort();
      await Promise.resolve();
    };
    const cancelled = readBundle(file, { signal: cancel.signal, pause: stop });
    expect(await cancelled).toEqual({ ok: false, reason: 'cancelled' });
  });
});

/** The resources of a Bundle as comparable text: key order aside, numbers as written. */
function resourceTexts(bundle: JsonObject): readonly string[] {
  const entries = isArray(bundle['entry']) ? bundle['entry'].filter(isObject) : [];
  return entries.map(({ resource }) => canonicalJson(resource ?? null)).sort();
}

function isPatient(resource: JsonObject): boolean {
  return resource['resourceType'] === 'Patient';
}

describe('export', () => {
  it.skipIf(referenceFiles('synthea', 'ips').length === 0)(
    needing('gives every resource of every reference file back equal, numbers as written', 'synthea', 'ips'),
    async () => {
      for (const { name, text } of referenceFiles('synthea', 'ips')) {
        const chart = Chart.imported(only(await read(text)).resources);
        const written = writeBundle(chart.sections);
        expect(written.unreadable).toEqual([]);
        expect(resourceTexts(json(written.text)), name).toEqual(resourceTexts(json(text)));
      }
    },
    120_000,
  );

  it.skipIf(referenceFiles('us-core').length === 0)(
    needing('gives back every US Core example equal, read as one file about their patient', 'us-core'),
    async () => {
      const examples = referenceFiles('us-core').map(({ text }) => json(text));
      const about = examples.filter(
        (example) => !isPatient(example) && !/"Patient\/(?!example")/.test(stringifyJson(example)),
      );
      const patient = examples.find((example) => isPatient(example) && example['id'] === 'example');
      const texts = [patient ?? json({}), ...about].map(stringifyJson);
      const chart = only(await read(`[${texts.join(',')}]`));
      const resources = Chart.imported(chart.resources).record.resources.filter(
        ({ section }) => section !== 'identity',
      );
      const searchset = about.filter((example) => example['resourceType'] === 'Bundle').length;
      expect(resources.length).toBe(texts.length);
      const back = new Set(resources.map(({ json: resource }) => canonicalJson(resource)));
      // Large data is put back by whoever holds its sealed parts (test/app/charts/attachments.test.ts).
      expect(texts.filter((text) => !back.has(canonicalJson(takeOut(json(text)).json))).length).toBe(searchset);
    },
  );

  it('says which stored resources cannot be read, and exports the rest', () => {
    const good = { key: 'Condition/1', base: '{"resourceType":"Condition","id":"1"}', registers: {} };
    const bad = { key: 'Condition/2', base: 'no JSON', registers: {} };
    const resources = new Map([good, bad].map((stored) => [stored.key, stored]));
    const written = writeBundle(new Map([['problems', { resources }]]));
    expect(written.unreadable).toEqual(['Condition/2']);
    expect(
      sameJson(parsed(written.text), parsed(JSON.stringify(collection({ resourceType: 'Condition', id: '1' })))),
    ).toBe(true);
  });
});

/** A record read as far as somebody asks: the same as one read whole, and what no page shows stays unread. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChartSection } from '../../src/base/sections.ts';
import { ChartRecord, type OpenSections } from '../../src/clinical/record.ts';
import { identifiersOf, otherNamesOf, referencesIn } from '../../src/clinical/references.ts';
import { storedFullUrl } from '../../src/clinical/registers.ts';
import { sectionOfResource } from '../../src/clinical/sections.ts';
import type { StoredResource } from '../../src/clinical/section-edit.ts';
import { allergyRows } from '../../src/clinical/views/allergies.ts';
import { countEntries } from '../../src/clinical/views/counts.ts';
import { medicationRows } from '../../src/clinical/views/medications.ts';
import { problemRows } from '../../src/clinical/views/problems.ts';
import '../support/generated-cases.ts';
import { needing } from '../support/reference-data.ts';
import { Chart, json, only, read, referenceFiles } from './support.ts';

/** The same, saying which texts were read. */
function watched(sections: OpenSections): { readonly sections: OpenSections; readonly read: Set<string> } {
  const read = new Set<string>();
  const watch = (section: ChartSection, stored: StoredResource): StoredResource => ({
    ...stored,
    get base() {
      read.add(`${section} ${stored.key}`);
      return stored.base;
    },
  });
  const all = [...sections].map(
    ([section, { resources }]) =>
      [section, { resources: new Map([...resources].map(([key, one]) => [key, watch(section, one)])) }] as const,
  );
  return { sections: new Map(all), read };
}

/** What a reference leads to, from an index of everything that every resource says of itself. */
function resolveWhole(record: ChartRecord, sections: OpenSections): (reference: string) => string | undefined {
  const keys = new Map<string, string>();
  const add = (address: string, key: string): void => {
    if (!keys.has(address)) keys.set(address, key);
  };
  const all = record.resources.map((resource) => ({ ...resource, json: record.asStored(resource) }));
  for (const { key } of all) {
    add(key, key);
    add(`urn:uuid:${key.slice(key.indexOf('/') + 1).replace(/^~/, '')}`, key);
  }
  for (const {
    key,
    type,
    section,
    json: { id },
  } of all) {
    const fullUrl = storedFullUrl(sections.get(section)?.resources.get(key)?.registers ?? {});
    for (const name of otherNamesOf({ key, type, id: typeof id === 'string' ? id : undefined, fullUrl }))
      add(name, key);
  }
  for (const { key, type, json } of all) for (const query of identifiersOf({ type, json })) add(query, key);
  return (reference) =>
    keys.get(reference) ??
    keys.get(/^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1] ?? reference);
}

describe('a chart as one record', () => {
  it('reads of a chart what a page asks for, and nothing to tell what there is', () => {
    const { sections, read } = watched(
      Chart.of(
        { resourceType: 'Patient', id: 'p' },
        { resourceType: 'Condition', id: 'a', code: { text: 'Asthma' }, recorder: { reference: 'Practitioner/x' } },
        {
          resourceType: 'MedicationRequest',
          id: 'm',
          status: 'active',
          medicationReference: { reference: 'Medication/d' },
        },
        { resourceType: 'Medication', id: 'd', code: { text: 'Salbutamol' } },
        { resourceType: 'Practitioner', id: 'x', name: [{ text: 'Dr X' }] },
        { resourceType: 'Practitioner', id: 'y', name: [{ text: 'Dr Y' }] },
        { resourceType: 'Claim', id: 'c', status: 'active' },
        { resourceType: 'Observation', id: 'o', status: 'final' },
      ).sections,
    );
    const record = new ChartRecord(sections);
    expect(record.held).toHaveLength(8);
    expect(allergyRows(record)).toEqual([]);
    expect([...read]).toEqual([]);
    expect(medicationRows(record).map(({ label }) => label)).toEqual(['Salbutamol']);
    expect([...read].sort()).toEqual(['medications Medication/d', 'medications MedicationRequest/m']);
    expect(problemRows(record).map(({ recordedBy }) => recordedBy())).toEqual(['Dr X']);
    expect([...read].filter((one) => !one.startsWith('medications')).sort()).toEqual([
      'administrative Practitioner/x',
      'problems Condition/a',
    ]);
    countEntries(record);
    expect(read.size).toBe(8);
  });

  it('takes what nobody can read for no target, and the next of the same name instead', () => {
    const held = new Map<ChartSection, { resources: Map<string, StoredResource> }>([
      ['problems', { resources: new Map([['Condition/a', { key: 'Condition/a', base: '{', registers: {} }]]) }],
      [
        'encounters',
        {
          resources: new Map([
            ['Condition/a', { key: 'Condition/a', base: '{"code":{"text":"Asthma"}}', registers: {} }],
          ]),
        },
      ],
    ]);
    const record = new ChartRecord(held);
    expect(record.unreadable).toEqual([{ key: 'Condition/a', section: 'problems' }]);
    expect(record.get('Condition/a')?.section).toBe('encounters');
    expect(record.nameOf('urn:uuid:a', json({}))).toBe('Asthma');
  });

  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const resource = fc.record(
    {
      type: fc.constantFrom('Condition', 'Observation', 'Encounter'),
      name: id,
      id,
      fullUrl: fc.constantFrom('urn:uuid:a', 'urn:uuid:b', 'https://x.example/Condition/a', 'Condition/c'),
      identifier: fc.constantFrom('1', '2'),
      isOdd: fc.boolean(),
      isDamaged: fc.boolean(),
    },
    { requiredKeys: ['type', 'name', 'isOdd', 'isDamaged'] },
  );

  it('finds every target that an index of the whole finds', () => {
    const references = ['Condition', 'Observation', 'Encounter'].flatMap((type) => [
      ...['a', 'b', 'c', 'd', 'e'].flatMap((name) => [`${type}/${name}`, `https://x.example/${type}/${name}`]),
      ...['|1', '|2', '|3'].map((query) => `${type}?identifier=${query}`),
    ]);
    const all = [...references, ...['a', 'b', 'c', 'd'].map((name) => `urn:uuid:${name}`), '?identifier=|1', 'a'];
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 8 }), (resources) => {
        const sections = new Map<ChartSection, { resources: Map<string, StoredResource> }>();
        for (const { type, name, id, fullUrl, identifier, isOdd, isDamaged } of resources) {
          const said = {
            resourceType: type,
            ...(id === undefined ? {} : { id }),
            ...(identifier === undefined ? {} : { identifier: [{ value: identifier }] }),
          };
          const text = JSON.stringify(isOdd ? { status: 'final', ...said } : said);
          // Escaped, a member's name is another text and the same name.
          const base = isDamaged ? text.slice(1) : isOdd ? text.replace('"identifier"', '"\\u0069dentifier"') : text;
          const key = `${type}/${name}`;
          const section = sectionOfResource(json(said));
          const others = sections.get(section) ?? { resources: new Map<string, StoredResource>() };
          sections.set(section, others);
          const registers = fullUrl === undefined ? {} : { '@entry': JSON.stringify({ fullUrl }) };
          others.resources.set(key, { key, base, registers });
        }
        const whole = resolveWhole(new ChartRecord(sections), sections);
        // Each by a record that has read nothing yet.
        for (const reference of all)
          expect(new ChartRecord(sections).keyOf(reference), reference).toBe(whole(reference));
      }),
      { numRuns: 200 },
    );
  });

  it.skipIf(referenceFiles('synthea').length === 0)(
    needing('finds in the reference files what an index of the whole finds, and reads nothing else', 'synthea'),
    async () => {
      for (const { name, text } of referenceFiles('synthea').slice(0, 6)) {
        const { sections } = Chart.imported(only(await read(text)).resources);
        const record = new ChartRecord(sections);
        const whole = resolveWhole(record, sections);
        const references = new Set(record.resources.flatMap(({ json }) => referencesIn(json)));
        const unread = watched(sections);
        const asked = new ChartRecord(unread.sections);
        const targets = new Set<string | undefined>();
        for (const reference of references) {
          const key = asked.keyOf(reference);
          targets.add(key);
          expect(key, name).toBe(whole(reference));
        }
        const others = [...unread.read].filter((one) => !targets.has(one.slice(one.indexOf(' ') + 1)));
        expect(others, name).toEqual([]);
      }
    },
    60_000,
  );
});

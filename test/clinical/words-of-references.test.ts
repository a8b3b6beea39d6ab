import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChartSection } from '../../src/base/sections.ts';
import { canonicalJson, stringifyJson } from '../../src/clinical/json.ts';
import type { OpenSections } from '../../src/clinical/record.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import { planReimport } from '../../src/clinical/reimport.ts';
import type { StoredResource } from '../../src/clinical/section-edit.ts';
import { sharePreview } from '../../src/clinical/share-preview.ts';
import { withholdWords } from '../../src/clinical/withholding.ts';
import { holdsWords } from '../../src/clinical/words-records.ts';
import { writeBundle } from '../../src/clinical/write-bundle.ts';
import { Chart, collection, json, only, read, referenceFiles } from './support.ts';
import { needing } from '../support/reference-data.ts';

const alice = { resourceType: 'Patient', id: 'alice', name: [{ family: 'Example', given: ['Alice'] }] };
const subject = { reference: 'Patient/alice' };
const infection = { resourceType: 'Condition', id: 'c', subject, code: { text: 'An infection' } };
const prescription = (more: object) => ({
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'active',
  subject,
  medicationCodeableConcept: { text: 'Sertraline' },
  ...more,
});

async function importedChart(...resources: readonly unknown[]): Promise<Chart> {
  return Chart.imported(only(await read(collection(...resources))).resources);
}

/** Everything that lies in a section, as whoever is given it could read it. */
function textOf({ sections }: Chart, section: ChartSection): string {
  return JSON.stringify([...(sections.get(section)?.resources ?? [])]);
}

function given(sections: OpenSections, ...names: readonly ChartSection[]): OpenSections {
  return new Map([...sections].filter(([name]) => names.includes(name)));
}

function prescribed(chart: Chart, sections: OpenSections = chart.sections): unknown {
  const json = new ChartRecord(sections).get('MedicationRequest/m')?.json;
  return json === undefined ? undefined : JSON.parse(stringifyJson(json));
}

const canary = 'canary-HIV';
const words = { display: canary };
const secrets: Readonly<Record<string, object>> = {
  'a reference by id': { reasonReference: [{ reference: 'Condition/c', ...words }] },
  'an absolute one': {
    reasonReference: [{ reference: 'https://clinic.example/fhir/Condition/c/_history/2', ...words }],
  },
  'one to an entry that is not there': { supportingInformation: [{ reference: 'Observation/none', ...words }] },
  'a search': { reasonReference: [{ reference: `Condition?code=${canary}`, ...words }] },
  'prose in place of an address': { reasonReference: [{ reference: canary }] },
  'an identifier with a type': { reasonReference: [{ type: 'Condition', identifier: { value: canary } }] },
  'an identifier of an entry of the chart': { eventHistory: [{ identifier: { value: 'problem-7' }, ...words }] },
  'words alone, where only a problem can be meant': { reasonReference: [words] },
  'an encounter': { encounter: { reference: 'Encounter/e', ...words, identifier: { value: canary } } },
  'an extension of the reference': {
    encounter: { reference: 'Encounter/e', extension: [{ url: 'x', valueString: canary }] },
  },
  'an extension of its display': { encounter: { reference: 'Encounter/e', _display: { id: canary } } },
  'a reference deep inside': {
    extension: [{ url: 'x', extension: [{ url: 'y', valueReference: { reference: 'Condition/c', ...words } }] }],
  },
  'a contained problem': {
    contained: [{ resourceType: 'Condition', id: 'inside', code: { text: canary } }],
    reasonReference: [{ reference: '#inside', ...words }],
  },
  'a contained vital sign': {
    contained: [
      {
        resourceType: 'Observation',
        id: 'inside',
        category: [{ coding: [{ code: 'vital-signs' }] }],
        valueString: canary,
      },
    ],
    supportingInformation: [{ reference: '#inside', ...words }],
  },
  'a reference in a contained medicine': {
    contained: [
      {
        resourceType: 'Medication',
        id: 'inside',
        extension: [{ url: 'x', valueReference: { reference: 'Condition/c', ...words } }],
      },
    ],
  },
  'a study': { extension: [{ url: 'x', valueReference: { reference: 'ResearchStudy/s', ...words } }] },
  'a second identifier of the patient': { subject: { ...subject, identifier: { value: canary } } },
};

describe('words of a reference into another section', () => {
  it.each(Object.entries(secrets))('do not lie in the section of the entry: %s', async (_, more) => {
    const entry = prescription(more);
    const problem = { ...infection, identifier: [{ value: 'problem-7' }] };
    const chart = await importedChart(alice, problem, entry);
    expect(textOf(chart, 'medications')).not.toContain(canary);
    expect(textOf(chart, 'identity')).not.toContain(canary);
    expect(prescribed(chart)).toEqual(entry);
    expect(JSON.stringify(prescribed(chart, given(chart.sections, 'identity', 'medications')))).not.toContain(canary);
  });

  it('leave an opaque id, and lie in the section they are about', async () => {
    const reasonReference = [
      { reference: 'Condition/c', ...words },
      { reference: 'Observation/o', display: 'A result' },
    ];
    const chart = await importedChart(alice, infection, prescription({ reasonReference }));
    expect(textOf(chart, 'problems')).toContain(canary);
    expect(textOf(chart, 'results')).toContain('A result');
    const without = given(chart.sections, 'medications', 'results');
    expect(prescribed(chart, without)).toMatchObject({
      reasonReference: [{ reference: 'Condition/c' }, reasonReference[1]],
    });
  });

  it('tell the readers of their section nothing of the entry that they were taken from', async () => {
    const chart = await importedChart(
      alice,
      infection,
      prescription({ reasonReference: [{ reference: 'Condition/c', ...words }] }),
    );
    expect(textOf(chart, 'problems')).not.toMatch(/MedicationRequest|reasonReference|Sertraline/);
  });

  it('are not given away by a key made from the content, nor by what a re-import compares', async () => {
    const entry = (display: string, dose: string) => {
      const { id: _, ...rest } = prescription({
        dosageInstruction: [{ text: dose }],
        reasonReference: [{ reference: 'Condition/c', display }],
      });
      return rest;
    };
    const first = await importedChart(alice, infection, entry('one', '1 mg'));
    const second = await importedChart(alice, infection, entry('another', '1 mg'));
    expect(textOf(first, 'medications')).toBe(textOf(second, 'medications'));
    for (const chart of [first, second]) {
      const file = only(
        await read(
          collection(
            alice,
            infection,
            prescription({ reasonReference: [{ reference: 'Condition/d', display: canary }] }),
          ),
        ),
      );
      chart.applyAll(planReimport(chart.sections, file.resources).edits);
    }
    expect(textOf(first, 'medications')).toBe(textOf(second, 'medications'));
  });

  it('stay where they are the name of who prescribed or where, the medicine itself, or the patient', async () => {
    const open = prescription({
      medicationCodeableConcept: undefined,
      medicationReference: { reference: 'Medication/x', display: 'Sertraline' },
      requester: { reference: 'Practitioner/p', display: 'Dr. Bob', identifier: { value: 'NPI' } },
      recorder: { display: 'Nurse Carol' },
      dispenseRequest: { performer: { reference: 'urn:uuid:0', display: 'Corner Pharmacy' } },
      subject: { ...subject, display: 'Alice Example' },
      reasonCode: [{ text: 'What the author says here' }],
      note: [{ text: 'And here' }],
    });
    const chart = await importedChart(alice, open);
    expect(JSON.parse(chart.sections.get('medications')?.resources.get('MedicationRequest/m')?.base ?? '')).toEqual(
      JSON.parse(JSON.stringify(open)),
    );
    expect([...chart.sections.values()].flatMap(({ resources }) => [...resources.keys()].filter(holdsWords))).toEqual(
      [],
    );
  });

  it('are no entries: nothing lists, counts or exports them, and an import does not miss them', async () => {
    const entry = prescription({ reasonReference: [{ reference: 'Condition/c', ...words }] });
    const file = only(await read(collection(alice, infection, entry)));
    const chart = Chart.imported(file.resources);
    expect([...(chart.sections.get('problems')?.resources.keys() ?? [])].filter(holdsWords)).toHaveLength(1);
    expect(chart.record.inSection('problems').map(({ key }) => key)).toEqual(['Condition/c']);
    expect(sharePreview(chart.record, ['problems'])[1]).toMatchObject({ count: 1, alsoVisible: [] });
    const exported = json(writeBundle(chart.sections).text)['entry'] as readonly unknown[];
    expect(exported).toHaveLength(3);
    expect(planReimport(chart.sections, file.resources)).toMatchObject({ changed: [], missing: [], added: [] });
    expect(planReimport(chart.sections, file.resources).edits.size).toBe(0);
  });

  it('cannot be forged by a resource of a file', async () => {
    const forged = { resourceType: 'referenceWords', id: '0', of: '', turn: 0, words: {} };
    await expect(read(collection(alice, forged))).rejects.toThrow('not-fhir');
  });
});

describe('words of references, again', () => {
  const reason = (display: string) => ({ reasonReference: [{ reference: 'Condition/c', display }] });
  const withReason = (display: string) => prescription(reason(display));
  const file = async (entry: object) => only(await read(collection(alice, infection, entry))).resources;

  it('that a newer file says differently are shown as a change, taken, and then known', async () => {
    const chart = Chart.imported(await file(withReason('one')));
    const plan = planReimport(chart.sections, await file(withReason('two')));
    expect(plan.changed).toMatchObject([
      { key: 'MedicationRequest/m', lines: [{ name: 'Reason', before: 'one', after: 'two' }] },
    ]);
    chart.applyAll(plan.edits);
    expect(prescribed(chart)).toEqual(withReason('two'));
    for (const display of ['one', 'two']) {
      const again = planReimport(chart.sections, await file(withReason(display)));
      expect([again.changed, again.edits.size], display).toEqual([[], 0]);
    }
  });

  it('that lay in the open until their target came are no change of the same file, and the share dialog names them', async () => {
    const uuid = '33333333-3333-4333-8333-333333333333';
    const loose = prescription({
      extension: [{ url: 'x', valueReference: { reference: `urn:uuid:${uuid}`, ...words } }],
    });
    const first = await file(loose);
    const chart = Chart.imported(first);
    const newer = only(await read(collection(alice, { ...infection, id: uuid }))).resources;
    chart.applyAll(planReimport(chart.sections, newer).edits);
    expect(sharePreview(chart.record, ['medications'])[1]?.alsoVisible).toEqual([canary]);
    expect(planReimport(chart.sections, first)).toMatchObject({ changed: [], added: [] });
  });

  it('are shown in a conflict and in an older version, to those who hold them', async () => {
    const chart = await importedChart(alice, withReason('one'));
    const resource = chart.resource('MedicationRequest/m');
    const bare = JSON.stringify({ reasonReference: [{ reference: 'Condition/c' }] });
    expect(chart.record.withWords(resource, bare)).toContain('"display":"one"');
    expect(new ChartRecord(given(chart.sections, 'medications')).withWords(resource, bare)).toBe(bare);
  });

  it('follow the same rule when a person writes them by hand, and can be changed back', async () => {
    const chart = await importedChart(alice, infection, withReason('one'));
    for (const display of [canary, 'one', canary]) {
      const registers = { reasonReference: JSON.stringify(reason(display)) };
      const edits = withholdWords(
        new Map([['medications', [{ kind: 'change', key: 'MedicationRequest/m', registers }]]]),
        chart.sections,
      );
      expect([...edits.keys()]).toEqual(['medications', 'problems']);
      chart.applyAll(edits);
      expect(textOf(chart, 'medications')).not.toContain(canary);
      expect(prescribed(chart)).toEqual(withReason(display));
    }
  });

  it('by hand in a new entry, and in a settled conflict', async () => {
    const chart = await importedChart(alice, infection);
    const base = JSON.stringify(withReason(canary));
    chart.applyAll(
      withholdWords(new Map([['medications', [{ kind: 'create', key: 'MedicationRequest/m', base }]]]), chart.sections),
    );
    const registers = { encounter: JSON.stringify({ encounter: { reference: 'Encounter/e', display: canary } }) };
    const settled = withholdWords(
      new Map([['medications', [{ kind: 'settle', key: 'MedicationRequest/m', registers, branches: [] }]]]),
      chart.sections,
    );
    expect(JSON.stringify(settled.get('medications'))).not.toContain(canary);
    expect(settled.get('encounters')).toHaveLength(1);
    chart.applyAll(settled);
    expect(prescribed(chart)).toEqual({
      ...withReason(canary),
      encounter: { reference: 'Encounter/e', display: canary },
    });
  });

  it('outlive a change by someone who could not read them, in another order too', async () => {
    const reasonReference = [
      { reference: 'Condition/c', display: 'first' },
      { reference: 'Condition/d', display: 'second' },
    ];
    const chart = await importedChart(alice, infection, prescription({ reasonReference }));
    const blind = [{ reference: 'Condition/new' }, { reference: 'Condition/d' }, { reference: 'Condition/c' }];
    const registers = { reasonReference: JSON.stringify({ reasonReference: blind }) };
    const held = given(chart.sections, 'medications');
    const edits = withholdWords(
      new Map([['medications', [{ kind: 'change', key: 'MedicationRequest/m', registers }]]]),
      held,
    );
    expect([...edits.keys()]).toEqual(['medications']);
    chart.applyAll(edits);
    expect(prescribed(chart)).toMatchObject({ reasonReference: [blind[0], reasonReference[1], reasonReference[0]] });
  });

  it('are put back only where they could have come from: a writer of problems changes no prescription', async () => {
    const chart = await importedChart(alice, infection, withReason('one'));
    const problems = chart.sections.get('problems')?.resources ?? new Map<string, StoredResource>();
    for (const [key, stored] of problems) {
      if (holdsWords(key))
        problems.set(key, {
          ...stored,
          base: stored.base.replace('{"display"', '{"reference":"Condition/x","type":"Device","display"'),
        });
    }
    expect(prescribed(chart)).toMatchObject({ reasonReference: [{ reference: 'Condition/c' }] });
    expect(JSON.stringify(prescribed(chart))).not.toContain('Condition/x');
  });

  it('[CONV] are the same whatever order they arrive in, when two people wrote different ones', async () => {
    const chart = await importedChart(alice, infection, withReason('one'));
    const said = (display: string) => {
      const registers = { reasonReference: JSON.stringify(reason(display)) };
      return withholdWords(
        new Map([['medications', [{ kind: 'change', key: 'MedicationRequest/m', registers }]]]),
        chart.sections,
      );
    };
    const [left, right] = [said('left'), said('right')];
    const read = (...order: readonly (typeof left)[]) => {
      const copy = new Map(
        [...chart.sections].map(([name, { resources }]) => [name, { resources: new Map(resources) }]),
      );
      for (const edit of order.flatMap((edits) => edits.get('problems') ?? []))
        if (edit.kind === 'create')
          copy.get('problems')?.resources.set(edit.key, { key: edit.key, base: edit.base, registers: {} });
      return JSON.stringify(prescribed(chart, copy));
    };
    expect(read(left, right)).toBe(read(right, left));
  });
});

const types = [
  'Condition',
  'Observation',
  'Encounter',
  'Medication',
  'Practitioner',
  'Patient',
  'ResearchStudy',
  'Unknown',
];
const reference = fc.record(
  {
    reference: fc.tuple(fc.constantFrom(...types), fc.constantFrom('c', 'x', 'y')).map((parts) => parts.join('/')),
    type: fc.constantFrom(...types),
    display: fc.constantFrom('word-1', 'word-2'),
    identifier: fc.record({ value: fc.constantFrom('word-3', 'word-4') }),
    extension: fc.constant([{ url: 'x', valueReference: { reference: 'Encounter/e', display: 'word-5' } }]),
  },
  { requiredKeys: [] },
);
const contained = fc.record({
  resourceType: fc.constantFrom('Condition', 'Medication', 'Observation', 'Practitioner'),
  id: fc.constantFrom('1', '2', '3'),
  code: fc.constant({ text: 'word-6' }),
  encounter: reference,
  reasonReference: fc.array(reference, { maxLength: 2 }),
});
const anyPrescription = fc.record(
  {
    reasonReference: fc.array(reference, { maxLength: 4 }),
    supportingInformation: fc.array(fc.oneof(reference, fc.constant({ reference: '#1', display: 'word-7' })), {
      maxLength: 4,
    }),
    encounter: reference,
    contained: fc.uniqueArray(contained, { maxLength: 3, selector: ({ id }) => id }),
    extension: fc.array(fc.record({ url: fc.constant('x'), valueReference: reference }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

describe('any references at all', () => {
  it('come back equal for whoever reads all sections, twice imported or once', async () => {
    await fc.assert(
      fc.asyncProperty(anyPrescription, anyPrescription, async (before, after) => {
        const chart = await importedChart(alice, infection, prescription(before));
        expect(prescribed(chart)).toEqual(prescription(before));
        const file = only(await read(collection(alice, infection, prescription(before)))).resources;
        expect(planReimport(chart.sections, file).edits.size).toBe(0);
        const fresh = await importedChart(alice, infection, prescription(after));
        expect(prescribed(fresh)).toEqual(prescription(after));
        expect(textOf(fresh, 'medications')).toBe(
          textOf(await importedChart(alice, infection, prescription(after)), 'medications'),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('leave no display and no identifier of other sections behind', async () => {
    const clinical = fc.record({
      reference: fc.constantFrom('Condition/c', 'Observation/x', 'Encounter/y', 'Immunization/z'),
      display: fc.constant(canary),
      identifier: fc.constant({ value: canary }),
    });
    const nested = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        clinical,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('reasonReference', 'contained', 'part', 'item', 'resource'), tie('value')),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(nested, async (value) => {
        const chart = await importedChart(alice, infection, prescription({ part: value }));
        expect(textOf(chart, 'medications')).not.toContain(canary);
        expect(canonicalJson(json(prescribed(chart)))).toBe(canonicalJson(json(prescription({ part: value }))));
      }),
      { numRuns: 150 },
    );
  });

  it.skipIf(referenceFiles('synthea', 'ips', 'us-core').length === 0)(
    needing('of the reference files, each given a canary, are clear of it where they lie', 'synthea', 'ips', 'us-core'),
    async () => {
      for (const { name, text } of referenceFiles('synthea', 'ips').slice(0, 8)) {
        const marked = text.replaceAll(
          /"reference"\s*:\s*"((?:urn:uuid:|Condition\/|Observation\/|Encounter\/)[^"]+)"/g,
          `"reference":"$1","_display":{"id":"${canary}"}`,
        );
        expect(marked).toContain(canary);
        const { resources } = only(await read(marked));
        const chart = Chart.imported(resources);
        const record = chart.record;
        for (const section of ['medications', 'problems', 'results', 'allergies'] as const) {
          for (const resource of record.inSection(section)) {
            const stored = canonicalJson(record.asStored(resource));
            const held = [...stored.matchAll(/"_display":\{"id":"canary-HIV"\}[^{}]*"reference":"([^"]+)"/g)];
            for (const [, reference = ''] of held) {
              const key = record.keyOf(reference);
              const lies = key === undefined ? 'nowhere' : record.get(key)?.section;
              expect([section, 'administrative', 'nowhere'], `${name} ${resource.key} ${reference}`).toContain(lies);
            }
          }
        }
        const back = new Map(
          record.resources.map((resource) => [`${resource.section} ${resource.key}`, resource.json]),
        );
        for (const resource of resources) {
          const restored = back.get(`${resource.section} ${resource.key}`);
          expect(restored && canonicalJson(restored), resource.key).toBe(canonicalJson(resource.json));
        }
      }
    },
    120_000,
  );
});

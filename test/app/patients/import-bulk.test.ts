/** The NDJSON files of a bulk export (FHIR Bulk Data), chosen together: read as one, each patient asked about as from any file. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chosenSources, maxSetLength, textOf } from '../../../src/app/patients/chosen-files.ts';
import type { Session } from '../../../src/app/session.ts';
import { mustBeOk, mustHave, World } from '../support/world.ts';

const quiet = (): void => undefined;
const { signal } = new AbortController();

const lines = (...resources: readonly object[]): string =>
  resources.map((resource) => JSON.stringify(resource)).join('\n');
const person = (id: string, given: string, birthDate: string) => ({
  resourceType: 'Patient',
  id,
  name: [{ family: 'Okafor', given: [given] }],
  birthDate,
});
const finding = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: `finding ${id}` },
  subject: { reference: `Patient/${patient}` },
  performer: [{ reference: 'Practitioner/dr' }],
});

const patients = lines(person('ada', 'Ada', '1961-04-02'), person('bo', 'Bo', '1990-11-23'));
const exported: Readonly<Record<string, string>> = {
  'Observation.ndjson': lines(finding('a1', 'ada'), finding('b1', 'bo'), finding('a2', 'ada')),
  'Patient.ndjson': `${patients}\n`,
  'Practitioner.ndjson': lines({ resourceType: 'Practitioner', id: 'dr', name: [{ text: 'Dr. Both' }] }),
  'Immunization.ndjson': '\n',
};
const filesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) => ({ name, text: () => Promise.resolve(text) }));

describe('the files of a bulk export', () => {
  let clinic: Session;
  const plan = (texts: Readonly<Record<string, string>>) => clinic.planImport(filesOf(texts), quiet, signal);

  beforeEach(async () => {
    clinic = await (await World.start()).newPractice('alice');
  });

  afterEach(() => clinic.lock());

  test('[EN-9] become a chart for each patient, with what is about them from every file, and who they share', async () => {
    const planned = await plan(exported);
    expect(planned.items.map(({ patientName, file, outcome }) => [patientName, file, outcome.kind])).toEqual([
      ['Ada Okafor', 'Observation.ndjson and 3 more', 'new'],
      ['Bo Okafor', 'Observation.ndjson and 3 more', 'new'],
    ]);
    const outcome = await clinic.carryOutImport(planned, new Map(), quiet, signal);
    expect(outcome).toMatchObject({ failed: [], skipped: [], withoutOthers: [] });
    const chart = mustHave(clinic.charts.find(({ name }) => name === 'Ada Okafor'));
    const { text } = mustBeOk(await clinic.exportChart(chart.id));
    for (const words of ['finding a1', 'finding a2', 'Dr. Both']) expect(text).toContain(words);
    expect(text).not.toContain('finding b1');
    const again = await plan(exported);
    expect(again.items.map(({ outcome: { kind } }) => kind)).toEqual(['unchanged', 'unchanged']);
  });

  test('name what belongs to no patient of theirs, by file and line, and take nothing before a person said so', async () => {
    const planned = await plan({
      ...exported,
      'Condition.ndjson': lines(
        { resourceType: 'Condition', id: 'c', code: { text: 'Asthma' }, subject: { reference: 'Patient/zoe' } },
        { resourceType: 'Condition', id: 'd', code: { text: 'Cough' } },
      ),
    });
    const [question] = planned.items;
    expect(question?.outcome).toMatchObject({
      kind: 'about-others',
      entries: [
        { why: 'names-another', path: 'Condition.ndjson, line 1', names: 'Patient/zoe' },
        { why: 'names-nobody', path: 'Condition.ndjson, line 2' },
      ],
    });
    expect((await clinic.carryOutImport(planned, new Map(), quiet, signal)).written).toEqual([]);
  });

  test('of two systems that count alike are refused: which Patient/ada an entry names, nobody can tell', async () => {
    const { items } = await plan({ ...exported, 'Patient_2.ndjson': lines(person('ada', 'Adele', '1950-01-01')) });
    expect(items).toMatchObject([{ outcome: { kind: 'bad', reason: 'same-id', where: 'Patient_2.ndjson, line 1' } }]);
  });

  test('of two systems are refused where they count drugs alike too: else one patient’s order would name the other’s drug', async () => {
    const of = (patient: string, drug: string) =>
      lines(
        person(patient, patient, '1950-01-01'),
        { resourceType: 'Medication', id: '1', code: { text: drug } },
        {
          resourceType: 'MedicationRequest',
          id: `of-${patient}`,
          status: 'active',
          intent: 'order',
          subject: { reference: `Patient/${patient}` },
          medicationReference: { reference: 'Medication/1' },
        },
      );
    const both = (drug: string) => plan({ 'a.ndjson': of('a', 'Warfarin'), 'b.ndjson': of('b', drug) });
    const refused = { kind: 'bad', reason: 'same-id', where: 'b.ndjson, line 2' };
    expect((await both('Methotrexate')).items).toMatchObject([{ outcome: refused }]);
    expect((await both('Warfarin')).items.map(({ outcome }) => outcome.kind)).not.toContain('bad');
  });

  test('of which a line cannot be read say where, and nothing of the set is taken', async () => {
    const { items } = await plan({
      ...exported,
      'Device.ndjson': `${lines({ resourceType: 'Device', id: 'x' })}\n{"a`,
    });
    expect(items).toHaveLength(1);
    expect(items[0]?.outcome).toMatchObject({ kind: 'bad', reason: 'not-json' });
    expect(JSON.stringify(items[0]?.outcome)).toContain('Device.ndjson, line 2');
  });

  test('are one source; every other file, and a single file of lines, stays one of its own', () => {
    const named = (...names: readonly string[]) =>
      chosenSources(names.map((name) => ({ name, text: () => Promise.resolve('') }))).map(({ name }) => name);
    expect(named('a.ndjson', 'b.json', 'c.NDJSON')).toEqual(['a.ndjson and 1 more', 'b.json']);
    expect(named('a.ndjson', 'b.json')).toEqual(['a.ndjson', 'b.json']);
  });

  test('are bounded, and no more of them is read than fits', async () => {
    const read: string[] = [];
    const half = { length: maxSetLength / 2 + 1 } as string;
    const files = ['a', 'b', 'c'].map((name) => ({
      name: `${name}.ndjson`,
      text: () => {
        read.push(name);
        return Promise.resolve(half);
      },
    }));
    expect(await textOf(chosenSources(files)[0])).toEqual({ ok: false, reason: 'set-too-large', detail: 'b.ndjson' });
    expect(read).toEqual(['a', 'b']);
  });
});

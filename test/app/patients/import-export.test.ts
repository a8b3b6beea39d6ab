/** Files that nobody here wrote, in and out again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { canonicalJson, isArray, isObject, sameJson, type JsonValue } from '../../../src/clinical/json.ts';
import { parseJson } from '../../../src/clinical/json-parser.ts';
import { needing, referenceData } from '../../support/reference-data.ts';
import { somebody } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, World } from '../support/world.ts';

const synthea = referenceData('synthea');

function resourcesIn(text: string): readonly JsonValue[] {
  const parsed = parseJson(text);
  if (!parsed.ok || !isObject(parsed.value)) throw new Error('a bundle parses');
  const { entry } = parsed.value;
  return isArray(entry) ? entry.map((each) => (isObject(each) ? (each['resource'] ?? null) : null)) : [];
}

describe('import and export', () => {
  let world: World;
  let clinic: Session;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
  });

  afterEach(() => clinic.lock());

  test.skipIf(synthea === undefined)(
    needing('[EN-9] every resource of a real file comes back equal, numbers as written', 'synthea'),
    async () => {
      const folder = synthea ?? '';
      const files = readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .slice(0, 3);
      for (const file of files) {
        const text = readFileSync(join(folder, file), 'utf8');
        const before = new Set(clinic.charts.map(({ id }) => id));
        await importText(clinic, text);
        const chart = clinic.charts.find(({ id }) => !before.has(id));
        const exported = mustBeOk(await clinic.exportChart(chart?.id ?? mustBeOk({ ok: false, reason: 'no chart' })));
        const [theirs, ours] = [resourcesIn(text), resourcesIn(exported.text)];
        expect(ours.length).toBe(theirs.length);
        const idOf = (value: JsonValue): string =>
          isObject(value) ? canonicalJson([value['resourceType'] ?? null, value['id'] ?? null]) : '';
        const byId = new Map(ours.map((value) => [idOf(value), value]));
        for (const value of theirs) expect(sameJson(byId.get(idOf(value)), value), idOf(value)).toBe(true);
      }
    },
    60_000,
  );

  test('a file that is not FHIR says what is wrong and where, and nothing of it is kept', async () => {
    const bad =
      '{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p"}},{"resource":7}]}';
    const files = [{ name: 'bad.json', text: () => Promise.resolve(bad) }];
    const plan = await clinic.planImport(files, () => undefined, new AbortController().signal);
    expect(plan.items[0]?.outcome).toMatchObject({ kind: 'bad' });
    expect(JSON.stringify(plan.items[0]?.outcome)).toContain('entry[1]');
    expect(clinic.charts).toEqual([]);
  });

  test('the list of patients is the same object until a chart or a merge changes, so that a page may keep what it made of it', async () => {
    await importText(clinic, somebody('p1', 'Okafor'), somebody('p2', 'Berg'));
    const list = clinic.patients;
    expect(clinic.patients).toBe(list);
    const [first, second] = list.map(({ id }) => id);
    mustBeOk(await clinic.merges.merge(mustHave(first), mustHave(second)));
    const merged = clinic.patients;
    expect(merged.map(({ id }) => id)).toEqual([first]);
    expect(clinic.patients).toBe(merged);
    mustBeOk(await clinic.merges.undo(mustHave(first), mustHave(second)));
    const apart = clinic.patients;
    expect(apart.map(({ id }) => id)).toEqual([first, second]);
    await importText(clinic, somebody('p3', 'Sato'));
    expect(clinic.patients).not.toBe(apart);
    expect(clinic.patients.length).toBe(3);
  });

  test('another person under the same id gets a chart of their own', async () => {
    const patient = (family: string, birthDate: string) =>
      JSON.stringify({ resourceType: 'Patient', id: '1', name: [{ family }], birthDate });
    await importText(clinic, patient('Okafor', '1961-04-02'));
    await importText(clinic, patient('Berg', '1975-10-30'));
    expect(clinic.charts.map(({ name }) => name).toSorted()).toEqual(['Berg', 'Okafor']);
    await importText(clinic, patient('Okafor', '1961-04-20'));
    expect(clinic.charts.map(({ birthDate }) => birthDate).toSorted()).toEqual(['1961-04-20', '1975-10-30']);
  });

  test('another person under the same id gets a chart of their own where no birth date is known either', async () => {
    const patient = (family?: string) =>
      JSON.stringify({ resourceType: 'Patient', id: '1', ...(family === undefined ? {} : { name: [{ family }] }) });
    await importText(clinic, patient('Okafor'));
    await importText(clinic, patient('Berg'));
    expect(clinic.charts.map(({ name }) => name).toSorted()).toEqual(['Berg', 'Okafor']);
    await importText(clinic, patient('Okafor'));
    expect(clinic.charts.length).toBe(2);
    // Of whom nothing is said at all, the file that is read again is the same file.
    await importText(clinic, patient());
    await importText(clinic, patient());
    expect(clinic.charts.length).toBe(3);
  });

  test('the same name and birth date under another id asks before a second chart is made', async () => {
    const patient = (id: string) =>
      JSON.stringify({
        resourceType: 'Patient',
        id,
        name: [{ family: 'Okafor', given: ['Ada'] }],
        birthDate: '1961-04-02',
      });
    await importText(clinic, patient('one'));
    const files = [{ name: 'two.json', text: () => Promise.resolve(patient('two')) }];
    const quiet = (): void => undefined;
    const { signal } = new AbortController();
    const plan = await clinic.planImport(files, quiet, signal);
    expect(plan.items[0]?.outcome.kind).toBe('same-person');
    const untouched = await clinic.carryOutImport(plan, new Map(), quiet, signal);
    expect(untouched.written).toEqual([]);
    expect(clinic.charts.length).toBe(1);
    await clinic.carryOutImport(plan, new Map(plan.items.map(({ id }) => [id, 'new-chart'] as const)), quiet, signal);
    expect(clinic.charts.length).toBe(2);
  });
});

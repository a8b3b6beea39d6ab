/** What a pharmacy that is given medications learns of problems, over the real road: nothing that a reference says. */
import { expect, test } from 'vitest';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const canary = 'canary-depression';
const subject = { reference: 'Patient/p1', display: 'Ada Okafor' };
const resources = [
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
  {
    resourceType: 'MedicationRequest',
    id: 'm1',
    status: 'active',
    subject,
    medicationCodeableConcept: { text: 'Sertraline' },
    requester: { reference: 'Practitioner/d1', display: 'Dr. Bob' },
    contained: [{ resourceType: 'Condition', id: 'inside', subject, code: { text: canary } }],
    encounter: { reference: 'Encounter/e9', display: canary, identifier: { value: canary } },
    reasonReference: [
      { reference: 'Condition/c1', display: canary },
      { reference: '#inside', display: canary },
      { display: canary },
    ],
  },
  { resourceType: 'Condition', id: 'c1', subject, code: { text: canary } },
];
const file = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: resources.map((resource) => ({ resource })),
});

test('a pharmacy given medications holds no word of a problem, and the clinic loses none', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, file);
  await meet(clinic, pharmacy);
  const chart = onlyChart(clinic);
  mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications'], 'write'));
  await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
  const there = await opened(pharmacy);
  await until(() => there.sections.get('medications')?.canWrite === true);

  const heldThere = () => JSON.stringify([...there.sections.values()].map((view) => [...view.resources]));
  expect(heldThere()).toContain('Dr. Bob');
  expect(heldThere()).not.toContain(canary);
  expect(mustBeOk(await pharmacy.exportChart(there.id)).text).not.toContain(canary);

  // Changed by a person who reads both: by hand the same rule holds.
  const here = await opened(clinic);
  const reasonReference = [{ reference: 'Condition/c1', display: `${canary}, recurrent` }];
  const registers = { reasonReference: JSON.stringify({ reasonReference }), note: '{"note":[{"text":"With food"}]}' };
  mustBeOk(await here.edit('medications', [{ kind: 'change', key: 'MedicationRequest/m1', registers }]));
  await until(() => heldThere().includes('With food'));
  expect(heldThere()).not.toContain(canary);

  // Changed by a person who reads one: the words of the other stay with those who have them.
  const blind = { reasonReference: '{"reasonReference":[{"reference":"Condition/c2"},{"reference":"Condition/c1"}]}' };
  mustBeOk(await there.edit('medications', [{ kind: 'change', key: 'MedicationRequest/m1', registers: blind }]));
  await until(() => JSON.stringify([...sectionOf(here, 'medications').resources]).includes('Condition/c2'));

  const exported = mustBeOk(await clinic.exportChart(here.id)).text;
  const changed = {
    ...resources[1],
    note: [{ text: 'With food' }],
    reasonReference: [{ reference: 'Condition/c2' }, ...reasonReference],
  };
  const entries = (JSON.parse(exported) as { entry: { resource: { id: string } }[] }).entry;
  const byId = new Map(entries.map(({ resource }) => [resource.id, resource]));
  expect(byId.size).toBe(3);
  expect(byId.get('m1')).toEqual(changed);
  expect(byId.get('c1')).toEqual(resources[2]);

  await clinic.lock();
  await pharmacy.lock();
});

test('words about a section that one may not write are refused, not dropped in silence', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, file);
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['medications'], 'write'));
  await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
  const there = await opened(pharmacy);
  await until(() => there.sections.get('medications')?.canWrite === true);
  const registers = { encounter: '{"encounter":{"reference":"Encounter/e9","display":"Words of the pharmacy"}}' };
  const edited = await there.edit('medications', [{ kind: 'change', key: 'MedicationRequest/m1', registers }]);
  expect(edited).toMatchObject({ ok: false, reason: 'not-allowed' });
  await clinic.lock();
  await pharmacy.lock();
});

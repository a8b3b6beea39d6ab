/** An alert overridden with a reason: waits nowhere any more, and tells nobody of an allergy who reads the medications alone. */
import { expect, test } from 'vitest';
import { openAlerts } from '../../../src/clinical/attention/open-alerts.ts';
import { overrideAlerts } from '../../../src/clinical/edits/override.ts';
import { ChartRecord } from '../../../src/clinical/record.ts';
import { adaWith, amlodipine, medicationKey } from '../support/patient.ts';
import { importText, meet, mustBeOk, opened, until, World } from '../support/world.ts';

const subject = { reference: 'Patient/p1' };
const penicillinAllergy = {
  ...{ resourceType: 'AllergyIntolerance', id: 'a1', patient: subject },
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text: 'Penicillin' },
};
const amoxicillin = { ...amlodipine, medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } };

test('by whoever may write both lists and nothing else, it leaves every inbox, and the medications alone do not say why', async () => {
  const world = await World.start();
  const alice = await world.newPractice('alice', { role: 'admin' });
  const bob = await world.newPractice('bob', { role: 'admin' });
  await meet(alice, bob);
  await importText(alice, adaWith(amoxicillin, penicillinAllergy));
  const own = await opened(alice);
  mustBeOk(await alice.share(own.id, bob.practice.id, ['medications', 'allergies'], 'write'));
  await until(() => alice.work.inbox.alerts.length === 1 && bob.work.inbox.alerts.length === 1);

  const there = await opened(bob);
  const record = new ChartRecord(there.sections);
  const drug = record.get(medicationKey);
  if (drug === undefined) throw new Error('the medication is shared');
  const act = { ...{ id: '1', now: '2026-03-01T10:00:00Z', patientKey: 'Patient/p1', authorName: 'Bob' }, record };
  const outcome = overrideAlerts(act, drug, openAlerts(record), { reason: 'Skin test was negative' });
  if (outcome.kind !== 'edits') throw new Error(outcome.kind);
  mustBeOk(await there.edit(outcome.section, outcome.edits));
  expect(bob.work.inbox.alerts).toEqual([]);
  await until(() => alice.work.inbox.alerts.length === 0);

  const lain = JSON.stringify([...(own.sections.get('medications')?.resources.values() ?? [])]);
  expect(lain).toContain('DetectedIssue');
  expect(lain).not.toMatch(/penicillin|Skin test/i);
  own.close();
  there.close();
  await Promise.all([alice.lock(), bob.lock()]);
});

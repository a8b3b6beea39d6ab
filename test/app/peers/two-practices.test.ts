/** The main road over the real parts in one process: meet, share, edit apart, merge, choose, stop sharing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, amlodipine, dose, medicationKey, problem, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const patient = adaWith(amlodipine, problem());

describe('two practices', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, patient);
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
  });

  test('[ID-7] both sides see the same safety phrase after meeting by link', async () => {
    await meet(clinic, pharmacy);
    expect(clinic.peers[0]?.safetyPhrase).toBe(pharmacy.peers[0]?.safetyPhrase);
    expect(clinic.peers[0]?.name).toBe('Clinic bob');
    expect(pharmacy.peers[0]?.personName).toBe('Dr alice');
  });

  test('[CH-2] a pharmacy given medications holds these and identity, and nothing else', async () => {
    await meet(clinic, pharmacy, 'shortText');
    const chart = onlyChart(clinic);
    mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications', 'allergies'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const received = await opened(pharmacy);
    expect([...sectionOf(received, 'medications').resources.keys()]).toEqual([medicationKey]);
    expect(received.sections.get('problems')?.state).toBe('not-shared');
    expect(received.sections.get('identity')?.resources.size).toBe(1);
    await until(() => pharmacy.notices.some(({ kind }) => kind === 'chart-received'));
  });

  test('[AM-4] two doses written apart are shown side by side until someone chooses, the same on both sides', async () => {
    await meet(clinic, pharmacy);
    const chart = onlyChart(clinic);
    mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const here = await opened(clinic);
    const there = await opened(pharmacy);
    await until(() => there.sections.get('medications')?.canWrite === true);

    world.cut(clinic);
    mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
    mustBeOk(await there.edit('medications', [dose('2.5 mg daily')]));
    world.heal();

    const conflicts = (open: typeof here) => open.sections.get('medications')?.conflicts ?? [];
    await until(() => conflicts(here).length === 1 && conflicts(there).length === 1);
    const values = conflicts(here)[0]?.branches.map(({ registers }) => registers['dose']);
    expect(values?.join()).toContain('10 mg daily');
    expect(values?.join()).toContain('2.5 mg daily');
    const authors = conflicts(there)[0]?.branches.map(({ provenance }) => there.authorship(provenance).practiceName);
    expect(authors?.toSorted()).toEqual(['Clinic alice', 'Clinic bob']);

    mustBeOk(await here.edit('medications', [{ ...dose('10 mg daily'), kind: 'settle' }]));
    await until(() => conflicts(there).length === 0);
    expect(there.sections.get('medications')?.resources.get(medicationKey)?.registers['dose']).toContain('10 mg');
  });

  test('[CUT-4] what a pharmacy writes after sharing stopped enters no chart and is set aside at the custodian', async () => {
    await meet(clinic, pharmacy);
    const chart = onlyChart(clinic);
    mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    const there = await opened(pharmacy);
    await until(() => there.sections.get('medications')?.canWrite === true);
    world.cut(clinic);
    mustBeOk(await clinic.stopSharing(chart.id, pharmacy.practice.id, 'all'));
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('secret new dose')]));
    mustBeOk(await there.edit('medications', [dose('late dose')]));
    world.heal();
    await until(() => here.setAside.length === 1);
    expect(textOf(here, 'medications')).toContain('secret new dose');
    expect(textOf(here, 'medications')).not.toContain('late dose');
    await until(() => pharmacy.charts[0]?.access === 'ended');
    await until(() => there.sections.get('medications')?.state === 'ended');
    expect(textOf(there, 'medications')).not.toContain('secret new dose');
  });

  test('[ID-6] a practice locks, refuses a wrong passphrase, and opens again with everything in it', async () => {
    await clinic.lock();
    const door = await world.door('alice');
    expect(door.state).toBe('locked');
    expect(await door.unlock('wrong')).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
    clinic = mustBeOk(await door.unlock('correct horse battery'));
    expect(clinic.charts.map(({ name }) => name)).toEqual(['Ada Okafor']);
    const chart = await opened(clinic);
    expect(chart.sections.get('problems')?.resources.size).toBe(1);
  });

  test('[EN-9] the same file again changes nothing', async () => {
    const files = [{ name: 'again.json', text: () => Promise.resolve(patient) }];
    const plan = await clinic.planImport(files, () => undefined, new AbortController().signal);
    expect(plan.items.map(({ outcome }) => outcome.kind)).toEqual(['unchanged']);
  });
});

/** Giving and ending rights among three practices, two of which never met each other. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePracticeId } from '../../../src/base/ids.ts';
import { chartSections } from '../../../src/base/sections.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, amlodipine, dose, medicationKey, problem } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const patient = adaWith(problem(), amlodipine);

const allergy = (id: string, text: string) => ({
  kind: 'create' as const,
  key: `AllergyIntolerance/${id}`,
  base: JSON.stringify({
    resourceType: 'AllergyIntolerance',
    id,
    patient: { reference: 'Patient/p1' },
    code: { text },
  }),
  list: 'AllergyIntolerance',
});

const doseIn = (chart: OpenChart): string =>
  sectionOf(chart, 'medications').resources.get(medicationKey)?.registers['dose'] ?? '';

describe('sharing', () => {
  let world: World;
  let clinic: Session;
  let specialist: Session;
  let pharmacy: Session;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    specialist = await world.newPractice('carol');
    pharmacy = await world.newPractice('bob');
    await importText(clinic, patient);
    await meet(clinic, specialist);
    await meet(clinic, pharmacy);
  });

  afterEach(async () => {
    for (const session of [clinic, specialist, pharmacy]) await session.lock();
  });

  async function received(session: Session): Promise<OpenChart> {
    await until(() => session.charts.some(({ name }) => name === 'Ada Okafor'));
    return opened(session);
  }

  test('[CH-5] nothing is shared with a practice whose devices are not known here yet: no key could reach them', async () => {
    const unknown = parsePracticeId('ab'.repeat(32));
    if (unknown === undefined) throw new Error('64 hex digits are an id');
    const shared = await clinic.share(onlyChart(clinic).id, unknown, ['problems'], 'read');
    expect(shared).toMatchObject({ ok: false, reason: 'not-found' });
  });

  test('practices that never met each other both follow the chart of one they both met', async () => {
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, specialist.practice.id, ['problems', 'medications'], 'write'));
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'write'));
    const [atSpecialist, atPharmacy] = [await received(specialist), await received(pharmacy)];
    await until(() => sectionOf(atPharmacy, 'medications').canWrite);
    mustBeOk(await atPharmacy.edit('medications', [dose('7.5 mg daily')]));
    await until(() => doseIn(atSpecialist).includes('7.5'));
    const provenance = sectionOf(atSpecialist, 'medications').provenance(medicationKey, 'dose');
    expect(provenance?.own).toBe(false);
  });

  test('[CUT-7] sharing that starts again begins a new stint: the peer reads all, writes again, and nothing is set aside', async () => {
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'write'));
    const there = await received(pharmacy);
    await until(() => sectionOf(there, 'medications').canWrite);
    mustBeOk(await there.edit('medications', [dose('first stint')]));
    const here = await opened(clinic);
    await until(() => doseIn(here).includes('first stint'));
    mustBeOk(await clinic.stopSharing(id, pharmacy.practice.id, 'all'));
    await until(() => sectionOf(there, 'medications').state === 'ended');
    mustBeOk(await here.edit('medications', [dose('written in between')]));
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'write'));
    await until(() => doseIn(there).includes('in between'));
    await until(() => sectionOf(there, 'medications').canWrite);
    mustBeOk(await there.edit('medications', [dose('second stint')]));
    await until(() => doseIn(here).includes('second stint'));
    expect(here.setAside).toEqual([]);
  });

  test('[CH-4] stopping one section leaves the others shared, and what is written there afterwards arrives', async () => {
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, specialist.practice.id, ['problems', 'medications'], 'write'));
    const there = await received(specialist);
    await until(() => sectionOf(there, 'problems').canWrite);
    mustBeOk(await clinic.stopSharing(id, specialist.practice.id, ['problems']));
    await until(() => sectionOf(there, 'problems').state === 'ended');
    const here = await opened(clinic);
    mustBeOk(await here.edit('medications', [dose('still shared')]));
    await until(() => doseIn(there).includes('still shared'));
    expect(sectionOf(there, 'identity').state).toBe('open');
  });

  test('[CH-2] lowering a right to reading leaves the chart readable and refuses the next edit', async () => {
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['identity', 'medications'], 'write'));
    const there = await received(pharmacy);
    await until(() => sectionOf(there, 'medications').canWrite);
    expect(sectionOf(there, 'identity').canWrite).toBe(false);
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['identity', 'medications'], 'read'));
    await until(() => !sectionOf(there, 'medications').canWrite);
    expect(sectionOf(there, 'medications').state).toBe('open');
    expect(await there.edit('medications', [dose('may not')])).toMatchObject({ ok: false, reason: 'not-allowed' });
  });

  test('stopping everything with a practice ends every chart in one act and leaves the other practice alone', async () => {
    await importText(clinic, patient.replaceAll('p1', 'p2').replace('Okafor', 'Second').replace('1961', '1971'));
    for (const { id } of clinic.charts) {
      mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'read'));
      mustBeOk(await clinic.share(id, specialist.practice.id, ['medications'], 'read'));
    }
    await until(() => pharmacy.charts.length === 2 && specialist.charts.length === 2);
    const steps: string[] = [];
    mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, (done, total) => steps.push(`${done}/${total}`)));
    expect(steps).toEqual(['0/2', '2/2']);
    await until(() => pharmacy.charts.every(({ access }) => access === 'ended'));
    expect(specialist.charts.every(({ access }) => access === 'read')).toBe(true);
    expect(clinic.charts.every(({ sharedWith }) => sharedWith.length === 1)).toBe(true);
  });

  test('[ATTACK-57] two first allergies recorded apart both stand and are shown to be looked at', async () => {
    const { id } = onlyChart(clinic);
    mustBeOk(await clinic.share(id, specialist.practice.id, ['allergies'], 'write'));
    const there = await received(specialist);
    const here = await opened(clinic);
    await until(() => sectionOf(there, 'allergies').canWrite);
    world.cut(clinic);
    mustBeOk(await here.edit('allergies', [allergy('a1', 'Penicillin')]));
    mustBeOk(await there.edit('allergies', [allergy('a2', 'Latex')]));
    world.heal();
    for (const chart of [here, there]) {
      await until(() => sectionOf(chart, 'allergies').conflicts.length === 1);
      expect([...sectionOf(chart, 'allergies').resources.keys()].toSorted()).toEqual([
        'AllergyIntolerance/a1',
        'AllergyIntolerance/a2',
      ]);
    }
  });

  test('what is written is shown as held by the peer once the peer has it', async () => {
    const { id } = onlyChart(clinic);
    expect(clinic.status.chartsOnlyHere).toBe(1);
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'read'));
    const here = await opened(clinic);
    await until(() => here.held[0]?.at !== undefined && here.held[0].lacking === 0);
    expect(clinic.status.chartsOnlyHere, 'a pharmacy with one section saves nobody the rest').toBe(1);
    mustBeOk(await clinic.share(id, specialist.practice.id, chartSections, 'read'));
    await until(() => clinic.status.chartsOnlyHere === 0);
    world.cut(clinic);
    mustBeOk(await here.edit('medications', [dose('not there yet')]));
    expect(here.held.map(({ kind, lacking }) => ({ kind, lacking }))).toEqual([
      { kind: 'practice', lacking: 1 },
      { kind: 'practice', lacking: 1 },
    ]);
  });

  test('[CH-8] a grant past its end is revoked by the custodian, and not served before that', async () => {
    const { id } = onlyChart(clinic);
    const end = new Date(world.nowMs + 3_600_000).toISOString();
    mustBeOk(await clinic.share(id, pharmacy.practice.id, ['medications'], 'read', end));
    await received(pharmacy);
    world.nowMs += 7_200_000;
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    await until(() => onlyChart(clinic).sharedWith.length === 0);
    await until(() => onlyChart(pharmacy).access === 'ended');
  });
});

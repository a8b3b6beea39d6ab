/** What a practice wrote after sharing with it had ended: seen, judged and taken in, or put out of sight. Real sessions. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SetAsideRow } from '../../../src/app/charts/chart-acts.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, amlodipine, dose, medicationKey, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const newDrug = {
  kind: 'create' as const,
  key: 'MedicationRequest/m2',
  base: JSON.stringify({
    resourceType: 'MedicationRequest',
    id: 'm2',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/p1' },
    medicationCodeableConcept: { text: 'Ramipril' },
  }),
};

async function reader(clinic: Session, other: Session, right: 'read' | 'write'): Promise<OpenChart> {
  await meet(clinic, other);
  mustBeOk(await clinic.share(onlyChart(clinic).id, other.practice.id, ['medications'], right));
  await until(() => other.charts[0]?.name === 'Ada Okafor');
  const chart = await opened(other);
  await until(() => textOf(chart, 'medications').includes('Amlodipine'));
  return chart;
}

describe('what a pharmacy wrote after sharing with it ended', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let lab: Session;
  let here: OpenChart;
  let there: OpenChart;
  let atLab: OpenChart;
  let rows: readonly SetAsideRow[];

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    lab = await world.newPractice('carol');
    await importText(clinic, adaWith(amlodipine));
    there = await reader(clinic, pharmacy, 'write');
    atLab = await reader(clinic, lab, 'read');
    await until(() => sectionOf(there, 'medications').canWrite);
    here = await opened(clinic);
    world.cut(pharmacy);
    mustBeOk(await clinic.stopSharing(onlyChart(clinic).id, pharmacy.practice.id, 'all'));
    mustBeOk(await there.edit('medications', [dose('late dose')]));
    mustBeOk(await there.edit('medications', [newDrug]));
    world.heal();
    await until(() => here.setAside.length === 2);
    rows = here.setAside;
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
    await lab.lock();
  });

  test('[CUT-4] is shown act by act: whose, when, in which order, and what each would change; nothing is merged', async () => {
    const [first, second] = rows;
    expect(first).toMatchObject({
      practice: pharmacy.practice.id,
      practiceName: 'Clinic bob',
      personName: 'Dr bob',
      section: 'medications',
      entries: 1,
      reason: 'after-stop',
      hidden: false,
      needs: [],
      canBeAdmitted: true,
      preview: [{ key: medicationKey, register: 'dose', label: 'Amlodipine', after: dose('late dose').registers.dose }],
    });
    expect(Date.parse(first?.at ?? '')).toBeGreaterThan(Date.parse('2026-03-02T09:00:00Z'));
    expect(JSON.stringify(first?.preview)).toContain('5 mg daily');
    expect(second?.group).toBe(first?.group);
    expect(second?.needs).toEqual([first?.id]);
    expect(second?.preview).toContainEqual(
      expect.objectContaining({ key: 'MedicationRequest/m2', register: '', label: 'Ramipril', before: undefined }),
    );
    expect(textOf(here, 'medications')).not.toContain('late dose');
    expect(textOf(here, 'medications')).not.toContain('Ramipril');
    await until(() => clinic.charts[0]?.setAside === 2);
  });

  test('[CUT-4] [ATTACK-20] one admitted is merged everywhere, the other stays aside; the history says who let it in', async () => {
    const [first] = rows;
    mustBeOk(await here.admit([mustHave(first).id]));
    expect(textOf(here, 'medications')).toContain('late dose');
    await until(() => textOf(atLab, 'medications').includes('late dose'));
    expect(textOf(atLab, 'medications')).not.toContain('Ramipril');
    expect(here.setAside.map(({ id }) => id)).toEqual([rows[1]?.id]);
    for (const chart of [here, atLab]) {
      const [newest, oldest] = chart.history('medications', medicationKey);
      expect(newest?.author).toMatchObject({
        practiceName: chart === here ? 'Clinic bob' : '',
        admittedBy: { practiceName: 'Clinic alice', personName: 'Dr alice' },
      });
      expect(newest?.author.admittedAt).toMatch(/^2026-03-02T/);
      expect(newest?.author.vouchedBy).toBeUndefined();
      expect(oldest?.author.admittedBy).toBeUndefined();
    }
  });

  test('[CUT-4] one that builds on another brings it along', async () => {
    mustBeOk(await here.admit([mustHave(rows[1]).id]));
    expect(here.setAside).toEqual([]);
    expect(textOf(here, 'medications')).toContain('Ramipril');
    expect(textOf(here, 'medications')).toContain('late dose');
    await until(
      () => textOf(atLab, 'medications').includes('Ramipril') && textOf(atLab, 'medications').includes('late dose'),
    );
    await until(() => clinic.charts[0]?.setAside === 0);
  });

  test('[CUT-4] one hidden is out of sight here, after a restart too, and nowhere else; it can be taken up again', async () => {
    const first = mustHave(rows[0]);
    mustBeOk(await here.hide([first.id]));
    expect(here.setAside.map(({ hidden }) => hidden)).toEqual([true, false]);
    await until(() => clinic.charts[0]?.setAside === 1);
    expect(atLab.setAside.some(({ hidden }) => hidden)).toBe(false);
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    here = await opened(clinic);
    expect(here.setAside.map(({ hidden }) => hidden)).toEqual([true, false]);
    mustBeOk(await here.unhide([first.id]));
    expect(here.setAside.map(({ hidden }) => hidden)).toEqual([false, false]);
    mustBeOk(await here.admit([first.id]));
    expect(textOf(here, 'medications')).toContain('late dose');
  });

  test('[CH-2] nobody but the custodian admits', async () => {
    await until(() => atLab.setAside.length === 2);
    expect(await atLab.admit([mustHave(rows[0]).id])).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(textOf(atLab, 'medications')).not.toContain('late dose');
  });
});

/** What the history says of who wrote a value beside the name: whose clock was off, and what a colleague vouched for (CUT-5). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, amlodipine, dose, medicationKey, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

describe('the history of a statement', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let lab: Session;
  let here: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    pharmacy = await world.newPractice('bob');
    lab = await world.newPractice('carol');
    await importText(clinic, adaWith(amlodipine));
    here = await opened(clinic);
  });

  afterEach(async () => {
    for (const session of [clinic, pharmacy, lab]) await session.lock();
  });

  async function shared(other: Session): Promise<OpenChart> {
    await meet(clinic, other);
    mustBeOk(await clinic.share(onlyChart(clinic).id, other.practice.id, ['medications'], 'write'));
    await until(() => other.charts[0]?.name === 'Ada Okafor');
    const chart = await opened(other);
    await until(() => sectionOf(chart, 'medications').canWrite && textOf(chart, 'medications').includes('Amlodipine'));
    return chart;
  }

  test('[CUT-5] names practice, person, device and time of every value, and what only a colleague vouches for', async () => {
    const there = await shared(pharmacy);
    const atLab = await shared(lab);
    // Everybody but the pharmacy and the lab, which are connected with nobody else, knows of the removal.
    await meet(pharmacy, lab);
    world.cut(clinic);
    mustBeOk(await clinic.stopSharing(onlyChart(clinic).id, pharmacy.practice.id, 'all'));
    mustBeOk(await there.edit('medications', [dose('7 mg daily')]));
    await until(() => textOf(atLab, 'medications').includes('7 mg'));
    mustBeOk(await atLab.edit('medications', [dose('8 mg daily')]));
    world.heal();
    await until(() => textOf(here, 'medications').includes('8 mg'));
    const [byLab, byPharmacy, byClinic] = here.history('medications', medicationKey);
    expect(byLab).toMatchObject({ register: 'dose', author: { practiceName: 'Clinic carol', personName: 'Dr carol' } });
    expect(byLab?.author.vouchedBy).toBeUndefined();
    expect(byPharmacy?.author).toMatchObject({
      practiceName: 'Clinic bob',
      deviceName: "bob's laptop",
      own: false,
      vouchedBy: true,
    });
    expect(byPharmacy?.author.at).toMatch(/^2026-03-02T/);
    expect(byClinic?.author).toMatchObject({ own: true, personName: 'Dr alice' });
    expect(byClinic?.author.vouchedBy).toBeUndefined();
    expect(byClinic?.author.clockDoubt).toBeUndefined();
  });

  test('a clock that was ahead is told of where it wrote, after a restart too, and in diagnostics; one behind where it builds on later work, there too', async () => {
    const there = await shared(pharmacy);
    world.cut(clinic);
    world.nowMs += 2 * 3_600_000;
    mustBeOk(await there.edit('medications', [dose('7 mg daily')]));
    world.nowMs -= 2 * 3_600_000;
    world.heal();
    await until(() => textOf(here, 'medications').includes('7 mg'));
    expect(here.history('medications', medicationKey)[0]?.author).toMatchObject({ clockDoubt: 'ahead' });
    const minutes = here.history('medications', medicationKey)[0]?.author.clockOffMinutes ?? 0;
    expect(minutes).toBeGreaterThan(115);
    expect(minutes).toBeLessThanOrEqual(120);
    expect(clinic.diagnostics()).toContainEqual(
      expect.objectContaining({ kind: 'clock', reason: 'ahead', who: pharmacy.practice.id, count: 1 }),
    );
    // What builds on it was not written by a clock that is behind.
    mustBeOk(await here.edit('medications', [dose('8 mg daily')]));
    expect(here.history('medications', medicationKey)[0]?.author.clockDoubt).toBeUndefined();
    await until(() => textOf(there, 'medications').includes('8 mg'));
    world.nowMs -= 3_600_000;
    mustBeOk(await there.edit('medications', [dose('9 mg daily')]));
    world.nowMs += 3_600_000;
    await until(() => textOf(here, 'medications').includes('9 mg'));
    expect(here.history('medications', medicationKey)[0]?.author).toMatchObject({ clockDoubt: 'behind' });
    const clocks = clinic.diagnostics().filter(({ kind }) => kind === 'clock');
    expect(clocks.map(({ reason, who, count }) => [reason, who, count])).toEqual([
      ['ahead', pharmacy.practice.id, 1],
      ['behind', pharmacy.practice.id, 1],
    ]);
    await until(() => clinic.status.saving === 'saved');
    await clinic.lock();
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    const again = await opened(clinic);
    const doubts = again.history('medications', medicationKey).map(({ author }) => author.clockDoubt);
    expect(doubts).toEqual(['behind', undefined, 'ahead', undefined]);
  });
});

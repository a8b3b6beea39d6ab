/** Edits made without waiting: one entry and one commit for what waits together, each answered for itself, none overtaking. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, amlodipine, dose, medicationKey, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const section = 'medications';
const passphrase = 'correct horse battery';

describe('edits that wait for one turn', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  let here: OpenChart;
  let there: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('clinic');
    pharmacy = await world.newPractice('pharmacy');
    await importText(clinic, adaWith(amlodipine));
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
    [here, there] = [await opened(clinic), await opened(pharmacy)];
    await until(() => sectionOf(there, section).canWrite);
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
  });

  async function entriesOnDisk(): Promise<number> {
    const machine = await breakIn(world, 'clinic', passphrase);
    const { found } = await machine.store.entries(onlyChart(clinic).id, section);
    machine.store.close();
    return found.length;
  }

  const history = (chart: OpenChart): string => JSON.stringify(chart.history(section, medicationKey));

  test('[EN-6] [EN-8] thirty are one entry, durable before any is answered, and every value is in the history of both', async () => {
    const before = await entriesOnDisk();
    const doses = Array.from({ length: 30 }, (_, i) => `${i + 1} mg daily`);
    const outcomes = await Promise.all(doses.map((text) => here.edit(section, [dose(text)])));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(await entriesOnDisk()).toBe(before + 1);
    await until(() => textOf(there, section).includes('30 mg'));
    expect(there.setAside).toEqual([]);
    for (const chart of [here, there]) {
      const shown = history(chart);
      for (const text of doses) expect(shown).toContain(text);
    }
  });

  test('one that cannot be written fails alone', async () => {
    const gone = { ...dose('2 mg'), key: 'MedicationRequest/nowhere' };
    const [first, second, third] = await Promise.all([
      here.edit(section, [dose('1 mg')]),
      here.edit(section, [gone]),
      here.edit(section, [dose('3 mg')]),
    ]);
    expect([first.ok, second.ok, third.ok]).toEqual([true, false, true]);
    await until(() => textOf(there, section).includes('3 mg'));
    expect(history(there)).toContain('1 mg');
  });

  test('[EN-8] a disk that takes nothing is said to every one of them, and nothing of them stays', async () => {
    world.failCommits('clinic', true);
    const outcomes = await Promise.all(['1 mg', '2 mg'].map((text) => here.edit(section, [dose(text)])));
    expect(outcomes).toMatchObject([
      { ok: false, reason: 'storage-full' },
      { ok: false, reason: 'storage-full' },
    ]);
    world.failCommits('clinic', false);
    expect(textOf(here, section)).not.toContain('1 mg');
    mustBeOk(await here.edit(section, [dose('3 mg')]));
    await until(() => textOf(there, section).includes('3 mg'));
    expect(history(there)).not.toContain('2 mg');
  });

  test('[CH-4] an edit asked for after a stop is written after it, though another edit of the chart still waits', async () => {
    const { id } = onlyChart(clinic);
    const asked = [
      here.edit(section, [dose('1 mg before')]),
      clinic.stopSharing(id, pharmacy.practice.id, 'all'),
      here.edit(section, [dose('2 mg secret')]),
    ];
    for (const outcome of await Promise.all(asked)) mustBeOk(outcome);
    await until(() => pharmacy.charts.every(({ access }) => access === 'ended'));
    const attacker = await breakIn(world, 'pharmacy', passphrase);
    const custodian = await breakIn(world, 'clinic', passphrase);
    const theirs = await attacker.charters.get(id);
    const { found } = await custodian.store.heads(id, section);
    const sealedUnder = (await custodian.charters.get(id))?.charter.usableEpochs(section)[0];
    expect(found.length).toBeGreaterThan(1);
    expect(sealedUnder).toBeDefined();
    expect([...(theirs?.keys.keys() ?? [])]).not.toContain(sealedUnder);
    expect(history(there)).not.toContain('secret');
    for (const { store } of [attacker, custodian]) store.close();
  });
});

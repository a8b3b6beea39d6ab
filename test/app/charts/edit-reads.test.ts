/** What one edit costs the disks of both sides while both have the chart open, in calls: a change of cost is seen. */
import { expect, test, vi } from 'vitest';
import type { Ports } from '../../../src/app/ports.ts';
import { charterLog } from '../../../src/store/store.ts';
import { breakIn } from '../support/break-in.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const patient = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor' }], birthDate: '1961-04-02' } },
    {
      resource: {
        resourceType: 'MedicationRequest',
        id: 'm1',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/p1' },
        medicationCodeableConcept: { text: 'Amlodipine' },
      },
    },
  ],
});

/** Counts what is asked of the disk about entries, by profile. */
class CountingWorld extends World {
  readonly counts = new Map<string, Record<string, number>>();

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    const count = (what: string): void => {
      const counted = this.counts.get(profile) ?? {};
      this.counts.set(profile, { ...counted, [what]: (counted[what] ?? 0) + 1 });
    };
    return {
      ...ports,
      openStore: async (closed) => {
        const opened = await ports.openStore(closed);
        if (!opened.ok) return opened;
        const store = opened.value;
        const commit = store.commit.bind(store);
        store.commit = (batch) => {
          count((batch.entries ?? []).length > 0 ? 'commits of entries' : 'other commits');
          return commit(batch);
        };
        const heads = store.heads.bind(store);
        store.heads = (...asked) => {
          count('heads');
          return heads(...asked);
        };
        const entries = store.entries.bind(store);
        store.entries = (...asked) => {
          count('entries');
          return entries(...asked);
        };
        const chartState = store.chartState.bind(store);
        store.chartState = (chart) => {
          count('chartState');
          return chartState(chart);
        };
        return opened;
      },
    };
  }
}

test('[RE-5] [EN-8] an edit is one commit on either side before it is announced or shown, and is read back by neither', async () => {
  await World.start();
  const world = new CountingWorld();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, patient);
  await meet(clinic, pharmacy);
  const chart = onlyChart(clinic);
  mustBeOk(await clinic.share(chart.id, pharmacy.practice.id, ['medications'], 'write'));
  await until(() => pharmacy.charts[0]?.name.includes('Okafor') === true);
  const here = await opened(clinic);
  const there = await opened(pharmacy);
  await until(() => there.sections.get('medications')?.canWrite === true);
  const doseThere = (): string =>
    sectionOf(there, 'medications').resources.get('MedicationRequest/m1')?.registers['dose'] ?? '';
  const give = async (text: string): Promise<void> => {
    const registers = { dose: JSON.stringify({ dosageInstruction: [{ text }] }) };
    mustBeOk(await here.edit('medications', [{ kind: 'change', key: 'MedicationRequest/m1', registers }]));
    await until(() => doseThere().includes(text));
  };
  await give('5 mg daily');
  await world.untilQuiet();

  world.counts.clear();
  await give('10 mg daily');
  // What is noted about it, of who holds it and of what was checked, follows in a commit of its own.
  await until(() => [...world.counts.values()].filter((counted) => 'other commits' in counted).length === 2);
  expect(Object.fromEntries(world.counts)).toMatchInlineSnapshot(`
    {
      "alice": {
        "commits of entries": 1,
        "other commits": 1,
      },
      "bob": {
        "commits of entries": 1,
        "other commits": 1,
      },
    }
  `);
  await clinic.lock();
  await pharmacy.lock();
});

test('[EN-7] what was verified when it came, or written here, is not verified again where it is shown or opened', async () => {
  const world = await World.start();
  const clinic = await world.newPractice('alice');
  await importText(clinic, patient);
  const give = async (text: string): Promise<void> => {
    const chart = await opened(clinic);
    const registers = { dose: JSON.stringify({ dosageInstruction: [{ text }] }) };
    mustBeOk(await chart.edit('medications', [{ kind: 'change', key: 'MedicationRequest/m1', registers }]));
    chart.close();
  };
  await give('5 mg daily');
  await clinic.lock();
  const again = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
  const { store } = await breakIn(world, 'alice', 'correct horse battery');
  const operations = (await store.ops(charterLog(onlyChart(again).id))).found.length;
  store.close();
  const verified = vi.spyOn(crypto.subtle, 'verify');
  const chart = await opened(again);
  expect(sectionOf(chart, 'medications').resources.get('MedicationRequest/m1')?.registers['dose']).toContain('5 mg');
  // Those of the charter are, and nothing else.
  expect(verified).toHaveBeenCalledTimes(operations);
  verified.mockRestore();
  await again.lock();
});

/** What is asked of the disk to begin a chart and to open one, in calls: of sections that hold nothing, nothing. */
import { expect, test } from 'vitest';
import type { Ports } from '../../../src/app/ports.ts';
import { importText, mustBeOk, onlyChart, opened, sectionOf, World } from '../support/world.ts';

const patient = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor' }], birthDate: '1961-04-02' } },
    {
      resource: { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Asthma' } },
    },
  ],
});

/** Names of records and of sections that are read, of what belongs to charts. */
class ReadingWorld extends World {
  readonly reads: string[] = [];

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return {
      ...ports,
      openStore: async (closed) => {
        const opened = await ports.openStore(closed);
        if (!opened.ok) return opened;
        const store = opened.value;
        const sealed = store.sealed.bind(store);
        store.sealed = (key) => {
          const named = /(checked|clock|snapshot)\/[0-9a-f]{64}\/\w+$/.exec(key);
          if (named !== null) this.reads.push(named[0].replace(/[0-9a-f]{64}\//, ''));
          return sealed(key);
        };
        const heads = store.heads.bind(store);
        store.heads = (chart, section) => {
          this.reads.push(`heads/${section}`);
          return heads(chart, section);
        };
        return opened;
      },
    };
  }
}

test('a chart is begun without asking the disk for any of it, and opened by asking for the sections that hold something', async () => {
  await World.start();
  const world = new ReadingWorld();
  const clinic = await world.newPractice('alice');
  world.reads.length = 0;
  await importText(clinic, patient);
  const ofChart = (): readonly string[] =>
    [...world.reads].filter((read) => !/\/(schedule|work|templates|settings|audit)$/.test(read)).sort();
  expect(ofChart()).toEqual([]);
  await clinic.lock();

  const again = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
  world.reads.length = 0;
  const chart = await opened(again);
  expect(sectionOf(chart, 'problems').resources.size).toBe(1);
  expect(ofChart()).toMatchInlineSnapshot(`
    [
      "checked/demographics",
      "checked/identity",
      "checked/problems",
      "clock/demographics",
      "clock/identity",
      "clock/problems",
      "heads/demographics",
      "heads/identity",
      "heads/problems",
      "snapshot/demographics",
      "snapshot/identity",
      "snapshot/problems",
    ]
  `);
  expect(onlyChart(again).id).toBe(chart.id);
  chart.close();
  await again.lock();
});

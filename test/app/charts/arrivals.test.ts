/** New charts are kept first and looked at when the line is quiet; what was not looked at is not forgotten. */
import { expect, test } from 'vitest';
import type { Ports } from '../../../src/app/ports.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const patient = JSON.stringify({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { resource: { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor' }], birthDate: '1961-04-02' } },
    { resource: { resourceType: 'Condition', id: 'c1', code: { text: 'Hypertension' } } },
  ],
});

/** The line of a profile is never quiet: its shortest timers do not come. */
class RestlessWorld extends World {
  restless = new Set<string>();

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    return {
      ...ports,
      timers: {
        after: (delayMs, run) =>
          this.restless.has(profile) && delayMs <= 30 ? () => undefined : ports.timers.after(delayMs, run),
      },
    };
  }
}

test('[RE-4] [EN-8] a chart that came while more was coming is durable and unopened, and listed after the next unlocking', async () => {
  await World.start();
  const world = new RestlessWorld();
  const clinic = await world.newPractice('alice');
  const pharmacy = await world.newPractice('bob');
  await importText(clinic, patient);
  await meet(clinic, pharmacy);
  world.restless.add('bob');
  const { id } = onlyChart(clinic);
  mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems'], 'read'));
  const here = await opened(clinic);
  await until(() => here.held.some(({ lacking, at }) => lacking === 0 && at !== undefined));
  expect(pharmacy.charts).toEqual([]);
  await pharmacy.lock();

  world.restless.clear();
  const again = mustBeOk(await (await world.door('bob')).unlock('correct horse battery'));
  await until(() => again.notices.some(({ kind }) => kind === 'chart-received'));
  expect(again.notices.filter(({ kind }) => kind === 'chart-received')).toHaveLength(1);
  expect(again.charts).toHaveLength(1);
  const there = await opened(again);
  expect(sectionOf(there, 'problems').resources.size).toBe(1);
  await clinic.lock();
  await again.lock();
});

/** A chart whose record of heads was damaged on disk: never passed off as whole, and whole again once a peer is there. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { mustHave } from '../../access/support/practices.ts';
import { adaWith, amlodipine, dose, problem } from '../support/patient.ts';
import { importText, meet, mustBeOk, opened, sectionOf, until, World } from '../support/world.ts';

test('[ATTACK-45] what a damaged record of heads held is given by the practice that shares the chart, and can be written on', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('clinic'), await world.newPractice('pharmacy')];
  await importText(clinic, adaWith(amlodipine, problem()));
  await meet(clinic, pharmacy);
  const sections = ['identity', 'medications', 'problems'] as const;
  mustBeOk(await clinic.share(mustHave(clinic.charts[0]).id, pharmacy.practice.id, sections, 'write'));
  await until(() => pharmacy.charts.length === 1);
  const id = mustHave(pharmacy.charts[0]).id;
  const before = await opened(pharmacy);
  await until(() => sections.every((section) => sectionOf(before, section).resources.size > 0));
  before.close();
  await pharmacy.lock();
  await clinic.lock();
  const db = await openDB(world.databaseOf('pharmacy'));
  for (const key of await db.getAllKeys('heads'))
    if (typeof key === 'string' && key.startsWith(id)) await db.put('heads', 'nonsense', key);
  db.close();

  const stateOf = (chart: Awaited<ReturnType<typeof opened>>) =>
    sections.map((section) => sectionOf(chart, section).state);
  const passphrase = 'correct horse battery';
  const alone = mustBeOk(await (await world.door('pharmacy')).unlock(passphrase));
  const chart = await opened(alone);
  expect(stateOf(chart)).toEqual(['damaged', 'damaged', 'damaged']);

  const back = mustBeOk(await (await world.door('clinic')).unlock(passphrase));
  await until(() => stateOf(chart).every((state) => state === 'open'));
  expect(sections.map((section) => sectionOf(chart, section).resources.size)).toEqual([1, 1, 1]);
  mustBeOk(await chart.edit('medications', [dose('9 mg')]));
  const there = await opened(back);
  await until(() => JSON.stringify([...sectionOf(there, 'medications').resources.values()]).includes('9 mg'));
  expect(there.forks).toEqual([]);
  there.close();
  chart.close();
  await alone.lock();
  await back.lock();
});

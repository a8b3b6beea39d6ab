/** A disk that lost entries gets them back from a peer (attack 45), on the store that browsers use. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, test } from 'vitest';
import { openIdbStore } from '../../src/store/idb-store.ts';
import { mustHave, mustOk } from '../access/support/practices.ts';
import { connect, cost, disconnect, sharedCharts, worldOn, write } from './world.ts';

test('[ATTACK-45] entries lost on disk are asked for by name, given again by a peer, and readable', async () => {
  const world = await worldOn(async (name) => mustOk(await openIdbStore(name)), 'clinic', 'pharmacy');
  const [clinic, pharmacy] = [mustHave(world.replicas[0]), mustHave(world.replicas[1])];
  const chart = mustHave((await sharedCharts(1, clinic, pharmacy))[0]);
  await write(clinic, chart, 3);
  await connect(world, clinic, pharmacy);
  disconnect(world, clinic, pharmacy);
  const whole = await clinic.read(chart, 'allergies');
  const db = await openDB('clinic');
  await db.clear('ciphertexts');
  db.close();
  expect(await clinic.read(chart, 'allergies')).toEqual([]);
  expect(clinic.missingIn(chart).get('allergies')).toHaveLength(3);
  await write(pharmacy, chart, 1);
  cost(world);
  await connect(world, clinic, pharmacy);
  expect(cost(world).frames.want).toBe(1);
  expect(clinic.missingIn(chart).size).toBe(0);
  expect(await clinic.read(chart, 'allergies')).toEqual(expect.arrayContaining([...whole]));
});

/** What a person is told when two devices do not come together (RE-6), over evenings at which the browser is closed. */
import { expect, test } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import type { Notice } from '../../../src/app/session.ts';
import { StandingDifferences } from '../../../src/app/peers/standing-differences.ts';
import { breakIn } from '../support/break-in.ts';
import { importText, meet, mustHave, onlyChart, until, World } from '../support/world.ts';
import { somebody } from '../support/patient.ts';

test('[RE-6] a chart that stays different over three days is told once, with whose device it is', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('alice'), await world.newPractice('bob')];
  await meet(clinic, pharmacy);
  await importText(clinic, somebody('p1', 'Okafor'));
  const chart = onlyChart(clinic).id;
  const desk = await breakIn(world, 'alice', 'correct horse battery');
  const told: Omit<Notice, 'id' | 'at'>[] = [];
  const notices = { add: (notice: Omit<Notice, 'id' | 'at'>) => Promise.resolve(void told.push(notice)) };

  async function aDay(how: ReadonlyMap<ChartId, string>): Promise<void> {
    const differences = new StandingDifferences(desk, notices, () => undefined);
    differences.compared(pharmacy.practice.device, how);
    differences.completed(pharmacy.practice.device);
    await desk.exclusively(() => Promise.resolve());
  }

  const same = new Map([[chart, 'ours theirs']]);
  for (let day = 0; day < 3; day++) await aDay(same);
  expect(told).toEqual([]);
  for (let day = 0; day < 3; day++) await aDay(same);
  expect(told).toEqual([{ kind: 'same-difference', count: 1, practice: pharmacy.practice.id }]);
  const rows = desk.diagnostics.rows.filter(({ kind }) => kind === 'same-difference');
  expect(rows).toMatchObject([{ who: pharmacy.practice.id, reason: 'same-difference', count: 1 }]);

  // Settled: nothing of it is kept.
  await aDay(new Map());
  expect(await desk.store.sealedKeys('differences/')).toEqual([]);
  for (const session of [clinic, pharmacy]) await session.lock();
});

test('[RE-2] a reconnection that brings nothing shows nothing as on its way', async () => {
  const world = await World.start();
  const [clinic, pharmacy] = [await world.newPractice('alice'), await world.newPractice('bob')];
  await meet(clinic, pharmacy);
  await importText(clinic, somebody('p1', 'Okafor'));
  await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['medications'], 'read');
  await until(() => pharmacy.charts[0]?.name.includes('Okafor') === true);
  await until(() => clinic.peers[0]?.waiting === 0 && pharmacy.peers[0]?.waiting === 0);
  const seen: number[] = [];
  pharmacy.addEventListener('change', () => seen.push(pharmacy.status.network.receiving.length));
  world.cut(clinic);
  world.heal();
  await until(() => mustHave(pharmacy.peers[0]).connection === 'direct');
  await until(() => mustHave(pharmacy.peers[0]).waiting === 0);
  expect(seen.filter((number) => number > 0)).toEqual([]);
  for (const session of [clinic, pharmacy]) await session.lock();
});

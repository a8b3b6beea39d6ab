/** Catching up with what colleagues at one workstation did: one chart that cannot be read keeps nobody from the others. */
import { expect, test } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import { isVolume } from '../../../src/app/audit/audit-volumes.ts';
import { CatchingUp } from '../../../src/app/people/people-catching-up.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';

test('[CH-3] a chart whose reading fails is counted and stays marked; the others are read', async () => {
  const world = await World.start();
  let session = await world.newPractice('alice');
  const nora = { personName: 'Nora Brandt', signInName: 'Nora', role: 'clinician' as const, passphrase: theirs };
  mustBeOk(await session.people.addPersonHere(nora, () => undefined));
  await session.lock();
  const door = await world.door('alice');
  session = mustBeOk(await door.unlock(theirs, mustHave(door.people[1]).vault));
  for (const id of ['one', 'two', 'three'])
    await importText(session, adaWith(problem(id)).replaceAll('p1', id).replace('Okafor', id));
  await session.lock();

  const context = await breakIn(world, 'alice', passphrase);
  const stale = await context.people.stale(context.store);
  const asked: ChartId[] = [];
  const takeIn = (chart: ChartId): Promise<void> => {
    asked.push(chart);
    return asked.length === 1 ? Promise.reject(new TypeError('not to be read')) : Promise.resolve();
  };
  const notices = { add: () => Promise.resolve() };
  const audit = { isVolume: (chart: ChartId) => isVolume(context, chart), takeIn: () => Promise.resolve() };
  const catchingUp = new CatchingUp(context, { takeIn }, audit, notices, () => undefined);
  catchingUp.start();
  await catchingUp.done;
  const charts = stale.filter((chart) => chart !== context.self.book && !isVolume(context, chart));
  expect(charts.length).toBe(3);
  expect(asked).toEqual(charts);
  expect(context.diagnostics.rows).toMatchObject([{ what: 'catching up', reason: 'TypeError', count: 1 }]);
  expect(await context.people.stale(context.store)).toEqual(asked.slice(0, 1));
  context.store.close();
});

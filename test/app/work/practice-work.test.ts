/** Tasks, appointments and reminders of a practice: in its book, by whom, and as far as a role goes. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, somebody } from '../support/patient.ts';
import { importText, mustBeOk, opened, World } from '../support/world.ts';

const open: Session[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) await session.lock();
});

async function practice(world: World, profile: string): Promise<Session> {
  const session = await world.newPractice(profile, { role: 'admin' });
  open.push(session);
  return session;
}

async function again(world: World, session: Session, profile: string): Promise<Session> {
  await session.lock();
  const unlocked = mustBeOk(await (await world.door(profile)).unlock('correct horse battery'));
  open.push(unlocked);
  return unlocked;
}

const chartNamed = ({ charts }: Session, name: string) => {
  const chart = charts.find((candidate) => candidate.name.includes(name));
  if (chart === undefined) throw new Error('no such chart');
  return chart.id;
};

describe('the schedule', () => {
  test('appointments stand by day and hour, are received and cancelled, and are there after the next unlocking', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(), somebody('p2', 'Bello'));
    const [ada, other] = [chartNamed(session, 'Okafor'), chartNamed(session, 'Bello')];
    const { schedule } = session.work;
    const late = mustBeOk(
      await schedule.book({ chart: ada, start: '2026-03-03T11:00', minutes: 20, reason: 'Check-up' }),
    );
    mustBeOk(await schedule.book({ chart: other, start: '2026-03-03T09:30', minutes: 15, with: 'Dr alice' }));
    mustBeOk(await schedule.change(late, { status: 'arrived' }));
    const unlocked = await again(world, session, 'alice');
    expect(unlocked.work.schedule.on('2026-03-03')).toMatchObject([
      { chart: other, start: '2026-03-03T09:30', status: 'booked', with: 'Dr alice', changedBy: 'Dr alice' },
      { chart: ada, start: '2026-03-03T11:00', status: 'arrived', reason: 'Check-up' },
    ]);
    expect(unlocked.work.schedule.on('2026-03-04')).toEqual([]);
    expect(unlocked.work.schedule.of(ada)).toHaveLength(1);
  });

  test('what is too long, or not there, is refused by name', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith());
    const chart = chartNamed(session, 'Okafor');
    const { schedule, tasks } = session.work;
    const long = 'x'.repeat(201);
    expect(await schedule.book({ chart, start: '2026-03-03T11:00', minutes: 20, reason: long })).toMatchObject({
      reason: 'too-large',
    });
    expect(await schedule.change('nobody', { status: 'arrived' })).toMatchObject({ reason: 'not-found' });
    expect(await tasks.change('nobody', { status: 'completed' })).toMatchObject({ reason: 'not-found' });
    expect(await tasks.add({ text: 'y'.repeat(501) })).toMatchObject({ reason: 'too-large' });
  });
});

describe('who is due', () => {
  const zoster = {
    resourceType: 'Immunization',
    id: 'i1',
    status: 'completed',
    vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '187' }] },
    patient: { reference: 'Patient/p1' },
    occurrenceDateTime: '2025-01-01',
  };
  const dueIn = (session: Session, rule: string) =>
    session.work.due
      .list('2026-03-03')
      .flatMap(({ items }) =>
        items.filter((item) => item.rule.id === rule).map(({ state, doses }) => `${state} ${String(doses)}`),
      );

  test('is found without opening a chart, from what was kept when it was written in, also after the next unlocking', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(zoster));
    expect(dueIn(session, 'zoster')).toEqual(['due 1']);
    const chart = await opened(session);
    mustBeOk(
      await chart.edit('immunizations', [
        {
          kind: 'create',
          key: 'Immunization/i2',
          base: JSON.stringify({ ...zoster, id: 'i2', occurrenceDateTime: '2025-07-01' }),
        },
      ]),
    );
    chart.close();
    expect(dueIn(session, 'zoster')).toEqual([]);
    const unlocked = await again(world, session, 'alice');
    expect(dueIn(unlocked, 'zoster')).toEqual([]);
    expect(dueIn(unlocked, 'lipids')).toEqual(['nothing-recorded 0']);
  });

  test('a reminder the practice does not want is silent, until it is wanted again', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(zoster));
    mustBeOk(await session.work.due.choose('zoster', false));
    expect(dueIn(session, 'zoster')).toEqual([]);
    const unlocked = await again(world, session, 'alice');
    expect([...unlocked.work.due.off]).toEqual(['zoster']);
    mustBeOk(await unlocked.work.due.choose('zoster', true));
    expect(dueIn(unlocked, 'zoster')).toEqual(['due 1']);
    expect(await unlocked.work.due.choose('no such rule', false)).toMatchObject({ reason: 'not-found' });
  });
});

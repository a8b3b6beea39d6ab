/** The chart as of a moment, and the list of everything that was written in it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import {
  adaWith,
  amlodipine,
  dose,
  medicationKey,
  newProblemText,
  problem,
  problemKey,
  textOf,
} from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

let world: World;
let clinic: Session;
let here: OpenChart;

beforeEach(async () => {
  world = await World.start();
  clinic = await world.newPractice('alice');
  await importText(clinic, adaWith(amlodipine, problem()));
  here = await opened(clinic);
});

afterEach(async () => {
  await clinic.lock();
});

test('[AU-5] as of a moment a chart says what was written by then, read only, and nothing of it changes the chart', async () => {
  const before = world.nowMs;
  world.nowMs += 3_600_000;
  mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
  const between = world.nowMs;
  world.nowMs += 3_600_000;
  mustBeOk(await here.edit('problems', [newProblemText('Heart failure')]));

  const first = await here.asOf(before);
  expect(textOf(first, 'medications')).toContain('5 mg daily');
  expect(textOf(first, 'medications')).not.toContain('10 mg');
  expect(first.history('medications', medicationKey)).toHaveLength(1);
  const second = await here.asOf(between);
  expect(textOf(second, 'medications')).toContain('10 mg daily');
  expect(textOf(second, 'problems')).not.toContain('Heart failure');
  expect(sectionOf(second, 'medications').canWrite).toBe(false);
  expect(await second.edit('medications', [dose('1 mg daily')])).toMatchObject({ ok: false, reason: 'not-allowed' });
  const empty = await here.asOf(0);
  expect(sectionOf(empty, 'medications').resources.size).toBe(0);
  for (const past of [first, second, empty]) past.close();
  expect(textOf(here, 'medications')).toContain('10 mg daily');
  expect(textOf(here, 'problems')).toContain('Heart failure');
});

test('[AU-5] what was in conflict then is in conflict in the chart as of then, settled since or not', async () => {
  const pharmacy = await world.newPractice('bob');
  await meet(clinic, pharmacy);
  mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, ['medications'], 'write'));
  await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
  const there = await opened(pharmacy);
  await until(() => sectionOf(there, 'medications').canWrite && textOf(there, 'medications').includes('Amlodipine'));
  world.cut(clinic);
  mustBeOk(await there.edit('medications', [dose('7 mg daily')]));
  mustBeOk(await here.edit('medications', [dose('8 mg daily')]));
  world.heal();
  await until(() => sectionOf(here, 'medications').conflicts.length === 1);
  const apart = world.nowMs;
  world.nowMs += 3_600_000;
  const [conflict] = sectionOf(here, 'medications').conflicts;
  const branches = conflict?.branches.map(({ provenance }) => provenance.change) ?? [];
  const { registers } = dose('8 mg daily');
  mustBeOk(await here.edit('medications', [{ kind: 'settle', key: medicationKey, registers, branches }]));
  expect(sectionOf(here, 'medications').conflicts).toHaveLength(0);
  const past = await here.asOf(apart);
  expect(sectionOf(past, 'medications').conflicts).toHaveLength(1);
  past.close();
  await pharmacy.lock();
});

test('[AU-5] a change is not known before what it builds on: a clock that was set back puts nothing into an earlier chart', async () => {
  world.nowMs += 3_600_000;
  mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
  const moment = world.nowMs - 1_800_000;
  world.nowMs -= 7_200_000;
  // By its clock two hours earlier; it builds on the 10 mg.
  mustBeOk(await here.edit('medications', [dose('15 mg daily')]));
  const past = await here.asOf(moment);
  expect(textOf(past, 'medications')).toContain('5 mg daily');
  expect(textOf(past, 'medications')).not.toContain('15 mg');
  past.close();
});

test('every change of the chart is listed, newest first, with its entries, and which came since it was last looked at', async () => {
  world.nowMs += 3_600_000;
  mustBeOk(await here.edit('medications', [dose('10 mg daily')]));
  const { changes, lookedAt } = await here.changes();
  expect(lookedAt).toBeUndefined();
  expect(changes[0]).toMatchObject({ section: 'medications', author: { personName: 'Dr alice', own: true } });
  expect(changes[0]?.written()).toEqual([medicationKey]);
  const imported = changes.filter(({ section }) => section === 'problems').flatMap((change) => change.written());
  expect(imported).toEqual([problemKey]);
  expect(changes.some(({ isNew }) => isNew)).toBe(false);
  here.close();
  const again = await opened(clinic);
  mustBeOk(await again.edit('problems', [newProblemText('Heart failure')]));
  const since = await again.changes();
  expect(since.lookedAt).toMatch(/^2026-03-02T/);
  expect(since.changes.filter(({ isNew }) => isNew).flatMap((change) => change.written())).toEqual([problemKey]);
  again.close();
});

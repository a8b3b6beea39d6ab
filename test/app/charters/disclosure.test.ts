/** The record of disclosure (CH-9): who could read what, from when to when, by whose act; and the same as a file. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { adaWith } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, until, World } from '../support/world.ts';

let world: World;
let clinic: Session;
let pharmacy: Session;
let chart: OpenChart;

beforeEach(async () => {
  world = await World.start();
  clinic = await world.newPractice('alice', { personName: '=HYPERLINK("http://x","Dr alice")' });
  pharmacy = await world.newPractice('bob');
  await importText(clinic, adaWith());
  await meet(clinic, pharmacy);
  chart = await opened(clinic);
});

afterEach(async () => {
  await clinic.lock();
  await pharmacy.lock();
});

const rowsOf = (section: string) => chart.sharing.filter((row) => row.section === section);

test('[CH-9] each right has its beginning, its end and whose act they were; a new end date takes the place of the old', async () => {
  const { id } = onlyChart(clinic);
  const first = '2026-04-01T00:00:00.000Z';
  const later = '2026-05-01T00:00:00.000Z';
  mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems', 'vitals'], 'read', first));
  mustBeOk(await chart.setEnd(pharmacy.practice.id, ['problems'], later));
  const [old, now] = rowsOf('problems');
  expect(old).toMatchObject({ right: 'read', until: first, endedAs: 'changed', undone: false });
  expect(old?.ended).toBe(now?.from);
  expect(now).toMatchObject({ right: 'read', until: later, grantedBy: { practiceName: 'Clinic alice' } });
  expect(now?.ended).toBeUndefined();
  mustBeOk(await chart.setEnd(pharmacy.practice.id, ['problems'], undefined));
  expect(rowsOf('problems').at(-1)?.until).toBeUndefined();
  expect(rowsOf('vitals')).toMatchObject([{ until: first }]);
  mustBeOk(await clinic.stopSharing(id, pharmacy.practice.id, 'all'));
  expect(rowsOf('problems').map(({ endedAs }) => endedAs)).toEqual(['changed', 'changed', 'stopped']);
  expect(rowsOf('problems').at(-1)?.endedBy).toMatchObject({ practiceName: 'Clinic alice' });
  // What nobody has any more gets no end date.
  mustBeOk(await chart.setEnd(pharmacy.practice.id, ['problems'], later));
  expect(rowsOf('problems')).toHaveLength(3);
});

test('[CH-2] nobody but the custodian gives a right another end', async () => {
  const { id } = onlyChart(clinic);
  mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems'], 'read', '2026-04-01T00:00:00.000Z'));
  await until(() => pharmacy.charts.length === 1);
  const there = await opened(pharmacy);
  expect(await there.setEnd(pharmacy.practice.id, ['problems'], undefined)).toMatchObject({ reason: 'not-allowed' });
});

test('[CH-9] as a file it has a line for every right, ISO times, and no cell a spreadsheet would run', async () => {
  const { id } = onlyChart(clinic);
  mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems'], 'write'));
  const { fileName, text } = mustBeOk(await clinic.exportDisclosure(id));
  expect(fileName).toMatch(/disclosure\.csv$/);
  const [heading, ...lines] = text.trimEnd().split('\r\n');
  expect(heading).toContain('"granted by (person)"');
  expect(lines).toHaveLength(chart.sharing.length);
  for (const line of lines) {
    expect(line).toMatch(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
    expect(line).toContain(`"'=HYPERLINK(""http://x"",""Dr alice"")"`);
    expect(line).not.toMatch(/(^|,)"[=+\-@]/);
  }
});

/** Appointments and tasks of a patient in the file of the chart, and what becomes of them when the file comes back. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { PracticeNoteTemplates } from '../../../src/app/work/note-templates.ts';
import { adaWith, problem, somebody } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, World } from '../support/world.ts';

const open: Session[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) await session.lock();
});

interface FileResource {
  readonly resourceType: string;
  readonly id: string;
}

function resourcesIn(text: string): readonly FileResource[] {
  const { entry } = JSON.parse(text) as { entry: { resource: FileResource }[] };
  return entry.map(({ resource }) => resource);
}

async function exported(session: Session): Promise<string> {
  return mustBeOk(await session.exportChart(mustHave(session.charts.find(({ name }) => name.includes('Okafor'))).id))
    .text;
}

describe('the file of a chart', () => {
  test('holds the appointments and tasks of the patient as FHIR, of nobody else, and comes back equal elsewhere', async () => {
    const world = await World.start();
    const clinic = await world.newPractice('alice', { role: 'admin' });
    const other = await world.newPractice('bob', { role: 'admin' });
    open.push(clinic, other);
    await importText(clinic, adaWith(problem()), somebody('p2', 'Bello'));
    const [bello, ada] = clinic.charts.map(({ id }) => id);
    const { schedule, tasks } = clinic.work;
    const start = '2026-03-03T11:00';
    const id = mustBeOk(
      await schedule.book({ chart: mustHave(ada), start, minutes: 20, reason: 'Check-up', with: 'Dr Bo' }),
    );
    mustBeOk(await schedule.change(id, { start: '2026-03-04T08:30', status: 'noshow' }));
    mustBeOk(await schedule.book({ chart: mustHave(bello), start, minutes: 15 }));
    const task = mustBeOk(
      await tasks.add({ chart: mustHave(ada), text: 'Call her', due: '2026-03-05', owner: 'Dr Bo' }),
    );
    mustBeOk(await tasks.add({ text: 'Order paper' }));
    const text = await exported(clinic);
    const startAt = Date.parse('2026-03-04T08:30');
    expect(resourcesIn(text).filter(({ resourceType }) => ['Appointment', 'Task'].includes(resourceType))).toEqual([
      {
        resourceType: 'Appointment',
        id,
        status: 'noshow',
        description: 'Check-up',
        start: new Date(startAt).toISOString(),
        end: new Date(startAt + 20 * 60_000).toISOString(),
        minutesDuration: 20,
        participant: [
          { actor: { reference: 'Patient/p1' }, status: 'accepted' },
          { actor: { display: 'Dr Bo' }, status: 'accepted' },
        ],
      },
      {
        resourceType: 'Task',
        id: task,
        status: 'requested',
        intent: 'order',
        description: 'Call her',
        for: { reference: 'Patient/p1' },
        authoredOn: mustHave(tasks.all.find((one) => one.id === task)).madeAt,
        lastModified: mustHave(tasks.all.find((one) => one.id === task)).changedAt,
        requester: { display: 'Dr alice' },
        owner: { display: 'Dr Bo' },
        restriction: { period: { end: '2026-03-05' } },
      },
    ]);
    await importText(other, text);
    const byKey = (file: string) => new Map(resourcesIn(file).map((one) => [`${one.resourceType}/${one.id}`, one]));
    expect(byKey(await exported(other))).toEqual(byKey(text));
  });

  test('[EN-9] coming back to the practice it is from, changes nothing: its book knows its own, also moved meanwhile', async () => {
    const clinic = await (await World.start()).newPractice('alice', { role: 'admin' });
    open.push(clinic);
    await importText(clinic, adaWith(problem()));
    const chart = mustHave(clinic.charts[0]).id;
    const { schedule, tasks } = clinic.work;
    const id = mustBeOk(await schedule.book({ chart, start: '2026-03-03T11:00', minutes: 20 }));
    mustBeOk(await tasks.add({ chart, text: 'Call her' }));
    const text = await exported(clinic);
    mustBeOk(await schedule.change(id, { start: '2026-03-09T11:00' }));
    const files = [{ name: 'again.json', text: () => Promise.resolve(text) }];
    const plan = await clinic.planImport(files, () => undefined, new AbortController().signal);
    expect(plan.items.map(({ outcome }) => outcome.kind)).toEqual(['unchanged']);
    expect(schedule.of(chart)).toMatchObject([{ id, start: '2026-03-09T11:00' }]);
  });

  test('a day that is none, as a colleague’s device may have written it, leaves the time out of the file', async () => {
    const clinic = await (await World.start()).newPractice('alice', { role: 'admin' });
    open.push(clinic);
    await importText(clinic, adaWith());
    const chart = mustHave(clinic.charts[0]).id;
    mustBeOk(await clinic.work.schedule.book({ chart, start: '2026-13-41T11:00', minutes: 1e300 }));
    const [appointment] = resourcesIn(await exported(clinic)).filter(
      ({ resourceType }) => resourceType === 'Appointment',
    );
    expect(appointment).not.toHaveProperty('start');
    expect(appointment).not.toHaveProperty('end');
  });
});

describe('templates of notes', () => {
  test('are written in version 1, and read as the first ones were, without any', async () => {
    const template = { name: 'Cough', kind: '11506-3', text: 'S:' };
    const written: unknown[] = [];
    const kept = [{ ...template }, { v: 1, ...template, name: 'Fever' }, { v: 2, ...template, name: 'Later' }];
    const parts = {
      context: { ports: { random: { bytes: () => new Uint8Array(16) } }, exclusively: (act: () => unknown) => act() },
      book: {
        records: (_: string, read: (value: unknown) => unknown) =>
          kept.map((value, i) => ({ id: String(i), value: read(value) })).filter(({ value }) => value !== undefined),
        put: (_kind: string, _id: string, value: unknown) => {
          written.push(value);
          return { ok: true };
        },
      },
      saving: { watch: (act: Promise<unknown>) => act },
      role: () => 'admin',
      changed: () => undefined,
    };
    const templates = new PracticeNoteTemplates(
      parts as unknown as ConstructorParameters<typeof PracticeNoteTemplates>[0],
    );
    await templates.refresh();
    expect(templates.all.map(({ name }) => name)).toEqual(['Cough', 'Fever']);
    mustBeOk(await templates.add(template));
    expect(written).toEqual([{ v: 1, ...template, isPutAway: false }]);
  });
});

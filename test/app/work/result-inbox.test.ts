/** Results and alerts that wait for a clinician: of every chart, without opening one, until somebody of the practice has looked. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import type { InboxResult } from '../../../src/app/work/work-acts.ts';
import { adaWith, amlodipine, dose, somebody } from '../support/patient.ts';
import { importText, meet, mustBeOk, opened, openedWith, until, World } from '../support/world.ts';

const potassium = (id: string, value: number, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { text: 'Potassium' },
  subject: { reference: 'Patient/p1' },
  effectiveDateTime: '2026-03-01',
  valueQuantity: { value, unit: 'mmol/L' },
  referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 5.1, unit: 'mmol/L' } }],
  ...more,
});
const warfarin = { ...amlodipine, id: 'm2', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } };
const newResult = (id: string, value: number) => ({
  kind: 'create' as const,
  key: `Observation/${id}`,
  base: JSON.stringify(potassium(id, value)),
});
const critical = (id: string, value: number) => ({
  kind: 'create' as const,
  key: `Observation/${id}`,
  base: JSON.stringify(potassium(id, value, { interpretation: [{ coding: [{ code: 'HH' }] }] })),
});
const newAllergy = {
  kind: 'create' as const,
  key: 'AllergyIntolerance/a1',
  base: JSON.stringify({
    resourceType: 'AllergyIntolerance',
    id: 'a1',
    clinicalStatus: { coding: [{ code: 'active' }] },
    verificationStatus: { coding: [{ code: 'confirmed' }] },
    code: { text: 'Penicillin' },
    patient: { reference: 'Patient/p1' },
  }),
};

const open: Session[] = [];
afterEach(async () => {
  for (const session of open.splice(0)) await session.lock();
});

async function practice(world: World, profile: string): Promise<Session> {
  const session = await world.newPractice(profile, { role: 'admin' });
  open.push(session);
  return session;
}

const shown = ({ work }: Session) => work.inbox.results.map(({ value, rank }) => `${rank} ${value}`);
const first = ({ work }: Session): InboxResult => {
  const [result] = work.inbox.results;
  if (result === undefined) throw new Error('a result waits');
  return result;
};

describe('the inbox of results', () => {
  test('a laboratory whose clock is months ahead is heard, and takes no critical result out of the list by it', async () => {
    const world = await World.start();
    const [session, laboratory] = [await practice(world, 'alice'), await practice(world, 'laboratory')];
    await importText(session, adaWith());
    const chart = await opened(session);
    await meet(session, laboratory);
    mustBeOk(await session.share(chart.id, laboratory.practice.id, ['identity', 'results'], 'write'));
    await until(() => laboratory.charts.length === 1);
    const there = await opened(laboratory);
    mustBeOk(await chart.edit('results', [newResult('o1', 7.4)]));
    await until(() => there.sections.get('results')?.resources.size === 1);
    world.cut(session);
    const aheadMs = 100 * 24 * 3_600_000;
    world.nowMs += aheadMs;
    const status = { status: JSON.stringify({ status: 'entered-in-error' }) };
    mustBeOk(await there.edit('results', [newResult('o2', 5.9)]));
    mustBeOk(await there.edit('results', [{ kind: 'change', key: 'Observation/o1', registers: status }]));
    world.nowMs -= aheadMs;
    world.heal();
    await until(() => chart.sections.get('results')?.resources.size === 2);
    await until(() => shown(session).length === 2);
    expect(shown(session).toSorted()).toEqual(['abnormal 5.9 mmol/L', 'abnormal 7.4 mmol/L']);
    expect(session.work.inbox.results.find(({ value }) => value === '7.4 mmol/L')).toMatchObject({ withdrawn: true });
    for (const one of [chart, there]) one.close();
  });

  test('a grant dated by a clock a year ahead keeps no result from the list', async () => {
    const world = await World.start();
    const [session, other] = [await practice(world, 'alice'), await practice(world, 'bob')];
    await importText(session, adaWith());
    const chart = await opened(session);
    await meet(session, other);
    const aheadMs = 365 * 24 * 3_600_000;
    world.nowMs += aheadMs;
    mustBeOk(await session.share(chart.id, other.practice.id, ['identity', 'results'], 'read'));
    world.nowMs -= aheadMs;
    await until(() => other.charts.length === 1);
    mustBeOk(await chart.edit('results', [newResult('o1', 7.4)]));
    await until(() => shown(other).length === 1);
    chart.close();
  });

  test('shows what is new of every chart, critical first, and not what is old; unlocked again it is the same', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(
      session,
      adaWith(potassium('o1', 4.1), potassium('o2', 7.2, { interpretation: [{ coding: [{ code: 'HH' }] }] })),
      somebody('p2', 'Bello', { ...potassium('o3', 5.9), subject: { reference: 'Patient/p2' } }),
      somebody('p3', 'Cruz', {
        ...potassium('o4', 9),
        effectiveDateTime: '2012-01-01',
        subject: { reference: 'Patient/p3' },
      }),
    );
    const expected = ['critical 7.2 mmol/L', 'abnormal 5.9 mmol/L', 'normal 4.1 mmol/L'];
    expect(shown(session)).toEqual(expected);
    await session.lock();
    const again = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    open.push(again);
    expect(shown(again)).toEqual(expected);
  });

  test('keeps what is critical in a chart, however many others came with it or after it', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    const many = Array.from({ length: 120 }, (_, i) => potassium(`n${i}`, 4.1));
    const critical = potassium('o2', 7.2, { interpretation: [{ coding: [{ code: 'HH' }] }] });
    await importText(session, adaWith(...many, critical));
    expect(session.work.inbox.results.length).toBeLessThan(many.length);
    expect(shown(session)[0]).toBe('critical 7.2 mmol/L');
  });

  test('what somebody acknowledged waits no longer, also after the chart was written in; taken back, it waits again', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(potassium('o1', 4.1), potassium('o2', 5.9)));
    const { chart, key } = first(session);
    const id = mustBeOk(await session.work.inbox.acknowledge([first(session)], { note: 'Told her by telephone.' }));
    expect(shown(session)).toEqual(['normal 4.1 mmol/L']);
    expect(session.work.inbox.acknowledgedOf(chart, key)).toMatchObject([
      { personName: 'Dr alice', note: 'Told her by telephone.' },
    ]);
    const open = await opened(session);
    mustBeOk(await open.edit('results', [newResult('o9', 4.4)]));
    expect(shown(session)).toEqual(['normal 4.4 mmol/L', 'normal 4.1 mmol/L']);
    mustBeOk(await session.work.inbox.takeBack(id));
    expect(shown(session)).toEqual(['abnormal 5.9 mmol/L', 'normal 4.4 mmol/L', 'normal 4.1 mmol/L']);
    expect(session.work.inbox.acknowledgedOf(chart, key)).toEqual([]);
    open.close();
  });

  test('a result corrected after somebody looked at it is new again, and what was acknowledged is still told', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(potassium('o2', 4.4)));
    const { chart, key } = first(session);
    mustBeOk(await session.work.inbox.acknowledge([first(session)], {}));
    expect(shown(session)).toEqual([]);
    const open = await opened(session);
    const { valueQuantity, referenceRange } = potassium('o2', 6.8);
    mustBeOk(
      await open.edit('results', [
        { kind: 'change', key, registers: { value: JSON.stringify({ valueQuantity, referenceRange }) } },
      ]),
    );
    expect(shown(session)).toEqual(['abnormal 6.8 mmol/L']);
    expect(first(session).corrected).toBe(true);
    expect(session.work.inbox.acknowledgedOf(chart, key)).toHaveLength(1);
    open.close();
  });

  test('an acknowledgement with a plan makes a task for that chart, in the same act', async () => {
    const world = await World.start();
    const session = await practice(world, 'alice');
    await importText(session, adaWith(potassium('o2', 5.9)));
    const { chart } = first(session);
    const task = { text: 'Repeat potassium', due: '2026-03-16', owner: 'Nurse Bea' };
    mustBeOk(await session.work.inbox.acknowledge([first(session)], { task }));
    expect(session.work.tasks.all).toMatchObject([{ ...task, chart, status: 'requested', madeBy: 'Dr alice' }]);
    const [made] = session.work.tasks.all;
    mustBeOk(await session.work.tasks.change(made?.id ?? '', { status: 'completed' }));
    expect(session.work.tasks.all[0]?.status).toBe('completed');
  });

  test('a result that another practice writes into a chart shared with it waits here, with who wrote it', async () => {
    const world = await World.start();
    const [alice, laboratory] = [await practice(world, 'alice'), await practice(world, 'laboratory')];
    await meet(alice, laboratory);
    await importText(alice, adaWith());
    const own = await opened(alice);
    mustBeOk(await alice.share(own.id, laboratory.practice.id, ['results'], 'write'));
    own.close();
    await until(() => laboratory.charts.length === 1);
    const there = await opened(laboratory);
    mustBeOk(await there.edit('results', [newResult('o7', 6.4)]));
    await until(() => alice.work.inbox.results.length === 1);
    expect(first(alice)).toMatchObject({ rank: 'abnormal', own: false, personName: 'Dr laboratory' });
    there.close();
  });
});

describe('alerts that nobody has answered', () => {
  test('an allergy written here and a drug ordered there meet, and the alert waits on both sides until one answers', async () => {
    const world = await World.start();
    const [alice, bob] = [await practice(world, 'alice'), await practice(world, 'bob')];
    await meet(alice, bob);
    await importText(alice, adaWith(amlodipine));
    const own = await opened(alice);
    mustBeOk(await alice.share(own.id, bob.practice.id, ['medications', 'allergies'], 'write'));
    await until(() => bob.charts.length === 1);
    const there = await opened(bob);
    world.cut(bob);
    mustBeOk(await own.edit('allergies', [newAllergy]));
    own.close();
    mustBeOk(
      await there.edit('medications', [
        { kind: 'create', key: 'MedicationRequest/m2', base: JSON.stringify(warfarin) },
      ]),
    );
    there.close();
    expect([alice.work.inbox.alerts, bob.work.inbox.alerts]).toEqual([[], []]);
    world.heal();
    await until(() => alice.work.inbox.alerts.length === 1 && bob.work.inbox.alerts.length === 1);
    expect(alice.work.inbox.alerts).toMatchObject([{ chart: own.id, alert: { kind: 'allergy', severity: 'high' } }]);
    const again = await opened(alice);
    const stopped = {
      kind: 'change',
      key: 'MedicationRequest/m2',
      registers: { status: '{"status":"stopped"}' },
    } as const;
    mustBeOk(await again.edit('medications', [stopped]));
    expect(alice.work.inbox.alerts).toEqual([]);
    await until(() => bob.work.inbox.alerts.length === 0);
    again.close();
  });
});

test('[AM-5] an exported chart says of two doses written at the same time that nobody has chosen, until somebody has', async () => {
  const world = await World.start();
  const [alice, bob] = [await practice(world, 'alice'), await practice(world, 'bob')];
  await meet(alice, bob);
  await importText(alice, adaWith(amlodipine));
  const own = await opened(alice);
  mustBeOk(await alice.share(own.id, bob.practice.id, ['medications'], 'write'));
  const there = await openedWith(bob, 'medications');
  world.cut(bob);
  mustBeOk(await own.edit('medications', [dose('10 mg daily')]));
  mustBeOk(await there.edit('medications', [dose('20 mg daily')]));
  world.heal();
  await until(() => [alice, bob].every(({ charts }) => charts[0]?.unsettledConflicts === 1));
  for (const session of [alice, bob]) {
    const { text, unsettled } = mustBeOk(await session.exportChart(own.id));
    expect(unsettled).toBe(1);
    expect(text).toContain('not-settled');
    expect(text).toMatch(/(10 mg daily or 20 mg daily|20 mg daily or 10 mg daily)/);
  }
  const [change] = own.sections.get('medications')?.conflicts ?? [];
  const branches = change?.branches.map(({ provenance }) => provenance.change) ?? [];
  mustBeOk(await own.edit('medications', [{ ...dose('10 mg daily'), kind: 'settle', branches }]));
  const settled = mustBeOk(await alice.exportChart(own.id));
  expect(settled).toMatchObject({ unsettled: 0 });
  expect(settled.text).not.toContain('not-settled');
  own.close();
  there.close();
});

describe('notes to sign', () => {
  const note = (id: string, docStatus = 'preliminary') => ({
    kind: 'create' as const,
    key: `DocumentReference/${id}`,
    base: JSON.stringify({
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      docStatus,
      description: `Note ${id}`,
      category: [{ coding: [{ code: 'clinical-note' }] }],
      content: [{ attachment: { contentType: 'text/plain' } }],
    }),
  });

  test('stay in the list however many another practice begins after them, and so does a critical result', async () => {
    const world = await World.start();
    const [session, other] = [await practice(world, 'alice'), await practice(world, 'bob')];
    await importText(session, adaWith());
    const mine = await opened(session);
    await meet(session, other);
    mustBeOk(await session.share(mine.id, other.practice.id, ['identity', 'results', 'documents'], 'write'));
    await until(() => other.charts.length === 1);
    mustBeOk(await mine.edit('documents', [note('n1')]));
    mustBeOk(await mine.edit('results', [critical('o1', 7.4)]));
    const theirs = await opened(other);
    const names = Array.from({ length: 101 }, (_, n) => `x${n}`);
    mustBeOk(
      await theirs.edit(
        'documents',
        names.slice(0, 21).map((id) => note(id)),
      ),
    );
    mustBeOk(
      await theirs.edit(
        'results',
        names.map((id) => critical(id, 8)),
      ),
    );
    await until(() => mine.sections.get('results')?.resources.size === 102 && shown(session).length > 100);
    expect(session.work.inbox.drafts.map(({ title }) => title)).toEqual(['Note n1']);
    expect(shown(session)).toContain('critical 7.4 mmol/L');
    for (const one of [mine, theirs]) one.close();
  });

  test('are those the person at this screen began and did not sign, of every chart, without opening one', async () => {
    const world = await World.start();
    const [session, other] = [await practice(world, 'alice'), await practice(world, 'bob')];
    await importText(session, adaWith());
    const { id } = session.charts[0] ?? { id: '' as never };
    await meet(session, other);
    mustBeOk(await session.share(id, other.practice.id, ['documents'], 'write'));
    await until(() => other.charts.length === 1);
    const [mine, theirs] = [await opened(session), await opened(other)];
    mustBeOk(await mine.edit('documents', [note('n1')]));
    mustBeOk(await theirs.edit('documents', [note('n2')]));
    mustBeOk(await mine.edit('documents', [note('n3', 'final')]));
    const drafts = ({ work }: Session) => work.inbox.drafts.map(({ title }) => title);
    await until(() => session.charts.length === 1 && drafts(other).length === 1);
    expect(drafts(other)).toEqual(['Note n2']);
    expect(drafts(session)).toEqual(['Note n1']);
    mine.close();
    theirs.close();
    await session.lock();
    const again = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    open.push(again);
    expect(drafts(again)).toEqual(['Note n1']);
    const chart = await opened(again);
    const status = { status: JSON.stringify({ status: 'entered-in-error' }) };
    mustBeOk(await chart.edit('documents', [{ kind: 'change', key: 'DocumentReference/n1', registers: status }]));
    expect(drafts(again)).toEqual([]);
    chart.close();
  });
});

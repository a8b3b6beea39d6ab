/** Charts of one person merged and taken apart again: by one device, by two at once, across practices (decision 0035). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import type { ChartSection } from '../../../src/base/sections.ts';
import { checkChart } from '../../../src/clinical/checks/medication-check.ts';
import { contradictions } from '../../../src/clinical/conflict-view.ts';
import { ChartRecord } from '../../../src/clinical/record.ts';
import type { SectionEdit } from '../../../src/clinical/section-edit.ts';
import { UnionRecord } from '../../../src/clinical/union/union-record.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { importText, meet, mustBeOk, mustHave, sectionOf, until, World } from '../support/world.ts';

interface Told {
  readonly id: string;
  readonly family: string;
  readonly birthDate?: string;
  readonly number?: string;
}

function patient({ id, family, birthDate = '1961-04-02', number }: Told, ...resources: readonly object[]): string {
  const json = {
    resourceType: 'Patient',
    id,
    name: [{ family, given: ['Ada'] }],
    birthDate,
    ...(number === undefined ? {} : { identifier: [{ value: number }] }),
  };
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [json, ...resources].map((resource) => ({ resource })),
  });
}

const subjectOf = (id: string) => ({ reference: `Patient/${id}` });
const allergyTo = (patientId: string, id: string, text: string) => ({
  resourceType: 'AllergyIntolerance',
  id,
  patient: subjectOf(patientId),
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text },
});
const takes = (patientId: string, id: string, text: string) => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: subjectOf(patientId),
  medicationCodeableConcept: { text },
});
const problem = (patientId: string, id: string, text: string) => ({
  resourceType: 'Condition',
  id,
  subject: subjectOf(patientId),
  clinicalStatus: { coding: [{ code: 'active' }] },
  code: { text },
});
const newProblem = (id: string, text: string): SectionEdit => ({
  kind: 'create',
  key: `Condition/${id}`,
  base: JSON.stringify({ resourceType: 'Condition', id, code: { text } }),
});

function recordOf(chart: OpenChart): ChartRecord {
  const { merged } = chart;
  return merged === undefined
    ? new ChartRecord(chart.sections)
    : new UnionRecord(
        merged.parts.map(({ sections }) => new ChartRecord(sections)),
        merged.keys,
      );
}

const keysOf = (chart: OpenChart, section: ChartSection): readonly string[] =>
  [...sectionOf(chart, section).resources.keys()].sort();

describe('two charts of one person', () => {
  let world: World;
  let desk: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    desk = await world.newPractice('alice');
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), desk]) await session.lock();
  });

  const chartNamed = (session: Session, name: string): ChartId =>
    mustHave(session.charts.find((chart) => chart.name.includes(name))).id;

  async function exported(session: Session): Promise<readonly string[]> {
    const files: string[] = [];
    for (const { id } of session.charts) files.push(mustBeOk(await session.exportChart(id)).text);
    return files;
  }

  async function join(profile: string, role: Role = 'clinician'): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const shown: { code?: string } = {};
    const done = world.door(profile).then((door) =>
      door.join(
        {
          invitation: link,
          personName: 'Nora Brandt',
          deviceName: 'Tablet',
          signInName: 'NB',
          passphrase: 'correct horse battery',
        },
        { code: (code) => Object.assign(shown, { code }), progress: () => undefined },
        new AbortController().signal,
      ),
    );
    await until(() => desk.people.requests.length === 1 && shown.code !== undefined);
    mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
    const session = mustBeOk(await done);
    others.push(session);
    return session;
  }

  test('are one row and one chart while they are merged, each entry once, found by the name and number of either', async () => {
    await importText(
      desk,
      patient({ id: 'a', family: 'Okafor', number: 'MRN-100' }, problem('a', 'c1', 'Asthma')),
      patient({ id: 'b', family: 'Okafor-Berg', number: 'OLD-7' }, problem('b', 'c2', 'Gout')),
      patient({ id: 'x', family: 'Sato' }),
    );
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Okafor-Berg')];
    const leading = mustHave(desk.charts.find(({ identifier }) => identifier === 'MRN-100')).id;
    const other = leading === a ? b : a;
    mustBeOk(await desk.merges.merge(leading, other));
    expect(desk.charts).toHaveLength(3);
    expect(desk.patients.map(({ name }) => name)).toEqual(['Ada Okafor', 'Ada Sato']);
    for (const query of ['mrn100', 'old-7', 'okafor', 'berg ada', 'berg 1961'])
      expect(desk.search(query)).toEqual([leading]);
    expect(desk.search('')).toHaveLength(2);
    for (const id of [leading, other]) {
      const chart = mustBeOk(await desk.openChart(id));
      expect(chart.id).toBe(leading);
      expect(keysOf(chart, 'problems')).toEqual(['Condition/c1', 'Condition/c2']);
      expect(chart.merged?.partsOf('Condition/c2').map((part) => part.id)).toEqual([other]);
      chart.close();
    }
    expect(desk.merges.rows(other)).toMatchObject([{ leading, other, by: { personName: 'Dr alice' } }]);
    expect(await desk.merges.merge(other, leading)).toMatchObject({ ok: false, reason: 'same-chart' });
  });

  test('are byte for byte what they were once the merge is undone, and are found apart', async () => {
    await importText(
      desk,
      patient({ id: 'a', family: 'Okafor', number: 'MRN-100' }, problem('a', 'c1', 'Asthma')),
      patient({ id: 'b', family: 'Berg', number: 'OLD-7' }, problem('b', 'c2', 'Gout')),
    );
    const before = { files: await exported(desk), charts: desk.charts, patients: desk.patients };
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    mustBeOk(await desk.merges.merge(a, b));
    expect(await exported(desk)).toEqual(before.files);
    expect(desk.merges.apart(a, b).map((charts) => charts.length)).toEqual([1, 1]);
    mustBeOk(await desk.merges.undo(b, a));
    expect(await exported(desk)).toEqual(before.files);
    expect(desk.charts).toEqual(before.charts);
    expect(desk.patients).toEqual(before.patients);
    expect(desk.search('old-7')).toEqual([b]);
    const chart = mustBeOk(await desk.openChart(a));
    expect(chart.merged).toBeUndefined();
    expect(keysOf(chart, 'problems')).toEqual(['Condition/c1']);
    chart.close();
    expect(desk.merges.rows(a)).toMatchObject([{ undone: { by: { personName: 'Dr alice' } } }]);
    // And again: an undone merge does not stand in the way of a new one.
    mustBeOk(await desk.merges.merge(b, a));
    expect(desk.merges.of(a)).toEqual([b, a]);
  });

  test('take what is new into the leading chart and a change where the entry lies; undone, each keeps its own', async () => {
    await importText(
      desk,
      patient({ id: 'a', family: 'Okafor' }, problem('a', 'c1', 'Asthma')),
      patient({ id: 'b', family: 'Berg' }, problem('b', 'c2', 'Gout')),
    );
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    mustBeOk(await desk.merges.merge(a, b));
    const merged = mustBeOk(await desk.openChart(a));
    let changes = 0;
    merged.addEventListener('change', () => (changes += 1));
    mustBeOk(await merged.edit('problems', [newProblem('n', 'Migraine')]));
    mustBeOk(
      await merged.edit('problems', [
        {
          kind: 'change',
          key: 'Condition/c2',
          registers: { code: JSON.stringify({ code: { text: 'Gout, left toe' } }) },
        },
      ]),
    );
    expect(changes).toBeGreaterThan(0);
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c2', 'Condition/n']);
    expect(merged.history('problems', 'Condition/c2')).toHaveLength(2);
    merged.close();
    mustBeOk(await desk.merges.undo(a, b));
    const [one, another] = [mustBeOk(await desk.openChart(a)), mustBeOk(await desk.openChart(b))];
    expect(keysOf(one, 'problems')).toEqual(['Condition/c1', 'Condition/n']);
    expect(keysOf(another, 'problems')).toEqual(['Condition/c2']);
    expect(recordOf(another).get('Condition/c2')?.json['code']).toEqual({ text: 'Gout, left toe' });
    one.close();
    another.close();
  });

  test('show what only their union shows: an allergy of one against a drug of the other, and “none known” beside an allergy', async () => {
    await importText(
      desk,
      patient(
        { id: 'a', family: 'Okafor' },
        takes('a', 'm1', 'Amoxicillin 500 mg'),
        allergyTo('a', 'a0', 'No known allergies'),
      ),
      patient(
        { id: 'b', family: 'Berg', birthDate: '1961-02-04' },
        allergyTo('b', 'a1', 'Penicillin'),
        takes('b', 'm2', 'Amoxicillin 250 mg'),
      ),
    );
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    const alone = mustBeOk(await desk.openChart(a));
    expect(checkChart(recordOf(alone)).alerts).toEqual([]);
    expect(contradictions(recordOf(alone), 'allergies')).toEqual([]);
    alone.close();
    mustBeOk(await desk.merges.merge(a, b));
    const merged = mustBeOk(await desk.openChart(a));
    const record = recordOf(merged);
    expect(
      checkChart(record)
        .alerts.map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['allergy', 'allergy', 'duplicate']);
    const [contradiction] = contradictions(record, 'allergies');
    expect(contradiction?.branches.flatMap(({ keys }) => keys)).toEqual([
      'AllergyIntolerance/a0',
      'AllergyIntolerance/a1',
    ]);
    // Two birth dates and two names, one of each wrong.
    expect(merged.summary.unsettledConflicts).toBe(2);
    // Settled where it lies: the statement of the leading chart is withdrawn, the other chart is not written.
    const [choice] = mustHave(contradiction).choices;
    mustBeOk(await merged.edit('allergies', mustHave(choice).edits));
    expect(contradictions(recordOf(merged), 'allergies')).toEqual([]);
    merged.close();
  });

  test('that came from the same file are one entry as long as they say the same, and two as soon as they do not', async () => {
    const file = (given: string) =>
      patient(
        { id: 'a', family: given, birthDate: '1961-04-02' },
        problem('a', 'c1', 'Asthma'),
        problem('a', 'c2', 'Gout'),
      );
    await importText(desk, file('Okafor'));
    // Another person under the same ids, so a chart of its own.
    await importText(desk, file('Berg').replaceAll('1961-04-02', '1970-01-01'));
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    mustBeOk(await desk.merges.merge(a, b));
    const merged = mustBeOk(await desk.openChart(a));
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c2']);
    expect(merged.merged?.partsOf('Condition/c1').map(({ id }) => id)).toEqual(
      merged.merged?.parts.map(({ id }) => id),
    );
    expect(recordOf(merged).resources.filter(({ type }) => type === 'Condition')).toHaveLength(2);
    // A change of what both say is a change of both.
    const retold = (text: string): SectionEdit => ({
      kind: 'change',
      key: 'Condition/c1',
      registers: { code: JSON.stringify({ code: { text } }) },
    });
    mustBeOk(await merged.edit('problems', [retold('Asthma, mild')]));
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c2']);
    // Written in one of them alone, they part, each with its own words and its own way to be changed.
    mustBeOk(await mustHave(merged.merged?.parts[1]).edit('problems', [retold('Asthma, severe')]));
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c1@2', 'Condition/c2']);
    const wordsOf = (key: string) => recordOf(merged).get(key)?.json['code'];
    expect([wordsOf('Condition/c1'), wordsOf('Condition/c1@2')]).toEqual([
      { text: 'Asthma, mild' },
      { text: 'Asthma, severe' },
    ]);
    mustBeOk(await merged.edit('problems', [{ ...retold('Asthma'), key: 'Condition/c1@2' } as SectionEdit]));
    expect(wordsOf('Condition/c1@2')).toEqual({ text: 'Asthma' });
    expect(merged.history('problems', 'Condition/c1@2').map(({ json }) => json)).toHaveLength(4);
    merged.close();
  });

  test('three, merged one after the other, are one patient; taking one link away leaves the others merged', async () => {
    await importText(
      desk,
      patient({ id: 'a', family: 'Okafor' }),
      patient({ id: 'b', family: 'Berg' }),
      patient({ id: 'c', family: 'Sato' }),
    );
    const [a, b, c] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg'), chartNamed(desk, 'Sato')];
    mustBeOk(await desk.merges.merge(a, b));
    // By a chart that does not lead: its leading chart leads this one too.
    mustBeOk(await desk.merges.merge(b, c));
    expect(desk.merges.of(c)[0]).toBe(a);
    expect(new Set(desk.merges.of(c))).toEqual(new Set([a, b, c]));
    expect(desk.patients).toHaveLength(1);
    expect(desk.merges.apart(a, b).map((charts) => [...charts].sort())).toEqual([[a, c].sort(), [b]]);
    mustBeOk(await desk.merges.undo(a, b));
    expect(desk.merges.of(b)).toEqual([b]);
    expect(desk.merges.of(c)).toEqual([a, c]);
    // Two patients of several charts each: the one chosen leads all of them.
    mustBeOk(await desk.merges.merge(b, a));
    expect(desk.merges.of(c)[0]).toBe(b);
    expect(desk.merges.rows(c)).toHaveLength(3);
  });

  test('merged on two devices at once are merged; an undo ends what its author saw, and not what was merged meanwhile', async () => {
    await importText(desk, patient({ id: 'a', family: 'Okafor' }), patient({ id: 'b', family: 'Berg' }));
    const tablet = await join('tablet');
    await until(() => tablet.charts.length === 2 && tablet.charts.every(({ name }) => name !== ''));
    const [a, b] = [chartNamed(desk, 'Okafor'), chartNamed(desk, 'Berg')];
    world.cut(desk);
    mustBeOk(await desk.merges.merge(a, b));
    mustBeOk(await tablet.merges.merge(b, a));
    world.heal();
    await until(() => [desk, tablet].every((session) => session.merges.rows(a).length === 2));
    expect(desk.merges.of(a)).toEqual(tablet.merges.of(a));
    expect(desk.merges.of(a)).toHaveLength(2);
    // Both undo at once: the same as one.
    world.cut(desk);
    mustBeOk(await desk.merges.undo(a, b));
    mustBeOk(await tablet.merges.undo(a, b));
    world.heal();
    await until(() =>
      [desk, tablet].every((session) => session.merges.rows(a).every(({ undone }) => undone !== undefined)),
    );
    expect([desk, tablet].map((session) => session.patients.length)).toEqual([2, 2]);
    // One merges and undoes, the other merges without having heard of it: the merge nobody has undone stands.
    world.cut(desk);
    mustBeOk(await desk.merges.merge(a, b));
    mustBeOk(await desk.merges.undo(a, b));
    mustBeOk(await tablet.merges.merge(a, b));
    world.heal();
    await until(() => desk.merges.rows(a).length === 4 && tablet.merges.rows(a).length === 4);
    expect([desk, tablet].map((session) => session.merges.of(b))).toEqual([
      [a, b],
      [a, b],
    ]);
  });

  test('of two practices keep their own readers; writing goes into the own one, and a stop leaves what was read', async () => {
    const clinic = await world.newPractice('lakeside');
    others.push(clinic);
    await meet(clinic, desk);
    await importText(
      clinic,
      patient({ id: 'p', family: 'Okafor', number: 'L-9' }, problem('p', 'c9', 'Gout'), allergyTo('p', 'a9', 'Latex')),
    );
    mustBeOk(await clinic.share(mustHave(clinic.charts[0]).id, desk.practice.id, ['problems'], 'read'));
    await importText(desk, patient({ id: 'a', family: 'Okafor', number: 'MRN-1' }, problem('a', 'c1', 'Asthma')));
    await until(() => desk.charts.some(({ own, name }) => !own && name !== ''));
    const own = mustHave(desk.charts.find((chart) => chart.own)).id;
    const received = mustHave(desk.charts.find((chart) => !chart.own)).id;
    mustBeOk(await desk.merges.merge(own, received));
    expect(desk.patients).toHaveLength(1);
    expect(desk.search('L-9')).toEqual([own]);
    const merged = mustBeOk(await desk.openChart(received));
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c9']);
    expect(merged.merged?.parts.map(({ summary }) => summary.own)).toEqual([true, false]);
    expect(merged.merged?.parts.map((part) => sectionOf(part, 'allergies').state)).toEqual(['open', 'not-shared']);
    mustBeOk(await merged.edit('problems', [newProblem('n', 'Migraine')]));
    // The part that may only be read is not written, nor is half of an act.
    const both: readonly SectionEdit[] = [
      newProblem('n2', 'Angina'),
      { kind: 'change', key: 'Condition/c9', registers: { code: '{"code":{"text":"x"}}' } },
    ];
    expect(await merged.edit('problems', both)).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c9', 'Condition/n']);
    // Nothing of the merge reached the other practice.
    expect(clinic.merges.rows(received)).toEqual([]);
    mustBeOk(await clinic.stopSharing(received, desk.practice.id, 'all'));
    await until(() => desk.charts.some(({ access }) => access === 'ended'));
    await until(() => merged.merged?.parts[1]?.sections.get('problems')?.state === 'ended');
    expect(keysOf(merged, 'problems')).toEqual(['Condition/c1', 'Condition/c9', 'Condition/n']);
    expect(sectionOf(merged, 'problems').canWrite).toBe(true);
    merged.close();
    const mine = mustBeOk(await clinic.openChart(received));
    expect(keysOf(mine, 'problems')).toEqual(['Condition/c9']);
    mine.close();
  });
});

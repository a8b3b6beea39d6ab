/** Stopping all that a practice has, as one act over many charts: what stays of its work, and what a failure leaves. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grant } from '../../../src/access/charter-builders.ts';
import type { ChartId } from '../../../src/base/ids.ts';
import type { ChartService } from '../../../src/app/charts/chart-service.ts';
import { withWrite } from '../../../src/app/charts/chart-writer.ts';
import { CharterChanges } from '../../../src/app/charters/charter-changes.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { Sharing } from '../../../src/app/charters/sharing.ts';
import { StoppingEverything } from '../../../src/app/charters/stopping-everything.ts';
import { TermsMaker, termsToJson } from '../../../src/replica/chart-terms.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { importText, meet, mustBeOk, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const names = ['Adams', 'Baker', 'Clark', 'Davis'];
const patient = (name: string): string =>
  JSON.stringify([
    { resourceType: 'Patient', id: name, name: [{ family: name }], birthDate: '1961-04-02' },
    { resourceType: 'Condition', id: `c-${name}`, subject: { reference: `Patient/${name}` }, code: { text: 'Asthma' } },
  ]);
const named = (session: Session, name: string): ChartId => {
  const chart = session.charts.find((summary) => summary.name.includes(name));
  if (chart === undefined) throw new Error(`no chart of ${name}`);
  return chart.id;
};
const note = (name: string, text: string) => ({
  kind: 'change' as const,
  key: `Condition/c-${name}`,
  registers: { code: JSON.stringify({ code: { text } }) },
});
const problem = (chart: OpenChart, name: string): string =>
  sectionOf(chart, 'problems').resources.get(`Condition/c-${name}`)?.registers['code'] ?? '';

describe('stopping everything with a practice', () => {
  let world: World;
  let clinic: Session;
  let pharmacy: Session;
  const quiet = (): void => undefined;
  const shared = (): number =>
    clinic.charts.filter(({ sharedWith }) => sharedWith.includes(pharmacy.practice.id)).length;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('clinic');
    pharmacy = await world.newPractice('pharmacy');
    await meet(clinic, pharmacy);
    await importText(clinic, ...names.map(patient));
    for (const { id } of clinic.charts) mustBeOk(await clinic.share(id, pharmacy.practice.id, ['problems'], 'write'));
    await until(() => pharmacy.charts.filter(({ access }) => access === 'write').length === names.length);
  });

  afterEach(async () => {
    await clinic.lock();
    await pharmacy.lock();
  });

  test('[CUT-1] [CH-9] [ATTACK-42] what it wrote until now stays in the charts it wrote in, and what it writes later comes into none', async () => {
    const there = mustBeOk(await pharmacy.openChart(named(pharmacy, 'Baker')));
    await until(() => sectionOf(there, 'problems').canWrite);
    mustBeOk(await there.edit('problems', [note('Baker', 'before the stop')]));
    const here = mustBeOk(await clinic.openChart(named(clinic, 'Baker')));
    await until(() => problem(here, 'Baker').includes('before the stop'));
    here.close();

    world.cut(clinic);
    const steps: string[] = [];
    expect(
      mustBeOk(
        await clinic.stopSharingEverything(pharmacy.practice.id, (done, total) => steps.push(`${done}/${total}`)),
      ),
    ).toEqual({ stopped: 4, left: 0 });
    expect(steps).toEqual(['0/4', '4/4']);
    // It does not know yet, and goes on: in a chart it wrote in before, and in one it did not.
    mustBeOk(await there.edit('problems', [note('Baker', 'after the stop')]));
    const other = mustBeOk(await pharmacy.openChart(named(pharmacy, 'Clark')));
    mustBeOk(await other.edit('problems', [note('Clark', 'after the stop')]));
    world.heal();
    await until(() => pharmacy.charts.every(({ access }) => access === 'ended'));
    for (const name of ['Baker', 'Clark'])
      await until(() => clinic.charts.some((chart) => chart.id === named(clinic, name) && chart.setAside > 0));

    const [baker, clark] = [
      mustBeOk(await clinic.openChart(named(clinic, 'Baker'))),
      mustBeOk(await clinic.openChart(named(clinic, 'Clark'))),
    ];
    expect(problem(baker, 'Baker')).toContain('before the stop');
    expect(problem(clark, 'Clark')).not.toContain('after the stop');
    expect(problem(baker, 'Baker')).not.toContain('after the stop');
    mustBeOk(await clark.edit('problems', [note('Clark', 'sealed to whoever still reads')]));
  });

  test('a disk that takes nothing leaves every chart as it was, and doing it again stops them', async () => {
    world.failCommits('clinic', true);
    expect(await clinic.stopSharingEverything(pharmacy.practice.id, quiet)).toMatchObject({
      ok: false,
      reason: 'storage-full',
    });
    world.failCommits('clinic', false);
    expect(shared()).toBe(4);
    expect(mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, quiet))).toEqual({ stopped: 4, left: 0 });
    expect(shared()).toBe(0);
    await until(() => pharmacy.charts.every(({ access }) => access === 'ended'));
  });

  test('[CH-9] power that goes between two commits leaves some charts stopped, and after a restart the act does the rest', async () => {
    // The chart it wrote in is read, and so comes in a commit of its own after those that are not.
    const there = mustBeOk(await pharmacy.openChart(named(pharmacy, 'Baker')));
    await until(() => sectionOf(there, 'problems').canWrite);
    mustBeOk(await there.edit('problems', [note('Baker', 'before the stop')]));
    const here = mustBeOk(await clinic.openChart(named(clinic, 'Baker')));
    await until(() => problem(here, 'Baker').includes('before the stop'));
    here.close();
    world.cut(clinic);
    world.refuseCommits('clinic', () => shared() < names.length);
    expect(await clinic.stopSharingEverything(pharmacy.practice.id, quiet)).toMatchObject({ ok: false });
    await clinic.lock();
    world.refuseCommits('clinic', undefined);
    world.heal();
    clinic = mustBeOk(await (await world.door('clinic')).unlock(passphrase));
    expect(shared()).toBe(1);
    const steps: string[] = [];
    const stopped = mustBeOk(
      await clinic.stopSharingEverything(pharmacy.practice.id, (done, total) => steps.push(`${done}/${total}`)),
    );
    expect(stopped).toEqual({ stopped: 1, left: 0 });
    expect(steps).toEqual(['0/1', '1/1']);
    await until(() => pharmacy.charts.every(({ access }) => access === 'ended'));
  });

  test('[CH-4] the revoke brings no keys, what is written next has its own, and what is kept beside each charter is what it says', async () => {
    const baker = named(clinic, 'Baker');
    mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, quiet));
    const here = mustBeOk(await clinic.openChart(baker));
    mustBeOk(await here.edit('problems', [note('Baker', 'after the stop')]));
    const [ours, theirs] = [await breakIn(world, 'clinic', passphrase), await breakIn(world, 'pharmacy', passphrase)];
    for (const { id } of clinic.charts) {
      const kept = ours.charters.terms(id);
      const { charter } = await accessOf(ours, id);
      expect(charter.ops.filter(({ body }) => body.kind === 'revoke').map(({ body }) => body)).toMatchObject([
        { kind: 'revoke', epochs: null },
      ]);
      expect(kept && termsToJson(kept)).toEqual(termsToJson(new TermsMaker(clinic.practice.id).of(charter)));
      expect(charter.usableEpochs('problems')).toHaveLength(id === baker ? 1 : 0);
    }
    const { charter, keys } = await accessOf(ours, baker);
    const [fresh = ''] = charter.usableEpochs('problems');
    expect(charter.epochs.find(({ keyId }) => keyId === fresh)?.readers).toEqual([clinic.practice.id]);
    expect([...keys.keys()]).toContain(fresh);
    expect([...(await accessOf(theirs, baker)).keys.keys()]).not.toContain(fresh);
    for (const { store } of [ours, theirs]) store.close();
  });

  test('what was given so lately that no list shows it yet is stopped too', async () => {
    await clinic.lock();
    const machine = await breakIn(world, 'clinic', passphrase);
    for (const chart of machine.index.all) machine.index.put({ ...chart, sharedWith: [] });
    // Nobody wrote in these charts: none is read.
    const unread = {} as unknown as ChartService;
    const changes = new CharterChanges(machine, unread, quiet);
    const stopping = new StoppingEverything(machine, new Sharing(machine, unread, changes), changes);
    expect(mustBeOk(await stopping.stop(pharmacy.practice.id, quiet))).toEqual({ stopped: names.length, left: 0 });
    for (const { chart } of machine.charters.allTerms.values())
      expect((await accessOf(machine, chart)).charter.members).toEqual([machine.self.practice]);
    machine.store.close();
  });

  test('[CH-9] a chart that changes after its revoke was signed is stopped as it is then', async () => {
    await clinic.lock();
    const machine = await breakIn(world, 'clinic', passphrase);
    const unread = {} as unknown as ChartService;
    const changes = new CharterChanges(machine, unread, quiet);
    const stopping = new StoppingEverything(machine, new Sharing(machine, unread, changes), changes, 2);
    const charts = [...machine.charters.allTerms.keys()].filter((chart) => machine.index.get(chart) !== undefined);
    const giveMore = async (chart: ChartId): Promise<void> => {
      const before = await accessOf(machine, chart);
      const given = { practice: pharmacy.practice.id, sections: ['vitals'] as const, right: 'read' as const };
      const made = mustBeOk(await grant(before.charter, machine.author(), given, machine.timeMs()));
      const after = withWrite(machine.charters, before, made);
      mustBeOk(await machine.content.commit(machine.charters.write(after, [made.op])));
      machine.charters.put(after);
    };
    // In its turn after the first two were stopped and the others signed.
    const steps: number[] = [];
    const changed = charts.slice(2);
    const more: Promise<void>[] = [];
    const stopped = await stopping.stop(pharmacy.practice.id, (done) => {
      steps.push(done);
      if (done === 2) more.push(...changed.map((chart) => machine.exclusively(() => giveMore(chart))));
    });
    await Promise.all(more);
    expect(mustBeOk(stopped)).toEqual({ stopped: names.length, left: 0 });
    expect(steps).toEqual([0, 2, 4]);
    for (const chart of changed) {
      const { charter } = await accessOf(machine, chart);
      expect(charter.members).toEqual([machine.self.practice]);
      expect(charter.ops.at(-1)?.body).toMatchObject({ kind: 'revoke', sections: ['identity', 'problems', 'vitals'] });
      expect(charter.heads).toEqual([charter.ops.at(-1)?.id]);
      const kept = machine.charters.terms(chart);
      expect(kept && termsToJson(kept)).toEqual(termsToJson(new TermsMaker(clinic.practice.id).of(charter)));
    }
    machine.store.close();
  });

  test('an act called off says what it left', async () => {
    const calledOff = AbortSignal.abort();
    expect(mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, quiet, calledOff))).toEqual({
      stopped: 0,
      left: 4,
    });
    expect(shared()).toBe(4);
  });

  test('a practice that may read nothing is stopped by doing nothing', async () => {
    mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, quiet));
    expect(mustBeOk(await clinic.stopSharingEverything(pharmacy.practice.id, quiet))).toEqual({ stopped: 0, left: 0 });
  });
});

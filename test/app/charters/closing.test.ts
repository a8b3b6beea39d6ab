/** A device that lost its place (CH-3): what it wrote stays, what turns up later waits until an admin has said how far it counts. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChartId } from '../../../src/base/ids.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { newEntry } from '../../../src/store/store.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { sealBy } from '../support/seal-by.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const section = 'vitals';
const patient = JSON.stringify([
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
]);
const weight = (id: string, text: string) => ({
  kind: 'create' as const,
  key: `Observation/${id}`,
  base: JSON.stringify({ resourceType: 'Observation', id, status: 'final', valueString: text }),
});

function vitalsOf(chart: OpenChart): string {
  return JSON.stringify([...sectionOf(chart, section).resources.values()]);
}

describe('a colleague who leaves', () => {
  let world: World;
  /** The practice whose colleague leaves, and one that shares the chart with it. */
  let practice: Session;
  let other: Session;
  let leaver: PracticeContext;
  let chart: ChartId;

  beforeEach(async () => {
    world = await World.start();
    practice = await world.newPractice('alice');
    other = await world.newPractice('bob');
    await meet(practice, other);
  });

  afterEach(async () => {
    await practice.lock();
    await other.lock();
    leaver.store.close();
  });

  async function unlock(words = passphrase, vault?: string): Promise<void> {
    await practice.lock();
    practice = mustBeOk(await (await world.door('alice')).unlock(words, vault));
  }

  async function writes(id: string, text: string): Promise<void> {
    const open = await opened(practice);
    mustBeOk(await open.edit(section, [weight(id, text)]));
    open.close();
  }

  /** Nora writes 71 kg, and her keys are copied off the disk before the admin removes her. */
  async function noraWritesAndLeaves(underWhoseKey: 'hers' | 'the admin’s' = 'hers'): Promise<void> {
    const nora = { personName: 'Nora Brandt', signInName: 'Nora', role: 'nurse' as const, passphrase: theirs };
    mustBeOk(await practice.people.addPersonHere(nora, () => undefined));
    const vault = mustHave((await world.door('alice')).people[1]).vault;
    if (underWhoseKey === 'the admin’s') await writes('o0', '72 kg');
    await unlock(theirs, vault);
    await writes('o1', '71 kg');
    leaver = await breakIn(world, 'alice', theirs, vault);
    chart = onlyChart(practice).id;
    await leaver.charters.get(chart);
    await unlock();
    const here = await opened(practice);
    await until(() => vitalsOf(here).includes('71 kg'));
    here.close();
    const device = mustHave(practice.people.devices.find(({ personName }) => personName === 'Nora Brandt')).device;
    mustBeOk(await practice.people.remove(device));
  }

  /** She goes on with the copied keys; what she writes lies on the practice's disk, as if it came from another machine. */
  async function noraWritesOn(text: string): Promise<void> {
    await practice.lock();
    const access = await accessOf(leaver, chart);
    const keeper = await SectionKeeper.load(leaver, access, section);
    const [epoch] = access.charter.usableEpochs(section, access.broken);
    const edit = weight('o2', text);
    const sealed = mustBeOk(await sealBy(keeper, [edit], world.nowMs, access, mustHave(epoch)));
    keeper.close();
    mustBeOk(await leaver.content.commit({ entries: sealed.entries.map(newEntry) }));
    await unlock();
  }

  async function opsOf(kind: string): Promise<number> {
    const machine = await breakIn(world, 'alice', passphrase);
    const { charter } = await accessOf(machine, chart);
    machine.store.close();
    return charter.ops.filter(({ body }) => body.kind === kind).length;
  }

  describe('from the practice that keeps the chart', () => {
    beforeEach(async () => {
      await importText(practice, patient);
      await noraWritesAndLeaves();
    });

    test('[CH-3] is removed by one operation; what she wrote stays, after a restart too, until the close says', async () => {
      expect(await opsOf('close')).toBe(0);
      const here = await opened(practice);
      expect(vitalsOf(here)).toContain('71 kg');
      here.close();
      await unlock();
      const again = await opened(practice);
      expect(vitalsOf(again)).toContain('71 kg');
      expect(again.setAside).toEqual([]);
      expect(sectionOf(again, section).state).toBe('open');
    });

    test('[CH-3] what turns up later waits and is shown; the close comes with the next key, in the same commit', async () => {
      await noraWritesOn('late 99 kg');
      const here = await opened(practice);
      expect(here.setAside).toMatchObject([{ personName: 'Nora Brandt', section, reason: 'waits-for-close' }]);
      expect(vitalsOf(here)).not.toContain('late');
      // It holds nobody up: the section is whole without it.
      expect(sectionOf(here, section).state).toBe('open');
      mustBeOk(await here.edit(section, [weight('o3', '70 kg')]));
      expect(await opsOf('close')).toBe(1);
      await until(() => here.setAside[0]?.reason === 'after-stop');
      expect(vitalsOf(here)).toContain('71 kg');
      expect(vitalsOf(here)).not.toContain('late');
      mustBeOk(await here.edit(section, [weight('o4', '69 kg')]));
      expect(await opsOf('close')).toBe(1);
      // Peers are told the same: they read what she wrote before, and nothing later.
      mustBeOk(await practice.share(chart, other.practice.id, [section], 'read'));
      await until(() => other.charts.length === 1);
      const there = await opened(other);
      await until(() => vitalsOf(there).includes('71 kg') && vitalsOf(there).includes('70 kg'));
      expect(vitalsOf(there)).not.toContain('late');
      there.close();
    });
  });

  test('[CH-3] from a practice that may write: the custodian says how far she counts when something newer of her arrives', async () => {
    await importText(other, patient);
    mustBeOk(await other.share(onlyChart(other).id, practice.practice.id, [section], 'write'));
    await until(() => practice.charts.length === 1);
    await noraWritesAndLeaves();
    const there = await opened(other);
    await until(() => vitalsOf(there).includes('71 kg'));
    await noraWritesOn('late 99 kg');
    await until(() => there.setAside[0]?.reason === 'after-stop', 'the close is written');
    expect(vitalsOf(there)).toContain('71 kg');
    expect(vitalsOf(there)).not.toContain('late');
    await until(async () => (await opsOf('close')) >= 1, 'the close travels');
  });

  // What she wrote waits where it arrives late, or the key that she made for it does.
  test.for(['hers', 'the admin’s'] as const)(
    '[CH-3] what a peer receives only after the removal, under a key of %s, counts there too once it says so',
    async (underWhoseKey) => {
      await importText(practice, patient);
      mustBeOk(await practice.share(onlyChart(practice).id, other.practice.id, [section], 'write'));
      await until(() => other.charts.length === 1);
      // Its machine is off meanwhile: of what Nora wrote it learns after it learned that she left.
      await other.lock();
      await noraWritesAndLeaves(underWhoseKey);
      expect(await opsOf('close')).toBe(0);
      other = mustBeOk(await (await world.door('bob')).unlock(passphrase));
      await until(async () => (await opsOf('close')) === 1, 'the close is written');
      const there = await opened(other);
      await until(() => vitalsOf(there).includes('71 kg'), 'it counts at the peer');
      await until(() => there.setAside.length === 0, 'nothing is set aside there');
      there.close();
    },
  );
});

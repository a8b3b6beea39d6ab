/** A colleague at the desk is removed from another machine, while what they wrote has not been read by the others there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VaultMarks } from '../../../src/app/people/people-marks.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { somebody, weight } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const quiet = (): void => undefined;

describe('people of one workstation', () => {
  let world: World;
  let desk: Session;
  let tablet: Session;

  beforeEach(async () => {
    world = await World.start();
    desk = await world.newPractice('alice');
    await importText(desk, somebody('p1', 'Okafor'));
    tablet = await join('admin');
    await until(() => tablet.charts.some(({ name }) => name.includes('Okafor')));
    await until(() => tablet.people.arriving === undefined);
  });

  afterEach(async () => {
    await desk.lock();
    await tablet.lock();
  });

  async function join(role: Role): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const input = {
      invitation: link,
      personName: 'Dr Tab',
      deviceName: 'Tablet',
      signInName: 'T',
      passphrase,
    };
    const { signal } = new AbortController();
    const done = world.door('tablet').then((door) => door.join(input, { code: quiet, progress: quiet }, signal));
    await until(() => desk.people.requests.length === 1);
    mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
    return mustBeOk(await done);
  }

  const change = async (words: string, vault = ''): Promise<void> => {
    await desk.lock();
    desk = mustBeOk(await (await world.door('alice')).unlock(words, vault));
  };

  async function weights(session: Session): Promise<readonly string[]> {
    const chart = await opened(session, (name) => name.includes('Okafor'));
    const keys = [...sectionOf(chart, 'vitals').resources.keys()].sort();
    chart.close();
    return keys;
  }

  const add = async (signInName: string): Promise<string> => {
    const person = { personName: `Dr ${signInName}`, signInName, role: 'clinician', passphrase: theirs } as const;
    mustBeOk(await desk.people.addPersonHere(person, quiet));
    const { people } = await world.door('alice');
    return mustHave(people.find((one) => one.signInName === signInName)).vault;
  };

  test('[CH-3] what a colleague wrote at the desk before a removal elsewhere still counts after the next admin signs in', async () => {
    const ben = await add('Ben');
    const cleo = await add('Cleo');
    await change(theirs, ben);
    const device = desk.practice.device;
    const chart = await opened(desk);
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    chart.close();
    await until(async () => (await weights(tablet)).length === 1);
    await change(theirs, cleo);
    await until(() =>
      tablet.people.devices.some((row) => row.device === desk.practice.device && row.connection !== 'none'),
    );
    mustBeOk(await tablet.people.remove(device));
    await until(() => desk.people.devices.some((row) => row.device === device && row.status === 'removed'));
    expect(await weights(tablet)).toEqual(['Observation/o1']);
    world.cut(tablet);
    await change(passphrase);
    // The next act of an admin at the desk, which writes the close.
    const again = await opened(desk);
    mustBeOk(await again.edit('vitals', [weight('o2')]));
    again.close();
    await world.untilQuiet();
    expect(await weights(desk)).toEqual(['Observation/o1', 'Observation/o2']);
    world.heal();
    await until(async () => (await weights(tablet)).length === 2);
    expect(await weights(desk)).toEqual(['Observation/o1', 'Observation/o2']);
  });

  test('[CH-3] what comes of a device after it lost its place is marked as new, never as held before', async () => {
    const chart = await opened(desk);
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    chart.close();
    const store = mustBeOk(await world.ports('alice').openStore(quiet));
    const id = mustHave(desk.charts[0]).id;
    const { found } = await store.entries(id, 'vitals');
    const batch = { entries: found.map((entry) => ({ ...entry, prev: null })) };
    const ops = (await store.ops(`charter/${id}`)).found;
    const marked = async (lost: boolean) => {
      const marks = await VaultMarks.read(store, 'v00000000/');
      expect(marks.with({ ...batch, ops }, () => lost).writes).toHaveLength(1);
      return marks.get(id);
    };
    const before = await marked(false);
    expect(Object.values(before.entries)).toEqual(found.map(({ hash }) => hash));
    expect(before.ops).toEqual(ops.map((op) => op.id));
    expect(await marked(true)).toEqual({ entries: {}, ops: [] });
    store.close();
  });
});

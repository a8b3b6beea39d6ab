/**
 * Who says how far a device that lost its place counts (CH-3): the one that removed it. What others missed, or never saw in
 * time, must not be cut off for everyone because they were the first to act.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const section = 'vitals';
const patient = JSON.stringify([
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
]);
const weight = (id: string, text: string) => ({
  kind: 'create' as const,
  key: `Observation/${id}`,
  base: JSON.stringify({ resourceType: 'Observation', id, status: 'final', valueString: text }),
});
const vitalsOf = (chart: OpenChart): string => JSON.stringify([...sectionOf(chart, section).resources.values()]);

describe('a nurse’s tablet is removed', () => {
  let world: World;
  let phrase: string;
  /** The admin's machine, which removes it. */
  let desk: Session;
  /** A colleague's, which has everything in time and may say nothing. */
  let colleague: Session;
  let nurse: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('alice')).newRecoveryPhrase();
    desk = await world.newPractice('alice', { recoveryPhrase: phrase });
    await importText(desk, patient);
    colleague = await join('colleague', 'clinician');
    nurse = await join('tablet', 'nurse');
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), desk]) await session.lock();
  });

  /** A further machine; what the desk has need not reach it. */
  async function join(profile: string, role: Role): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const person = { personName: profile, deviceName: profile, signInName: profile.slice(0, 2), passphrase };
    const told = { code: () => undefined, progress: () => undefined };
    const done = (await world.door(profile)).join({ invitation: link, ...person }, told, new AbortController().signal);
    await until(() => desk.people.requests.length === 1);
    mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
    const session = mustBeOk(await done);
    others.push(session);
    return session;
  }

  const knowsRemoval = (session: Session): boolean =>
    session.people.devices.some(({ device, status }) => device === nurse.practice.device && status === 'removed');

  async function write(session: Session, id: string, text: string): Promise<void> {
    const chart = await opened(session, (name) => name.includes('Okafor'));
    mustBeOk(await chart.edit(section, [weight(id, text)]));
    chart.close();
  }

  async function shows(session: Session, text: string): Promise<boolean> {
    if (!session.charts.some(({ name }) => name.includes('Okafor'))) return false;
    const chart = await opened(session);
    const vitals = vitalsOf(chart);
    chart.close();
    return vitals.includes(text);
  }

  async function closes(profile: string): Promise<number> {
    const machine = await breakIn(world, profile, passphrase);
    const { charter } = await accessOf(machine, onlyChart(desk).id);
    machine.store.close();
    return charter.ops.filter(({ body }) => body.kind === 'close').length;
  }

  async function nurseWritesAndIsRemoved(): Promise<void> {
    await until(() => nurse.charts.some(({ name }) => name.includes('Okafor')));
    // Under a key that the desk made, so that it is the tablet's entry alone that waits.
    await write(desk, 'o0', '72 kg');
    await until(() => shows(nurse, '72 kg'));
    await write(nurse, 'o1', '71 kg');
    await until(async () => (await shows(desk, '71 kg')) && (await shows(colleague, '71 kg')));
    mustBeOk(await desk.people.remove(nurse.practice.device));
    await until(() => knowsRemoval(colleague));
  }

  /** It gets everything from the colleague, later than the removal, and writes under a key that the tablet does not get. */
  async function actsWithoutTheDesk(session: Session): Promise<void> {
    await until(() => knowsRemoval(session) && session.charts.some(({ name }) => name.includes('Okafor')));
    await until(async () => {
      const chart = await opened(session);
      const waits = chart.setAside.some(({ reason }) => reason === 'waits-for-close');
      chart.close();
      return waits;
    }, 'what the tablet wrote waits');
    await write(session, 'o2', '70 kg');
  }

  async function allShow(...texts: readonly string[]): Promise<void> {
    for (const session of [desk, colleague, mustHave(others.at(-1))])
      for (const text of texts)
        await until(() => shows(session, text), `${text} is shown at ${session.practice.personName}`);
  }

  test('[CH-3] an admin’s machine that was away meanwhile leaves it to the one that removed it, and nothing is lost', async () => {
    const away = await join('away', 'admin');
    await until(() => away.charts.some(({ name }) => name.includes('Okafor')));
    world.cut(away);
    await nurseWritesAndIsRemoved();
    world.heal();
    world.cut(desk);
    await actsWithoutTheDesk(away);
    expect(await closes('away')).toBe(0);
    world.heal();
    await until(async () => (await closes('away')) === 1, 'the desk says how far the tablet counts');
    await allShow('71 kg', '70 kg');
    expect(await closes('alice')).toBe(1);
  });

  test('[CH-3] an admin’s machine that was added after the removal says nothing of what it never saw count', async () => {
    await nurseWritesAndIsRemoved();
    world.cut(desk);
    const added = await join('added', 'admin');
    world.cut(desk);
    await actsWithoutTheDesk(added);
    expect(await closes('added')).toBe(0);
    world.heal();
    await until(async () => (await closes('added')) === 1, 'the desk says how far the tablet counts');
    await allShow('71 kg', '70 kg');
  });

  test('[CH-3] after three days without the machine that removed it another admin says it', async () => {
    const away = await join('away', 'admin');
    await until(() => away.charts.some(({ name }) => name.includes('Okafor')));
    await nurseWritesAndIsRemoved();
    await until(() => shows(away, '71 kg'));
    world.cut(desk);
    await write(away, 'o2', '70 kg');
    expect(await closes('away')).toBe(0);
    world.nowMs += 3 * 24 * 60 * 60_000;
    const chart = await opened(away);
    const peer = await world.newPractice('bob');
    others.unshift(peer);
    await meet(away, peer);
    mustBeOk(await away.share(chart.id, peer.practice.id, [section], 'read'));
    chart.close();
    expect(await closes('away')).toBe(1);
    await until(async () => (await shows(peer, '71 kg')) && (await shows(peer, '70 kg')));
  });

  test('[CH-3] one that lost its own place is waited for by nobody', async () => {
    const second = await join('second', 'admin');
    await until(() => second.charts.some(({ name }) => name.includes('Okafor')));
    await nurseWritesAndIsRemoved();
    await until(async () => (await shows(second, '71 kg')) && knowsRemoval(second));
    mustBeOk(await second.people.setRole(desk.practice.device, 'viewer'));
    await write(second, 'o2', '70 kg');
    expect(await closes('second')).toBeGreaterThan(0);
    await allShow('71 kg', '70 kg');
  });

  test('[CH-3] what an admin shared before being removed reaches a peer that was off: the close comes with the word of it', async () => {
    const second = await join('second', 'admin');
    const peer = await world.newPractice('bob');
    await meet(desk, peer);
    await until(() => second.charts.length === 1 && second.peers.some(({ connection }) => connection !== 'none'));
    await peer.lock();
    mustBeOk(await second.share(onlyChart(second).id, peer.practice.id, [section], 'read'));
    await until(() => onlyChart(desk).sharedWith.length === 1);
    mustBeOk(await desk.people.remove(second.practice.device));
    expect(await closes('alice')).toBe(0);
    const back = mustBeOk(await (await world.door('bob')).unlock(passphrase));
    others.unshift(back);
    await until(() => back.charts.length === 1, 'the chart reaches the peer');
    expect(await closes('alice')).toBe(1);
  });

  describe('and what it wrote into the practice book, and nobody closed it in a chart yet', () => {
    let peer: Session;

    beforeEach(async () => {
      peer = await world.newPractice('bob');
      const second = await join('second', 'admin');
      await until(() => second.charts.some(({ name }) => name.includes('Okafor')));
      await meet(second, peer);
      await until(() => desk.peers.length === 1);
      await nurseWritesAndIsRemoved();
      mustBeOk(await desk.people.remove(second.practice.device));
      others.unshift(peer);
    });

    test('[CH-3] is known to a device that joins later: whom an admin met who left since', async () => {
      const added = await join('added', 'admin');
      await until(() => added.peers.some(({ name }) => name === 'Clinic bob'), 'the peer is known');
      await until(() => shows(added, '71 kg'));
    });

    test('[CH-3] is known to a machine that is restored from the backup of one that is gone', async () => {
      expect(await closes('alice')).toBe(0);
      const { file } = mustBeOk(await desk.backUp(() => undefined, new AbortController().signal));
      await desk.lock();
      await colleague.lock();
      const door = await world.door('new machine');
      const restored = mustBeOk(await door.restore(file, phrase, passphrase, 'New laptop', () => undefined));
      others.push(restored);
      await until(() => restored.peers.some(({ name }) => name === 'Clinic bob'), 'the peer is known');
      await until(() => shows(restored, '71 kg'), 'what the nurse wrote counts');
      mustBeOk(await restored.people.remove(desk.practice.device));
      await write(restored, 'o2', '70 kg');
      expect(await shows(restored, '71 kg')).toBe(true);
    });
  });
});

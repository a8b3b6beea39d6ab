/** A second machine of one practice: pairing, what it gets, working apart and together, and being removed (ID-3 to ID-5). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JoinInput } from '../../../src/app/people/people-acts.ts';
import type { Door } from '../../../src/app/door/door-acts.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { somebody, weight } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const input = (invitation: string): JoinInput => ({
  invitation,
  personName: 'Nora Brandt',
  deviceName: 'Tablet',
  signInName: 'NB',
  passphrase,
});

describe('two devices of one practice', () => {
  let world: World;
  let desk: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    desk = await world.newPractice('alice');
    await importText(desk, somebody('p1', 'Okafor'));
  });

  afterEach(async () => {
    for (const session of [...others.splice(0), desk]) await session.lock();
  });

  /** What happens at the new machine, with the code it shows. */
  function joining(profile: string, link: string, signal = new AbortController().signal) {
    const shown: { code?: string; role?: Role; progress: number[] } = { progress: [] };
    const done = world.door(profile).then((door) =>
      door.join(
        input(link),
        {
          code: (code, { role }) => Object.assign(shown, { code, role }),
          progress: (charts) => shown.progress.push(charts),
        },
        signal,
      ),
    );
    return { shown, done };
  }

  async function join(profile: string, role: Role = 'clinician'): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const { shown, done } = joining(profile, link);
    await until(() => desk.people.requests.length === 1 && shown.code !== undefined);
    const request = mustHave(desk.people.requests[0]);
    expect(request.shortCode).toBe(shown.code);
    mustBeOk(await desk.people.answer(request.id, true));
    const session = mustBeOk(await done);
    others.push(session);
    return session;
  }

  const connected = (a: Session, b: Session): boolean =>
    a.people.devices.some(({ device, connection }) => device === b.practice.device && connection !== 'none');

  /** The one chart is here, and its patient's name can be read. */
  const named = (session: Session): boolean => session.charts.some(({ name }) => name.includes('Okafor'));

  async function writeWeight(session: Session, id: string): Promise<void> {
    const chart = await opened(session, (name) => name.includes('Okafor'));
    mustBeOk(await chart.edit('vitals', [weight(id)]));
    chart.close();
  }

  async function weights(session: Session): Promise<readonly string[]> {
    const chart = await opened(session, (name) => name.includes('Okafor'));
    const keys = [...sectionOf(chart, 'vitals').resources.keys()].sort();
    chart.close();
    return keys;
  }

  test('[ID-3] [ID-5] a device that joins by an invitation shows the same code, and then all that was written before', async () => {
    await writeWeight(desk, 'o1');
    const { link, kind, role } = mustBeOk(await desk.people.inviteDevice('nurse'));
    expect({ kind, role }).toEqual({ kind: 'device', role: 'nurse' });
    const { shown, done } = joining('tablet', link);
    await until(() => desk.people.requests.length === 1 && shown.code !== undefined);
    const [request] = desk.people.requests;
    expect(request).toMatchObject({ personName: 'Nora Brandt', deviceName: 'Tablet', role: 'nurse' });
    expect(request?.shortCode).toMatch(/^\d{6}$/);
    expect(shown).toMatchObject({ code: request?.shortCode, role: 'nurse' });
    mustBeOk(await desk.people.answer(mustHave(request).id, true));
    const tablet = mustBeOk(await done);
    others.push(tablet);

    expect(tablet.practice).toMatchObject({ name: 'Clinic alice', personName: 'Nora Brandt', role: 'nurse' });
    expect(desk.people.requests).toEqual([]);
    await until(() => tablet.charts.some(({ name }) => name.includes('Okafor')));
    await until(async () => (await weights(tablet)).length === 1);
    await until(() => tablet.people.arriving === undefined);
    const chart = await opened(tablet);
    expect(sectionOf(chart, 'problems').resources.size).toBe(1);
    chart.close();
    expect(desk.people.devices.map(({ personName, here }) => [personName, here])).toEqual([
      ['Dr alice', 'this'],
      ['Nora Brandt', undefined],
    ]);
    expect(desk.invitations.map(({ state }) => state)).toEqual(['used']);
  });

  test('[ID-5] edits of either device appear on the other, those made apart too', async () => {
    const tablet = await join('tablet');
    await until(() => named(tablet) && connected(desk, tablet));
    await writeWeight(desk, 'o1');
    await until(async () => (await weights(tablet)).includes('Observation/o1'));
    await writeWeight(tablet, 'o2');
    await until(async () => (await weights(desk)).length === 2);

    world.cut(tablet);
    await writeWeight(desk, 'o3');
    await writeWeight(tablet, 'o4');
    await importText(tablet, somebody('p2', 'Moreau'));
    world.heal();
    await until(async () => (await weights(desk)).length === 4 && (await weights(tablet)).length === 4);
    await until(() => desk.charts.length === 2);
    const chart = await opened(desk, (name) => name.includes('Okafor'));
    expect(sectionOf(chart, 'vitals').provenance('Observation/o2')).toMatchObject({
      personName: 'Nora Brandt',
      own: true,
    });
    chart.close();
  });

  test('[ID-4] a clinician’s device merges charts of one person, and leaves it to administrators whom the practice meets', async () => {
    const tablet = await join('tablet');
    const clinic = await world.newPractice('lakeside');
    others.push(clinic);
    const { link } = mustBeOk(await clinic.createInvitation());
    const { signal } = new AbortController();
    expect(await tablet.acceptInvitation(link, signal)).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(await tablet.createInvitation()).toMatchObject({ ok: false, reason: 'not-allowed' });
    mustBeOk(await desk.acceptInvitation(link, signal));
    await importText(clinic, somebody('p9', 'Okafor'));
    mustBeOk(await clinic.share(onlyChart(clinic).id, desk.practice.id, ['problems'], 'read'));
    await until(() => tablet.charts.length === 2);
    const received = mustHave(tablet.charts.find(({ own }) => !own)).id;
    const own = mustHave(tablet.charts.find((chart) => chart.own)).id;
    mustBeOk(await tablet.merges.merge(own, received));
    expect(tablet.merges.of(received)).toEqual([own, received]);
    await until(() => desk.merges.of(received)[0] === own);
  });

  test('a chart that a second device of the practice holds is said on neither to exist only there', async () => {
    expect(desk.status.chartsOnlyHere).toBe(1);
    const tablet = await join('tablet');
    await until(() => named(tablet) && tablet.people.arriving === undefined);
    await until(() => desk.status.chartsOnlyHere === 0);
    await until(() => tablet.status.chartsOnlyHere === 0);
  });

  test('[ID-5] a practice met on one device, and what it shared, is known to the other', async () => {
    const tablet = await join('tablet');
    const peer = await world.newPractice('bob');
    others.push(peer);
    await importText(peer, somebody('p9', 'Sato'));
    await meet(desk, peer);
    await until(() => tablet.peers.some(({ name, connection }) => name === 'Clinic bob' && connection !== 'none'));
    const shared = mustHave(peer.charts[0]);
    mustBeOk(await peer.share(shared.id, desk.practice.id, ['problems'], 'read'));
    await until(() => tablet.charts.some(({ name }) => name.includes('Sato')));
    world.cut(desk);
    mustBeOk(await peer.share(shared.id, desk.practice.id, ['vitals'], 'read'));
    const chart = await opened(tablet, (name) => name.includes('Sato'));
    await until(() => sectionOf(chart, 'vitals').state === 'open');
    chart.close();
  });

  test('[ID-5] whichever sibling is there brings a third device up to date, a chart of a peer included', async () => {
    const tablet = await join('tablet', 'admin');
    await until(() => named(tablet));
    await writeWeight(tablet, 'o1');
    await until(async () => (await weights(desk)).length === 1);
    await desk.lock();
    const { link } = mustBeOk(await tablet.people.inviteDevice('viewer'));
    const { shown, done } = joining('phone', link);
    await until(() => tablet.people.requests.length === 1 && shown.code !== undefined);
    mustBeOk(await tablet.people.answer(mustHave(tablet.people.requests[0]).id, true));
    const phone = mustBeOk(await done);
    others.push(phone);
    await until(() => named(phone));
    await until(async () => (await weights(phone)).length === 1);
    const chart = await opened(phone);
    expect([...chart.sections.values()].some(({ canWrite }) => canWrite)).toBe(false);
    chart.close();
    desk = mustBeOk(await (await world.door('alice')).unlock(passphrase));
    await until(() => desk.people.devices.length === 3);
  });

  test('[ID-3] of a removed device every other drops the connection; it is told, keeps what it had and writes no more', async () => {
    const tablet = await join('tablet');
    await until(() => named(tablet) && connected(desk, tablet));
    await writeWeight(tablet, 'o1');
    await until(async () => (await weights(desk)).length === 1);
    const before = desk.people.devices.find(({ device }) => device === tablet.practice.device);
    expect(before?.lastSeen).toBeDefined();
    mustBeOk(await desk.people.remove(tablet.practice.device));
    expect(connected(desk, tablet)).toBe(false);
    await until(() => tablet.people.standing === 'removed');
    await writeWeight(desk, 'o2');
    await world.untilQuiet();
    expect(await weights(tablet)).toEqual(['Observation/o1']);
    const chart = await opened(tablet);
    expect(await chart.edit('vitals', [weight('o3')])).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect([...chart.sections.values()].some(({ canWrite }) => canWrite)).toBe(false);
    chart.close();
    expect(tablet.people.mayManage).toBe(false);
    const mine = await opened(desk);
    expect(sectionOf(mine, 'vitals').provenance('Observation/o1')?.personName).toBe('Nora Brandt');
    mine.close();
    expect(desk.people.devices.at(-1)).toMatchObject({ status: 'removed', personName: 'Nora Brandt' });

    await tablet.lock();
    const again = mustBeOk(await (await world.door('tablet')).unlock(passphrase));
    others.push(again);
    expect(again.people.standing).toBe('removed');
    expect(await weights(again)).toEqual(['Observation/o1']);
  });

  test('[ID-3] a device that was away while it was removed learns it when it calls', async () => {
    const tablet = await join('tablet');
    await until(() => named(tablet) && connected(desk, tablet));
    world.cut(tablet);
    mustBeOk(await desk.people.remove(tablet.practice.device));
    await world.untilQuiet();
    expect(tablet.people.standing).toBe('active');
    world.heal();
    await until(() => tablet.people.standing === 'removed');
  });

  test('[ID-4] a role is changed for a device wherever it is, and the last admin keeps the role', async () => {
    const tablet = await join('tablet', 'clinician');
    await until(() => named(tablet) && connected(desk, tablet));
    expect(await tablet.people.setRole(tablet.practice.device, 'admin')).toMatchObject({
      ok: false,
      reason: 'not-allowed',
    });
    expect(await desk.people.setRole(desk.practice.device, 'viewer')).toMatchObject({
      ok: false,
      reason: 'not-allowed',
    });
    const chart = await opened(tablet);
    expect(sectionOf(chart, 'vitals').canWrite).toBe(true);
    mustBeOk(await desk.people.setRole(tablet.practice.device, 'viewer'));
    await until(() => tablet.practice.role === 'viewer' && !sectionOf(chart, 'vitals').canWrite);
    chart.close();
    mustBeOk(await desk.people.setRole(tablet.practice.device, 'admin'));
    await until(() => tablet.people.mayManage);
    mustBeOk(await desk.people.setRole(desk.practice.device, 'clinician'));
    await until(() => !desk.people.mayManage);
  });

  test('[ID-3] nobody removes the device they sit at, and only an admin removes any', async () => {
    const tablet = await join('tablet', 'nurse');
    expect(await desk.people.remove(desk.practice.device)).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(await tablet.people.remove(desk.practice.device)).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(await tablet.people.inviteDevice('admin')).toMatchObject({ ok: false, reason: 'not-allowed' });
  });

  test('[ID-3] what a device was last seen at outlives a restart', async () => {
    const tablet = await join('tablet');
    await until(() => connected(desk, tablet));
    await tablet.lock();
    await desk.lock();
    desk = mustBeOk(await (await world.door('alice')).unlock(passphrase));
    const row = desk.people.devices.find(({ device }) => device === tablet.practice.device);
    expect(Date.parse(mustHave(row?.lastSeen))).toBeGreaterThan(Date.parse('2026-03-02T09:00:00Z'));
  });

  describe('an invitation', () => {
    const signal = new AbortController().signal;
    const told = { code: () => undefined, progress: () => undefined };
    const ask = (door: Door, invitation: string) => door.join(input(invitation), told, signal);

    test('[ID-7] for a practice joins no device, and one for a device is met by no practice', async () => {
      const practice = mustBeOk(await desk.createInvitation());
      const door = await world.door('tablet');
      expect(await ask(door, practice.link)).toMatchObject({ ok: false, reason: 'invites-a-practice' });
      expect(await ask(door, practice.shortText)).toMatchObject({ ok: false, reason: 'invites-a-practice' });
      const forged = practice.link.replace('#/invite/', '#/join/');
      expect(await ask(door, forged)).toMatchObject({ ok: false, reason: 'refused' });
      expect(desk.people.requests).toEqual([]);

      const device = mustBeOk(await desk.people.inviteDevice('admin'));
      const peer = await world.newPractice('bob');
      others.push(peer);
      expect(await peer.acceptInvitation(device.link, signal)).toMatchObject({ ok: false, reason: 'invites-a-device' });
      const met = await peer.acceptInvitation(device.link.replace('#/join/', '#/invite/'), signal);
      expect(met).toMatchObject({ ok: false, reason: 'refused' });
      expect(desk.peers).toEqual([]);
    });

    test('[ATTACK-14] that was used, withdrawn or has ended adds nobody', async () => {
      const used = mustBeOk(await desk.people.inviteDevice('nurse'));
      const first = joining('tablet', used.link);
      await until(() => desk.people.requests.length === 1);
      mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
      others.push(mustBeOk(await first.done));
      const door = await world.door('phone');
      expect(await ask(door, used.link)).toMatchObject({ ok: false, reason: 'used' });

      const withdrawn = mustBeOk(await desk.people.inviteDevice('nurse'));
      await desk.withdrawInvitation(withdrawn.id);
      expect(await ask(door, withdrawn.link)).toMatchObject({ ok: false, reason: 'withdrawn' });

      const ended = mustBeOk(await desk.people.inviteDevice('nurse'));
      world.nowMs += 61 * 60_000;
      expect(await ask(door, ended.link)).toMatchObject({ ok: false, reason: 'expired' });
      expect(desk.people.devices).toHaveLength(2);
      expect(door.state).toBe('empty');
      expect((await world.door('phone')).state).toBe('empty');
    });

    test('[ID-3] is spent when the codes differ, and the machine that asked keeps nothing', async () => {
      const { link } = mustBeOk(await desk.people.inviteDevice('admin'));
      const { done } = joining('tablet', link);
      await until(() => desk.people.requests.length === 1);
      mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, false));
      expect(await done).toMatchObject({ ok: false, reason: 'refused' });
      expect(desk.invitations[0]?.state).toBe('withdrawn');
      expect(desk.people.devices).toHaveLength(1);
      expect((await world.door('tablet')).state).toBe('empty');
    });

    test('[ID-3] of two machines with one secret, each shows a code of its own and one is added', async () => {
      const { link } = mustBeOk(await desk.people.inviteDevice('nurse'));
      const honest = joining('tablet', link);
      await until(() => desk.people.requests.length === 1);
      const thief = joining('stranger', link);
      await until(() => desk.people.requests.length === 2);
      await until(() => honest.shown.code !== undefined && thief.shown.code !== undefined);
      expect(honest.shown.code).not.toBe(thief.shown.code);
      const request = mustHave(desk.people.requests.find(({ shortCode }) => shortCode === honest.shown.code));
      mustBeOk(await desk.people.answer(request.id, true));
      others.push(mustBeOk(await honest.done));
      const other = mustHave(desk.people.requests[0]);
      expect(await desk.people.answer(other.id, true)).toMatchObject({ ok: false, reason: 'gone' });
      expect(await thief.done).toMatchObject({ ok: false });
      expect(desk.people.devices).toHaveLength(2);
    });

    test('[ID-3] can be used again by who gave up before the answer, whose request is gone', async () => {
      const { link } = mustBeOk(await desk.people.inviteDevice('nurse'));
      const stop = new AbortController();
      const given = joining('tablet', link, stop.signal);
      await until(() => desk.people.requests.length === 1);
      stop.abort();
      expect(await given.done).toMatchObject({ ok: false, reason: 'cancelled' });
      await until(() => desk.people.requests.length === 0);
      const again = joining('tablet', link);
      await until(() => desk.people.requests.length === 1);
      mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
      others.push(mustBeOk(await again.done));
    });
  });
});

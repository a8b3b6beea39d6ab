/** The audit log of several devices: who sees what, what stays when one is removed, months, backups (AU-1, AU-2, AU-4). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditCheck, AuditEvent } from '../../../src/app/audit/audit-acts.ts';
import { inOrder, numbersOf, type LoggedEvent } from '../../../src/app/audit/audit-reading.ts';
import type { DeviceId } from '../../../src/base/ids.ts';
import { deviceId } from '../../../src/base/ids.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, opened, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const quiet = (): void => undefined;

let world: World;
let desk: Session;
let recoveryPhrase: string;
const others: Session[] = [];

beforeEach(async () => {
  world = await World.start();
  recoveryPhrase = (await world.door('alice')).newRecoveryPhrase();
  desk = await world.newPractice('alice', { recoveryPhrase });
  await importText(desk, adaWith(problem()));
});

afterEach(async () => {
  for (const session of [...others.splice(0), desk]) await session.lock();
});

async function join(profile: string, role: Role): Promise<Session> {
  const { link } = mustBeOk(await desk.people.inviteDevice(role));
  const told = { code: quiet, progress: quiet };
  const joining = { invitation: link, personName: 'Nora Brandt', deviceName: 'Tablet', signInName: 'NB', passphrase };
  const done = world.door(profile).then((door) => door.join(joining, told, new AbortController().signal));
  await until(() => desk.people.requests.length === 1);
  mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
  const session = mustBeOk(await done);
  others.push(session);
  return session;
}

async function all(session: Session): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (const month of await session.audit.months()) events.push(...(await session.audit.month(month)).events);
  return events;
}

async function check(session: Session): Promise<AuditCheck> {
  return mustBeOk(await session.audit.check(quiet, new AbortController().signal));
}

/** What one device did, as the log at another tells it. */
async function kindsOf(session: Session, by: DeviceId): Promise<readonly string[]> {
  return (await all(session)).filter((event) => event.by === by).map(({ kind }) => kind);
}

describe('who sees what', () => {
  it('[AU-4] an administrator reads everybody, a viewer what was done at the own device; what a viewer opens is written down', async () => {
    const tablet = await join('tablet', 'viewer');
    await until(() => tablet.charts.some(({ name }) => name === 'Ada Okafor'));
    (await opened(tablet)).close();
    expect(tablet.audit.readsAll).toBe(false);
    await until(async () => (await kindsOf(tablet, tablet.practice.device)).includes('chart-opened'));
    const own = await all(tablet);
    expect(new Set(own.map(({ by }) => by))).toEqual(new Set([tablet.practice.device]));
    expect((await check(tablet)).devices).toEqual([]);

    // Whoever may not begin a volume hands its events on once somebody has.
    await until(async () => {
      await all(tablet);
      return (await kindsOf(desk, tablet.practice.device)).includes('chart-opened');
    });
    const opening = mustHave(
      (await all(desk)).find(({ kind, by }) => kind === 'chart-opened' && by === tablet.practice.device),
    );
    expect(opening).toMatchObject({ personName: 'Nora Brandt', deviceName: 'Tablet', role: 'viewer' });
    expect(await kindsOf(desk, desk.practice.device)).toContain('person-added');
  });

  it('[AU-4] [CH-3] what a device wrote stays when it is removed, and after a restart too', async () => {
    const tablet = await join('tablet', 'clinician');
    await until(() => tablet.charts.some(({ name }) => name === 'Ada Okafor'));
    (await opened(tablet)).close();
    await until(async () => (await kindsOf(tablet, tablet.practice.device)).includes('chart-opened'));
    await until(async () => (await kindsOf(desk, tablet.practice.device)).includes('chart-opened'));
    const before = await kindsOf(desk, tablet.practice.device);
    mustBeOk(await desk.people.remove(tablet.practice.device));
    await until(async () => (await check(desk)).devices.some(({ removed }) => removed));
    expect(await kindsOf(desk, tablet.practice.device)).toEqual(before);
    const log = mustHave((await check(desk)).devices.find(({ device }) => device === tablet.practice.device));
    expect(log).toMatchObject({ removed: true, missing: [], twice: [], refused: 0, setAside: 0 });
    // After a restart too.
    await desk.lock();
    desk = mustBeOk(await (await world.door('alice')).unlock(passphrase));
    expect(await kindsOf(desk, tablet.practice.device)).toEqual(before);
  });

  it('[AU-2] people of one browser write one log each, and read them together', async () => {
    const nora = { personName: 'Nora Brandt', signInName: 'Nora', role: 'admin' as const, passphrase: theirs };
    mustBeOk(await desk.people.addPersonHere(nora, quiet));
    await desk.lock();
    const door = await world.door('alice');
    desk = mustBeOk(await door.unlock(theirs, mustHave(door.people[1]).vault));
    (await opened(desk)).close();
    const events = await all(desk);
    expect(new Set(events.map(({ personName }) => personName))).toEqual(new Set(['Dr alice', 'Nora Brandt']));
    expect(events.find(({ kind }) => kind === 'locked')).toMatchObject({ personName: 'Dr alice' });
    for (const log of (await check(desk)).devices) expect(log).toMatchObject({ missing: [], twice: [], refused: 0 });
  });
});

describe('years', () => {
  it('[AU-1] each month is a volume of its own, numbers go on, and the months are read apart', async () => {
    await all(desk);
    for (const month of ['2026-04', '2026-05']) {
      world.nowMs = Date.parse(`${month}-10T09:00:00Z`);
      (await opened(desk)).close();
      await desk.lock();
      desk = mustBeOk(await (await world.door('alice')).unlock(passphrase));
    }
    expect(await desk.audit.months()).toEqual(['2026-05', '2026-04', '2026-03']);
    const april = await desk.audit.month('2026-04');
    expect(april.events.map(({ kind }) => kind)).toEqual(['locked', 'chart-opened']);
    expect(april.devices).toMatchObject([{ missing: [], count: 2 }]);
    const { devices, months } = await check(desk);
    expect(months).toBe(3);
    expect(devices).toMatchObject([{ missing: [], twice: [] }]);
    const numbers = (await all(desk)).map(({ number }) => number).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });

  it('[AU-1] a restored practice has its log, and the new machine begins one of its own', async () => {
    (await opened(desk)).close();
    await all(desk);
    const { file } = mustBeOk(await desk.backUp(quiet, new AbortController().signal));
    const before = await all(desk);
    const old = desk.practice.device;
    await desk.lock();
    const door = await world.door('fresh');
    desk = mustBeOk(await door.restore(file, recoveryPhrase, theirs, 'new laptop', quiet));
    const after = await all(desk);
    expect(after.filter(({ by }) => by === old).map(({ id }) => id)).toEqual(
      before.filter(({ kind }) => kind !== 'backup-made').map(({ id }) => id),
    );
    expect(after.filter(({ by }) => by === desk.practice.device).map(({ kind, number }) => [kind, number])).toEqual([
      ['unlocked', 2],
      ['practice-restored', 1],
    ]);
  });
});

describe('what speaks against a log', () => {
  const device = deviceId(new Uint8Array(32).fill(3));
  const event = (number: number, at: number): LoggedEvent => ({
    device,
    number,
    act: { at, kind: 'chart-opened' },
    role: 'clinician',
    ahead: false,
    onlyHere: false,
  });

  it('[AU-4] numbers that are missing below the highest, and numbers that stand for two', () => {
    expect(numbersOf([1, 2, 5, 6, 6, 9], 1)).toEqual({
      missing: [
        { from: 3, to: 4 },
        { from: 7, to: 8 },
      ],
      twice: [6],
      upTo: 9,
    });
    expect(numbersOf([4, 5], 4)).toEqual({ missing: [], twice: [], upTo: 5 });
    expect(numbersOf([4, 5], 1).missing).toEqual([{ from: 1, to: 3 }]);
  });

  it('[AU-4] an event whose device’s clock was set back says so and stands where its number puts it', () => {
    const ordered = inOrder([event(1, 1_000), event(2, 5_000), event(3, 2_000), event(4, 6_000)]);
    expect(ordered.map(({ number }) => number)).toEqual([4, 3, 2, 1]);
    expect(ordered.map(({ clock }) => clock)).toEqual([undefined, 'set-back', undefined, undefined]);
  });
});

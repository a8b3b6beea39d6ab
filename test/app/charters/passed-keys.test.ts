/** A key made beside the addition of a device (CH-7): whoever holds it passes it on, once, and nobody waits for the next one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CharterState } from '../../../src/access/charter.ts';
import type { Role, Session } from '../../../src/app/session.ts';
import { accessOf, breakIn } from '../support/break-in.ts';
import { adaWith, somebody } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const section = 'allergies';
const allergy = {
  kind: 'create' as const,
  key: 'AllergyIntolerance/a1',
  base: JSON.stringify({ resourceType: 'AllergyIntolerance', id: 'a1', code: { text: 'Penicillin' } }),
};

describe('a device added while another is away', () => {
  let world: World;
  const open: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
  });

  afterEach(async () => {
    for (const session of open.splice(0)) await session.lock();
  });

  async function join(desk: Session, profile: string, role: Role = 'clinician'): Promise<Session> {
    const { link } = mustBeOk(await desk.people.inviteDevice(role));
    const door = await world.door(profile);
    const names = { personName: `Dr ${profile}`, deviceName: profile, signInName: profile };
    const told = { code: () => undefined, progress: () => undefined };
    const joining = door.join({ invitation: link, ...names, passphrase }, told, new AbortController().signal);
    await until(() => desk.people.requests.length === 1);
    mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
    const session = mustBeOk(await joining);
    open.push(session);
    await until(() => session.charts[0]?.name === 'Ada Okafor');
    return session;
  }

  /** A practice with a backup from before the key that the tests are about, and the machine it is restored on. */
  async function backedUp(): Promise<{ desk: Session; ward: Session; restored: () => Promise<Session> }> {
    const phrase = (await world.door('alice')).newRecoveryPhrase();
    const desk = await world.newPractice('alice', { recoveryPhrase: phrase });
    open.push(desk);
    await importText(desk, adaWith());
    const ward = await join(desk, 'ward');
    const { file } = mustBeOk(await desk.backUp(() => undefined, new AbortController().signal));
    const restored = async (): Promise<Session> => {
      const door = await world.door('again');
      const again = mustBeOk(await door.restore(file, phrase, passphrase, 'again', () => undefined));
      open.push(again);
      return again;
    };
    return { desk, ward, restored };
  }

  /** The charter of the one chart, as it lies on a machine, at first the desk. */
  async function charterOnDisk(session: Session, profile = 'alice'): Promise<CharterState> {
    const machine = await breakIn(world, profile, passphrase);
    const { charter } = await accessOf(machine, onlyChart(session).id);
    machine.store.close();
    return charter;
  }

  /** Devices of one practice act 30 s after each other, here 1.5 s. */
  const everyoneHadATurn = (): Promise<void> => world.untilQuiet(2_000);

  test('[CH-7] gets the key that one made meanwhile, from one colleague and not from all', async () => {
    const desk = await world.newPractice('alice');
    open.push(desk);
    await importText(desk, adaWith());
    const ward = await join(desk, 'ward');
    const lab = await join(desk, 'lab');
    mustBeOk(await lab.updateSettings({ sharing: false }));
    const tablet = await join(desk, 'tablet');
    const away = await opened(lab);
    // The first entry of the section: its key is made here, by a device that does not know of the tablet.
    mustBeOk(await away.edit(section, [allergy]));
    mustBeOk(await lab.updateSettings({ sharing: true }));
    const chart = await opened(tablet);
    await until(() => sectionOf(chart, section).resources.size === 1, 'the tablet reads it');
    await until(async () => sectionOf(await opened(ward), section).resources.size === 1);
    await everyoneHadATurn();
    const charter = await charterOnDisk(desk);
    expect(charter.ops.filter(({ body }) => body.kind === 'grantKeys')).toHaveLength(1);
    expect(charter.epochs.filter((epoch) => epoch.section === section)).toHaveLength(1);
  });

  test('[CH-7] gets that of the practice book too, and reads the task that was set beside its addition', async () => {
    const desk = await world.newPractice('alice');
    open.push(desk);
    await importText(desk, adaWith());
    const lab = await join(desk, 'lab');
    mustBeOk(await lab.updateSettings({ sharing: false }));
    const tablet = await join(desk, 'tablet');
    mustBeOk(await lab.work.tasks.add({ text: 'Order paper' }));
    mustBeOk(await lab.updateSettings({ sharing: true }));
    await until(() => tablet.work.tasks.all.length === 1, 'the tablet reads it');
  });

  test('[CH-7] [AU-4] gets that of the audit log too, and reads what was done beside its addition', async () => {
    const desk = await world.newPractice('alice');
    open.push(desk);
    await importText(desk, adaWith());
    const read = async (session: Session) => {
      const months = await session.audit.months();
      const read = await Promise.all(months.map((month) => session.audit.month(month)));
      return read.flatMap(({ events }) => events);
    };
    await read(desk);
    // The volume is older than the lab, so its first words there are under a key of its own.
    const lab = await join(desk, 'lab');
    await world.untilQuiet();
    mustBeOk(await lab.updateSettings({ sharing: false }));
    const tablet = await join(desk, 'tablet', 'admin');
    (await opened(lab)).close();
    // Written into the volume when it is looked at.
    await read(lab);
    mustBeOk(await lab.updateSettings({ sharing: true }));
    const opening = { by: lab.practice.device, kind: 'chart-opened' };
    await until(
      async () => (await read(tablet)).some(({ by, kind }) => by === opening.by && kind === opening.kind),
      'the tablet reads what was done at the lab',
    );
  });

  test('[CH-7] a device restored from an older backup asks for the key that was made meanwhile, by whoever did not know of it', async () => {
    const { desk, ward, restored } = await backedUp();
    mustBeOk(await (await opened(ward)).edit(section, [allergy]));
    await until(async () => sectionOf(await opened(desk), section).resources.size === 1, 'the desk reads it');
    const again = await restored();
    const chart = await opened(again);
    await until(() => sectionOf(chart, section).resources.size === 1, 'the restored device reads it');
    expect(again.people.arriving).toBeUndefined();
    const charter = await charterOnDisk(desk);
    expect(charter.ops.filter(({ body }) => body.kind === 'grantKeys')).toEqual([]);
  });

  test('[CH-7] and asks for it after it was switched off meanwhile', async () => {
    const { desk, ward, restored } = await backedUp();
    mustBeOk(await (await opened(ward)).edit(section, [allergy]));
    await until(async () => sectionOf(await opened(desk), section).resources.size === 1, 'the desk reads it');
    const again = await restored();
    await until(async () => (await charterOnDisk(again, 'again')).epochs.some((epoch) => epoch.section === section));
    await again.lock();
    const later = mustBeOk(await (await world.door('again')).unlock(passphrase));
    open.push(later);
    const chart = await opened(later);
    await until(() => sectionOf(chart, section).resources.size === 1, 'the restored device reads it');
  });

  test('[CH-7] that was answered by a colleague who lacks the key asks the next one', async () => {
    const { desk, ward, restored } = await backedUp();
    world.cut(ward);
    await importText(ward, somebody('p2', 'Moreau'));
    const again = await restored();
    const device = again.practice.device;
    await until(() => desk.people.devices.some((one) => one.device === device), 'the desk knows whom to answer');
    // From now on the desk receives no chart, and answers all the same: it is asked first, having been there first.
    world.heal();
    world.cut(desk);
    await until(() => again.charts.some(({ name }) => name.includes('Moreau')), 'the ward was asked');
    expect(desk.charts).toHaveLength(1);
  });

  test('[CH-7] that was answered by a colleague without the chart asks that one again once it has the chart', async () => {
    const { desk, ward, restored } = await backedUp();
    // The desk can be asked for keys, and receives no chart.
    world.cut(desk);
    await importText(ward, somebody('p2', 'Moreau'));
    const again = await restored();
    const reads = () => again.charts.some(({ name }) => name.includes('Moreau'));
    await until(() => again.charts.length === 2, 'the chart is here');
    await ward.updateSettings({ sharing: false });
    await everyoneHadATurn();
    expect(reads(), 'the desk had no answer').toBe(false);
    world.heal();
    await until(reads, 'the desk was asked again');
  });
});

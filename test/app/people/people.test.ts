/** Several people at one workstation (ID-3, ID-6): own passphrases, own names in the record, one disk. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../src/base/ids.ts';
import { readPeople } from '../../../src/app/people/people-vaults.ts';
import type { NewPersonHere } from '../../../src/app/people/people-acts.ts';
import type { Session } from '../../../src/app/session.ts';
import { breakIn } from '../support/break-in.ts';
import { somebody, weight } from '../support/patient.ts';
import { importText, meet, mustBeOk, mustHave, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const nurse: NewPersonHere = {
  personName: 'Nora Brandt',
  signInName: 'Nora',
  role: 'nurse',
  passphrase: theirs,
};
const quiet = (): void => undefined;

describe('people of one workstation', () => {
  let world: World;
  let session: Session;
  const others: Session[] = [];

  beforeEach(async () => {
    world = await World.start();
    session = await world.newPractice('alice');
    await importText(session, somebody('p1', 'Okafor'));
  });

  afterEach(async () => {
    for (const open of [...others.splice(0), session]) await open.lock();
  });

  async function change(vault: string, words: string): Promise<void> {
    await session.lock();
    session = mustBeOk(await (await world.door('alice')).unlock(words, vault));
  }

  async function nora(): Promise<string> {
    mustBeOk(await session.people.addPersonHere(nurse, quiet));
    const { people } = await world.door('alice');
    return mustHave(people.find(({ signInName }) => signInName === 'Nora')).vault;
  }

  test('[ID-6] a second person has an own passphrase, sees every chart, and is named in what they write', async () => {
    const steps: number[] = [];
    expect(session.practice.role, 'whoever made the practice looks after it').toBe('admin');
    mustBeOk(await session.people.addPersonHere(nurse, (done) => steps.push(done)));
    expect(steps.at(-1)).toBe(2);
    const door = await world.door('alice');
    expect(door.people.map(({ signInName }) => signInName)).toEqual(['A', 'Nora']);
    const vault = mustHave(door.people[1]).vault;
    await session.lock();
    expect(await door.unlock(passphrase, vault)).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
    expect(await door.unlock(theirs)).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
    session = mustBeOk(await door.unlock(theirs, vault));
    expect(session.practice).toMatchObject({ personName: 'Nora Brandt', role: 'nurse' });
    const chart = await opened(session);
    expect(sectionOf(chart, 'problems').resources.size).toBe(1);
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    expect(sectionOf(chart, 'vitals').provenance('Observation/o1')).toMatchObject({
      personName: 'Nora Brandt',
      own: true,
    });
    chart.close();
  });

  test('[ID-4] the second person may do what their role allows, and no more', async () => {
    await change(await nora(), theirs);
    const chart = await opened(session);
    expect(sectionOf(chart, 'problems').canWrite).toBe(false);
    expect(sectionOf(chart, 'vitals').canWrite).toBe(true);
    chart.close();
    expect(session.people.mayManage).toBe(false);
    expect(await session.people.addPersonHere({ ...nurse, signInName: 'Another' }, quiet)).toMatchObject({
      ok: false,
      reason: 'not-allowed',
    });
    expect(await session.createInvitation()).toMatchObject({ ok: false, reason: 'not-allowed' });
  });

  test('[ID-6] what one person wrote, registered and received is there for the next at unlocking', async () => {
    const vault = await nora();
    const peer = await world.newPractice('bob');
    others.push(peer);
    await importText(peer, somebody('p9', 'Sato'));
    await meet(session, peer);
    mustBeOk(await peer.share(onlyChart(peer).id, session.practice.id, ['problems'], 'read'));
    await until(() => session.charts.some(({ name }) => name.includes('Sato')));
    await importText(session, somebody('p2', 'Moreau'));
    const chart = await opened(session, (name) => name.includes('Okafor'));
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    chart.close();

    await change(vault, theirs);
    await until(() => session.charts.length === 3);
    await until(() => session.charts.every(({ name }) => name !== ''));
    await until(() => session.notices.some(({ kind }) => kind === 'chart-received'));
    expect(session.peers.map(({ name }) => name)).toEqual(['Clinic bob']);
    const seen = await opened(session, (name) => name.includes('Okafor'));
    expect(sectionOf(seen, 'vitals').provenance('Observation/o1')?.personName).toBe('Dr alice');
    mustBeOk(await seen.edit('vitals', [weight('o2')]));
    seen.close();

    await change('', passphrase);
    const back = await opened(session, (name) => name.includes('Okafor'));
    expect([...sectionOf(back, 'vitals').resources.keys()].sort()).toEqual(['Observation/o1', 'Observation/o2']);
    back.close();
  });

  test('[ID-3] of a person who is removed the vault here is gone, and what they signed keeps their name', async () => {
    const vault = await nora();
    await change(vault, theirs);
    const chart = await opened(session);
    mustBeOk(await chart.edit('vitals', [weight('o1')]));
    chart.close();
    const device = session.practice.device;

    await change('', passphrase);
    mustBeOk(await session.people.remove(device));
    expect(session.people.devices.find((row) => row.device === device)).toMatchObject({
      status: 'removed',
      personName: 'Nora Brandt',
      addedBy: 'Dr alice',
    });
    const read = await opened(session);
    await until(() => sectionOf(read, 'vitals').provenance('Observation/o1')?.personName === 'Nora Brandt');
    read.close();
    const store = mustBeOk(await world.ports('alice').openStore(quiet));
    expect(await store.sealedKeys(vault)).toEqual([]);
    expect(await readPeople(store)).toHaveLength(1);
    store.close();
    await session.lock();
    expect(await (await world.door('alice')).unlock(theirs, vault)).toMatchObject({ ok: false });
    session = mustBeOk(await (await world.door('alice')).unlock(passphrase));
  });

  describe('whose device an administrator removes at another machine', () => {
    let tablet: Session;
    let vault: string;
    let device: DeviceId;

    beforeEach(async () => {
      vault = await nora();
      device = mustHave(session.people.devices.find(({ personName }) => personName === 'Nora Brandt')).device;
      const { link } = mustBeOk(await session.people.inviteDevice('admin'));
      const door = await world.door('tablet');
      const names = { personName: 'Dr Tablet', deviceName: 'Tablet', signInName: 'T' };
      const told = { code: quiet, progress: quiet };
      const joining = door.join({ invitation: link, ...names, passphrase }, told, new AbortController().signal);
      await until(() => session.people.requests.length === 1);
      mustBeOk(await session.people.answer(mustHave(session.people.requests[0]).id, true));
      tablet = mustBeOk(await joining);
      others.push(tablet);
    });

    async function keptOf(name: string): Promise<{ readonly records: number; readonly listed: readonly string[] }> {
      const store = mustBeOk(await world.ports('alice').openStore(quiet));
      const [records, people] = [await store.sealedKeys(name), await readPeople(store)];
      store.close();
      return { records: records.length, listed: people.map(({ signInName }) => signInName) };
    }

    test('[ID-3] loses the vault at this desk when a colleague at work there hears of it', async () => {
      expect((await keptOf(vault)).records).toBeGreaterThan(0);
      mustBeOk(await tablet.people.remove(device));
      await until(async () => (await keptOf(vault)).records === 0, 'no record is left');
      expect((await keptOf(vault)).listed).toEqual(['A']);
      await session.lock();
      expect(await (await world.door('alice')).unlock(theirs, vault)).toMatchObject({ ok: false });
      session = mustBeOk(await (await world.door('alice')).unlock(passphrase));
      expect(onlyChart(session).name).toContain('Okafor');
    });

    test('[ID-3] keeps it while at work there alone, and loses it when a colleague unlocks, without any connection', async () => {
      await change(vault, theirs);
      mustBeOk(await tablet.people.remove(device));
      await until(() => session.people.standing === 'removed');
      await tablet.lock();
      await session.lock();
      expect((await keptOf(vault)).records).toBeGreaterThan(0);
      session = mustBeOk(await (await world.door('alice')).unlock(passphrase));
      await until(async () => (await keptOf(vault)).records === 0, 'no record is left');
      expect((await keptOf(vault)).listed).toEqual(['A']);
    });
  });

  test('[ID-6] a name at the door is given once, and the first person keeps the first place', async () => {
    mustBeOk(await session.people.addPersonHere(nurse, quiet));
    expect(await session.people.addPersonHere({ ...nurse, signInName: ' nora' }, quiet)).toMatchObject({
      ok: false,
      reason: 'name-taken',
    });
    const door = await world.door('alice');
    expect(door.people).toHaveLength(2);
  });

  test('[ID-6] a profile of before people had vaults of their own opens, and takes a second person', async () => {
    await session.lock();
    const store = mustBeOk(await world.ports('alice').openStore(quiet));
    await store.commit({ sealed: [{ key: 'people', bytes: undefined }] });
    store.close();
    const door = await world.door('alice');
    expect(door.people).toEqual([{ vault: '', signInName: '' }]);
    session = mustBeOk(await door.unlock(passphrase));
    mustBeOk(await session.people.addPersonHere(nurse, quiet));
    expect((await world.door('alice')).people.map(({ signInName }) => signInName)).toEqual(['A', 'Nora']);
  });

  test('[EN-8] a commit that fails while a person is added leaves no trace of them', async () => {
    const machine = await breakIn(world, 'alice', passphrase);
    const before = await machine.store.sealedKeys('');
    world.failCommits('alice', true);
    expect(await session.people.addPersonHere(nurse, quiet)).toMatchObject({ ok: false, reason: 'storage-full' });
    world.failCommits('alice', false);
    expect(await machine.store.sealedKeys('')).toEqual(before);
    machine.store.close();
    expect(session.people.devices).toHaveLength(1);
    mustBeOk(await session.people.addPersonHere(nurse, quiet));
  });

  test('[ID-6] the recovery phrase opens the vault of whoever forgot the passphrase', async () => {
    const phrase = (await world.door('alice')).newRecoveryPhrase();
    const other = await world.newPractice('carol', { recoveryPhrase: phrase });
    mustBeOk(await other.people.addPersonHere(nurse, quiet));
    await other.lock();
    const door = await world.door('carol');
    const vault = mustHave(door.people[1]).vault;
    const recovered = mustBeOk(await door.recover(phrase, 'another passphrase', vault));
    expect(recovered.practice.personName).toBe('Nora Brandt');
    await recovered.lock();
    const again = mustBeOk(await (await world.door('carol')).unlock(passphrase));
    expect(again.practice.personName).toBe('Dr carol');
    await again.lock();
  });

  test('[CUT-8] one person works at a time: a second tab is told so, whoever asks', async () => {
    const vault = await nora();
    expect(await (await world.door('alice')).unlock(theirs, vault)).toMatchObject({
      ok: false,
      reason: 'open-in-another-tab',
    });
  });
});

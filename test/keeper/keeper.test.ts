/** A keeper between practices that are never there at the same hour: added, filled, wiped, removed; over real sessions. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idBytes } from '../../src/base/ids.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../src/app/session.ts';
import { checkStore } from '../../src/keeper/check-store.ts';
import { MemoryDisk } from '../../src/store/memory-store.ts';
import { accessOf, breakIn } from '../app/support/break-in.ts';
import { adaWith, amlodipine, dose, medicationKey } from '../app/support/patient.ts';
import {
  importText,
  meet,
  mustBeOk,
  mustHave,
  onlyChart,
  opened,
  sectionOf,
  until,
  World,
} from '../app/support/world.ts';
import { addKeeper, entriesAt, pairingTextOf, startKeeper, type KeeperMachine } from './support.ts';

const patient = adaWith(amlodipine);
const section = 'medications';

let world: World;
const sessions: Session[] = [];
const machines: KeeperMachine[] = [];

beforeEach(async () => {
  world = await World.start();
});

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.lock();
  for (const { keeper, failures } of machines.splice(0)) {
    await keeper.stop();
    expect(failures).toEqual([]);
  }
});

async function practice(profile: string): Promise<Session> {
  const session = await world.newPractice(profile);
  sessions.push(session);
  return session;
}

async function keeperOf(session: Session, of: Parameters<typeof startKeeper>[1] = {}): Promise<KeeperMachine> {
  const machine = await addKeeper(world, session, startKeeper(world, of));
  machines.push(machine);
  return machine;
}

async function joined(desk: Session, profile: string): Promise<Session> {
  const { link } = mustBeOk(await desk.people.inviteDevice('clinician'));
  const door = await world.door(profile);
  const names = { personName: `Dr ${profile}`, deviceName: profile, signInName: profile };
  const told = { code: () => undefined, progress: () => undefined };
  const passphrase = 'correct horse battery';
  const joining = door.join({ invitation: link, ...names, passphrase }, told, new AbortController().signal);
  await until(() => desk.people.requests.length === 1);
  mustBeOk(await desk.people.answer(mustHave(desk.people.requests[0]).id, true));
  const session = mustBeOk(await joining);
  sessions.push(session);
  return session;
}

async function away(session: Session): Promise<void> {
  mustBeOk(await session.updateSettings({ sharing: false }));
}

async function back(session: Session): Promise<void> {
  mustBeOk(await session.updateSettings({ sharing: true }));
}

const doseIn = (chart: OpenChart): string =>
  sectionOf(chart, section).resources.get(medicationKey)?.registers['dose'] ?? '';

/** An edit, and until the keeper has it. */
async function editKept(chart: OpenChart, text: string, machine: KeeperMachine): Promise<void> {
  const before = entriesAt(machine);
  mustBeOk(await chart.edit(section, [dose(text)]));
  await until(() => entriesAt(machine) > before, `the keeper has ${text}`);
}

/** The chart and the practice's book are at the keeper, and nothing has come for a while. */
async function settled(machine: KeeperMachine): Promise<void> {
  let before = -1;
  await until(async () => {
    const { state } = machine.keeper;
    const isQuiet = state.kind === 'member' && state.charts === 2 && state.connected.every((peer) => peer.settled);
    const isSame = entriesAt(machine) === before && before > 0;
    before = entriesAt(machine);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return isQuiet && isSame;
  }, 'the keeper has the chart, and nothing more comes');
}

describe('[ID-3] a keeper is added', () => {
  test('by its text and the same six digits, and is a device of the practice without a name of anybody', async () => {
    const clinic = await practice('alice');
    const machine = await keeperOf(clinic);
    const row = clinic.people.devices.find(({ role }) => role === 'keeper');
    expect(row).toMatchObject({ deviceName: 'Cellar', personName: '', status: 'active' });
    expect(machine.keeper.state).toMatchObject({ kind: 'member', practice: clinic.practice.id });
    expect(machine.codes).toHaveLength(1);
  });

  test('not when the digits differ: the text it showed is good for nothing any more', async () => {
    const clinic = await practice('alice');
    const machine = await startKeeper(world);
    machines.push(machine);
    const before = pairingTextOf(machine);
    const { signal } = new AbortController();
    mustBeOk(await clinic.people.addKeeper(before, signal));
    mustBeOk(await clinic.people.answer(mustHave(clinic.people.requests[0]).id, false));
    await until(() => pairingTextOf(machine) !== before, 'another text');
    expect(clinic.people.devices).toHaveLength(1);
    expect(await clinic.people.addKeeper(before, signal)).toMatchObject({ ok: false, reason: 'pairing-is-old' });
  });

  test('[ATTACK-14] by one practice: to another it says that it is taken, and no roster takes it over', async () => {
    const clinic = await practice('alice');
    const stranger = await practice('mallory');
    const machine = await startKeeper(world);
    const text = pairingTextOf(machine);
    await addKeeper(world, clinic, Promise.resolve(machine));
    machines.push(machine);
    expect(await stranger.people.addKeeper(text, new AbortController().signal)).toMatchObject({ reason: 'taken' });
    expect(machine.keeper.state).toMatchObject({ practice: clinic.practice.id });
  });

  test('[ID-3] after the line broke once it had agreed: a device that calls later tells it that it was added', async () => {
    const clinic = await practice('alice');
    const machine = await startKeeper(world);
    machines.push(machine);
    mustBeOk(await clinic.people.addKeeper(pairingTextOf(machine), new AbortController().signal));
    world.breakMeetingsAt('introduce');
    await clinic.people.answer(mustHave(clinic.people.requests[0]).id, true);
    expect(machine.keeper.state.kind).toBe('pairing');
    world.breakMeetingsAt(undefined);
    await until(() => machine.keeper.state.kind === 'member', 'the keeper is told');
  });
});

describe('[RE-4] what a keeper holds', () => {
  test('[ATTACK-44] is every section, sealed: no text of the chart, no name of a person or practice, and no key wrapped to it', async () => {
    const clinic = await practice('alice');
    await importText(clinic, patient);
    const machine = await keeperOf(clinic);
    await until(() => entriesAt(machine) > 0);
    await settled(machine);
    const bytes = Buffer.concat(
      [...machine.disk.tables.values()].flatMap((table) =>
        [...table.values()].map((value) =>
          value instanceof Uint8Array
            ? Buffer.from(value)
            : Buffer.from(
                JSON.stringify(value, (_, inner: unknown) =>
                  inner instanceof Uint8Array ? Buffer.from(inner).toString('latin1') : inner,
                ),
              ),
        ),
      ),
    ).toString('latin1');
    for (const secret of ['Okafor', 'Amlodipine', 'amlodipine', 'Clinic alice', 'Dr alice', 'Cellar'])
      expect(bytes).not.toContain(secret);

    // Keys are made for charts that come after it too, and none of them is for it.
    await importText(clinic, JSON.stringify({ resourceType: 'Patient', id: 'later', name: [{ family: 'Maas' }] }));
    await until(() => clinic.charts.length === 2);
    const admin = await breakIn(world, 'alice', 'correct horse battery');
    for (const { id } of clinic.charts) {
      const { charter } = await accessOf(admin, id);
      const keeperId = Buffer.from(idBytes(machine.keeper.device));
      for (const op of charter.ops) expect(Buffer.from(op.signed.bytes).includes(keeperId)).toBe(false);
      expect(charter.ops.some(({ body }) => body.kind === 'create')).toBe(true);
    }
  });
});

describe('[RE-1] two practices that are never there at the same hour', () => {
  let clinic: Session;
  let pharmacy: Session;

  beforeEach(async () => {
    clinic = await practice('alice');
    pharmacy = await practice('bob');
    await importText(clinic, patient);
    await meet(clinic, pharmacy);
    mustBeOk(await clinic.share(onlyChart(clinic).id, pharmacy.practice.id, [section], 'write'));
    await until(() => pharmacy.charts[0]?.name === 'Ada Okafor');
  });

  async function atPharmacy(): Promise<OpenChart> {
    const chart = await opened(pharmacy);
    await until(() => sectionOf(chart, section).canWrite);
    return chart;
  }

  test('exchange edits through the keeper of one of them, there and back', async () => {
    const machine = await keeperOf(clinic);
    await settled(machine);
    const there = await atPharmacy();
    await away(pharmacy);
    const here = await opened(clinic);
    await editKept(here, '10 mg daily', machine);
    await away(clinic);
    expect(doseIn(there)).not.toContain('10 mg');
    await back(pharmacy);
    await until(() => doseIn(there).includes('10 mg daily'), 'the pharmacy has it from the keeper');

    await editKept(there, '2.5 mg daily', machine);
    await away(pharmacy);
    await back(clinic);
    await until(() => doseIn(here).includes('2.5 mg daily'), 'the clinic has it from the keeper');
  });

  test('do so after the keeper lost its disk and was filled again', async () => {
    const before = await keeperOf(clinic);
    await settled(before);
    const held = entriesAt(before);
    machines.pop();
    await before.keeper.stop();
    const machine = await startKeeper(world, { seed: before.seed, disk: new MemoryDisk() });
    machines.push(machine);
    await until(() => entriesAt(machine) === held, 'it is filled again');
    const there = await atPharmacy();
    await away(pharmacy);
    const here = await opened(clinic);
    await editKept(here, '10 mg daily', machine);
    await away(clinic);
    await back(pharmacy);
    await until(() => doseIn(there).includes('10 mg daily'));
  });

  test('[ATTACK-45] do so after the keeper’s disk lost ciphertexts: what is damaged is asked of others by name', async () => {
    const before = await keeperOf(clinic);
    await settled(before);
    machines.pop();
    await before.keeper.stop();
    const disk = before.disk.copy();
    const lost = [...(disk.tables.get('ciphertexts')?.keys() ?? [])];
    disk.tables.get('ciphertexts')?.clear();
    const damaged = lost.map((id) => ({ store: 'ciphertexts', id, why: 'unreadable' as const }));
    const machine = await startKeeper(world, { seed: before.seed, disk, damaged });
    machines.push(machine);
    const { state } = machine.keeper;
    expect(state.kind === 'pairing' ? 0 : state.missing).toBeGreaterThan(2);
    await until(() => {
      const now = machine.keeper.state;
      return now.kind === 'member' && now.missing === 0;
    }, 'the clinic gave again what was lost');
    expect((await checkStore(machine.store)).damaged.filter(({ why }) => why === 'unreadable')).toEqual([]);
  });

  test('do so with two keepers, of which either may be away', async () => {
    const first = await keeperOf(clinic);
    const second = await keeperOf(clinic);
    await until(() => entriesAt(first) > 0 && entriesAt(first) === entriesAt(second), 'both hold the same');
    const there = await atPharmacy();
    await away(pharmacy);
    const here = await opened(clinic);
    world.sync.isolate(second.keeper.device);
    await editKept(here, '10 mg daily', first);
    await away(clinic);
    await back(pharmacy);
    await until(() => doseIn(there).includes('10 mg daily'));
    world.heal();
    // Whoever knows both carries it on.
    await until(() => entriesAt(first) === entriesAt(second), 'the second has it from the pharmacy');
  });

  test('[ID-3] [RE-4] somebody who joined one of them since has it from the keeper, to whom nobody else had told of them', async () => {
    const machine = await keeperOf(clinic);
    await settled(machine);
    world.sync.isolate(machine.keeper.device);
    world.cut(clinic);
    const ward = await joined(pharmacy, 'ward');
    await until(() => ward.charts[0]?.name === 'Ada Okafor');
    await away(pharmacy);
    await away(ward);
    world.heal();
    await editKept(await opened(clinic), '10 mg daily', machine);
    await away(clinic);
    const there = await opened(ward);
    await back(ward);
    await until(() => doseIn(there).includes('10 mg daily'), 'the keeper takes their word for who they are');
  });

  test('[ATTACK-42] a keeper that was removed is sent nothing newer, and gives nothing', async () => {
    const machine = await keeperOf(clinic);
    await settled(machine);
    const held = entriesAt(machine);
    mustBeOk(await clinic.people.remove(machine.keeper.device));
    const here = await opened(clinic);
    mustBeOk(await here.edit(section, [dose('10 mg daily')]));
    await until(() => doseIn(here).includes('10 mg daily'));
    const colleagues = () => {
      const { state } = machine.keeper;
      return state.kind === 'pairing' ? [] : state.connected.filter(({ own }) => own);
    };
    await until(() => colleagues().length === 0, 'none of the practice stays connected to it');
    // For what must not come.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(entriesAt(machine)).toBe(held);
    expect(colleagues()).toEqual([]);
  });

  test('[ATTACK-42] a keeper that was away when it was removed is told so by whoever meets it next', async () => {
    const before = await keeperOf(clinic);
    await settled(before);
    machines.pop();
    await before.keeper.stop();
    mustBeOk(await clinic.people.remove(before.keeper.device));
    const machine = await startKeeper(world, { seed: before.seed, disk: before.disk.copy() });
    machines.push(machine);
    await until(() => machine.keeper.state.kind === 'removed', 'the keeper is told');
  });

  test('[RE-1] whose sharing was stopped gets nothing newer from the keeper either', async () => {
    const machine = await keeperOf(clinic);
    const there = await atPharmacy();
    await away(pharmacy);
    const here = await opened(clinic);
    mustBeOk(await clinic.stopSharing(onlyChart(clinic).id, pharmacy.practice.id, 'all'));
    await editKept(here, '10 mg daily', machine);
    await away(clinic);
    await back(pharmacy);
    await until(() => sectionOf(there, section).state === 'ended' || !sectionOf(there, section).canWrite, 'it is told');
    expect(doseIn(there)).not.toContain('10 mg');
  });
});

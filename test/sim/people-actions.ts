/**
 * What people do about machines and each other: roles, removals, machines that come from a backup or by a compared code, and
 * several people at one machine, one at a time.
 */
import { MemoryDisk } from '../../src/store/memory-store.ts';
import type { Role } from '../../src/app/session.ts';
import { canary } from './canary.ts';
import { setPiecesHeardMs, type ActionKind } from './case.ts';
import { why, working, type Act, type Dice } from './choosing.ts';
import { backupOf, restoring } from './founding.ts';
import { Machine, passphrase } from './machine.ts';
import type { World } from './world.ts';

export const peopleActs = {
  role: async (world, dice) => {
    const machine = dice.of(working(world));
    const other = dice.of(world.machines.filter((one) => one !== machine && one.practice === machine?.practice));
    if (machine?.session === undefined || other?.device === undefined) return;
    const role = dice.of<Role>(['admin', 'clinician', 'viewer']) ?? 'admin';
    const done = await machine.session.people.setRole(other.device, role);
    world.note(`${machine.name} makes ${other.name} ${role} ${why(done)}`);
  },
  remove: async (world, dice) => {
    const machine = dice.of(working(world));
    const other = dice.of(world.machines.filter((one) => one !== machine && one.practice === machine?.practice));
    if (machine?.session === undefined || other?.device === undefined) return;
    if (other === world.hostile && world.timeline.nowMs - world.beganMs < setPiecesHeardMs) return;
    const done = await machine.session.people.remove(other.device);
    world.note(`${machine.name} removes ${other.name} ${why(done)}`);
  },
  restore: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine !== undefined && world.machines.length < 6) await restore(world, machine);
  },
  pair: async (world, dice) => {
    const machine = dice.of(working(world));
    const role = dice.of<Role>(['admin', 'clinician', 'nurse']) ?? 'admin';
    if (machine !== undefined && world.machines.length < 6) await pair(world, machine, role);
  },
  changeSeats: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine?.session === undefined) return;
    if ((await machine.vaults()).length > 1) await sitDown(world, machine, dice);
    else {
      await hire(world, machine, dice.of<Role>(['admin', 'clinician', 'nurse']) ?? 'admin');
      world.later(10_000, () => sitDown(world, machine, dice));
    }
  },
} satisfies Partial<Record<ActionKind, Act>>;

async function sitDown(world: World, machine: Machine, dice: Dice): Promise<void> {
  const { session } = machine;
  const vault = dice.of((await machine.vaults()).filter((one) => one !== machine.vault));
  // The power may have gone meanwhile.
  if (session === undefined || vault === undefined || machine.session !== session) return;
  await machine.lock();
  machine.vault = vault;
  await machine.start();
  world.tally.seats += 1;
  world.note(`another person sits down at ${machine.name}`);
}

/** One more person at a machine. */
async function hire(world: World, machine: Machine, role: Role): Promise<void> {
  const person = { personName: `${canary} ${machine.name}`, signInName: 'Another', role, passphrase };
  const done = await machine.session?.people.addPersonHere(person, () => undefined);
  if (done !== undefined) world.note(`${machine.name} has one more person, ${role} ${why(done)}`);
}

/** One more machine for a practice, from a backup that may be old by the time it is used. */
async function restore(world: World, machine: Machine): Promise<void> {
  const added = new Machine(world.wires, `seed ${world.what.seed}`, {
    name: `${machine.practice}.${world.nextNumber()}r`,
    practice: machine.practice,
    recoveryPhrase: machine.recoveryPhrase,
    disk: new MemoryDisk(),
  });
  const backup = await backupOf(world.timeline, machine);
  world.timeline.after(20_000, () => {
    world.watch(added);
    void added
      .enter((door) => restoring(door, backup, machine.recoveryPhrase))
      .then((done) => {
        if (done.ok) {
          world.machines.push(added);
          world.tally.restored += 1;
        }
        world.note(`${added.name} is restored from a backup of ${machine.name} ${why(done)}`);
      });
  });
}

/** One more machine for a practice, by an invitation and the code on both screens. */
async function pair(world: World, machine: Machine, role: Role): Promise<void> {
  const invited = await machine.session?.people.inviteDevice(role);
  if (invited?.ok !== true) return;
  const added = new Machine(world.wires, `seed ${world.what.seed}`, {
    name: `${machine.practice}.${world.nextNumber()}p`,
    practice: machine.practice,
    recoveryPhrase: machine.recoveryPhrase,
    disk: new MemoryDisk(),
  });
  world.watch(added);
  // Said on a line that Noise seals, before the two have any key in common: no canary, which looks under that.
  const person = { personName: `Guest ${added.name}`, deviceName: 'tablet', signInName: 'NB', passphrase };
  const told = { code: () => undefined, progress: () => undefined };
  const joined = added.enter((door) =>
    door.join({ invitation: invited.value.link, ...person }, told, new AbortController().signal),
  );
  const compare = (): void => {
    const request = machine.session?.people.requests[0];
    if (request !== undefined) void machine.session?.people.answer(request.id, true).catch(() => undefined);
  };
  for (let seconds = 2; seconds <= 20; seconds += 2) world.timeline.after(1_000 * seconds, compare);
  const done = await joined;
  if (done.ok) {
    world.machines.push(added);
    world.tally.pairings += 1;
  }
  world.note(`${added.name} joins as ${role} by an invitation of ${machine.name} ${why(done)}`);
}

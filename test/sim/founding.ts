/**
 * How a world begins: practices founded, met and with several devices each, all by the product's own acts. It is done once
 * a shape and kept as images of disks, because every seed would do the same.
 */
import { generatePhrase } from '../../src/crypto/recovery-phrase.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { Door } from '../../src/app/door/door-acts.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { MemoryDisk } from '../../src/store/memory-store.ts';
import { mustOk } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { canary } from './canary.ts';
import { KeeperMachine, type KeeperImage } from './keeper-machine.ts';
import { Machine, passphrase, type MachineImage } from './machine.ts';
import { SimNetwork, Skies } from './network.ts';
import type { Wires } from './powered.ts';
import { Timeline } from './timeline.ts';

/** Devices of each practice. */
export type Shape = readonly number[];

export interface Founded {
  readonly nowMs: number;
  readonly machines: readonly MachineImage[];
  /** Of the first practice. */
  readonly keeper?: KeeperImage;
}

const known = new Map<string, Promise<Founded>>();

export function founded(shape: Shape, withKeeper: boolean): Promise<Founded> {
  const name = `${shape.join()}${withKeeper ? ' and a keeper' : ''}`;
  const begun = known.get(name) ?? found(shape, withKeeper);
  known.set(name, begun);
  return begun;
}

async function found(shape: Shape, withKeeper: boolean): Promise<Founded> {
  await initCrdt();
  const timeline = new Timeline();
  const skies = new Skies(`founding ${shape.join()}`);
  const seen = (): void => undefined;
  const wires: Wires = {
    timeline,
    sync: new SimNetwork({ timeline, skies, seen }),
    meetings: new SimNetwork({ timeline, skies, seen }),
  };
  const firsts: Machine[] = [];
  const machines: Machine[] = [];
  for (const practice of shape.keys()) {
    const first = await foundPractice(wires, practice);
    firsts.push(first);
    machines.push(first);
  }
  for (const [i, host] of firsts.entries()) for (const guest of firsts.slice(i + 1)) await meet(timeline, host, guest);
  await timeline.pass(60_000);
  for (const [practice, first] of firsts.entries())
    for (let device = 2; device <= (shape[practice] ?? 1); device++)
      machines.push(await addMachine(wires, first, device));
  const [first] = firsts;
  const keeper = withKeeper && first !== undefined ? await addKeeper(wires, first) : undefined;
  await timeline.pass(60_000);
  const images: MachineImage[] = [];
  for (const machine of machines) {
    await machine.session?.lock();
    images.push(machine.image());
  }
  keeper?.cutPower();
  return { nowMs: timeline.nowMs, machines: images, ...(keeper === undefined ? {} : { keeper: keeper.image() }) };
}

/** Promises of the product that need time to pass are waited for by letting it pass. */
async function during<T>(timeline: Timeline, act: Promise<T>, ms = 120_000): Promise<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  act.then(
    (value) => (outcome = { value }),
    (error: unknown) => (outcome = { error }),
  );
  await timeline.pass(ms, () => outcome !== undefined);
  if (outcome === undefined) throw new Error('an act that should be over by now is not');
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

async function foundPractice(wires: Wires, practice: number): Promise<Machine> {
  const name = `practice ${practice}`;
  const recoveryPhrase = generatePhrase(seededRandom(`${name}/phrase`));
  const first = new Machine(wires, 'founding', {
    name: `${practice}.1`,
    practice,
    recoveryPhrase,
    disk: new MemoryDisk(),
  });
  const input = {
    practiceName: `${canary} ${name}`,
    personName: `Dr ${canary} ${practice}`,
    deviceName: `laptop ${canary}`,
    role: 'clinician',
    passphrase,
    recoveryPhrase,
    sharing: true,
  } as const;
  mustOk(
    await during(
      wires.timeline,
      first.enter((door) => door.create(input)),
    ),
  );
  return first;
}

/** One more device for a practice, restored from a backup of its first one. */
async function addMachine(wires: Wires, first: Machine, device: number): Promise<Machine> {
  const { practice, recoveryPhrase } = first;
  const added = new Machine(wires, 'founding', {
    name: `${practice}.${device}`,
    practice,
    recoveryPhrase,
    disk: new MemoryDisk(),
  });
  const backup = await during(wires.timeline, backupOf(wires.timeline, first));
  mustOk(
    await during(
      wires.timeline,
      added.enter((door) => restoring(door, backup, recoveryPhrase)),
    ),
  );
  await wires.timeline.pass(60_000);
  return added;
}

/** By its text and the six digits that both show. */
async function addKeeper(wires: Wires, first: Machine): Promise<KeeperMachine> {
  const { practice } = first;
  const seed = seededRandom(`keeper ${practice}`).bytes(32);
  const machine = new KeeperMachine(wires, 'founding', {
    name: `${practice}.k`,
    practice,
    seed,
    disk: new MemoryDisk(),
  });
  await during(wires.timeline, machine.start());
  const state = machine.keeper?.state;
  const people = first.session?.people;
  if (state?.kind !== 'pairing' || people === undefined) throw new Error('a new keeper shows its text');
  mustOk(await during(wires.timeline, people.addKeeper(state.text, new AbortController().signal)));
  await wires.timeline.pass(5_000);
  const request = people.requests.find(({ role }) => role === 'keeper');
  if (request === undefined || request.shortCode !== machine.code) throw new Error('both show the same digits');
  mustOk(await during(wires.timeline, people.answer(request.id, true)));
  return machine;
}

export async function backupOf(timeline: Timeline, machine: Machine): Promise<Bytes> {
  if (machine.session === undefined) throw new Error('only a machine that is on makes a backup');
  const made = await machine.session.backUp(() => undefined, new AbortController().signal);
  return new Uint8Array(await timeline.hold(mustOk(made).file.arrayBuffer()));
}

/** A blob answers from a thread; this one at once. */
export function restoring(door: Door, backup: Bytes, recoveryPhrase: string): ReturnType<Door['restore']> {
  const file = { arrayBuffer: () => Promise.resolve(backup.slice().buffer) } as Blob;
  return door.restore(file, recoveryPhrase, passphrase, `restored ${canary}`, () => undefined);
}

async function meet(timeline: Timeline, host: Machine, guest: Machine): Promise<void> {
  if (host.session === undefined || guest.session === undefined) throw new Error('both sides of a meeting are on');
  const invitation = mustOk(await during(timeline, host.session.createInvitation()));
  mustOk(await during(timeline, guest.session.acceptInvitation(invitation.link, new AbortController().signal)));
}

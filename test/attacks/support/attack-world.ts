/**
 * A small world of real sessions under attack: practices that met, one chart of a made-up patient, and the ways to see what
 * each of them has. Built on the world of test/app; nothing in it goes around the product.
 */
import type { ChartId, DeviceId, PracticeId } from '../../../src/base/ids.ts';
import type { ChartSection } from '../../../src/base/sections.ts';
import type { Ports } from '../../../src/app/ports.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { initCrdt } from '../../../src/crdt/init.ts';
import type { Connection } from '../../../src/net/transport.ts';
import type { MemoryTransport } from '../../net/memory-network.ts';
import { importText, meet, mustBeOk, mustHave, opened, until, World } from '../../app/support/world.ts';
import { clearProfile, readProfile, writeProfile, type ProfileCopy } from './profile-copies.ts';
import { problem } from './craft-entry.ts';

/** The longest wait between two dials, and that for an answer in a meeting. */
const lastRetryMs = 30_000;
const answerTimeoutMs = 20_000;

function laterBy(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => {
    clearTimeout(timer);
  };
}

/** Courtesies between two diallers are over at once: nothing here is lost by haste, and sixty attacks have no time. */
class HastyWorld extends World {
  static override async start(): Promise<HastyWorld> {
    await initCrdt();
    return new HastyWorld();
  }

  /** Not where practices meet: a dial during the meeting would take its connection for its own. */
  inHaste = false;

  override ports(profile: string): Ports {
    const ports = super.ports(profile);
    const after: Ports['timers']['after'] = (delayMs, run) => {
      // An answer is waited for as long as a busy machine takes for it.
      if (delayMs === answerTimeoutMs) return laterBy(answerTimeoutMs, run);
      return ports.timers.after(this.inHaste && delayMs <= lastRetryMs ? delayMs / 10 : delayMs, run);
    };
    return { ...ports, timers: { after } };
  }
}

/** A practice by the name of its profile, or its session. */
export type Victim = string | Session;

const patient = JSON.stringify([
  { resourceType: 'Patient', id: 'p1', name: [{ family: 'Okafor', given: ['Ada'] }], birthDate: '1961-04-02' },
  { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { text: 'Hypertension' } },
]);

/** Disks after a scene, and what a new world needs to go on from them. */
interface Scene {
  readonly profiles: ReadonlyMap<string, ProfileCopy>;
  readonly phrases: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

const scenes = new Map<string, Promise<Scene>>();

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const noChart = '0'.repeat(64) as ChartId;

export class AttackWorld {
  readonly world: HastyWorld;
  readonly passphrase = 'correct horse battery';
  readonly #sessions = new Map<string, Session>();
  readonly #locked = new Set<string>();
  readonly #phrases = new Map<string, string>();
  readonly #hostile = new Map<DeviceId, MemoryTransport>();
  readonly #wanted = new Map<DeviceId, Set<DeviceId>>();

  private constructor(world: HastyWorld) {
    this.world = world;
  }

  /** Practices of these names, each of whom met the first and, if `allMeet`, every other. */
  static async of(names: readonly string[], allMeet = true): Promise<AttackWorld> {
    const world = new AttackWorld(await HastyWorld.start());
    for (const name of names) await world.found(name);
    for (const [i, host] of names.entries())
      for (const guest of names.slice(i + 1))
        if (allMeet || i === 0) await meet(world.session(host), world.session(guest));
    return world;
  }

  /**
   * The usual scene: `alice` is the custodian of a chart, the others may write its problems, or read them (`eve:read`), or
   * have only met (`eve:none`). Each writer has written one entry, and all have all.
   */
  static async scene(...others: readonly string[]): Promise<AttackWorld> {
    const played = scenes.get(others.join()) ?? AttackWorld.#play(others);
    scenes.set(others.join(), played);
    return AttackWorld.#begin(await played);
  }

  static async #play(others: readonly string[]): Promise<Scene> {
    const guests = others.map((name) => name.split(':') as [string, ('read' | 'none')?]);
    const world = await AttackWorld.of(['alice', ...guests.map(([name]) => name)]);
    await importText(world.session('alice'), patient);
    for (const [name, right = 'write'] of guests) if (right !== 'none') await world.share(name, ['problems'], right);
    for (const [name, right] of guests) if (right === undefined) await world.write(name, `first of ${name}`);
    await world.settle();
    await world.end();
    const profiles = new Map<string, ProfileCopy>();
    for (const name of world.#sessions.keys()) profiles.set(name, await readProfile(world.world.databaseOf(name)));
    return { profiles, phrases: world.#phrases, nowMs: world.world.nowMs };
  }

  static async #begin({ profiles, phrases, nowMs }: Scene): Promise<AttackWorld> {
    const world = new AttackWorld(await HastyWorld.start());
    world.world.nowMs = nowMs;
    world.world.inHaste = true;
    for (const [name, phrase] of phrases) world.#phrases.set(name, phrase);
    for (const [name, copy] of profiles) {
      mustBeOk(await world.world.ports(name).openStore(() => undefined)).close();
      await writeProfile(world.world.databaseOf(name), copy);
    }
    const unlocked = [...profiles.keys()].map(async (name) => {
      const door = await world.world.door(name);
      return [name, mustBeOk(await door.unlock(world.passphrase))] as const;
    });
    for (const [name, session] of await Promise.all(unlocked)) world.#sessions.set(name, session);
    await world.reconnected();
    return world;
  }

  async found(name: string): Promise<Session> {
    const recoveryPhrase = (await this.world.door(name)).newRecoveryPhrase();
    this.#phrases.set(name, recoveryPhrase);
    const session = await this.world.newPractice(name, { recoveryPhrase });
    this.#sessions.set(name, session);
    return session;
  }

  /** A second device of a practice, as a person gets it today: by its recovery phrase and a backup. */
  async secondDevice(of: string, name: string): Promise<Session> {
    const quiet = (): void => undefined;
    const { file } = mustBeOk(await this.session(of).backUp(quiet, new AbortController().signal));
    const door = await this.world.door(name);
    const session = mustBeOk(await door.restore(file, this.phraseOf(of), this.passphrase, `${name}'s laptop`, quiet));
    this.#sessions.set(name, session);
    await this.settle();
    return session;
  }

  phraseOf(name: string): string {
    return mustHave(this.#phrases.get(name));
  }

  session(name: Victim): Session {
    return typeof name === 'string' ? mustHave(this.#sessions.get(name)) : name;
  }

  deviceOf(victim: Victim): DeviceId {
    return this.session(victim).practice.device;
  }

  practiceOf(victim: Victim): PracticeId {
    return this.session(victim).practice.id;
  }

  /** Ada's. */
  get chart(): ChartId {
    return mustHave(this.session('alice').charts.find(({ name }) => name === 'Ada Okafor')).id;
  }

  // ------------------------------------------------------------------------------------------------ people's acts

  async share(
    to: string,
    sections: readonly ChartSection[] = ['problems'],
    right: 'read' | 'write' = 'write',
  ): Promise<void> {
    mustBeOk(await this.session('alice').share(this.chart, this.practiceOf(to), sections, right));
    await until(() => this.session(to).charts.some(({ name }) => name === 'Ada Okafor'));
    await this.settle();
  }

  async stop(name: string): Promise<void> {
    mustBeOk(await this.session('alice').stopSharing(this.chart, this.practiceOf(name), 'all'));
  }

  /** A person at that practice records a problem. */
  async write(by: string, text: string, section: ChartSection = 'problems'): Promise<void> {
    const chart = await this.open(by);
    await until(() => chart.sections.get(section)?.canWrite === true);
    mustBeOk(await chart.edit(section, [problem(text)]));
    chart.close();
  }

  /** Ada's chart on a screen. */
  open(by: Victim): Promise<OpenChart> {
    return opened(this.session(by), (name) => name === 'Ada Okafor');
  }

  // ------------------------------------------------------------------------------------------------------ network

  /** The lines between these two are down until `heal`. */
  part(a: Victim, b: Victim): void {
    this.world.sync.partition(this.deviceOf(a), this.deviceOf(b));
  }

  async heal(): Promise<void> {
    this.world.heal();
    await this.reconnected();
  }

  /** Waits until all living sessions that know each other are connected again. */
  async reconnected(): Promise<void> {
    const living = [...this.#sessions].flatMap(([name, session]) => (this.#locked.has(name) ? [] : [session]));
    const up = new Set(living.map(({ practice }) => practice.id));
    await until(
      () =>
        living.every((session) => session.peers.every(({ id, connection }) => !up.has(id) || connection !== 'none')),
      'the living are connected',
    );
    await this.settle();
  }

  /** A connection of a hostile device; nobody who was not dialled gets one. Undefined when it is refused at the door. */
  async dialAs(device: DeviceId, victim: DeviceId): Promise<Connection | undefined> {
    const wanted = this.#wanted.get(device) ?? new Set();
    this.#wanted.set(device, wanted);
    const transport = this.#hostile.get(device) ?? this.world.sync.transport(device, (other) => wanted.has(other));
    this.#hostile.set(device, transport);
    wanted.add(victim);
    await transport.start();
    const dialled = await transport.dial(victim, []);
    wanted.delete(victim);
    return dialled.ok ? dialled.value : undefined;
  }

  async disconnect(device: DeviceId): Promise<void> {
    this.#wanted.get(device)?.clear();
    await this.#hostile.get(device)?.stop();
  }

  /** The program at that practice ends. */
  async lock(name: string): Promise<void> {
    this.#locked.add(name);
    await this.session(name).lock();
  }

  /** The disk of a locked profile is as it was at some other moment, or as somebody made it. */
  async putBack(name: string, copy: ProfileCopy): Promise<void> {
    await clearProfile(this.world.databaseOf(name));
    await writeProfile(this.world.databaseOf(name), copy);
  }

  /** The program at that practice ends and is started again: everything is read from the disk. */
  async restart(name: string): Promise<Session> {
    await this.lock(name);
    const session = mustBeOk(await (await this.world.door(name)).unlock(this.passphrase));
    this.#sessions.set(name, session);
    this.#locked.delete(name);
    return session;
  }

  /** Nothing under way, nothing in any queue. */
  async settle(): Promise<void> {
    const { sync, meetings } = this.world;
    for (let round = 0; round < 50; round++) {
      let frames = sync.frames.length + meetings.frames.length;
      for (let quiet = 0; quiet < 4;) {
        await pause(2);
        const now = sync.frames.length + meetings.frames.length;
        quiet = sync.busy || meetings.busy || now !== frames ? 0 : quiet + 1;
        frames = now;
      }
      // A question that every practice answers after all that is in its queue.
      await Promise.all(
        [...this.#sessions.values()].map((session) => session.openChart(noChart).catch(() => undefined)),
      );
      if (sync.frames.length + meetings.frames.length === frames && !sync.busy) return;
    }
    throw new Error('the world comes to rest');
  }

  /** For what a duty does a while after the lines are quiet. */
  async settleAgain(): Promise<void> {
    await pause(50);
    await this.settle();
  }

  async end(): Promise<void> {
    for (const transport of this.#hostile.values()) await transport.stop();
    for (const session of this.#sessions.values()) await session.lock();
  }
}

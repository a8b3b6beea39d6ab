/**
 * One simulated world while it runs: machines, wires, the timeline, and the record of what happened. Owns how it begins and
 * how it comes to rest; what happens in between is in actions.ts and hostile.ts, what must hold then in invariants.ts.
 */
import { createHash } from 'node:crypto';
import type { Bytes } from '../../src/base/bytes.ts';
import { decodeSnapshot } from '../../src/crypto/snapshot.ts';
import type { ChartId, DeviceId, OpId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { Attached } from './attaching.ts';
import type { SimCase } from './case.ts';
import { Chance } from './chance.ts';
import { founded, type Founded } from './founding.ts';
import { KeeperMachine } from './keeper-machine.ts';
import { KeeperWatch } from './keeper-watch.ts';
import { Machine } from './machine.ts';
import { SimNetwork, Skies } from './network.ts';
import type { PoweredMachine, Wires } from './powered.ts';
import type { TypedWord } from './notes.ts';
import { noTally } from './tally.ts';
import { Timeline } from './timeline.ts';

/** Something a person wrote and was told is saved. */
export interface Saved {
  readonly by: Machine;
  readonly device: DeviceId;
  readonly chart: ChartId;
  readonly section: ChartSection;
  readonly key: string;
  readonly text: string;
  readonly atMs: number;
}

export interface PocketEntry {
  readonly chart: ChartId;
  readonly section: ChartSection;
  readonly bytes: Bytes;
}

export interface SeenFrame {
  readonly from: DeviceId;
  readonly to: DeviceId;
  readonly frame: Bytes;
}

/** Long enough for two machines that lost each other to find each other again. */
const quietMs = 75_000;
const mostHealingMs = 900_000;
/** A little more than how often devices look for grants whose end has come. */
const endDatesMs = 11 * 60_000;

export class World {
  readonly what: SimCase;
  readonly timeline: Timeline;
  readonly skies: Skies;
  readonly wires: Wires;
  readonly machines: Machine[];
  readonly keeper: KeeperMachine | undefined;
  readonly keeperWatch: KeeperWatch | undefined;
  readonly chance: Chance;
  readonly charts: ChartId[] = [];
  readonly saved: Saved[] = [];
  readonly attached: Attached[] = [];
  readonly typed: TypedWord[] = [];
  readonly frames: SeenFrame[] = [];
  readonly log: string[] = [];
  readonly failures: unknown[] = [];
  /** Statements that somebody saw two sides of. */
  readonly conflicts = new Set<string>();
  /** Frames that came from one machine to another, past the keeper. */
  heardDirectly = 0;
  /** Operations by people who had no right to them: refused by every honest replica, or never kept. */
  readonly evilOps = new Set<OpId>();
  /** Sealed by an attacker and not sent yet. */
  readonly pocket: PocketEntry[] = [];
  /** Texts that no honest replica may ever show, with the reason. */
  readonly never = new Map<string, string>();
  readonly beganMs: number;
  readonly tally = noTally();
  readonly #trace = createHash('sha256');
  #isOver = false;
  #added = 0;

  private constructor(what: SimCase, { nowMs, machines, keeper }: Founded) {
    const seed = `seed ${what.seed}`;
    this.what = what;
    this.timeline = new Timeline();
    this.timeline.nowMs = nowMs;
    this.beganMs = nowMs;
    this.skies = new Skies(seed);
    this.chance = new Chance(seed);
    const { timeline, skies } = this;
    const seen: SimNetwork['init']['seen'] = (from, to, frame) => {
      this.frames.push({ from, to, frame });
      this.#trace.update(`${timeline.nowMs} ${from} ${to} ${frame.length} `).update(frame);
    };
    const sync = new SimNetwork({
      timeline,
      skies,
      seen: (from, to, frame, link) => {
        this.tally.frames += 1;
        seen(from, to, frame, link);
        this.keeperWatch?.seen(from, frame, link);
      },
      heard: (from, to, frame, link) => {
        if (from !== this.keeper?.device && to !== this.keeper?.device) this.heardDirectly += 1;
        this.keeperWatch?.heard(from, to, frame, link);
      },
    });
    this.wires = { timeline, sync, meetings: new SimNetwork({ timeline, skies, seen }) };
    this.machines = machines.map((image) => Machine.from(this.wires, seed, image));
    for (const machine of this.machines) this.watch(machine);
    if (keeper === undefined) return;
    this.keeper = new KeeperMachine(this.wires, seed, keeper);
    this.keeperWatch = this.watchKeeper(this.keeper);
  }

  static async begin(what: SimCase): Promise<World> {
    const world = new World(what, await founded(what.shape, what.keeper === true));
    if (world.keeper !== undefined) await world.during(world.keeper.start());
    for (const machine of world.machines) {
      // Most clocks are right within a minute; some are off by hours.
      machine.skewMs = world.chance.oneIn(4)
        ? (world.chance.below(8) - 4) * 3_600_000
        : world.chance.below(60_000) - 30_000;
      await world.during(machine.start());
    }
    return world;
  }

  watch(machine: Machine): void {
    machine.onCrash = () => {
      if (this.#isOver) return;
      this.tally.crashes += 1;
      this.note(`${machine.name} stops`);
    };
    machine.onKept = ({ snapshots = [], replaced = [] }) => {
      for (const { bytes } of snapshots) {
        const decoded = decodeSnapshot(bytes);
        const isOwn = decoded.ok && machine.devices.has(decoded.value.header.device);
        this.tally[isOwn ? 'snapshotsMade' : 'snapshotsReceived'] += 1;
      }
      for (const { entries } of replaced) this.tally.covered += entries.size;
    };
  }

  watchKeeper(keeper: KeeperMachine): KeeperWatch {
    const watch = new KeeperWatch(keeper.device, (from) => this.honest.some(({ devices }) => devices.has(from)));
    keeper.onCrash = () => {
      watch.stopped(keeper.disk);
      if (this.#isOver) return;
      this.tally.keeperCrashes += 1;
      this.note(`${keeper.name} stops`);
    };
    keeper.onKept = () => {
      this.tally.kept += 1;
    };
    keeper.onFailure = (error) => {
      this.fail(error);
    };
    return watch;
  }

  /** Of one more machine: its name begins what chance draws for it, so no two may share one. */
  nextNumber(): number {
    return this.machines.length + ++this.#added;
  }

  /** Everything there is with a disk. */
  get boxes(): readonly PoweredMachine[] {
    return this.keeper === undefined ? this.machines : [...this.machines, this.keeper];
  }

  /** The one whose people do not obey: the last first device. Its program is honest; what else it sends is not. */
  get hostile(): Machine {
    const hostile = this.machines.findLast(({ name }) => name.endsWith('.1'));
    if (hostile === undefined) throw new Error('a world has machines');
    return hostile;
  }

  get honest(): readonly Machine[] {
    return this.machines.filter((machine) => machine.practice !== this.hostile.practice);
  }

  note(line: string): void {
    const line_ = `${((this.timeline.nowMs - this.beganMs) / 1000).toFixed(1)} ${line}`;
    this.log.push(line_);
    this.#trace.update(line_);
  }

  /** Something threw that never should. */
  fail(error: unknown): void {
    this.note(`fails: ${error instanceof Error ? error.message : String(error)}`);
    this.failures.push(error);
  }

  /** Whoever is at work when the practice is locked is told so; anything else that is thrown is a fault. */
  inBackground(act: Promise<unknown>): void {
    act.catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'PracticeLocked')) this.fail(error);
    });
  }

  later(ms: number, act: () => Promise<unknown>): void {
    this.timeline.after(ms, () => {
      this.inBackground(act());
    });
  }

  /** What happened, frame by frame and word by word. */
  get traceHash(): string {
    return this.#trace.copy().digest('hex');
  }

  /** Something of the product that needs time to pass. */
  async during<T>(act: Promise<T>, ms = 120_000): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    act.then(
      (value) => (outcome = { value }),
      (error: unknown) => (outcome = { error }),
    );
    await this.timeline.pass(ms, () => outcome !== undefined);
    if (outcome === undefined) throw new Error('an act that should be over by now is not');
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Good weather, every machine on, and time until nobody says anything any more. */
  async heal(): Promise<void> {
    this.note('everything heals');
    await this.#allOn(() => undefined);
    // What was given for a while is ended by an admin's device of the custodian (CH-8), which looks for it now and then.
    if (this.tally.endDates > 0) for (let i = 0; i < endDatesMs / quietMs; i++) await this.#wait(quietMs);
    await this.#quiet();
  }

  /** The same, but nobody reaches anybody but the keeper. */
  async healByKeeper(): Promise<void> {
    this.note('all heals that a keeper can heal');
    await this.#allOn(() => {
      this.partAll();
    });
    await this.#quiet();
  }

  /** No line leads from one machine to another; those to the keeper stay as they are. */
  partAll(): void {
    for (const one of this.machines)
      for (const other of this.machines)
        for (const device of one.devices)
          for (const otherDevice of other.devices)
            if (one !== other) this.skies.change(device, otherDevice, { cut: true });
  }

  /** Nobody does anything any more; what is on the disks is what there is. */
  end(): void {
    this.#isOver = true;
    for (const box of this.boxes) box.cutPower();
  }

  async #allOn(weather: () => void): Promise<void> {
    for (const box of this.boxes) box.cancelPowerCut();
    this.skies.clearUp();
    weather();
    this.wires.sync.breakSpoilt();
    this.wires.meetings.breakSpoilt();
    for (const machine of this.machines) await this.during(machine.firstSitsDown());
    for (const box of this.boxes) await this.during(box.start());
  }

  async #quiet(): Promise<void> {
    const end = this.timeline.nowMs + mostHealingMs;
    for (let heard = -1; heard !== this.tally.frames;) {
      if (this.timeline.nowMs > end) throw new Error('CONV: the machines never stop talking');
      heard = this.tally.frames;
      await this.#wait(quietMs);
    }
    this.note('all is quiet');
  }

  async #wait(ms: number): Promise<void> {
    for (const machine of this.machines) machine.session?.touch();
    await this.timeline.pass(ms);
  }
}

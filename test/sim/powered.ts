/**
 * A machine with a disk, a clock that may be wrong and chance of its own, whatever program runs on it. Its power can go: then
 * whatever that run of the program still does reaches neither disk nor network, and the next run finds what was committed.
 */
import type { DeviceId } from '../../src/base/ids.ts';
import type { Ports } from '../../src/app/ports.ts';
import type { MemoryDisk } from '../../src/store/memory-store.ts';
import type { Commit } from '../../src/store/store.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { MachineStore, type PowerCut } from './machine-store.ts';
import type { SimNetwork } from './network.ts';
import type { Timeline } from './timeline.ts';

export interface Wires {
  readonly timeline: Timeline;
  readonly sync: SimNetwork;
  readonly meetings: SimNetwork;
}

export abstract class PoweredMachine {
  readonly name: string;
  disk: MemoryDisk;
  device: DeviceId | undefined;
  skewMs = 0;
  crashes = 0;
  protected readonly wires: Wires;
  readonly #seed: string;
  #starts = 0;
  #store: MachineStore | undefined;
  #timers = new Set<() => void>();
  #starting: Promise<void> | undefined;
  /** What else is to happen when the power goes. */
  onCrash: () => void = () => undefined;
  /** Everything that any run of its program has on the disk from now on. */
  onKept: (kept: Commit) => void = () => undefined;

  constructor(wires: Wires, seed: string, { name, disk }: { readonly name: string; readonly disk: MemoryDisk }) {
    this.wires = wires;
    this.#seed = seed;
    this.name = name;
    this.disk = disk;
  }

  abstract get isOn(): boolean;

  /** Whether the program may still ask the disk for something. */
  protected get isRunning(): boolean {
    return this.isOn;
  }

  /** The program, from the disk to where people can use it; nothing where it is on. */
  protected abstract run(): Promise<void>;

  /** Nobody asks the program for anything any more. */
  protected abstract programEnds(): void;

  /** Once, whoever asks for it at the same time. */
  start(): Promise<void> {
    this.#starting ??= this.run().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** At one of the next commits, or at once. */
  cutPower(cut?: PowerCut): void {
    if (cut !== undefined && this.#store !== undefined) this.#store.powerCut = cut;
    else this.#crash();
  }

  cancelPowerCut(): void {
    if (this.#store !== undefined) this.#store.powerCut = undefined;
  }

  #crash(): void {
    if (!this.isRunning) return;
    this.crashes += 1;
    this.programEnds();
    this.#store?.turnOff();
    for (const cancel of this.#timers) cancel();
    this.#timers = new Set();
    if (this.device !== undefined) {
      this.wires.sync.stop(this.device);
      this.wires.meetings.stop(this.device);
    }
    this.onCrash();
  }

  /** What the next run of the program is given of the machine. */
  protected parts(): Pick<Ports, 'clock' | 'random' | 'timers'> {
    const { timeline } = this.wires;
    const timers = this.#timers;
    return {
      clock: { nowMs: () => timeline.nowMs + this.skewMs },
      random: seededRandom(`${this.#seed}/${this.name}/${++this.#starts}`),
      timers: {
        after: (delayMs, run) => {
          const cancel = timeline.after(delayMs, () => {
            timers.delete(cancel);
            run();
          });
          timers.add(cancel);
          return () => {
            timers.delete(cancel);
            cancel();
          };
        },
      },
    };
  }

  /** The disk, for the next run of the program. */
  protected openDisk(): MachineStore {
    this.#store = new MachineStore(this.disk, {
      stopped: () => {
        this.#crash();
      },
      kept: (batch) => {
        this.onKept(batch);
      },
    });
    return this.#store;
  }
}

/**
 * One device of one practice: a disk, a clock that may be wrong, chance of its own, and the product's own session over them.
 * It starts, crashes and starts again; whatever a run of its program still does after a crash reaches neither disk nor network.
 */
import type { DeviceId, PracticeId } from '../../src/base/ids.ts';
import type { Result } from '../../src/base/result.ts';
import { openPracticeDoor } from '../../src/app/door.ts';
import { firstVault, readPeople } from '../../src/app/people-vaults.ts';
import type { Ports } from '../../src/app/ports.ts';
import type { Door, Session } from '../../src/app/session.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import { quietPorts, transportOver } from '../app/support/quiet-ports.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { MachineStore, type PowerCut } from './machine-store.ts';
import type { SimNetwork } from './network.ts';
import type { Timeline } from './timeline.ts';

export interface Wires {
  readonly timeline: Timeline;
  readonly sync: SimNetwork;
  readonly meetings: SimNetwork;
}

export const passphrase = 'correct horse battery';

/** What a machine is, beside what runs on it: enough to put it into another world. */
export interface MachineImage {
  readonly name: string;
  readonly practice: number;
  readonly device: DeviceId;
  readonly practiceId: PracticeId;
  readonly recoveryPhrase: string;
  readonly disk: MemoryDisk;
}

export class Machine {
  readonly name: string;
  /** Which practice of the world it belongs to. */
  readonly practice: number;
  readonly recoveryPhrase: string;
  disk: MemoryDisk;
  session: Session | undefined;
  /** Of whoever sits at it now; `devices`: of all who ever did. */
  device: DeviceId | undefined;
  readonly devices = new Set<DeviceId>();
  practiceId: PracticeId | undefined;
  /** Whose keys are used: several people may work here, one at a time. */
  vault = firstVault;
  skewMs = 0;
  crashes = 0;
  readonly #seed: string;
  readonly #wires: Wires;
  #starts = 0;
  #store: MachineStore | undefined;
  #timers = new Set<() => void>();
  /** What else is to happen when the power goes. */
  onCrash: () => void = () => undefined;

  constructor(wires: Wires, seed: string, image: Pick<MachineImage, 'name' | 'practice' | 'recoveryPhrase' | 'disk'>) {
    this.#wires = wires;
    this.#seed = seed;
    this.name = image.name;
    this.practice = image.practice;
    this.recoveryPhrase = image.recoveryPhrase;
    this.disk = image.disk;
  }

  static from(wires: Wires, seed: string, image: MachineImage): Machine {
    const machine = new Machine(wires, seed, { ...image, disk: image.disk.copy() });
    machine.device = image.device;
    machine.devices.add(image.device);
    machine.practiceId = image.practiceId;
    return machine;
  }

  get isOn(): boolean {
    return this.session !== undefined;
  }

  door(): Promise<Door> {
    return openPracticeDoor(this.ports());
  }

  /** A session by one of the door's ways, which is this machine's from now on. */
  async enter<R extends Result<Session>>(way: (door: Door) => Promise<R>): Promise<R> {
    const opened = await way(await this.door());
    if (opened.ok) {
      this.session = opened.value;
      this.device = opened.value.practice.device;
      this.devices.add(this.device);
      this.practiceId = opened.value.practice.id;
    }
    return opened;
  }

  /** Vaults of everyone who may sit down here, by the list at its door. */
  async vaults(): Promise<readonly string[]> {
    return (await readPeople(openMemoryStore(this.disk))).map(({ vault }) => vault);
  }

  async start(): Promise<void> {
    if (this.isOn) return;
    const opened = await this.enter((door) => {
      // A colleague's vault is gone once their device was removed here.
      if (!door.people.some(({ vault }) => vault === this.vault)) this.vault = door.people[0]?.vault ?? firstVault;
      return door.unlock(passphrase, this.vault);
    });
    if (!opened.ok) throw new Error(`${this.name} does not start: ${opened.reason}`);
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
    if (this.session === undefined) return;
    this.crashes += 1;
    this.session = undefined;
    this.#store?.turnOff();
    for (const cancel of this.#timers) cancel();
    this.#timers = new Set();
    if (this.device !== undefined) {
      this.#wires.sync.stop(this.device);
      this.#wires.meetings.stop(this.device);
    }
    this.onCrash();
  }

  image(): MachineImage {
    if (this.device === undefined || this.practiceId === undefined) throw new Error('the machine was never set up');
    const { name, practice, device, practiceId, recoveryPhrase } = this;
    return { name, practice, device, practiceId, recoveryPhrase, disk: this.disk.copy() };
  }

  ports(): Ports {
    const { timeline, sync, meetings } = this.#wires;
    const timers = this.#timers;
    return {
      ...quietPorts,
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
      openStore: () => {
        this.#store = new MachineStore(this.disk, () => {
          this.#crash();
        });
        return Promise.resolve({ ok: true, value: this.#store });
      },
      takeWriterLock: () => Promise.resolve(() => undefined),
      createTransport: transportOver(sync, meetings),
    };
  }
}

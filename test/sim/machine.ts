/** One device of one practice: the product's own session over a machine that starts, crashes and starts again (powered.ts). */
import type { DeviceId, PracticeId } from '../../src/base/ids.ts';
import type { Result } from '../../src/base/result.ts';
import { openPracticeDoor } from '../../src/app/door/door.ts';
import { firstVault, readPeople } from '../../src/app/people/people-vaults.ts';
import type { Ports } from '../../src/app/ports.ts';
import type { Door } from '../../src/app/door/door-acts.ts';
import type { Session } from '../../src/app/session.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import { quietPorts, transportOver } from '../app/support/quiet-ports.ts';
import { PoweredMachine, type Wires } from './powered.ts';

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

/** Sections of a simulated chart are small: this many entries are worth a snapshot here. */
const snapshotsFrom = 4;

export class Machine extends PoweredMachine {
  /** Which practice of the world it belongs to. */
  readonly practice: number;
  readonly recoveryPhrase: string;
  session: Session | undefined;
  /** Of all who ever sat at it; `device` is that of whoever sits at it now. */
  readonly devices = new Set<DeviceId>();
  practiceId: PracticeId | undefined;
  /** Whose keys are used: several people may work here, one at a time. */
  vault = firstVault;
  /** Going away takes a few commits, in which the power may go too. */
  #leaving: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(wires: Wires, seed: string, image: Pick<MachineImage, 'name' | 'practice' | 'recoveryPhrase' | 'disk'>) {
    super(wires, seed, image);
    this.practice = image.practice;
    this.recoveryPhrase = image.recoveryPhrase;
  }

  static from(wires: Wires, seed: string, image: MachineImage): Machine {
    const machine = new Machine(wires, seed, { ...image, disk: image.disk.copy() });
    machine.device = image.device;
    machine.devices.add(image.device);
    machine.practiceId = image.practiceId;
    return machine;
  }

  override get isOn(): boolean {
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

  protected override get isRunning(): boolean {
    return this.isOn || this.#leaving !== undefined;
  }

  /** Whoever sits at it goes away for a while. */
  async lock(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    this.session = undefined;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = () => {
        this.#leaving = undefined;
        resolve();
      };
    });
    this.#leaving = { over, end };
    void session.lock().then(end);
    await over;
  }

  /** Whoever was at it first sits down again: what waits for an admin (CH-3) would else wait for ever. */
  async firstSitsDown(): Promise<void> {
    if (this.vault === firstVault) return;
    await this.lock();
    this.vault = firstVault;
  }

  protected override async run(): Promise<void> {
    await this.#leaving?.over;
    if (this.isOn) return;
    const opened = await this.enter((door) => {
      // A colleague's vault is gone once their device was removed here.
      if (!door.people.some(({ vault }) => vault === this.vault)) this.vault = door.people[0]?.vault ?? firstVault;
      return door.unlock(passphrase, this.vault);
    });
    if (!opened.ok) throw new Error(`${this.name} does not start: ${opened.reason}`);
  }

  protected override programEnds(): void {
    this.session = undefined;
    this.#leaving?.end();
  }

  image(): MachineImage {
    if (this.device === undefined || this.practiceId === undefined) throw new Error('the machine was never set up');
    const { name, practice, device, practiceId, recoveryPhrase } = this;
    return { name, practice, device, practiceId, recoveryPhrase, disk: this.disk.copy() };
  }

  ports(): Ports {
    const { sync, meetings } = this.wires;
    return {
      ...quietPorts,
      ...this.parts(),
      openStore: () => Promise.resolve({ ok: true, value: this.openDisk() }),
      takeWriterLock: () => Promise.resolve(() => undefined),
      createTransport: transportOver(sync, meetings),
      snapshotsFrom,
    };
  }
}

/**
 * A keeper of a practice: the product's own program (src/keeper) over a machine that starts, crashes, loses its disk and
 * starts again. It is always the same device, whose seed lies beside the disk as on a real box.
 */
import type { DeviceId } from '../../src/base/ids.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { Keeper } from '../../src/keeper/keeper.ts';
import { keeperKeys } from '../../src/keeper/keeper-keys.ts';
import { MemoryDisk } from '../../src/store/memory-store.ts';
import { transportOver } from '../app/support/quiet-ports.ts';
import { canary } from './canary.ts';
import { PoweredMachine, type Wires } from './powered.ts';

export interface KeeperImage {
  readonly name: string;
  /** Which practice of the world it belongs to. */
  readonly practice: number;
  readonly seed: Bytes;
  readonly disk: MemoryDisk;
}

export class KeeperMachine extends PoweredMachine {
  readonly practice: number;
  readonly seed: Bytes;
  override readonly device: DeviceId;
  keeper: Keeper | undefined;
  /** The six digits it shows. */
  code: string | undefined;
  /** Something in it threw. */
  onFailure: (error: unknown) => void = () => undefined;

  constructor(wires: Wires, seed: string, image: KeeperImage) {
    super(wires, seed, { ...image, disk: image.disk.copy() });
    this.practice = image.practice;
    this.seed = image.seed;
    this.device = keeperKeys(image.seed).device;
  }

  override get isOn(): boolean {
    return this.keeper !== undefined;
  }

  protected override async run(): Promise<void> {
    if (this.isOn) return;
    const { sync, meetings } = this.wires;
    const { seed } = this;
    this.keeper = await Keeper.start({
      ...{ ...this.parts(), store: this.openDisk(), seed, damaged: [] },
      name: `cellar ${canary}`,
      createTransport: async (allowed) => {
        const unused = { relays: [], iceServers: [] };
        const transport = await transportOver(sync, meetings)({ ...unused, ...allowed, seed });
        return Object.assign(transport, { addresses: () => ['/memory/cellar'] });
      },
      told: {
        code: (digits) => {
          this.code = digits ?? this.code;
        },
        changed: () => undefined,
        failed: (error) => {
          this.onFailure(error);
        },
      },
    });
  }

  /** It loses its disk; its seed is kept elsewhere. */
  wipe(): void {
    this.cutPower();
    this.disk = new MemoryDisk();
  }

  protected override programEnds(): void {
    this.keeper = undefined;
  }

  image(): KeeperImage {
    const { name, practice, seed, disk } = this;
    return { name, practice, seed, disk: disk.copy() };
  }
}

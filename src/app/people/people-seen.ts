/**
 * When each device of the practice was last connected to this one, by this device's clock. Kept across restarts in one sealed
 * record, which is written when a connection begins or ends and the last writing is a while ago, not on every frame.
 */
import { parseDeviceId, type DeviceId } from '../../base/ids.ts';
import type { PracticeContext } from '../practice-context.ts';

const recordKey = 'seen';

/** What a crash may lose of "last seen". */
const writeEveryMs = 5 * 60_000;

export class LastSeen {
  readonly #context: PracticeContext;
  readonly #seen: Map<DeviceId, number>;
  #writtenAtMs: number | undefined;
  #unwritten = false;

  private constructor(context: PracticeContext, seen: ReadonlyMap<DeviceId, number>) {
    this.#context = context;
    this.#seen = new Map(seen);
  }

  static async open(context: PracticeContext): Promise<LastSeen> {
    return new LastSeen(context, (await context.records.read(recordKey, seenFromJson)) ?? new Map());
  }

  of(device: DeviceId): string | undefined {
    const atMs = this.#seen.get(device);
    return atMs === undefined ? undefined : new Date(atMs).toISOString();
  }

  /** Called when connections change. Waits its turn in the queue by itself, if it writes at all. */
  note(devices: Iterable<DeviceId>): void {
    const now = this.#context.timeMs();
    for (const device of devices) {
      this.#seen.set(device, now);
      this.#unwritten = true;
    }
    if (this.#writtenAtMs !== undefined && now - this.#writtenAtMs < writeEveryMs) return;
    if (this.#unwritten) this.#context.inBackground(this.#context.exclusively(() => this.write()));
  }

  /** Inside the queue, and at locking. */
  async write(): Promise<void> {
    if (!this.#unwritten) return;
    this.#unwritten = false;
    this.#writtenAtMs = this.#context.timeMs();
    const { content, records } = this.#context;
    await content.commit({ sealed: [records.write(recordKey, Object.fromEntries(this.#seen))] });
  }
}

function seenFromJson(value: unknown): ReadonlyMap<DeviceId, number> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(
    Object.entries(value).flatMap(([device, atMs]) => {
      const parsed = parseDeviceId(device);
      return parsed === undefined || typeof atMs !== 'number' ? [] : [[parsed, atMs] as const];
    }),
  );
}

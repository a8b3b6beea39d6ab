/** When a device dials its peers: at once after coming back, one side first when both know, and less and less in vain. */
import { beforeEach, describe, expect, test } from 'vitest';
import { deviceId, practiceId, type DeviceId } from '../../../src/base/ids.ts';
import { err, ok } from '../../../src/base/result.ts';
import { Connections } from '../../../src/app/peers/connections.ts';
import type { CloseReason, Connection, DialFailure } from '../../../src/net/transport.ts';

const ids = [1, 2, 3].map((fill) => deviceId(new Uint8Array(32).fill(fill)));
const [lower, middle, higher] = ids as [DeviceId, DeviceId, DeviceId];
const peer = practiceId(new Uint8Array(32).fill(9));

/** One device, its peers' answers, and a clock that is turned by hand. */
class Scene {
  nowMs = 0;
  readonly dials: string[] = [];
  introductions = 0;
  answer: 'ok' | DialFailure = 'unreachable';
  readonly connections: Connections;
  readonly #connected = new Set<DeviceId>();
  readonly #timers = new Map<() => void, number>();
  readonly #listeners: ((connection: Connection) => void)[] = [];
  readonly #closed = new Map<DeviceId, (reason: CloseReason) => void>();

  constructor(self: DeviceId, peers: readonly DeviceId[]) {
    const context = {
      self: { device: self, practice: practiceId(new Uint8Array(32)) },
      people: { isHere: () => false },
      rosters: {
        get: () => undefined,
        mustGet: () => ({ devices: new Map() }),
        activeDevices: (practice: string) => (practice === peer ? peers : [self]),
        isActive: () => true,
      },
      ports: {
        timers: {
          after: (delayMs: number, run: () => void) => {
            this.#timers.set(run, this.nowMs + delayMs);
            return () => this.#timers.delete(run);
          },
        },
      },
    };
    const contact = { practice: peer, addresses: ['/relay'] };
    const transport = {
      onConnection: (listener: (connection: Connection) => void) => this.#listeners.push(listener),
      addresses: () => [],
      status: () => ({ relays: [], connections: [...this.#connected].map((device) => ({ device, path: 'direct' })) }),
      dial: (device: DeviceId) => {
        this.dials.push(`${ids.indexOf(device) + 1} at ${this.nowMs}`);
        if (this.answer !== 'ok') return Promise.resolve(err(this.answer));
        this.connect(device);
        return Promise.resolve(ok(undefined));
      },
    };
    const meetings = {
      introduce: () => {
        this.introductions++;
        return Promise.resolve(true);
      },
    };
    this.connections = new Connections(
      ...([context, { all: [contact], get: () => contact }, transport, meetings] as unknown as ConstructorParameters<
        typeof Connections
      >),
    );
  }

  connect(device: DeviceId): void {
    this.#connected.add(device);
    const connection = { device, onClose: (closed: (reason: CloseReason) => void) => this.#closed.set(device, closed) };
    for (const listener of this.#listeners) listener(connection as unknown as Connection);
  }

  lose(device: DeviceId): void {
    this.#connected.delete(device);
    this.#closed.get(device)?.('lost');
  }

  async pass(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = [...this.#timers].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b);
      if (next === undefined) break;
      const [run, at] = next;
      this.nowMs = at;
      this.#timers.delete(run);
      run();
    }
    this.nowMs = end;
  }
}

describe('connections to peers', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene(middle, [lower, higher]);
  });

  test('a device that comes back dials everyone at once, whoever would be first otherwise', async () => {
    scene.answer = 'ok';
    scene.connections.comeBack();
    await scene.pass(0);
    expect(scene.dials.toSorted()).toEqual(['1 at 0', '3 at 0']);
  });

  test('when both sides know, one dials at once and the other gives it time', async () => {
    scene.answer = 'ok';
    scene.connections.comeBack();
    await scene.pass(0);
    scene.dials.length = 0;
    scene.lose(lower);
    scene.lose(higher);
    await scene.pass(1_000);
    expect(scene.dials).toEqual(['3 at 0']);
    // The lower one dials meanwhile, and nothing is left to do.
    scene.connect(lower);
    await scene.pass(60_000);
    expect(scene.dials).toEqual(['3 at 0']);
  });

  test('a side whose courtesy was in vain dials itself', async () => {
    scene.answer = 'ok';
    scene.connections.reach();
    await scene.pass(60_000);
    expect(scene.dials).toEqual(['3 at 0', '1 at 1500']);
  });

  test('what is in vain is tried less and less, a few dozen times an hour', async () => {
    scene = new Scene(lower, [higher]);
    scene.connections.comeBack();
    await scene.pass(3_600_000);
    expect(scene.dials.slice(0, 5)).toEqual(['3 at 0', '3 at 500', '3 at 1500', '3 at 3500', '3 at 7500']);
    expect(scene.dials.length).toBeLessThan(130);
    scene.connections.close();
    await scene.pass(3_600_000);
    expect(scene.dials.length).toBeLessThan(130);
  });

  test('a network that is there again ends the wait, and no device is dialled twice at once', async () => {
    scene = new Scene(lower, [higher]);
    scene.connections.comeBack();
    await scene.pass(300_000);
    scene.dials.length = 0;
    scene.connections.comeBack();
    scene.connections.reach();
    await scene.pass(2_000);
    expect(scene.dials).toEqual(['3 at 300000', '3 at 300500', '3 at 301500']);
  });

  test('a peer that does not know this device is told who it is, and dialled again', async () => {
    scene = new Scene(lower, [higher]);
    scene.answer = 'not-allowed';
    scene.connections.comeBack();
    await scene.pass(400);
    scene.answer = 'ok';
    await scene.pass(60_000);
    expect(scene.introductions).toBe(1);
    expect(scene.dials).toEqual(['3 at 0', '3 at 500']);
  });
});

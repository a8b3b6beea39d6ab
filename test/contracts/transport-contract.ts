/** What every Transport does. Registers vitest tests; the bench says how two of them come to be and can reach each other. */
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { DeviceId } from '../../src/base/ids.ts';
import { maxFrameBytes } from '../../src/net/limits.ts';
import type { AllowDevice, CloseReason, Connection, Transport } from '../../src/net/transport.ts';

export interface TransportBench {
  /** Started, with addresses others can dial. Stopped by the bench after the test. */
  started(allow?: AllowDevice): Promise<Transport>;
  /** A device nobody runs. */
  readonly absent: DeviceId;
}

const frameOf = (length: number, value: number): Bytes => new Uint8Array(length).fill(value);

export function transportContract(name: string, bench: () => TransportBench): void {
  describe(`${name} as a transport`, () => {
    test('both ends of a connection know each other by their proved keys', async () => {
      const { here, there, a, b } = await joined();
      expect([here.device, there.device]).toEqual([b.device, a.device]);
      expect(a.status().connections.map(({ device }) => device)).toEqual([b.device]);
    });

    test('frames arrive whole and in order, sent with or without waiting, the largest too', async () => {
      const { here, there } = await joined();
      const received = collect(there);
      const frames = [1, 70_000, maxFrameBytes, 3].map((length, i) => frameOf(length, i));
      await Promise.all(frames.map((frame) => here.send(frame)));
      for (const frame of frames) expect((await here.send(frame)).ok).toBe(true);
      await until(() => received.length === 2 * frames.length);
      expect(received.map(({ length }) => length)).toEqual([...frames, ...frames].map(({ length }) => length));
      expect(received.map((frame) => frame.at(-1))).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    });

    test('both ends send at once', async () => {
      const { here, there } = await joined();
      const [atHere, atThere] = [collect(here), collect(there)];
      for (let i = 0; i < 20; i++) {
        void here.send(frameOf(1000, i));
        void there.send(frameOf(2000, i));
      }
      await until(() => atHere.length === 20 && atThere.length === 20);
    });

    test('an empty or too large frame is refused and harms nothing', async () => {
      const { here, there } = await joined();
      const received = collect(there);
      expect(await here.send(frameOf(maxFrameBytes + 1, 1))).toMatchObject({ ok: false, reason: 'frame-too-large' });
      expect((await here.send(frameOf(5, 1))).ok).toBe(true);
      await until(() => received.length === 1);
    });

    test('[ATTACK-40] a reader that does not read stops the writer, and nothing is lost when it goes on', async () => {
      const { here, there } = await joined();
      let sent = 0;
      const sending = (async () => {
        for (let i = 0; i < 12; i++) {
          await here.send(frameOf(512 * 1024, i));
          sent += 1;
        }
      })();
      let resume = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        resume = resolve;
      });
      const received: number[] = [];
      there.onFrame(async (frame) => {
        await held;
        received.push(frame[0] ?? -1);
      });
      await settled();
      expect(sent).toBeLessThan(12);
      resume();
      await sending;
      await until(() => received.length === 12);
      expect(received).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });

    test('a receiver is given one frame at a time', async () => {
      const { here, there } = await joined();
      let busy = 0;
      let most = 0;
      let done = 0;
      there.onFrame(async () => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy -= 1;
        done += 1;
      });
      for (let i = 0; i < 10; i++) void here.send(frameOf(10, i));
      await until(() => done === 10);
      expect(most).toBe(1);
    });

    test('the frame behind the one being dealt with is shown meanwhile, and no other', async () => {
      const { here, there } = await joined();
      let resume = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        resume = resolve;
      });
      const said: string[] = [];
      there.onFrame(
        async (frame) => {
          said.push(`took ${frame[0] ?? -1}`);
          await held;
        },
        (frame) => said.push(`saw ${frame[0] ?? -1}`),
      );
      for (let i = 0; i < 4; i++) void here.send(frameOf(10, i));
      await until(() => said.length > 1);
      await settled();
      expect(said).toEqual(['took 0', 'saw 1']);
      resume();
      await until(() => said.includes('took 3'));
      expect(said.filter((one) => one.startsWith('took'))).toEqual(['took 0', 'took 1', 'took 2', 'took 3']);
    });

    test('what was sent before a close arrives, then both ends are told once', async () => {
      const { here, there } = await joined();
      const received = collect(there);
      const told: CloseReason[] = [];
      here.onClose((reason) => told.push(reason));
      there.onClose((reason) => told.push(reason));
      for (let i = 0; i < 5; i++) await here.send(frameOf(1000, i));
      here.close();
      here.close();
      await until(() => told.length === 2);
      expect([...told].sort()).toEqual(['closed-here', 'closed-there']);
      expect(received).toHaveLength(5);
      expect(await here.send(frameOf(1, 1))).toMatchObject({ ok: false, reason: 'closed' });
      expect(await there.send(frameOf(1, 1))).toMatchObject({ ok: false, reason: 'closed' });
    });

    test('everyone who asked is told of the end, and who asks afterwards at once', async () => {
      const { here, there } = await joined();
      let told = 0;
      for (let i = 0; i < 3; i++) there.onClose(() => told++);
      here.close();
      await until(() => told === 3);
      there.onClose(() => told++);
      await until(() => told === 4);
    });

    test('a receiver that throws ends the connection', async () => {
      const { here, there } = await joined();
      const told: CloseReason[] = [];
      there.onClose((reason) => told.push(reason));
      there.onFrame(() => {
        throw new Error('a bug of the receiver');
      });
      await here.send(frameOf(1, 1));
      await until(() => told.length === 1);
      expect(told).toEqual(['protocol-error']);
    });

    test('one connection per device, also when both sides dial at once', async () => {
      const [a, b] = await Promise.all([bench().started(), bench().started()]);
      const results = await Promise.all([a.dial(b.device, b.addresses()), b.dial(a.device, a.addresses())]);
      expect(results.some((result) => result.ok)).toBe(true);
      await settled();
      const again = await a.dial(b.device, b.addresses());
      expect(again.ok).toBe(true);
      expect(a.status().connections).toHaveLength(1);
      expect(b.status().connections).toHaveLength(1);
    });

    test('a device nobody runs is unreachable', async () => {
      const a = await bench().started();
      expect((await a.dial(bench().absent, [])).ok).toBe(false);
    });

    test('who is not allowed gets no connection, whichever side refuses', async () => {
      const closed = await bench().started(() => false);
      const open = await bench().started();
      const connections: Connection[] = [];
      closed.onConnection((connection) => connections.push(connection));
      expect((await closed.dial(open.device, open.addresses())).ok).toBe(false);
      const outcome = await open.dial(closed.device, closed.addresses());
      // A dial may resolve before the other side closes it; it never stays.
      if (outcome.ok) {
        await until(() => open.status().connections.length === 0);
      }
      await settled();
      expect(connections).toEqual([]);
    });

    test('who is no longer allowed is closed', async () => {
      let allowed = true;
      const a = await bench().started(() => allowed);
      const b = await bench().started();
      expect((await b.dial(a.device, a.addresses())).ok).toBe(true);
      await until(() => a.status().connections.length === 1);
      allowed = false;
      a.allowChanged();
      await until(() => a.status().connections.length === 0 && b.status().connections.length === 0);
    });

    test('stopping ends what there is', async () => {
      const { a, b, there } = await joined();
      const told: CloseReason[] = [];
      there.onClose((reason) => told.push(reason));
      await a.stop();
      await until(() => told.length === 1 && b.status().connections.length === 0);
      expect(await a.dial(b.device, b.addresses())).toMatchObject({ ok: false, reason: 'stopped' });
    });
  });

  async function joined(): Promise<{ a: Transport; b: Transport; here: Connection; there: Connection }> {
    const a = await bench().started();
    const b = await bench().started();
    let there: Connection | undefined;
    b.onConnection((connection) => {
      there = connection;
    });
    const here = await a.dial(b.device, b.addresses());
    if (!here.ok) throw new Error(`dial failed: ${here.reason}`);
    await until(() => there !== undefined);
    if (there === undefined) throw new Error('the other side should have been told');
    return { a, b, here: here.value, there };
  }
}

function collect(connection: Connection): Bytes[] {
  const frames: Bytes[] = [];
  connection.onFrame((frame) => void frames.push(frame));
  return frames;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the condition never came true');
}

/** Long enough for what would wrongly happen to happen. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200));
}

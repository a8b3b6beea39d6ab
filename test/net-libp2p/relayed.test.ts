/** Two devices in Node by way of a real relay. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Relay } from '../../src/net/libp2p-relay.ts';
import type { Libp2pTransport, Libp2pTransportInit } from '../../src/net/libp2p-transport.ts';
import type { CloseReason, Connection } from '../../src/net/transport.ts';
import { maxFrameBytes } from '../../src/net/limits.ts';
import { collect, device, dialled, reachable, relayOn, until } from './devices.ts';

const started: Libp2pTransport[] = [];
const relays: Relay[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((transport) => transport.stop()));
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

async function relay(): Promise<Relay> {
  const started = await relayOn();
  relays.push(started);
  return started;
}

async function startedAt(at: readonly Relay[], init: Partial<Libp2pTransportInit> = {}): Promise<Libp2pTransport> {
  const transport = await device({ relays: at.flatMap(({ addresses }) => addresses), ...init });
  started.push(transport);
  await transport.start();
  if (at.length > 0) await reachable(transport);
  return transport;
}

describe('two devices by way of a relay', () => {
  it('find each other, know whom they speak to, and both are told of the connection before the dial resolves', async () => {
    const meetingPoint = await relay();
    const alice = await startedAt([meetingPoint]);
    const bob = await startedAt([meetingPoint]);
    const told: string[] = [];
    bob.onConnection(({ device }) => told.push(`bob:${device}`));
    alice.onConnection(({ device }) => told.push(`alice:${device}`));

    const connection = await dialled(alice, bob.device, bob.addresses());

    expect(told.sort()).toEqual([`alice:${bob.device}`, `bob:${alice.device}`].sort());
    expect(connection.device).toBe(bob.device);
    expect(connection.path).toBe('relayed');
    expect(bob.status().connections).toEqual([{ device: alice.device, path: 'relayed' }]);
  });

  it('[RE-4] a slow reader gets 10 MB whole and in order, and the writer waits for it', async () => {
    const meetingPoint = await relay();
    const alice = await startedAt([meetingPoint]);
    const bob = await startedAt([meetingPoint]);
    let received = 0;
    let expected = 0;
    let inOrder = true;
    let furthestAhead = 0;
    let sent = 0;
    bob.onConnection((connection) => {
      connection.onFrame(async (frame) => {
        inOrder &&= frame[0] === expected % 251;
        expected++;
        furthestAhead = Math.max(furthestAhead, sent - received);
        await new Promise((resolve) => setTimeout(resolve, 2));
        received += frame.length;
      });
    });
    const connection = await dialled(alice, bob.device, bob.addresses());
    for (let i = 0; i < 160; i++) {
      const frame = new Uint8Array(64 * 1024).fill(i % 251);
      expect(await connection.send(frame)).toEqual({ ok: true, value: undefined });
      sent += frame.length;
    }
    await until('all is received', () => received === 160 * 64 * 1024);
    expect(inOrder).toBe(true);
    expect(furthestAhead).toBeLessThan(2 * 1024 * 1024);
  });

  it('a frame of the largest size goes both ways at once', async () => {
    const meetingPoint = await relay();
    const alice = await startedAt([meetingPoint]);
    const bob = await startedAt([meetingPoint]);
    let there: Connection | undefined;
    bob.onConnection((connection) => (there = connection));
    const here = await dialled(alice, bob.device, bob.addresses());
    const atAlice = collect(here);
    const atBob = there === undefined ? [] : collect(there);
    const largest = new Uint8Array(maxFrameBytes).fill(7);
    await Promise.all([1, 2, 3, 4].map(() => Promise.all([here.send(largest), there?.send(largest)])));
    await until('both have them', () => atAlice.length === 4 && atBob.length === 4);
    expect(await here.send(new Uint8Array(maxFrameBytes + 1))).toMatchObject({ ok: false, reason: 'frame-too-large' });
  });

  it('[ATTACK-42] a device that is not admitted is refused on both sides, and cut off when it loses its right', async () => {
    const meetingPoint = await relay();
    let admitted = false;
    const alice = await startedAt([meetingPoint]);
    const bob = await startedAt([meetingPoint], { allow: () => admitted });
    expect(await alice.dial(bob.device, bob.addresses())).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(await bob.dial(alice.device, alice.addresses())).toMatchObject({ ok: false, reason: 'not-allowed' });

    admitted = true;
    const connection = await dialled(alice, bob.device, bob.addresses());
    const closed = new Promise<CloseReason>((resolve) => connection.onClose(resolve));
    admitted = false;
    bob.allowChanged();
    expect(await closed).toBe('closed-there');
    expect(bob.status().connections).toEqual([]);
    expect(await alice.dial(bob.device, bob.addresses())).toMatchObject({ ok: false, reason: 'not-allowed' });
  });

  it('an open invitation admits an unknown device to the meeting and to nothing else', async () => {
    const meetingPoint = await relay();
    const alice = await startedAt([meetingPoint], { allow: () => false, allowMeeting: () => true });
    const bob = await startedAt([meetingPoint], { allow: () => true, allowMeeting: () => true });
    const met = await dialled(bob.meetings, alice.device, alice.addresses());
    expect(met.device).toBe(alice.device);
    expect(await bob.dial(alice.device, alice.addresses())).toMatchObject({ ok: false, reason: 'not-allowed' });
    expect(alice.status().connections).toEqual([]);
    expect(alice.meetings.status().connections).toEqual([{ device: bob.device, path: 'relayed' }]);
  });

  it('both dialling at once end with the same one connection', async () => {
    const meetingPoint = await relay();
    for (let round = 0; round < 5; round++) {
      const alice = await startedAt([meetingPoint]);
      const bob = await startedAt([meetingPoint]);
      let there: Connection | undefined;
      let told = 0;
      bob.onConnection((connection) => {
        there = connection;
        told++;
      });
      const [fromAlice, fromBob] = await Promise.all([
        dialled(alice, bob.device, bob.addresses()),
        dialled(bob, alice.device, alice.addresses()),
      ]);
      expect(fromBob).toBe(there);
      expect(told).toBe(1);
      const atBob = collect(fromBob);
      await fromAlice.send(Uint8Array.of(1));
      await until('it is the same connection', () => atBob.length === 1);
    }
  });

  it('a clean end is told apart from a broken one', async () => {
    const meetingPoint = await relay();
    const alice = await startedAt([meetingPoint]);
    const bob = await startedAt([meetingPoint]);
    const ends: CloseReason[] = [];
    const received: Uint8Array[][] = [];
    bob.onConnection((connection) => {
      received.push(collect(connection));
      connection.onClose((reason) => ends.push(reason));
    });
    const first = await dialled(alice, bob.device, bob.addresses());
    void first.send(Uint8Array.of(1, 2, 3));
    first.close();
    expect(await first.send(Uint8Array.of(4))).toMatchObject({ ok: false, reason: 'closed' });
    await until('bob is told', () => ends.length === 1);
    expect(ends).toEqual(['closed-there']);
    expect(received).toEqual([[Uint8Array.of(1, 2, 3)]]);

    await dialled(alice, bob.device, bob.addresses());
    await Promise.all(relays.splice(0).map((gone) => gone.stop()));
    await until('bob is told again', () => ends.length === 2);
    expect(ends).toEqual(['closed-there', 'lost']);
  });

  it('after a restart of the relay both are reachable again, and the next dial succeeds', async () => {
    const meetingPoint = await relay();
    const seed = new Uint8Array(32).fill(9);
    const fixed = await relayOn(0, seed);
    const alice = await startedAt([fixed]);
    const bob = await startedAt([fixed]);
    await dialled(alice, bob.device, bob.addresses());
    await fixed.stop();
    await until('the relay is missed', () => alice.status().relays.every(({ state }) => state !== 'reserved'));
    await until('bob misses it too', () => bob.status().connections.length === 0);
    expect(await alice.dial(bob.device, [meetingPoint.addresses[0] ?? ''])).toMatchObject({ reason: 'unreachable' });
    relays.push(await relayOn(fixed.port, seed));
    await reachable(alice);
    await reachable(bob);
    await dialled(alice, bob.device, bob.addresses());
  });

  it('a device at another relay is reached by the addresses it gave', async () => {
    const [one, other] = [await relay(), await relay()];
    const alice = await startedAt([one]);
    const bob = await startedAt([other]);
    const connection = await dialled(alice, bob.device, ['/ip4/127.0.0.1/tcp/1/ws', ...bob.addresses()]);
    expect(connection.device).toBe(bob.device);
  });

  it('a device that started anew is connected at once, though the other still holds the old connection', async () => {
    const meetingPoint = await relay();
    const seed = new Uint8Array(32).fill(5);
    const alice = await startedAt([meetingPoint]);
    const before = await startedAt([meetingPoint], { seed });
    const old = await dialled(alice, before.device, before.addresses());
    const oldEnd = new Promise<CloseReason>((resolve) => old.onClose(resolve));
    await before.stop();
    const after = await startedAt([meetingPoint], { seed });
    await dialled(after, alice.device, alice.addresses());
    expect(['closed-there', 'lost', 'replaced']).toContain(await oldEnd);
    expect(alice.status().connections).toEqual([{ device: after.device, path: 'relayed' }]);
  });
});

/** A peer that is libp2p and nothing of ours: what it says harms no one else. */
import './devices.ts';
import { randomBytes } from 'node:crypto';
import { noise } from '@libp2p/noise';
import { yamux } from '@libp2p/yamux';
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2';
import { identify } from '@libp2p/identify';
import type { Libp2p, Stream } from '@libp2p/interface';
import { webSockets } from '@libp2p/websockets';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Relay } from '../../src/net/libp2p-relay.ts';
import type { Libp2pTransport } from '../../src/net/libp2p-transport.ts';
import { peerIdOf } from '../../src/net/libp2p-names.ts';
import { encodeRecord, noLink, type LinkRecord } from '../../src/net/link-records.ts';
import { maxFrameBytes } from '../../src/net/limits.ts';
import type { CloseReason, Connection } from '../../src/net/transport.ts';
import { collect, device, dialled, reachable, relayOn, until } from './devices.ts';

const protocol = '/peerchart/sync/1';
const instance = '0a0b0c0d0e0f0a0b';
const open: LinkRecord = { kind: 'open', version: 1, link: { instance, number: 1 }, replaces: noLink };

let relay: Relay;
let alice: Libp2pTransport;
let bob: Libp2pTransport;
let mallory: Libp2p;
let connections: Connection[];

beforeEach(async () => {
  relay = await relayOn();
  alice = await device({ relays: relay.addresses });
  bob = await device({ relays: relay.addresses });
  connections = [];
  alice.onConnection((connection) => connections.push(connection));
  await Promise.all([alice.start(), bob.start()]);
  await Promise.all([reachable(alice), reachable(bob)]);
  mallory = await createLibp2p({
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify() },
  });
  await mallory.start();
});

afterEach(async () => {
  await Promise.all([alice.stop(), bob.stop(), mallory.stop()]);
  await relay.stop();
});

async function streamToAlice(): Promise<Stream> {
  const address = multiaddr(`${relay.addresses[0] ?? ''}/p2p-circuit/p2p/${peerIdOf(alice.device).toString()}`);
  return mallory.dialProtocol(address, protocol, { runOnLimitedConnection: true });
}

/** What comes back, in a list that grows; a moment is left for it. */
async function say(stream: Stream, ...records: readonly Uint8Array[]): Promise<number[]> {
  const bytes: number[] = [];
  stream.addEventListener('message', (event) => bytes.push(...event.data.subarray()));
  for (const record of records) {
    try {
      stream.send(record);
    } catch {
      // Cut off already.
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return bytes;
}

async function answerTo(stream: Stream, record: Uint8Array): Promise<number[]> {
  const bytes = await say(stream, record);
  await until('it answers', () => bytes.length > 0);
  return bytes;
}

describe('a hostile peer that was admitted', () => {
  it('[section 9] says garbage, and others are served as before', async () => {
    for (let round = 0; round < 20; round++) await say(await streamToAlice(), randomBytes(1 + round * 50));
    expect(connections).toEqual([]);
    const connection = await dialled(bob, alice.device, alice.addresses());
    expect((await connection.send(Uint8Array.of(1))).ok).toBe(true);
  });

  it('[ATTACK-43] speaks a version that is not known, and is refused with a reason', async () => {
    const answer = await answerTo(await streamToAlice(), encodeRecord({ ...open, version: 2 }));
    expect(answer).toEqual([...encodeRecord({ kind: 'refuse', reason: 'version' })]);
    expect(connections).toEqual([]);
  });

  it('asks to go on with a link that is not its own', async () => {
    const theirs = await dialled(bob, alice.device, alice.addresses());
    const link = { instance, number: 1 };
    const answer = await answerTo(await streamToAlice(), encodeRecord({ kind: 'move', version: 1, link }));
    expect(answer).toEqual([...encodeRecord({ kind: 'refuse', reason: 'unknown-link' })]);
    expect((await theirs.send(Uint8Array.of(1))).ok).toBe(true);
  });

  it('opens a link and floods it: its own link ends', async () => {
    const stream = await streamToAlice();
    const ends: CloseReason[] = [];
    const flood = new Uint8Array(maxFrameBytes).fill(1);
    await say(stream, encodeRecord(open));
    await until('the link is open', () => connections.length === 1);
    connections[0]?.onClose((reason) => ends.push(reason));
    for (let i = 0; i < 4; i++) await say(stream, encodeRecord({ kind: 'frame', frame: flood }));
    await until('it is cut off', () => ends.length === 1);
    expect(ends).toEqual(['protocol-error']);
    await dialled(bob, alice.device, alice.addresses());
  });

  it('opens one link after the other: the newest stays, and an older one does not come back', async () => {
    const openings = [
      { instance, number: 1 },
      { instance, number: 2 },
      { instance: 'ffffffffffffffff', number: 1 },
    ];
    for (const [opened, link] of openings.entries()) {
      await say(await streamToAlice(), encodeRecord({ ...open, link }));
      await until('the link is open', () => connections.length === opened + 1);
    }
    await until('the older ones ended', () => alice.status().connections.length === 1);
    const link = { instance: 'ffffffffffffffff', number: 0 };
    const answer = await answerTo(await streamToAlice(), encodeRecord({ ...open, link }));
    expect(answer).toEqual([...encodeRecord({ kind: 'refuse', reason: 'duplicate' })]);
  });
});

describe('what leaves the device', () => {
  it('is shown to the tap, byte for byte, in order', async () => {
    const tapped: string[] = [];
    const carol = await device({
      relays: relay.addresses,
      framesTap: (frame, to) => tapped.push(`${to} ${frame.join()}`),
    });
    await carol.start();
    await reachable(carol);
    const connection = await dialled(carol, bob.device, bob.addresses());
    collect(connection);
    await connection.send(Uint8Array.of(1, 2));
    await connection.send(Uint8Array.of(3));
    expect(tapped).toEqual([`${bob.device} 1,2`, `${bob.device} 3`]);
    await carol.stop();
  });
});

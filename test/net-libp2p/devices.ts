/** Devices and a relay for tests of the libp2p transport in Node: WebSockets and the relay, no WebRTC. */
import '../../src/node/node-20.ts';
import { randomBytes } from 'node:crypto';
import type { DeviceId } from '../../src/base/ids.ts';
import { startRelay, type Relay } from '../../src/net/libp2p-relay.ts';
import {
  createLibp2pTransport,
  type Libp2pTransport,
  type Libp2pTransportInit,
} from '../../src/net/libp2p-transport.ts';
import type { Connection } from '../../src/net/transport.ts';

export function relayOn(port = 0, seed: Uint8Array = randomBytes(32)): Promise<Relay> {
  return startRelay({ seed, host: '127.0.0.1', port });
}

/** Admits everyone unless told otherwise. */
export function device(init: Partial<Libp2pTransportInit> = {}): Promise<Libp2pTransport> {
  return createLibp2pTransport({ seed: randomBytes(32), relays: [], allow: () => true, ...init });
}

export async function until(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function reachable(transport: Libp2pTransport): Promise<void> {
  await until('the relay gives a place', () => transport.status().relays.some(({ state }) => state === 'reserved'));
}

export async function dialled(
  from: Pick<Libp2pTransport, 'dial'>,
  to: DeviceId,
  addresses: readonly string[],
): Promise<Connection> {
  const connection = await from.dial(to, addresses);
  if (!connection.ok) throw new Error(`dial failed: ${connection.reason}`);
  return connection.value;
}

/** What `connection` receives, in order. */
export function collect(connection: Connection): Uint8Array[] {
  const frames: Uint8Array[] = [];
  connection.onFrame((frame) => void frames.push(frame));
  return frames;
}

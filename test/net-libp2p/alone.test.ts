/** A device without relays or peers. In a file of its own: the sockets of a whole process are counted. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Libp2pTransport } from '../../src/net/libp2p-transport.ts';
import { device, until } from './devices.ts';

const started: Libp2pTransport[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((transport) => transport.stop()));
});

async function startedAt(relays: readonly string[]): Promise<Libp2pTransport> {
  const transport = await device({ relays });
  started.push(transport);
  await transport.start();
  return transport;
}

describe('a device alone', () => {
  it('opens no socket while it has no relay and dials nobody', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((kind) => /TCP|UDP|TLS|Pipe.*Wrap/.test(kind)).length;
    const opened: unknown[] = [];
    const RealWebSocket = globalThis.WebSocket;
    globalThis.WebSocket = class extends RealWebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        opened.push(url);
      }
    };
    const before = sockets();
    const alice = await startedAt([]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sockets()).toBe(before);
    expect(opened).toEqual([]);
    expect(alice.addresses()).toEqual([]);
    globalThis.WebSocket = RealWebSocket;
  });

  it('says that a relay is unreachable, and an unreachable device too', async () => {
    const alice = await startedAt([]);
    expect(await alice.dial(alice.device, [])).toMatchObject({ ok: false });
    const bob = await startedAt(['/ip4/127.0.0.1/tcp/1/ws']);
    await until('it is told', () => bob.status().relays[0]?.state === 'unreachable');
    expect(await bob.dial(alice.device, ['/ip4/127.0.0.1/tcp/1/ws'])).toMatchObject({ reason: 'unreachable' });
    await bob.stop();
    expect(await bob.dial(alice.device, [])).toMatchObject({ reason: 'stopped' });
  });
});

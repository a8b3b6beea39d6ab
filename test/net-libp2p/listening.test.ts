/** A device that listens by WebSocket and relays: a keeper, as the transport sees it. */
import { afterEach, describe, expect, it } from 'vitest';
import { relayPart } from '../../src/net/libp2p-relay.ts';
import type { Libp2pTransport, Libp2pTransportInit } from '../../src/net/libp2p-transport.ts';
import { collect, device, dialled, reachable, until } from './devices.ts';

const started: Libp2pTransport[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((transport) => transport.stop()));
});

async function startedWith(init: Partial<Libp2pTransportInit>): Promise<Libp2pTransport> {
  const transport = await device(init);
  started.push(transport);
  await transport.start();
  return transport;
}

const listening = { addresses: ['/ip4/127.0.0.1/tcp/0/ws'], announce: [], relay: relayPart };

describe('a device that listens', () => {
  it('is dialled at its own address, without a relay between, and knows who calls', async () => {
    const keeper = await startedWith({ listening });
    const alice = await startedWith({});
    const [address = ''] = keeper.addresses();
    expect(address).toMatch(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3Koo/);
    keeper.onConnection((connection) => {
      connection.onFrame((frame) => void connection.send(frame));
    });
    const connection = await dialled(alice, keeper.device, keeper.addresses());
    expect([connection.device, connection.path]).toEqual([keeper.device, 'direct']);
    const frames = collect(connection);
    await connection.send(Uint8Array.of(1, 2, 3));
    await until('the echo', () => frames.length === 1);
    expect(keeper.status().connections).toEqual([{ device: alice.device, path: 'direct' }]);
  });

  it('relays between devices it does not admit itself, and goes on when one that it does admit hangs up', async () => {
    const keeper = await startedWith({ listening, allow: (one) => one === admitted.device });
    const admitted: Libp2pTransport = await startedWith({ relays: keeper.addresses() });
    const bob = await startedWith({ relays: keeper.addresses() });
    await Promise.all([reachable(admitted), reachable(bob)]);
    expect(await bob.dial(keeper.device, keeper.addresses())).toMatchObject({ ok: false, reason: 'not-allowed' });
    const toKeeper = await dialled(admitted, keeper.device, keeper.addresses());
    toKeeper.close();
    const connection = await dialled(bob, admitted.device, admitted.addresses());
    expect(connection.path).toBe('relayed');
  });

  it('tells the address it is reached at from outside, where it was given one', async () => {
    const keeper = await startedWith({
      listening: { ...listening, announce: ['/dns4/keeper.example/tcp/443/tls/ws'] },
    });
    expect(keeper.addresses()).toEqual([
      expect.stringMatching(/^\/dns4\/keeper.example\/tcp\/443\/tls\/ws\/p2p\/12D3/),
    ]);
  });
});

/**
 * The transport in two real browser processes: introduced by the relay, then directly by WebRTC. A page of its own, so that a
 * failure here is the transport's and not the application's.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Relay } from '../../src/net/libp2p-relay.ts';
import { relayOn, until } from '../net-libp2p/devices.ts';
import { Browsers, eventually, hasNetwork, type BrowserDevice } from './transport/browsers.ts';

/** How many times two devices meet anew; more to look for what happens once in a hundred. */
const meetings = Number(process.env['PEERCHART_MEETINGS'] ?? 6);
const frameBytes = 64 * 1024;

let browsers: Browsers;
let alice: BrowserDevice;
let bob: BrowserDevice;
let relay: Relay;

beforeAll(async () => {
  browsers = await Browsers.start();
  [alice, bob, relay] = await Promise.all([browsers.open('alice'), browsers.open('bob'), relayOn()]);
});

afterAll(async () => {
  await browsers.stop();
  await relay.stop();
});

it('a device with no relay and nobody to dial opens no socket', async () => {
  await alice.start([]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await alice.seen()).toMatchObject({ socketsOpened: 0, peerConnectionsOpened: 0 });
});

describe.skipIf(!hasNetwork)('two browsers', () => {
  it('meet at the relay and go on directly, every time, and no frame sent meanwhile is lost', async () => {
    const directMs: number[] = [];
    const retries: string[] = [];
    for (let meeting = 0; meeting < meetings; meeting++) {
      await Promise.all([alice.start(relay.addresses), bob.start(relay.addresses)]);
      const begin = Date.now();
      expect(await alice.dial(bob)).toBe('ok');
      const direct = Promise.all([alice.direct(), bob.direct()]).then(() => directMs.push(Date.now() - begin));
      await Promise.all([alice.send(48, frameBytes), bob.send(48, frameBytes)]);
      await Promise.all([direct, alice.received(48 * frameBytes), bob.received(48 * frameBytes)]);
      for (const { inOrder, ends, connections, notes } of [await alice.seen(), await bob.seen()]) {
        expect({ inOrder, ends, connections }).toEqual({ inOrder: true, ends: [], connections: 1 });
        retries.push(...notes);
      }
    }
    directMs.sort((a, b) => a - b);
    // How long connections took is for whoever reads the run: it is printed, and never asserted.
    // eslint-disable-next-line no-console
    console.info(
      `${meetings} meetings, direct after ${directMs[meetings >> 1] ?? 0} ms (median), ${directMs.at(-1) ?? 0} ms (longest), retries: ${retries.join(', ') || 'none'}`,
    );
  });

  it('that dial each other at once end with one direct connection', async () => {
    await Promise.all([alice.start(relay.addresses), bob.start(relay.addresses)]);
    expect(await Promise.all([alice.dial(bob), bob.dial(alice)])).toEqual(['ok', 'ok']);
    await Promise.all([alice.direct(), bob.direct()]);
    expect(await Promise.all([alice.seen(), bob.seen()])).toMatchObject([
      { connections: 1, ends: [] },
      { connections: 1, ends: [] },
    ]);
  });

  it('are direct again soon after one was reloaded without a good-bye, whichever it was', async () => {
    await Promise.all([alice.start(relay.addresses), bob.start(relay.addresses)]);
    expect(await alice.dial(bob)).toBe('ok');
    await Promise.all([alice.direct(), bob.direct()]);
    for (const [reloaded, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await reloaded.restart(relay.addresses);
      const begin = Date.now();
      expect(await reloaded.dial(other)).toBe('ok');
      await Promise.all([alice.direct(), bob.direct()]);
      // Well before a browser gives up a connection that nobody answers on, which takes half a minute.
      expect(Date.now() - begin).toBeLessThan(20_000);
      expect(['lost', 'replaced']).toContain((await other.seen()).ends.join());
    }
  });

  it('a slow reader gets 10 MB directly; the relay may go and come back meanwhile', async () => {
    const seed = randomBytes(32);
    let fleeting = await relayOn(0, seed);
    await Promise.all([alice.start(fleeting.addresses), bob.start(fleeting.addresses)]);
    expect(await alice.dial(bob)).toBe('ok');
    await Promise.all([alice.direct(), bob.direct()]);

    await bob.readSlowly(5);
    expect(await alice.send(160, frameBytes)).toBeGreaterThan(400);
    await bob.received(160 * frameBytes);

    await fleeting.stop();
    await eventually('the relay is missed', alice.status, ({ relays }) =>
      relays.every(({ state }) => state !== 'reserved'),
    );
    await alice.send(16, frameBytes, 160);
    await bob.received(176 * frameBytes);
    fleeting = await relayOn(fleeting.port, seed);
    await Promise.all([alice.reserved(), bob.reserved()]);
    expect(await bob.seen()).toMatchObject({ inOrder: true, ends: [], connections: 1 });
    await fleeting.stop();
  });

  it('[ATTACK-42] a device that loses its right is cut off on the direct path too; stopping leaves nothing connected', async () => {
    await Promise.all([alice.start(relay.addresses), bob.start(relay.addresses)]);
    expect(await alice.dial(bob)).toBe('ok');
    await Promise.all([alice.direct(), bob.direct()]);
    await bob.admit(false);
    for (const each of [alice, bob]) await eventually('both are told', each.seen, ({ ends }) => ends.length === 1);
    expect((await alice.seen()).ends).toEqual(['closed-there']);
    expect((await bob.seen()).ends).toEqual(['not-allowed']);
    expect(await alice.dial(bob)).toBe('not-allowed');
    await bob.admit(true);
    expect(await alice.dial(bob)).toBe('ok');
    await Promise.all([alice.stop(), bob.stop()]);
    await until('the relay sees both go', () => relay.counts().devices === 0);
    expect(await alice.dial(bob)).toBe('stopped');
  });
});

/** Where a browser that has no practice yet calls: it has no place at any relay of its own, and a short text names none. */
import { expect, test } from 'vitest';
import { err } from '../../../src/base/result.ts';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { Ports } from '../../../src/app/ports.ts';
import { mustBeOk, World } from '../support/world.ts';

const relay = '/dns/relay.example/tcp/443/tls/ws/p2p/12D3KooWRelay';
const words = {
  personName: 'Nora Brandt',
  deviceName: 'Tablet',
  signInName: 'NB',
  passphrase: 'correct horse battery',
};

/** The addresses at which this profile tries to meet, by way of a transport that reaches nobody. */
function listening(ports: Ports): { readonly ports: Ports; readonly called: readonly string[][] } {
  const called: string[][] = [];
  const createTransport: Ports['createTransport'] = async (options) => {
    const transport = await ports.createTransport(options);
    const dial: typeof transport.meetings.dial = (_device, addresses) => {
      called.push([...addresses]);
      return Promise.resolve(err('unreachable'));
    };
    return Object.assign(transport, { meetings: { ...transport.meetings, dial, addresses: () => [] } });
  };
  return { ports: { ...ports, defaults: { relays: [relay], iceServers: [] }, createTransport }, called };
}

test('[ID-7] a short text is followed over the relays of this host, by a device that joins and by one that recovers', async () => {
  const world = await World.start();
  const desk = await world.newPractice('desk');
  const { shortText } = mustBeOk(await desk.people.inviteDevice('nurse'));
  const signal = new AbortController().signal;
  const { ports, called } = listening(world.ports('tablet'));
  const door = await openPracticeDoor(ports);
  const told = { code: () => undefined, progress: () => undefined };

  const joined = await door.join({ ...words, invitation: shortText }, told, signal);
  expect(joined).toMatchObject({ ok: false, reason: 'not-reachable' });
  const recoveryPhrase = door.newRecoveryPhrase();
  const recovered = await door.recoverFromPeer(
    { ...words, invitation: shortText, recoveryPhrase },
    () => undefined,
    signal,
  );
  expect(recovered).toMatchObject({ ok: false, reason: 'not-reachable' });
  expect(called.length).toBeGreaterThanOrEqual(2);
  for (const addresses of called) expect(addresses).toContain(`${relay}/p2p-circuit`);
  await desk.lock();
});

/** The contract that every transport keeps, over libp2p by way of a real relay. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { deviceId } from '../../src/base/ids.ts';
import type { Relay } from '../../src/net/libp2p-relay.ts';
import type { Transport } from '../../src/net/transport.ts';
import { transportContract } from '../contracts/transport-contract.ts';
import { device, reachable, relayOn } from './devices.ts';

let relay: Relay;
const started: Transport[] = [];

beforeAll(async () => {
  relay = await relayOn();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((transport) => transport.stop()));
});

afterAll(() => relay.stop());

transportContract('libp2p', () => ({
  absent: deviceId(randomBytes(32)),
  async started(allow) {
    const transport = await device({ relays: relay.addresses, ...(allow === undefined ? {} : { allow }) });
    started.push(transport);
    await transport.start();
    await reachable(transport);
    return transport;
  },
}));

import { afterEach } from 'vitest';
import { deviceId } from '../../src/base/ids.ts';
import type { Transport } from '../../src/net/transport.ts';
import { transportContract } from '../contracts/transport-contract.ts';
import { MemoryNetwork } from './memory-network.ts';

const network = new MemoryNetwork();
const started: Transport[] = [];
let devices = 1;

afterEach(async () => {
  for (const transport of started.splice(0)) await transport.stop();
});

transportContract('the network in memory', () => ({
  absent: deviceId(new Uint8Array(32)),
  async started(allow) {
    const transport = network.transport(deviceId(new Uint8Array(32).fill(devices++)), allow);
    await transport.start();
    started.push(transport);
    return transport;
  },
}));

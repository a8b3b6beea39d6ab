/**
 * Ports of a session where nothing surprises: storage that stays, a browser that is online, no words in a log. What a world of
 * practices decides itself (time, chance, disk, wires) it adds to them.
 */
import { deviceId, type DeviceId } from '../../../src/base/ids.ts';
import { inProcess } from '../../../src/worker/in-process.ts';
import type { MeetingTransport, Ports } from '../../../src/app/ports.ts';
import { signKeysFromSeed } from '../../../src/crypto/sign.ts';
import type { AllowDevice, Transport } from '../../../src/net/transport.ts';

export const quietPorts = {
  log: { note: () => undefined },
  storage: {
    isPersistent: () => Promise.resolve(true),
    requestPersistent: () => Promise.resolve(true),
    estimate: () => Promise.resolve({}),
  },
  defaults: { relays: [], iceServers: [] },
  pageAddress: 'https://clinic.example/',
  isOnline: () => true,
  onOnlineChange: () => () => undefined,
  pause: () => Promise.resolve(),
  background: inProcess(() => Promise.resolve()),
  kdf: { memoryKiB: 8, iterations: 1, parallelism: 1 },
} satisfies Partial<Ports>;

interface Wires {
  transport(device: DeviceId, allow: AllowDevice): Transport;
}

/** A device on two networks, one for replication and one for meetings, which it enters and leaves together. */
export function transportOver(sync: Wires, meetings: Wires): Ports['createTransport'] {
  return ({ seed, allow, allowMeeting }) => {
    const device = deviceId(signKeysFromSeed(seed).publicKey);
    const meeting = meetings.transport(device, allowMeeting);
    const transport = sync.transport(device, allow);
    const start = transport.start.bind(transport);
    const stop = transport.stop.bind(transport);
    const joined: MeetingTransport = Object.assign(transport, { meetings: meeting });
    joined.start = async () => {
      await meeting.start();
      await start();
    };
    joined.stop = async () => {
      await meeting.stop();
      await stop();
    };
    return Promise.resolve(joined);
  };
}

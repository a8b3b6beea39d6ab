/** The other end of a connection, which says what a test says and hears everything. */
import type { Bytes } from '../../src/base/bytes.ts';
import type { DeviceId } from '../../src/base/ids.ts';
import type { CloseReason, Connection } from '../../src/net/transport.ts';
import { decodeFrame, type Message } from '../../src/net/wire.ts';
import type { Replica } from './replica.ts';
import type { World } from './world.ts';

export function mustDecode(frame: Bytes): Message {
  const message = decodeFrame(frame);
  if (!message.ok) throw new Error(message.reason);
  return message.value;
}

/** A connection under a device's proved name that says what the test says. */
export async function hostile(world: World, to: Replica, as: DeviceId) {
  const transport = world.network.transport(as);
  await transport.start();
  const dialled = await transport.dial(to.self.device, []);
  if (!dialled.ok) throw new Error(dialled.reason);
  const connection: Connection = dialled.value;
  const received: Message[] = [];
  const closed: CloseReason[] = [];
  connection.onFrame((frame) => void received.push(mustDecode(frame)));
  connection.onClose((reason) => closed.push(reason));
  return { connection, received, closed };
}

/** The real transport, with the frames of its replication noted in frame-tap.ts. Stands in for it in the bench's page. */
import { createLibp2pTransport as createReal } from '../../src/net/libp2p-transport.ts';
import type { Connection } from '../../src/net/transport.ts';
import { note } from './frame-tap.ts';

export type { Libp2pTransport } from '../../src/net/libp2p-transport.ts';

/** More than one may be told of a connection. */
const known = new WeakSet<Connection>();

export const createLibp2pTransport: typeof createReal = async (init) => {
  const transport = await createReal(init);
  const onConnection = transport.onConnection.bind(transport);
  transport.onConnection = (connected) =>
    onConnection((connection) => {
      if (!known.has(connection)) tapped(connection);
      known.add(connection);
      connected(connection);
    });
  return transport;
};

function tapped(connection: Connection): void {
  const send = connection.send.bind(connection);
  connection.send = (frame) => {
    note({ direction: 'out', bytes: frame.length, at: performance.now() });
    return send(frame);
  };
  const onFrame = connection.onFrame.bind(connection);
  connection.onFrame = (receive, next) => {
    onFrame(async (frame) => {
      const noted = note({ direction: 'in', bytes: frame.length, at: performance.now() });
      await receive(frame);
      noted.doneAt = performance.now();
    }, next);
  };
}

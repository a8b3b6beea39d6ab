/** The built app and a relay of its own, each on a free port, so that a test can take the relay away and bring it back. */
import '../../src/node/node-20.ts';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRelay, type Relay } from '../../src/net/libp2p-relay.ts';
import type { HostOffer } from '../../src/node/app-server.ts';
import { securityHeaders } from '../../src/node/content-security-policy.ts';
import { readStaticFiles, serveFiles, staticFile } from '../../src/node/static-files.ts';

/** Made by `npm test` before the tests run. */
const builtApp = join(resolve(dirname(fileURLToPath(import.meta.url)), '../..'), 'dist');

export interface Servers {
  /** The app's address, with a slash at its end. */
  readonly url: string;
  /** As the app learns it from `peerchart.json`. */
  readonly relayAddress: string;
  /** What requests may go to: the app's origin and the relay's. */
  readonly origins: readonly string[];
  readonly stopRelay: () => Promise<void>;
  /** With the same key on the same port, as after a restart. */
  readonly startRelay: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startServers(folder = builtApp): Promise<Servers> {
  const seed = randomBytes(32);
  let relay: Relay | undefined = await startRelay({ seed, host: '127.0.0.1', port: 0 });
  const relayPort = relay.port;
  const [relayAddress] = relay.addresses;
  if (relayAddress === undefined) throw new Error('a relay has an address');

  const files = await readStaticFiles(folder);
  const offer: HostOffer = { relays: [relayAddress], iceServers: [] };
  files.set('/peerchart.json', await staticFile('peerchart.json', Buffer.from(JSON.stringify(offer))));
  const server = createServer(serveFiles(files, securityHeaders));
  const port = await listen(server);

  const stopRelay = async (): Promise<void> => {
    await relay?.stop();
    relay = undefined;
  };
  return {
    url: `http://localhost:${port}/`,
    relayAddress,
    origins: [`http://localhost:${port}`, `ws://127.0.0.1:${relayPort}`],
    stopRelay,
    startRelay: async () => {
      relay ??= await startRelay({ seed, host: '127.0.0.1', port: relayPort });
    },
    close: async () => {
      await stopRelay();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

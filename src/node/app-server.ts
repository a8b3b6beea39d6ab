/**
 * The app and a relay on one port: plain http for this machine alone, or https for everyone who has the name. The app
 * learns of the relay from `peerchart.json` on its own origin.
 */
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { startRelay, type Relay } from '../net/libp2p-relay.ts';
import { securityHeaders } from './content-security-policy.ts';
import { readStaticFiles, serveFiles, staticFile } from './static-files.ts';
import { proxyUpgradesTo } from './upgrade-proxy.ts';

export interface AppServerOptions {
  /** The built app. */
  readonly folder: string;
  /** The interface to listen on. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** How others reach this server: goes into the relay's address, and must be on the certificate. */
  readonly name: string;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly relaySeed: Uint8Array;
  readonly iceServers: readonly IceServer[];
}

/** As RTCPeerConnection takes it. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** `peerchart.json`: what a host offers the app; a practice's own settings come before it. */
export interface HostOffer {
  readonly relays: readonly string[];
  readonly iceServers: readonly IceServer[];
}

export interface AppServer {
  readonly url: string;
  readonly relay: Relay;
  readonly close: () => Promise<void>;
}

/** Rejects with the listener's error (`EADDRINUSE`, `EACCES`). */
export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const files = await readStaticFiles(options.folder);
  const server = options.tls === undefined ? createHttpServer() : createHttpsServer(options.tls);
  const port = await listen(server, options.host, options.port);
  const relay = await startRelay({
    seed: options.relaySeed,
    host: '127.0.0.1',
    port: 0,
    announce: [relayAddress(options.name, port, options.tls !== undefined)],
  });
  const offer: HostOffer = { relays: relay.addresses, iceServers: options.iceServers };
  files.set('/peerchart.json', await staticFile('peerchart.json', Buffer.from(JSON.stringify(offer))));
  server.on('request', serveFiles(files, securityHeaders));
  server.on('upgrade', proxyUpgradesTo(relay.port));
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${urlHost(options.name)}:${port}/`,
    relay,
    close: async () => {
      await relay.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
      resolve(address.port);
    });
  });
}

function relayAddress(name: string, port: number, tls: boolean): string {
  const family = /^\d+(\.\d+){3}$/.test(name) ? 'ip4' : name.includes(':') ? 'ip6' : 'dns';
  return `/${family}/${name}/tcp/${port}/${tls ? 'tls/ws' : 'ws'}`;
}

function urlHost(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}

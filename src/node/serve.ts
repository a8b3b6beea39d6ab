/**
 * Main of `npm start` (http on this machine) and `npm run host` (https for others): reads the command line, serves.
 */
import './node-20.ts';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startAppServer, type AppServer, type AppServerOptions, type IceServer } from './app-server.ts';
import { readOrMakeSeed } from './key-file.ts';
import { errorCode, runMain, UsageError } from './main.ts';

const defaultPort = 4173;
const defaultHostPort = 443;
/** How many ports `npm start` tries before it gives up. */
const portsTried = 20;

const usage = `Usage
  npm start -- [--port 4173] [--data FOLDER]
  npm run host -- --cert FILE --key FILE [--name HOST] [--port 443] [--data FOLDER] [--ice-servers FILE]
`;

await runMain(usage, async () => {
  const { values } = parseArgs({
    options: {
      cert: { type: 'string' },
      key: { type: 'string' },
      name: { type: 'string' },
      port: { type: 'string' },
      data: { type: 'string', default: '.peerchart' },
      folder: { type: 'string', default: 'dist' },
      'ice-servers': { type: 'string' },
      https: { type: 'boolean', default: false },
    },
  });
  const port = values.port === undefined ? undefined : parsePort(values.port);
  const common = {
    folder: resolve(values.folder),
    relaySeed: await readOrMakeSeed(resolve(values.data, 'relay-key')),
    iceServers: values['ice-servers'] === undefined ? [] : await readIceServers(values['ice-servers']),
  };
  if (!values.https) {
    const server = await startLocally(common, port);
    console.log(`\n  Peerchart is at ${server.url}\n  Stop it with Ctrl+C.\n`);
    return server.close;
  }
  if (values.cert === undefined || values.key === undefined) {
    throw new UsageError(
      'A certificate and its key are needed: --cert FILE --key FILE. docs/hosting.md says how to get them.',
    );
  }
  const tls = { cert: await readFile(values.cert), key: await readFile(values.key) };
  const name = values.name ?? nameOnCertificate(tls.cert);
  const server = await startAppServer({ ...common, tls, name, host: '::', port: port ?? defaultHostPort });
  console.log(`\n  Peerchart is at ${server.url}\n  Relay: ${server.relay.addresses.join('\n         ')}\n`);
  return server.close;
});

/** On this machine only: other machines have no secure context over http, so serving them would be of no use. */
async function startLocally(
  common: Pick<AppServerOptions, 'folder' | 'relaySeed' | 'iceServers'>,
  asked: number | undefined,
): Promise<AppServer> {
  const first = asked ?? defaultPort;
  const last = asked === undefined ? first + portsTried - 1 : first;
  for (let port = first; ; port++) {
    try {
      return await startAppServer({ ...common, name: 'localhost', host: '127.0.0.1', port });
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' || port >= last) throw error;
    }
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`${text} is no port.`);
  return port;
}

/** The first DNS name, or the first address, that the certificate is for. */
function nameOnCertificate(cert: Buffer): string {
  const names = new X509Certificate(cert).subjectAltName ?? '';
  const name = /DNS:([^,*\s]+)/.exec(names)?.[1] ?? /IP Address:([^,\s]+)/.exec(names)?.[1];
  if (name === undefined) throw new UsageError('The certificate names no host. Say it with --name HOST.');
  return name;
}

async function readIceServers(path: string): Promise<readonly IceServer[]> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!Array.isArray(value) || !value.every(isIceServer)) {
    throw new UsageError(
      `${path} should hold a JSON list like [{"urls": "turn:host:3478", "username": "…", "credential": "…"}].`,
    );
  }
  return value;
}

function isIceServer(value: unknown): value is IceServer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'urls' in value &&
    [value.urls].flat().every((url) => typeof url === 'string')
  );
}

/**
 * The command line of `npm start` and `npm run host`, and the files it names. Read before the app is built and again to serve,
 * so that what a person can mend is said at once; starts nothing.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { AppServerOptions, IceServer } from './app-server.ts';
import { UsageError } from './main.ts';

const defaultPort = 4173;
const defaultHostPort = 443;
/** How many ports `npm start` tries before it gives up. */
const portsTried = 20;

const startUsage = `Usage
  npm start -- [--port 4173] [--data FOLDER]
`;
const hostUsage = `Usage
  npm run host -- --cert FILE --key FILE [--name HOST] [--port 443] [--data FOLDER] [--ice-servers FILE]
`;

export interface ServeOptions extends Pick<AppServerOptions, 'folder' | 'host' | 'name' | 'tls' | 'iceServers'> {
  /** Where the relay's key lies. */
  readonly dataFolder: string;
  /** Tried in this order until one is free. */
  readonly ports: readonly number[];
}

export function serveUsage(args: readonly string[]): string {
  return args.includes('--https') ? hostUsage : startUsage;
}

export async function readServeOptions(args: readonly string[]): Promise<ServeOptions> {
  const { values } = parseArgs({
    args: [...args],
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
    dataFolder: resolve(values.data),
    iceServers: values['ice-servers'] === undefined ? [] : await readIceServers(values['ice-servers']),
  };
  if (!values.https) {
    const ports = port === undefined ? Array.from({ length: portsTried }, (_, i) => defaultPort + i) : [port];
    // On this machine only: other machines have no secure context over http, so serving them would be of no use.
    return { ...common, name: 'localhost', host: '127.0.0.1', ports };
  }
  if (values.cert === undefined || values.key === undefined) {
    throw new UsageError(
      'A certificate and its key are needed: --cert FILE --key FILE. docs/hosting.md says how to get them.',
    );
  }
  const tls = { cert: await readFile(values.cert), key: await readFile(values.key) };
  const name = values.name ?? nameOnCertificate(tls.cert);
  return { ...common, tls, name, host: '::', ports: [port ?? defaultHostPort] };
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

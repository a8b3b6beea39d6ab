/** The command line of `npm run keeper`. Starts nothing. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from './main.ts';

export const keeperUsage = `Usage
  npm run keeper -- [--data FOLDER] [--port 4180] [--listen 0.0.0.0] [--announce MULTIADDR]... [--relay MULTIADDR]... [--name TEXT]
  npm run keeper -- --check [--data FOLDER]

A keeper is an always-on computer with a sealed copy of every chart of a practice. It can read none of them. Started for the first
time it shows a text: paste it in Peerchart under People and devices, Add a keeper, and compare the six digits.

  --data FOLDER        where its key and its copies lie (.peerchart/keeper)
  --port PORT          where it listens by WebSocket (4180)
  --listen ADDRESS     the interface to listen on: 0.0.0.0 for all, 127.0.0.1 behind a proxy on this computer
  --announce MULTIADDR how others reach it instead, behind a proxy: /dns4/keeper.example/tcp/443/tls/ws
  --relay MULTIADDR    a relay through which it can be reached too
  --name TEXT          what it is called in the practice's list of devices (the name of this computer)
  --check              reads everything it keeps, names what is damaged, and ends
`;

const defaultPort = 4180;
const maxPort = 65_535;
/** As in the app's own fields. */
const maxNameLength = 120;

export interface KeeperOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly announce: readonly string[];
  readonly relays: readonly string[];
  readonly name: string;
  readonly task: 'keep' | 'check' | 'help';
}

export function readKeeperOptions(args: readonly string[]): KeeperOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: '.peerchart/keeper' },
      listen: { type: 'string', default: '0.0.0.0' },
      port: { type: 'string', default: String(defaultPort) },
      announce: { type: 'string', multiple: true, default: [] },
      relay: { type: 'string', multiple: true, default: [] },
      name: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > maxPort)
    throw new UsageError(`--port is a number up to ${maxPort}, not “${values.port}”.`);
  for (const address of [...values.announce, ...values.relay])
    if (!/^\/(dns|dns4|dns6|ip4|ip6)\/[^/]+\/tcp\/\d+\//.test(address))
      throw new UsageError(`“${address}” is no multiaddr such as /dns4/keeper.example/tcp/443/tls/ws.`);
  return {
    dataFolder: resolve(values.data),
    host: values.listen,
    port,
    announce: values.announce,
    relays: values.relay,
    name: (values.name ?? hostname()).trim().slice(0, maxNameLength) || 'Keeper',
    task: values.help ? 'help' : values.check ? 'check' : 'keep',
  };
}

/** The multiaddr of what is listened on. */
export function listenAddress({ host, port }: Pick<KeeperOptions, 'host' | 'port'>): string {
  return `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${port}/ws`;
}

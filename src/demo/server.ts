/**
 * The demonstration's servers: one relay, and each practice's page at a port of its own, which is an origin of its own to a browser, with
 * its storage apart. For this machine alone.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { startRelay, type Relay } from '../net/libp2p-relay.ts';
import type { HostOffer } from '../node/app-server.ts';
import { securityHeaders } from '../node/content-security-policy.ts';
import { onFirstFreePort } from '../node/free-port.ts';
import { readStaticFiles, serveFiles, staticFile, type StaticFile } from '../node/static-files.ts';
import { backupPath, offerPath, type DemoOffer } from './offer.ts';
import { mustBe } from './practices/desk.ts';
import { foundPractices, practiceNames, type DemoPractice, type PracticeName } from './practices/practices.ts';

export interface DemoAsked {
  /** The built page (page/). */
  readonly folder: string;
  /** Tried in turn for each practice. */
  readonly ports: readonly number[];
  readonly seed: string;
  readonly patients: number;
  readonly today: string;
  /** What is going on, and how far it is. */
  readonly told: (what: string, done?: number, total?: number) => void;
  /** Where it will be, as soon as that is known: these pages say how far it is and show the practice by themselves. */
  readonly reserved: (urls: readonly string[]) => void;
}

export interface RunningDemo {
  readonly practices: readonly {
    readonly name: string;
    readonly url: string;
    readonly session: DemoPractice['session'];
  }[];
  readonly passphrase: string;
  readonly close: () => Promise<void>;
}

/** Long enough for the product's own rule, and known to everybody. */
const passphrase = 'demonstration only';

const people: Readonly<Record<PracticeName, DemoOffer['people']>> = {
  clinic: [
    { personName: 'Nurse Rowan Testbrook', signInName: 'Nurse', role: 'nurse' },
    { personName: 'Olive Specimenham', signInName: 'Front desk', role: 'frontDesk' },
  ],
  pharmacy: [],
  laboratory: [],
};

export async function startDemo(asked: DemoAsked): Promise<RunningDemo> {
  const relay = await startRelay({ seed: randomBytes(32), host: '127.0.0.1', port: 0 });
  let how = 'Beginning …';
  const sites = await openSites(asked.ports, () => how);
  asked.reserved(practiceNames.map((name) => sites[name].url));
  const practices = await foundPractices({
    ...asked,
    told: (what, done, total) => {
      how = total === undefined ? what : `${what} ${String(done)} of ${String(total)}`;
      asked.told(what, done, total);
    },
    relays: relay.addresses,
    addresses: { clinic: sites.clinic.url, pharmacy: sites.pharmacy.url, laboratory: sites.laboratory.url },
  });
  const run = randomBytes(8).toString('hex');
  for (const practice of practices) await sites[practice.name].show(await filesOf(asked.folder, relay, run, practice));
  return {
    passphrase,
    practices: practices.map(({ name, session }) => ({ name: session.practice.name, url: sites[name].url, session })),
    close: async () => {
      await Promise.all(practices.map(({ session }) => session.lock()));
      await relay.stop();
      await Promise.all(practiceNames.map((name) => sites[name].close()));
    },
  };
}

async function filesOf(
  folder: string,
  relay: Relay,
  run: string,
  { name, session, recoveryPhrase }: DemoPractice,
): Promise<ReadonlyMap<string, StaticFile>> {
  const files = await readStaticFiles(folder);
  const json = async (path: string, value: HostOffer | DemoOffer): Promise<void> => {
    files.set(`/${path}`, await staticFile(path, Buffer.from(JSON.stringify(value))));
  };
  await json('peerchart.json', { relays: relay.addresses, iceServers: [] });
  const { name: practiceName } = session.practice;
  await json(offerPath, { run, practiceName, recoveryPhrase, passphrase, people: people[name] });
  const backup = mustBe(await session.backUp(() => undefined, new AbortController().signal));
  files.set(`/${backupPath}`, await staticFile(backupPath, Buffer.from(await backup.file.arrayBuffer())));
  return files;
}

interface Site {
  readonly url: string;
  /** Until then the page is not there yet. */
  readonly show: (files: ReadonlyMap<string, StaticFile>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The ports are taken first, so that a taken one is said before anything slow begins. */
async function openSites(ports: readonly number[], how: () => string): Promise<Readonly<Record<PracticeName, Site>>> {
  const taken = new Set<number>();
  const open = async (): Promise<Site> => {
    const server = createServer((_request, response) => {
      response.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': '2' });
      response.end(waitingPage(how()));
    });
    const free = ports.filter((port) => port === 0 || !taken.has(port));
    const port = await onFirstFreePort(free, (one) => listen(server, one));
    taken.add(port);
    return {
      url: `http://localhost:${port}/`,
      show: (files) => {
        server.removeAllListeners('request');
        server.on('request', serveFiles(files, securityHeaders));
        return Promise.resolve();
      },
      close: () =>
        new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
    };
  };
  return { clinic: await open(), pharmacy: await open(), laboratory: await open() };
}

/** Asks again by itself until the practice is there. */
function waitingPage(how: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Peerchart demonstration</title>
<meta name="color-scheme" content="light dark"><body style="font: 15px system-ui, sans-serif; display: grid; place-content: center; height: 90vh; text-align: center">
<h1 style="font-size: 20px">The demonstration is being prepared</h1><p>${how}</p><p>This page opens by itself.</p></body></html>`;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
      resolve(address.port);
    });
  });
}

/** Real browser processes with one page each (page.ts), and what a test asks of such a page. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import type { TransportStatus } from '../../../src/net/transport.ts';
import type { TransportPage } from './page.ts';

/** WebRTC needs an address that is not loopback; without one no browser here has a candidate to offer. */
export const hasNetwork = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.internal === false);

const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export class Browsers {
  readonly #folder: string;
  readonly #server: Server;
  readonly #origin: string;
  readonly #contexts: BrowserContext[] = [];

  private constructor(folder: string, server: Server, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.#origin = `http://localhost:${port}`;
  }

  /** Builds the page with the product's own transport in it, and serves it. */
  static async start(): Promise<Browsers> {
    const folder = await mkdtemp(join(tmpdir(), 'peerchart-transport-'));
    await build({
      configFile: false,
      root: import.meta.dirname,
      logLevel: 'error',
      build: { outDir: join(folder, 'site'), target: 'es2023' },
    });
    const server = createServer((request, response) => {
      const path = request.url === '/' ? '/index.html' : (request.url ?? '');
      const type = extname(path) === '.html' ? 'text/html' : 'text/javascript';
      readFile(join(folder, 'site', path)).then(
        (body) => response.setHeader('content-type', type).end(body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a server on a port has an address');
    return new Browsers(folder, server, address.port);
  }

  /** A browser process with a profile of its own. */
  async open(name: string): Promise<BrowserDevice> {
    const context = await chromium.launchPersistentContext(join(this.#folder, name), {
      executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
      headless: true,
      args: chromiumArguments,
    });
    this.#contexts.push(context);
    return new BrowserDevice(await context.newPage(), this.#origin);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export class BrowserDevice {
  readonly #page: Page;
  readonly #origin: string;
  #seed = '';
  device = '';

  constructor(page: Page, origin: string) {
    this.#page = page;
    this.#origin = origin;
  }

  /** Loads the page anew and starts a device of a new key in it, reachable at the relays. Nobody is told that the old one ends. */
  start(relays: readonly string[]): Promise<void> {
    this.#seed = randomBytes(32).toString('hex');
    return this.restart(relays);
  }

  /** The same with the same key. */
  async restart(relays: readonly string[]): Promise<void> {
    await this.#page.goto(this.#origin);
    await this.#page.waitForFunction(() => 'page' in globalThis);
    const seed = this.#seed;
    this.device = await this.#page.evaluate(([seed, relays]) => globalThis.page.start(seed, relays), [
      seed,
      relays,
    ] as const);
    if (relays.length > 0) await this.reserved();
  }

  async dial(other: BrowserDevice): Promise<string> {
    const addresses = await other.addresses();
    return this.#page.evaluate(([device, addresses]) => globalThis.page.dial(device, addresses), [
      other.device,
      addresses,
    ] as const);
  }

  addresses = (): Promise<readonly string[]> => this.#page.evaluate(() => globalThis.page.addresses());
  status = (): Promise<TransportStatus> => this.#page.evaluate(() => globalThis.page.status());
  seen = (): Promise<ReturnType<TransportPage['seen']>> => this.#page.evaluate(() => globalThis.page.seen());
  admit = (value: boolean): Promise<void> => this.#page.evaluate((value) => globalThis.page.admit(value), value);
  readSlowly = (ms: number): Promise<void> => this.#page.evaluate((ms) => globalThis.page.readSlowly(ms), ms);
  stop = (): Promise<void> => this.#page.evaluate(() => globalThis.page.stop());

  /** How long it took to hand them over, in milliseconds. Frames are numbered from `first`. */
  send(frames: number, bytes: number, first = 0): Promise<number> {
    return this.#page.evaluate(([frames, bytes, first]) => globalThis.page.send(frames, bytes, first), [
      frames,
      bytes,
      first,
    ] as const);
  }

  reserved(): Promise<void> {
    return eventually('the relay gives a place', this.status, ({ relays }) =>
      relays.some(({ state }) => state === 'reserved'),
    );
  }

  direct(): Promise<void> {
    return eventually(
      'the connection is direct',
      this.status,
      ({ connections }) => connections.length === 1 && connections[0]?.path === 'direct',
    );
  }

  received(bytes: number): Promise<void> {
    return eventually(`${bytes} bytes arrive`, this.seen, (seen) => seen.received === bytes);
  }
}

export async function eventually<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  for (let value = await read(); !holds(value); value = await read()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}; last seen ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

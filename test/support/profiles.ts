/**
 * Real browser profiles for end-to-end tests: one Chromium process and one user data folder each, with everything the
 * page said and asked for written down. Flags that weaken the browser stand here and nowhere else.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** For whatever a page will show: generous, because three browsers may share one slow core. */
const patienceMs = 60_000;

const flags = [
  // The tests may run as root, where the sandbox cannot; what they open is our own build.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export interface Profile {
  readonly name: string;
  /** The user data folder; outlives the browser. */
  readonly folder: string;
  readonly context: BrowserContext;
  /** The first page; the app is not opened yet. */
  readonly page: Page;
  /** Errors of all pages since the start: uncaught ones, and what the console shows as errors. */
  readonly errors: readonly string[];
  /** Addresses of all requests and WebSockets of all pages and workers since the start. */
  readonly requests: readonly string[];
  /** Ends the browser as a power cut would: nothing is flushed, nobody is asked. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ProfileOptions {
  /** An earlier profile's folder, to come back to it. A fresh one when left out. */
  readonly folder?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A finger instead of a pointer. */
  readonly touch?: boolean;
}

function chromiumPath(): string {
  const path = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (each) => each !== undefined && existsSync(each),
  );
  if (path === undefined) throw new Error('no Chromium found: run `npm test`, or set CHROME_PATH');
  return path;
}

export async function openProfile(name: string, options: ProfileOptions = {}): Promise<Profile> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), `peerchart-${name}-`)));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    args: flags,
    viewport: options.viewport ?? { width: 1280, height: 900 },
    hasTouch: options.touch ?? false,
    acceptDownloads: true,
    locale: 'en-GB',
  });
  context.setDefaultTimeout(patienceMs);
  const errors: string[] = [];
  const requests: string[] = [];
  const watch = (page: Page): void => {
    page.on('pageerror', (error) => errors.push(`${name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${name}: ${message.text()}`);
    });
    page.on('websocket', (socket) => requests.push(socket.url()));
  };
  context.on('request', (request) => requests.push(request.url()));
  context.on('page', watch);
  context.pages().forEach(watch);
  const pid = await browserPid(context);

  return {
    name,
    folder,
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    errors,
    requests,
    kill: async () => {
      const gone = new Promise((resolve) => context.once('close', resolve));
      process.kill(pid, 'SIGKILL');
      await gone;
    },
    close: () => context.close(),
  };
}

async function browserPid(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const info = await session?.send('SystemInfo.getProcessInfo');
  await session?.detach();
  const browser = info?.processInfo.find(({ type }) => type === 'browser');
  if (browser === undefined) throw new Error('a browser lists its own process');
  return browser.id;
}

export async function removeProfile(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Requests that went anywhere but to these origins. `blob:` and `data:` reach nobody. */
export function strayRequests(requests: readonly string[], origins: readonly string[]): readonly string[] {
  return requests.filter((address) => {
    const { protocol, origin, host } = new URL(address);
    if (protocol === 'blob:' || protocol === 'data:') return false;
    // A WebSocket's address has no origin of its own in the URL standard.
    return !origins.includes(protocol.startsWith('ws') ? `${protocol}//${host}` : origin);
  });
}

/**
 * Why browsers here could not connect directly, else undefined: WebRTC offers candidates only for an interface that is
 * up and not loopback, and only when there is a default route (its gateway need not exist).
 */
export function directConnectionsImpossible(): string | undefined {
  const outward = Object.values(networkInterfaces()).some((each) => each?.some(({ internal }) => !internal) ?? false);
  if (!outward) return 'no network interface is up but loopback: browsers have no WebRTC candidates';
  if (platform() === 'linux' && !hasDefaultRoute())
    return 'there is no default route: browsers have no WebRTC candidates';
  return undefined;
}

function hasDefaultRoute(): boolean {
  const isDefault = (line: string): boolean => /^\S+\t0{8}\t/.test(line);
  try {
    if (readFileSync('/proc/net/route', 'utf8').split('\n').some(isDefault)) return true;
    return execFileSync('ip', ['-6', 'route', 'show', 'default'], { encoding: 'utf8' }).trim() !== '';
  } catch {
    return false;
  }
}

/**
 * Where the bench runs: a page of the product's own modules, built into a temporary folder, served with the product's
 * headers beside a relay of its own, and opened in real Chromium. One browser process and one profile a page.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { replaceModules } from '../test/e2e/support/tapped-build.ts';
import { openProfile, removeProfile } from '../test/support/profiles.ts';
import { startServers, type Servers } from '../test/support/servers.ts';

/** For one call into a page: building a large chart on a busy machine takes its time. */
const patienceMs = 180_000;

const startMs = 30_000;

export interface BenchBrowser {
  readonly page: Page;
  close(): Promise<void>;
  /** Its profile stays, for `openCopy`. */
  closeKept(): Promise<KeptProfile>;
}

export interface KeptProfile {
  readonly folder: string;
  remove(): Promise<void>;
}

interface BrowserOptions {
  /** Takes WebRTC away from the page, so that everything goes by way of the relay. */
  readonly relayedOnly?: boolean;
  /** Of another server than the site's. */
  readonly url?: string;
}

/** Its frames are counted; how they travel stays the real one's. */
const tapped = new Map([
  [join(import.meta.dirname, '../src/net/libp2p-transport.ts'), join(import.meta.dirname, 'page/tapped-transport.ts')],
]);

export class BenchSite {
  readonly #folder: string;
  readonly #servers: Servers;
  readonly #atEnd: (() => Promise<void>)[] = [];

  private constructor(folder: string, servers: Servers) {
    this.#folder = folder;
    this.#servers = servers;
  }

  static async start(): Promise<BenchSite> {
    const folder = await mkdtemp(join(tmpdir(), 'peerchart-bench-'));
    await build({
      configFile: false,
      root: join(import.meta.dirname, 'page'),
      base: './',
      logLevel: 'error',
      plugins: [replaceModules(tapped)],
      worker: { format: 'es' },
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2023',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 2_000,
      },
    });
    return new BenchSite(folder, await startServers(folder));
  }

  /** Of the built page, for a server that serves it on another origin. */
  get folder(): string {
    return this.#folder;
  }

  get relays(): readonly string[] {
    return [this.#servers.relayAddress];
  }

  async open(name: string, options: BrowserOptions = {}): Promise<BenchBrowser> {
    return this.#open(name, await mkdtemp(join(tmpdir(), `peerchart-bench-${name}-`)), options);
  }

  /** The profile as it was when it was closed; what is done in the copy is forgotten with it. */
  async openCopy(name: string, kept: KeptProfile, options: BrowserOptions = {}): Promise<BenchBrowser> {
    const folder = await mkdtemp(join(tmpdir(), `peerchart-bench-${name}-`));
    await cp(kept.folder, folder, { recursive: true });
    return this.#open(name, folder, options);
  }

  async #open(name: string, folder: string, { relayedOnly = false, url }: BrowserOptions): Promise<BenchBrowser> {
    const profile = await openProfile(`bench-${name}`, { folder });
    const { page } = profile;
    page.setDefaultTimeout(patienceMs);
    if (relayedOnly) await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCPeerConnection'));
    await page.goto(url ?? this.#servers.url);
    await page
      .waitForFunction(() => 'bench' in globalThis, undefined, { timeout: startMs })
      .catch(() => {
        throw new Error(`the bench's page did not start: ${profile.errors.join('\n')}`);
      });
    const remove = (): Promise<void> => removeProfile(folder);
    return {
      page,
      close: async () => {
        await profile.close();
        await remove();
      },
      closeKept: async () => {
        await profile.close();
        return { folder, remove };
      },
    };
  }

  /** Done when the site closes. */
  atEnd(act: () => Promise<void>): void {
    this.#atEnd.push(act);
  }

  async close(): Promise<void> {
    for (const act of this.#atEnd) await act();
    await this.#servers.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Where the bench runs: a page of the product's own modules, built into a temporary folder, served with the product's
 * headers beside a relay of its own, and opened in real Chromium. One browser process and one profile a page.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { openProfile, removeProfile } from '../test/support/profiles.ts';
import { startServers, type Servers } from '../test/support/servers.ts';

/** For one call into a page: building a large chart on a busy machine takes its time. */
const patienceMs = 180_000;

export interface BenchBrowser {
  readonly page: Page;
  close(): Promise<void>;
}

interface BrowserOptions {
  /** Takes WebRTC away from the page, so that everything goes by way of the relay. */
  readonly relayedOnly?: boolean;
}

export class BenchSite {
  readonly #folder: string;
  readonly #servers: Servers;

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

  get relays(): readonly string[] {
    return [this.#servers.relayAddress];
  }

  async open(name: string, { relayedOnly = false }: BrowserOptions = {}): Promise<BenchBrowser> {
    const profile = await openProfile(`bench-${name}`);
    const { page } = profile;
    page.setDefaultTimeout(patienceMs);
    if (relayedOnly) await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'RTCPeerConnection'));
    await page.goto(this.#servers.url);
    await page.waitForFunction(() => 'bench' in globalThis);
    return {
      page,
      close: async () => {
        await profile.close();
        await removeProfile(profile.folder);
      },
    };
  }

  async close(): Promise<void> {
    await this.#servers.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The service worker in a real browser, with a page of its own so that a failure here is the worker's. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { serviceWorker } from '../../scripts/vite-service-worker.ts';
import { readStaticFiles, serveFiles, type Handler } from '../../src/node/static-files.ts';
import { openProfile, removeProfile, type Profile } from '../support/profiles.ts';

const versions = new Map<string, string>();
let server: Server;
let handler: Handler;
let port = 0;
let profile: Profile;

async function buildVersion(version: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `peerchart-version-${version}-`));
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'offline-app'),
    base: './',
    logLevel: 'error',
    define: { VERSION: JSON.stringify(version) },
    plugins: [serviceWorker()],
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  });
  await writeFile(join(folder, 'peerchart.json'), '{"relays":[],"iceServers":[]}');
  return folder;
}

async function offer(folder: string): Promise<void> {
  handler = serveFiles(await readStaticFiles(folder), {});
}

function folderOf(version: string): string {
  const folder = versions.get(version);
  if (folder === undefined) throw new Error(`version ${version} is built before the tests`);
  return folder;
}

async function startServer(): Promise<void> {
  server = createServer((request, response) => handler(request, response));
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  port = address.port;
}

async function stopServer(): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

/** Waits until the page's body says so. */
async function says(key: string, value: string): Promise<void> {
  await profile.page.waitForFunction(([name, text]) => document.body.dataset[name ?? ''] === text, [key, value]);
}

const version = (): Promise<string | undefined> => profile.page.evaluate(() => document.body.dataset.version);
const lookForUpdate = (): Promise<void> =>
  profile.page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update().catch(() => undefined);
  });

beforeAll(async () => {
  for (const name of ['1', '2', '3']) versions.set(name, await buildVersion(name));
});

afterAll(async () => {
  for (const folder of versions.values()) await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await offer(folderOf('1'));
  await startServer();
  profile = await openProfile('update');
  await profile.page.goto(`http://localhost:${port}/`);
  await says('offline', 'kept');
});

afterEach(async () => {
  await profile.close();
  await removeProfile(profile.folder);
  await stopServer();
  port = 0;
});

it('after the first visit the app loads with no network, what it loads later too', async () => {
  await stopServer();
  await profile.page.goto(`http://localhost:${port}/#/patients`);
  await says('version', '1');
  await says('later', 'true');
  await profile.page.goto(`http://localhost:${port}/index.html`);
  await says('version', '1');
  await startServer();
});

it('keeps the files of the build and nothing else', async () => {
  await profile.page.evaluate(async () => {
    await fetch('peerchart.json');
    await fetch('peerchart.json?again');
  });
  const kept = await profile.page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
    }
    return urls.sort();
  });
  const assets = await readdir(join(folderOf('1'), 'assets'));
  expect(kept).toEqual(['/', ...assets.map((name) => `/assets/${name}`)].sort());
});

it('a new version is fetched and waits, over reloads, until a person asks for it', async () => {
  await offer(folderOf('2'));
  await lookForUpdate();
  await says('update', 'waits');
  expect(await version()).toBe('1');

  await profile.page.reload();
  await says('update', 'waits');
  expect(await version()).toBe('1');

  await profile.page.evaluate(() => document.dispatchEvent(new Event('apply-update')));
  await says('version', '2');
  await stopServer();
  await profile.page.reload();
  await says('version', '2');
  await says('later', 'true');
  expect(await profile.page.evaluate(() => caches.keys())).toHaveLength(1);
  await startServer();
});

it('only the tab that asked is reloaded', async () => {
  const other = await profile.context.newPage();
  await other.goto(`http://localhost:${port}/`);
  await other.evaluate(() => {
    document.body.dataset.draft = 'half a note';
  });
  await offer(folderOf('2'));
  await lookForUpdate();
  await says('update', 'waits');
  await profile.page.evaluate(() => document.dispatchEvent(new Event('apply-update')));
  await says('version', '2');
  expect(await other.evaluate(() => [document.body.dataset.version, document.body.dataset.draft])).toEqual([
    '1',
    'half a note',
  ]);
});

it('a version that arrives in pieces of two is not taken', async () => {
  const folder = folderOf('3');
  const script = (await readdir(join(folder, 'assets'))).find((name) => name.startsWith('later'));
  const path = join(folder, 'assets', script ?? '');
  await writeFile(path, `${await readFile(path, 'utf8')}\n// of another version`);
  await offer(folder);
  await lookForUpdate();
  await profile.page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.ready;
    return registration.installing === null;
  });
  expect(await profile.page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
  expect(await profile.page.evaluate(() => document.body.dataset.update)).toBeUndefined();
  await profile.page.reload();
  await says('version', '1');
  await says('later', 'true');
});

/**
 * Makes the app load with no network: keeps the files of one build, WebAssembly included, and answers with them. It never
 * keeps anything else, so no chart can end up in the Cache. A new build is fetched whole and then waits until a person
 * asks for it: the page is never changed under someone who is charting.
 */
import type { PrecachedFile } from './precached-file.ts';
import { applyUpdateMessage } from './messages.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const PRECACHED_FILES: readonly PrecachedFile[];

const cachePrefix = 'peerchart-app-';
const scope = self.registration.scope;
const pageUrls: ReadonlySet<string> = new Set([scope, new URL('index.html', scope).href]);
const fileUrls: ReadonlySet<string> = new Set(PRECACHED_FILES.map(({ url }) => new URL(url, scope).href));

async function cacheName(): Promise<string> {
  const list = new TextEncoder().encode(JSON.stringify(PRECACHED_FILES));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', list));
  return cachePrefix + Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whole or not at all: one file missing or changed, and this version is not installed. */
async function keepAllFiles(): Promise<void> {
  const cache = await caches.open(await cacheName());
  await Promise.all(
    PRECACHED_FILES.map(async ({ url, integrity }) => {
      const response = await fetch(new Request(new URL(url, scope), { cache: 'no-cache', integrity }));
      if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
      await cache.put(new URL(url, scope), response);
    }),
  );
}

async function dropOtherVersions(): Promise<void> {
  const current = await cacheName();
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(cachePrefix) && name !== current).map((name) => caches.delete(name)),
  );
}

async function fromCache(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(await cacheName());
  return (await cache.match(url)) ?? fetch(request);
}

/** The kept file that answers a request, else undefined: the network's affair. */
function keptFileFor(request: Request): string | undefined {
  if (request.method !== 'GET') return undefined;
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (request.mode === 'navigate' && pageUrls.has(url.href)) return scope;
  return fileUrls.has(url.href) ? url.href : undefined;
}

self.addEventListener('install', (event) => {
  event.waitUntil(keepAllFiles());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOtherVersions().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const url = keptFileFor(event.request);
  if (url !== undefined) event.respondWith(fromCache(url, event.request));
});

self.addEventListener('message', (event) => {
  if (event.data === applyUpdateMessage) event.waitUntil(self.skipWaiting());
});

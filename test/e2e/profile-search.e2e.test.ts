/**
 * What a real browser leaves on disk is really searched: canaries put into each of its stores are found again, by the
 * browser's own interfaces and in the raw files, after the browser was killed. Only then does finding none mean anything.
 */
import { createServer, type Server } from 'node:http';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pageStores } from '../support/page-stores.ts';
import { openProfile, removeProfile, strayRequests, type Profile } from '../support/profiles.ts';
import { searchFolder, secretSearch, type Finding } from '../support/secret-search.ts';

const canaries = [
  'canary-record-small',
  'canary-record-large',
  'canary-bytes-small',
  'canary-bytes-large',
  'canary-deflated',
  'canary-local-storage',
  'canary-session-storage',
  'canary-cache',
  'canary-opfs',
];
/** Session storage lives in memory until the browser finds time to write it. */
const notOnDiskAtOnce = 'canary-session-storage';

const search = secretSearch([
  ...canaries.map((text) => ({ name: text, text })),
  { name: 'never stored', text: 'canary-never-stored' },
]);
let server: Server;
let url = '';
let profile: Profile;

const secretsIn = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map(({ secret }) => secret))].sort();

/** Runs in the page. */
async function plantCanaries(deflated: readonly number[]): Promise<void> {
  const utf8 = new TextEncoder();
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('planted', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction('records', 'readwrite', { durability: 'strict' });
  const records = transaction.objectStore('records');
  records.put({ family: 'canary-record-small' }, 'small');
  records.put({ family: 'canary-record-large '.repeat(3_000) }, 'large');
  records.put(utf8.encode('canary-bytes-small'), 'bytes');
  records.put(utf8.encode('canary-bytes-large '.repeat(20_000)), 'large bytes');
  records.put(Uint8Array.from(deflated), 'deflated');
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
  localStorage.setItem('key', 'canary-local-storage');
  sessionStorage.setItem('key', 'canary-session-storage');
  await (await caches.open('planted')).put('/planted', new Response('canary-cache'));
  const file = await (await navigator.storage.getDirectory()).getFileHandle('file', { create: true });
  const writable = await file.createWritable();
  await writable.write('canary-opfs');
  await writable.close();
}

beforeAll(async () => {
  server = createServer((_request, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><title>planted</title><link rel="icon" href="data:,">');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  url = `http://localhost:${address.port}/`;
  profile = await openProfile('search');
  await profile.page.goto(url);
  const deflated = deflateRawSync(Buffer.from('family name canary-deflated, family name canary-deflated'));
  await profile.page.evaluate(plantCanaries, [...deflated]);
});

afterAll(async () => {
  await removeProfile(profile.folder);
  server.close();
});

it("the browser's own interfaces give every canary back, and no other", async () => {
  const stores = await pageStores(profile.page);
  expect(secretsIn(stores.flatMap(({ where, bytes }) => search(bytes, where)))).toEqual([...canaries].sort());
  expect(strayRequests(profile.requests, [new URL(url).origin])).toEqual([]);
  expect(profile.errors).toEqual([]);
});

it('the raw files of the profile give them back after the browser was killed', async () => {
  // Local storage is written a few seconds later; everything else was durable when it said so.
  await expect
    .poll(async () => secretsIn(await searchFolder(profile.folder, search)), { timeout: 120_000, interval: 2_000 })
    .toContain('canary-local-storage');
  await profile.kill();
  const found = secretsIn(await searchFolder(profile.folder, search));
  expect([...new Set([...found, notOnDiskAtOnce])].sort()).toEqual([...canaries].sort());
});

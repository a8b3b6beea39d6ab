/**
 * Everything a page's origin has stored, as bytes, read through the browser's own interfaces: IndexedDB, Cache, local and
 * session storage, OPFS. The raw files below the profile are another place (secret-search.ts, `searchFolder`).
 */
import type { Page } from 'playwright-core';

export interface StoredBytes {
  /** `indexedDB peerchart/entries`, `cache …`, `localStorage`, … */
  readonly where: string;
  readonly bytes: Buffer;
}

export async function pageStores(page: Page): Promise<readonly StoredBytes[]> {
  const stores = await page.evaluate(readAllStores);
  return stores.map(({ where, base64 }) => ({ where, bytes: Buffer.from(base64, 'base64') }));
}

/** Runs in the page. */
async function readAllStores(): Promise<{ where: string; base64: string }[]> {
  const found: { where: string; base64: string }[] = [];
  const utf8 = new TextEncoder();

  /** Text and bytes anywhere inside a stored value, one after the other. */
  async function piecesOf(value: unknown): Promise<Uint8Array[]> {
    if (typeof value === 'string') return [utf8.encode(value)];
    if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
    if (ArrayBuffer.isView(value)) return [new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
    if (value instanceof Blob) return [new Uint8Array(await value.arrayBuffer())];
    if (value instanceof CryptoKey) return [utf8.encode(JSON.stringify(value.algorithm))];
    if (typeof value !== 'object' || value === null) return [utf8.encode(String(value))];
    const inner: unknown[] = Array.isArray(value) ? value : Object.keys(value).concat(Object.values(value));
    return (await Promise.all(inner.map(piecesOf))).flat();
  }

  async function keep(where: string, value: unknown): Promise<void> {
    let binary = '';
    for (const piece of await piecesOf(value)) {
      for (let i = 0; i < piece.length; i += 8_192) binary += String.fromCharCode(...piece.subarray(i, i + 8_192));
      binary += '\0';
    }
    found.push({ where, base64: btoa(binary) });
  }

  function settled<T>(request: IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('a failed request has an error'));
    });
  }

  async function keepFolder(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
    for await (const [name, handle] of folder.entries()) {
      if (handle instanceof FileSystemDirectoryHandle) await keepFolder(handle, `${path}/${name}`);
      else if (handle instanceof FileSystemFileHandle)
        await keep(`opfs ${path}/${name}`, [name, await handle.getFile()]);
    }
  }

  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue;
    const database = await settled(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())]);
      await keep(`indexedDB ${name}/${store}`, [keys, values]);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      await keep(`cache ${name} ${request.url}`, [request.url, await response?.arrayBuffer()]);
    }
  }
  for (const [where, storage] of Object.entries({ localStorage, sessionStorage })) {
    // By key: Chromium gives no entries of a Storage.
    await keep(
      where,
      Object.keys(storage).flatMap((key) => [key, storage.getItem(key)]),
    );
  }
  await keepFolder(await navigator.storage.getDirectory(), '');
  return found;
}

/** The receiving sides of what replication is held against: automerge-repo and PouchDB, each with its own storage here. */
import { cbor, Repo, type DocumentId } from '@automerge/automerge-repo/slim';
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket';
import { IndexedDBStorageAdapter } from '@automerge/automerge-repo-storage-indexeddb';
import PouchDB from 'pouchdb-browser';
import { initCrdt } from '../../src/crdt/init.ts';
import { automergeWasmUrl } from '../../src/crdt/wasm-url.ts';
import { mustHave } from './practice.ts';

const quietMs = 1_000;

let repo: Repo | undefined;
let adapter: CountingAdapter | undefined;
let bytes = 0;
let latest = 0;

/** As the socket is given it, and as it gives it. */
class CountingAdapter extends WebSocketClientAdapter {
  override receiveMessage(message: Uint8Array): void {
    noted(message.byteLength);
    super.receiveMessage(message);
  }

  override send(message: Parameters<WebSocketClientAdapter['send']>[0]): void {
    noted(cbor.encode(message).byteLength);
    super.send(message);
  }
}

function noted(length: number): void {
  bytes += length;
  latest = performance.now();
}

/** Milliseconds until every document is ready and written down. */
export async function syncAutomerge(url: string, documents: readonly string[]): Promise<number> {
  await initCrdt(automergeWasmUrl);
  const begin = performance.now();
  adapter = new CountingAdapter(url);
  repo = new Repo({ network: [adapter], storage: new IndexedDBStorageAdapter('bench-automerge') });
  await Promise.all(documents.map((id) => mustHave(repo).find(id as DocumentId)));
  await repo.flush();
  return performance.now() - begin;
}

export function goOff(): void {
  mustHave(adapter).disconnect();
}

/** All documents still in memory: from the new connection until nothing passes any more. */
export async function comeBack(): Promise<{ readonly ms: number; readonly bytes: number }> {
  const line = mustHave(adapter);
  bytes = 0;
  const begin = performance.now();
  latest = begin;
  line.connect(mustHave(line.peerId), line.peerMetadata);
  while (performance.now() - latest < quietMs) await new Promise((resolve) => setTimeout(resolve, 20));
  return { ms: latest - begin, bytes };
}

/** Milliseconds until every document of the source is in this browser's database. */
export async function replicatePouch(url: string, documents: number): Promise<number> {
  const begin = performance.now();
  const database = new PouchDB('bench-pouch');
  const { ok, docs_written: written } = await PouchDB.replicate(url, database);
  const ms = performance.now() - begin;
  if (!ok || written !== documents) throw new Error(`PouchDB wrote ${written} documents`);
  await database.close();
  return ms;
}

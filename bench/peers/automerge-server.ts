/**
 * automerge-repo's own sync server with its own storage in files: what a browser with its WebSocket client and its IndexedDB
 * storage syncs with.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repo, type DocumentId, type PeerId } from '@automerge/automerge-repo/slim';
import { WebSocketServerAdapter } from '@automerge/automerge-repo-network-websocket';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import * as A from '@automerge/automerge/slim';
import { WebSocketServer } from 'ws';
import type { Bytes } from '../../src/base/bytes.ts';

export interface AutomergeServer {
  readonly url: string;
  readonly documents: readonly DocumentId[];
  /** One more text in each of the first so many documents. */
  change(documents: number): Promise<void>;
  close(): Promise<void>;
}

export async function startAutomergeServer(saved: readonly Bytes[]): Promise<AutomergeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'peerchart-bench-automerge-'));
  const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise<void>((listening) => sockets.once('listening', listening));
  const address = sockets.address();
  if (address === null || typeof address === 'string') throw new Error('a WebSocket server has a port');
  const repo = new Repo({
    // Its types were made without exactOptionalPropertyTypes.
    network: [new WebSocketServerAdapter(sockets as never)],
    storage: new NodeFSStorageAdapter(folder),
    peerId: 'server' as PeerId,
  });
  const handles = saved.map((bytes) => repo.import<Record<string, A.ImmutableString>>(bytes));
  await repo.flush();
  return {
    url: `ws://127.0.0.1:${address.port}`,
    documents: handles.map(({ documentId }) => documentId),
    change: async (documents) => {
      for (const handle of handles.slice(0, documents)) {
        handle.change((draft) => {
          draft['looked at'] = new A.ImmutableString(String(Date.now()));
        });
      }
      await repo.flush();
    },
    close: async () => {
      await repo.shutdown();
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((closed) => sockets.close(closed));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

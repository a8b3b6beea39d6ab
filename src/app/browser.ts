/**
 * The composition root of the page: the real clock, randomness, disk, network and locks, handed to the practice session.
 * Loaded after the first paint. Nothing else of app/ touches a browser global.
 */
import { initCrdt } from '../crdt/init.ts';
import { automergeWasmUrl } from '../crdt/wasm-url.ts';
import { FramesElsewhere } from '../net/frames-elsewhere.ts';
import { startThread, startWorker } from '../worker/browser-worker.ts';
import { elsewhere } from '../worker/elsewhere.ts';
import { inProcess } from '../worker/in-process.ts';
import { nextTask } from '../worker/next-task.ts';
import { openIdbStore } from '../store/idb-store.ts';
import { openPracticeDoor } from './door/door.ts';
import type { Ports } from './ports.ts';
import type { Door } from './door/door-acts.ts';
import type { Settings } from './session.ts';

/** Ready once the database is open and the document engine has started. `storeName`: of the demonstration, which keeps apart. */
export async function openDoor(storeName = 'peerchart'): Promise<Door> {
  const [defaults] = await Promise.all([readDefaults(), initCrdt(automergeWasmUrl)]);
  return openPracticeDoor(browserPorts(storeName, defaults));
}

function browserPorts(storeName: string, defaults: Ports['defaults']): Ports {
  return {
    clock: { nowMs: () => Date.now() },
    random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    log: { note: () => undefined },
    timers: {
      after: (delayMs, run) => {
        const id = setTimeout(run, delayMs);
        return () => {
          clearTimeout(id);
        };
      },
    },
    openStore: (closed) => openIdbStore(storeName, { onClosed: closed }),
    takeWriterLock: () => takeWriterLock(`${storeName}-writer`),
    createTransport: async (options) => {
      const { createLibp2pTransport } = await import('../net/libp2p-transport.ts');
      return createLibp2pTransport(options);
    },
    storage: {
      isPersistent: async () => ('storage' in navigator ? navigator.storage.persisted() : 'unknown'),
      requestPersistent: async () => ('storage' in navigator ? navigator.storage.persist() : false),
      estimate: async () => {
        const { usage, quota } = 'storage' in navigator ? await navigator.storage.estimate() : {};
        return {
          ...(usage === undefined ? {} : { usedBytes: usage }),
          ...(quota === undefined ? {} : { quotaBytes: quota }),
        };
      },
    },
    defaults,
    pageAddress: `${location.origin}${location.pathname}`,
    isOnline: () => navigator.onLine,
    onOnlineChange: (changed) => {
      addEventListener('online', changed);
      addEventListener('offline', changed);
      return () => {
        removeEventListener('online', changed);
        removeEventListener('offline', changed);
      };
    },
    pause: nextTask,
    background: elsewhere(startWorker, inProcess(nextTask)),
    framesElsewhere: () =>
      new FramesElsewhere(() =>
        startThread(() => new Worker(new URL('../net/frame-thread-main.ts', import.meta.url), { type: 'module' })),
      ),
  };
}

/** Held until released or the page goes away, however it goes. */
function takeWriterLock(writerLock: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    void navigator.locks.request(writerLock, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve(release);
      });
    });
  });
}

/** What the host of this page offers to newcomers; a page served by any static host may offer nothing. */
async function readDefaults(): Promise<Ports['defaults']> {
  try {
    const response = await fetch('peerchart.json', { cache: 'no-cache' });
    if (!response.ok) return { relays: [], iceServers: [] };
    const { relays, iceServers } = (await response.json()) as Partial<Pick<Settings, 'relays' | 'iceServers'>>;
    return { relays: Array.isArray(relays) ? relays : [], iceServers: Array.isArray(iceServers) ? iceServers : [] };
  } catch {
    return { relays: [], iceServers: [] };
  }
}

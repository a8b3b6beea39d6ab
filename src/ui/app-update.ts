/**
 * The page's side of the service worker: makes the app available without network, tells when a new version waits, and
 * changes to it only when a person says so. It never reloads a page by itself.
 */
import { applyUpdateMessage } from './service-worker/messages.ts';

/** `kept`: loads without network from now on. `unsupported`: private windows, or no secure context. */
export type OfflineState = 'kept' | 'unsupported' | 'failed';

export interface AppUpdates {
  /** Settles once; never rejects. */
  readonly offline: Promise<OfflineState>;
  /** Changes to the waiting version by reloading this page. Nothing happens when none waits. */
  apply(): void;
}

const hourMs = 3_600_000;

/** Call once, from the built app. `onAvailable` is called whenever a new version has come to wait. */
export function watchForUpdate(onAvailable: () => void): AppUpdates {
  if (!('serviceWorker' in navigator)) return { offline: Promise.resolve('unsupported'), apply: () => undefined };
  const container = navigator.serviceWorker;
  let registration: ServiceWorkerRegistration | undefined;
  let applying = false;

  // Another tab may have changed versions; this one reloads only if it was asked to.
  container.addEventListener('controllerchange', () => {
    if (applying) location.reload();
  });

  const start = async (): Promise<OfflineState> => {
    try {
      registration = await container.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
    } catch {
      return 'failed';
    }
    watchRegistration(registration, onAvailable);
    return (await isInstalled(registration)) ? 'kept' : 'failed';
  };

  return {
    offline: start(),
    apply: () => {
      applying = true;
      registration?.waiting?.postMessage(applyUpdateMessage);
    },
  };
}

/** False when the first version could not be had whole. */
function isInstalled(registration: ServiceWorkerRegistration): Promise<boolean> {
  const first = registration.installing;
  if (first === null) return Promise.resolve(true);
  return new Promise((resolve) => {
    first.addEventListener('statechange', () => {
      if (first.state === 'redundant') resolve(registration.active !== null);
      else if (first.state !== 'installing') resolve(true);
    });
  });
}

function watchRegistration(registration: ServiceWorkerRegistration, onAvailable: () => void): void {
  // The first version ever installed is the one that runs already: nothing new about it.
  if (registration.waiting !== null && registration.active !== null) onAvailable();
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && registration.active !== null) onAvailable();
    });
  });
  // A chart stays open all day; without network there is nothing to find, which is no error.
  const look = (): void => void registration.update().catch(() => undefined);
  setInterval(look, hourMs);
}

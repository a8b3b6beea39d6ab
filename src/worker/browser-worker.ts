/** Threads in a browser: module workers of the page's own origin, which the policy allows (worker-src 'self'). */
import type { ThreadPort } from './elsewhere.ts';
import type { ToPage } from './messages.ts';

export function startWorker(): ThreadPort | undefined {
  let worker: Worker;
  try {
    worker = new Worker(new URL('./worker-main.ts', import.meta.url), { type: 'module' });
  } catch {
    return undefined;
  }
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    listen: (hear, broke) => {
      worker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
        hear(data);
      });
      worker.addEventListener('error', broke);
      worker.addEventListener('messageerror', broke);
    },
    end: () => {
      worker.terminate();
    },
  };
}

/** Threads in a browser: module workers of the page's own origin, which the policy allows (worker-src 'self'). */
import type { ThreadPort as Port, ToPage } from '../base/thread-calls.ts';
import type { ThreadPort } from './messages.ts';

export function startWorker(): ThreadPort | undefined {
  return startThread(() => new Worker(new URL('./worker-main.ts', import.meta.url), { type: 'module' }));
}

/** Undefined where the browser gives none. */
export function startThread<Asked, Answers>(make: () => Worker): Port<Asked, Answers> | undefined {
  let worker: Worker;
  try {
    worker = make();
  } catch {
    return undefined;
  }
  return {
    post: (message) => {
      worker.postMessage(message);
    },
    listen: (hear, broke) => {
      worker.addEventListener('message', ({ data }: MessageEvent<ToPage<Answers>>) => {
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

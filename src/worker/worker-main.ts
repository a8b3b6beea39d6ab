/** The main of the worker: its messages to a thread. Holds no logic of its own. */
import type { ToThread } from './messages.ts';
import { nextTask } from './next-task.ts';
import { threadOf } from './thread.ts';

const thread = threadOf((message, transfer) => {
  postMessage(message, { transfer: [...transfer] });
}, nextTask);

addEventListener('message', ({ data }: MessageEvent<ToThread>) => void thread.hear(data));

/** The main of the worker that looks at frames: its messages to a thread. Holds no logic of its own. */
import { frameThread, type ToFrameThread } from './frame-thread.ts';

const thread = frameThread((message, transfer) => {
  postMessage(message, { transfer: [...transfer] });
});

addEventListener('message', ({ data }: MessageEvent<ToFrameThread>) => void thread.hear(data));

/**
 * Where long work of a page or its thread gives way: what waits in the event loop (a key that was typed, a frame to paint, a message)
 * comes first, and the work goes on after it.
 */

interface WithYield {
  yield?(): Promise<void>;
}

const scheduler = (globalThis as { readonly scheduler?: WithYield }).scheduler;
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

export function nextTask(): Promise<void> {
  if (scheduler?.yield !== undefined) return scheduler.yield();
  // Not a timer: after a few, browsers make each of them 4 ms long.
  return new Promise((resolve) => {
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.();
    }
    waiting.push(resolve);
    channel.port2.postMessage(undefined);
  });
}

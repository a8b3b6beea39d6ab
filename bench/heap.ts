/** The memory of a page, by its debugging protocol. */
import type { Page } from 'playwright-core';

/** Bytes of the JavaScript heap and its buffers after what is garbage is collected; WebAssembly's own memory is in them. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    // A finalizer may free what the next collection finds.
    for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
    const usage = await session.send('Runtime.getHeapUsage');
    const { backingStorageSize = 0 } = usage as { readonly backingStorageSize?: number };
    return usage.usedSize + backingStorageSize;
  } finally {
    await session.detach();
  }
}

/**
 * Checks of many things, some of them at once. What a browser's other threads do for one (signatures) goes on while the next is
 * decoded: when one is done the next begins, so that they never wait for the slowest of a group. Their answers come as events,
 * and between them whatever else waited: a key, a frame. All at once would decode a thousand operations in one go, and the page
 * stood still for half a second.
 */

/** Enough to keep two threads busy; decoding so many takes some milliseconds. */
const atOnce = 8;

/** In the order of the items. After one that fails no other begins. */
export async function sideBySide<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = [];
  let next = 0;
  const inTurn = async (): Promise<void> => {
    try {
      for (let i = next++; i < items.length; i = next++) done[i] = await act(items[i] as T, i);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, inTurn));
  return done;
}

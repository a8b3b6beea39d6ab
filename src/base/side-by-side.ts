/**
 * Checks of many things, some of them at once. What a browser's other threads do for one (signatures) goes on while the next is
 * decoded; between two groups their answers come as events, and so does whatever else waited: a key, a frame. All at once
 * would decode a thousand operations in one go, and the page stood still for half a second.
 */

/** Enough to keep two threads busy; decoding so many takes some milliseconds. */
const atOnce = 8;

export async function sideBySide<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    done.push(...(await Promise.all(items.slice(from, from + atOnce).map((item, i) => act(item, from + i)))));
  return done;
}

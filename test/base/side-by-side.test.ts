/** How many checks are begun before the first is answered: counted. */
import { expect, test } from 'vitest';
import { sideBySide } from '../../src/base/side-by-side.ts';

test('a thousand checks are begun a few at a time, and answered in their order', async () => {
  let atWork = 0;
  let most = 0;
  const items = Array.from({ length: 1_000 }, (_, i) => i);
  const answers = await sideBySide(items, async (item, index) => {
    most = Math.max(most, ++atWork);
    await new Promise((resolve) => setImmediate(resolve));
    atWork--;
    return [item, index];
  });
  expect(answers).toEqual(items.map((i) => [i, i]));
  expect(most).toBeLessThanOrEqual(16);
  expect(most).toBeGreaterThan(1);
});

test('nothing to check is answered at once', async () => {
  expect(await sideBySide([], () => Promise.resolve(1))).toEqual([]);
});

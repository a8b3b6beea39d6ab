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

test('the next begins when any is answered, whatever the slowest of them does', async () => {
  let release = (): void => undefined;
  const slowest = new Promise<void>((resolve) => (release = resolve));
  const begun: number[] = [];
  const answers = sideBySide(Array.from({ length: 100 }), async (_, index) => {
    begun.push(index);
    await (index === 0 ? slowest : Promise.resolve());
    if (index === 99) release();
    return index;
  });
  expect((await answers).length).toBe(100);
  expect(begun).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('after one that fails no other begins', async () => {
  const begun: number[] = [];
  const failing = sideBySide(Array.from({ length: 100 }), async (_, index) => {
    begun.push(index);
    await new Promise((resolve) => setImmediate(resolve));
    if (index === 3) throw new Error('it fails');
  });
  await expect(failing).rejects.toThrow('it fails');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun.length).toBeLessThanOrEqual(16);
});

test('nothing to check is answered at once', async () => {
  expect(await sideBySide([], () => Promise.resolve(1))).toEqual([]);
});

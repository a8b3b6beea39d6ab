/** Acts on any page of the product that end when the page has answered, however slow the machine: going somewhere, keys in a row. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** To a page by its address, as a bookmark does. What stood there before is gone when this ends. */
export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(
    (hash) =>
      new Promise<void>((gone) => {
        const before = location.href;
        location.hash = hash;
        if (location.href === before) gone();
        else addEventListener('hashchange', () => gone(), { once: true });
      }),
    address,
  );
}

/** Two keys in a row, `g` and another, until what they lead to is there: between them a busy machine may let more time pass than a person. */
export async function goBy(page: Page, second: string, target: Locator): Promise<void> {
  await expect
    .poll(
      async () => {
        if ((await target.count()) === 0) {
          await page.keyboard.press('g');
          await page.keyboard.press(second);
        }
        return target.count();
      },
      { interval: 1_000 },
    )
    .toBeGreaterThan(0);
  await target.first().waitFor();
}

/** Until the focus is within, so that what is typed next goes there. */
export async function hasFocus(target: Locator): Promise<void> {
  await expect.poll(() => target.evaluate((element) => element.matches(':focus-within'))).toBe(true);
}

/** After a change of the window, until what answers to it has been laid out and drawn. */
export async function isPainted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
}

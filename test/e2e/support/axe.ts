/** What axe finds on a page as it stands once nothing of it moves: a colour on its way from or to nothing is no colour of ours. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  var axe: { run: (context: Document, options: RunOptions) => Promise<AxeResults> } | undefined;
}

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Finding {
  readonly impact: string;
  /** The rule and the first element that breaks it. */
  readonly words: string;
}

export async function findings(page: Page, options: RunOptions = {}): Promise<readonly Finding[]> {
  // Evaluated by the browser's tools: the page itself may not evaluate text.
  if (!(await page.evaluate(() => globalThis.axe !== undefined))) await page.evaluate(await source);
  await page.evaluate(async () => {
    const moving = (root: Document | ShadowRoot): readonly Animation[] => [
      ...root.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity),
      ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot === null ? [] : moving(shadowRoot))),
    ];
    for (let left = moving(document); left.length > 0; left = moving(document))
      await Promise.allSettled(left.map(({ finished }) => finished));
  });
  const { violations } = await page.evaluate(async (options) => {
    if (globalThis.axe === undefined) throw new Error('axe is not loaded');
    return globalThis.axe.run(document, { resultTypes: ['violations'], ...options });
  }, options);
  return violations.map(({ id, impact, nodes }) => ({
    impact: impact ?? '',
    words: `${id} ${nodes[0]?.html ?? ''}`,
  }));
}

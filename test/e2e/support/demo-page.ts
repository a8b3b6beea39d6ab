/** The demo site in a real browser, for end-to-end tests of screens without charts: opening, looking for, and whether all can use it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startDemoSite, type DemoSite } from '../../support/demo-site.ts';
import { openProfile, type Profile } from '../../support/profiles.ts';

declare global {
  var axe: { run: (context: Document, options: object) => Promise<AxeResults> };
}

export class DemoPage {
  readonly site: DemoSite;
  readonly profile: Profile;
  readonly #noCharts: string;
  readonly #axeSource: string;

  private constructor(site: DemoSite, profile: Profile, noCharts: string, axeSource: string) {
    this.site = site;
    this.profile = profile;
    this.#noCharts = noCharts;
    this.#axeSource = axeSource;
  }

  static async start(name: string): Promise<DemoPage> {
    const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const noCharts = await mkdtemp(join(tmpdir(), 'peerchart-no-charts-'));
    return new DemoPage(await startDemoSite(noCharts, 0), await openProfile(name), noCharts, axeSource);
  }

  async close(): Promise<void> {
    await this.profile.close();
    await this.site.close();
    await rm(this.#noCharts, { recursive: true, force: true });
  }

  get page(): Page {
    return this.profile.page;
  }

  /** Another address each time, so that the page starts anew. */
  async open(query: string, address = ''): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(`${this.site.url}?charts=0&${query}${address}`);
    await this.page.locator('pc-page-header').last().waitFor();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  field(name: string | RegExp): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  /** Nothing serious for axe, and nothing wider than its window. */
  async expectFit(where: string): Promise<void> {
    // Evaluated by the browser's tools: the page itself may not evaluate text.
    await this.page.evaluate(this.#axeSource);
    const { violations } = await this.page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
    const [inner, outer] = await this.page.evaluate(() => {
      const frame = document.querySelector('peerchart-app');
      const main = frame?.shadowRoot?.querySelector('main') ?? document.documentElement;
      return [main.scrollWidth, main.clientWidth] as const;
    });
    expect(inner, `${where} is wider than its window`).toBeLessThanOrEqual(outer);
  }

  /** No screen asked anyone else for anything or was refused anything by the page's policy. */
  expectNothingAskedElsewhere(): void {
    const elsewhere = this.profile.requests.filter(
      (address) => !address.startsWith(this.site.url) && !/^(data|about):/.test(address),
    );
    expect(elsewhere).toEqual([]);
    expect(this.profile.errors).toEqual([]);
  }
}

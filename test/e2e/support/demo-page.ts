/** The demo site in a real browser, for end-to-end tests of screens without charts: opening, looking for, and whether all can use it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startDemoSite, type DemoSite } from '../../support/demo-site.ts';
import { openProfile, type Profile } from '../../support/profiles.ts';
import { findings } from './axe.ts';

export class DemoPage {
  readonly site: DemoSite;
  readonly profile: Profile;
  readonly #noCharts: string;

  private constructor(site: DemoSite, profile: Profile, noCharts: string) {
    this.site = site;
    this.profile = profile;
    this.#noCharts = noCharts;
  }

  static async start(name: string): Promise<DemoPage> {
    const noCharts = await mkdtemp(join(tmpdir(), 'peerchart-no-charts-'));
    return new DemoPage(await startDemoSite(noCharts, 0), await openProfile(name), noCharts);
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
    const serious = (await findings(this.page)).filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ words }) => `${where}: ${words}`)).toEqual([]);
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

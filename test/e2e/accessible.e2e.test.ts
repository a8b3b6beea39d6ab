/**
 * Every page of the product in a real browser, over the demo session with generated patients: nothing for axe to find, in light and
 * dark, at a desk, on a phone and at twice the size, with every form of a chart open too, and nothing wider than its window. The list of pages is that of the routes: a new
 * page without its address here does not compile, and a new topic of the chart is looked at without anybody asking.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madePatients } from '../../src/demo/patients/patients.ts';
import { chartTopics, type Route } from '../../src/ui/shell/route.ts';
import { startDemoSite, type DemoSite } from '../support/demo-site.ts';
import type { DemoSession } from '../support/demo-session.ts';
import { openProfile, type Profile } from '../support/profiles.ts';
import { findings } from './support/axe.ts';
import { goTo, isPainted } from './support/page-acts.ts';

declare global {
  var demoSession: DemoSession;
}

/** One address of every page; undefined where it needs an id, which is filled in below. */
const addresses: Readonly<Record<Exclude<Route['page'], 'chart'>, string>> = {
  patients: '#/patients',
  'new-patient': '#/patients/new',
  import: '#/import',
  inbox: '#/inbox',
  schedule: '#/schedule',
  due: '#/due',
  peers: '#/peers',
  'new-peer': '#/peers/new',
  peer: '#/peers/PEER',
  invite: '#/invite/nothing',
  join: '#/join/nothing',
  people: '#/people',
  'add-device': '#/people/add-device',
  'add-keeper': '#/people/add-keeper',
  'add-person': '#/people/add-person',
  device: '#/people/DEVICE',
  settings: '#/settings',
  diagnostics: '#/diagnostics',
  audit: '#/audit',
  help: '#/help',
  nowhere: '#/nowhere',
};

const sizes = [
  { name: 'at a desk', width: 1280, height: 900, themes: ['light', 'dark'] },
  { name: 'on a phone', width: 390, height: 844, themes: ['light', 'dark'] },
  // A window of 1280 by 900 at 200 %: WCAG 1.4.4 and 1.4.10 count in such pixels.
  { name: 'at twice the size', width: 640, height: 450, themes: ['light', 'dark'] },
] as const;

/** Those on which `n` opens the form for something new. */
const topicsWithForm = [
  'problems',
  'medications',
  'allergies',
  'immunizations',
  'history',
  'team',
  'results',
  'vitals',
  'encounters',
  'notes',
  'documents',
] as const satisfies readonly (typeof chartTopics)[number][];

/** Kept out of the repository: to be looked at by people, where a folder is named. */
const pictures = process.env.PEERCHART_SCREENSHOTS;

describe('every page', () => {
  let folder: string;
  let site: DemoSite;
  let profile: Profile;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerchart-accessible-'));
    for (const { name, text } of madePatients({ seed: 'screens', howMany: 60, today: '2026-11-23' }))
      await writeFile(join(folder, name), text);
    site = await startDemoSite(folder, 6);
    profile = await openProfile('accessible');
    page = profile.page;
    if (pictures !== undefined) await mkdir(pictures, { recursive: true });
  });

  afterAll(async () => {
    await profile.close();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Every address, those of the charts for one that is own and shared, one received, one in conflict. */
  function places(): Promise<readonly (readonly [name: string, address: string])[]> {
    return page.evaluate(
      ({ addresses, chartTopics }) => {
        const { charts, peers, people } = demoSession;
        const kinds = {
          shared: charts.find((chart) => chart.own && chart.setAside > 0),
          received: charts.find((chart) => chart.access === 'write'),
          unsettled: charts.find((chart) => chart.unsettledConflicts > 0),
        };
        const other = charts.find((chart) => !Object.values(kinds).includes(chart))?.id ?? '';
        const pages = Object.entries(addresses).map(
          ([name, address]) =>
            [
              name,
              address.replace('PEER', peers[0]?.id ?? '').replace('DEVICE', people.devices[1]?.device ?? ''),
            ] as const,
        );
        const topics = Object.entries(kinds).flatMap(([kind, chart]) =>
          chartTopics.map((topic) => [`${kind}-${topic}`, `#/chart/${chart?.id ?? ''}/${topic}/${other}`] as const),
        );
        return [...pages, ...topics];
      },
      { addresses, chartTopics },
    );
  }

  async function go(address: string): Promise<void> {
    await goTo(page, address);
    await page.locator('pc-page-header, pc-empty-state').last().waitFor();
    await isPainted(page);
  }

  async function begin(theme: string, width: number, height: number): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.goto('about:blank');
    await page.goto(`${site.url}?charts=6&theme=${theme}`);
    await page.locator('peerchart-app pc-rail a').first().waitFor();
  }

  /** Dark is another set of colours and nothing else: what is not about them was looked at in light. */
  async function foundIn(theme: string): Promise<readonly string[]> {
    const ofColours = ['color-contrast', 'link-in-text-block'];
    const found = await findings(page, theme === 'dark' ? { runOnly: { type: 'rule', values: ofColours } } : {});
    return found.map(({ words }) => words);
  }

  for (const { name, width, height, themes } of sizes) {
    for (const theme of themes) {
      test(`${name}, ${theme}: nothing for axe to find, nothing wider than the window`, async () => {
        await begin(theme, width, height);
        const found: string[] = [];
        for (const [place, address] of await places()) {
          await go(address);
          for (const finding of await foundIn(theme)) found.push(`${place}: ${finding}`);
          const [inner, outer] = await page.evaluate(() => {
            const { scrollingElement } = document;
            return [scrollingElement?.scrollWidth ?? 0, scrollingElement?.clientWidth ?? 0] as const;
          });
          const content = page.locator('pc-chart-page .content, peerchart-app main').last();
          const [within, room] = await content.evaluate(
            (element) => [element.scrollWidth, element.clientWidth] as const,
          );
          if (inner > outer || within > room)
            found.push(`${place}: wider than the window, ${within} in ${room} pixels`);
          if (pictures !== undefined)
            await page.screenshot({ path: join(pictures, `${width}-${theme}-${place}.png`), fullPage: false });
        }
        expect(found).toEqual([]);
      });
    }
  }

  for (const theme of ['light', 'dark']) {
    test(`with the form of each page of a chart open at twice the size, ${theme}: nothing for axe to find`, async () => {
      await begin(theme, 640, 450);
      const own = await page.evaluate(() => demoSession.charts.find((chart) => chart.own && chart.setAside > 0)?.id);
      const found: string[] = [];
      for (const topic of topicsWithForm) {
        await go(`#/chart/${own ?? ''}/${topic}`);
        await page.keyboard.press('n');
        await page.locator('pc-edit-form, pc-document-form, pc-note-writer').first().waitFor();
        for (const finding of await foundIn(theme)) found.push(`${topic}: ${finding}`);
      }
      expect(found).toEqual([]);
    });
  }

  for (const theme of ['light', 'dark']) {
    test(`values by date on a phone, ${theme}: nothing for axe to find, the names stay in sight, and the arrow keys go from value to value`, async () => {
      await begin(theme, 390, 844);
      const own = await page.evaluate(() => demoSession.charts.find((chart) => chart.own && chart.setAside > 0)?.id);
      for (const topic of ['results', 'vitals']) {
        await go(`#/chart/${own ?? ''}/${topic}`);
        await page.getByRole('radio', { name: 'Grid' }).click();
        const region = page.getByRole('region', { name: / by date$/ });
        const values = region.getByRole('button');
        await values.first().waitFor();
        expect(await foundIn(theme)).toEqual([]);
        const name = region.locator('th[scope=row]').first();
        const before = (await name.boundingBox())?.x;
        await values.first().focus();
        await page.keyboard.press('End');
        expect((await name.boundingBox())?.x).toBe(before);
        const focused = (): Promise<string> =>
          region.evaluate((element) => {
            const root = element.getRootNode();
            const cell = root instanceof ShadowRoot ? root.activeElement?.closest('td') : null;
            const row = cell?.closest('tr')?.rowIndex;
            return `${String(row)}/${String(cell?.cellIndex)}`;
          });
        const [row, column] = (await focused()).split('/').map(Number);
        expect(column).toBeGreaterThan(1);
        await page.keyboard.press('Home');
        expect(Number((await focused()).split('/')[1])).toBeLessThan(column ?? 0);
        await page.keyboard.press('ArrowDown');
        expect(Number((await focused()).split('/')[0])).toBeGreaterThan(row ?? 0);
        await page.keyboard.press('Enter');
        await page.getByRole('complementary', { name: 'Entry' }).waitFor();
        await page.keyboard.press('Escape');
      }
    });
  }

  test('no page said anything on the console that was an error', () => {
    expect(profile.errors).toEqual([]);
  });
});

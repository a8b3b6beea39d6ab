/**
 * The audit log and a chart's past in a real browser: what a person did stands there, also what they tried before the door opened,
 * it can be filtered and taken out, and the chart is read as it was.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServers, type Servers } from '../support/servers.ts';
import { findings } from './support/axe.ts';
import { canaryBundle } from './support/canary-bundle.ts';
import { isPainted } from './support/page-acts.ts';
import { ChartActs } from './support/chart-acts.ts';
import { PracticePage } from './support/practice-page.ts';

describe('what was done, and the chart as it was', () => {
  let folder: string;
  let servers: Servers;
  let clinic: PracticePage;
  let chart: ChartActs;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerchart-audit-'));
    await writeFile(join(folder, 'quellmalz.json'), canaryBundle);
    servers = await startServers();
    clinic = await PracticePage.open('audit', servers.url, {
      practice: 'Island Surgery',
      person: 'Dr Finn Marsh',
      passphrase: 'marble otter canyon violin island',
      ownChartsOnly: true,
    });
    chart = new ChartActs(clinic);
    await clinic.makePractice();
    await clinic.importFiles([join(folder, 'quellmalz.json')]);
    await chart.open('Quellmalz');
  });

  afterAll(async () => {
    await clinic.close();
    await servers.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function expectAccessible(where: string): Promise<void> {
    expect((await findings(clinic.page)).map(({ words }) => `${where}: ${words}`)).toEqual([]);
  }

  async function expectNarrow(where: string): Promise<void> {
    await clinic.page.setViewportSize({ width: 390, height: 844 });
    await isPainted(clinic.page);
    const content = clinic.page.locator('pc-chart-page .content, peerchart-app main').last();
    const [inner, outer] = await content.evaluate((element) => [element.scrollWidth, element.clientWidth] as const);
    expect(inner, where).toBeLessThanOrEqual(outer);
    await expectAccessible(`${where}, 390 pixels`);
    await clinic.page.setViewportSize({ width: 1280, height: 844 });
  }

  test('a chart reads as it was before an entry, and today’s is one page away', async () => {
    // A chart is read as of a second: neither that of the import nor that of the entry.
    await clinic.page.waitForTimeout(1_100);
    const before = Date.now();
    await clinic.page.waitForTimeout(1_100);
    await chart.add('Problems', 'Add a problem', { Problem: 'Asthma' }, 'Add problem');
    await clinic.page.getByRole('navigation', { name: 'Chart' }).getByRole('link', { name: 'Changes' }).click();
    await clinic.sees('Asthma');
    await clinic.sees('first recorded');
    await expectAccessible('what changed');
    await expectNarrow('what changed');

    const address = await clinic.page.evaluate(() => location.hash.replace(/\/changes$/, ''));
    await clinic.go(`${address}/as-of/${String(before)}`);
    await clinic.sees('Read only.');
    await clinic.page.locator('pc-as-of-page pc-summary-page').getByText('Kettlewell-syndrome').first().waitFor();
    expect(await clinic.page.getByText('Asthma').count()).toBe(0);
    await expectAccessible('as of');
    await expectNarrow('as of');
    await clinic.page.getByRole('link', { name: 'What changed since' }).or(clinic.button('What changed since')).click();
    await clinic.sees('Asthma');
    await clinic.go(`${address}/as-of/${String(Date.now())}`);
    await clinic.page.locator('pc-as-of-page').getByText('Asthma').first().waitFor();
    expect(await clinic.page.locator('pc-as-of-page').getByRole('button', { name: 'Add a problem' }).count()).toBe(0);
  });

  test('an order that is warned about is made with a reason alone', async () => {
    await chart.open('Quellmalz');
    await chart.add(
      'Medications',
      'Add a medication',
      { Medication: 'Tramvolox', 'Why it is given all the same': 'Two strengths together' },
      'Add medication',
    );
    await clinic.sees('1 overridden with a reason, kept with the medication.');
  });

  test('[AU-2] opening, writing, printing and wrong passphrases stand in the log, which is filtered and taken out', async () => {
    // What a print button does, without the dialog that no test can close.
    await clinic.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await clinic.lock();
    await clinic.field('Passphrase').fill('not the passphrase at all');
    await clinic.page.keyboard.press('Enter');
    await clinic.page.getByRole('alert').filter({ hasText: 'That is not the passphrase.' }).waitFor();
    await clinic.unlock();
    await clinic.go('#/audit');
    for (const words of [
      ...['Wrong passphrase', 'Opened the chart', 'Wrote in the chart', 'Printed', 'Imported', 'Locked'],
      'Overrode a warning',
    ])
      await clinic.page.getByRole('cell', { name: words, exact: true }).first().waitFor();
    await clinic.sees(/Whole: of 1 device no event is missing/);
    await clinic.button(/^Whole: of 1 device/).click();
    await clinic.button('Look through the whole log').click();
    // Two where the test runs over the end of one.
    await clinic.sees(/^\d+ events in (1 month|2 months) looked through\.$/);
    await expectAccessible('audit log');
    await expectNarrow('audit log');

    await clinic.field('Patient').fill('quellm');
    await clinic.page.getByRole('cell', { name: 'Wrong passphrase' }).waitFor({ state: 'detached' });
    const downloading = clinic.page.waitForEvent('download');
    await clinic.button('Export CSV').click();
    const csv = await readFile(await (await downloading).path(), 'utf8');
    expect(csv).toContain('"chart-opened"');
    expect(csv).not.toContain('"unlock-failed"');
    expect(csv.split('\r\n')[0]).toContain('"person"');

    await clinic.button('Show all').click();
    await clinic.page.getByRole('combobox', { name: 'What was done' }).click();
    await clinic.page.getByRole('option', { name: 'Overriding a warning' }).click();
    await clinic.sees('1 of');
    await clinic.page.getByRole('row').filter({ hasText: 'Overrode a warning' }).getByText('Two strengths').waitFor();
    const fhirDownloading = clinic.page.waitForEvent('download');
    await clinic.button('Export FHIR').click();
    const bundle = JSON.parse(await readFile(await (await fhirDownloading).path(), 'utf8')) as {
      readonly entry: readonly { readonly resource: { readonly resourceType: string } }[];
    };
    expect(bundle.entry.map(({ resource }) => resource.resourceType)).toEqual(['AuditEvent']);
    // The exports are themselves events.
    await clinic.go('#/settings');
    await clinic.go('#/audit');
    await clinic.page.getByRole('cell', { name: 'Exported the audit log', exact: true }).first().waitFor();
  });

  test('a chart tells who opened it', async () => {
    await chart.open('Quellmalz');
    const address = await clinic.page.evaluate(() => location.hash);
    await clinic.go(`${address}/access`);
    await clinic.page.getByRole('cell', { name: 'Opened the chart' }).first().waitFor();
    await clinic.page
      .getByRole('cell', { name: /Dr Finn Marsh/ })
      .first()
      .waitFor();
    await expectAccessible('who opened it');
    await expectNarrow('who opened it');
    expect(clinic.profile.errors).toEqual([]);
  });
});

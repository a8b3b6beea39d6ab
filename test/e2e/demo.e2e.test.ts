/** `npm run demo` as whoever tries it meets it: three practices, already connected, in real browsers over the real relay. */
import '../../src/node/node-20.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initCrdt } from '../../src/crdt/init.ts';
import { startDemo, type RunningDemo } from '../../src/demo/server.ts';
import { openProfile, strayRequests, type Profile } from '../support/profiles.ts';
import { goBy, goTo } from './support/page-acts.ts';
import { PracticePage } from './support/practice-page.ts';

const howMany = 60;

describe('the demonstration', () => {
  let folder: string;
  let demo: RunningDemo;
  let clinic: Profile;
  let pharmacy: Profile;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerchart-demo-'));
    const configFile = resolve(fileURLToPath(import.meta.url), '../../../vite.demo.config.ts');
    await build({ configFile, logLevel: 'error', build: { outDir: folder } });
    await initCrdt();
    demo = await startDemo({
      // Of this day, as `npm run demo` makes it: a month later its results would be history, and wait for nobody.
      ...{ folder, ports: [0], seed: 'demo', patients: howMany, today: new Date().toISOString().slice(0, 10) },
      told: () => undefined,
      reserved: () => undefined,
    });
    clinic = await openProfile('demo-clinic');
    pharmacy = await openProfile('demo-pharmacy');
  });

  afterAll(async () => {
    await clinic.close();
    await pharmacy.close();
    await demo.close();
    await rm(folder, { recursive: true, force: true });
  });

  const urlOf = (name: string): string => demo.practices.find((practice) => practice.name.includes(name))?.url ?? '';

  test('each practice has an address of its own, and all three are connected', async () => {
    expect(new Set(demo.practices.map(({ url }) => url)).size).toBe(3);
    for (const { session } of demo.practices)
      await expect.poll(() => session.peers.map(({ connection }) => connection)).not.toContain('none');
  });

  test('the first visit brings the practice to the browser, and says on every page that nobody in it lives', async () => {
    const { page } = clinic;
    await page.goto(urlOf('Clinic'));
    await page.locator('pc-patient-list a').first().waitFor();
    await page.getByText('Every patient is made up.').waitFor();
    await page.getByText(`${howMany} patients`).waitFor();
    await page
      .getByText(/2 peers/)
      .first()
      .waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.getByText('Every patient is made up.').waitFor();
    await page.emulateMedia({ media: null });
  });

  test('its storage is apart from that of any practice, and goes with the demonstration it belongs to', async () => {
    const { page } = clinic;
    const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect(names).toEqual([expect.stringMatching(/^peerchart-demonstration-[0-9a-f]{16}$/)]);
    await page.evaluate(
      () =>
        new Promise((done) => (indexedDB.open('peerchart-demonstration-earlier').onsuccess = () => done(undefined))),
    );
    await page.reload();
    await page.getByRole('heading', { name: /Who is|Locked/ }).waitFor();
    const left = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect(left).toEqual(names);
  });

  test('three people work at the clinic’s browser, and the passphrase on the page opens it for each', async () => {
    const { page } = clinic;
    await page.getByRole('button', { name: /Front desk/ }).click();
    await page.getByRole('textbox', { name: /^Passphrase/ }).fill(demo.passphrase);
    await page.keyboard.press('Enter');
    await page.locator('pc-patient-list a').first().waitFor();
    await page.getByText('Olive Specimenham').first().waitFor();
  });

  test('a day at the clinic by keyboard alone: find, measure, prescribe against an allergy, note, print, results, switch', async () => {
    const { page } = clinic;
    const words = { practice: '', person: '', passphrase: demo.passphrase };
    const desk = new PracticePage(clinic, urlOf('Clinic'), words);
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const chord = (second: string, target: Locator): Promise<void> => goBy(page, second, target);
    await chord('w', page.getByRole('button', { name: 'SE', exact: true }));
    await desk.pressOn(page.getByRole('button', { name: 'SE', exact: true }));
    await desk.typeInto(page.getByRole('textbox', { name: /^Passphrase/ }), demo.passphrase);
    await press('Enter');
    await page.locator('pc-patient-list a').first().waitFor();
    const number = await page.evaluate(allergicToPenicillin);

    // From another page: search is one key away from anywhere.
    await chord('s', page.locator('pc-settings-page'));
    await press('/');
    await page.locator('pc-patients-page wa-input:focus-within').waitFor();
    await page.keyboard.type(number);
    await press('Enter');
    await page.locator('pc-summary-page').waitFor();

    await chord('v', page.getByRole('heading', { name: 'Vitals', level: 2 }));
    await press('n');
    await page.locator('pc-edit-form wa-input:focus-within').waitFor();
    await page.keyboard.type('128');
    await press('Tab');
    await page.keyboard.type('82');
    await press('Enter');
    await page
      .getByText(/128\/82/)
      .first()
      .waitFor();

    await chord('m', page.getByRole('heading', { name: 'Medications', level: 2 }));
    await press('n');
    await page.locator('pc-edit-form wa-input:focus-within').waitFor();
    await page.keyboard.type('Amoxicillin 500 mg capsule');
    await press('Enter');
    // Not without a reason.
    await desk.typeInto(desk.field('Why it is given all the same'), 'No other will do; watched');
    await press('Enter');
    await page.getByRole('button', { name: 'Amoxicillin 500 mg capsule' }).waitFor();

    await chord('n', page.locator('pc-notes-page'));
    await press('n');
    await page.locator('pc-note-writer textarea:focus').waitFor();
    await page.keyboard.type('Cough for three days. No fever.');
    await desk.pressOn(page.getByRole('button', { name: /^Sign …/ }));
    await desk.pressOn(page.getByRole('button', { name: /^Sign as/ }));
    await page.locator('pc-note-writer').waitFor({ state: 'detached' });
    await page.getByText('Cough for three days.').first().waitFor();

    await chord('x', page.locator('pc-print-page'));
    await press('?');
    await page.getByText('Print this sheet').waitFor();
    await press('Escape');
    await page.getByText('Print this sheet').waitFor({ state: 'hidden' });

    await chord('i', page.locator('pc-inbox-results'));
    const waiting = (): Promise<number> =>
      page.evaluate(() => document.querySelector('peerchart-app')?.session?.work.inbox.results.length ?? 0);
    const before = await waiting();
    await desk.pressOn(page.getByRole('button', { name: /^Acknowledge/ }).first());
    await expect.poll(waiting).toBeLessThan(before);
    await chord('l', page.getByRole('heading', { name: 'Locked' }));
    await desk.typeInto(page.getByRole('textbox', { name: /^Passphrase/ }), demo.passphrase);
    await press('Enter');
    await page.locator('pc-rail').waitFor();
  });

  test('a sheet is printed light from a dark screen, with its margins, and nothing in it stands as settled that is not', async () => {
    const { page } = clinic;
    const chart = await page.evaluate(
      () =>
        document
          .querySelector('peerchart-app')
          ?.session?.charts.find(({ unsettledConflicts }) => unsettledConflicts > 0)?.id ?? '',
    );
    await page.emulateMedia({ colorScheme: 'dark' });
    await goTo(page, `#/chart/${chart}/print-medications`);
    const sheet = page.getByRole('region', { name: 'Medication list' });
    await sheet.waitFor();
    const isDark = (): Promise<boolean> => page.evaluate(() => document.documentElement.classList.contains('wa-dark'));
    await expect.poll(isDark).toBe(true);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect.poll(isDark).toBe(false);
    await expect.poll(() => sheet.innerText()).toMatch(/NOT SETTLED[^]*Not settled[^]*Dose: .* or /);
    await page.locator('pc-rail').waitFor({ state: 'hidden' });
    await page.locator('pc-chart-banner').waitFor({ state: 'hidden' });
    const rules = await page.evaluate(() =>
      document.adoptedStyleSheets.flatMap((adopted) => [...adopted.cssRules].map(({ cssText }) => cssText)).join(),
    );
    expect(rules).toMatch(/@page[^]*born[^]*Medication list[^]*Printed[^]*counter\(pages\)/);
    for (const format of ['A4', 'Letter']) expect((await page.pdf({ format })).length).toBeGreaterThan(10_000);
    await page.emulateMedia({ media: null, colorScheme: null });
  });

  test('another practice’s page is connected too, and shows what is shared with it and what is not settled', async () => {
    const { page } = pharmacy;
    await page.goto(urlOf('Pharmacy'));
    await page.locator('pc-patient-list a').first().waitFor();
    await page
      .getByText(/2 peers/)
      .first()
      .waitFor();
    await goTo(page, '#/patients');
    await page
      .getByText(/to settle/)
      .first()
      .waitFor();
  });

  test('no page asked anyone outside this machine for anything', () => {
    const origins = demo.practices.map(({ url }) => url.replace(/\/$/, ''));
    for (const profile of [clinic, pharmacy]) {
      const stray = strayRequests(profile.requests, origins).filter(
        (address) => !address.startsWith('ws://127.0.0.1:'),
      );
      expect(stray).toEqual([]);
      expect(profile.errors).toEqual([]);
    }
  });
});

/** Runs in the page: the number of an adult of this practice whose chart says so. */
async function allergicToPenicillin(): Promise<string> {
  const session = document.querySelector('peerchart-app')?.session;
  for (const { id, own, identifier = '', birthDate = '' } of session?.charts ?? []) {
    const opened = own && birthDate < '2005' ? await session?.openChart(id) : undefined;
    if (opened?.ok !== true) continue;
    const allergies = [...(opened.value.sections.get('allergies')?.resources.values() ?? [])];
    opened.value.close();
    if (allergies.some(({ base }) => base.includes('Allergy to penicillin'))) return identifier;
  }
  throw new Error('the seed makes one');
}

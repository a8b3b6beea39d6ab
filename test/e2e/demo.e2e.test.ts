/** `npm run demo` as whoever tries it meets it: three practices, already connected, in real browsers over the real relay. */
import '../../src/node/node-20.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initCrdt } from '../../src/crdt/init.ts';
import { startDemo, type RunningDemo } from '../../src/demo/server.ts';
import { openProfile, strayRequests, type Profile } from '../support/profiles.ts';

const howMany = 40;

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
      ...{ folder, ports: [0], seed: 'demo', patients: howMany, today: '2026-11-23' },
      told: () => undefined,
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
    await page.getByText(`${howMany} charts`).waitFor();
    await page
      .getByText(/2 peers/)
      .first()
      .waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText('Every patient is made up.').isVisible()).toBe(true);
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

  test('another practice’s page is connected too, and shows what is shared with it and what is not settled', async () => {
    const { page } = pharmacy;
    await page.goto(urlOf('Pharmacy'));
    await page.locator('pc-patient-list a').first().waitFor();
    await page
      .getByText(/2 peers/)
      .first()
      .waitFor();
    await page.evaluate(() => (location.hash = '#/patients'));
    expect(await page.getByText(/to settle/).count()).toBeGreaterThan(0);
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

/** The door, import, peers and settings in a real browser over the demo session: for all, by keyboard, under the page's policy. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoPassphrase } from '../support/demo-door.ts';
import { DemoPage } from './support/demo-page.ts';
import { goTo, hasFocus } from './support/page-acts.ts';

const passphrase = 'copper window tallow brisk';
const anyFile = { name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{}') };

describe('door, import, peers and settings', () => {
  let demo: DemoPage;
  let page: Page;

  beforeAll(async () => {
    demo = await DemoPage.start('door');
    page = demo.page;
  });

  afterAll(() => demo.close());

  const open = (query: string, address?: string): Promise<void> => demo.open(query, address);
  const expectFit = (where: string): Promise<void> => demo.expectFit(where);
  const button = (name: string | RegExp) => demo.button(name);
  const field = (name: string | RegExp) => demo.field(name);

  async function fillAbout(): Promise<void> {
    await button('Make a practice').press('Enter');
    await field('Name of the practice').fill('Birchwood');
    await field('Your name').fill('Ada');
    await field('Passphrase').fill(passphrase);
    await field('Passphrase, again').fill(passphrase);
    await page.keyboard.press('Enter');
    await page.locator('pc-recovery-sheet li').first().waitFor();
  }

  const selectedIn = (input: Locator): Promise<string> =>
    input.evaluate(({ value, selectionStart, selectionEnd }: HTMLInputElement) =>
      value.slice(selectionStart ?? 0, selectionEnd ?? 0),
    );

  async function askForPlan(): Promise<void> {
    await page.locator('input[type=file]').setInputFiles(anyFile);
    await page.getByRole('heading', { name: /differ from the chart/ }).waitFor();
  }

  for (const [theme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    test(`nothing serious for axe and nothing cut off, ${theme}, ${String(width)} pixels wide`, async () => {
      await page.setViewportSize({ width, height: 844 });
      await open(`theme=${theme}&door=empty`, '#/invite/abc');
      await expectFit('welcome');
      await button('Recover with the 24 words').click();
      await expectFit('where the charts come from');
      await button('From a backup file').click();
      await button(/^Restore$/).click();
      await expectFit('restore');
      await open(`theme=${theme}&door=empty`);
      await fillAbout();
      await expectFit('recovery phrase');
      await button('I have written them down').click();
      await expectFit('words asked back');
      await open(`theme=${theme}&door=locked`);
      await expectFit('locked');
      await button('Forgot the passphrase?').click();
      await expectFit('forgotten');
      for (const address of [
        '#/import',
        '#/peers',
        '#/peers/new',
        '#/invite/abc',
        '#/settings',
        '#/diagnostics',
        '#/help',
      ]) {
        await open(`theme=${theme}`, address);
        await expectFit(address);
      }
      await open(`theme=${theme}`, '#/import');
      await askForPlan();
      await expectFit('import plan');
      await open(`theme=${theme}`, '#/peers/new');
      await button('Make an invitation').click();
      await page.locator('pc-qr-code').waitFor();
      await expectFit('invitation');
      await open(`theme=${theme}&sharing=off`, '#/peers');
      await expectFit('own charts only');
      await page.setViewportSize({ width: 1280, height: 844 });
    });
  }

  test('a practice is made by keyboard, and only once three words were given back', async () => {
    await open('door=empty');
    await fillAbout();
    const words = await page.locator('pc-recovery-sheet li strong').allInnerTexts();
    expect(words).toHaveLength(24);
    await button('I have written them down').press('Enter');
    const asked = page.locator('pc-new-practice').getByRole('textbox');
    for (const input of await asked.all()) await input.fill('zebra');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByText('Not the word in this place').count()).toBe(3);
    for (const [place, word] of words.entries()) {
      const input = field(`Word ${String(place + 1)}`);
      if ((await input.count()) === 1) await input.fill(word.toUpperCase());
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Patients', level: 1 }).waitFor();
  });

  test('a weak passphrase and a mistyped one go no further', async () => {
    await open('door=empty');
    await button('Make a practice').click();
    await field('Passphrase').fill('password password');
    await field('Passphrase, again').fill('password password');
    await page.keyboard.press('Enter');
    await page.getByText('Easy to guess').first().waitFor();
    await field('Passphrase').fill(passphrase);
    await page.keyboard.press('Enter');
    await page.getByText('The two are not the same').waitFor();
    expect(await page.locator('pc-recovery-sheet').count()).toBe(0);
  });

  test('a wrong passphrase is said to be wrong and locks nothing out; the field has the focus', async () => {
    await open('door=locked');
    await hasFocus(field('Passphrase'));
    await page.keyboard.type('not it');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the passphrase').first().waitFor();
    // What was wrong is selected, to be typed over.
    await expect.poll(() => selectedIn(field('Passphrase'))).toBe('not it');
    await page.keyboard.type(demoPassphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
  });

  test('an import asks about what differs, does what was answered, and can be left and found again', async () => {
    await open('', '#/import');
    await askForPlan();
    await page.getByText('1 file can’t be imported').waitFor();
    // A chart here is alike, and so is another file.
    await page
      .getByRole('radio', { name: /^Same person/ })
      .first()
      .press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.getByRole('radio', { name: /^Another person/ }).isChecked()).toBe(true);
    await page.getByText('3 questions not answered').waitFor();
    await goTo(page, '#/patients');
    await page.getByRole('heading', { name: 'Patients', level: 1 }).waitFor();
    await goTo(page, '#/import');
    await button('Import 13 patients').press('Enter');
    await page.getByText('13 patients imported').waitFor();
  });

  test('an import under way is stopped, and what was not written is named', async () => {
    await open('endless', '#/import');
    await askForPlan();
    await button(/^Import \d+ patients/).click();
    await button('Cancel').press('Enter');
    await page.getByRole('heading', { name: 'Not imported' }).waitFor();
    await page.getByText('3 patients imported').waitFor();
  });

  test('an invitation is accepted by keyboard, and the safety phrase is compared after it', async () => {
    await open('', '#/peers/new');
    await field('Link or short text of the invitation').fill('PC1-WRONG');
    await button(/^Connect$/).press('Enter');
    await page.getByText('This invitation has expired').waitFor();
    await field('Link or short text of the invitation').fill('PC1-OK');
    await button(/^Connect$/).press('Enter');
    await page.getByRole('heading', { name: 'Corner Pharmacy', exact: true }).waitFor();
    await button('We see the same words').press('Enter');
    await page.getByText('You compared it with Corner Pharmacy').waitFor();
  });

  test('stopping everything says in numbers what it does and what it cannot', async () => {
    await open('', '#/peers');
    await button('Lakeside Cardiology').press('Enter');
    await button('Stop sharing everything with Lakeside Cardiology').press('Enter');
    const dialog = page.locator('pc-confirm wa-dialog');
    await dialog.getByText('from reading 2 charts from now on').waitFor();
    await dialog.getByText('can’t be taken back').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByText('They may read none').count()).toBe(0);
  });

  test('turning sharing off asks first, and turning it on is one press away', async () => {
    await open('', '#/settings');
    const sharing = page.getByRole('switch');
    await sharing.press(' ');
    await button('Disconnect').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('pc-confirm').waitFor({ state: 'detached' });
    await expect.poll(() => sharing.isChecked()).toBe(true);
    await sharing.press(' ');
    await button('Disconnect').press('Enter');
    await page.getByText('this browser connects to nobody').waitFor();
    await goTo(page, '#/peers');
    await button('Turn on sharing').press('Enter');
    await page.getByRole('link', { name: 'Connect with a practice' }).first().waitFor();
  });

  test('no screen asked anyone else for anything or was refused anything by the page’s policy', () => {
    demo.expectNothingAskedElsewhere();
  });
});

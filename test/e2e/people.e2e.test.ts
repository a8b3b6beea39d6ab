/** Joining, recovering, people and devices in a real browser over the demo session: for all, by keyboard, under the page's policy. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoPassphrase } from '../support/demo-door.ts';
import { DemoPage } from './support/demo-page.ts';
import { goBy, goTo, hasFocus } from './support/page-acts.ts';

const passphrase = 'copper window tallow brisk';
const phrase = new Array(24).fill('able').join(' ');

describe('people and devices', () => {
  let demo: DemoPage;
  let page: Page;

  beforeAll(async () => {
    demo = await DemoPage.start('people');
    page = demo.page;
  });

  afterAll(() => demo.close());

  const button = (name: string | RegExp) => demo.button(name);
  const field = (name: string) => demo.field(name);

  async function askToJoin(invitation: string): Promise<void> {
    await button('Join a practice').press('Enter');
    await field('Link or short text of the invitation').fill(invitation);
    await field('Your name').fill('Iris Blom');
    await field('Your passphrase on this computer').fill(passphrase);
    await field('Your passphrase on this computer, again').fill(passphrase);
    await page.keyboard.press('Enter');
  }

  async function askToRecover(invitation: string): Promise<void> {
    await button('Recover with the 24 words').press('Enter');
    await button('From another computer').press('Enter');
    await field('Recovery phrase (24 words)').fill(phrase);
    await field('Invitation from whoever holds the charts').fill(invitation);
    await field('Your name').fill('Ada Lindqvist');
    await field('New passphrase for this computer').fill(passphrase);
    await field('New passphrase for this computer, again').fill(passphrase);
    await page.keyboard.press('Enter');
  }

  for (const [theme, width, height] of [
    ['light', 1280, 844],
    ['dark', 390, 844],
    // 1280 pixels at 200 %
    ['light', 640, 422],
  ] as const) {
    test(`nothing serious for axe and nothing cut off, ${theme}, ${String(width)} pixels wide`, async () => {
      await page.setViewportSize({ width, height });
      await demo.open(`theme=${theme}&door=locked&several`);
      await demo.expectFit('who is working');
      await button('NB').click();
      await demo.expectFit('unlock one of two');
      await demo.open(`theme=${theme}&door=empty`, '#/join/abc');
      await button('Ask to join').click();
      await demo.expectFit('join by a link');
      await demo.open(`theme=${theme}&door=empty`);
      await askToJoin('PC1-OK, not compared');
      await page.locator('pc-short-code').waitFor();
      await demo.expectFit('compare the digits');
      await demo.open(`theme=${theme}&door=empty`);
      await askToRecover('stranger');
      await page.getByText('has never met the practice').waitFor();
      await demo.expectFit('recovery that failed');
      for (const [query, address] of [
        ['', '#/people'],
        ['asks', '#/people'],
        ['asks', '#/patients'],
        ['removed', '#/patients'],
        ['removed', '#/people'],
        ['arriving', '#/patients'],
        ['nurse', '#/people'],
        ['nurse', '#/people/add-device'],
        ['', '#/people/add-device'],
        ['', '#/people/add-person'],
        ['', '#/join/abc'],
      ] as const) {
        await demo.open(`theme=${theme}&${query}`, address);
        await demo.expectFit(`${query} ${address}`);
      }
      await demo.open(`theme=${theme}`, '#/people');
      await button('Bo Maas').click();
      await page.getByRole('heading', { name: 'Bo Maas’s Laptop' }).waitFor();
      await demo.expectFit('a device');
      await page.setViewportSize({ width: 1280, height: 844 });
    });
  }

  test('who works is chosen by arrow key and passphrase, and switching is two keys away', async () => {
    await demo.open('door=locked&several');
    await hasFocus(button('AL'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await hasFocus(field('Passphrase of NB'));
    await page.keyboard.type(demoPassphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
    await goBy(page, 'l', field('Passphrase of NB'));
    await hasFocus(field('Passphrase of NB'));
    await page.keyboard.type(demoPassphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
    await button('Switch person').press('Enter');
    await page.getByRole('heading', { name: 'Who is working?' }).waitFor();
  });

  test('with one person at a browser nobody is asked who they are', async () => {
    await demo.open('door=locked');
    await field('Passphrase').waitFor();
    expect(await page.locator('pc-who').count()).toBe(0);
  });

  test('a browser joins by keyboard: invitation, digits, charts; the sign-in name is the initials', async () => {
    await demo.open('door=empty');
    await button('Join a practice').press('Enter');
    await field('Your name').fill('Iris Blom');
    expect(await field('Name on the locked page').inputValue()).toBe('IB');
    await button('Back').press('Enter');
    await askToJoin('PC1-OK');
    await page.getByRole('img', { name: 'Code 4 8 2 9 1 3' }).waitFor();
    await page.getByText('Fetching the charts').waitFor();
    await page.getByRole('navigation').waitFor();
  });

  test('a link followed in the same tab leads to joining as well', async () => {
    await demo.open('door=empty');
    await goTo(page, '#/join/abc');
    await page.getByText('The invitation came with the link you opened').waitFor();
    await button('Back').press('Enter');
    await button('Make a practice').waitFor();
  });

  test('an invitation that has expired costs nobody what they typed', async () => {
    await demo.open('door=empty');
    await askToJoin('expired');
    await page.getByText('This invitation has expired').waitFor();
    expect(await field('Your name').inputValue()).toBe('Iris Blom');
    expect(await field('Your passphrase on this computer').inputValue()).toBe(passphrase);
  });

  test('different digits stop the joining, and it is said that nothing was stored', async () => {
    await demo.open('door=empty');
    await askToJoin('PC1-OK, not compared');
    await button('The digits are different: stop').press('Enter');
    await page.getByText('This browser belongs to no practice').waitFor();
  });

  test('what came back from a peer and what did not is said before the practice opens', async () => {
    await demo.open('door=empty');
    await askToRecover('PC1-OK');
    await page.getByText('214 charts came back').waitFor();
    await page.getByText('3 of them lack parts').waitFor();
    await button('Open the practice').press('Enter');
    await page.getByRole('navigation').waitFor();
  });

  test('a device is invited with a role, asks on any page, and is added once its digits are the same', async () => {
    await demo.open('', '#/people/add-device');
    await page.getByRole('radio', { name: /^Clinician/ }).press('ArrowDown');
    await button('Make an invitation').press('Enter');
    await page.getByRole('heading', { name: 'For a device with the role nurse' }).waitFor();
    await page.getByRole('img', { name: 'The invitation’s link as a QR code' }).waitFor();
    await demo.open('asks', '#/patients');
    await page.getByText('Iris Blom’s Android tablet asks to join').waitFor();
    await page.getByRole('link', { name: 'Compare' }).press('Enter');
    await page.getByRole('img', { name: 'Code 4 8 2 9 1 3' }).waitFor();
    await button('The codes are the same – add').press('Enter');
    await button('Iris Blom').waitFor();
    expect(await page.locator('pc-join-request').count()).toBe(0);
  });

  test('digits that are not the same add nobody', async () => {
    await demo.open('asks', '#/people');
    await button('Not the same').press('Enter');
    await page.getByText('Not added. The invitation is spent').waitFor();
    expect(await button('Iris Blom').count()).toBe(0);
  });

  test('a person is added at this computer; a name that is taken on the locked page is said at its field', async () => {
    await demo.open('', '#/people/add-person');
    await field('Their name').fill('Nils Berg');
    await field('Their passphrase').fill(passphrase);
    await field('Their passphrase, again').fill(passphrase);
    await page.keyboard.press('Enter');
    await page.getByText('has that name on the locked page already').first().waitFor();
    await field('Name on the locked page').fill('Nils');
    await page.keyboard.press('Enter');
    await page.getByText('as “Nils” on the locked page').waitFor();
  });

  test('a removal says what it does, needs a yes, and stands in the list of removed devices', async () => {
    await demo.open('', '#/people');
    await button('Bo Maas').press('Enter');
    await button('Remove Bo Maas’s Laptop').press('Enter');
    const dialog = page.locator('pc-confirm wa-dialog');
    await dialog.getByText('can read nothing written from now on, in 0 charts').waitFor();
    await dialog.getByText('Notes stay signed by Bo Maas').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await button('Remove Bo Maas’s Laptop').press('Enter');
    await button('Remove for good').press('Enter');
    await page.getByText('It can read nothing written since then').waitFor();
    await goBy(page, 'd', page.getByRole('table', { name: 'Removed devices' }));
    await page.getByRole('table', { name: 'Removed devices' }).getByRole('button', { name: 'Bo Maas' }).waitFor();
  });

  test('another role is given and taken back', async () => {
    await demo.open('', '#/people');
    await button('Bo Maas').press('Enter');
    await page.getByRole('radio', { name: /^Clinician/ }).press('ArrowDown');
    await button('Change the role').press('Enter');
    await page.getByText('Bo Maas: Nurse').waitFor();
    await button('Undo').press('Enter');
    await page.getByText('Clinician. Reads and writes every chart').waitFor();
  });

  test('an administrator who steps back is asked first, since nobody could undo it for them', async () => {
    await demo.open('', '#/people');
    await button('Dr. Ada Lindqvist').first().press('Enter');
    await page.getByRole('radio', { name: /^Administrator/ }).press('ArrowDown');
    await button('Change the role').press('Enter');
    await page.locator('pc-confirm wa-dialog').getByText('you can’t undo it yourself').waitFor();
    await button('Step back').press('Enter');
    await page.getByText('Dr. Ada Lindqvist: Clinician').waitFor();
    expect(await button('Undo').count()).toBe(0);
  });

  test('who is no administrator is told whom to ask, and can change nothing', async () => {
    await demo.open('nurse', '#/people');
    await page.getByText('ask Dr. Ada Lindqvist').waitFor();
    expect(await page.getByRole('link', { name: 'Add a device' }).count()).toBe(0);
    await button('Bo Maas').press('Enter');
    await page.getByRole('heading', { name: 'Bo Maas’s Laptop' }).waitFor();
    expect(await button(/^Remove/).count()).toBe(0);
  });

  test('a device that was removed is told calmly what is left to do', async () => {
    await demo.open('removed', '#/patients');
    await page.getByText('has removed this device').waitFor();
    await page.getByRole('link', { name: 'What is left to do' }).press('Enter');
    await page.getByText('ask Dr. Ada Lindqvist for a new invitation').waitFor();
  });

  test('no screen asked anyone else for anything or was refused anything by the page’s policy', () => {
    demo.expectNothingAskedElsewhere();
  });
});

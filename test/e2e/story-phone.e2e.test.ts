/**
 * A round of visits with a phone, 390 pixels wide and by finger alone, in a real browser: a patient is found, measured, prescribed for
 * against a warning and written about. Nothing is ever wider than the window.
 */
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

describe('a round with a phone', () => {
  let story: Story;
  let phone: PracticePage;

  tellStory('phone', async (told) => {
    story = told;
    const options = { viewport: { width: 390, height: 844 }, touch: true };
    phone = await told.open('phone', 'Hill Street Clinic', 'Dr Ada Hill', options);
    await phone.makePractice();
    await phone.importFiles([story.patientFile]);
  });

  async function typeInto(field: Locator, text: string): Promise<void> {
    await field.tap();
    await phone.page.keyboard.type(text);
  }

  async function turnTo(topic: string): Promise<void> {
    const nav = phone.page.getByRole('navigation', { name: 'Chart' });
    await nav.getByRole('link', { name: new RegExp(`^${topic}`) }).tap();
    await phone.page.getByRole('heading', { name: topic, exact: true }).waitFor();
    await expectToFit(topic);
  }

  async function expectToFit(where: string): Promise<void> {
    const widths = await phone.page.evaluate(() => {
      const main = document.querySelector('peerchart-app')?.shadowRoot?.querySelector('main');
      return [main?.scrollWidth ?? 0, document.documentElement.scrollWidth];
    });
    expect(Math.max(...widths), `${where} is wider than the window`).toBeLessThanOrEqual(390);
  }

  test('a patient is found by a part of the name', async () => {
    await phone.page.getByRole('navigation', { name: 'Practice' }).getByRole('link', { name: 'Patients' }).tap();
    await typeInto(phone.page.getByRole('searchbox', { name: /^Search by name/ }), 'quellm');
    await expectToFit('patients');
    await phone.page.getByRole('link', { name: 'Orsolya Quellmalz' }).first().tap();
    await phone.page.getByRole('heading', { name: /Quellmalz/, level: 1 }).waitFor();
    await expectToFit('summary');
  });

  test('vital signs are typed in, and what is out of all proportion is asked about', async () => {
    await turnTo('Vitals');
    await phone.button('Add vital signs').tap();
    const form = phone.page.getByRole('form', { name: 'Add vital signs' });
    await typeInto(form.getByRole('textbox', { name: 'Systolic' }), '1280');
    await typeInto(form.getByRole('textbox', { name: 'Diastolic' }), '82');
    await expectToFit('vital signs');
    await form.getByRole('button', { name: 'Save vital signs' }).tap();
    await form.getByRole('button', { name: 'Yes, save it so' }).waitFor();
    await form.getByRole('textbox', { name: 'Systolic' }).fill('128');
    await form.getByRole('button', { name: /^(Save vital signs|Yes, save it so)$/ }).tap();
    await form.waitFor({ state: 'hidden' });
    await phone.sees(/128\D{1,3}82/);
  });

  test('a prescription that is warned about needs a reason', async () => {
    await turnTo('Medications');
    await phone.button('Add a medication').tap();
    const form = phone.page.getByRole('form', { name: 'Add a medication' });
    await typeInto(form.getByRole('textbox', { name: /^Medication/ }), 'Tramvolox');
    await form.getByText('Taken already').waitFor();
    await expectToFit('a warning');
    await form.getByRole('button', { name: 'Add medication' }).tap();
    await typeInto(form.getByRole('textbox', { name: /^Why it is given all the same/ }), 'Two strengths');
    await form.getByRole('button', { name: 'Add medication' }).tap();
    await form.waitFor({ state: 'hidden' });
    await phone.sees('1 overridden with a reason, kept with the medication.');
  });

  test('a note is written and signed', async () => {
    await turnTo('Notes');
    await phone.button('Write a note').tap();
    await typeInto(phone.page.locator('pc-note-writer textarea'), 'Seen at home. Cough is better.');
    await expectToFit('a note');
    await phone.button('Sign …').tap();
    await phone.button('Sign as Dr Ada Hill').tap();
    await phone.page
      .getByRole('article')
      .filter({ hasText: 'Cough is better.' })
      .locator('pc-provenance')
      .filter({ hasText: 'Signed by Dr Ada Hill' })
      .waitFor();
  });

  test('the phone is locked by a tap, and shows nothing of a patient then', async () => {
    await phone.page.getByRole('button', { name: 'Lock', exact: true }).tap();
    await phone.page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await phone.page.getByText('Quellmalz').count()).toBe(0);
    await phone.unlock();
    expect([...phone.errors, ...phone.profile.errors]).toEqual([]);
  });
});

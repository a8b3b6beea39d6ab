/**
 * Five people of five roles at one workstation, in a real browser through the screen alone: what each is offered on every page and
 * what not, switching between them, locking by itself, and what the log says of each.
 */
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ChartActs } from './support/chart-acts.ts';
import { isPainted } from './support/page-acts.ts';
import { PeopleActs, type RoleWords } from './support/people-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

const people: readonly { readonly role: RoleWords; readonly name: string; readonly signIn: string }[] = [
  { role: 'Administrator', name: 'Dr Ada Hill', signIn: 'AH' },
  { role: 'Clinician', name: 'Cleo Marsh', signIn: 'CM' },
  { role: 'Nurse', name: 'Nora Brandt', signIn: 'NB' },
  { role: 'Front desk', name: 'Fynn Dale', signIn: 'FD' },
  { role: 'Reads only', name: 'Vera Lind', signIn: 'VL' },
];

const admins = ['Administrator'] as const;
const doctors = [...admins, 'Clinician'] as const;
const carers = [...doctors, 'Nurse'] as const;
const staff = [...carers, 'Front desk'] as const;

interface Offer {
  /** A button or a link. */
  readonly name: string | RegExp;
  readonly to: readonly RoleWords[];
}

/** Address → the heading by which the page is there, and what is offered on it. Those of a chart begin with a dot. */
const pages: readonly { readonly at: string; readonly heading: string; readonly offers: readonly Offer[] }[] = [
  {
    at: '#/patients',
    heading: 'Patients',
    offers: [
      { name: 'Import', to: doctors },
      { name: 'Register a patient', to: staff },
    ],
  },
  {
    at: '#/inbox',
    heading: 'Inbox',
    offers: [{ name: 'Add a task', to: staff }],
  },
  { at: '#/schedule', heading: 'Schedule', offers: [{ name: 'Book an appointment', to: staff }] },
  { at: '#/peers', heading: 'Peers', offers: [{ name: /^Connect with a practice/, to: admins }] },
  {
    at: '#/people',
    heading: 'People and devices',
    offers: [
      { name: 'Add a device', to: admins },
      { name: 'Add a person here', to: admins },
      { name: 'Add a keeper', to: admins },
    ],
  },
  { at: './', heading: 'Summary', offers: [{ name: 'Merge charts', to: staff }] },
  {
    at: './problems',
    heading: 'Problems',
    offers: [{ name: 'Add a problem', to: doctors }],
  },
  { at: './medications', heading: 'Medications', offers: [{ name: 'Add a medication', to: carers }] },
  { at: './allergies', heading: 'Allergies', offers: [{ name: 'Add an allergy', to: carers }] },
  { at: './vitals', heading: 'Vitals', offers: [{ name: 'Add vital signs', to: carers }] },
  { at: './results', heading: 'Results', offers: [{ name: 'Add a result', to: doctors }] },
  {
    at: './notes',
    heading: 'Notes',
    offers: [
      { name: 'Write a note', to: staff },
      { name: 'Templates', to: doctors },
    ],
  },
  { at: './documents', heading: 'Documents', offers: [{ name: 'Add a document', to: staff }] },
  { at: './details', heading: 'Patient details', offers: [{ name: 'Save details', to: staff }] },
  {
    at: './sharing',
    heading: 'Sharing',
    offers: [
      { name: 'Share this chart', to: admins },
      { name: 'Hand over …', to: admins },
    ],
  },
];

describe('five people at one workstation', () => {
  let story: Story;
  let desk: PracticePage;
  let chart: ChartActs;
  let acts: PeopleActs;
  let address: string;

  tellStory('roles', async (told) => {
    story = told;
    desk = await told.open('desk', 'Hill Street Clinic', 'Dr Ada Hill');
    chart = new ChartActs(desk);
    acts = new PeopleActs(desk);
  });

  const passphraseOf = (name: string): string =>
    name === desk.words.person ? desk.words.passphrase : `lantern gravel thimble orchard ${name}`;
  const offered = (name: string | RegExp): Locator =>
    desk.page.getByRole('button', { name }).or(desk.page.getByRole('link', { name }));

  test('[ID-6] an administrator adds four people, each with a passphrase of their own', async () => {
    await desk.makePractice();
    await desk.importFiles([story.patientFile]);
    await chart.open('Quellmalz');
    address = await desk.page.evaluate(() => location.hash);
    for (const { role, name, signIn } of people.slice(1))
      await acts.addPersonHere({ name, passphrase: passphraseOf(name) }, role, signIn);
  });

  for (const { role, name, signIn } of people) {
    test(`[ID-4] ${role} is offered what the role may do, and nothing else`, async () => {
      await acts.switchPerson(signIn, passphraseOf(name));
      const wrong: string[] = [];
      for (const { at, heading, offers } of pages) {
        await desk.go(at.replace(/^\.\/?/, `${address}/`).replace(/\/$/, ''));
        await desk.page.getByRole('heading', { name: heading, exact: true }).waitFor();
        for (const offer of offers) {
          const mayHave = offer.to.includes(role);
          if (mayHave) await offered(offer.name).first().waitFor();
          const isThere = (await offered(offer.name).count()) > 0;
          if (isThere !== mayHave) wrong.push(`${at}: ${String(offer.name)}`);
        }
        // By its key neither: a form that would be refused when it is saved.
        if (at.startsWith('./') && offers.every(({ to }) => !to.includes(role))) {
          await desk.page.keyboard.press('n');
          await isPainted(desk.page);
          if ((await desk.page.getByRole('form', { name: /^(Add|Write|Share)/ }).count()) > 0) wrong.push(`${at}: n`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  test('[ID-4] who only reads can change no entry, and is told who decides', async () => {
    await desk.go(`${address}/problems`);
    await chart.row('Kettlewell-syndrome').click();
    const panel = desk.page.getByRole('complementary', { name: 'Entry' });
    await panel.locator('pc-provenance').filter({ hasText: 'Last written by Dr Ada Hill' }).waitFor();
    expect(await panel.getByRole('button', { name: /^(Change|Entered in error)$/ }).count()).toBe(0);
    await desk.go(`${address}/sharing`);
    await desk.sees('An administrator of your practice decides who reads this chart.');
    for (const page of ['#/people', '#/people/add-device', '#/people/add-person', '#/peers/new']) {
      await desk.go(page);
      await desk.sees(/Only an administrator may .*: ask Dr Ada Hill\./);
    }
    await desk.go('#/audit');
    await desk.sees('What was done at this device by you.');
    expect(await desk.button('Look through the whole log').count()).toBe(0);
    expect(await desk.page.getByRole('cell', { name: /Cleo Marsh/ }).count()).toBe(0);
  });

  test('[AU-2] the administrator reads who opened what, person by person', async () => {
    await acts.switchPerson('AH', desk.words.passphrase);
    await desk.go('#/audit');
    for (const { name } of people) {
      const opened = desk.page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Opened the chart' });
      await opened.first().waitFor();
    }
    await desk.page.getByRole('combobox', { name: 'Person and device' }).click();
    await desk.page.getByRole('option', { name: /^Vera Lind/ }).click();
    await desk.page
      .getByRole('cell', { name: /^Cleo Marsh/ })
      .first()
      .waitFor({ state: 'detached' });
    await desk.page
      .getByRole('cell', { name: /^Vera Lind/ })
      .first()
      .waitFor();
  });

  test('the page locks by itself when nobody is at work, and says so in the log', async () => {
    await desk.page.clock.install();
    await desk.go('#/settings');
    await desk.page.getByRole('combobox', { name: 'Lock when nobody is at work for' }).click();
    await desk.page.getByRole('option', { name: '5 minutes', exact: true }).click();
    // Life goes on meanwhile: half a minute is left for a slow machine.
    await desk.page.clock.fastForward('04:30');
    await desk.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await desk.page.clock.fastForward('00:40');
    await desk.page.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await desk.page.getByText('Quellmalz').count()).toBe(0);
    await desk.page.getByRole('textbox', { name: 'Passphrase of AH' }).fill(desk.words.passphrase);
    await desk.page.keyboard.press('Enter');
    await desk.atWork();
    await desk.go('#/audit');
    await desk.page.getByRole('row').filter({ hasText: 'Locked' }).getByText('because nobody worked').waitFor();
    expect([...desk.errors, ...desk.profile.errors]).toEqual([]);
  });
});

/**
 * Two charts of one person in a real browser, through the screen alone: merged after a preview, read as one, who sees which part,
 * taken apart with both files byte for byte as they were; merged again, written into, settled, and taken apart once more.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findings } from './support/axe.ts';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const active = { clinicalStatus: { coding: [{ code: 'active' }] } };

function file(id: string, given: string, birthDate: string, number: string, ...resources: readonly object[]): string {
  const patient = {
    resourceType: 'Patient',
    id,
    name: [{ family: 'Vantongeren', given: [given] }],
    gender: 'female',
    birthDate,
    identifier: [{ value: number }],
  };
  const about = resources.map((resource) => ({ ...resource, subject: { reference: `Patient/${id}` } }));
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [patient, ...about].map((resource) => ({ resource })),
  });
}

describe('two charts of one person', () => {
  let story: Story;
  let clinic: PracticePage;
  let atClinic: ChartActs;
  const before = new Map<string, string>();

  tellStory('merge', async (told) => {
    story = told;
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    atClinic = new ChartActs(clinic);
  });

  const strip = () => clinic.page.locator('pc-merged-strip');

  async function expectAccessible(): Promise<void> {
    expect((await findings(clinic.page)).map(({ words }) => words)).toEqual([]);
  }

  async function shot(name: string): Promise<void> {
    const folder = process.env['PEERCHART_SHOTS'];
    if (folder === undefined) return;
    for (const width of [1280, 390]) {
      await clinic.page.setViewportSize({ width, height: 844 });
      await clinic.page.screenshot({ path: join(folder, `${name}-${String(width)}.png`) });
    }
    await clinic.page.setViewportSize({ width: 1280, height: 844 });
  }

  async function exportHere(): Promise<string> {
    const downloading = clinic.page.waitForEvent('download');
    await clinic.button('Export').click();
    return readFile(await (await downloading).path(), 'utf8');
  }

  async function exportOf(patient: string): Promise<string> {
    await atClinic.open(patient);
    return exportHere();
  }

  async function merge(): Promise<void> {
    await atClinic.open('Henrietta');
    await clinic.page.getByRole('link', { name: 'Merge charts' }).click();
    await clinic.button(/^Same person …/).click();
    await clinic.button('Same person: merge').click();
    await strip().waitFor();
  }

  /** Gives back what was asked before it was done. */
  async function takeApart(): Promise<string> {
    await strip().getByRole('link', { name: 'Merged charts' }).click();
    await clinic.button('Take apart …').click();
    const question = clinic.page.locator('pc-confirm');
    await question.getByText('Nothing is moved or deleted.').waitFor();
    await shot('merge-undo');
    const said = await question.locator('wa-dialog').innerText();
    await question.getByRole('button', { name: 'Take apart' }).click();
    await strip().waitFor({ state: 'detached' });
    await clinic.go('#/patients');
    await clinic.sees('2 patients');
    return said;
  }

  test('stand as two patients, with what only both together would show', async () => {
    await clinic.makePractice();
    const [one, two] = [join(story.folder, 'one.json'), join(story.folder, 'two.json')];
    await writeFile(
      one,
      file('pa', 'Henrietta', '1961-04-02', 'MRN-100', {
        resourceType: 'MedicationRequest',
        id: 'm1',
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: 'Amoxicillin 500 mg' },
      }),
    );
    await writeFile(
      two,
      file('pb', 'Hettie', '1961-02-04', 'OLD-7', {
        ...{ resourceType: 'AllergyIntolerance', id: 'a1', code: { text: 'Penicillin' } },
        ...active,
        patient: { reference: 'Patient/pb' },
      }),
    );
    await clinic.importFiles([one, two]);
    for (const name of ['Henrietta', 'Hettie']) before.set(name, await exportOf(name));
    await clinic.go('#/patients');
    await clinic.sees('2 patients');
  });

  test('are merged after a preview in numbers of what will have to be settled and which alerts arise', async () => {
    await atClinic.open('Henrietta');
    await clinic.page.getByRole('link', { name: 'Merge charts' }).click();
    await clinic.sees('birth date with day and month swapped');
    await shot('merge-page');
    await expectAccessible();
    await clinic.button(/^Same person …/).click();
    await clinic.sees('Is this the same person?');
    await clinic.sees(
      '1 entry of your chart No. MRN-100 and 1 entry of your chart No. OLD-7 will be read as one chart.',
    );
    await clinic.sees('1 medication alert');
    await clinic.sees('2 statements will have to be settled.');
    await shot('merge-preview');
    await expectAccessible();
    await clinic.button('Same person: merge').click();
    await strip().waitFor();
    await strip().getByText('your chart No. MRN-100, read by nobody else · new entries go here').waitFor();
    await clinic.sees('Allergies: Penicillin');
    await clinic.sees('1 medication alert');
    await shot('merged-summary');
    await expectAccessible();
  });

  test('are one row, found by either name and number, and say who reads which part', async () => {
    await clinic.go('#/patients');
    await clinic.sees('1 patient');
    await clinic.page.getByRole('searchbox', { name: /^Search by name/ }).fill('old 7');
    await clinic.page.getByRole('link', { name: 'Henrietta Vantongeren' }).waitFor();
    await shot('merged-in-list');
    await clinic.page.keyboard.press('Enter');
    await strip().waitFor();
    await atClinic.turnTo('Sharing');
    await clinic.sees('Each chart keeps its own readers.');
    await clinic.page.getByRole('region', { name: 'Sharing of your chart No. OLD-7' }).waitFor();
    await shot('merged-sharing');
    await expectAccessible();
    await atClinic.turnTo('Allergies');
    await clinic.page.locator('abbr.part', { hasText: 'B' }).first().waitFor();
  });

  test('are taken apart after a question in words and numbers, and both files are byte for byte as they were', async () => {
    const question = await takeApart();
    expect(question).toContain('The 2 charts of this patient stand as 2 patients in the list again');
    expect(question).toContain('0 entries in your chart No. MRN-100, 0 entries in your chart No. OLD-7');
    expect(question).toContain('1 medication alert that only both together raise is no longer shown.');
    for (const [name, whole] of before) expect(await exportOf(name)).toBe(whole);
    await clinic.seesNoMore('1 medication alert');
  });

  test('are merged again, and what is written then goes where it was said to go', async () => {
    await merge();
    await atClinic.add('Problems', 'Add a problem', { Problem: 'Asthma' }, 'Add problem');
    await atClinic.row('Asthma').waitFor();
    await clinic.page.getByRole('row').filter({ hasText: 'Asthma' }).locator('abbr.part', { hasText: 'A' }).waitFor();
  });

  test('are settled where they name two people, by a choice that is written into the other chart', async () => {
    await atClinic.turnTo('To settle');
    await atClinic.seesBoth('Birth date', '2 Apr 1961', '4 Feb 1961');
    await shot('merged-settle');
    await expectAccessible();
    await atClinic.choose('Birth date', 'Take 2 Apr 1961');
    await atClinic.choose('Name', 'Take Henrietta Vantongeren');
    await clinic.sees('Everything is settled');
  });

  test('keep, taken apart again, what was written in each; the former name is kept beside the one that was taken', async () => {
    expect(await takeApart()).toContain('1 entry in your chart No. MRN-100, 1 entry in your chart No. OLD-7');
    const search = clinic.page.getByRole('searchbox', { name: /^Search by name/ });
    const exported = new Map<string, string>();
    for (const number of ['MRN-100', 'OLD-7']) {
      await clinic.go('#/patients');
      await search.fill(number);
      await clinic.page.getByRole('row').filter({ hasText: number }).getByRole('link').click();
      exported.set(number, await exportHere());
    }
    expect(exported.get('MRN-100')).toContain('Asthma');
    expect(exported.get('MRN-100')).not.toContain('Penicillin');
    const other = exported.get('OLD-7') ?? '';
    expect(other).not.toContain('Asthma');
    expect(other).toContain('"use":"old"');
    expect(other).toContain('Hettie');
    expect(other).toContain('1961-04-02');
    expect([...clinic.errors, ...clinic.profile.errors]).toEqual([]);
  });
});

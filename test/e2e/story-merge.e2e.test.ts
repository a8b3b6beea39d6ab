/**
 * Two charts of one person in a real browser, through the screen alone: merged after a preview, read as one row and one chart,
 * and who sees which part. That taking them apart leaves both as they were is shown in test/app/merges.test.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { describe, expect, test } from 'vitest';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

declare global {
  var axe: { run: (context: Document, options: object) => Promise<AxeResults> };
}

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
  let axeSource: string;

  tellStory('merge', async (told) => {
    story = told;
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    atClinic = new ChartActs(clinic);
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });

  const strip = () => clinic.page.locator('pc-merged-strip');

  async function expectAccessible(): Promise<void> {
    await clinic.page.evaluate(axeSource);
    const { violations } = await clinic.page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`)).toEqual([]);
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
});

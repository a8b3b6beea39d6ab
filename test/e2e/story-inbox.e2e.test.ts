/**
 * A laboratory and a clinic with one chart between them, in two real browsers through the screen alone: results that wait in the
 * inbox, an alert that only the meeting of two offline halves raises, one note that both write. One story, part by part.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ChartActs } from './support/chart-acts.ts';
import { hasFocus } from './support/page-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

const labName = 'Lakeside Laboratory';
const clinicName = 'Hill Street Clinic';
const patient = 'Ottoline Ferncastle';
const alertWords = 'Penicillin is recorded as an allergy.';

/** Taken today: what is older is history, and waits for nobody. */
function patientFile(takenAt: string): string {
  const subject = { reference: 'Patient/p' };
  const result = (id: string, test: string, value: number, judgement: string, low: number, high: number) => ({
    ...{ resourceType: 'Observation', id, status: 'final', subject, effectiveDateTime: takenAt },
    category: [{ coding: [{ code: 'laboratory' }] }],
    code: { text: test },
    valueQuantity: { value, unit: 'mmol/L' },
    interpretation: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: judgement }] },
    ],
    referenceRange: [{ low: { value: low, unit: 'mmol/L' }, high: { value: high, unit: 'mmol/L' } }],
  });
  const resources = [
    {
      ...{ resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1958-03-09' },
      name: [{ family: 'Ferncastle', given: ['Ottoline'] }],
    },
    result('chloride', 'Chloride', 101, 'N', 98, 107),
    result('glucose', 'Glucose', 8.2, 'H', 3.9, 5.6),
    result('sodium', 'Sodium', 140, 'N', 135, 145),
    result('potassium', 'Potassium', 7.4, 'HH', 3.5, 5.1),
  ];
  return JSON.stringify({
    ...{ resourceType: 'Bundle', type: 'collection' },
    entry: resources.map((resource) => ({ resource })),
  });
}

describe('a laboratory and a clinic with one chart', () => {
  let story: Story;
  let lab: PracticePage;
  let clinic: PracticePage;
  let atLab: ChartActs;
  let atClinic: ChartActs;

  tellStory('inbox', async (told) => {
    story = told;
    lab = await told.open('lab', labName, 'Dr Noor Berg');
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    atLab = new ChartActs(lab);
    atClinic = new ChartActs(clinic);
  });

  const results = (): Locator => clinic.page.locator('pc-inbox-results');
  const result = (words: string): Locator => results().getByRole('listitem').filter({ hasText: words });
  const words = (at: PracticePage): Locator => at.page.locator('pc-note-writer textarea');
  const note = (at: PracticePage, text: string): Locator =>
    at.page.locator('pc-notes-page > *, pc-note-card').getByRole('article').filter({ hasText: text }).first();

  async function goOnWriting(at: PracticePage): Promise<void> {
    await at.page
      .getByRole('region', { name: 'One draft, not signed' })
      .getByRole('button', { name: 'Go on writing' })
      .click();
    await words(at).waitFor();
  }

  async function keepAsDraft(at: PracticePage): Promise<void> {
    await at.button('Keep as draft').click();
    await at.page.locator('pc-note-writer').waitFor({ state: 'detached' });
  }

  test('results that a laboratory shares wait in the clinic’s inbox, the critical one first', async () => {
    const file = join(story.folder, 'ferncastle.json');
    await writeFile(file, patientFile(new Date().toISOString()));
    await Promise.all([lab.makePractice(), clinic.makePractice()]);
    await lab.importFiles([file]);
    await clinic.accept(await lab.invite('link'));
    await lab.waitsForPeers(1);
    await atLab.open(patient);
    await atLab.share({ with: clinicName, right: 'Read and write' });
    await clinic.go('#/inbox');
    await clinic.sees(`${labName} shares the chart of ${patient} with you.`);
    await result('Chloride').waitFor();
    await expect
      .poll(() => results().getByRole('heading', { level: 3 }).allInnerTexts())
      .toEqual(['Critical 1', 'Abnormal 1', 'Normal 2']);
    await result('Potassium').getByText('Critical: high').waitFor();
    await result('Potassium').getByText(`by Dr Noor Berg, ${labName}`).waitFor();
  });

  test('one is acknowledged with a note and a plan, which is a task; those called normal together, with undo', async () => {
    await result('Potassium').getByRole('button', { name: 'Note or plan …' }).click();
    const form = clinic.page.getByRole('form', { name: 'Note or plan' });
    await form.getByRole('textbox', { name: 'What was done' }).fill('Called the patient at once');
    await form.getByRole('button', { name: 'Repeat in 2 weeks' }).click();
    await form.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await clinic.sees('Acknowledged, and the task made.');
    await result('Potassium').waitFor({ state: 'detached' });
    await clinic.page.locator('pc-inbox-tasks').getByText('Repeat in 2 weeks: Potassium', { exact: true }).waitFor();

    await clinic.button('Acknowledge 2 normal results').click();
    await clinic.sees('2 results acknowledged.');
    await result('Sodium').waitFor({ state: 'detached' });
    await clinic.button('Undo').click();
    await result('Sodium').waitFor();
    await clinic.button('Acknowledge 2 normal results').click();
    await result('Chloride').waitFor({ state: 'detached' });
    await result('Glucose').getByRole('button', { name: /^Seen/ }).click();
    await results().waitFor({ state: 'detached' });
  });

  test('a corrected result waits anew, with what was noted about the one before; the task is ticked off', async () => {
    await atLab.change('Results', 'Potassium', 'Correct', 'Correct the result', { Result: '6.8' }, 'Save correction');
    await result('Potassium').getByText('6.8 mmol/L').waitFor();
    await result('Potassium').getByText('Corrected').waitFor();
    await result('Potassium').getByRole('link').click();
    await atClinic.row('Potassium').click();
    const seen = clinic.page.locator('pc-result-seen');
    await seen.getByText('Changed since it was seen').waitFor();
    await seen.getByText(/Seen by Dr Ada Hill, .*: Called the patient at once/).waitFor();
    await seen.getByRole('link', { name: 'In the inbox' }).click();
    await result('Potassium').getByRole('button', { name: /^Seen/ }).click();
    await results().waitFor({ state: 'detached' });
    const tasks = clinic.page.locator('pc-inbox-tasks');
    await tasks.getByRole('button', { name: /^Done/ }).click();
    await tasks.getByRole('button', { name: /^Open again/ }).waitFor();
  });

  test('a note begun from a template is a draft that the other practice can go on with', async () => {
    await atClinic.open(patient);
    await atClinic.turnTo('Notes');
    await clinic.button('Write a note').click();
    const form = clinic.page.getByRole('form', { name: 'Write a note' });
    await form.getByRole('combobox', { name: 'Template' }).click();
    await clinic.page.getByRole('option', { name: 'SOAP' }).click();
    await form.getByText('Draft saved. It is not signed yet.').waitFor();
    expect(await words(clinic).inputValue()).toBe('Subjective:\n\n\nObjective:\n\n\nAssessment:\n\n\nPlan:\n');
    await hasFocus(words(clinic));
    await clinic.page.keyboard.type('Tired for a week.');
    await keepAsDraft(clinic);
    await atLab.turnTo('Notes');
    await note(lab, 'Tired for a week.').getByText('Draft, not signed').waitFor();
  });

  test('while each is alone, the clinic prescribes and the laboratory records an allergy; both write in the draft', async () => {
    await lab.lock();
    await goOnWriting(clinic);
    await words(clinic).press('ControlOrMeta+End');
    await clinic.page.keyboard.type('Amoxicillin for the sore throat.');
    await keepAsDraft(clinic);
    await atClinic.add('Medications', 'Add a medication', { Medication: 'Amoxicillin 500 mg' }, 'Add medication');
    await clinic.lock();

    await lab.unlock();
    await atLab.open(patient);
    await atLab.add('Allergies', 'Add an allergy', { Substance: 'Penicillin', Reaction: 'Anaphylaxis' }, 'Add allergy');
    await atLab.turnTo('Notes');
    expect(await lab.page.getByText('Amoxicillin for the sore throat.').count()).toBe(0);
    await goOnWriting(lab);
    await words(lab).press('ControlOrMeta+Home');
    await lab.page.keyboard.type('Haemolysis excluded.\n');
    await keepAsDraft(lab);
  });

  test('the alert that only both halves raise waits in the inbox, and is answered in the chart with a reason', async () => {
    await clinic.unlock();
    await clinic.go('#/inbox');
    const alerts = clinic.page.locator('pc-inbox-alerts');
    await alerts.getByText(alertWords).waitFor();
    await alerts.getByRole('link', { name: /^Answer/ }).click();
    await clinic.button('Keep, with a reason').click();
    await clinic.field('Why it is kept').fill('Skin test was negative in May');
    await clinic.button('Keep it').click();
    await clinic.sees('1 overridden with a reason, kept with the medication.');
    // Whoever looked before sees what is new since.
    await atClinic.turnTo('Changes');
    const changed = clinic.page.getByRole('listitem').filter({ hasText: 'Penicillin' });
    await changed.first().getByText('New', { exact: true }).waitFor();
    await clinic.go('#/inbox');
    await alerts.waitFor({ state: 'detached' });
    await clinic.go('#/audit');
    await clinic.page
      .getByRole('row')
      .filter({ hasText: 'Overrode a warning' })
      .getByText('Skin test was negative in May')
      .waitFor();
  });

  test('the draft holds what both typed; what one types appears under the other’s eyes', async () => {
    await atClinic.open(patient);
    await atClinic.turnTo('Notes');
    await goOnWriting(clinic);
    await expect
      .poll(() => words(clinic).inputValue())
      .toBe(
        'Haemolysis excluded.\nSubjective:\nTired for a week.\n\nObjective:\n\n\nAssessment:\n\n\nPlan:\nAmoxicillin for the sore throat.',
      );
    await atLab.turnTo('Notes');
    await goOnWriting(lab);
    await words(clinic).press('ControlOrMeta+End');
    await clinic.page.keyboard.type(' Back in two weeks.');
    await expect.poll(() => words(lab).inputValue()).toMatch(/Back in two weeks\.$/);
    await lab.sees(`Dr Ada Hill, ${clinicName}, is also writing this.`);
  });

  test('once it is signed nobody writes in it: an addendum stands under it, a correction beside what was signed', async () => {
    await clinic.button('Sign …').click();
    await clinic.button('Sign as Dr Ada Hill').click();
    await clinic.page.locator('pc-note-writer').waitFor({ state: 'detached' });
    await note(clinic, 'Haemolysis excluded.')
      .locator('pc-provenance')
      .filter({ hasText: 'Signed by Dr Ada Hill' })
      .waitFor();
    await lab.sees('Dr Ada Hill has signed this note');
    await lab.button('Close').click();
    await note(lab, 'Haemolysis excluded.')
      .locator('pc-provenance')
      .filter({ hasText: 'Signed by Dr Ada Hill' })
      .waitFor();

    await note(lab, 'Haemolysis excluded.').getByRole('button', { name: 'Addendum' }).click();
    await words(lab).fill('Potassium repeated: 4.4 mmol/L.');
    await lab.button('Sign …').click();
    await lab.button('Sign as Dr Noor Berg').click();
    await note(clinic, 'Haemolysis excluded.').getByText('Potassium repeated: 4.4 mmol/L.').waitFor();

    await note(clinic, 'Haemolysis excluded.').getByRole('button', { name: 'Correct' }).first().click();
    await words(clinic).fill((await words(clinic).inputValue()).replace('two weeks', 'three days'));
    await clinic.button('Sign …').click();
    await clinic.button('Sign as Dr Ada Hill').click();
    const corrected = note(lab, 'Back in three days.');
    await corrected.waitFor();
    await corrected.getByRole('button', { name: 'Before this correction' }).click();
    await corrected.getByText('Back in two weeks.').waitFor();
  });

  test('[AU-2] each practice’s log says what was done there, and no page reported an error', async () => {
    await lab.go('#/audit');
    for (const kind of ['Shared', 'Opened the chart', 'Wrote in the chart', 'Signed in'])
      await lab.page.getByRole('cell', { name: kind, exact: true }).first().waitFor();
    expect(await lab.page.getByText('Overrode a warning').count()).toBe(0);
    expect([...clinic.errors, ...clinic.profile.errors, ...lab.errors, ...lab.profile.errors]).toEqual([]);
  });
});

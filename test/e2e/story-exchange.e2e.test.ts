/**
 * Two practices that are never at work at the same hour and hand each other files: saved by the one, taken in by the other, and the
 * answer back, in two real browsers through the screen alone (RE-5).
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { patientName } from './support/canary-bundle.ts';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const specialistName = 'Lung Practice North';

describe('two practices without a network', () => {
  let clinic: PracticePage;
  let specialist: PracticePage;
  let atClinic: ChartActs;
  let atSpecialist: ChartActs;

  tellStory('exchange', async (told) => {
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    specialist = await told.open('specialist', specialistName, 'Dr Noor Berg');
    atClinic = new ChartActs(clinic);
    atSpecialist = new ChartActs(specialist);
    await Promise.all([clinic.makePractice(), specialist.makePractice()]);
    await clinic.importFiles([told.patientFile]);
    await specialist.accept(await clinic.invite('link'));
    await clinic.waitsForPeers(1);
    await atClinic.open('Quellmalz');
    await atClinic.share({ with: specialistName, right: 'Read and write' });
    await specialist.go('#/inbox');
    await specialist.sees(patientName);
    await atSpecialist.open('Quellmalz');
    await atSpecialist.turnTo('Medications');
    await specialist.sees('two-tablets-at-dusk-xq');
  });

  /** The path of the file that the browser saved. */
  async function saved(by: PracticePage, press: string): Promise<string> {
    const [download] = await Promise.all([by.page.waitForEvent('download'), by.button(press).click()]);
    expect(download.suggestedFilename()).toMatch(/^for-[A-Za-z-]+-\d{4}-\d{2}-\d{2}\.peerchart$/);
    const path = join(by.profile.folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  async function toPeer(at: PracticePage, name: string): Promise<void> {
    await at.go('#/peers');
    await at.page.getByText(name, { exact: true }).first().click();
    // The page of all peers has a panel of that name too.
    await at.page.getByRole('heading', { name, level: 1 }).waitFor();
    await at.page.getByRole('heading', { name: 'Without a network' }).waitFor();
  }

  const takeIn = (at: PracticePage, path: string): Promise<void> =>
    at.page.getByLabel('File from another practice or device').setInputFiles(path);

  test('[RE-5] what the clinic wrote while the other was away is shown there from a file, and the answer comes back', async () => {
    await specialist.lock();
    await atClinic.open('Quellmalz');
    await atClinic.changeDose('Tramvolox', '75', 'milligram');
    await toPeer(clinic, specialistName);
    const file = await saved(clinic, `Save for ${specialistName}`);
    await clinic.sees('It holds what');
    await clinic.lock();

    await specialist.unlock();
    await specialist.go('#/peers');
    await takeIn(specialist, file);
    await specialist.sees('1 chart got something new.');
    const answer = await saved(specialist, `Save the answer for ${clinicName}`);
    await atSpecialist.open('Quellmalz');
    await atSpecialist.turnTo('Medications');
    await specialist.sees(/75 ?(mg|milligram)/);
    await specialist.lock();

    await clinic.unlock();
    await toPeer(clinic, specialistName);
    await takeIn(clinic, answer);
    await clinic.sees('It holds nothing that is not here already.');
    await atClinic.open('Quellmalz');
    await clinic.sees(`up to date at ${specialistName}`);
    // A file of one's own, or something else, says what it is.
    await toPeer(clinic, specialistName);
    await takeIn(clinic, file);
    await clinic.sees('This device can’t open the file');
  });
});

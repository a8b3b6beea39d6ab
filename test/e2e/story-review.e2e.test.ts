/**
 * What happens to a chart beside writing in it, in two real browsers through the screen alone: work set aside and looked at, admitted
 * and hidden, its marks in the history; an end date; the record of disclosure; the chart handed over. One story, part by part.
 */
import { describe, expect, test } from 'vitest';
import { patientName } from './support/canary-bundle.ts';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { ReviewActs } from './support/review-acts.ts';
import { tellStory, type Story } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const specialistName = 'Lung Practice North';
const clinician = `Dr Ada Hill, ${clinicName}`;
const specialistPerson = `Dr Noor Berg, ${specialistName}`;

describe('a chart reviewed and handed over', () => {
  let story: Story;
  let clinic: PracticePage;
  let specialist: PracticePage;
  let atClinic: ChartActs;
  let atSpecialist: ChartActs;
  let review: ReviewActs;

  tellStory('review', async (told) => {
    story = told;
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    specialist = await told.open('specialist', specialistName, 'Dr Noor Berg');
    atClinic = new ChartActs(clinic);
    atSpecialist = new ChartActs(specialist);
    review = new ReviewActs(clinic, atClinic);
  });

  test('a clinic shares a chart with a specialist', async () => {
    await Promise.all([clinic.makePractice(), specialist.makePractice()]);
    await clinic.importFiles([story.patientFile]);
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

  test('[CUT-4] what the specialist wrote offline after sharing stopped waits, with what it would change', async () => {
    await specialist.lock();
    await atClinic.stopSharing(specialistName);
    await clinic.lock();
    await specialist.unlock();
    await atSpecialist.open('Quellmalz');
    await atSpecialist.changeDose('Tramvolox', '999', 'microgram');
    await atSpecialist.add('Problems', 'Add a problem', { Problem: 'Bronchitis' }, 'Add problem');
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await clinic.sees('2 changes set aside');
    await atClinic.turnTo('Set aside');
    const dose = review.group(specialistPerson, 'Medications');
    await dose.getByText('Tramvolox').waitFor();
    await expect
      .poll(() => dose.locator('dl').innerText())
      .toMatch(/Dose[\s\S]*two-tablets-at-dusk-xq[\s\S]*→[\s\S]*999 microgram/);
    await review.group(specialistPerson, 'Problems').getByText('Bronchitis').first().waitFor();
    await atClinic.turnTo('Medications');
    await clinic.sees('set aside and not in this list');
    await clinic.seesNoMore(/999 microgram/);
  });

  test('[CUT-4] one is admitted after a question in numbers and counts; the other is hidden and does not', async () => {
    await atClinic.turnTo('Set aside');
    await review.choose(review.group(specialistPerson, 'Medications'));
    await clinic.button('Admit …').click();
    await clinic.sees(`1 change by ${specialistPerson} will count in Medications.`);
    await review.confirm('Admit 1 change');
    await review.group(specialistPerson, 'Medications').waitFor({ state: 'hidden' });
    await review.choose(review.group(specialistPerson, 'Problems'));
    await clinic.button('Hide here').click();
    await clinic.sees('Nothing waits for review');
    await clinic.button('Show 1 hidden change').click();
    await review.group(specialistPerson, 'Problems').getByText('Bronchitis').first().waitFor();
    await atClinic.turnTo('Medications');
    await clinic.sees(/999 microgram/);
    await atClinic.turnTo('Problems');
    await clinic.sees('Kettlewell-syndrome');
    await clinic.seesNoMore('Bronchitis');
  });

  test('[CUT-4] the history says who wrote it, what stood before, and who admitted it', async () => {
    const history = await review.historyOf('Medications', 'Tramvolox');
    await history.getByText('999 microgram').waitFor();
    await history.getByText('before: two-tablets-at-dusk-xq').waitFor();
    await history.getByText(specialistPerson).first().waitFor();
    await history.getByText(`Set aside at first. Admitted by ${clinician} on`).waitFor();
  });

  test('[CH-8] sharing again has an end date, which can be moved', async () => {
    await atClinic.share({ with: specialistName, right: 'Read' });
    const year = String(new Date().getFullYear() + 1);
    await review.changeEndDate(specialistName, `${year}-06-30`);
    await clinic.page
      .getByRole('table', { name: `Shared with ${specialistName}` })
      .getByText(`30 Jun ${year}`)
      .first()
      .waitFor();
    await atSpecialist.open('Quellmalz');
    await specialist.sees(`Kept by ${clinicName}, you may read`);
  });

  test('[CH-9] the record of disclosure tells it all, is sorted and filtered, and comes as a file', async () => {
    const record = clinic.page.locator('pc-disclosure-record');
    await record.getByText('Read and write').first().waitFor();
    await record.getByRole('button', { name: 'Until' }).press('Enter');
    await expect
      .poll(() => record.getByRole('columnheader', { name: 'Until' }).getAttribute('aria-sort'))
      .toBe('descending');
    await record.getByRole('radio', { name: 'Now' }).click();
    await record.getByText('Read and write').waitFor({ state: 'hidden' });
    await record.getByText('goes on').first().waitFor();
    const lines = await review.exportedDisclosure();
    const ended = lines.filter((line) => line.includes('"write"') && line.includes('"stopped"'));
    expect(ended.length).toBeGreaterThan(0);
    for (const line of ended) expect(line).toContain('"Dr Ada Hill"');
    expect(lines.some((line) => line.includes('"medications"') && line.includes('"read"'))).toBe(true);
  });

  test('[CH-10] the chart is offered with the right recovery phrase only, and taken over', async () => {
    await review.offer(specialistName, 'The right to read it', specialist.recoveryPhrase);
    await clinic.sees('These 24 words belong to another practice.');
    await review.offer(specialistName, 'The right to read it', clinic.recoveryPhrase);
    await clinic.sees(`Offered to ${specialistName}`);
    await specialist.go('#/inbox');
    await specialist.sees(`${clinicName} asks you to keep the chart of ${patientName} from now on.`);
    await specialist.page.getByRole('link', { name: 'See the offer' }).click();
    await specialist.button('Take over this chart …').click();
    await specialist.sees(`${clinicName} keeps the right to read it.`);
    await new ReviewActs(specialist, atSpecialist).confirm('Take over this chart');
    await specialist.button('Share this chart').waitFor();
    await clinic.sees(`Kept by ${specialistName}, you may read`);
    await atSpecialist.changeDose('Tramvolox', '40', 'mg');
    await atClinic.turnTo('Medications');
    await clinic.sees(/40 mg/);
    expect(await clinic.button('Add a medication').count()).toBe(0);
  });

  test('no page reported an error', () => {
    expect([...clinic.errors, ...clinic.profile.errors, ...specialist.errors, ...specialist.profile.errors]).toEqual(
      [],
    );
  });
});

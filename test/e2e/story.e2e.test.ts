/**
 * The main road in three real browsers (clinic, specialist, pharmacy) over the real relay and WebRTC, through the screen
 * alone. One story: each part goes on where the one before it ended.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { strayRequests } from '../support/profiles.ts';
import { patientName } from './support/canary-bundle.ts';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory, type Story } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const specialistName = 'Lung Practice North';
const pharmacyName = 'Mill Pharmacy';

describe('three practices in three browsers', () => {
  let story: Story;
  let clinic: PracticePage;
  let specialist: PracticePage;
  let pharmacy: PracticePage;
  let atClinic: ChartActs;
  let atSpecialist: ChartActs;
  let atPharmacy: ChartActs;

  tellStory('story', async (told) => {
    story = told;
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    specialist = await told.open('specialist', specialistName, 'Dr Noor Berg');
    pharmacy = await told.open('pharmacy', pharmacyName, 'Bo Miller');
    atClinic = new ChartActs(clinic);
    atSpecialist = new ChartActs(specialist);
    atPharmacy = new ChartActs(pharmacy);
  });

  test('make their practices, one of them without touching the mouse', async () => {
    await clinic.makePractice('keyboard');
    await Promise.all([specialist.makePractice(), pharmacy.makePractice()]);
  });

  test('the clinic imports a patient, finds her by name and reads her chart', async () => {
    await clinic.importFiles([story.patientFile]);
    await atClinic.open('Quellmalz');
    await clinic.sees('Kettlewell-syndrome');
    await clinic.sees('two-tablets-at-dusk-xq');
    await clinic.sees('Allergies: grapefruit-pollen-xq');
  });

  test('the clinic charts by keyboard: a problem, a medication, an allergy, a blood pressure, a note', async () => {
    await atClinic.add('Problems', 'Add a problem', { Problem: 'Asthma', Began: '2019-05' }, 'Add problem');
    await atClinic.change('Problems', 'Asthma', 'Change', 'Change the problem', { Began: '2018' }, 'Save change');
    await clinic.sees('2018');
    await atClinic.add(
      'Medications',
      'Add a medication',
      { Medication: 'Salbutamol inhaler', Dose: '100', Unit: 'microgram', 'How often': 'every 6 hours' },
      'Add medication',
    );
    await atClinic.changeDose('Salbutamol inhaler', '200', 'microgram');
    await clinic.sees(/200 microgram/);
    await atClinic.add('Allergies', 'Add an allergy', { Substance: 'Penicillin', Reaction: 'Rash' }, 'Add allergy');
    await atClinic.add('Vitals', 'Add vital signs', { Systolic: '128', Diastolic: '82' }, 'Save vital signs');
    await clinic.sees(/128\D{1,3}82/);
    await atClinic.add('Notes', 'Write a note', { Title: 'Follow-up', Note: 'Wheeze is better.' }, 'Keep as draft');
    await clinic.sees('Follow-up');
  });

  test('[ID-7] practices meet by link and by short text, and both sides see the same safety phrase', async () => {
    await specialist.accept(await clinic.invite('link'));
    await pharmacy.accept(await clinic.invite('short text'));
    expect(await clinic.safetyPhraseWith(specialistName)).toBe(await specialist.safetyPhraseWith(clinicName));
    expect(await clinic.safetyPhraseWith(pharmacyName)).toBe(await pharmacy.safetyPhraseWith(clinicName));
    await clinic.waitsForPeers(2);
  });

  test('[CH-2] a chart is shared whole with the specialist, two sections of it with the pharmacy', async () => {
    await atClinic.open('Quellmalz');
    await atClinic.share({ with: specialistName, right: 'Read and write' });
    await atClinic.share({ with: pharmacyName, sections: ['Medications', 'Allergies'], right: 'Read and write' });
    for (const [person, acts] of [
      [specialist, atSpecialist],
      [pharmacy, atPharmacy],
    ] as const) {
      await person.go('#/inbox');
      await person.sees(patientName);
      await acts.open('Quellmalz');
      await person.sees(`Kept by ${clinicName}, you may write`);
      await acts.turnTo('Medications');
      await person.sees(/200 microgram/);
    }
    await atSpecialist.turnTo('Problems');
    await specialist.sees('Asthma');
    await atPharmacy.turnTo('Problems');
    await pharmacy.sees(/[Nn]ot shared with you/);
    await pharmacy.seesNoMore('Asthma');
  });

  test('what a person is typing stays while another practice writes into the same chart', async () => {
    const typing = 'Prednisolone tablets';
    await atClinic.turnTo('Medications');
    await clinic.pressOn(clinic.button('Add a medication'));
    await clinic.typeInto(clinic.field('Medication'), typing);
    await atSpecialist.changeDose('Salbutamol inhaler', '250', 'microgram');
    await clinic.sees(/250 microgram/);
    expect(await clinic.field('Medication').inputValue()).toBe(typing);
    await clinic.pressOn(clinic.button('Add medication'));
    await atClinic.row(typing).waitFor();
    await atSpecialist.row(typing).waitFor();
  });

  test('[AM-4] two doses written apart stand side by side on both sides until someone chooses', async () => {
    await specialist.lock();
    await atClinic.changeDose('Salbutamol inhaler', '300', 'microgram');
    await atClinic.change('Medications', 'Tramvolox', 'Stop', 'Stop the medication', {}, 'Stop medication');
    await atClinic.markInError('Allergies', 'Penicillin', 'Wrong patient');
    await clinic.lock();
    await specialist.unlock();
    await atSpecialist.open('Quellmalz');
    await atSpecialist.changeDose('Salbutamol inhaler', '400', 'microgram');
    await atSpecialist.changeDose('Tramvolox', '50', 'mg');
    await atSpecialist.change(
      'Allergies',
      'Penicillin',
      'Change',
      'Change the allergy',
      { Reaction: 'Hives' },
      'Save change',
    );
    await atSpecialist.turnTo('Medications');
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await atClinic.turnTo('Medications');
    const both = ['300 microgram', 'Dr Ada Hill', '400 microgram', 'Dr Noor Berg'];
    await atClinic.seesBoth('Salbutamol inhaler', ...both);
    await atSpecialist.seesBoth('Salbutamol inhaler', ...both);
    await atSpecialist.choose('Salbutamol inhaler', 'Take ours');
    await atClinic.toSettle('Salbutamol inhaler').waitFor({ state: 'hidden' });
    await clinic.sees(/400 microgram/);
  });

  test('[AM-4] so do a stop beside a new dose, and an entry in error beside a change of it', async () => {
    const stopAndDose = ['stopped', 'Dr Ada Hill', '50 mg', 'Dr Noor Berg'];
    await atClinic.seesBoth('Tramvolox', ...stopAndDose);
    await atSpecialist.seesBoth('Tramvolox', ...stopAndDose);
    await atClinic.choose('Tramvolox', 'Take ours');
    await atSpecialist.toSettle('Tramvolox').waitFor({ state: 'hidden' });
    await atClinic.turnTo('Allergies');
    await atSpecialist.turnTo('Allergies');
    const errorAndChange = ['Dr Ada Hill', 'Hives', 'Dr Noor Berg'];
    await atClinic.seesBoth('Penicillin', ...errorAndChange);
    await atSpecialist.seesBoth('Penicillin', ...errorAndChange);
    await atClinic.choose('Penicillin', `Take ${specialistName}’s`);
    await atSpecialist.toSettle('Penicillin').waitFor({ state: 'hidden' });
    await specialist.sees('Hives');
  });

  test('[ID-6] after a reload the practice is locked, and unlocked it is all there and connected again', async () => {
    await clinic.reload();
    await clinic.unlock();
    await clinic.waitsForPeers(2);
    await atClinic.open('Quellmalz');
  });

  test('[CUT-4] what the pharmacy writes after sharing stopped is set aside; what the clinic writes it does not get', async () => {
    await pharmacy.lock();
    await atClinic.stopSharing(pharmacyName);
    await atClinic.changeDose('Salbutamol inhaler', '500', 'microgram');
    await clinic.lock();
    await pharmacy.unlock();
    await atPharmacy.open('Quellmalz');
    await atPharmacy.changeDose('Salbutamol inhaler', '999', 'microgram');
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await clinic.sees('1 change set aside');
    await atClinic.turnTo('Set aside');
    await clinic.sees(pharmacyName);
    await atClinic.turnTo('Medications');
    await clinic.sees(/500 microgram/);
    await clinic.seesNoMore(/999 microgram/);
    await pharmacy.sees('No longer shared: as it was when sharing ended');
    await pharmacy.seesNoMore(/500 microgram/);
  });

  test('[CH-9] sharing everything with the specialist ends in one act, and can start again', async () => {
    await clinic.stopSharingEverythingWith(specialistName);
    await atSpecialist.open('Quellmalz');
    await specialist.sees('No longer shared: as it was when sharing ended');
    await atClinic.open('Quellmalz');
    await atClinic.changeDose('Salbutamol inhaler', '600', 'microgram');
    await atClinic.share({ with: specialistName, right: 'Read and write' });
    await specialist.sees(`Kept by ${clinicName}, you may write`);
    await atSpecialist.turnTo('Medications');
    await specialist.sees(/600 microgram/);
    await atSpecialist.changeDose('Salbutamol inhaler', '650', 'microgram');
    await atClinic.turnTo('Medications');
    await clinic.sees(/650 microgram/);
  });

  test('[EN-8] what was shown as saved is there after the browser was killed', async () => {
    await atClinic.changeDose('Salbutamol inhaler', '700', 'microgram');
    await clinic.killAndReopen();
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await atClinic.turnTo('Medications');
    await clinic.sees(/700 microgram/);
  });

  test('[ID-6] a practice restored from its backup by the recovery phrase alone has equal charts', async () => {
    const backup = join(story.folder, 'clinic.peerchart');
    await clinic.backUp(backup);
    await atClinic.open('Quellmalz');
    const before = await atClinic.exported();
    expect(before.size).toBeGreaterThan(10);
    await clinic.closeAndOpenFresh();
    await clinic.restore(backup);
    await atClinic.open('Quellmalz');
    expect(await atClinic.exported()).toEqual(before);
    await atSpecialist.turnTo('Medications');
    await atSpecialist.changeDose('Salbutamol inhaler', '800', 'microgram');
    await atClinic.turnTo('Medications');
    await clinic.sees(/800 microgram/);
  });

  test('no page asked for anything but its own origin and its relay, and none reported an error', () => {
    for (const { profile, errors, requests } of [clinic, specialist, pharmacy]) {
      expect(strayRequests([...requests, ...profile.requests], story.servers.origins)).toEqual([]);
      expect([...errors, ...profile.errors]).toEqual([]);
    }
  });

  test('with no server and no relay left the app loads, unlocks and saves', async () => {
    await clinic.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await story.servers.close();
    await clinic.reload();
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await atClinic.changeDose('Salbutamol inhaler', '900', 'microgram');
    await clinic.sees(/900 microgram/);
  });
});

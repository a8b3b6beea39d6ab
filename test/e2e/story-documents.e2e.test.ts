/**
 * A photo added at one practice and opened at another, in two real browsers through the screen alone (EN-10): it lies sealed beside
 * the chart, comes when somebody asks for it, and is the same picture.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { ChartActs } from './support/chart-acts.ts';
import { type PracticePage } from './support/practice-page.ts';
import { tellStory } from './support/story.ts';

const clinicName = 'Hill Street Clinic';
const specialistName = 'Skin Practice South';

/** A bitmap of noise, three million bytes: no picture of anybody, and nothing makes it smaller. */
function bitmap(width: number, height: number): Buffer {
  const pixels = seededRandom('photo').bytes(width * height * 3);
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + pixels.length, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  header.writeUInt32LE(pixels.length, 34);
  return Buffer.concat([header, pixels]);
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a photo that two practices look at', () => {
  let clinic: PracticePage;
  let specialist: PracticePage;
  let atClinic: ChartActs;
  let atSpecialist: ChartActs;
  const photo = bitmap(1000, 1000);
  let photoFile = '';

  tellStory('documents', async (told) => {
    clinic = await told.open('clinic', clinicName, 'Dr Ada Hill');
    specialist = await told.open('specialist', specialistName, 'Dr Noor Berg');
    atClinic = new ChartActs(clinic);
    atSpecialist = new ChartActs(specialist);
    await Promise.all([clinic.makePractice(), specialist.makePractice()]);
    await clinic.importFiles([told.patientFile]);
  });

  beforeAll(() => {
    photoFile = join(clinic.profile.folder, 'wound.bmp');
    writeFileSync(photoFile, photo);
  });

  /** Whether the picture on the screen was drawn, and how wide it is. */
  async function drawnWidth(at: PracticePage, name: string): Promise<number> {
    const picture = at.page.getByRole('img', { name });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
    return picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
  }

  test('[EN-10] a photo of three megabytes is added, shown, shared, fetched when asked for, and saved as the very same file', async () => {
    await atClinic.open('Quellmalz');
    await atClinic.turnTo('Documents');
    await clinic.button('Add a document').click();
    await clinic.page.getByLabel('File', { exact: true }).setInputFiles(photoFile);
    await clinic.page.getByLabel('Kind').fill('Photo of a wound');
    await clinic.page.getByLabel('Title').fill('Left shin');
    await clinic.page.getByRole('button', { name: 'Add document', exact: true }).click();
    await clinic.sees('Document added');
    await clinic.page.getByText('Left shin').first().click();
    await clinic.button('Show').click();
    expect(await drawnWidth(clinic, 'wound.bmp')).toBe(1000);

    await specialist.accept(await clinic.invite('link'));
    await clinic.waitsForPeers(1);
    await atClinic.open('Quellmalz');
    await atClinic.share({ with: specialistName, right: 'Read and write' });
    await specialist.go('#/inbox');
    await specialist.sees('Quellmalz');
    await atSpecialist.open('Quellmalz');
    await atSpecialist.turnTo('Documents');
    await specialist.sees('Not here yet');
    await specialist.page.getByText('Left shin').first().click();
    await specialist.button('Get it').click();
    await specialist.button('Show').click();
    expect(await drawnWidth(specialist, 'wound.bmp')).toBe(1000);
    const [download] = await Promise.all([specialist.page.waitForEvent('download'), specialist.button('Save').click()]);
    const path = join(specialist.profile.folder, 'saved.bmp');
    await download.saveAs(path);
    expect(digest(readFileSync(path))).toBe(digest(photo));

    // Unlocked again it is still here, and what was entered in error is struck out.
    await specialist.lock();
    await specialist.unlock();
    await atSpecialist.open('Quellmalz');
    await atSpecialist.turnTo('Documents');
    await specialist.page.getByText('Left shin').first().click();
    await specialist.button('Show').click();
    expect(await drawnWidth(specialist, 'wound.bmp')).toBe(1000);
    await specialist.button('Entered in error').click();
    await specialist.field('What was wrong').fill('Another patient');
    await specialist.page.getByRole('button', { name: 'Mark as entered in error' }).click();
    await specialist.sees('Marked as entered in error.');
  });
});

/**
 * A practice that chose "own charts only": it charts, locks and comes back without a connection to anyone. With the files of
 * the reference data, where they are found, as the patients.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strayRequests } from '../support/profiles.ts';
import { referenceData, referenceDataNotFound } from '../support/reference-data.ts';
import { startServers, type Servers } from '../support/servers.ts';
import { canaryBundle } from './support/canary-bundle.ts';
import { ChartActs } from './support/chart-acts.ts';
import { PracticePage } from './support/practice-page.ts';

const filesAtOnce = 3;

describe('a practice with own charts only', () => {
  let folder: string;
  let servers: Servers;
  let clinic: PracticePage;
  let atClinic: ChartActs;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerchart-alone-'));
    await writeFile(join(folder, 'quellmalz.json'), canaryBundle);
    await writeFile(join(folder, 'broken.json'), '{ "resourceType": "Bundle", "entry": [ { "resource": 7 } ] }');
    servers = await startServers();
    clinic = await PracticePage.open('alone', servers.url, {
      practice: 'Island Surgery',
      person: 'Dr Finn Marsh',
      passphrase: 'marble otter canyon violin island',
      ownChartsOnly: true,
    });
    atClinic = new ChartActs(clinic);
  });

  afterAll(async () => {
    await clinic.close();
    await servers.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('opens no WebSocket and asks nobody but its own origin, from its making through a chart to the next unlocking', async () => {
    await clinic.makePractice();
    await clinic.sees('Own charts only');
    await clinic.importFiles([join(folder, 'quellmalz.json'), join(folder, 'broken.json')]);
    await atClinic.open('Quellmalz');
    await atClinic.add('Problems', 'Add a problem', { Problem: 'Asthma' }, 'Add problem');
    await clinic.reload();
    await clinic.unlock();
    await atClinic.open('Quellmalz');
    await clinic.sees('Asthma');
    expect(clinic.profile.requests.length).toBeGreaterThan(0);
    expect(clinic.profile.requests.filter((address) => address.startsWith('ws'))).toEqual([]);
    expect(strayRequests(clinic.profile.requests, [new URL(servers.url).origin])).toEqual([]);
    expect(clinic.profile.errors).toEqual([]);
  });

  test('[ID-6] refuses a wrong passphrase with words, and opens with the right one', async () => {
    await clinic.lock();
    await clinic.field('Passphrase').fill('not the passphrase at all');
    await clinic.page.keyboard.press('Enter');
    await clinic.sees('That is not the passphrase.');
    await clinic.unlock();
  });

  test('imports several files of the reference data at once, and exports what it took', async (context) => {
    const synthea = referenceData('synthea');
    // The reference data is not part of the product: where it is not found there is nothing to import.
    if (synthea === undefined) return context.skip(referenceDataNotFound);
    const names = (await readdir(synthea)).filter((name) => name.endsWith('.json')).sort();
    const files = names.slice(0, filesAtOnce).map((name) => join(synthea, name));
    await clinic.importFiles(files);
    await clinic.sees(`${String(filesAtOnce)} patients imported`);
    // The same files again change nothing.
    await clinic.button('Import more files').click();
    await clinic.page.locator('input[type=file]').setInputFiles(files);
    await clinic.sees(`${String(filesAtOnce)} patients are here already`);
    expect(clinic.profile.errors).toEqual([]);
  });
});

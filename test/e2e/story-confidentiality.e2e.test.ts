/**
 * What leaves the page and what it leaves on the disk, searched for a patient's words, names and keys: the frames handed to
 * libp2p before Noise, every store of each profile while it is open and after it was locked, the raw files of the closed
 * profile. And the same search over the same story with sealing replaced by identity, which must find them everywhere.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageStores } from '../support/page-stores.ts';
import { removeProfile } from '../support/profiles.ts';
import { searchFolder, secretSearch, type Finding, type Secret } from '../support/secret-search.ts';
import { startServers } from '../support/servers.ts';
import { canaries, canaryBundle, canarySecrets, type CanarySection } from './support/canary-bundle.ts';
import { ChartActs } from './support/chart-acts.ts';
import { PracticePage } from './support/practice-page.ts';
import { buildTapped } from './support/tapped-build.ts';

const given: readonly CanarySection[] = ['identity', 'medications', 'allergies'];
const notGiven = (Object.keys(canaries) as CanarySection[]).filter((section) => !given.includes(section));
/** Typed at the clinic after sharing began. */
const typedDose: Secret = { name: 'typed: a dose', text: 'zwicky-units' };
const typedNote: Secret = { name: 'typed: a note', text: 'whispered-to-the-doctor' };

const places = ['frames', 'stores while open', 'stores after locking', 'raw files'] as const;
/** For each place, what was found there and where in it. */
type Found = Readonly<Record<(typeof places)[number], ReadonlyMap<string, string>>>;

interface Searched {
  readonly clinic: Found;
  readonly pharmacy: Found;
}

let work: string;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'peerchart-search-'));
  await writeFile(join(work, 'quellmalz.json'), canaryBundle);
});

afterAll(() => rm(work, { recursive: true, force: true }));

/** A clinic shares two sections of a chart with a pharmacy and writes on; then both are searched. */
async function storyAndSearch(sealing: 'real' | 'identity'): Promise<Searched> {
  const folder = join(work, sealing);
  await buildTapped(folder, sealing);
  const servers = await startServers(folder);
  const clinic = await PracticePage.open('clinic', servers.url, {
    practice: 'Hill Street Clinic',
    person: 'Dr Ada Hillebrandt',
    passphrase: 'marble otter canyon violin clinic',
  });
  const pharmacy = await PracticePage.open('pharmacy', servers.url, {
    practice: 'Mill Pharmacy',
    person: 'Bo Millerstone',
    passphrase: 'marble otter canyon violin pharmacy',
  });
  const people = [clinic, pharmacy];
  try {
    await Promise.all(people.map((person) => person.makePractice()));
    await clinic.importFiles([join(work, 'quellmalz.json')]);
    await pharmacy.accept(await clinic.invite('short text'));
    const atClinic = new ChartActs(clinic);
    const atPharmacy = new ChartActs(pharmacy);
    await atClinic.open('Quellmalz');
    await atClinic.share({ with: 'Mill Pharmacy', sections: ['Medications', 'Allergies'], right: 'Read and write' });
    await atClinic.changeDose('Tramvolox', '7', 'zwicky-units');
    await atClinic.add('Notes', 'Write a note', { Note: 'whispered-to-the-doctor' }, 'Keep as draft');
    await atPharmacy.open('Quellmalz');
    await atPharmacy.turnTo('Medications');
    await pharmacy.sees(/zwicky-units/);

    const keys = await Promise.all(people.map(keysOf));
    const secrets = [...canarySecrets(), typedDose, typedNote, ...people.flatMap(wordsOf), ...keys.flat()];
    const search = secretSearch(secrets);
    const [clinicFound, pharmacyFound] = [await searchPage(clinic, search), await searchPage(pharmacy, search)];
    await Promise.all(people.map((person) => person.close()));
    return {
      clinic: { ...clinicFound, 'raw files': byName(await searchFolder(clinic.profile.folder, search)) },
      pharmacy: { ...pharmacyFound, 'raw files': byName(await searchFolder(pharmacy.profile.folder, search)) },
    };
  } finally {
    await Promise.all(people.map((person) => person.close()));
    await Promise.all(people.map(({ profile }) => removeProfile(profile.folder)));
    await servers.close();
  }
}

async function searchPage(
  person: PracticePage,
  search: ReturnType<typeof secretSearch>,
): Promise<Omit<Found, 'raw files'>> {
  const open = await pageStores(person.page);
  await person.lock();
  const locked = await pageStores(person.page);
  const frames = await person.page.evaluate(() => tap.frames.map((frame) => Array.from(frame)));
  expect(frames.length).toBeGreaterThan(0);
  const inStores = (stores: typeof open): ReadonlyMap<string, string> =>
    byName(stores.flatMap(({ where, bytes }) => search(bytes, where)));
  return {
    frames: byName(frames.flatMap((frame) => search(Buffer.from(frame), 'frame'))),
    'stores while open': inStores(open),
    'stores after locking': inStores(locked),
  };
}

async function keysOf({ page, profile }: PracticePage): Promise<readonly Secret[]> {
  const keys = await page.evaluate(() => [...tap.keys]);
  return keys.map(([hex, what]) => ({ name: `${profile.name}’s ${what}`, bytes: Buffer.from(hex, 'hex') }));
}

function wordsOf({ words, recoveryPhrase, profile }: PracticePage): readonly Secret[] {
  return [
    { name: `${profile.name}’s person`, text: words.person },
    { name: `${profile.name}’s passphrase`, text: words.passphrase },
    { name: `${profile.name}’s recovery phrase`, text: recoveryPhrase },
  ];
}

function byName(findings: readonly Finding[]): ReadonlyMap<string, string> {
  return new Map(findings.map(({ secret, form, where }) => [secret, `${where} as ${form}`]));
}

const namesOf = (secrets: readonly Secret[]): readonly string[] => secrets.map(({ name }) => name);

describe('a clinic and a pharmacy, searched', () => {
  test('[CONF] nothing of a patient, no name and no key is in any frame, store or file', async () => {
    const { clinic, pharmacy } = await storyAndSearch('real');
    for (const place of places) {
      expect(Object.fromEntries(clinic[place]), `the clinic’s ${place}`).toEqual({});
      expect(Object.fromEntries(pharmacy[place]), `the pharmacy’s ${place}`).toEqual({});
    }
  });

  test('[CONF] with sealing replaced by identity the same search finds them in each place, and at the pharmacy only what it was given', async () => {
    const { clinic, pharmacy } = await storyAndSearch('identity');
    const all = namesOf([...canarySecrets(), typedDose, typedNote]);
    const shared = namesOf([...canarySecrets(given), typedDose]);
    const kept = namesOf([...canarySecrets(notGiven), typedNote]);
    for (const place of places) {
      const whole = place === 'frames' ? shared : all;
      expect([...clinic[place].keys()], `the clinic’s ${place}`).toEqual(expect.arrayContaining([...whole]));
      for (const name of kept) expect([...pharmacy[place].keys()], `the pharmacy’s ${place}`).not.toContain(name);
      if (place === 'frames') {
        for (const name of kept) expect([...clinic.frames.keys()], 'what the clinic sent').not.toContain(name);
      } else {
        expect([...pharmacy[place].keys()], `the pharmacy’s ${place}`).toEqual(expect.arrayContaining([...shared]));
        expect([...clinic[place].keys()], `the clinic’s ${place}`).toContain('clinic’s vault key');
        expect([...clinic[place].keys()], `the clinic’s ${place}`).toContain('clinic’s epoch key');
        expect([...clinic[place].keys()], `the clinic’s ${place}`).toContain('clinic’s person');
      }
    }
  });
});

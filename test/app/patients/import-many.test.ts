/** Importing more files than are kept in memory at once. What is counted is how often each is read. */
import { expect, test } from 'vitest';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { Session } from '../../../src/app/session.ts';
import { passphraseKey } from '../../../src/crypto/passphrase.ts';
import { ImportFiles } from '../../../src/worker/import-files.ts';
import { somebody } from '../support/patient.ts';
import { mustBeOk, World } from '../support/world.ts';

const { signal } = new AbortController();
const quiet = (): void => undefined;

/** Nobody who could be taken for another of them. */
function stranger(i: number): string {
  const names = ['Ada Okafor', 'Bruno Lindqvist', 'Chen Wu', 'Dolores Ibarra', 'Emeka Sato', 'Fjodor Brandt'];
  const [given, family] = (names[i] ?? '').split(' ');
  const birthDate = `19${String(40 + 7 * i)}-0${String(i + 1)}-1${String(i)}`;
  return JSON.stringify([
    { resourceType: 'Patient', id: `p${String(i)}`, name: [{ given: [given], family }], birthDate },
  ]);
}

class Files {
  readonly texts: string[];
  readonly reads: number[];

  constructor(count: number) {
    this.texts = Array.from({ length: count }, (_, i) => stranger(i));
    this.reads = this.texts.map(() => 0);
  }

  get all() {
    return this.texts.map((_, i) => ({
      name: `${String(i)}.json`,
      text: () => {
        this.reads[i] = (this.reads[i] ?? 0) + 1;
        const text = this.texts[i];
        return text === undefined || text === '' ? Promise.reject(new Error('gone')) : Promise.resolve(text);
      },
    }));
  }
}

/** Room for two files of this size. */
async function clinicOf(world: World, files: Files): Promise<Session> {
  const room = 2 * (files.texts[0]?.length ?? 0) + 10;
  const door = await openPracticeDoor({
    ...world.ports('alice'),
    background: { passphraseKey, importReader: () => new ImportFiles(() => Promise.resolve(), room) },
  });
  return mustBeOk(
    await door.create({
      practiceName: 'Clinic',
      personName: 'Dr Alice',
      role: 'clinician',
      deviceName: 'laptop',
      passphrase: 'correct horse battery',
      recoveryPhrase: door.newRecoveryPhrase(),
      sharing: false,
    }),
  );
}

test('of many files those that found room beside the newest are read once, the others twice, and all patients are there', async () => {
  const files = new Files(6);
  const clinic = await clinicOf(await World.start(), files);
  const plan = await clinic.planImport(files.all, quiet, signal);
  expect(plan.items.map(({ outcome }) => outcome.kind)).toEqual(Array(6).fill('new'));
  const { written, failed } = await clinic.carryOutImport(plan, new Map(), quiet, signal);
  expect([written.length, failed]).toEqual([6, []]);
  expect(files.reads).toEqual([1, 2, 2, 2, 2, 2]);
  expect(clinic.charts.map(({ name }) => name).toSorted()).toEqual(clinic.charts.map(({ name }) => name));
  expect(clinic.charts).toHaveLength(6);
  await clinic.lock();
});

test('[EN-9] a file that says something else than when it was shown, or is gone, is not written', async () => {
  const files = new Files(5);
  const clinic = await clinicOf(await World.start(), files);
  const plan = await clinic.planImport(files.all, quiet, signal);
  files.texts[2] = somebody('p2', 'Somebody else');
  files.texts[3] = '';
  const { written, failed } = await clinic.carryOutImport(plan, new Map(), quiet, signal);
  expect(written.map(({ item }) => item)).toEqual(['0/0', '1/0', '4/0']);
  expect(failed).toEqual([
    { item: '2/0', reason: 'file-changed' },
    { item: '3/0', reason: 'file-gone' },
  ]);
  await clinic.lock();
});

test('the same files again change nothing; a plan that was let go of for a newer one is carried out all the same', async () => {
  const files = new Files(3);
  const clinic = await clinicOf(await World.start(), files);
  const first = await clinic.planImport(files.all.slice(0, 2), quiet, signal);
  const second = await clinic.planImport(files.all, quiet, signal);
  expect((await clinic.carryOutImport(first, new Map(), quiet, signal)).written).toHaveLength(2);
  const rest = await clinic.carryOutImport(second, new Map(), quiet, signal);
  expect(rest.written.map(({ item }) => item)).toEqual(['2/0']);
  expect(rest.failed.map(({ reason }) => reason)).toEqual(['alike-meanwhile', 'alike-meanwhile']);
  const again = await clinic.planImport(files.all, quiet, signal);
  expect(again.items.map(({ outcome }) => outcome.kind)).toEqual(Array(3).fill('unchanged'));
  await clinic.lock();
});

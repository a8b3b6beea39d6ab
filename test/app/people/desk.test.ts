/** Several people at one workstation, when they come and go at the worst moment (ID-6). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/app/session.ts';
import { somebody } from '../support/patient.ts';
import { importText, mustBeOk, mustHave, until, World } from '../support/world.ts';

const passphrase = 'correct horse battery';
const theirs = 'staple paper clip';
const quiet = (): void => undefined;

describe('people of one workstation', () => {
  let world: World;
  let session: Session;
  let recoveryPhrase: string;

  beforeEach(async () => {
    world = await World.start();
    recoveryPhrase = (await world.door('alice')).newRecoveryPhrase();
    session = await world.newPractice('alice', { recoveryPhrase });
  });

  afterEach(() => session.lock());

  const add = async (signInName: string): Promise<string> => {
    const person = { personName: `Dr ${signInName}`, signInName, role: 'clinician', passphrase: theirs } as const;
    mustBeOk(await session.people.addPersonHere(person, quiet));
    const { people } = await world.door('alice');
    return mustHave(people.find((one) => one.signInName === signInName)).vault;
  };
  const change = async (words: string, vault = ''): Promise<void> => {
    await session.lock();
    session = mustBeOk(await (await world.door('alice')).unlock(words, vault));
  };

  test('[ID-6] who is added at once after unlocking sees what a colleague registered before', async () => {
    const ben = await add('Ben');
    await change(theirs, ben);
    await importText(session, ...Array.from({ length: 5 }, (_, i) => somebody(`p${i}`, `Okafor${i}`)));
    expect(session.charts).toHaveLength(5);
    await change(passphrase);
    const cleo = await add('Cleo');
    await change(theirs, cleo);
    await until(() => session.charts.length === 5);
    for (const { id } of session.charts) {
      const chart = mustBeOk(await session.openChart(id));
      expect(chart.sections.get('problems')?.resources.size).toBe(1);
      chart.close();
    }
  });

  test('[ID-6] a backup made at once after unlocking has what a colleague registered before', async () => {
    const ben = await add('Ben');
    await change(theirs, ben);
    await importText(session, ...Array.from({ length: 5 }, (_, i) => somebody(`p${i}`, `Okafor${i}`)));
    await change(passphrase);
    const { file } = mustBeOk(await session.backUp(quiet, new AbortController().signal));
    await session.lock();
    const door = await world.door('new machine');
    session = mustBeOk(await door.restore(file, recoveryPhrase, theirs, 'new machine', quiet));
    await until(() => session.charts.filter(({ name }) => name.includes('Okafor')).length === 5);
  });
});

/**
 * Locking while work is under way: nothing is sealed or signed by wiped keys, and whoever waits is told. And unlocking where
 * there is no network to be had.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { Session } from '../../../src/app/session.ts';
import { KeyDeriver } from '../../../src/crypto/hash.ts';
import { adaWith, newProblemText, problem } from '../support/patient.ts';
import { importText, mustBeOk, opened, World } from '../support/world.ts';

describe('locking and unlocking', () => {
  let clinic: Session;
  let world: World;

  beforeEach(async () => {
    world = await World.start();
    clinic = await world.newPractice('alice');
    await importText(clinic, adaWith(problem()));
  });

  afterEach(async () => {
    await clinic.lock();
  });

  test('[ID-6] what is asked of a locked practice is refused and throws nothing', async () => {
    const chart = await opened(clinic);
    await clinic.lock();
    expect(await chart.edit('problems', [newProblemText('x')])).toMatchObject({ ok: false });
    expect(await clinic.share(chart.id, clinic.practice.id, ['problems'], 'read')).toMatchObject({ ok: false });
    expect(await clinic.createInvitation()).toMatchObject({ ok: false });
  });

  test('[ID-6] what was worked out of a vault key goes with it, of a vault that is made for a colleague too', async () => {
    const derived = vi.spyOn(KeyDeriver.prototype, 'derive');
    const wiped = vi.spyOn(KeyDeriver.prototype, 'wipe');
    const bea = await world.newPractice('bea');
    const nurse = {
      signInName: 'nurse',
      personName: 'Nora',
      role: 'nurse',
      passphrase: 'horse battery staple',
    } as const;
    mustBeOk(await bea.people.addPersonHere(nurse, () => undefined));
    await bea.lock();
    await clinic.lock();
    const left = new Set(derived.mock.contexts);
    expect(left.size).toBeGreaterThan(2);
    for (const deriver of wiped.mock.contexts) left.delete(deriver);
    expect(left.size).toBe(0);
    vi.restoreAllMocks();
  });

  test('[ID-6] an import under way when the practice locks ends in words', async () => {
    const { signal } = new AbortController();
    // Five whom nobody would take for each other: a person who may be another is asked about, and 'apply' is no answer to that.
    const families = ['Okafor', 'Moreau', 'Lindqvist', 'Tanaka', 'Brandt'];
    const texts = families.map((family, n) =>
      JSON.stringify([
        { resourceType: 'Patient', id: `q${n}`, name: [{ family }], birthDate: `19${3 + n}${n}-0${n + 1}-1${n}` },
      ]),
    );
    const files = texts.map((text, i) => ({ name: `${i}.json`, text: () => Promise.resolve(text) }));
    const plan = await clinic.planImport(files, () => undefined, signal);
    const answers = new Map(plan.items.map(({ id }) => [id, 'apply'] as const));
    let locked: Promise<void> | undefined;
    const outcome = await clinic.carryOutImport(
      plan,
      answers,
      ({ fileNumber }) => {
        if (fileNumber === 3) locked ??= clinic.lock();
      },
      signal,
    );
    await locked;
    expect(outcome.written.length + outcome.failed.length).toBe(5);
    expect(outcome.failed.length).toBeGreaterThan(0);
  });

  test('[EN-8] what was asked for before locking is saved', async () => {
    const chart = await opened(clinic);
    const edits = [1, 2, 3].map((n) => chart.edit('problems', [newProblemText(`number ${n}`)]));
    await clinic.lock();
    for (const saved of await Promise.all(edits)) mustBeOk(saved);
    clinic = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    const again = await opened(clinic);
    expect(again.sections.get('problems')?.resources.get('Condition/c1')?.registers['code']).toContain('number 3');
  });

  test('a network that does not start keeps nobody from the charts', async () => {
    await clinic.lock();
    const refusing = { ...world.ports('alice'), createTransport: () => Promise.reject(new Error('no such file')) };
    const door = await openPracticeDoor(refusing);
    clinic = mustBeOk(await door.unlock('correct horse battery'));
    const chart = await opened(clinic);
    mustBeOk(await chart.edit('problems', [newProblemText('alone')]));
    expect(clinic.status.network.state).toBe('off');
    expect(clinic.diagnostics()).toMatchObject([{ what: 'network' }]);
  });
});

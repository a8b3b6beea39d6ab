/** A disk that takes nothing more, at the worst moment: what is shown is what is kept, and the next try goes through. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPracticeDoor } from '../../../src/app/door/door.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { err, ok } from '../../../src/base/result.ts';
import { adaWith, newProblemText, problem } from '../support/patient.ts';
import { importText, mustBeOk, opened, World } from '../support/world.ts';

const codeIn = (chart: OpenChart): string | undefined =>
  chart.sections.get('problems')?.resources.get('Condition/c1')?.registers['code'];

describe('[ATTACK-45] a full disk', () => {
  let clinic: Session;
  let isFull = false;

  beforeEach(async () => {
    isFull = false;
    const ports = (await World.start()).ports('alice');
    const door = await openPracticeDoor({
      ...ports,
      openStore: async (closed) => {
        const opened = await ports.openStore(closed);
        if (!opened.ok) return opened;
        const store = opened.value;
        const commit = store.commit.bind(store);
        store.commit = (batch) => (isFull ? Promise.resolve(err('quota')) : commit(batch));
        return ok(store);
      },
    });
    clinic = mustBeOk(
      await door.create({
        practiceName: 'Clinic',
        personName: 'Dr A',
        role: 'clinician',
        deviceName: 'laptop',
        passphrase: 'correct horse battery',
        recoveryPhrase: door.newRecoveryPhrase(),
        sharing: false,
      }),
    );
    await importText(clinic, adaWith(problem('Hypertension')));
  });

  afterEach(async () => {
    isFull = false;
    await clinic.lock();
  });

  test('an edit that was not kept is not shown, and the same edit goes through later', async () => {
    const chart = await opened(clinic);
    isFull = true;
    expect(await chart.edit('problems', [newProblemText('Asthma')])).toMatchObject({
      ok: false,
      reason: 'storage-full',
    });
    expect(codeIn(chart) ?? '').not.toContain('Asthma');
    isFull = false;
    mustBeOk(await chart.edit('problems', [newProblemText('Asthma')]));
    expect(codeIn(chart)).toContain('Asthma');
    expect(chart.history('problems', 'Condition/c1').length).toBeGreaterThan(1);
  });

  test('a file that could not be taken in leaves an open chart whole', async () => {
    const chart = await opened(clinic);
    const author = (): string | undefined =>
      chart.sections.get('problems')?.provenance('Condition/c1', 'code')?.personName;
    mustBeOk(await chart.edit('problems', [newProblemText('Hypertension, treated')]));
    expect(author()).toBe('Dr A');
    const { signal } = new AbortController();
    const file = { name: 'again.json', text: () => Promise.resolve(adaWith(problem('Asthma'))) };
    const plan = await clinic.planImport([file], () => undefined, signal);
    const answers = new Map(plan.items.map(({ id }) => [id, 'apply'] as const));
    isFull = true;
    const { failed } = await clinic.carryOutImport(plan, answers, () => undefined, signal);
    expect(failed).toMatchObject([{ reason: 'storage-full' }]);
    isFull = false;
    expect(JSON.stringify(chart.history('problems', 'Condition/c1'))).not.toContain('Asthma');
    expect(author()).toBe('Dr A');
    expect(chart.setAside).toEqual([]);
    mustBeOk(await chart.edit('problems', [newProblemText('Eczema')]));
    expect(codeIn(chart)).toContain('Eczema');
  });

  test('a change of what is shared that was not kept leaves what was shared', async () => {
    const chart = await opened(clinic);
    isFull = true;
    expect(await clinic.createInvitation()).toMatchObject({ ok: false, reason: 'storage-full' });
    expect(await clinic.updateSettings({ autoLockMinutes: 3 })).toMatchObject({ ok: false });
    expect(await clinic.changePassphrase('correct horse battery', 'another one here')).toMatchObject({ ok: false });
    isFull = false;
    expect(clinic.invitations).toEqual([]);
    expect(clinic.settings.autoLockMinutes).not.toBe(3);
    chart.close();
  });
});

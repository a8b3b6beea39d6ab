/** A chart that is handed over to another practice (CH-10): both sides, a third practice, and what the old custodian keeps. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../../src/app/session.ts';
import { adaWith, problem, textOf } from '../support/patient.ts';
import { importText, meet, mustBeOk, onlyChart, opened, sectionOf, until, World } from '../support/world.ts';

const newProblem = (id: string, text: string) => ({
  kind: 'create' as const,
  key: `Condition/${id}`,
  base: JSON.stringify({ resourceType: 'Condition', id, subject: { reference: 'Patient/p1' }, code: { text } }),
});

describe('a chart that changes hands', () => {
  let world: World;
  let old: Session;
  let next: Session;
  let third: Session;
  let phrase: string;
  let here: OpenChart;
  let there: OpenChart;

  beforeEach(async () => {
    world = await World.start();
    phrase = (await world.door('alice')).newRecoveryPhrase();
    old = await world.newPractice('alice', { recoveryPhrase: phrase });
    next = await world.newPractice('bob');
    third = await world.newPractice('carol');
    await importText(old, adaWith(problem('Asthma')));
    await meet(old, next);
    await meet(old, third);
    await meet(next, third);
    mustBeOk(await old.share(onlyChart(old).id, third.practice.id, ['problems'], 'read'));
    await until(() => third.charts.length === 1);
    here = await opened(old);
  });

  afterEach(async () => {
    await old.lock();
    await next.lock();
    await third.lock();
  });

  async function offered(keeps: 'none' | 'read' | 'write'): Promise<void> {
    mustBeOk(await here.handOver(next.practice.id, keeps, phrase));
    await until(() => next.charts[0]?.name === 'Ada Okafor');
    there = await opened(next);
    await until(() => there.custody.offer !== undefined && textOf(there, 'problems').includes('Asthma'));
  }

  async function taken(keeps: 'none' | 'read' | 'write'): Promise<void> {
    await offered(keeps);
    mustBeOk(await there.takeOver());
    await until(() => here.custody.custodian === next.practice.id);
  }

  test('[CH-10] is offered by the root alone: other words, or none, offer nothing', async () => {
    const other = (await world.door('alice')).newRecoveryPhrase();
    expect(await here.handOver(next.practice.id, 'read', other)).toMatchObject({ reason: 'wrong-recovery-phrase' });
    expect(await here.handOver(next.practice.id, 'read', 'twenty four words')).toMatchObject({ ok: false });
    expect(here.custody).toEqual({ custodian: old.practice.id, custodianName: 'Clinic alice', own: true });
    expect(here.sharing.some(({ practice }) => practice === next.practice.id)).toBe(false);
  });

  test('[CH-10] is shown as offered on both sides, to no third, and changes nothing until it is taken', async () => {
    await offered('read');
    expect(here.custody).toMatchObject({
      own: true,
      offer: { direction: 'given', practice: next.practice.id, keeps: 'read' },
    });
    expect(there.custody).toMatchObject({
      own: false,
      custodianName: 'Clinic alice',
      offer: { direction: 'received', practice: old.practice.id, practiceName: 'Clinic alice', keeps: 'read' },
    });
    await until(() => next.notices.some(({ kind }) => kind === 'custody-offered'));
    const atThird = await opened(third);
    expect(atThird.custody).toMatchObject({ own: false, custodianName: 'Clinic alice' });
    expect(atThird.custody.offer).toBeUndefined();
    expect(onlyChart(old).own).toBe(true);
    expect(onlyChart(next).own).toBe(false);
  });

  test('[CH-10] once taken, the new practice decides who reads, the old one reads on, a third follows', async () => {
    await taken('read');
    expect(there.custody).toEqual({ custodian: next.practice.id, custodianName: 'Clinic bob', own: true });
    await until(() => onlyChart(old).access === 'read' && !onlyChart(old).own);
    await until(() => onlyChart(next).access === 'own' && onlyChart(next).own);
    await until(() => onlyChart(third).custodian === next.practice.id);
    await until(() => old.notices.some(({ kind }) => kind === 'custody-taken'));
    expect(sectionOf(here, 'problems').canWrite).toBe(false);
    expect(sectionOf(here, 'problems').state).toBe('open');
    mustBeOk(await there.edit('problems', [newProblem('c2', 'Hay fever')]));
    const atThird = await opened(third);
    await until(
      () => textOf(here, 'problems').includes('Hay fever') && textOf(atThird, 'problems').includes('Hay fever'),
    );
    expect(await old.stopSharing(onlyChart(old).id, third.practice.id, 'all')).toMatchObject({ reason: 'not-allowed' });
    mustBeOk(await next.stopSharing(onlyChart(next).id, third.practice.id, 'all'));
    await until(() => onlyChart(third).access === 'ended');
    const row = there.sharing.find(({ practice, right }) => practice === old.practice.id && right === 'read');
    expect(row).toMatchObject({ grantedBy: { practiceName: 'Clinic bob' }, undone: false });
    // After a restart everything is as it was.
    await old.lock();
    old = mustBeOk(await (await world.door('alice')).unlock('correct horse battery'));
    here = await opened(old);
    expect(here.custody.custodian).toBe(next.practice.id);
    expect(textOf(here, 'problems')).toContain('Hay fever');
  });

  test('[CH-10] an old custodian that keeps nothing has what it had, and reads nothing written after', async () => {
    await taken('none');
    await until(() => onlyChart(old).access === 'ended');
    mustBeOk(await there.edit('problems', [newProblem('c2', 'Secret of the new practice')]));
    const atThird = await opened(third);
    await until(() => textOf(atThird, 'problems').includes('Secret of the new practice'));
    expect(sectionOf(here, 'problems').state).toBe('ended');
    expect(textOf(here, 'problems')).toContain('Asthma');
    expect(textOf(here, 'problems')).not.toContain('Secret');
    expect(textOf(there, 'problems')).toContain('Asthma');
  });

  test('[CH-10] one that keeps writing goes on writing', async () => {
    await taken('write');
    await until(() => onlyChart(old).access === 'write');
    mustBeOk(await here.edit('problems', [newProblem('c3', 'Eczema')]));
    await until(() => textOf(there, 'problems').includes('Eczema'));
  });

  test('[CH-10.3] [OP-5.5] what the old custodian stopped beside the taking is shown to the new one, until it is stopped again', async () => {
    await offered('read');
    world.cut(old);
    mustBeOk(await old.stopSharing(onlyChart(old).id, third.practice.id, 'all'));
    mustBeOk(await there.takeOver());
    world.heal();
    const inDoubt = () =>
      there.sharing.filter(({ practice, stopInDoubt }) => practice === third.practice.id && stopInDoubt !== undefined);
    await until(() => inDoubt().length > 0, 'the stop is shown to whoever may decide');
    expect(inDoubt().map(({ section, stopInDoubt }) => [section, stopInDoubt])).toEqual([
      ['problems', 'custody-ended'],
    ]);
    mustBeOk(await next.stopSharing(onlyChart(next).id, third.practice.id, 'all'));
    await until(() => inDoubt().length === 0);
    await until(() => onlyChart(third).access === 'ended');
  });

  test('[CH-10] an offer taken back cannot be taken; one declined is out of sight at the other side alone', async () => {
    await offered('read');
    mustBeOk(await here.withdrawOffer(phrase));
    expect(here.custody.offer).toBeUndefined();
    await until(() => there.custody.offer === undefined);
    expect(await there.takeOver()).toMatchObject({ ok: false });
    expect(there.custody.custodian).toBe(old.practice.id);
    mustBeOk(await here.handOver(next.practice.id, 'write', phrase));
    await until(() => there.custody.offer?.keeps === 'write');
    mustBeOk(await there.declineOffer());
    expect(there.custody.offer).toBeUndefined();
    expect(here.custody.offer).toBeDefined();
  });
});

/**
 * The audit log (AU-1 to AU-4): what is written down, that it is numbered and survives a crash, that it reaches colleagues, who
 * may read it, and that months are opened one by one.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { volumesHere } from '../../../src/app/audit/audit-volumes.ts';
import type { AuditEvent, AuditMonth } from '../../../src/app/audit/audit-acts.ts';
import type { Session } from '../../../src/app/session.ts';
import { breakIn } from '../support/break-in.ts';
import { adaWith, problem } from '../support/patient.ts';
import { importText, mustBeOk, opened, World } from '../support/world.ts';

const passphrase = 'correct horse battery';

let world: World;

beforeEach(async () => {
  world = await World.start();
});

async function newest(session: Session): Promise<AuditMonth> {
  const [month = '2026-03'] = await session.audit.months();
  return session.audit.month(month);
}

function told(events: readonly AuditEvent[]): readonly string[] {
  return events.map(({ kind, what = [] }) => [kind, ...what].join(' '));
}

describe('what is written down', () => {
  it('[AU-2] opening and changing a chart, with who, when, where and the sections, newest first', async () => {
    const session = await world.newPractice('alice');
    await importText(session, adaWith(problem('p1')));
    const chart = await opened(session);
    const key = [...(chart.sections.get('problems')?.resources.keys() ?? [])][0] ?? '';
    mustBeOk(await chart.edit('problems', [{ kind: 'change', key, registers: { note: '{"note":[]}' } }]));

    const { events, devices } = await newest(session);
    expect(told(events)).toEqual(['chart-changed problems', 'chart-opened', 'chart-imported', 'unlocked first-time']);
    expect(events[0]).toMatchObject({
      chart: chart.id,
      personName: 'Dr alice',
      deviceName: "alice's laptop",
      role: 'admin',
      number: 4,
      onlyHere: false,
    });
    expect(devices).toMatchObject([
      { upTo: 4, count: 4, missing: [], twice: [], refused: 0, unreadable: 0, setAside: 0 },
    ]);
    await session.lock();
  });

  it('[AU-2] attempts to unlock that failed, with their times, at the next unlocking', async () => {
    await (await world.newPractice('alice')).lock();
    const door = await world.door('alice');
    expect(await door.unlock('wrong')).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
    expect(await door.unlock('wrong again')).toMatchObject({ ok: false, reason: 'wrong-passphrase' });
    const session = mustBeOk(await door.unlock(passphrase));
    const { events } = await newest(session);
    expect(told(events)).toEqual([
      'unlocked passphrase',
      'unlock-failed',
      'unlock-failed',
      'locked',
      'unlocked first-time',
    ]);
    await session.lock();
    const again = mustBeOk(await (await world.door('alice')).unlock(passphrase));
    const kinds = told((await newest(again)).events);
    expect(kinds.filter((kind) => kind === 'unlock-failed')).toHaveLength(2);
    await again.lock();
  });
});

describe('what a crash leaves', () => {
  it('[AU-2] an event lies in the commit of its act: after a crash both are there, numbered on', async () => {
    const session = await world.newPractice('alice');
    await importText(session, adaWith(problem('p1')));
    // No locking: the disk as a power cut leaves it.
    const context = await breakIn(world, 'alice', passphrase);
    expect([...context.journal.waiting.values()].map(({ kind }) => kind)).toEqual(['unlocked', 'chart-imported']);
    expect(volumesHere(context)).toEqual([]);
    context.store.close();
    await session.lock();
  });

  it('[AU-2] an act that the disk refused leaves no event and uses no number', async () => {
    const session = await world.newPractice('alice');
    await importText(session, adaWith(problem('p1')));
    const chart = await opened(session);
    const key = [...(chart.sections.get('problems')?.resources.keys() ?? [])][0] ?? '';
    const edit = [{ kind: 'change', key, registers: { note: '{"note":[]}' } }] as const;
    await newest(session);
    world.failCommits('alice', true);
    expect((await chart.edit('problems', edit)).ok).toBe(false);
    world.failCommits('alice', false);
    mustBeOk(await chart.edit('problems', edit));
    const { events, devices } = await newest(session);
    expect(told(events).filter((kind) => kind.startsWith('chart-changed'))).toHaveLength(1);
    expect(devices).toMatchObject([{ upTo: 4, missing: [], twice: [] }]);
    await session.lock();
  });
});

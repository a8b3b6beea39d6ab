import { beforeAll, expect, test } from 'vitest';
import { listKey } from '../../src/clinical/conflicts.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { meet, mustBeOk, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'MedicationRequest/metformin';
const base =
  '{"resourceType":"MedicationRequest","id":"metformin","status":"active","dosageInstruction":[{"text":"500 mg"}]}';
const doseOf = (text: string) => `{"dosageInstruction":[{"text":"${text}"}]}`;
const stopped = '{"status":"stopped"}';

function aliceAndBob(): { alice: Writer; bob: Writer } {
  const alice = new Writer('a');
  const bob = new Writer('b');
  alice.edit([{ kind: 'create', key, base }]);
  meet(alice, bob);
  return { alice, bob };
}

test('[AM-4] two doses written at the same time are both listed, with who, when and which change', () => {
  const { alice, bob } = aliceAndBob();
  const byAlice = alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }], noonMs + 1);
  const byBob = bob.edit([{ kind: 'change', key, registers: { dose: doseOf('500 ug') } }], noonMs + 2);
  meet(alice, bob);
  for (const writer of [alice, bob]) {
    const [conflict, ...others] = writer.section.conflicts();
    expect(others).toEqual([]);
    expect(conflict?.key).toBe(key);
    expect(conflict?.branches).toHaveLength(2);
    expect(conflict?.branches).toEqual([
      {
        provenance: { device: alice.device, actor: alice.actor, timeMs: noonMs + 1, change: byAlice.hash },
        registers: { dose: doseOf('1000 mg') },
        created: false,
        saw: {},
      },
      {
        provenance: { device: bob.device, actor: bob.actor, timeMs: noonMs + 2, change: byBob.hash },
        registers: { dose: doseOf('500 ug') },
        created: false,
        saw: {},
      },
    ]);
  }
});

test('[AM-4] what is unsettled is listed in one order on all replicas, whichever came about first', () => {
  const other = 'MedicationRequest/aspirin';
  const change = (writer: Writer, key: string, text: string) =>
    writer.edit([{ kind: 'change', key, registers: { dose: doseOf(text) } }]);
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'create', key: other, base }]);
  meet(alice, bob);
  const [late, reader] = [new Writer('l'), new Writer('r')];
  for (const writer of [late, reader]) writer.receive(alice);
  change(alice, key, '1 g');
  change(bob, other, '100 mg');
  for (const writer of [alice, bob]) change(writer, writer === alice ? other : key, '2 g');
  // One hears of the two in this order, the other in that.
  const [first, second] = [alice.entries.slice(-2), bob.entries.slice(-2)];
  const inTurn = (writer: Writer, ...entries: readonly (typeof first)[]) => {
    for (const some of entries) writer.section.applyBodies(some);
  };
  inTurn(late, first.slice(0, 1), second, first.slice(1));
  inTurn(reader, second.slice(0, 1), first, second.slice(1));
  expect(late.section.conflicts().map((conflict) => conflict.key)).toEqual([other, key]);
  expect(reader.section.conflicts()).toEqual(late.section.conflicts());
});

test('[AM-4] one stops a drug while another changes its dose: each side, and what it still saw of the other', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { status: stopped } }], noonMs + 1);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }], noonMs + 2);
  meet(alice, bob);
  const branches = alice.section.conflicts()[0]?.branches;
  expect(branches?.map(({ registers, saw }) => ({ registers, saw }))).toEqual([
    { registers: { status: stopped }, saw: { dose: doseOf('500 mg') } },
    { registers: { dose: doseOf('850 mg') }, saw: { status: '{"status":"active"}' } },
  ]);
  expect(bob.section.conflicts()).toEqual(alice.section.conflicts());
});

test('[AM-4] a branch of several changes shows every register that the other side has not seen', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('2000 mg') } }]);
  alice.edit([{ kind: 'change', key, registers: { status: stopped } }]);
  bob.edit([{ kind: 'change', key, registers: { note: '{"note":[{"text":"nausea"}]}' } }]);
  meet(alice, bob);
  const ofAlice = bob.section.conflicts()[0]?.branches.find(({ provenance }) => provenance.device === alice.device);
  expect(ofAlice?.registers).toEqual({ dose: doseOf('2000 mg'), status: stopped });
  expect(ofAlice?.saw).toEqual({ note: '{}' });
});

test('[AM-4] what came one after the other is no conflict', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  meet(alice, bob);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }]);
  meet(alice, bob);
  expect(alice.section.conflicts()).toEqual([]);
  expect(alice.section.resources().get(key)?.registers).toEqual({ dose: doseOf('850 mg') });
});

test('[AM-4] the same statement written twice at the same time is one statement', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  meet(alice, bob);
  expect(alice.section.conflicts()).toEqual([]);
});

test('[AM-5] nobody writes over one side of an unsettled conflict; a settlement ends it for everyone', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }]);
  meet(alice, bob);
  const refused = alice.section.edit([{ kind: 'change', key, registers: { status: stopped } }], noonMs);
  expect(refused).toMatchObject({ ok: false, reason: 'unsettled-conflict' });
  alice.edit([{ kind: 'settle', key, registers: { dose: doseOf('1000 mg') } }]);
  meet(alice, bob);
  for (const { section } of [alice, bob]) {
    expect(section.conflicts()).toEqual([]);
    expect(section.resources().get(key)?.registers).toEqual({ dose: doseOf('1000 mg') });
  }
  bob.edit([{ kind: 'change', key, registers: { status: stopped } }]);
});

test('[AM-5] a settlement does not settle a third change that arrived after the person had looked', () => {
  const { alice, bob } = aliceAndBob();
  const carol = new Writer('c');
  meet(alice, bob, carol);
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }]);
  carol.edit([{ kind: 'change', key, registers: { status: stopped } }]);
  meet(alice, bob);
  const branches = (alice.section.conflicts()[0]?.branches ?? []).map(({ provenance }) => provenance.change);
  meet(alice, bob, carol);
  const settle = { kind: 'settle', key, registers: {}, branches } as const;
  expect(alice.section.edit([settle], noonMs)).toMatchObject({ ok: false, reason: 'changed-meanwhile' });
  expect(alice.section.conflicts()[0]?.branches).toHaveLength(3);
});

test('[AM-5] two settlements at the same time that choose differently are a conflict again', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }]);
  meet(alice, bob);
  alice.edit([{ kind: 'settle', key, registers: { dose: doseOf('1000 mg') } }], noonMs + 1);
  bob.edit([{ kind: 'settle', key, registers: { dose: doseOf('850 mg') } }], noonMs + 2);
  meet(alice, bob);
  expect(alice.section.conflicts()[0]?.branches.map(({ registers }) => registers)).toEqual([
    { dose: doseOf('1000 mg') },
    { dose: doseOf('850 mg') },
  ]);
});

test('[EN-5] [ATTACK-57] two devices create the same resource differently: both stand, and no side is read over the other’s base', () => {
  const alice = new Writer('a');
  const bob = new Writer('b');
  const other = base.replace('500 mg', '5 g');
  alice.edit([{ kind: 'create', key, base }]);
  alice.edit([{ kind: 'change', key, registers: { status: stopped } }]);
  bob.edit([{ kind: 'create', key, base: other }]);
  meet(alice, bob);
  for (const { section } of [alice, bob]) {
    const branches = section.conflicts()[0]?.branches ?? [];
    expect(branches.map(({ created, base: text }) => ({ created, text }))).toEqual(
      expect.arrayContaining([
        { created: true, text: base },
        { created: true, text: other },
      ]),
    );
    const standing = section.resources().get(key);
    expect(standing?.base === base ? { status: stopped } : {}).toEqual(standing?.registers);
  }
  expect(bob.section.resources()).toEqual(alice.section.resources());
  // Choosing Bob's: every register of the standing base that differs is written out.
  bob.edit([{ kind: 'settle', key, registers: { dose: doseOf('5 g'), status: '{"status":"active"}' } }]);
  meet(alice, bob);
  expect(alice.section.conflicts()).toEqual([]);
  expect(alice.section.resources()).toEqual(bob.section.resources());
  expect(alice.section.resources().get(key)?.registers).toEqual({ dose: doseOf('5 g'), status: '{"status":"active"}' });
});

test('[EN-5] two devices import the same file, and one goes on: nothing to choose, nothing lost', () => {
  const alice = new Writer('a');
  const bob = new Writer('b');
  alice.edit([{ kind: 'create', key, base }]);
  bob.edit([{ kind: 'create', key, base }]);
  bob.edit([{ kind: 'change', key, registers: { status: stopped } }]);
  meet(alice, bob);
  for (const { section } of [alice, bob]) {
    expect(section.conflicts()).toEqual([]);
    expect(section.resources().get(key)).toEqual({ key, base, registers: { status: stopped } });
  }
});

test('[ATTACK-57] both record the first allergy: both stand, and the list says that they met', () => {
  const alice = new Writer('a');
  const bob = new Writer('b');
  const list = 'AllergyIntolerance';
  const allergy = (id: string) => ({ kind: 'create', key: `${list}/${id}`, base: `{"id":"${id}"}`, list }) as const;
  alice.edit([allergy('penicillin')], noonMs + 1);
  bob.edit([allergy('latex')], noonMs + 2);
  meet(alice, bob);
  for (const { section } of [alice, bob]) {
    expect([...section.resources().keys()].sort()).toEqual([`${list}/latex`, `${list}/penicillin`]);
    const conflict = section.conflicts()[0];
    expect(conflict?.key).toBe(listKey(list));
    expect(
      conflict?.branches
        .map(({ added }) => added)
        .flat()
        .sort(),
    ).toEqual([`${list}/latex`, `${list}/penicillin`]);
  }
  expect(alice.section.edit([allergy('nuts')], noonMs)).toMatchObject({ ok: false, reason: 'unsettled-conflict' });
  alice.edit([{ kind: 'settleList', list }]);
  meet(alice, bob);
  expect(bob.section.conflicts()).toEqual([]);
  bob.edit([allergy('nuts')]);
  meet(alice, bob);
  expect(alice.section.conflicts()).toEqual([]);
});

test('[AM-4] the history of a resource tells every value of every side, oldest first', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }], noonMs + 1);
  bob.edit([{ kind: 'change', key, registers: { dose: doseOf('850 mg') } }], noonMs + 2);
  meet(alice, bob);
  alice.edit([{ kind: 'settle', key, registers: { dose: doseOf('750 mg') } }], noonMs + 3);
  const history = alice.section.history(key);
  expect(history.map(({ register, text }) => [register, text])).toEqual([
    [undefined, base],
    ['dose', doseOf('1000 mg')],
    ['dose', doseOf('850 mg')],
    ['dose', doseOf('750 mg')],
  ]);
  expect(history.map(({ provenance }) => provenance.device)).toEqual([
    alice.device,
    alice.device,
    bob.device,
    alice.device,
  ]);
  expect(alice.section.provenanceOf(key)?.timeMs).toBe(noonMs + 3);
  expect(alice.section.provenanceOf(key, 'status')?.timeMs).toBe(noonMs);
});

test('[AM-4] a section opened again shows the same resources and the same conflicts', () => {
  const { alice, bob } = aliceAndBob();
  alice.edit([{ kind: 'change', key, registers: { dose: doseOf('1000 mg') } }]);
  bob.edit([{ kind: 'change', key, registers: { status: stopped } }]);
  meet(alice, bob);
  const again = {
    actors: [alice, bob].map(({ actor, device }) => [actor, device] as const),
    author: { actor: alice.actor, device: alice.device },
  };
  const changes = [...bob.entries, ...alice.entries].flatMap((entry) => entry.changes);
  const fromChanges = mustBeOk(SectionDocument.open({ ...again, changes }));
  const fromSnapshot = mustBeOk(SectionDocument.open({ ...again, changes: [], snapshot: alice.section.save() }));
  for (const section of [fromChanges, fromSnapshot]) {
    expect(section.conflicts()).toEqual(alice.section.conflicts());
    expect(section.resources()).toEqual(alice.section.resources());
    expect(section.heads()).toEqual(alice.section.heads());
  }
});

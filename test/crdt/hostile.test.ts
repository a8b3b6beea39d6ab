/** What a writer with a valid signature can send (section 8): the document stays loadable, and the good is merged. */
import { createHash } from 'node:crypto';
import { decodeChange, encodeChange, type DecodedChange } from '@automerge/automerge/slim';
import { beforeAll, expect, test } from 'vitest';
import { concatBytes, type Bytes } from '../../src/base/bytes.ts';
import type { EntryChanges } from '../../src/crdt/admission.ts';
import { checkChange, type CheckedChange } from '../../src/crdt/check-change.ts';
import { genesisHash } from '../../src/crdt/genesis.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import * as limits from '../../src/crdt/limits.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { Trial, type CandidateEntry } from '../../src/crdt/trial.ts';
import { actorNamed, deviceNamed, entryOf, mustBeOk, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'Condition/asthma';
const mallory = { actor: actorNamed('m'), device: deviceNamed('m') };

type ChangeToEncode = Parameters<typeof encodeChange>[0];
type Op = DecodedChange['ops'][number];
const set = (rootKey: string, value: string, pred: string[] = []): Op => ({
  action: 'set',
  obj: '_root',
  key: rootKey,
  value,
  pred,
});
const create = (id: string): Op[] => [
  set(`Condition/${id}#base`, `{"id":"${id}"}`),
  set(`Condition/${id}#mark`, 'created'),
];

/** A first change of Mallory on top of the genesis, sound but for what is given. */
function crafted(parts: Partial<ChangeToEncode> = {}): Bytes {
  const change = {
    actor: mallory.actor,
    author: null,
    seq: 1,
    startOp: 1,
    time: noonMs / 1000 - 0.25,
    message: '250',
    deps: [genesisHash],
    ops: create('mallory'),
  };
  return new Uint8Array(encodeChange({ ...change, ...parts }));
}

const hashOf = (bytes: Uint8Array): string => decodeChange(bytes).hash;
const entry = (...changes: Bytes[]): EntryChanges => entryOf(mallory.actor, mallory.device, changes);

/** A section with one resource in two versions, and its entries. */
function aliceWrites(): Writer {
  const alice = new Writer('a');
  alice.edit([{ kind: 'create', key, base: '{"id":"asthma"}' }]);
  alice.edit([{ kind: 'change', key, registers: { note: '{"note":[]}' } }]);
  return alice;
}

function expectStillLoads(section: SectionDocument): void {
  const author = { actor: actorNamed('z'), device: deviceNamed('z') };
  const actors = [
    [actorNamed('a'), deviceNamed('a')],
    [mallory.actor, mallory.device],
  ] as const;
  const again = mustBeOk(SectionDocument.open({ changes: [], snapshot: section.save(), actors, author }));
  expect(again.heads()).toEqual(section.heads());
  expect(again.resources()).toEqual(section.resources());
}

function expectRefused(changes: Bytes[], reason: string): void {
  const alice = aliceWrites();
  const before = alice.section.heads();
  const outcome = alice.section.applyBodies([entry(...changes)]);
  expect(outcome).toMatchObject({ merged: [], failed: [{ reason }], waiting: [], deferred: [] });
  expect(alice.section.heads()).toEqual(before);
  expectStillLoads(alice.section);
}

test('[AM-1] a sound change of a stranger is merged: what follows is refused for its fault alone', () => {
  const alice = aliceWrites();
  expect(alice.section.applyBodies([entry(crafted())]).merged).toHaveLength(1);
  expectStillLoads(alice.section);
});

test.each([2, 2 ** 31, 2 ** 32 - 2])('[ATTACK-33] a first operation numbered %d is refused', (startOp) => {
  expectRefused([crafted({ startOp })], 'wrong-start-op');
});

test('[ATTACK-33] predecessors that do not exist, belong to another key, or were not seen by their author', () => {
  const alice = aliceWrites();
  const [first, second] = alice.entries.flatMap(({ changes }) => changes).map((bytes) => decodeChange(bytes));
  if (first === undefined || second === undefined) throw new Error('Alice wrote two changes');
  const change = (pred: { note: string[]; mark: string[] }, on = second): Bytes =>
    crafted({
      startOp: on.startOp + on.ops.length,
      deps: [on.hash],
      ops: [set(`${key}#r:note`, '{}', pred.note), set(`${key}#mark`, 'changed', pred.mark)],
    });
  const a = actorNamed('a');
  const outcome = alice.section.applyBodies([
    entry(change({ note: [`99@${a}`], mark: [`4@${a}`] })),
    entry(change({ note: [`3@${mallory.actor}`], mark: [`4@${a}`] })),
    entry(change({ note: [`1@${a}`], mark: [`4@${a}`] })), // the base
    entry(change({ note: [], mark: [`4@${a}`] })), // beside what it had seen
    entry(change({ note: [`3@${a}`], mark: [`2@${a}`] }, first)), // over what it had not seen
    entry(change({ note: [`3@${a}`], mark: [`4@${a}`] })), // sound
  ]);
  expect(outcome.failed.map(({ reason }) => reason)).toEqual(Array(5).fill('unresolvable-predecessor'));
  expect(outcome.merged).toHaveLength(1);
  expectStillLoads(alice.section);
});

test('[ATTACK-33] a gap in an actor’s numbers, and a number on a branch that leaves out its own past', () => {
  expectRefused([crafted({ seq: 2 })], 'sequence-gap');
  const second = crafted({ seq: 2, startOp: 1, ops: create('second') });
  expectRefused([crafted(), second], 'sequence-gap');
});

test('[ATTACK-32] the same actor and number twice: the first stands, the second is refused by name', () => {
  const alice = aliceWrites();
  const outcome = alice.section.applyBodies([entry(crafted()), entry(crafted({ ops: create('other') }))]);
  expect(outcome.merged).toHaveLength(1);
  expect(outcome.failed).toMatchObject([{ reason: 'sequence-reused' }]);
  expectStillLoads(alice.section);
});

test('[ATTACK-32] a victim’s actor inside another’s entry is refused', () => {
  expectRefused([crafted({ actor: actorNamed('a') })], 'foreign-actor');
});

test('[ATTACK-34] 200,000 operations in one change are refused before they are decoded', () => {
  const ops = Array.from({ length: 100_000 }, (_, i) => create(String(i))).flat();
  expectRefused([crafted({ ops })], 'too-large');
  const few = crafted({ ops: Array.from({ length: 2_501 }, (_, i) => create(String(i))).flat() });
  expectRefused([few], 'too-many-operations');
});

test('[ATTACK-34] forty bytes that stand for a trillion operations are refused without being expanded', () => {
  const leb = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...leb(Math.floor(value / 128))];
  const run = [0, ...leb(2 ** 40)]; // a run of nothing
  for (const column of [0x15, 0x34, 0x42, 0x56, 0x70, 0x73]) {
    const head = [1, ...Buffer.from(genesisHash, 'hex'), 16, ...Buffer.from(mallory.actor, 'hex'), 1, 1, 0, 0, 0];
    expectRefused([chunk([...head, 1, column, run.length, ...run])], 'too-many-operations');
  }
});

test('[ATTACK-34] 5 MB of text are refused, as one value and as text that grows by letters', () => {
  expectRefused(
    [crafted({ ops: [set('Condition/x#base', 'x'.repeat(5_000_000)), set('Condition/x#mark', 'created')] })],
    'too-large',
  );
  expectRefused([crafted({ ops: [...create('x'), set('Condition/x#r:note', 'x'.repeat(100_000))] })], 'too-large');
  const text = { action: 'makeText', obj: '_root', key: `${key}#r:note`, pred: [] };
  expectRefused([crafted({ ops: [text] })], 'foreign-shape');
});

test('[AM-1] what no Peerchart writes is refused', () => {
  const shapes: Op[][] = [
    [],
    [set('Condition/x#r:note', '{}')], // no mark
    [...create('x'), ...create('x')],
    [set('Condition/x#mark', 'created')],
    [set('Condition/x#base', '{}'), set('Condition/x#mark', 'changed')],
    [set('Condition/x#mark', 'approved')],
    [set('Condition/x', '{}')],
    [set('#base', '{}')],
    [set('@list/../x', 'added')],
    [set('@list/Condition', 'gone')],
    // All else about these is right: the mark is there, and says `created` beside a base.
    [{ action: 'del', obj: '_root', key: 'Condition/x#base', pred: [] }, set('Condition/x#mark', 'created')],
    [{ action: 'makeMap', obj: '_root', key: 'Condition/x#base', pred: [] }, set('Condition/x#mark', 'created')],
    [{ ...set('Condition/x#base', ''), value: 7, datatype: 'int' }, set('Condition/x#mark', 'created')],
  ];
  for (const ops of shapes) expectRefused([crafted({ ops })], 'foreign-shape');
  const elsewhere = create('x').map((op) => ({ ...op, obj: `1@${actorNamed('a')}` })); // inside a value, not at the root
  expectRefused([crafted({ ops: elsewhere })], 'foreign-shape');
  expectRefused([crafted({ time: -1 })], 'bad-time');
  expectRefused([crafted({ time: 2 ** 40 })], 'bad-time');
  expectRefused([crafted({ message: 'a message with clinical text' })], 'bad-time');
  expectRefused([crafted({ deps: [] })], 'bad-dependencies');
  expectRefused([crafted({ deps: [genesisHash, genesisHash] })], 'bad-dependencies');
});

test('[AM-1] another encoding of the same change is refused: a saved document could not find its hash again', () => {
  const sound = crafted();
  expect(chunk(contentsOf(sound))).toEqual(sound);
  expectRefused([chunk([...contentsOf(sound), 7])], 'malformed'); // bytes after the columns
  const longSeq = [...contentsOf(sound)];
  expect(longSeq.splice(50, 1, 0x81, 0x00)).toEqual([1]);
  expectRefused([chunk(longSeq)], 'malformed'); // 1 in two bytes
  const startOpZero = [...contentsOf(sound)];
  startOpZero[51] = 0;
  expectRefused([chunk(startOpZero)], 'malformed');
  const wrongChecksum = sound.slice();
  wrongChecksum[4] = (wrongChecksum[4] ?? 0) ^ 1;
  expectRefused([wrongChecksum], 'not-canonical');
  expectRefused([concatBytes(sound, sound)], 'malformed');
  for (let length = 0; length < sound.length; length++) {
    expect(checkChange(sound.slice(0, length), mallory).ok).toBe(false);
  }
});

test('[AM-1] no flipped bit of a change is taken for another change of the same author', () => {
  const sound = crafted();
  for (let bit = 0; bit < sound.length * 8; bit++) {
    const flipped = sound.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(checkChange(flipped, mallory).ok).toBe(false);
  }
});

test('[AM-2] [ATTACK-40] a flood of changes that build on nothing known fills its pool and no more', () => {
  const alice = aliceWrites();
  const flood = Array.from({ length: limits.maxWaitingEntries + 500 }, (_, i) =>
    entry(crafted({ deps: [createHash('sha256').update(String(i)).digest('hex')] })),
  );
  const outcome = alice.section.applyBodies(flood);
  expect(outcome.waiting).toHaveLength(limits.maxWaitingEntries);
  expect(outcome.deferred).toHaveLength(500);
  const bob = new Writer('b');
  bob.receive(alice);
  bob.edit([{ kind: 'create', key: 'Condition/honest', base: '{}' }]);
  expect(alice.section.applyBodies(bob.entries).merged).toHaveLength(1);
  expectStillLoadsWith(alice, bob);
});

test('[AM-2] entries in reverse order wait for each other and then enter together', () => {
  const alice = new Writer('a');
  for (let i = 0; i < 50; i++) alice.edit([{ kind: 'create', key: `Condition/${i}`, base: '{}' }]);
  const bob = new Writer('b');
  const [first, ...rest] = alice.entries;
  if (first === undefined) throw new Error('Alice wrote');
  const early = bob.section.applyBodies(rest.reverse());
  expect(early.merged).toEqual([]);
  expect(early.waiting).toHaveLength(49);
  const late = bob.section.applyBodies([first, first]);
  expect(new Set(late.merged).size).toBe(50);
  expect(late.waiting).toEqual([]);
  expect(bob.section.heads()).toEqual(alice.section.heads());
  expect(bob.section.applyBodies(alice.entries).failed).toEqual([]);
});

test('[ATTACK-35] one poisoned entry among a hundred good ones: ninety-nine are merged, and what builds on it waits', () => {
  const alice = new Writer('a');
  for (let i = 0; i < 99; i++) alice.edit([{ kind: 'create', key: `Condition/${i}`, base: '{}' }]);
  const poison = crafted({ startOp: 7 });
  const onPoison = crafted({ seq: 2, startOp: 9, deps: [hashOf(poison)], ops: create('second') });
  const bob = new Writer('b');
  const outcome = bob.section.applyBodies([
    ...alice.entries.slice(0, 50),
    entry(poison),
    entry(onPoison),
    ...alice.entries.slice(50),
  ]);
  expect(outcome.merged).toHaveLength(99);
  expect(outcome.failed).toMatchObject([{ reason: 'wrong-start-op' }]);
  expect(outcome.waiting).toHaveLength(1);
  expect(bob.section.heads()).toEqual(alice.section.heads());
});

test('[AM-3] an entry enters whole or not at all', () => {
  expectRefused(
    [crafted(), crafted({ seq: 2, startOp: 99, deps: [hashOf(crafted())], ops: create('x') })],
    'wrong-start-op',
  );
});

test('[AM-3] what gets past every check and makes the saved document unloadable is found by halves', () => {
  const alice = aliceWrites();
  const bob = new Writer('b');
  for (let i = 0; i < 9; i++) bob.edit([{ kind: 'create', key: `Condition/b${i}`, base: '{}' }]);
  const candidates: CandidateEntry[] = bob.entries.map(({ hash, actor, changes }) => ({
    hash,
    changes: changes.map((bytes) => mustBeOk(checkChange(bytes, { actor }))),
  }));
  // As if the checks had believed it: a change whose numbering starts anew, told to be sound.
  const honest = mustBeOk(checkChange(crafted(), mallory));
  const poison = crafted({ startOp: 1, deps: [...alice.section.heads()] });
  const tip = alice.section.graph.mustGet(String(alice.section.heads()[0]));
  const lie: CheckedChange = {
    ...honest,
    bytes: poison,
    node: { ...honest.node, hash: hashOf(poison), startOp: tip.maxOp + 1, maxOp: tip.maxOp + 2, deps: [tip.hash] },
  };
  candidates.splice(4, 0, { hash: entry(poison).hash, changes: [lie] });
  const trial = new Trial<CandidateEntry>(alice.section.document(), alice.section.graph);
  const taken = candidates.filter((candidate) => trial.take(candidate).ok);
  const outcome = trial.finish();
  trial.free();
  expect([taken.length, outcome.bad.length]).toEqual([10, 1]);
  expect(outcome.good).toHaveLength(9);
  expectStillLoads(alice.section);
});

function expectStillLoadsWith(...writers: Writer[]): void {
  const [first] = writers;
  if (first === undefined) return;
  const author = { actor: actorNamed('z'), device: deviceNamed('z') };
  const actors = writers.map(({ actor, device }) => [actor, device] as const);
  const again = mustBeOk(SectionDocument.open({ changes: [], snapshot: first.section.save(), actors, author }));
  expect(again.heads()).toEqual(first.section.heads());
}

/** A change chunk around these contents, with the checksum Automerge looks for. */
function chunk(contents: readonly number[]): Bytes {
  const length = contents.length < 128 ? [contents.length] : [(contents.length & 127) | 128, contents.length >> 7];
  const hashed = new Uint8Array([1, ...length, ...contents]);
  const checksum = createHash('sha256').update(hashed).digest().subarray(0, 4);
  return concatBytes(new Uint8Array([0x85, 0x6f, 0x4a, 0x83]), checksum, hashed);
}

function contentsOf(change: Uint8Array): readonly number[] {
  return [...change.subarray((change[9] ?? 0) < 128 ? 10 : 11)];
}

test('[AM-5] whose mark is the later tells nothing of whose values stand: a resource is last written by the author of its newest value', () => {
  const alice = new Writer('a');
  alice.edit([{ kind: 'create', key, base: '{"id":"asthma"}' }]);
  const told = '{"note":[{"text":"by Mallory"}]}';
  const ops = [set(`${key}#mark`, 'created'), set(`${key}#base`, '{"id":"asthma"}'), set(`${key}#r:note`, told)];
  const outcome = alice.section.applyBodies([entry(crafted({ ops }))]);
  expect(outcome.merged).toHaveLength(1);
  expect(alice.section.resources().get(key)?.registers).toEqual({ note: told });
  expect(alice.section.provenanceOf(key)?.device).toBe(mallory.device);
});

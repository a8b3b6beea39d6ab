import { decodeChange, isWasmInitialized, stats } from '@automerge/automerge/slim';
import { beforeAll, expect, test } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { genesisHash } from '../../src/crdt/genesis.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import * as limits from '../../src/crdt/limits.ts';
import { SectionDocument, type OpenSection } from '../../src/crdt/section-document.ts';
import { actorNamed, deviceNamed, entryOf, meet, mustBeOk, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'Observation/bp';
const base = '{"resourceType":"Observation","id":"bp"}';
const author = { actor: actorNamed('a'), device: deviceNamed('a') };
const open = (parts: Partial<OpenSection>) => SectionDocument.open({ changes: [], actors: [], author, ...parts });

test('starting Automerge twice is starting it once', async () => {
  await Promise.all([initCrdt(), initCrdt()]);
  expect(isWasmInitialized()).toBe(true);
});

test('an edit is one change: actor, time to the millisecond, and exactly the heads it was written on', () => {
  const alice = new Writer('a');
  const first = alice.edit([{ kind: 'create', key, base }], 1_768_478_400_007);
  expect(first.deps).toEqual([genesisHash]);
  const second = alice.edit([{ kind: 'change', key, registers: { note: '{}' } }]);
  expect(second.deps).toEqual([first.hash]);
  expect(alice.section.heads()).toEqual([second.hash]);
  expect(alice.section.dependenciesOf(second.hash)).toEqual([first.hash]);
  const decoded = decodeChange(first.bytes);
  expect(decoded).toMatchObject({ hash: first.hash, actor: alice.actor, seq: 1, time: 1_768_478_400, message: '7' });
  expect(alice.section.provenanceOf(key, 'value')?.timeMs).toBe(1_768_478_400_007);
});

test('[EN-1] the bytes of a change are frozen', () => {
  const alice = new Writer('a');
  const { bytes } = alice.edit([{ kind: 'create', key: 'A/1', base: '{}' }]);
  expect(toHex(bytes)).toMatchInlineSnapshot(
    `"856f4a83ef71b84f016f01473b2c86b9c0cb8699179ecfec5655c1d7543daf1ac948ab234b0af328298ef710616161616161616161616161616161000101c0ada3cb060332353000061513340142025603570970027e08412f31236261736508412f31236d61726b0202017e26767b7d637265617465640200"`,
  );
});

test('what a resource and an edit cost is pinned', () => {
  const alice = new Writer('a');
  const created = alice.edit([{ kind: 'create', key, base }]);
  expect(stats(alice.section.document()).numOps).toBe(2);
  const changed = alice.edit([{ kind: 'change', key, registers: { value: '{"valueInteger":1}' } }]);
  expect(stats(alice.section.document()).numOps).toBe(4);
  const again = alice.edit([{ kind: 'change', key, registers: { value: '{"valueInteger":2}' } }]);
  expect([created, changed, again].map(({ bytes }) => bytes.length)).toMatchInlineSnapshot(`
    [
      183,
      173,
      173,
    ]
  `);
});

test('[EN-4] after a change of actor edits go on by the new one, and others accept both', () => {
  const alice = new Writer('a');
  alice.edit([{ kind: 'create', key, base }]);
  alice.actor = actorNamed('a', 7);
  alice.section.writeAs({ actor: alice.actor, device: alice.device });
  const next = alice.edit([{ kind: 'change', key, registers: { note: '{}' } }]);
  expect(decodeChange(next.bytes)).toMatchObject({ actor: alice.actor, seq: 1 });
  const bob = new Writer('b');
  expect(bob.receive(alice)).toHaveLength(2);
  expect(bob.section.provenanceOf(key)).toMatchObject({ actor: alice.actor, device: alice.device });
});

test('[EN-5] two devices that start a section apart have one section when they meet', () => {
  const alice = new Writer('a');
  const bob = new Writer('b');
  alice.edit([{ kind: 'create', key: 'Condition/1', base: '{"n":1}' }]);
  bob.edit([{ kind: 'create', key: 'Condition/2', base: '{"n":2}' }]);
  meet(alice, bob);
  expect(alice.section.heads()).toHaveLength(2);
  expect([...bob.section.resources().keys()].sort()).toEqual(['Condition/1', 'Condition/2']);
});

test('edits are everything or nothing, and refused by name', () => {
  const alice = new Writer('a');
  alice.edit([{ kind: 'create', key, base }]);
  const heads = alice.section.heads();
  const refusal = (...edits: Parameters<SectionDocument['edit']>[0]) => {
    const result = alice.section.edit(edits, noonMs);
    return result.ok ? 'written' : result.reason;
  };
  const sound = { kind: 'create', key: 'Observation/2', base } as const;
  expect(refusal()).toBe('nothing-to-write');
  expect(refusal(sound, { kind: 'create', key, base })).toBe('already-exists');
  expect(refusal(sound, { kind: 'change', key: 'Observation/3', registers: { note: '{}' } })).toBe('unknown-resource');
  expect(refusal(sound, { kind: 'settle', key: 'Observation/3', registers: {} })).toBe('unknown-resource');
  expect(refusal(sound, { kind: 'change', key, registers: {} })).toBe('nothing-to-write');
  expect(refusal(sound, { kind: 'change', key, registers: { '': '{}' } })).toBe('malformed');
  expect(refusal({ kind: 'create', key: 'Observation', base })).toBe('malformed');
  expect(refusal({ kind: 'create', key: 'Observation/\ud800', base })).toBe('malformed');
  expect(refusal({ ...sound, list: 'not a type' })).toBe('malformed');
  const long = 'x'.repeat(limits.maxTypedTextBytes);
  expect(refusal(sound, { kind: 'change', key, registers: { note: long } })).toBe('too-large');
  expect(refusal({ ...sound, base: 'x'.repeat(limits.maxVerbatimTextBytes + 1) })).toBe('too-large');
  expect(alice.section.heads()).toEqual(heads);
  expect([...alice.section.resources().keys()]).toEqual([key]);
});

test('[AM-6] text is kept to the letter; what UTF-8 cannot hold is kept as the escape that means the same', () => {
  const alice = new Writer('a');
  const odd = '{"value":1.10,"text":"Ünïcode 😀 \\u0000","half":"\ud800"}';
  alice.edit([{ kind: 'create', key: 'Observation/a#b%23', base: odd }]);
  alice.edit([{ kind: 'change', key: 'Observation/a#b%23', registers: { '@entry': '{"a":1e400}', 'x#y': '{}' } }]);
  const bob = new Writer('b');
  bob.receive(alice);
  for (const { section } of [alice, bob]) {
    const stored = section.resources().get('Observation/a#b%23');
    expect(stored?.base).toBe(odd.replace('\ud800', '\\ud800'));
    expect(JSON.parse(stored?.base ?? '')).toEqual(JSON.parse(odd));
    expect(stored?.registers).toEqual({ '@entry': '{"a":1e400}', 'x#y': '{}' });
  }
});

test('[EN-9] an import is cut into changes within the limits, resources whole, in order', () => {
  const alice = new Writer('a');
  const text = (size: number): string => `{"t":"${'x'.repeat(size)}"}`;
  const edits: SectionEdit[] = Array.from({ length: 5_000 }, (_, i): SectionEdit[] => {
    const create = { kind: 'create', key: `Observation/${i}`, base: text(i % 100 === 0 ? 40_000 : 200) } as const;
    const change = { kind: 'change', key: create.key, registers: { '@entry': '{}' } } as const;
    return i % 2 === 0 ? [create, change] : [create];
  }).flat();
  edits.push({ kind: 'create', key: 'Observation/scan', base: text(limits.maxVerbatimTextBytes - 100) });
  const changes = mustBeOk(alice.section.editMany(edits, noonMs));
  const sizes = changes.map(({ bytes }) => decodeChange(bytes).ops.length);
  expect(sizes.reduce((sum, ops) => sum + ops, 0)).toBe(5_000 * 2 + 2_500 + 2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.importOps);
  expect(changes).toHaveLength(14);
  changes.slice(1).forEach(({ deps }, i) => expect(deps).toEqual([changes[i]?.hash]));
  const bob = new Writer('b');
  const outcome = bob.section.applyBodies(changes.map(({ bytes }) => entryOf(alice.actor, alice.device, [bytes])));
  expect(outcome).toMatchObject({ failed: [], waiting: [], deferred: [] });
  expect(bob.section.resources()).toEqual(alice.section.resources());
  const tooLarge = { kind: 'create', key: 'Observation/x', base: text(limits.maxVerbatimTextBytes) } as const;
  expect(alice.section.editMany([edits[0] ?? tooLarge, tooLarge], noonMs).ok).toBe(false);
});

test('who listens hears which resources and lists read differently', () => {
  const alice = new Writer('a');
  const bob = new Writer('b');
  const heard: string[][] = [];
  const stop = alice.section.onChange((changed) => heard.push([...changed].sort()));
  bob.edit([{ kind: 'create', key: 'Condition/1', base: '{}', list: 'Condition' }]);
  alice.receive(bob);
  alice.edit([{ kind: 'change', key: 'Condition/1', registers: { note: '{}' } }]);
  alice.receive(bob);
  stop();
  alice.edit([{ kind: 'change', key: 'Condition/1', registers: { note: '{"note":[]}' } }]);
  expect(heard).toEqual([['@list/Condition', 'Condition/1'], ['Condition/1']]);
});

test('a section opens from its changes in any order, or from a snapshot and what came after', () => {
  const alice = new Writer('a');
  for (let i = 0; i < 20; i++) alice.edit([{ kind: 'create', key: `Condition/${i}`, base: '{}' }]);
  const snapshot = alice.section.save();
  alice.edit([{ kind: 'change', key: 'Condition/3', registers: { note: '{}' } }]);
  const changes = alice.entries.flatMap((entry) => entry.changes);
  const actors = [[alice.actor, alice.device]] as const;
  for (const input of [{ changes }, { changes: changes.toReversed() }, { snapshot, changes: changes.slice(-1) }]) {
    const again = mustBeOk(open({ ...input, actors }));
    expect(again.heads()).toEqual(alice.section.heads());
    expect(again.resources()).toEqual(alice.section.resources());
  }
});

test('a section that lacks a change, has a damaged one or one of nobody known is not opened, and says why', () => {
  const alice = new Writer('a');
  for (let i = 0; i < 3; i++) alice.edit([{ kind: 'create', key: `Condition/${i}`, base: '{}' }]);
  const changes = alice.entries.flatMap((entry) => entry.changes);
  const actors = [[alice.actor, alice.device]] as const;
  const [first, second, third] = changes;
  if (first === undefined || second === undefined || third === undefined) throw new Error('Alice wrote three');
  expect(open({ changes: [first, third], actors })).toMatchObject({ ok: false, reason: 'missing-dependencies' });
  // On top of a saved document too, where Automerge says nothing and keeps the change back until the rest comes.
  const snapshot = mustBeOk(open({ changes: [first], actors })).save();
  expect(open({ snapshot, changes: [third], actors })).toMatchObject({ ok: false, reason: 'missing-dependencies' });
  const damaged = second.slice();
  damaged[60] = (damaged[60] ?? 0) ^ 1;
  expect(open({ changes: [first, damaged, third], actors })).toMatchObject({ ok: false });
  expect(open({ changes, actors: [] })).toMatchObject({ ok: false, reason: 'unknown-actor' });
  expect(open({ changes: [new Uint8Array(12)], actors })).toMatchObject({ ok: false, reason: 'unreadable' });
});

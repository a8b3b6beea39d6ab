/** What a writer with a valid signature can send into a note's text: all but letters is refused, and what was signed stands. */
import { decodeChange, encodeChange } from '@automerge/automerge/slim';
import { beforeAll, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { registerOfWords } from '../../src/clinical/written-text.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { maxTextLength } from '../../src/crdt/limits.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorNamed, deviceNamed, entryOf, mustBeOk, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'DocumentReference/n';
const other = 'DocumentReference/other';
const base = '{"resourceType":"DocumentReference","id":"n"}';
const mallory = { actor: actorNamed('m'), device: deviceNamed('m') };
const a = actorNamed('a');

/** Alice's first change: base, mark, the text, its name, then the letters of "ab" as operations 5 and 6. */
const text = `3@${a}`;
const typedBefore = `4@${a}`;
const letters = [`5@${a}`, `6@${a}`] as const;

type Op = Record<string, unknown>;

const set = (rootKey: string, value: string, pred: string[] = []): Op => ({
  action: 'set',
  obj: '_root',
  key: rootKey,
  value,
  pred,
});
const names = (object = text, of = key, pred = [typedBefore]): Op => set(`${of}#typed`, object, pred);
const insert = (value: unknown, behind = '_head', more: Op = {}): Op => ({
  action: 'set',
  obj: text,
  elemId: behind,
  insert: true,
  value,
  pred: [],
  ...more,
});
const remove = (letter: string, more: Op = {}): Op => ({
  action: 'del',
  obj: text,
  elemId: letter,
  pred: [letter],
  ...more,
});

/** Without where each text was read last, which depends on what came when. */
function readingOf(section: SectionDocument) {
  const resources = [...section.resources()].sort(([one], [other]) => (one < other ? -1 : 1));
  return resources.map(([, { text, ...rest }]) => ({ ...rest, words: text?.words, isClosed: text?.isClosed }));
}

function aliceWrites(): Writer {
  const alice = new Writer('a');
  alice.edit([{ kind: 'create', key, base, words: 'ab' }]);
  expect(decodeChange(mustHave(alice.entries[0]?.changes[0])).ops.map(({ action }) => action)).toHaveLength(6);
  return alice;
}

function crafted(on: Writer, ops: readonly Op[], deps: readonly string[] = on.section.heads()): Bytes {
  const startOp = 1 + Math.max(...deps.map((dep) => on.section.graph.mustGet(dep).maxOp));
  const change = {
    actor: mallory.actor,
    author: null,
    seq: 1,
    startOp,
    time: noonMs / 1000 - 0.25,
    message: '250',
    deps: [...deps],
    ops: ops as unknown as Parameters<typeof encodeChange>[0]['ops'],
  };
  return new Uint8Array(encodeChange(change));
}

function offer(alice: Writer, ...changes: readonly Bytes[]) {
  return alice.section.applyBodies([entryOf(mallory.actor, mallory.device, changes)]);
}

function expectRefused(alice: Writer, change: Bytes, reason: string, why = ''): void {
  const before = alice.section.resources().get(key);
  expect(offer(alice, change), why).toMatchObject({ merged: [], failed: [{ reason }] });
  expect(alice.section.resources().get(key)).toEqual(before);
  expectStillLoads(alice);
}

function expectStillLoads({ section }: Writer): void {
  const author = { actor: actorNamed('z'), device: deviceNamed('z') };
  const actors = [
    [a, deviceNamed('a')],
    [actorNamed('b'), deviceNamed('b')],
    [mallory.actor, mallory.device],
  ] as const;
  const again = mustBeOk(SectionDocument.open({ changes: [], snapshot: section.save(), actors, author }));
  expect(again.heads()).toEqual(section.heads());
  expect(readingOf(again)).toEqual(readingOf(section));
}

test('[AM-6] letters written and deleted by a stranger as Peerchart does are merged: what follows is refused for its fault alone', () => {
  const alice = aliceWrites();
  const sound = crafted(alice, [
    names(),
    insert('x', letters[0]),
    insert('😀', `8@${mallory.actor}`),
    remove(letters[1]),
  ]);
  expect(offer(alice, sound).merged).toHaveLength(1);
  expect(alice.section.resources().get(key)?.text?.words).toBe('ax😀');
  expectStillLoads(alice);
});

test('[ATTACK-68] blocks, marks, objects, counters, several letters in one, a letter over another', () => {
  const shapes: readonly (readonly [string, readonly Op[]])[] = [
    ['a block', [names(), { action: 'makeMap', obj: text, elemId: '_head', insert: true, pred: [] }]],
    ['a text within', [names(), { action: 'makeText', obj: text, elemId: '_head', insert: true, pred: [] }]],
    ['a counter', [names(), insert(7, '_head', { datatype: 'counter' })]],
    ['a number', [names(), insert(7, '_head', { datatype: 'int' })]],
    ['two letters in one', [names(), insert('xy')]],
    ['no letter', [names(), insert('')]],
    ['a letter over another', [names(), { ...insert('x', letters[0]), insert: false, pred: [letters[0]] }]],
    ['an insertion that replaces', [names(), insert('x', letters[0], { pred: [letters[0]] })]],
    ['a deletion of two', [names(), remove(letters[0], { pred: [...letters] })]],
    ['a deletion of nothing', [names(), remove(letters[0], { pred: [] })]],
    ['a deletion of another', [names(), remove(letters[0], { pred: [letters[1]] })]],
    ['a deletion twice', [names(), remove(letters[0]), remove(letters[0])]],
    ['its own letter deleted', [names(), insert('x'), remove(`8@${mallory.actor}`)]],
    ['a text that is not named', [insert('x')]],
    ['a text named and not written in', [names()]],
    ['a text named twice', [names(), names(text, other, []), insert('x')]],
    ['another text than the one named', [names(`1@${a}`), insert('x')]],
    ['a text at the root written as a string', [set(`${key}#text`, 'x'), set(`${key}#mark`, 'changed')]],
    ['a text of a type that has none', [names(text, 'Condition/x', []), insert('x')]],
    ['the text deleted', [{ action: 'del', obj: '_root', key: `${key}#text`, pred: [text] }]],
    [
      'signed and typed at once',
      [names(), set(`${key}#r:content`, registerOfWords('x')), set(`${key}#mark`, 'changed', [`2@${a}`]), insert('x')],
    ],
  ];
  const alice = aliceWrites();
  for (const [why, ops] of shapes) expectRefused(alice, crafted(alice, ops), 'foreign-shape', why);
  // Marks are a column of their own, which no Peerchart writes.
  const mark = {
    action: 'mark',
    obj: text,
    elemId: '_head',
    insert: true,
    expand: true,
    name: 'bold',
    value: true,
    pred: [],
  };
  expect(() => crafted(alice, [names(), mark])).toThrow();
});

test('[ATTACK-68] a text made without its resource, twice, for another, over one that is there, or under no name', () => {
  const alice = aliceWrites();
  const m = mallory.actor;
  const make = (of: string, pred: string[] = []): Op => ({ action: 'makeText', obj: '_root', key: `${of}#text`, pred });
  const created = (of: string): Op[] => [set(`${of}#base`, base), set(`${of}#mark`, 'created')];
  const shapes: readonly (readonly [string, readonly Op[]])[] = [
    ['without its resource', [make(other), names(`7@${m}`, other, [])]],
    ['beside a resource that is there', [make(key), names(`7@${m}`)]],
    ['in place of the text', [make(key, [text]), names(`7@${m}`)]],
    ['in place of another text, with a resource', [...created(other), make(other, [text]), names(`9@${m}`, other, [])]],
    ['twice', [...created(other), make(other), make(other), names(`9@${m}`, other, [])]],
    ['under no name', [...created(other), make(other)]],
    ['under another’s name', [...created(other), make(other), names(text, other, [])]],
    ['for a type that has none', [...created('Condition/x'), make('Condition/x')]],
    ['a map', [...created(other), { action: 'makeMap', obj: '_root', key: `${other}#text`, pred: [] }]],
    ['a list', [...created(other), { action: 'makeList', obj: '_root', key: `${other}#text`, pred: [] }]],
  ];
  for (const [why, ops] of shapes) expectRefused(alice, crafted(alice, ops), 'foreign-shape', why);
  const sound = [...created(other), make(other), names(`9@${m}`, other, [])];
  expect(offer(alice, crafted(alice, sound)).merged).toHaveLength(1);
});

test('[ATTACK-68] letters that are not there, of another text, or that their writer had not seen', () => {
  const alice = aliceWrites();
  const first = alice.section.heads();
  alice.edit([{ kind: 'create', key: other, base, words: 'of another' }]);
  const from = { words: 'ab', heads: [...first] };
  alice.edit([{ kind: 'type', key, from, to: 'abc' }]);
  const [, , typed] = alice.entries.map(({ changes }) => decodeChange(mustHave(changes[0])));
  const newest = `${String((typed?.startOp ?? 0) + 1)}@${a}`;
  const nameNow = [`${String(typed?.startOp)}@${a}`];
  const now = (...ops: Op[]): Bytes => crafted(alice, [names(text, key, nameNow), ...ops]);
  expectRefused(alice, now(insert('x', `99@${a}`)), 'unknown-letter');
  expectRefused(alice, now(remove(`99@${a}`)), 'unknown-letter');
  expectRefused(alice, now(insert('x', `1@${a}`)), 'unknown-letter', 'the base');
  expectRefused(alice, now(insert('x', `12@${a}`)), 'unknown-letter', 'a letter of the other text');
  expectRefused(alice, now(insert('x', `5@${deviceNamed('m').slice(0, 32)}`)), 'unknown-letter', 'nobody’s');
  // It builds on the creation alone, and names what came after.
  expectRefused(alice, crafted(alice, [names(), insert('x', newest)], first), 'unknown-letter', 'not seen');
  expectRefused(alice, crafted(alice, [names(), remove(newest)], first), 'unknown-letter', 'not seen');
  expectRefused(alice, crafted(alice, [names(text, other, [`10@${a}`]), insert('x')]), 'foreign-text');
  expect(offer(alice, now(insert('x', newest))).merged).toHaveLength(1);
});

test('[ATTACK-68] a text that would grow past its limit is refused, by what its writer could see', () => {
  const alice = aliceWrites();
  const from = alice.section.resources().get(key)?.text ?? { words: '', heads: [] };
  const long = 'x'.repeat(maxTextLength - 10);
  for (const { bytes } of mustBeOk(alice.section.editMany([{ kind: 'type', key, from, to: long }], noonMs)))
    expect(bytes.length).toBeGreaterThan(0);
  const typed = alice.section.graph.mustGet(mustHave(alice.section.heads()[0]));
  const named = [`${String(typed.startOp)}@${a}`];
  const more = (count: number): Bytes =>
    crafted(alice, [names(text, key, named), ...Array.from({ length: count }, () => insert('y'))]);
  expectRefused(alice, more(11), 'text-too-long');
  expect(offer(alice, more(10)).merged).toHaveLength(1);
});

test('[ATTACK-69] a signed note is not written in, emptied or signed anew with other words', () => {
  const alice = aliceWrites();
  const registers = { content: registerOfWords('ab') };
  alice.edit([{ kind: 'change', key, registers }]);
  // Operations 7 and 8: the signed words and the mark.
  const mark = (text: string): Op => set(`${key}#mark`, text, [`8@${a}`]);
  const signs = (words: string): Op => set(`${key}#r:content`, registerOfWords(words), [`7@${a}`]);
  expectRefused(alice, crafted(alice, [names(), remove(letters[0]), remove(letters[1])]), 'closed-text');
  expectRefused(alice, crafted(alice, [names(), insert('x')]), 'closed-text');
  expectRefused(alice, crafted(alice, [signs('other words'), mark('changed')]), 'closed-text');
  expectRefused(alice, crafted(alice, [signs('other words'), mark('settled')]), 'closed-text');
  const status = set(`${key}#r:status`, '{"status":"entered-in-error"}');
  expect(offer(alice, crafted(alice, [status, mark('changed')])).merged).toHaveLength(1);
  expect(alice.section.resources().get(key)?.registers['content']).toBe(registers.content);
});

test('[ATTACK-70] who empties a note and says not to have seen that it was signed takes nothing from what was signed', () => {
  const alice = aliceWrites();
  const before = alice.section.heads();
  alice.edit([{ kind: 'change', key, registers: { content: registerOfWords('ab') } }]);
  expect(offer(alice, crafted(alice, [names(), remove(letters[0]), remove(letters[1])], before)).merged).toHaveLength(
    1,
  );
  const note = alice.section.resources().get(key);
  expect(note?.registers['content']).toBe(registerOfWords('ab'));
  expect(note?.text).toMatchObject({ words: '', isClosed: true });
  expect(alice.section.history(key).map(({ register, provenance }) => [register, provenance.device])).toContainEqual([
    'content',
    mallory.device,
  ]);
  expectStillLoads(alice);
});

test('[AM-6] the order in which typing and signing arrive changes nothing', () => {
  const alice = aliceWrites();
  const bob = new Writer('b');
  bob.receive(alice);
  const from = { words: 'ab', heads: [...bob.section.heads()] };
  bob.edit([{ kind: 'type', key, from, to: 'abc' }]);
  alice.edit([{ kind: 'change', key, registers: { content: registerOfWords('ab') } }]);
  const [first, second] = [new Writer('c'), new Writer('d')];
  first.section.applyBodies([...alice.entries, ...bob.entries]);
  second.section.applyBodies([...bob.entries, ...alice.entries].reverse());
  expect(readingOf(first.section)).toEqual(readingOf(second.section));
});

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it should be there');
  return value;
}

/** Two people in one note: their letters come together, and what was signed stays as it was signed (AM-6). */
import { beforeAll, expect, test } from 'vitest';
import { conflictViews } from '../../src/clinical/conflict-view.ts';
import { ChartRecord } from '../../src/clinical/record.ts';
import type { StoredResource, WrittenText } from '../../src/clinical/section-edit.ts';
import { registerOfWords } from '../../src/clinical/written-text.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { SectionDocument } from '../../src/crdt/section-document.ts';
import { actorNamed, deviceNamed, entryOf, meet, mustBeOk, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'DocumentReference/n';
const base = '{"resourceType":"DocumentReference","id":"n"}';

function noteOf({ section }: Writer): StoredResource & { readonly text: WrittenText } {
  const note = section.resources().get(key);
  if (note?.text === undefined) throw new Error('the note has a text');
  return { ...note, text: note.text };
}

const words = (writer: Writer): string => noteOf(writer).text.words;

/** What the person at this device makes of what is before them. */
function types(writer: Writer, change: (words: string) => string, from = noteOf(writer).text, timeMs = noonMs): void {
  writer.edit([{ kind: 'type', key, from, to: change(from.words) }], timeMs);
}

function signs(writer: Writer, signed = words(writer)): void {
  const registers = { status: '{"status":"current","docStatus":"final"}', content: registerOfWords(signed) };
  writer.edit([{ kind: 'change', key, registers }]);
}

function begun(first: string): [Writer, Writer] {
  const [alice, bob] = [new Writer('a'), new Writer('b')];
  alice.edit([{ kind: 'create', key, base, words: first }]);
  bob.receive(alice);
  return [alice, bob];
}

test('[AM-6] what two people type into one note at the same time comes together letter by letter', () => {
  const [alice, bob] = begun('Cough. Lungs clear.');
  types(alice, (text) => text.replace('Cough', 'Dry cough for three weeks'));
  types(bob, (text) => text.replace('clear', 'clear on both sides').concat(' No fever.'));
  meet(alice, bob);
  expect(words(alice)).toBe('Dry cough for three weeks. Lungs clear on both sides. No fever.');
  expect(words(bob)).toBe(words(alice));
  expect(noteOf(alice).registers['content']).toBe(registerOfWords(words(alice)));
  // Nobody has to choose between two letters.
  expect(alice.section.conflicts()).toEqual([]);
});

test('[AM-6] what is typed is a difference to what the person had before them, not to what stands by then', () => {
  const [alice, bob] = begun('a b a b');
  const seen = noteOf(alice).text;
  types(bob, (text) => text.replace('a ', ''));
  alice.receive(bob);
  // Alice deletes the second "a", which by now is the only one.
  types(alice, () => 'a b b', seen);
  bob.receive(alice);
  expect([words(alice), words(bob)]).toEqual(['b b', 'b b']);
});

test('[AM-6] letters of a person who saw an older wording go where they were typed, also after the document was made anew', () => {
  const [alice, bob] = begun('History: none.');
  const seen = noteOf(alice).text;
  types(bob, (text) => `Seen with her mother. ${text}`);
  alice.receive(bob);
  types(alice, () => 'History: none known.', seen);
  expect(words(alice)).toBe('Seen with her mother. History: none known.');
  const unknown = { words: 'History: none.', heads: [...noteOf(bob).text.heads] };
  types(alice, () => 'History: none. Well.', { ...unknown, isClosed: false });
  expect(words(alice)).toBe('Seen with her mother. History: none known. Well.');
});

test('[AM-6] emoji, accents, letters from right to left and line breaks come through concurrent typing whole', () => {
  const [alice, bob] = begun('👩‍⚕️ é e\u0301\r\nכאב ראש 🇩🇪');
  types(alice, (text) => text.replace('👩‍⚕️', '👨‍⚕️').replace('ראש', 'ראש חזק'));
  types(bob, (text) => text.replace('🇩🇪', '🇩🇰').replace('\r\n', '\n'));
  meet(alice, bob);
  expect(words(alice)).toBe('👨‍⚕️ é e\u0301\nכאב ראש חזק 🇩🇰');
  expect(words(bob)).toBe(words(alice));
  types(alice, (text) => text.replace('👨‍⚕️', '👩‍⚕️'));
  types(bob, (text) => text.replace('👨‍⚕️', ''));
  meet(alice, bob);
  expect(words(alice).isWellFormed()).toBe(true);
  expect(words(alice)).toContain('👩‍⚕️');
  const from = noteOf(alice).text;
  const half = alice.section.edit([{ kind: 'type', key, from, to: '\ud83d' }], noonMs);
  expect(half).toMatchObject({ ok: false, reason: 'malformed' });
});

test('[AM-6] a long paste is several changes of one act, and reads as pasted', () => {
  const [alice, bob] = begun('Letter: ');
  const pasted = Array.from({ length: 11_000 }, (_, i) => 'abcdefg hi\n'.charAt(i % 11)).join('');
  const from = noteOf(alice).text;
  expect(alice.section.edit([{ kind: 'type', key, from, to: from.words + pasted }], noonMs)).toMatchObject({
    ok: false,
  });
  const written = mustBeOk(
    alice.section.editMany([{ kind: 'type', key, from, to: `${from.words}${pasted}End.` }], noonMs),
  );
  expect(written).toHaveLength(3);
  bob.section.applyBodies([
    entryOf(
      alice.actor,
      alice.device,
      written.map(({ bytes }) => bytes),
    ),
  ]);
  expect(words(bob)).toBe(`Letter: ${pasted}End.`);
});

test('[AM-6] what was signed stays as signed; what somebody typed meanwhile is neither lost nor in it', () => {
  const [alice, bob] = begun('Sprained ankle. Rest.');
  types(bob, (text) => `${text} Left side.`);
  signs(alice);
  meet(alice, bob);
  for (const writer of [alice, bob]) {
    const note = noteOf(writer);
    expect(note.registers['content']).toBe(registerOfWords('Sprained ankle. Rest.'));
    expect(note.text).toMatchObject({ words: 'Sprained ankle. Rest. Left side.', isClosed: true });
    expect(writer.section.provenanceOf(key, 'content')?.device).toBe(alice.device);
  }
});

test('[AM-6] nobody types into a signed note, or writes its words anew', () => {
  const [alice, bob] = begun('Sprained ankle.');
  signs(alice);
  bob.receive(alice);
  const typed = bob.section.edit([{ kind: 'type', key, from: noteOf(bob).text, to: 'Broken ankle.' }], noonMs);
  expect(typed).toMatchObject({ ok: false, reason: 'closed-text' });
  const registers = { content: registerOfWords('Broken ankle.') };
  const written = bob.section.edit([{ kind: 'change', key, registers }], noonMs);
  expect(written).toMatchObject({ ok: false, reason: 'closed-text' });
  // Marked as entered in error it may be, as everything may.
  bob.edit([{ kind: 'change', key, registers: { status: '{"status":"entered-in-error"}' } }]);
  alice.receive(bob);
  expect(noteOf(alice).registers['content']).toBe(registerOfWords('Sprained ankle.'));
});

test('[AM-6] a note is signed by who signed its words, not by who writes the same words into it afterwards', () => {
  const [alice, bob] = begun('Broken ankle.');
  signs(alice);
  meet(alice, bob);
  bob.edit([{ kind: 'change', key, registers: { content: registerOfWords('Broken ankle.') } }]);
  bob.edit([{ kind: 'change', key, registers: { content: registerOfWords('Broken ankle.') } }]);
  meet(alice, bob);
  for (const writer of [alice, bob]) expect(writer.section.provenanceOf(key, 'content')?.device).toBe(alice.device);
});

test('[AM-6] two who sign different words at the same time are both listed, and one of the two is chosen', () => {
  const [alice, bob] = begun('Sprained ankle.');
  types(bob, (text) => `${text} Left.`);
  signs(alice);
  signs(bob);
  meet(alice, bob);
  const [conflict] = alice.section.conflicts();
  const said = conflict?.branches.map(({ registers }) => registers['content']);
  expect(new Set(said)).toEqual(
    new Set([registerOfWords('Sprained ankle.'), registerOfWords('Sprained ankle. Left.')]),
  );
  const settle = (content: string) => ({ kind: 'settle' as const, key, registers: { content } });
  const other = alice.section.edit([settle(registerOfWords('Something else.'))], noonMs);
  expect(other).toMatchObject({ ok: false, reason: 'closed-text' });
  alice.edit([settle(registerOfWords('Sprained ankle. Left.'))]);
  bob.receive(alice);
  expect(bob.section.conflicts()).toEqual([]);
  expect(noteOf(bob).registers['content']).toBe(registerOfWords('Sprained ankle. Left.'));
});

test('[AM-6] typing settles nothing, and is not held up by a conflict in another statement', () => {
  const [alice, bob] = begun('x');
  alice.edit([{ kind: 'change', key, registers: { description: '{"description":"A"}' } }]);
  bob.edit([{ kind: 'change', key, registers: { description: '{"description":"B"}' } }]);
  meet(alice, bob);
  types(alice, (text) => `${text}y`);
  bob.receive(alice);
  expect(words(bob)).toBe('xy');
  expect(bob.section.conflicts()).toHaveLength(1);
});

test('[AM-6] a saved section with notes opens again as it was, and its history says who typed what', () => {
  const [alice, bob] = begun('One.');
  types(alice, (text) => `${text} Two.`, undefined, noonMs + 1_000);
  types(alice, (text) => `${text} Three.`, undefined, noonMs + 2_000);
  bob.receive(alice);
  types(bob, (text) => `${text} Four.`, undefined, noonMs + 60_000);
  alice.receive(bob);
  const actors = [alice, bob].map(({ actor, device }) => [actor, device] as const);
  const author = { actor: actorNamed('z'), device: deviceNamed('z') };
  const again = mustBeOk(SectionDocument.open({ changes: [], snapshot: alice.section.save(), actors, author }));
  expect(again.resources()).toEqual(alice.section.resources());
  const history = again.history(key).map(({ register, text, provenance }) => [register, text, provenance.device]);
  expect(history).toEqual([
    [undefined, base, alice.device],
    ['content', registerOfWords('One. Two. Three.'), alice.device],
    ['content', registerOfWords('One. Two. Three. Four.'), bob.device],
  ]);
  expect(again.provenanceOf(key, 'content')?.device).toBe(bob.device);
});

test('[AM-6] [EN-5] a note that two devices created apart keeps each creation’s own text', () => {
  const [alice, bob] = [new Writer('a'), new Writer('b')];
  alice.edit([{ kind: 'create', key, base, words: 'Of Alice.' }]);
  bob.edit([{ kind: 'create', key, base: `${base} `, words: 'Of Bob.' }]);
  meet(alice, bob);
  expect(alice.section.resources()).toEqual(bob.section.resources());
  const note = noteOf(alice);
  expect([note.base, note.text.words]).toEqual(note.base === base ? [base, 'Of Alice.'] : [`${base} `, 'Of Bob.']);
});

test.each([
  ['the same resource', base],
  ['another', `${base} `],
])(
  '[AM-5] [AM-6] of a note that somebody says to have created too, as %s, the words of both are told, and either can be chosen',
  (_, theirs) => {
    const [alice, bob] = [new Writer('a'), new Writer('b')];
    alice.edit([{ kind: 'create', key, base, words: 'Anaphylaxis' }]);
    types(alice, (first) => `${first} to penicillin.`);
    bob.edit([{ kind: 'create', key, base: theirs, words: 'All is well.' }]);
    meet(alice, bob);
    const branches = alice.section.conflicts()[0]?.branches ?? [];
    const told = branches.map(({ registers }) => registers['content']);
    expect(new Set(told)).toEqual(
      new Set([registerOfWords('Anaphylaxis to penicillin.'), registerOfWords('All is well.')]),
    );
    expect(alice.section.conflicts()).toEqual(bob.section.conflicts());
    const past = alice.section.history(key).flatMap(({ register, text }) => (register === 'content' ? [text] : []));
    expect(past).toContain(registerOfWords('Anaphylaxis to penicillin.'));
    const record = new ChartRecord(
      new Map([['documents' as const, { resources: bob.section.resources(), conflicts: bob.section.conflicts() }]]),
    );
    const [view] = conflictViews(record, 'documents', bob.section.conflicts());
    for (const [branch, register] of told.entries()) {
      const choice = view?.choices.find((one) => one.kind === 'take' && one.branch === branch);
      const section = bob.section.copy();
      mustBeOk(section.edit(choice?.edits ?? [], noonMs));
      expect(section.resources().get(key)?.registers['content']).toBe(register);
      expect(section.conflicts()).toEqual([]);
      section.close();
    }
  },
);

test('[AM-5] [AM-6] of a signed note that somebody says to have created too, the unsigned words are told and not offered to stand', () => {
  const [alice, bob] = [new Writer('a'), new Writer('b')];
  alice.edit([{ kind: 'create', key, base, words: 'Anaphylaxis' }]);
  signs(alice);
  bob.edit([{ kind: 'create', key, base: `${base} `, words: 'All is well.' }]);
  meet(alice, bob);
  for (const { section } of [alice, bob]) {
    const conflicts = section.conflicts();
    const record = new ChartRecord(new Map([['documents' as const, { resources: section.resources(), conflicts }]]));
    const [view] = conflictViews(record, 'documents', conflicts);
    expect(JSON.stringify(view?.branches)).toContain('All is well.');
    expect(view?.choices.length).toBe(1);
    const copy = section.copy();
    mustBeOk(copy.edit(view?.choices[0]?.edits ?? [], noonMs));
    expect(copy.resources().get(key)?.registers['content']).toBe(registerOfWords('Anaphylaxis'));
    expect(copy.conflicts()).toEqual([]);
    copy.close();
  }
});

/**
 * Random typing by devices that exchange some of what they have. Every letter is typed once in a run, so that the model need only
 * remember which were typed and which somebody deleted who saw them.
 */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { EntryHash } from '../../src/base/ids.ts';
import type { WrittenText } from '../../src/clinical/section-edit.ts';
import { registerOfWords } from '../../src/clinical/written-text.ts';
import type { EntryChanges } from '../../src/crdt/admission.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const key = 'DocumentReference/n';
const devices = 3;

const step = fc.record({
  kind: fc.constantFrom('type', 'type', 'type', 'look', 'give', 'give', 'sign'),
  device: fc.nat(devices - 1),
  other: fc.nat(devices - 1),
  /** In thousandths of the text. */
  at: fc.nat(1_000),
  remove: fc.nat(4),
  insert: fc.nat(4),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Letters no text repeats: of one and of two UTF-16 units. */
const letter = (n: number): string => String.fromCodePoint(n % 3 === 0 ? 0x1f300 + n : 0x4e00 + n);

interface Person {
  readonly writer: Writer;
  readonly held: EntryChanges[];
  readonly seen: Set<EntryHash>;
  /** What is before them: they may type on from a wording that is no longer the newest. */
  before: WrittenText;
}

class TypingWorld {
  readonly people: readonly Person[];
  readonly typed: Set<string>;
  readonly deleted = new Set<string>();
  readonly signed: string[] = [];
  readonly tally = { typed: 0, deleted: 0, stale: 0, refused: 0 };
  #letters = 0;

  constructor() {
    const first = Array.from({ length: 12 }, () => letter(this.#letters++)).join('');
    this.typed = new Set(first);
    const [alice, ...others] = Array.from({ length: devices }, (_, i) => new Writer('abc'.charAt(i)));
    if (alice === undefined) throw new Error('there is somebody');
    alice.edit([{ kind: 'create', key, base: '{"resourceType":"DocumentReference"}', words: first }]);
    for (const other of others) other.receive(alice);
    this.people = [alice, ...others].map((writer) => {
      const held = [...alice.entries];
      return { writer, held, seen: new Set(held.map(({ hash }) => hash)), before: textOf(writer) };
    });
  }

  take({ kind, device, other, ...more }: Step): void {
    const [person, to] = [at(this.people, device), at(this.people, other)];
    if (kind === 'type') this.#type(person, more);
    else if (kind === 'look') person.before = textOf(person.writer);
    else if (kind === 'give') give(person, to);
    else this.#sign(person);
  }

  end(): void {
    for (let round = 0; round < 2; round++)
      for (const from of this.people) for (const to of this.people) give(from, to);
  }

  #type(person: Person, { at: where, remove, insert }: Omit<Step, 'kind' | 'device' | 'other'>): void {
    const { writer, before } = person;
    if (textOf(writer).isClosed) return;
    const letters = Array.from(before.words);
    const place = Math.floor((letters.length * where) / 1_001);
    const fresh = Array.from({ length: insert }, () => letter(this.#letters++));
    const gone = letters.splice(place, remove, ...fresh);
    if (gone.length + fresh.length === 0) return;
    if (before.words !== textOf(writer).words) this.tally.stale++;
    this.#write(person, { kind: 'type', key, from: before, to: letters.join('') });
    for (const one of gone) this.deleted.add(one);
    for (const one of fresh) this.typed.add(one);
    this.tally.typed += fresh.length;
    this.tally.deleted += gone.length;
    person.before = textOf(writer);
  }

  #sign(person: Person): void {
    const text = textOf(person.writer);
    // Rarely: a note that is signed at once says little about typing.
    if (text.isClosed || this.#letters % 7 !== 0) return;
    this.#write(person, { kind: 'change', key, registers: { content: registerOfWords(text.words) } });
    this.signed.push(registerOfWords(text.words));
  }

  #write(person: Person, edit: Parameters<Writer['edit']>[0][number]): void {
    person.writer.edit([edit], noonMs);
    const entry = person.writer.entries.at(-1);
    if (entry === undefined) return;
    person.held.push(entry);
    person.seen.add(entry.hash);
  }
}

function give(from: Person, to: Person): void {
  const lacking = from.held.filter(({ hash }) => !to.seen.has(hash));
  const { merged, failed } = to.writer.section.applyBodies(lacking.reverse());
  expect(failed).toEqual([]);
  for (const entry of lacking.filter(({ hash }) => merged.includes(hash))) {
    to.seen.add(entry.hash);
    to.held.push(entry);
  }
}

function textOf({ section }: Writer): WrittenText {
  const text = section.resources().get(key)?.text;
  if (text === undefined) throw new Error('the note has a text');
  return text;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
}

test('[AM-6] whoever types from whatever they saw: all devices read the same, and no letter is lost that nobody deleted', () => {
  const total = { typed: 0, deleted: 0, stale: 0, signed: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
      const world = new TypingWorld();
      for (const one of steps) world.take(one);
      world.end();
      const [first, ...others] = world.people.map(({ writer }) => textOf(writer).words);
      for (const other of others) expect(other).toBe(first);
      const stays = [...world.typed].filter((one) => !world.deleted.has(one));
      expect(Array.from(first ?? '').sort()).toEqual(stays.sort());
      for (const { writer } of world.people) {
        const content = writer.section.resources().get(key)?.registers['content'] ?? '';
        // Signed, it is what somebody signed; else what is typed.
        expect(world.signed.length > 0 ? world.signed : [registerOfWords(first ?? '')]).toContain(content);
      }
      total.typed += world.tally.typed;
      total.deleted += world.tally.deleted;
      total.stale += world.tally.stale;
      total.signed += world.signed.length;
      for (const { writer } of world.people) writer.section.close();
    }),
    { numRuns: 60 },
  );
  // [REAL] The run did what it claims to be about.
  expect(total.typed).toBeGreaterThan(500);
  expect(total.deleted).toBeGreaterThan(200);
  expect(total.stale).toBeGreaterThan(50);
  expect(total.signed).toBeGreaterThan(20);
});

/** What is read from a saved section as it lies is what Automerge reads in it, or nothing is. */
import * as A from '@automerge/automerge/slim';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import type { SectionEdit } from '../../src/clinical/section-edit.ts';
import { genesisChange } from '../../src/crdt/genesis.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { readSavedValues, type ValuesAsked } from '../../src/crdt/saved-values.ts';
import '../support/generated-cases.ts';
import { actorNamed, meet, noonMs, Writer } from './support.ts';

beforeAll(() => initCrdt());

const anyone = (): boolean => true;

function create(id: string, text: string): SectionEdit {
  return { kind: 'create', key: `Condition/${id}`, base: JSON.stringify({ resourceType: 'Condition', id, text }) };
}

function change(id: string, text: string): SectionEdit {
  return { kind: 'change', key: `Condition/${id}`, registers: { code: JSON.stringify({ code: { text } }) } };
}

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it was made just now');
  return value;
}

function texts(values: ValuesAsked | undefined): Record<string, string> | undefined {
  return values && Object.fromEntries([...values()].map(([key, text]) => [key, text()]));
}

function byAutomerge(snapshot: Bytes | undefined, changes: readonly Bytes[]): Record<string, string> {
  const bytes = Buffer.concat([snapshot ?? genesisChange, ...changes]);
  const document = A.load<Record<string, A.ImmutableString>>(new Uint8Array(bytes));
  const values = Object.fromEntries(Object.entries(document).map(([key, value]) => [key, value.val]));
  A.free(document);
  return values;
}

describe('a section that was written by one after the other', () => {
  const words = ['', 'é', '𝄞 and more', 'x'.repeat(3_000), '\u0000', '"\\', 'a\nb', '\ufeffb'];

  const step = fc.record({
    writer: fc.constantFrom('a', 'b'),
    asAnother: fc.integer({ min: 0, max: 5 }),
    resource: fc.integer({ min: 0, max: 4 }),
    text: fc.constantFrom(...words),
    isSavedThen: fc.boolean(),
  });

  test('[AM-3] reads the same as in Automerge, wherever its snapshot ends and whoever wrote', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const writers = new Map(['a', 'b'].map((name) => [name, new Writer(name)]));
        const made = new Set<number>();
        const saved: { readonly snapshot: Bytes | undefined; readonly holds: number }[] = [
          { snapshot: undefined, holds: 0 },
        ];
        const changes: Bytes[] = [];
        for (const { writer: name, asAnother, resource, text, isSavedThen } of steps) {
          const writer = mustHave(writers.get(name));
          writer.receive(...[...writers.values()].filter((other) => other !== writer));
          if (asAnother === 0) writer.actor = actorNamed(name, changes.length + 1);
          writer.section.writeAs({ actor: writer.actor, device: writer.device });
          const id = `c${resource}`;
          const edit = made.has(resource) ? change(id, text) : create(id, text);
          made.add(resource);
          changes.push(writer.edit([edit], noonMs + changes.length).bytes);
          if (isSavedThen) saved.push({ snapshot: writer.section.save(), holds: changes.length });
        }
        for (const { snapshot, holds } of saved) {
          const rest = changes.slice(holds);
          const values = readSavedValues(snapshot, rest, anyone);
          expect(texts(values)).toEqual(byAutomerge(snapshot, rest));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('[AM-3] what is long and much alike, and so kept compressed, is read too', () => {
    const writer = new Writer('a');
    writer.section.editMany(
      Array.from({ length: 300 }, (_, i) => create(`c${i}`, `the same words, and ${i}`)),
      noonMs,
    );
    const saved = writer.section.save();
    expect(saved.length).toBeLessThan(10_000);
    expect(texts(readSavedValues(saved, [], anyone))).toEqual(byAutomerge(saved, []));
  });
});

describe('nothing is read as it lies', () => {
  test('[AM-5] where two wrote at the same time, though both are in one saved document, and though they met since', () => {
    const [a, b] = [new Writer('a'), new Writer('b')];
    a.edit([create('c', 'one')]);
    meet(a, b);
    a.edit([change('c', 'by a')]);
    b.edit([change('c', 'by b')]);
    meet(a, b);
    expect(readSavedValues(a.section.save(), [], anyone)).toBeUndefined();
    const [branch] = a.section.conflicts();
    a.edit([
      {
        kind: 'settle',
        key: 'Condition/c',
        branches: branch?.branches.map(({ provenance }) => provenance.change) ?? [],
        registers: { code: '{}' },
      },
    ]);
    expect(a.section.conflicts()).toEqual([]);
    expect(readSavedValues(a.section.save(), [], anyone)).toBeUndefined();
    const all = [...a.entries, ...b.entries].flatMap(({ changes }) => changes);
    expect(readSavedValues(undefined, all, anyone)).toBeUndefined();
  });

  test('[AM-3] of changes in another order, with one left out, or of somebody unknown', () => {
    const a = new Writer('a');
    const [one, two, three] = [create('c', '1'), change('c', '2'), change('c', '3')].map(
      (edit) => a.edit([edit]).bytes,
    );
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were written');
    expect(readSavedValues(undefined, [one, two, three], anyone)?.().get('Condition/c#r:code')?.()).toContain('3');
    expect(readSavedValues(undefined, [two, one, three], anyone)).toBeUndefined();
    expect(readSavedValues(undefined, [one, three], anyone)).toBeUndefined();
    expect(readSavedValues(undefined, [one, two, three], () => false)).toBeUndefined();
    expect(readSavedValues(a.section.save(), [], () => false)).toBeUndefined();
    expect(readSavedValues(one, [two], anyone)).toBeUndefined();
    expect(readSavedValues(a.section.save().subarray(0, 100), [], anyone)).toBeUndefined();
  });

  test('[AM-6] where a value is no string at the root', () => {
    const with_ = (write: (draft: Record<string, unknown>) => void): Uint8Array =>
      A.save(
        A.change(A.load<Record<string, unknown>>(genesisChange), (draft) => {
          write(draft);
        }),
      );
    expect(
      readSavedValues(
        with_((draft) => (draft['a'] = new A.ImmutableString('b'))),
        [],
        anyone,
      )?.().get('a')?.(),
    ).toBe('b');
    for (const value of ['text, letter by letter', 3, null, { a: 1 }, ['a'], true])
      expect(
        readSavedValues(
          with_((draft) => (draft['a'] = value)),
          [],
          anyone,
        ),
      ).toBeUndefined();
  });
});

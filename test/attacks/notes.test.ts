/** Changes to a note's text that no honest program writes (AM-6), sealed and signed by a writer with every right, on the wire. */
import { encodeChange, getBackend } from '@automerge/automerge/slim';
import { afterEach, describe, expect, test } from 'vitest';
import type { Bytes } from '../../src/base/bytes.ts';
import { registerOfWords } from '../../src/clinical/written-text.ts';
import { mustBeOk, mustHave } from '../app/support/world.ts';
import { AttackWorld } from './support/attack-world.ts';
import type { ChangePlace } from './support/craft-entry.ts';
import { HostileDevice } from './support/hostile-device.ts';
import { fates, sameAfterRestart, wasTold } from './support/replicas.ts';

const section = 'problems';
const honest = ['alice', 'carol'] as const;
const key = 'DocumentReference/note';
const words = 'Sprained ankle, left.';

type Op = Record<string, unknown>;

/** The note's text as the author of a change sees it. */
function textAt({ document }: ChangePlace) {
  const backend = getBackend(document.document());
  const [text] = backend.getAll('_root', `${key}#text`);
  const object = String(mustHave(text)[1]);
  const valuesOf = (field: string): string[] =>
    backend.getAll('_root', `${key}#${field}`).map((value) => String(value[2]));
  const letters = Array.from(backend.text(object), (_, index) => backend.getCursor(object, index));
  const named: Op = { action: 'set', obj: '_root', key: `${key}#typed`, value: object, pred: valuesOf('typed') };
  const insert = (value: unknown, behind = '_head', more: Op = {}): Op => ({
    action: 'set',
    obj: object,
    elemId: behind,
    insert: true,
    value,
    pred: [],
    ...more,
  });
  const remove = (letter: string): Op => ({ action: 'del', obj: object, elemId: letter, pred: [letter] });
  const write = (field: string, value: string): Op => ({
    action: 'set',
    obj: '_root',
    key: `${key}#${field}`,
    value,
    pred: valuesOf(field),
  });
  return { object, letters, named, insert, remove, write };
}

function change({ actor, heads, seq, startOp }: ChangePlace, ops: readonly Op[]): Bytes {
  const parts = { actor, author: null, seq, startOp, time: 1_772_452_800, message: '250', deps: [...heads] };
  return new Uint8Array(encodeChange({ ...parts, ops: ops as unknown as Parameters<typeof encodeChange>[0]['ops'] }));
}

type Craft = (place: ChangePlace, text: ReturnType<typeof textAt>) => readonly Op[];

describe('notes under attack', () => {
  let world: AttackWorld;
  let mallory: HostileDevice;
  afterEach(() => world.end());

  /** Alice began a note; `signed`: and signed it, before or after Mallory's device was taken over. */
  async function begin(signed: 'before' | 'after' | 'never'): Promise<void> {
    world = await AttackWorld.scene('bob', 'carol');
    const chart = await world.open('alice');
    const base = '{"resourceType":"DocumentReference","id":"note"}';
    mustBeOk(await chart.edit(section, [{ kind: 'create', key, base, words }]));
    const sign = async (): Promise<void> => {
      const edit = { kind: 'change', key, registers: { content: registerOfWords(words) } } as const;
      mustBeOk(await chart.edit(section, [edit]));
      await world.settle();
    };
    if (signed === 'before') await sign();
    await world.settle();
    mallory = await HostileDevice.takeOver(world, 'bob');
    if (signed === 'after') await sign();
    chart.close();
  }

  /** Each is refused for its reason on both replicas; the note reads as before, and all of it loads again. */
  async function refusedEverywhere(cases: readonly (readonly [Craft, string])[]): Promise<void> {
    const on = mallory.knows.entries(world.chart, section);
    for (const [i, [craft, reason]] of cases.entries()) {
      const device = mallory.withKeys(`writer ${String(i)}`);
      const addition = await mallory.add(device, 'clinician');
      device.knows.learn(addition);
      const changes = (place: ChangePlace): Bytes[] => [change(place, craft(place, textAt(place)))];
      const bad = await device.entry({ chart: world.chart, section, on, changes });
      for (const name of honest) await (await mallory.connect(name)).deliver(addition, bad);
      expect(await fates(world, honest, bad), reason).toBe(`bad: ${reason}`);
      for (const name of honest) expect(wasTold(world, name, reason)).toBe(true);
    }
    await sameAfterRestart(world, honest);
    for (const name of honest) expect(await noteOf(name)).toMatchObject({ words });
  }

  async function noteOf(
    name: string,
  ): Promise<{ readonly words: string | undefined; readonly content: string | undefined }> {
    const chart = await world.open(name);
    const note = chart.sections.get(section)?.resources.get(key);
    chart.close();
    return { words: note?.text?.words, content: note?.registers['content'] };
  }

  test('[ATTACK-68] what is no letter, letters that are not there or not seen, and another’s text are refused, and all loads again', async () => {
    await begin('never');
    await refusedEverywhere([
      [
        (_, { named, object }) => [named, { action: 'makeMap', obj: object, elemId: '_head', insert: true, pred: [] }],
        'AM-1 foreign-shape',
      ],
      [(_, { named, insert }) => [named, insert('two letters')], 'AM-1 foreign-shape'],
      [(_, { insert }) => [insert('x')], 'AM-1 foreign-shape'],
      [
        (_, { named, insert, letters }) => [
          named,
          { ...insert('x', mustHave(letters[0])), insert: false, pred: [letters[0]] },
        ],
        'AM-1 foreign-shape',
      ],
      [({ actor }, { named, insert }) => [named, insert('x', `1@${actor}`)], 'AM-1 unknown-letter'],
      [({ actor }, { named, remove }) => [named, remove(`999@${actor}`)], 'AM-1 unknown-letter'],
    ]);
  });

  test('[ATTACK-69] a signed note is not written in, and its words are not replaced', async () => {
    await begin('before');
    await refusedEverywhere([
      [(_, { named, letters, remove }) => [named, ...letters.map(remove)], 'AM-1 closed-text'],
      [(_, { named, insert }) => [named, insert('x')], 'AM-1 closed-text'],
      [
        (_, { write }) => [write('r:content', registerOfWords('Broken ankle.')), write('mark', 'settled')],
        'AM-1 closed-text',
      ],
    ]);
  });

  test('[ATTACK-70] who empties a note and says not to have seen that it was signed takes nothing from what was signed', async () => {
    await begin('after');
    const changes = (place: ChangePlace): Bytes[] => {
      const { named, letters, remove } = textAt(place);
      return [change(place, [named, ...letters.map(remove)])];
    };
    const emptied = await mallory.entry({ chart: world.chart, section, changes });
    for (const name of honest) await (await mallory.connect(name)).deliver(emptied);
    expect(await fates(world, honest, emptied)).toBe('effective');
    await sameAfterRestart(world, honest);
    for (const name of honest) expect(await noteOf(name)).toEqual({ words: '', content: registerOfWords(words) });
  });
});

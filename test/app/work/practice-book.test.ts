/** Records of the practice book, and whose they are: what counts of some goes by who wrote them. */
import { encodeChange } from '@automerge/automerge/slim';
import { beforeAll, expect, test } from 'vitest';
import { PracticeBook } from '../../../src/app/work/practice-book.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import type { ChartWriter } from '../../../src/app/charts/chart-writer.ts';
import { initCrdt } from '../../../src/crdt/init.ts';
import type { SectionDocument } from '../../../src/crdt/section-document.ts';
import { actorNamed, deviceNamed, entryOf, noonMs, Writer } from '../../crdt/support.ts';

beforeAll(() => initCrdt());

function bookOf(document: SectionDocument): PracticeBook {
  const access = {};
  const context = { charters: { get: () => Promise.resolve(access) }, self: { book: 'book' } };
  const writer = { keeper: () => Promise.resolve({ document, checkpoints: () => [] }) };
  return new PracticeBook(context as unknown as PracticeContext, writer as unknown as ChartWriter);
}

const key = 'ResultAck/a';
const value = (takenBack: boolean): string => JSON.stringify({ value: { takenBack } });

interface Op {
  readonly field: 'base' | 'mark' | 'r:value';
  readonly text: string;
  readonly pred?: string;
}

/** In the order given, which Peerchart never writes: of two marks the clinician's is to be the later, of two values the other's. */
const forgeries: readonly (readonly [string, boolean, (mark: string) => readonly Op[]])[] = [
  [
    'its change',
    true,
    (mark) => [
      { field: 'mark', text: 'settled', pred: mark },
      { field: 'r:value', text: value(false) },
    ],
  ],
  [
    'its creation, as another',
    false,
    () => [
      { field: 'mark', text: 'created' },
      { field: 'base', text: `${value(false)} ` },
    ],
  ],
  [
    'its creation, as the same',
    false,
    () => [
      { field: 'mark', text: 'created' },
      { field: 'base', text: value(true) },
      { field: 'r:value', text: value(false) },
    ],
  ],
  [
    'its creation and its change',
    true,
    () => [
      { field: 'mark', text: 'created' },
      { field: 'base', text: `${value(false)} ` },
    ],
  ],
];

test.each(forgeries)(
  'a record that a colleague writes beside %s by another is the colleague’s, whichever mark stands',
  async (what, isChanged, forge) => {
    const clinician = new Writer('c');
    const isBesideChange = what === 'its change';
    const before = clinician.section.heads();
    clinician.edit([{ kind: 'create', key, base: value(true) }]);
    const [created = ''] = clinician.section.heads();
    const { graph } = clinician.section;
    const mark = `${graph.mustGet(created).maxOp}@${clinician.actor}`;
    if (isChanged) clinician.edit([{ kind: 'settle', key, registers: { value: value(true) } }]);
    const deps = isBesideChange ? [created] : [...before];
    const reception = { actor: actorNamed('m'), device: deviceNamed('m') };
    const change = {
      actor: reception.actor,
      seq: 1,
      startOp: 1 + Math.max(...deps.map((dep) => graph.mustGet(dep).maxOp)),
      time: noonMs / 1000 - 0.25,
      message: '250',
      deps,
      ops: forge(mark).map(({ field, text, pred }) => ({
        ...{ action: 'set', obj: '_root', key: `${key}#${field}`, value: text },
        pred: pred === undefined ? [] : [pred],
      })),
    };
    const crafted = new Uint8Array(encodeChange(change as unknown as Parameters<typeof encodeChange>[0]));
    const { merged } = clinician.section.applyBodies([entryOf(reception.actor, reception.device, [crafted])]);
    expect(merged).toHaveLength(1);
    const [record] = await bookOf(clinician.section).records('ResultAck', (read) => read as { takenBack: boolean });
    expect(record?.value.takenBack).toBe(false);
    expect(record?.written.device).toBe(reception.device);
  },
);

test('who made a record is who wrote the creation that stands, whatever lies beside it with a lower number', async () => {
  const clinician = new Writer('c');
  const before = clinician.section.heads();
  const { maxOp } = clinician.section.graph.mustGet(before[0] ?? '');
  clinician.edit([{ kind: 'create', key, base: value(true) }]);
  // Of two with one number the lesser actor's stands behind.
  const name = ['a', 'b', 'd', 'e', 'f', 'g'].find((one) => actorNamed(one) < clinician.actor) ?? '';
  const reception = { actor: actorNamed(name), device: deviceNamed(name) };
  const fields: readonly Op[] = [
    { field: 'base', text: value(true) },
    { field: 'r:value', text: value(false) },
    { field: 'mark', text: 'created' },
  ];
  const change = {
    ...{ actor: reception.actor, seq: 1, startOp: maxOp + 1, time: noonMs / 1000 - 0.25, message: '250', deps: before },
    ops: fields.map(({ field, text }) => ({
      action: 'set',
      obj: '_root',
      key: `${key}#${field}`,
      value: text,
      pred: [],
    })),
  };
  const crafted = new Uint8Array(encodeChange(change as unknown as Parameters<typeof encodeChange>[0]));
  const { merged } = clinician.section.applyBodies([entryOf(reception.actor, reception.device, [crafted])]);
  expect(merged).toHaveLength(1);
  const [record] = await bookOf(clinician.section).records('ResultAck', (read) => read);
  expect(record?.made.device).toBe(deviceNamed('c'));
  expect(record?.written.device).toBe(reception.device);
});

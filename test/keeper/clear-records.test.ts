/** What a keeper notes for itself, on a disk that damages it. */
import { expect, test } from 'vitest';
import { toUtf8, type Bytes } from '../../src/base/bytes.ts';
import { ClearRecords } from '../../src/keeper/clear-records.ts';
import { MemoryDisk, openMemoryStore } from '../../src/store/memory-store.ts';
import { mustBeOk } from '../app/support/world.ts';

const damaged: readonly (readonly [string, Bytes])[] = [
  ['cut off', toUtf8('{"charts":[')],
  ['no text at all', Uint8Array.of(0xff, 0xfe, 0x80)],
  ['empty', new Uint8Array()],
];

test.each(damaged)('[ATTACK-45] a record that is %s counts as none, and the others are read', async (_, bytes) => {
  const store = openMemoryStore(new MemoryDisk());
  const records = new ClearRecords(store);
  mustBeOk(await store.commit({ sealed: [records.write('note/one', { n: 1 }), { key: 'note/two', bytes }] }));
  const number = (value: unknown): number | undefined => (value as { n?: number }).n;
  expect(await records.read('note/two', number)).toBeUndefined();
  expect(await records.readAll('note/', number)).toEqual([1]);
});

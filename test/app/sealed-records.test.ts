/** Records of a vault: one key each, of the vault key, and of nothing that outlives it. */
import { expect, test } from 'vitest';
import { SealedRecords } from '../../src/app/sealed-records.ts';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { mustOk } from '../access/support/practices.ts';
import { seededRandom } from '../support/seeded-random.ts';

test('[ID-6] once the vault key is wiped, no record is sealed or opened by what was worked out of it', async () => {
  const random = seededRandom('sealed records');
  const store = openMemoryStore();
  const vaultKey = random.bytes(32);
  const records = new SealedRecords(store, vaultKey, random);
  const again = new SealedRecords(store, vaultKey.slice(), random);
  const asIs = (value: unknown): unknown => value;
  mustOk(await store.commit({ sealed: [records.write('a', 'first')] }));
  expect(await records.read('a', asIs)).toBe('first');
  vaultKey.fill(0);
  records.wipe();
  expect(await records.read('a', asIs)).toBeUndefined();
  mustOk(await store.commit({ sealed: [records.write('b', 'late')] }));
  expect([await again.read('a', asIs), await again.read('b', asIs)]).toEqual(['first', undefined]);
});

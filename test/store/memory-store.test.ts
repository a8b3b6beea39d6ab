import { describe, test } from 'vitest';
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { storeContract } from '../contracts/store-contract.ts';

describe('the store in memory', () => {
  for (const { title, run } of storeContract) {
    test(title, () => run({ open: () => Promise.resolve(openMemoryStore()), reopen: undefined }));
  }
});

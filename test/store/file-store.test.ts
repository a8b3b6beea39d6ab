/** The contract, restarts and tidying of the store in files, on a real file system. What damage does is in file-damage.test.ts. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileStore, type FileStore } from '../../src/store/file-store.ts';
import type { Store } from '../../src/store/store.ts';
import { chainOfEntries, chartOne, storeContract } from '../contracts/store-contract.ts';
import { freshFolder, mustCommit } from './file-support.ts';

describe('the store in files', () => {
  for (const { title, run } of storeContract) {
    test(title, async () => {
      const folders = new Map<Store, string>();
      const toEnd: FileStore[] = [];
      const openIn = async (folder: string): Promise<Store> => {
        const opened = await openFileStore(folder);
        toEnd.push(opened);
        folders.set(opened.store, folder);
        return opened.store;
      };
      await run({
        open: () => openIn(freshFolder()),
        reopen: (store) => openIn(folders.get(store) ?? freshFolder()),
      });
      for (const opened of toEnd) await opened.end();
    });
  }

  test('[EN-8] what is opened again is whole, whatever number of files it lies in, and nothing is damaged', async () => {
    const folder = freshFolder();
    const opened = await openFileStore(folder, { fullFileBytes: 2_000 });
    const written = chainOfEntries(40, { size: 300 });
    for (const entry of written) await mustCommit(opened.store, { entries: [entry] });
    await opened.end();
    const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
    expect(files.length).toBeGreaterThan(5);
    const again = await openFileStore(folder);
    expect([again.damage, again.unfinishedBytes]).toEqual([[], 0]);
    const { found, damaged } = await again.store.entries(chartOne, 'allergies');
    expect(found.map(({ hash }) => hash)).toEqual(written.map(({ hash }) => hash));
    expect(damaged).toEqual([]);
    await again.end();
  });

  test('what is no longer current is dropped, and what is stays, while it is read and written, and after a restart', async () => {
    const folder = freshFolder();
    const options = { fullFileBytes: 20_000, minTidyBytes: 40_000 };
    const opened = await openFileStore(folder, options);
    const written = chainOfEntries(400, { size: 120 });
    let largest = 0;
    await mustCommit(opened.store, { sealed: [{ key: 'first', bytes: new Uint8Array(50).fill(7) }] });
    for (const entry of written) {
      const key = `gone/${entry.seq}`;
      await mustCommit(opened.store, { entries: [entry], sealed: [{ key, bytes: new Uint8Array(900) }] });
      await Promise.all([
        mustCommit(opened.store, { sealed: [{ key, bytes: undefined }] }),
        opened.store.entries(chartOne, 'allergies'),
      ]);
      largest = Math.max(largest, opened.bytes());
    }
    // Each entry writes its open pack again: some megabytes went through.
    const live = 400 * 180;
    expect(largest).toBeLessThan(6 * live);
    await opened.end();
    const onDisk = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(onDisk).toBeLessThan(6 * live);
    const again = await openFileStore(folder, options);
    expect(again.damage).toEqual([]);
    const { found } = await again.store.entries(chartOne, 'allergies');
    expect(found.map(({ hash }) => hash)).toEqual(written.map(({ hash }) => hash));
    expect(await again.store.sealed('first')).toEqual(new Uint8Array(50).fill(7));
    expect(await again.store.sealedKeys('gone/')).toEqual([]);
    await again.end();
  });

  test('what a file stands open for is its owner alone', async () => {
    const folder = freshFolder();
    const opened = await openFileStore(folder);
    await mustCommit(opened.store, { entries: chainOfEntries(1) });
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    await opened.end();
  });
});

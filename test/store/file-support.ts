/** Folders for stores in files, removed when the tests of a file end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Commit, Store } from '../../src/store/store.ts';

const folders: string[] = [];

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'peerchart-store-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function mustCommit(store: Store, batch: Commit): Promise<void> {
  const result = await store.commit(batch);
  if (!result.ok) throw new Error(`commit was refused: ${result.reason} ${result.detail ?? ''}`);
}

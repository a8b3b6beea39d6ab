/**
 * Where the reference data lies: real and official records that nobody in this project wrote, and that are not part of
 * it. Tests read them through this file alone, and are skipped with words where they are not found.
 */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** What a test that needs reference data says when it is skipped. */
export const referenceDataNotFound = 'reference data not found';

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * The folder of one kind of reference data (`synthea`, `ips`, …), or undefined. Looked for in `PEERCHART_TEST_DATA`,
 * else in `../shared/data` beside the checkout.
 */
export function referenceData(name: string): string | undefined {
  const root = process.env.PEERCHART_TEST_DATA ?? resolve(repositoryRoot, '../shared/data');
  const folder = join(root, name);
  return isFolder(folder) ? folder : undefined;
}

/** The title of a test that needs these kinds; it says so where they are not found and the test is skipped. */
export function needing(title: string, ...names: readonly string[]): string {
  return names.some((name) => referenceData(name) !== undefined)
    ? title
    : `${title} (skipped: ${referenceDataNotFound})`;
}

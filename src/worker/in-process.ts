/** Background work where there is no other thread: Node, tests, a browser that gives none. The page waits for each step. */
import { passphraseKey } from '../crypto/passphrase.ts';
import type { Background } from './background.ts';
import { ImportFiles } from './import-files.ts';

/** `pause` is awaited between the steps of long work. */
export function inProcess(pause: () => Promise<void>): Background {
  return { passphraseKey, importReader: () => new ImportFiles(pause) };
}

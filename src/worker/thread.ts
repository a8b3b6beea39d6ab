/**
 * The side of the thread: what it does of what a page asks. Knows no browser: worker-main.ts gives it a worker's messages, a test
 * the end of a channel.
 */
import { Answering, type Send } from '../base/thread-calls.ts';
import { passphraseKey } from '../crypto/passphrase.ts';
import { ImportFiles } from './import-files.ts';
import type { Answers, Asked } from './messages.ts';

export function threadOf(send: Send<Answers>, pause: () => Promise<void>): Answering<Asked, Answers> {
  const files = new ImportFiles(pause);
  return new Answering(send, {
    passphraseKey: (asked) => passphraseKey(...asked),
    read: (asked, watch) => files.read(...asked, watch),
    plan: (asked) => files.plan(...asked),
    holds: (asked) => files.holds(...asked),
  });
}

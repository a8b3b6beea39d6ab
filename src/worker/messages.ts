/** What a page asks the thread that works for it, and what that answers (base/thread-calls.ts). */
import type { ImportReader, PlannedChart, ReadFile } from './background.ts';
import type { Result } from '../base/result.ts';
import type * as threads from '../base/thread-calls.ts';
import type { FileText, ImportRefusal } from '../clinical/bundle.ts';
import type { DeriveKey } from '../crypto/passphrase.ts';

/** Act → what it is asked with. */
export interface Asked {
  readonly passphraseKey: Parameters<DeriveKey>;
  readonly read: readonly [file: number, text: FileText];
  readonly plan: Parameters<ImportReader['plan']>;
  readonly holds: Parameters<ImportReader['holds']>;
}

/** Act → what it ends with. */
export interface Answers {
  readonly passphraseKey: Awaited<ReturnType<DeriveKey>>;
  readonly read: Result<ReadFile, ImportRefusal>;
  readonly plan: PlannedChart | undefined;
  readonly holds: boolean;
}

export type ToThread = threads.ToThread<Asked>;
export type ToPage = threads.ToPage<Answers>;
export type ThreadPort = threads.ThreadPort<Asked, Answers>;

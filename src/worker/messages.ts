/** What passes between a page and a thread that works for it. Both are of one build: nothing here has a version. */
import type { ReadChart, ImportReader, PlannedChart } from './background.ts';
import type { Result } from '../base/result.ts';
import type { ImportRefusal } from '../clinical/bundle.ts';
import type { DeriveKey } from '../crypto/passphrase.ts';

/** Act → what it is asked with. */
export interface Asked {
  readonly passphraseKey: Parameters<DeriveKey>;
  readonly read: readonly [file: number, text: string];
  readonly plan: Parameters<ImportReader['plan']>;
  readonly holds: Parameters<ImportReader['holds']>;
}

/** Act → what it ends with. */
export interface Answers {
  readonly passphraseKey: Awaited<ReturnType<DeriveKey>>;
  readonly read: Result<readonly ReadChart[], ImportRefusal>;
  readonly plan: PlannedChart | undefined;
  readonly holds: boolean;
}

export type Act = keyof Asked;

export type ToThread =
  | {
      readonly [A in Act]: { readonly kind: 'ask'; readonly id: number; readonly act: A; readonly with: Asked[A] };
    }[Act]
  /** Whoever asked no longer wants it. */
  | { readonly kind: 'stop'; readonly id: number };

export type ToPage =
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answers[Act] }
  /** A bug: what can be expected to fail is in the answers. */
  | { readonly kind: 'failed'; readonly id: number; readonly name: string };

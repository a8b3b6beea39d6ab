/**
 * Keyed records under record-store.ts, in IndexedDB or in memory: reads that name what cannot be read, and write
 * transactions that happen whole and durably or not at all. Knows nothing of what a record means. Keys are strings, so
 * that a damaged record can be named and a group of them is one range.
 */
import type { Result } from '../base/result.ts';

export const recordStores = [
  'charts',
  'heads',
  'ciphertexts',
  'ops',
  'held',
  'sealed',
  'snapshots',
  'chunks',
  'chunk-names',
] as const;
export type RecordStoreName = (typeof recordStores)[number];

/** One record, or all whose key begins with the prefix. */
export type RecordQuery =
  | { readonly store: RecordStoreName; readonly key: string }
  | { readonly store: RecordStoreName; readonly prefix: string };

export interface Row {
  readonly key: string;
  readonly value: unknown;
}

export interface FoundRecords {
  /** In order of key. */
  readonly records: readonly Row[];
  readonly unreadable: readonly string[];
}

export interface RecordWriter {
  get(store: RecordStoreName, key: string): Promise<unknown>;
  /** In order of key. */
  range(store: RecordStoreName, prefix: string): Promise<readonly Row[]>;
  put(store: RecordStoreName, key: string, value: unknown): void;
  /** New records of one chart, or log, of which `heads` and `ciphertexts` hold none yet: they may share one on the disk. */
  putTogether(store: 'heads' | 'ciphertexts' | 'ops', rows: readonly Row[]): void;
  delete(store: RecordStoreName, key: string): void;
  deleteRange(store: RecordStoreName, prefix: string): void;
}

export type WriteFailure = 'quota' | 'closed' | 'disk' | 'unreadable';

export interface Records {
  /** All queries see the same state. */
  read(queries: readonly RecordQuery[]): Promise<readonly FoundRecords[]>;
  keys(store: RecordStoreName, prefix: string): Promise<readonly string[]>;
  /**
   * Runs `work` in one transaction, durable when this resolves. An `Err` from `work` undoes it all. `work` awaits nothing
   * but the writer. `stores`: those it may touch, if not any; reads of others need not wait for it.
   */
  write<R extends string>(
    work: (writer: RecordWriter) => Promise<Result<undefined, R>>,
    stores?: readonly RecordStoreName[],
  ): Promise<Result<undefined, R | WriteFailure>>;
  wipe(): Promise<void>;
  close(): void;
}

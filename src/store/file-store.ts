/**
 * The store in files, for Node: the same records and contract as in the browser. A commit is one frame at the end of a log,
 * acknowledged once the disk has it (EN-8); commits that wait at the same time share one write. Opening reads and checks
 * everything, so that damage is named before anything is built on it, and the rest is served (attack 45).
 */
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { err, type Result } from '../base/result.ts';
import { decodeValue, placeLength, type LogItem } from './file-format.ts';
import type { FileIndex, PlacedRecord } from './file-index.ts';
import { loadLog, type FileDamage } from './file-loading.ts';
import type { FileLog, LogOptions } from './file-log.ts';
import { Tidying } from './file-tidying.ts';
import { Changes, FileWriter, itemValue, UnreadableRecord } from './file-writer.ts';
import { RecordStore } from './record-store.ts';
import type { FoundRecords, RecordQuery, Records, RecordStoreName, RecordWriter, WriteFailure } from './records.ts';
import type { Store } from './store.ts';

export interface FileStore {
  readonly store: Store;
  /** What was found damaged at opening: files, stretches of them, records. */
  readonly damage: readonly FileDamage[];
  /** Of a commit that was never acknowledged: the process or the machine stopped in it. */
  readonly unfinishedBytes: number;
  /** On the disk, with what is no longer current. */
  bytes(): number;
  /** Closes, and resolves when what was asked for is written and no file is open. */
  end(): Promise<void>;
}

const ownerOnlyFolder = 0o700;
/** Commits that share one write to the disk. */
const maxCommitsAtOnce = 64;
/** Below this a store is small, whatever share of it is no longer current. */
const defaultMinTidyBytes = 8 * 1024 * 1024;
/** Copied between two groups of commits, so that none waits long. */
const tidyStepBytes = 4 * 1024 * 1024;

export interface FileStoreOptions extends LogOptions {
  /** Left out but in tests. */
  readonly minTidyBytes?: number;
  /** A write failed: `quota` for want of room, `disk` once and for all. Its commits were told so too. */
  readonly failed?: (reason: 'quota' | 'disk', message: string) => void;
}

/** Rejects as the file system does: `EACCES`, `ENOSPC`. One process at a time; that is the caller's to see to. */
export async function openFileStore(folder: string, options: FileStoreOptions = {}): Promise<FileStore> {
  await mkdir(folder, { recursive: true, mode: ownerOnlyFolder });
  const { log, index, damage, unfinishedBytes } = await loadLog(folder, options);
  const records = new FileRecords(log, index, options);
  return {
    store: new RecordStore(records),
    damage,
    unfinishedBytes,
    bytes: () => log.bytes,
    end: () => records.end(),
  };
}

interface Job {
  readonly work: (writer: RecordWriter) => Promise<Result<undefined>>;
  readonly resolve: (result: Result<undefined>) => void;
  readonly reject: (error: unknown) => void;
}

class FileRecords implements Records {
  readonly #log: FileLog;
  readonly #index: FileIndex;
  readonly #waiting: Job[] = [];
  readonly #minTidyBytes: number;
  readonly #failed: FileStoreOptions['failed'];
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #ended: Promise<void> | undefined;
  #tidying: Tidying | undefined;
  /** Not before the log has grown to this: moves on when tidying failed, of a full disk perhaps. */
  #tidyFromBytes: number;

  constructor(log: FileLog, index: FileIndex, { minTidyBytes = defaultMinTidyBytes, failed }: FileStoreOptions) {
    this.#log = log;
    this.#index = index;
    this.#minTidyBytes = minTidyBytes;
    this.#tidyFromBytes = minTidyBytes;
    this.#failed = failed;
  }

  read(queries: readonly RecordQuery[]): Promise<readonly FoundRecords[]> {
    if (this.#ended !== undefined) return Promise.reject(new Error('the store is closed'));
    return this.#read(queries);
  }

  async keys(store: RecordStoreName, prefix: string): Promise<readonly string[]> {
    await this.read([]);
    return this.#keys(store, prefix);
  }

  write<R extends string>(
    work: (writer: RecordWriter) => Promise<Result<undefined, R>>,
  ): Promise<Result<undefined, R | WriteFailure>> {
    if (this.#ended !== undefined) return Promise.resolve(err('closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Job['resolve'], reject });
      if (!this.#isRunning) this.#running = this.#run();
    });
  }

  close(): void {
    void this.end();
  }

  end(): Promise<void> {
    this.#ended ??= this.#running.then(() => this.#log.close());
    return this.#ended;
  }

  async wipe(): Promise<void> {
    await this.end();
    const { folder } = this.#log;
    for (const name of await readdir(folder)) await unlink(join(folder, name));
  }

  #keys(store: RecordStoreName, prefix: string): readonly string[] {
    return this.#index.under(store, prefix).map(({ key }) => key);
  }

  #read(queries: readonly RecordQuery[]): Promise<readonly FoundRecords[]> {
    // All places at this moment: what lies at a place never changes.
    const placed = queries.map((query) => ({ store: query.store, records: this.#placed(query) }));
    return Promise.all(placed.map(({ store, records }) => this.#values(store, records)));
  }

  #placed(query: RecordQuery): readonly PlacedRecord[] {
    if (!('key' in query)) return this.#index.under(query.store, query.prefix);
    const place = this.#index.get(query.store, query.key);
    return place === undefined ? [] : [{ key: query.key, place }];
  }

  async #values(store: RecordStoreName, placed: readonly PlacedRecord[]): Promise<FoundRecords> {
    const readable = placed.flatMap(({ key, place }) => (place === 'lost' ? [] : [{ key, place }]));
    const unreadable = placed.flatMap(({ key, place }) => (place === 'lost' ? [key] : []));
    const found = await this.#log.read(
      readable.map(({ place }) => ({ ...place, length: placeLength(place.kind, place.length) })),
    );
    const records: { key: string; value: unknown }[] = [];
    for (const [i, { key, place }] of readable.entries()) {
      const bytes = decodeValue(found[i] ?? new Uint8Array(0), { store, key });
      const value = bytes === undefined ? undefined : itemValue({ kind: place.kind, value: bytes });
      if (value === undefined) unreadable.push(key);
      else records.push({ key, value });
    }
    return { records, unreadable };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await this.#commitTogether(this.#waiting.splice(0, maxCommitsAtOnce));
      await this.#tidy();
    }
    this.#isRunning = false;
  }

  /** Each sees what those before it changed; all of them are durable, or none. */
  async #commitTogether(jobs: readonly Job[]): Promise<void> {
    const before = new Changes();
    const done: Job[] = [];
    const frames: (readonly LogItem[])[] = [];
    for (const job of jobs) {
      const own = await this.#work(job, before);
      if (own === undefined) continue;
      done.push(job);
      before.add(own);
      if (own.items.length > 0) frames.push(own.items);
    }
    try {
      if (frames.length > 0)
        for (const placed of await this.#log.append(frames)) this.#index.apply(placed, placed.file);
      for (const job of done) job.resolve({ ok: true, value: undefined });
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      this.#failed?.(failureOf(error), message);
      for (const job of done) job.resolve(err(failureOf(error), message));
    }
  }

  /** What the job changes; undefined when it has its answer already. */
  async #work(job: Job, before: Changes): Promise<Changes | undefined> {
    const writer = new FileWriter({
      read: (queries) => this.#read(queries),
      keys: (store, prefix) => this.#keys(store, prefix),
      before,
    });
    try {
      const result = await job.work(writer);
      if (result.ok) return writer.own;
      job.resolve(result);
    } catch (error) {
      if (error instanceof UnreadableRecord) job.resolve(err('unreadable', error.message));
      else job.reject(error);
    }
    return undefined;
  }

  /** Drops the oldest file once half of what lies on the disk is no longer current, a step after each group of commits. */
  async #tidy(): Promise<void> {
    const { bytes } = this.#log;
    if (this.#tidying === undefined && (bytes < this.#tidyFromBytes || this.#index.bytes * 2 > bytes)) return;
    try {
      this.#tidying ??= Tidying.begin(this.#log, this.#index);
      if ((await this.#tidying?.step(tidyStepBytes)) !== true) return;
      this.#tidying = undefined;
      this.#tidyFromBytes = this.#minTidyBytes;
    } catch {
      // Nothing is lost by it: what was copied twice is the same.
      this.#tidying = undefined;
      this.#tidyFromBytes = bytes + this.#minTidyBytes;
    }
  }
}

function failureOf(error: unknown): 'quota' | 'disk' {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'quota' : 'disk';
}

/**
 * The store in IndexedDB: the only file that imports `idb`. Every write is one transaction of strict durability, so that
 * what was shown as saved survives a crash of the machine (EN-8). A database of a newer version is opened by nobody and
 * left as it is. A value the browser cannot read any more is named, and its neighbours are read one by one.
 */
import { deleteDB, openDB, unwrap, type IDBPDatabase } from 'idb';
import { err, ok, type Result } from '../base/result.ts';
import { bundleBeside } from './bundles.ts';
import { keyText, RecordReader, unbundled, under } from './idb-requests.ts';
import { IdbWriter } from './idb-writer.ts';
import { RecordStore } from './record-store.ts';
import {
  recordStores,
  type FoundRecords,
  type RecordQuery,
  type Records,
  type RecordStoreName,
  type RecordWriter,
  type Row,
  type WriteFailure,
} from './records.ts';
import type { Store } from './store.ts';

export type OpenFailure =
  /** written by a newer version of the app; untouched */
  | 'newer-data'
  /** another tab keeps an older version open and does not let go */
  | 'blocked'
  /** the browser has no storage for us: switched off, private window, or broken */
  | 'storage';

type ClosedBy =
  /** another tab opens the data with a newer version of the app */
  | 'newer-version'
  /** the browser took the storage away: cleared by the person, or a fault */
  | 'browser';

export interface OpenOptions {
  /** Told once if the store closes though nobody called `close` or `wipe`. */
  readonly onClosed?: (by: ClosedBy) => void;
  /** For tests of the upgrade path; the app's is `schema`. */
  readonly schema?: readonly SchemaStep[];
}

/** Makes version n of the database from version n - 1. A step once released never changes. */
export type SchemaStep = (db: IDBPDatabase) => void;

export const schema: readonly SchemaStep[] = [
  (db) => {
    for (const store of ['charts', 'heads', 'ciphertexts', 'ops', 'held', 'sealed']) db.createObjectStore(store);
  },
  (db) => {
    db.createObjectStore('snapshots');
  },
  (db) => {
    for (const store of ['chunks', 'chunk-names']) db.createObjectStore(store);
  },
  // Records may lie in bundles from here on (bundles.ts), which an older version would not find: nothing is to be made.
  () => undefined,
];

export async function openIdbStore(name: string, options: OpenOptions = {}): Promise<Result<Store, OpenFailure>> {
  const steps = options.schema ?? schema;
  let blocked = (): void => undefined;
  const whenBlocked = new Promise<'blocked'>((resolve) => {
    blocked = () => {
      resolve('blocked');
    };
  });
  const records = new IdbRecords(name, options.onClosed);
  const opening = openDB(name, steps.length, {
    upgrade(db, from) {
      for (const step of steps.slice(from)) step(db);
    },
    blocked,
    blocking: () => {
      records.closedBy('newer-version');
    },
    terminated: () => {
      records.closedBy('browser');
    },
  });
  try {
    const opened = await Promise.race([opening, whenBlocked]);
    if (opened === 'blocked') {
      // Should the other tab let go later, this one must not hold the database in turn.
      opening.then(
        (db) => db.close(),
        () => undefined,
      );
      return err('blocked');
    }
    records.use(opened);
    return ok(new RecordStore(records));
  } catch (error) {
    return err(nameOf(error) === 'VersionError' ? 'newer-data' : 'storage', nameOf(error));
  }
}

class IdbRecords implements Records {
  readonly #name: string;
  readonly #onClosed: ((by: ClosedBy) => void) | undefined;
  #db: IDBPDatabase | undefined;
  /** The transaction of those who ask at this moment. */
  #gathered: Gathered | undefined;
  /** What is being read by the one before. */
  #reading: Promise<unknown>[] = [];

  constructor(name: string, onClosed: ((by: ClosedBy) => void) | undefined) {
    this.#name = name;
    this.#onClosed = onClosed;
  }

  use(db: IDBPDatabase): void {
    this.#db = db;
  }

  closedBy(by: ClosedBy): void {
    if (this.#db === undefined) return;
    this.close();
    this.#onClosed?.(by);
  }

  /**
   * What is asked for in one go, of many charts say, is one transaction, and so is what is asked for while one is read: opening
   * one costs more than most reads.
   */
  async read(queries: readonly RecordQuery[]): Promise<readonly FoundRecords[]> {
    this.#mustBeOpen();
    this.#gathered ??= this.#gather();
    const gathered = this.#gathered;
    for (const { store } of queries) gathered.stores.add(store);
    try {
      const reader = await gathered.reader;
      const found = Promise.all(queries.map((query) => reader.read(query)));
      this.#reading.push(found);
      return await found;
    } catch (error) {
      if (this.#db === undefined) throw error;
      return Promise.all(queries.map((query) => this.#readOneByOne(query)));
    }
  }

  /** Of the stores that are asked alone, so that a write to others does not hold it up. */
  #gather(): Gathered {
    const stores = new Set<RecordStoreName>();
    const before = Promise.allSettled(this.#reading);
    const reader = before.then(() => {
      this.#gathered = undefined;
      this.#reading = [];
      return new RecordReader(unwrap(this.#mustBeOpen()).transaction([...stores], 'readonly'), true);
    });
    return { stores, reader };
  }

  /** One unreadable value fails the whole transaction it is read in: so each has its own. */
  async #readOneByOne(query: RecordQuery): Promise<FoundRecords> {
    const { store } = query;
    const beside = bundleBeside(store, 'key' in query ? query.key : query.prefix);
    const named = 'key' in query ? [query.key] : await this.keys(store, query.prefix);
    const records: Row[] = [];
    const unreadable: string[] = [];
    for (const key of new Set([...(beside === undefined ? [] : [beside]), ...named])) {
      try {
        const value: unknown = await this.#mustBeOpen().get(store, key);
        if (value !== undefined) records.push({ key, value });
      } catch {
        unreadable.push(key);
      }
    }
    const found = unbundled(query, records);
    return { records: found.records, unreadable: [...unreadable, ...found.unreadable] };
  }

  async keys(store: RecordStoreName, prefix: string): Promise<readonly string[]> {
    return (await this.#mustBeOpen().getAllKeys(store, under(prefix))).map(keyText);
  }

  async write<R extends string>(
    work: (writer: RecordWriter) => Promise<Result<undefined, R>>,
    stores: readonly RecordStoreName[] = recordStores,
  ): Promise<Result<undefined, R | WriteFailure>> {
    if (this.#db === undefined) return err('closed');
    let transaction;
    try {
      transaction = this.#db.transaction(stores, 'readwrite', { durability: 'strict' });
    } catch {
      return err('closed');
    }
    const writer = new IdbWriter(unwrap(transaction));
    // Taken before anything can fail, so that an abort is never an unhandled rejection.
    const done = transaction.done.then(
      () => undefined,
      (error: unknown) => error,
    );
    let result: Result<undefined, R>;
    try {
      result = await work(writer);
      await writer.settled();
    } catch (error) {
      abort(transaction);
      const failure = writer.failure ?? (await done) ?? error;
      if (writer.readFailed) return err('unreadable', nameOf(failure));
      if (writer.failure === undefined && !(failure instanceof DOMException)) throw error;
      return this.#failure(failure);
    }
    if (!result.ok) {
      abort(transaction);
      await done;
      return result;
    }
    const failure = (await done) ?? writer.failure;
    return failure === undefined ? result : this.#failure(writer.failure ?? failure);
  }

  #failure(error: unknown): Result<undefined, WriteFailure> {
    if (nameOf(error) === 'QuotaExceededError') return err('quota');
    return err(this.#db === undefined ? 'closed' : 'disk', nameOf(error));
  }

  async wipe(): Promise<void> {
    this.close();
    await deleteDB(this.#name);
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #mustBeOpen(): IDBPDatabase {
    if (this.#db === undefined) throw new Error('the store is closed');
    return this.#db;
  }
}

interface Gathered {
  readonly stores: Set<RecordStoreName>;
  readonly reader: Promise<RecordReader>;
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // Already aborted by the failure that brought us here.
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : 'unknown';
}

/** The store without a disk, for tests and the simulation: the same logic and contract, gone when the process ends. */
import { err, type Result } from '../base/result.ts';
import { RecordStore } from './record-store.ts';
import {
  recordStores,
  type FoundRecords,
  type RecordQuery,
  type Records,
  type RecordStoreName,
  type RecordWriter,
  type WriteFailure,
} from './records.ts';
import type { Store } from './store.ts';

/** On a disk of its own, or on one that was used before. */
export function openMemoryStore(disk = new MemoryDisk()): Store {
  return new RecordStore(new MemoryRecords(disk));
}

type Table = Map<string, unknown>;
type Row = FoundRecords['records'][number];

/** What a store leaves behind when it is closed, or when its machine stops: opened again, everything committed is there. */
export class MemoryDisk {
  readonly tables: ReadonlyMap<RecordStoreName, Table>;

  constructor(tables: ReadonlyMap<RecordStoreName, Table> = new Map()) {
    // Values are never changed in place, so that a copy of the maps is a copy of the disk.
    this.tables = new Map(recordStores.map((store) => [store, new Map(tables.get(store))]));
  }

  copy(): MemoryDisk {
    return new MemoryDisk(this.tables);
  }
}

/** Values are cloned in and out, as IndexedDB does: a caller's later change of its bytes does not reach the record. */
class MemoryRecords implements Records {
  readonly #tables: MemoryDisk['tables'];
  #closed = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(disk: MemoryDisk) {
    this.#tables = disk.tables;
  }

  read(queries: readonly RecordQuery[]): Promise<readonly FoundRecords[]> {
    if (this.#closed) return Promise.reject(new Error('the store is closed'));
    return Promise.resolve(
      queries.map((query) => ({
        records:
          'key' in query
            ? rowsAt(this.#table(query.store), query.key)
            : rowsUnder(this.#table(query.store), query.prefix),
        unreadable: [],
      })),
    );
  }

  async keys(store: RecordStoreName, prefix: string): Promise<readonly string[]> {
    const [found] = await this.read([{ store, prefix }]);
    return (found?.records ?? []).map((row) => row.key);
  }

  write<R extends string>(
    work: (writer: RecordWriter) => Promise<Result<undefined, R>>,
  ): Promise<Result<undefined, R | WriteFailure>> {
    const turn = this.#writing.then(() => this.#writeAlone(work));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #writeAlone<R extends string>(
    work: (writer: RecordWriter) => Promise<Result<undefined, R>>,
  ): Promise<Result<undefined, R | WriteFailure>> {
    if (this.#closed) return err('closed');
    const writer = new MemoryWriter((store) => this.#table(store));
    const result = await work(writer);
    if (result.ok) writer.apply();
    return result;
  }

  wipe(): Promise<void> {
    for (const table of this.#tables.values()) table.clear();
    this.#closed = true;
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
  }

  #table(store: RecordStoreName): Table {
    const table = this.#tables.get(store);
    if (table === undefined) throw new Error(`no record store is named ${store}`);
    return table;
  }
}

/** Collects a transaction's changes, seen by its own reads, and applies them at once. */
class MemoryWriter implements RecordWriter {
  readonly #table: (store: RecordStoreName) => Table;
  /** `undefined` removes. */
  readonly #changes = new Map<RecordStoreName, Table>(recordStores.map((store) => [store, new Map()]));

  constructor(table: (store: RecordStoreName) => Table) {
    this.#table = table;
  }

  get(store: RecordStoreName, key: string): Promise<unknown> {
    return Promise.resolve(rowsAt(this.#seen(store), key)[0]?.value);
  }

  range(store: RecordStoreName, prefix: string): Promise<readonly Row[]> {
    return Promise.resolve(rowsUnder(this.#seen(store), prefix));
  }

  put(store: RecordStoreName, key: string, value: unknown): void {
    this.#changes.get(store)?.set(key, structuredClone(value));
  }

  putTogether(store: RecordStoreName, rows: readonly Row[]): void {
    for (const { key, value } of rows) this.put(store, key, value);
  }

  delete(store: RecordStoreName, key: string): void {
    this.#changes.get(store)?.set(key, undefined);
  }

  deleteRange(store: RecordStoreName, prefix: string): void {
    for (const { key } of rowsUnder(this.#seen(store), prefix)) this.delete(store, key);
  }

  apply(): void {
    for (const [store, changes] of this.#changes) {
      const table = this.#table(store);
      for (const [key, value] of changes) {
        if (value === undefined) table.delete(key);
        else table.set(key, value);
      }
    }
  }

  #seen(store: RecordStoreName): Table {
    const changes = this.#changes.get(store) ?? new Map<string, unknown>();
    if (changes.size === 0) return this.#table(store);
    const seen = new Map([...this.#table(store), ...changes]);
    for (const [key, value] of changes) if (value === undefined) seen.delete(key);
    return seen;
  }
}

function rowsAt(table: Table, key: string): Row[] {
  return table.has(key) ? [{ key, value: structuredClone(table.get(key)) }] : [];
}

function rowsUnder(table: Table, prefix: string): Row[] {
  return [...table.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => ({ key, value: structuredClone(table.get(key)) }));
}

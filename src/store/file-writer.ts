/** What one transaction of the store in files reads and changes before it is written. */
import { deserialize, serialize } from 'node:v8';
import type { Bytes } from '../base/bytes.ts';
import type { LogItem } from './file-format.ts';
import type { FoundRecords, RecordQuery, RecordStoreName, RecordWriter } from './records.ts';

type Row = FoundRecords['records'][number];

/** A record that the transaction needs is damaged. */
export class UnreadableRecord extends Error {}

/** Changes of records that are not in the index yet, the newest of each. */
export class Changes {
  readonly #items = new Map<string, LogItem>();

  get items(): readonly LogItem[] {
    return [...this.#items.values()];
  }

  get(store: RecordStoreName, key: string): LogItem | undefined {
    return this.#items.get(`${store} ${key}`);
  }

  under(store: RecordStoreName, prefix: string): readonly LogItem[] {
    return this.items.filter((item) => item.store === store && item.key.startsWith(prefix));
  }

  put(item: LogItem): void {
    this.#items.set(`${item.store} ${item.key}`, item);
  }

  add(others: Changes): void {
    for (const item of others.items) this.put(item);
  }
}

export class FileWriter implements RecordWriter {
  readonly own = new Changes();
  readonly #read: (queries: readonly RecordQuery[]) => Promise<readonly FoundRecords[]>;
  readonly #keys: (store: RecordStoreName, prefix: string) => readonly string[];
  /** Of commits that are written together with this one, before it. */
  readonly #before: Changes;

  constructor(parts: {
    readonly read: (queries: readonly RecordQuery[]) => Promise<readonly FoundRecords[]>;
    readonly keys: (store: RecordStoreName, prefix: string) => readonly string[];
    readonly before: Changes;
  }) {
    this.#read = parts.read;
    this.#keys = parts.keys;
    this.#before = parts.before;
  }

  async get(store: RecordStoreName, key: string): Promise<unknown> {
    const changed = this.own.get(store, key) ?? this.#before.get(store, key);
    if (changed !== undefined) return itemValue(changed);
    return (await this.#found({ store, key }))[0]?.value;
  }

  async range(store: RecordStoreName, prefix: string): Promise<readonly Row[]> {
    const rows = new Map((await this.#found({ store, prefix })).map(({ key, value }) => [key, value]));
    for (const changes of [this.#before, this.own])
      for (const item of changes.under(store, prefix)) {
        const value = itemValue(item);
        if (value === undefined) rows.delete(item.key);
        else rows.set(item.key, value);
      }
    return [...rows].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  put(store: RecordStoreName, key: string, value: unknown): void {
    // Encoded at once: what the caller does to its bytes afterwards changes nothing.
    this.own.put(
      value instanceof Uint8Array
        ? { kind: 'bytes', store, key, value: new Uint8Array(value) }
        : { kind: 'clone', store, key, value: new Uint8Array(serialize(value)) },
    );
  }

  putTogether(store: RecordStoreName, rows: readonly Row[]): void {
    for (const { key, value } of rows) this.put(store, key, value);
  }

  delete(store: RecordStoreName, key: string): void {
    this.own.put({ kind: 'delete', store, key, value: new Uint8Array(0) });
  }

  deleteRange(store: RecordStoreName, prefix: string): void {
    const changed = [this.#before, this.own].flatMap((changes) => changes.under(store, prefix).map(({ key }) => key));
    for (const key of new Set([...this.#keys(store, prefix), ...changed])) this.delete(store, key);
  }

  async #found(query: RecordQuery): Promise<readonly Row[]> {
    const [found] = await this.#read([query]);
    const [damaged] = found?.unreadable ?? [];
    if (damaged !== undefined) throw new UnreadableRecord(`${query.store}/${damaged}`);
    return found?.records ?? [];
  }
}

/** Undefined for one that is deleted, or of a later version of the format. */
export function itemValue({ kind, value }: { readonly kind: LogItem['kind']; readonly value: Bytes }): unknown {
  if (kind === 'bytes') return new Uint8Array(value);
  if (kind !== 'clone') return undefined;
  try {
    return deserialize(value) as unknown;
  } catch {
    return undefined;
  }
}

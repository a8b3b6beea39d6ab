/**
 * Reading within one transaction of the database: one record, or all whose key begins so, in order of key, those that lie in
 * bundles (bundles.ts) among them. The platform's own requests: a promise more for each of thousands is what a first sync is
 * long for.
 */
import { bundleBeside, groupAbove, isBundleKey, rowsOf } from './bundles.ts';
import type { FoundRecords, RecordQuery, RecordStoreName, Row } from './records.ts';

/** What a request answers, or why it does not; one that is refused at once is refused like any other. */
function answered<T>(ask: () => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = ask();
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new DOMException('a request failed', 'UnknownError'));
    };
  });
}

/** Every key that begins with the prefix; keys are ASCII. */
export function under(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

export class RecordReader {
  readonly #transaction: IDBTransaction;
  readonly #stores = new Map<RecordStoreName, IDBObjectStore>();
  readonly #answers: Map<string, Promise<unknown>> | undefined;

  /** `isReadOnly`: nothing changes meanwhile, so what sections of a chart that are read together have in common is read once. */
  constructor(transaction: IDBTransaction, isReadOnly = false) {
    this.#transaction = transaction;
    this.#answers = isReadOnly ? new Map() : undefined;
  }

  store(name: RecordStoreName): IDBObjectStore {
    const known = this.#stores.get(name) ?? this.#transaction.objectStore(name);
    this.#stores.set(name, known);
    return known;
  }

  get(store: RecordStoreName, key: string): Promise<unknown> {
    return this.#once(`${store}/${key}`, () => answered(() => this.store(store).get(key)));
  }

  #keys(store: RecordStoreName, prefix: string): Promise<readonly IDBValidKey[]> {
    return this.#once(`keys of ${store}/${prefix}`, () => answered(() => this.store(store).getAllKeys(under(prefix))));
  }

  /** What is named so is always of one type. */
  #once<T>(name: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers?.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#answers?.set(name, answer);
    return answer;
  }

  async read(query: RecordQuery): Promise<FoundRecords> {
    const { store } = query;
    const beside = bundleBeside(store, 'key' in query ? query.key : query.prefix);
    const bundle = beside === undefined ? undefined : this.get(store, beside);
    const found = 'key' in query ? this.#one(store, query.key) : this.#under(store, query.prefix);
    const [rows, value] = await Promise.all([found, bundle]);
    const named = beside === undefined || value === undefined ? [] : [{ key: beside, value }];
    return unbundled(query, [...named, ...rows]);
  }

  async #one(store: RecordStoreName, key: string): Promise<readonly Row[]> {
    const value = await this.get(store, key);
    return value === undefined ? [] : [{ key, value }];
  }

  async #under(store: RecordStoreName, prefix: string): Promise<readonly Row[]> {
    const values = (): Promise<unknown[]> =>
      answered(() => this.store(store).getAll(under(prefix)) as IDBRequest<unknown[]>);
    const group = this.#answers === undefined ? undefined : groupAbove(store, prefix);
    if (group === undefined) return rowsOfAnswers(await Promise.all([this.#keys(store, prefix), values()]));
    // A chart that lies in bundles has no others: its keys say so for all its sections.
    const keys = (await this.#keys(store, group)).filter((key) => keyText(key).startsWith(prefix));
    return keys.length === 0 ? [] : rowsOfAnswers([keys, await values()]);
  }
}

function rowsOfAnswers([keys, values]: readonly [readonly IDBValidKey[], readonly unknown[]]): readonly Row[] {
  return keys.map((key, i) => ({ key: keyText(key), value: values[i] }));
}

/** What is asked for of what was found, bundles taken apart. A record of its own stands in place of one in a bundle. */
export function unbundled(query: RecordQuery, found: readonly Row[]): FoundRecords {
  const { store } = query;
  if (!found.some(({ key }) => isBundleKey(store, key))) return { records: found, unreadable: [] };
  const isAsked = (key: string): boolean => ('key' in query ? key === query.key : key.startsWith(query.prefix));
  const rows = new Map<string, unknown>();
  const unreadable: string[] = [];
  for (const { key, value } of found) {
    if (!isBundleKey(store, key)) continue;
    const inIt = rowsOf(value);
    if (inIt === undefined) unreadable.push('key' in query ? query.key : key);
    for (const row of inIt ?? []) if (isAsked(row.key)) rows.set(row.key, row.value);
  }
  for (const { key, value } of found) if (!isBundleKey(store, key)) rows.set(key, value);
  const records = [...rows].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return { records, unreadable: 'key' in query && records.length > 0 ? [] : unreadable };
}

/** Only strings are ever written as keys. */
export function keyText(key: IDBValidKey): string {
  if (typeof key !== 'string') throw new Error('a record key is a string');
  return key;
}

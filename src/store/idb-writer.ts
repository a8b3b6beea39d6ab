/**
 * One write transaction of the database, for idb-store.ts. Writes are asked for and not waited for: the transaction says at its end
 * whether all went through.
 */
import { bundleBeside, bundleOf, bundleWithout, isBundled, type BundledStore } from './bundles.ts';
import { RecordReader, under } from './idb-requests.ts';
import type { RecordStoreName, RecordWriter, Row } from './records.ts';

export class IdbWriter implements RecordWriter {
  readonly #reader: RecordReader;
  /** Something was taken out of bundles; what is read next is read after it. */
  #rewriting: Promise<unknown> = Promise.resolve();
  /** The first request that failed: the transaction's own error may only say that it was aborted. */
  failure: unknown;
  readFailed = false;

  constructor(transaction: IDBTransaction) {
    this.#reader = new RecordReader(transaction);
  }

  get(store: RecordStoreName, key: string): Promise<unknown> {
    return this.#reading(async () => (await this.#reader.read({ store, key })).records[0]?.value);
  }

  /** A bundle that is none is among them, as the nothing that it is: whoever needs all there is sees that it has not got it. */
  range(store: RecordStoreName, prefix: string): Promise<readonly Row[]> {
    return this.#reading(async () => {
      const { records, unreadable } = await this.#reader.read({ store, prefix });
      return [...records, ...unreadable.map((key) => ({ key, value: undefined }))];
    });
  }

  /** What is still on its way besides writes. */
  async settled(): Promise<void> {
    await this.#rewriting;
  }

  put(store: RecordStoreName, key: string, value: unknown): void {
    this.#writing(() => this.#reader.store(store).put(value, key));
  }

  putTogether(store: BundledStore, rows: readonly Row[]): void {
    const [first, ...others] = rows;
    if (first === undefined) return;
    const { key, value } = others.length === 0 ? first : bundleOf(store, rows);
    this.put(store, key, value);
  }

  delete(store: RecordStoreName, key: string): void {
    if (isBundled(store)) throw new Error('what may lie in a bundle is deleted by range');
    this.#writing(() => this.#reader.store(store).delete(key));
  }

  deleteRange(store: RecordStoreName, prefix: string): void {
    this.#writing(() => this.#reader.store(store).delete(under(prefix)));
    const beside = bundleBeside(store, prefix);
    if (beside !== undefined && isBundled(store)) this.#takeOut(store, beside, prefix);
  }

  /** The transaction goes on until it is done, since it is asked for from within an answer. */
  #takeOut(store: BundledStore, bundle: string, prefix: string): void {
    const taken = this.#rewriting
      .then(() => this.#reader.get(store, bundle))
      .then((value) => {
        const left = bundleWithout(value, prefix);
        if (left?.length === 0) this.#writing(() => this.#reader.store(store).delete(bundle));
        else if (left !== undefined) this.put(store, bundle, bundleOf(store, left).value);
      });
    this.#rewriting = taken;
    taken.catch((error: unknown) => {
      this.failure ??= error;
    });
  }

  async #reading<T>(request: () => Promise<T>): Promise<T> {
    try {
      await this.#rewriting;
      return await request();
    } catch (error) {
      this.failure ??= error;
      this.readFailed = !(error instanceof Error && error.name === 'AbortError');
      throw error;
    }
  }

  /** A request that throws at once ends the transaction now. */
  #writing(request: () => IDBRequest): void {
    try {
      const asked = request();
      asked.onerror = () => {
        this.failure ??= asked.error;
      };
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}

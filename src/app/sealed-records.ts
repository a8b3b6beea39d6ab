/**
 * Small private records of this device under the vault key: its keys, the patient index, notices, preferences. JSON
 * inside, so a record says nothing but its size and a key that names nobody.
 */
import { fromUtf8, toUtf8, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { deriveKey } from '../crypto/hash.ts';
import { open, seal } from '../crypto/seal.ts';
import type { Commit, Store } from '../store/store.ts';

export type SealedWrite = NonNullable<Commit['sealed']>[number];

export class SealedRecords {
  readonly #store: Store;
  readonly #vaultKey: Bytes;
  readonly #random: Random;
  /** Where the records of this vault lie (people-vaults.ts); callers name theirs without it. */
  readonly #prefix: string;

  constructor(store: Store, vaultKey: Bytes, random: Random, prefix = '') {
    this.#store = store;
    this.#vaultKey = vaultKey;
    this.#random = random;
    this.#prefix = prefix;
  }

  /** To be put into a commit, so that it lands with what it describes. */
  write(key: string, value: unknown): SealedWrite {
    const sealed = seal(this.#keyOf(key), toUtf8(JSON.stringify(value)), this.#random);
    return { key: this.#prefix + key, bytes: sealed };
  }

  /** The same for a record that is to go. */
  remove(key: string): SealedWrite {
    return { key: this.#prefix + key, bytes: undefined };
  }

  /** Undefined when there is none, or when it was not written under this vault key. */
  async read<T>(key: string, parse: (value: unknown) => T | undefined): Promise<T | undefined> {
    const sealed = await this.#store.sealed(this.#prefix + key);
    if (sealed === undefined) return undefined;
    const text = fromUtf8(open(this.#keyOf(key), sealed) ?? new Uint8Array());
    return text === undefined || text === '' ? undefined : parse(JSON.parse(text));
  }

  async readAll<T>(prefix: string, parse: (value: unknown) => T | undefined): Promise<readonly T[]> {
    const keys = await this.keys(prefix);
    const values = await Promise.all(keys.map((key) => this.read(key, parse)));
    return values.filter((value) => value !== undefined);
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const keys = await this.#store.sealedKeys(this.#prefix + prefix);
    return keys.map((key) => key.slice(this.#prefix.length));
  }

  /** A key of its own for each record, so that a hostile disk cannot serve one in place of another. */
  #keyOf(key: string): Bytes {
    return deriveKey(this.#vaultKey, 'peerchart/record/1', toUtf8(key));
  }
}

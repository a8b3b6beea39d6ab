/**
 * Small private records of this device under the vault key: its keys, the patient index, notices, preferences. JSON
 * inside, so a record says nothing but its size and a key that names nobody.
 */
import { fromUtf8, toUtf8, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { KeyDeriver } from '../crypto/hash.ts';
import { open, seal } from '../crypto/seal.ts';
import type { Records, SealedWrite } from '../replica/records.ts';
import type { Store } from '../store/store.ts';
import type { Turns } from './turns.ts';

export type { SealedWrite } from '../replica/records.ts';

export class SealedRecords implements Records {
  readonly #store: Store;
  readonly #vaultKey: Bytes;
  readonly #random: Random;
  /** Where the records of this vault lie (people-vaults.ts); callers name theirs without it. */
  readonly #prefix: string;
  readonly #turns: Turns | undefined;
  #deriver: KeyDeriver | undefined;

  /** `turns`: left out, the page waits while many are opened. */
  constructor(store: Store, vaultKey: Bytes, random: Random, prefix = '', turns?: Turns) {
    this.#turns = turns;
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
    return sealed === undefined ? undefined : this.#opened(key, sealed, parse);
  }

  #opened<T>(key: string, sealed: Bytes, parse: (value: unknown) => T | undefined): T | undefined {
    const text = fromUtf8(open(this.#keyOf(key), sealed) ?? new Uint8Array());
    return text === undefined || text === '' ? undefined : parse(JSON.parse(text));
  }

  /** All whose names begin so, in one read; those of another vault key are left out. */
  async readAll<T>(prefix: string, parse: (value: unknown) => T | undefined): Promise<readonly T[]> {
    const found = await this.#store.sealedUnder(this.#prefix + prefix);
    const opened: T[] = [];
    for (const [key, sealed] of found) {
      const value = this.#opened(key.slice(this.#prefix.length), sealed, parse);
      if (value !== undefined) opened.push(value);
      await this.#turns?.next();
    }
    return opened;
  }

  async keys(prefix: string): Promise<readonly string[]> {
    const keys = await this.#store.sealedKeys(this.#prefix + prefix);
    return keys.map((key) => key.slice(this.#prefix.length));
  }

  /** What was worked out of the vault key: whoever wipes that one calls this too. */
  wipe(): void {
    this.#deriver?.wipe();
    this.#deriver = undefined;
  }

  /** A key of its own for each record, so that a hostile disk cannot serve one in place of another. */
  #keyOf(key: string): Bytes {
    this.#deriver ??= new KeyDeriver(this.#vaultKey);
    return this.#deriver.derive('peerchart/record/1', toUtf8(key));
  }
}

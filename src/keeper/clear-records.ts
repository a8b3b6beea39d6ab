/** Small records of a keeper, as they are: it has no key to seal them with, and what they say it could work out again. */
import { fromUtf8, toUtf8 } from '../base/bytes.ts';
import type { Records, SealedWrite } from '../replica/records.ts';
import type { Store } from '../store/store.ts';

export class ClearRecords implements Records {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  write(key: string, value: unknown): SealedWrite {
    return { key, bytes: toUtf8(JSON.stringify(value)) };
  }

  remove(key: string): SealedWrite {
    return { key, bytes: undefined };
  }

  /** Undefined when there is none; one that is damaged counts as none, for it is worked out again. */
  async read<T>(key: string, parse: (value: unknown) => T | undefined): Promise<T | undefined> {
    const bytes = await this.#store.sealed(key);
    const value = bytes === undefined ? undefined : jsonOf(bytes);
    return value === undefined ? undefined : parse(value);
  }

  async readAll<T>(prefix: string, parse: (value: unknown) => T | undefined): Promise<readonly T[]> {
    const keys = await this.#store.sealedKeys(prefix);
    const values = await Promise.all(keys.map((key) => this.read(key, parse)));
    return values.filter((value) => value !== undefined);
  }
}

/** Undefined for what is no JSON; no record is written that says so. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Canonical DAG-CBOR (OP-1): one value, one encoding. Whatever is signed or hashed passes through here, so bytes that are
 * not *the* encoding of their value are refused: no trailing bytes, no long integers, no unsorted or repeated keys.
 */
import { encode } from '@ipld/dag-cbor';
import type { Bytes } from './bytes.ts';
import { CborReader, NotCanonical, type CborValue } from './cbor-reader.ts';
import { err, ok, type Result } from './result.ts';

export type { CborValue } from './cbor-reader.ts';

export function encodeCanonical(value: CborValue): Bytes {
  return new Uint8Array(encode(value));
}

export function decodeCanonical(bytes: Uint8Array): Result<CborValue, 'not-canonical'> {
  try {
    return ok(new CborReader(bytes).whole());
  } catch (error) {
    // Nested deeper than the stack goes: no value of ours.
    if (error instanceof NotCanonical || error instanceof RangeError) return err('not-canonical', error.message);
    throw error;
  }
}

export type CborMap = Readonly<Record<string, CborValue>>;

export function isCborMap(value: CborValue | undefined): value is CborMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** The map's fields if it has exactly these, none missing and none more. */
export function exactFields<K extends string>(
  value: CborValue | undefined,
  names: readonly K[],
): Readonly<Record<K, CborValue>> | undefined {
  if (!isCborMap(value) || Object.keys(value).length !== names.length) return undefined;
  return names.every((name) => Object.hasOwn(value, name)) ? (value as Readonly<Record<K, CborValue>>) : undefined;
}

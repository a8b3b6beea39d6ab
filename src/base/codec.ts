/**
 * Canonical DAG-CBOR (OP-1): one value, one encoding. Whatever is signed or hashed passes through here, so bytes that are
 * not *the* encoding of their value are refused: no trailing bytes, no long integers, no unsorted or repeated keys.
 */
import { decode, encode } from '@ipld/dag-cbor';
import { bytesEqual, type Bytes } from './bytes.ts';
import { err, ok, type Result } from './result.ts';

export type CborValue =
  null | boolean | number | string | Uint8Array | readonly CborValue[] | { readonly [key: string]: CborValue };

export function encodeCanonical(value: CborValue): Bytes {
  return new Uint8Array(encode(value));
}

export function decodeCanonical(bytes: Uint8Array): Result<CborValue, 'not-canonical'> {
  try {
    const value = decode<CborValue>(bytes);
    return bytesEqual(encode(value), bytes) ? ok(value) : err('not-canonical', 'not the canonical encoding');
  } catch {
    return err('not-canonical', 'not DAG-CBOR');
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

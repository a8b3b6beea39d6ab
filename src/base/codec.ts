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

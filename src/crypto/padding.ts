/**
 * Making sealed sizes say less, and reading what a peer compressed without being flooded by it. Padmé ("Reducing Metadata
 * Leakage from Encrypted Files and Communication with PURBs", Nikitin et al., PoPETs 2019, section 4) lets a length keep
 * only as many significant bits as its exponent has: at most 12 % longer, less as it grows.
 *
 *     dictionary (1 byte) ‖ compressed length (3) ‖ inflated length (4) ‖ deflate stream (RFC 1951) ‖ zeros up to a Padmé length
 *
 * Dictionary 0 is none, 1 is dictionary.ts: what the stream may refer back to.
 */
import { deflateSync } from 'fflate';
import { concatBytes, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import { inflateAtMost } from '../base/inflate.ts';
import { err, ok, type Result } from '../base/result.ts';
import { firstDictionary } from './dictionary.ts';

const prefixBytes = 8;
const lengthBytes = 4;
const maxCompressedBytes = 2 ** 24 - 1;

/** 0: none; 1: for what charts say. */
export type DictionaryNumber = 0 | 1;

export function compressAndPad(bytes: Uint8Array, number: DictionaryNumber = 0): Bytes {
  const dictionary = number === 0 ? {} : { dictionary: firstDictionary() };
  const compressed = deflateSync(bytes, { level: 6, ...dictionary });
  if (compressed.length > maxCompressedBytes)
    throw new Error(`${compressed.length} bytes are more than the layout holds`);
  const out = new Uint8Array(padmeLength(prefixBytes + compressed.length));
  out.set(concatBytes(u32Bytes(compressed.length), u32Bytes(bytes.length), compressed));
  out[0] = number;
  return out;
}

/** What was padded, if it inflates to exactly the length it states and that is at most `maxBytes`. */
export function unpadAndInflate(padded: Uint8Array, maxBytes: number): Result<Bytes, 'too-large' | 'malformed'> {
  if (padded.length < prefixBytes) return err('malformed', 'shorter than its prefix');
  const number = padded[0] ?? 0;
  if (number > 1) return err('malformed', `dictionary ${number}`);
  const end = prefixBytes + (u32At(padded, 0) & maxCompressedBytes);
  const inflatedLength = u32At(padded, 4);
  if (padded.length !== padmeLength(end)) return err('malformed', 'not a Padmé length');
  if (padded.subarray(end).some((byte) => byte !== 0)) return err('malformed', 'padding is not zero');
  if (inflatedLength > maxBytes) return err('too-large', `inflates to ${inflatedLength} bytes`);
  const dictionary = number === 0 ? undefined : firstDictionary();
  const inflated = inflateAtMost(padded.subarray(prefixBytes, end), inflatedLength, dictionary);
  return inflated?.length !== inflatedLength ? err('malformed', 'does not inflate to its stated length') : ok(inflated);
}

/** What is compressed already: length (4 bytes) ‖ bytes ‖ zeros up to a Padmé length. */
export function pad(bytes: Uint8Array): Bytes {
  const out = new Uint8Array(padmeLength(lengthBytes + bytes.length));
  out.set(concatBytes(u32Bytes(bytes.length), bytes));
  return out;
}

export function unpad(padded: Uint8Array): Result<Bytes, 'malformed'> {
  if (padded.length < lengthBytes) return err('malformed', 'shorter than its prefix');
  const end = lengthBytes + u32At(padded, 0);
  if (padded.length !== padmeLength(end)) return err('malformed', 'not a Padmé length');
  if (padded.subarray(end).some((byte) => byte !== 0)) return err('malformed', 'padding is not zero');
  return ok(padded.slice(lengthBytes, end));
}

/** The padded length for `length` bytes: itself, or the next number with enough low bits zero. */
export function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const significantBits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - significantBits);
  return Math.ceil(length / step) * step;
}

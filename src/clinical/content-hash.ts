/**
 * A stable name for content that came without one. Not cryptographic: whoever writes a file may choose its ids anyway,
 * and two resources that meet under one name are told apart by comparing them (bundle.ts).
 */
import { canonicalJson, type JsonValue } from './json.ts';

/** Lower-case hex of a value, the same whatever its key order: 128 bits in four multiply-xor lanes. */
export function contentHash(value: JsonValue): string {
  const text = canonicalJson(value);
  return [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((seed) => lane(text, seed)).join('');
}

/** The hash in the form of a UUID, version 8 (RFC 9562: custom), so that it can be a `urn:uuid:` fullUrl. */
export function contentUuid(value: JsonValue): string {
  const hex = contentHash(value);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

function lane(text: string, seed: number): string {
  let high = seed ^ text.length;
  let low = ~seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return ((high ^ (high >>> 15)) >>> 0).toString(16).padStart(8, '0');
}

/**
 * Reads canonical DAG-CBOR (OP-1) and refuses, while it reads, whatever is not *the* encoding of a value: lengths and integers in
 * more bytes than they need, keys that do not rise, anything indefinite, tagged or undefined, floats that are whole numbers.
 * So nothing has to be encoded again to be compared. Bytes read are copies: nobody holds, or wipes, somebody else's frame.
 *
 * Integers are those a number holds exactly; a float is eight bytes. Sorted: the shorter key first, then by its UTF-8 bytes.
 */
import { fromUtf8 } from './bytes.ts';

export type CborValue =
  null | boolean | number | string | Uint8Array | readonly CborValue[] | { readonly [key: string]: CborValue };

/** Why the bytes are none, for codec.ts alone to catch. */
export class NotCanonical extends Error {}

export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The one value these bytes are. */
  whole(): CborValue {
    const value = this.#value();
    if (this.#at !== this.#bytes.length) throw new NotCanonical('more than one value');
    return value;
  }

  #value(): CborValue {
    const first = this.#byte();
    const minor = first & 0x1f;
    switch (first >> 5) {
      case 0:
        return this.#argument(minor);
      case 1:
        return this.#negative(minor);
      case 2:
        return new Uint8Array(this.#take(this.#argument(minor)));
      case 3:
        return textOf(this.#take(this.#argument(minor)));
      case 4:
        return this.#list(this.#argument(minor));
      case 5:
        return this.#map(this.#argument(minor));
      case 7:
        return this.#simple(first);
      default:
        throw new NotCanonical('a tag');
    }
  }

  /** What the head of an item says: a number, or how long what follows is. */
  #argument(minor: number): number {
    if (minor < 24) return minor;
    switch (minor) {
      case 24:
        return atLeast(24, this.#byte());
      case 25:
        return atLeast(0x100, this.#view.getUint16(this.#step(2)));
      case 26:
        return atLeast(0x10000, this.#view.getUint32(this.#step(4)));
      case 27: {
        const at = this.#step(8);
        const value = this.#view.getUint32(at) * 0x100000000 + this.#view.getUint32(at + 4);
        if (!Number.isSafeInteger(value)) throw new NotCanonical('larger than a number holds');
        return atLeast(0x100000000, value);
      }
      default:
        throw new NotCanonical('of no length');
    }
  }

  #negative(minor: number): number {
    const value = -1 - this.#argument(minor);
    if (!Number.isSafeInteger(value)) throw new NotCanonical('smaller than a number holds');
    return value;
  }

  #list(length: number): readonly CborValue[] {
    const items: CborValue[] = [];
    for (let i = 0; i < length; i++) items.push(this.#value());
    return items;
  }

  #map(length: number): Readonly<Record<string, CborValue>> {
    const map: Record<string, CborValue> = {};
    let before: Uint8Array | undefined;
    for (let i = 0; i < length; i++) {
      const first = this.#byte();
      if (first >> 5 !== 3) throw new NotCanonical('a key that is no text');
      const key = this.#take(this.#argument(first & 0x1f));
      if (before !== undefined && !isSortedBefore(before, key)) throw new NotCanonical('keys that do not rise');
      before = key;
      setField(map, textOf(key), this.#value());
    }
    return map;
  }

  #simple(first: number): CborValue {
    switch (first) {
      case 0xf4:
        return false;
      case 0xf5:
        return true;
      case 0xf6:
        return null;
      case 0xfb: {
        const value = this.#view.getFloat64(this.#step(8));
        if (!Number.isFinite(value) || Number.isSafeInteger(value)) throw new NotCanonical('no number of this kind');
        return value;
      }
      default:
        throw new NotCanonical('no value');
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new NotCanonical('cut off');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    const from = this.#step(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Where the next `length` bytes begin. */
  #step(length: number): number {
    const from = this.#at;
    if (length > this.#bytes.length - from) throw new NotCanonical('cut off');
    this.#at = from + length;
    return from;
  }
}

function atLeast(least: number, value: number): number {
  if (value < least) throw new NotCanonical('in more bytes than it needs');
  return value;
}

/** The order of keys, which makes each different from the one before. */
function isSortedBefore(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return a.length < b.length;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** An own field, whatever its name. */
function setField(map: Record<string, CborValue>, name: string, value: CborValue): void {
  if (name !== '__proto__') map[name] = value;
  else Object.defineProperty(map, name, { value, configurable: true, enumerable: true, writable: true });
}

/** Short and plain ones, which names of fields are, without asking a decoder. */
const shortTextBytes = 32;

function textOf(bytes: Uint8Array): string {
  if (bytes.length <= shortTextBytes) {
    let text = '';
    for (const byte of bytes) {
      if (byte >= 0x80) return unicodeOf(bytes);
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return unicodeOf(bytes);
}

function unicodeOf(bytes: Uint8Array): string {
  const text = fromUtf8(bytes);
  if (text === undefined) throw new NotCanonical('no text');
  return text;
}

/**
 * Columns of Automerge's binary format, read without expanding them: what a run-length encoded column stands for may be a
 * million times its bytes. The low three bits of a column's spec say its type. Pure.
 */
const booleans = 4;
const texts = 5;
/** Bytes of values, one after the other: as long as they are. */
export const rawValues = 7;

export const typeOf = (spec: number): number => spec & 7;

/** Values in a run-length encoded column, and their sum; beyond `limit` values they are not counted on. */
export function countValues(column: Reader, spec: number, limit: number): { values: number; sum: number } {
  const total = { values: 0, sum: 0 };
  while (column.left > 0 && total.values <= limit) {
    // A column of booleans is runs alone; in the others 0 announces a run of nothing, and n < 0 that many single values.
    const run = typeOf(spec) === booleans ? 0 : column.sleb();
    if (run === 0) {
      total.values += column.uleb();
      continue;
    }
    const repeat = run > 0 ? run : 1;
    for (let distinct = run > 0 ? 1 : -run; distinct > 0 && total.values <= limit; distinct--) {
      const value = column.uleb();
      if (typeOf(spec) === texts) column.skip(value);
      total.values += repeat;
      total.sum += repeat * value;
    }
  }
  return total;
}

/** Throws RangeError past the end or on numbers that JavaScript cannot hold. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('ends early');
    return byte;
  }

  skip(length: number): void {
    if (length > this.left) throw new RangeError('ends early');
    this.#at += length;
  }

  take(length: number): Uint8Array {
    const start = this.#at;
    this.skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  uleb(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (value > Number.MAX_SAFE_INTEGER || weight > 2 ** 56) throw new RangeError('number too large');
      if (byte < 0x80) return value;
    }
  }

  sleb(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (value > Number.MAX_SAFE_INTEGER || weight > 2 ** 56) throw new RangeError('number too large');
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - weight * 128 : value;
    }
  }
}

/**
 * Chunks and columns of Automerge's binary format, read without expanding them: what a run-length encoded column stands for may
 * be a million times its bytes. The low three bits of a column's spec say its type. Pure.
 *
 * ```
 * chunk: 856f4a83 | checksum 4 | type | length uleb | body
 * ```
 */
const magic = [0x85, 0x6f, 0x4a, 0x83];
const checksumBytes = 4;
export const documentChunk = 0;
export const changeChunk = 1;

/** Bytes of a change's name: in deps and heads. */
export const hashBytes = 32;
/** In a column's spec: it is deflated. */
export const deflated = 8;

const booleans = 4;
const texts = 5;
/** Bytes of values, one after the other: as long as they are. */
export const rawValues = 7;

export const typeOf = (spec: number): number => spec & 7;

export interface Column {
  readonly spec: number;
  readonly length: number;
}

/** The body of the one chunk that these bytes are; throws RangeError for anything else. */
export function bodyOfChunk(bytes: Uint8Array, type: number): Reader {
  const read = new Reader(bytes);
  for (const byte of magic) if (read.byte() !== byte) throw new RangeError('magic');
  // Begins the body's hash: loading and decoding look at it, who counts needs not.
  read.skip(checksumBytes);
  if (read.byte() !== type) throw new RangeError('chunk type');
  // One chunk: loading would go on with whatever follows.
  if (read.uleb() !== read.left) throw new RangeError('length');
  return read;
}

/**
 * From where a change's body begins to its columns. What stands there is of no column, and its own lengths say how far to go:
 *
 * ```
 * deps: count, 32 bytes each | actor: length, bytes | seq | startOp | time sleb | message: length, bytes |
 * other actors: count, (length, bytes) each
 * ```
 */
export function passChangeHead(read: Reader): void {
  read.skip(hashBytes * read.uleb());
  passBytes(read);
  read.uleb();
  read.uleb();
  read.sleb();
  passBytes(read);
  passActors(read);
}

/** A count, and an actor's bytes for each. */
export function passActors(read: Reader): void {
  for (let actors = read.uleb(); actors > 0; actors--) passBytes(read);
}

function passBytes(read: Reader): void {
  const length = read.uleb();
  read.skip(length);
}

/** Which columns follow and how long each is; their data comes after all of these, in the same order. */
export function columnSpecs(read: Reader): readonly Column[] {
  const columns: Column[] = [];
  for (let count = read.uleb(); count > 0; count--) columns.push({ spec: read.uleb(), length: read.uleb() });
  return columns;
}

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

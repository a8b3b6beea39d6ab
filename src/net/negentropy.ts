/**
 * Messages of the Negentropy protocol, version 1 (github.com/hoytech/negentropy, docs/negentropy-protocol-v1.md): how two sides
 * find out, range by range, in which 32-byte ids their sets differ (RE-2). Bytes only; what is said when is reconciler.ts's.
 * Decoding never throws and gives a reason; what the description allows in two ways is read in one (least varints, ids of a
 * range inside it and once).
 *
 *     message     = 0x61 ‖ range …              adjoining, from zero; what follows the last is not spoken of
 *     range       = bound ‖ mode ‖ nothing (0, skip) | fingerprint 16 (1) | count ‖ id 32 … (2)
 *     bound       = time ‖ length ‖ first bytes of an id;   time: 0 endless, else 1 + what it is more than that of the bound before
 *     number      = base 128, most significant digit first, the high bit set on all but the last
 *     fingerprint = first 16 bytes of SHA-256(sum of the ids as little-endian numbers mod 2^256 ‖ their count)
 *
 * Our sets have one time, 0, for every id. Pure.
 */
import { concatBytes, type Bytes } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import { maxRangesPerMessage } from './limits.ts';

export const idLength = 32;
export const fingerprintLength = 16;
const messageVersion = 0x61;

/** The end of a range, which does not belong to it. */
export interface Bound {
  /** Infinity: the end of everything. */
  readonly time: number;
  /** The rest of the id is zeros. */
  readonly prefix: Bytes;
}

export const start: Bound = { time: 0, prefix: new Uint8Array() };
export const endless: Bound = { time: Infinity, prefix: new Uint8Array() };

export type Range =
  | { readonly mode: 'skip'; readonly end: Bound }
  | { readonly mode: 'fingerprint'; readonly end: Bound; readonly fingerprint: Bytes }
  | { readonly mode: 'ids'; readonly end: Bound; readonly ids: readonly Bytes[] };

export type MessageFault =
  'version' | 'cut-short' | 'number' | 'bound' | 'order' | 'mode' | 'id-outside-range' | 'id-twice' | 'too-many-ranges';

export function encodeMessage(ranges: readonly Range[]): Bytes {
  const parts: Uint8Array[] = [Uint8Array.of(messageVersion)];
  let time = 0;
  for (const range of ranges) {
    parts.push(encodeBound(range.end, time));
    time = range.end.time;
    switch (range.mode) {
      case 'skip':
        parts.push(encodeNumber(0));
        break;
      case 'fingerprint':
        parts.push(encodeNumber(1), range.fingerprint);
        break;
      case 'ids':
        parts.push(encodeNumber(2), encodeNumber(range.ids.length), ...range.ids);
        break;
    }
  }
  return concatBytes(...parts);
}

export function decodeMessage(message: Bytes): Result<readonly Range[], MessageFault> {
  const reader = new Reader(message);
  const ranges: Range[] = [];
  try {
    if (reader.byte() !== messageVersion) return err('version');
    let from = start;
    while (!reader.atEnd) {
      if (ranges.length >= maxRangesPerMessage) return err('too-many-ranges');
      const range = reader.range(from);
      ranges.push(range);
      from = range.end;
    }
    return ok(ranges);
  } catch (error) {
    if (error instanceof Unreadable) return err(error.fault);
    throw error;
  }
}

/** The shortest bound that divides two neighbours, of which the first may be missing. */
export function boundBetween(before: Uint8Array, after: Uint8Array): Bound {
  let shared = 0;
  while (shared < idLength - 1 && before[shared] === after[shared]) shared += 1;
  return { time: 0, prefix: after.slice(0, shared + 1) };
}

/** Less than zero if `a` ends before `b`. */
export function compareBounds(a: Bound, b: Bound): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.time === Infinity ? 0 : compareIds(a.prefix, b.prefix);
}

/** As numbers of 32 bytes with the most significant first; what is missing is zeros. */
export function compareIds(a: Uint8Array, b: Uint8Array): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function encodeNumber(value: number): Bytes {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) + 128);
  return Uint8Array.from(digits);
}

function encodeBound({ time, prefix }: Bound, timeBefore: number): Bytes {
  const written = time === Infinity ? 0 : 1 + time - timeBefore;
  return concatBytes(encodeNumber(written), encodeNumber(prefix.length), prefix);
}

class Unreadable extends Error {
  readonly fault: MessageFault;
  constructor(fault: MessageFault) {
    super(fault);
    this.fault = fault;
  }
}

class Reader {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  range(from: Bound): Range {
    if (from.time === Infinity) throw new Unreadable('order');
    const end = this.#bound(from.time);
    if (compareBounds(end, from) < 0) throw new Unreadable('order');
    switch (this.#number()) {
      case 0:
        return { mode: 'skip', end };
      case 1:
        return { mode: 'fingerprint', end, fingerprint: this.#take(fingerprintLength) };
      case 2:
        return { mode: 'ids', end, ids: this.#ids(from, end) };
      default:
        throw new Unreadable('mode');
    }
  }

  #bound(timeBefore: number): Bound {
    const written = this.#number();
    const length = this.#number();
    if (length > idLength || (written === 0 && length > 0)) throw new Unreadable('bound');
    const prefix = this.#take(length);
    if (written === 0) return endless;
    const time = timeBefore + written - 1;
    if (!Number.isSafeInteger(time)) throw new Unreadable('number');
    return { time, prefix };
  }

  /** Times are not said with ids, so what is checked is that the id can lie in the range at all. */
  #ids(from: Bound, end: Bound): readonly Bytes[] {
    const count = this.#number();
    const ids: Bytes[] = [];
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) {
      const id = this.#take(idLength);
      if (from.time === 0 && compareIds(id, from.prefix) < 0) throw new Unreadable('id-outside-range');
      if (end.time === 0 && compareIds(id, end.prefix) >= 0) throw new Unreadable('id-outside-range');
      ids.push(id);
      seen.add(id.join());
    }
    if (seen.size < count) throw new Unreadable('id-twice');
    return ids;
  }

  #number(): number {
    let value = 0;
    for (let digits = 0; ; digits++) {
      const byte = this.byte();
      if (digits === 0 && byte === 128) throw new Unreadable('number');
      value = value * 128 + (byte & 127);
      if (value > Number.MAX_SAFE_INTEGER) throw new Unreadable('number');
      if (byte < 128) return value;
    }
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Unreadable('cut-short');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Bytes {
    if (length > this.#bytes.length - this.#at) throw new Unreadable('cut-short');
    const taken = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}

/**
 * Finds deflate streams (RFC 1951) that begin at any byte of a buffer, which covers zlib and gzip, whose streams begin
 * behind their headers. Most offsets are dismissed by a look at the first block; the rest are inflated, and what came out
 * before a mistake counts too.
 */
import { inflateRawSync } from 'node:zlib';
import { Inflate } from 'fflate';

/** Output beyond this is not looked at. */
const maxInflatedBytes = 8 * 1024 * 1024;
/** Pushed at a time: on a mistake only the output of the last push is lost. */
const stepBytes = 512;
/** So many steps without output, and the stream has ended: what follows it in the buffer is not its own. */
const idleSteps = 2;
/** Symbols of a fixed-Huffman block that must make sense before it is worth inflating. */
const symbolsLookedAt = 24;

export interface InflatedStream {
  readonly offset: number;
  readonly bytes: Buffer;
  /** It came to its own end: hardly ever by chance, unlike a few bytes before a mistake. */
  readonly isWhole: boolean;
}

export function* inflateAnywhere(bytes: Uint8Array, leastBytes: number): Generator<InflatedStream> {
  for (let offset = 0; offset + 2 < bytes.length; offset++) {
    if (!mayBegin(bytes, offset, leastBytes)) continue;
    const inflated = inflateFrom(bytes, offset);
    if (inflated.length >= leastBytes) yield { offset, bytes: inflated, isWhole: endsByItself(bytes, offset) };
  }
}

function endsByItself(bytes: Uint8Array, offset: number): boolean {
  try {
    inflateRawSync(bytes.subarray(offset), { maxOutputLength: maxInflatedBytes });
    return true;
  } catch {
    return false;
  }
}

function inflateFrom(bytes: Uint8Array, offset: number): Buffer {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((chunk) => {
    chunks.push(chunk);
    size += chunk.length;
  });
  try {
    let idle = 0;
    for (let at = offset; at < bytes.length && size < maxInflatedBytes && idle < idleSteps; at += stepBytes) {
      const before = size;
      stream.push(bytes.subarray(at, at + stepBytes), false);
      idle = size === before ? idle + 1 : 0;
    }
  } catch {
    // Not a stream from here on. What came before may still be text.
  }
  return Buffer.concat(chunks);
}

/** Reads bits from the least significant end, as deflate packs them. Past the end come zeros. */
class BitReader {
  private readonly bytes: Uint8Array;
  private bit: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.bit = offset * 8;
  }

  get isPastEnd(): boolean {
    return this.bit > this.bytes.length * 8;
  }

  /** At most 16. */
  peek(count: number): number {
    const at = this.bit >> 3;
    const three = (this.bytes[at] ?? 0) | ((this.bytes[at + 1] ?? 0) << 8) | ((this.bytes[at + 2] ?? 0) << 16);
    return (three >> (this.bit & 7)) & ((1 << count) - 1);
  }

  skip(count: number): void {
    this.bit += count;
  }

  bits(count: number): number {
    const value = this.peek(count);
    this.bit += count;
    return value;
  }
}

/** The same bits from the other end: Huffman codes are packed from their most significant bit. */
function reversed(value: number, count: number): number {
  let out = 0;
  for (let i = 0; i < count; i++) out |= ((value >> i) & 1) << (count - 1 - i);
  return out;
}

function mayBegin(bytes: Uint8Array, offset: number, leastBytes: number): boolean {
  const kind = ((bytes[offset] ?? 0) >> 1) & 3;
  switch (kind) {
    case 0:
      return isStoredBlock(bytes, offset);
    case 1:
      return isFixedBlock(bytes, offset, leastBytes);
    case 2:
      return isDynamicBlock(bytes, offset);
    default:
      return false;
  }
}

/** Stored bytes are seen without inflating; what matters is the block behind them. */
function isStoredBlock(bytes: Uint8Array, offset: number): boolean {
  const length = (bytes[offset + 1] ?? 0) | ((bytes[offset + 2] ?? 0) << 8);
  const complement = (bytes[offset + 3] ?? 0) | ((bytes[offset + 4] ?? 0) << 8);
  return offset + 4 < bytes.length && (length ^ complement) === 0xffff;
}

/** Order and bounds of RFC 1951, section 3.2.7. */
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The code for code lengths must be complete, which chance seldom makes. */
function isDynamicBlock(bytes: Uint8Array, offset: number): boolean {
  const reader = new BitReader(bytes, offset);
  reader.bits(3);
  if (reader.bits(5) > 29 || reader.bits(5) > 29) return false;
  const count = reader.bits(4) + 4;
  let space = 0;
  for (let i = 0; i < count && i < codeLengthOrder.length; i++) {
    const length = reader.bits(3);
    if (length > 0) space += 128 >> length;
  }
  return space === 128 && !reader.isPastEnd;
}

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

/** Plays the first symbols: chance soon names a symbol that does not exist or a distance before the beginning. */
function isFixedBlock(bytes: Uint8Array, offset: number, leastBytes: number): boolean {
  const reader = new BitReader(bytes, offset);
  const isFinal = reader.bits(1) === 1;
  reader.bits(2);
  let written = 0;
  for (let i = 0; i < symbolsLookedAt; i++) {
    const symbol = fixedSymbol(reader);
    if (reader.isPastEnd) return false;
    if (symbol === 256) return !isFinal || written >= leastBytes;
    if (symbol < 256) {
      written += 1;
      continue;
    }
    const index = symbol - 257;
    const length = (lengthBase[index] ?? 0) + reader.bits(lengthExtra[index] ?? 0);
    const distanceCode = reversed(reader.bits(5), 5);
    if (length === 0 || distanceCode > 29) return false;
    const extra = Math.max(0, (distanceCode >> 1) - 1);
    const base = distanceCode < 4 ? distanceCode + 1 : ((2 + (distanceCode & 1)) << extra) + 1;
    if (base + reader.bits(extra) > written) return false;
    written += length;
  }
  return true;
}

/** Symbol (times 16) and length of its code, by the next nine bits as they are packed; section 3.2.6. */
const fixedCodes: readonly number[] = Array.from({ length: 512 }, (_, packed) => {
  const nine = reversed(packed, 9);
  const seven = nine >> 2;
  const eight = nine >> 1;
  if (seven <= 0b0010111) return ((256 + seven) << 4) | 7;
  if (eight <= 0b10111111) return ((eight - 0b00110000) << 4) | 8;
  if (eight <= 0b11000111) return ((eight - 0b11000000 + 280) << 4) | 8;
  return ((nine - 0b110010000 + 144) << 4) | 9;
});

function fixedSymbol(reader: BitReader): number {
  const code = fixedCodes[reader.peek(9)] ?? 0;
  reader.skip(code & 15);
  return code >> 4;
}

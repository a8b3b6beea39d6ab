/**
 * Finds deflate streams (RFC 1951) that begin at any byte of a buffer, which covers zlib and gzip, whose streams begin
 * behind their headers, with or without the product's dictionary before them. An inflater of its own, because what came out
 * before a mistake or a cut counts too; at most offsets the mistake comes within a few bits.
 */
import { firstDictionary } from '../../src/crypto/dictionary.ts';

/** Output beyond this is not looked at. */
const maxInflatedBytes = 4 * 1024 * 1024;
/** Beyond so much output, a stream that grows faster than text does has repeated itself and has nothing new to show. */
const plausibleBytes = 16 * 1024;
const plausibleGrowth = 64;
/** Of a stream's beginning: a buffer that repeats itself would be inflated from every repetition, to the same end. */
const beginningBytes = 512;

export interface InflatedStream {
  readonly offset: number;
  readonly bytes: Buffer;
  /** It came to its own end: seldom by chance, unlike a few bytes before a mistake. */
  readonly isWhole: boolean;
}

export function* inflateAnywhere(bytes: Uint8Array, leastBytes: number): Generator<InflatedStream> {
  const dictionary = firstDictionary();
  const output = new Uint8Array(dictionary.length + maxInflatedBytes);
  output.set(dictionary);
  const seen = new Set<string>();
  for (let offset = 0; offset + 2 < bytes.length; offset++) {
    if (!mayBegin(bytes, offset)) continue;
    const stream = new Inflation(bytes, offset, output, dictionary.length, namesDictionary(bytes, offset));
    const isWhole = stream.run();
    if (stream.written < dictionary.length + leastBytes) continue;
    const length = Math.min(beginningBytes, bytes.length - offset);
    const beginning = Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('latin1');
    if (seen.has(beginning)) continue;
    seen.add(beginning);
    yield { offset, bytes: Buffer.from(output.subarray(dictionary.length, stream.written)), isWhole };
  }
}

/** Whether what stands before a stream is the prefix of one that was padded with the dictionary (src/crypto/padding.ts). */
function namesDictionary(bytes: Uint8Array, offset: number): boolean {
  if (offset < 8 || bytes[offset - 8] !== 1) return false;
  const compressed = ((bytes[offset - 7] ?? 0) << 16) | ((bytes[offset - 6] ?? 0) << 8) | (bytes[offset - 5] ?? 0);
  return compressed > 0 && offset + compressed <= bytes.length;
}

/** A cheap look at the first block's kind; stored blocks name their length twice. */
function mayBegin(bytes: Uint8Array, offset: number): boolean {
  const kind = ((bytes[offset] ?? 0) >> 1) & 3;
  if (kind !== 0) return kind !== 3;
  const length = (bytes[offset + 1] ?? 0) | ((bytes[offset + 2] ?? 0) << 8);
  const complement = (bytes[offset + 3] ?? 0) | ((bytes[offset + 4] ?? 0) << 8);
  return (length ^ complement) === 0xffff;
}

/** A canonical Huffman code: how many codes of each length, and the symbols in their order. */
interface HuffmanCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const longestCode = 15;

/** Undefined when the lengths ask for more codes than there are, or (unless told) leave some unused. */
function huffmanCode(lengths: readonly number[], mayBeIncomplete = false): HuffmanCode | undefined {
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  let left = 1;
  const offsets = [0, 0];
  for (let length = 1; length <= longestCode; length++) {
    left = left * 2 - (counts[length] ?? 0);
    if (left < 0) return undefined;
    offsets[length + 1] = (offsets[length] ?? 0) + (counts[length] ?? 0);
  }
  if (left > 0 && !mayBeIncomplete) return undefined;
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const at = offsets[length] ?? 0;
    symbols[at] = symbol;
    offsets[length] = at + 1;
  });
  return { counts, symbols };
}

/** Sections 3.2.5 to 3.2.7 of the RFC. */
const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const fixedLengths = Array.from({ length: 288 }, (_, symbol) =>
  symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
);
const fixedLiterals = huffmanCode(fixedLengths);
const fixedDistances = huffmanCode(new Array<number>(30).fill(5), true);
const mostLiterals = 286;
const mostDistances = 30;
const endOfBlock = 256;

class Inflation {
  /** Where the next byte goes: behind what the stream may refer back to. */
  written: number;
  private readonly start: number;
  private readonly readsFrom: number;
  private readonly bytes: Uint8Array;
  private readonly offset: number;
  private readonly output: Uint8Array;
  private bit: number;

  constructor(bytes: Uint8Array, offset: number, output: Uint8Array, start: number, isBehindDictionary: boolean) {
    this.written = start;
    this.start = start;
    this.readsFrom = isBehindDictionary ? 0 : start;
    this.bytes = bytes;
    this.offset = offset;
    this.output = output;
    this.bit = offset * 8;
  }

  /** True when the stream ended by itself; false on a mistake, at the end of the buffer, or when it is implausible. */
  run(): boolean {
    for (let isFinal = false; !isFinal;) {
      isFinal = this.bits(1) === 1;
      const kind = this.bits(2);
      const isSound = kind === 0 ? this.storedBlock() : kind === 3 ? false : this.compressedBlock(kind === 2);
      if (!isSound) return false;
    }
    return true;
  }

  private get isPastEnd(): boolean {
    return this.bit > this.bytes.length * 8;
  }

  /** At most 16, from the least significant end. Past the end come zeros. */
  private bits(count: number): number {
    const at = this.bit >> 3;
    const three = (this.bytes[at] ?? 0) | ((this.bytes[at + 1] ?? 0) << 8) | ((this.bytes[at + 2] ?? 0) << 16);
    const value = (three >> (this.bit & 7)) & ((1 << count) - 1);
    this.bit += count;
    return value;
  }

  /** The next symbol, else -1. Codes are packed from their most significant bit. */
  private symbol({ counts, symbols }: HuffmanCode): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= longestCode; length++) {
      code |= this.bits(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + (code - first)] ?? -1;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

  private hasRoom(length: number): boolean {
    const total = this.written - this.start + length;
    const consumed = (this.bit >> 3) - this.offset;
    return total <= maxInflatedBytes && (total < plausibleBytes || total < plausibleGrowth * consumed);
  }

  private storedBlock(): boolean {
    this.bit = (this.bit + 7) & ~7;
    const length = this.bits(16);
    if (this.bits(16) !== (~length & 0xffff) || !this.hasRoom(length)) return false;
    const start = this.bit >> 3;
    const stored = this.bytes.subarray(start, start + length);
    this.output.set(stored, this.written);
    this.written += stored.length;
    this.bit += length * 8;
    return !this.isPastEnd;
  }

  private compressedBlock(hasOwnCodes: boolean): boolean {
    const codes = hasOwnCodes ? this.ownCodes() : { literals: fixedLiterals, distances: fixedDistances };
    if (codes?.literals === undefined || codes.distances === undefined) return false;
    while (!this.isPastEnd) {
      const symbol = this.symbol(codes.literals);
      if (symbol === endOfBlock) return !this.isPastEnd;
      if (symbol < 0 || !this.hasRoom(1)) return false;
      if (symbol < endOfBlock) this.output[this.written++] = symbol;
      else if (!this.copy(symbol - endOfBlock - 1, codes.distances)) return false;
    }
    return false;
  }

  private copy(index: number, distances: HuffmanCode): boolean {
    const base = lengthBase[index];
    if (base === undefined) return false;
    const length = base + this.bits(lengthExtra[index] ?? 0);
    const code = this.symbol(distances);
    if (code < 0) return false;
    const extra = Math.max(0, (code >> 1) - 1);
    const distance = (code < 4 ? code + 1 : ((2 + (code & 1)) << extra) + 1) + this.bits(extra);
    if (distance > this.written - this.readsFrom || !this.hasRoom(length)) return false;
    // Byte by byte, because a copy may overlap what it writes.
    for (let i = 0; i < length; i++, this.written++) {
      this.output[this.written] = this.output[this.written - distance] ?? 0;
    }
    return true;
  }

  private ownCodes():
    { readonly literals: HuffmanCode | undefined; readonly distances: HuffmanCode | undefined } | undefined {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const count = this.bits(4) + 4;
    if (literals > mostLiterals || distances > mostDistances) return undefined;
    const codeLengths = new Array<number>(codeLengthOrder.length).fill(0);
    for (const symbol of codeLengthOrder.slice(0, count)) codeLengths[symbol] = this.bits(3);
    const lengthsCode = huffmanCode(codeLengths);
    if (lengthsCode === undefined) return undefined;

    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.symbol(lengthsCode);
      if (symbol < 0 || this.isPastEnd) return undefined;
      if (symbol < 16) lengths.push(symbol);
      else {
        const repeated = symbol === 16 ? lengths.at(-1) : 0;
        if (repeated === undefined) return undefined;
        const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
        for (let i = 0; i < times; i++) lengths.push(repeated);
      }
    }
    if (lengths.length > literals + distances || lengths[endOfBlock] === 0) return undefined;
    const distanceLengths = lengths.slice(literals);
    // One distance, or none, makes a code with unused places, which the RFC allows.
    const isSparse = distanceLengths.filter((length) => length > 0).length <= 1;
    return { literals: huffmanCode(lengths.slice(0, literals)), distances: huffmanCode(distanceLengths, isSparse) };
  }
}

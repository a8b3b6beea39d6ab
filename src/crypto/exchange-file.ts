/**
 * One sealed file by which a practice hands replication to another, or to its own other devices, without any network (RE-5).
 * Owns the file's bytes; what the records mean is app/'s. Whoever finds the file learns its size (padded) and about how many
 * devices may open it, and nothing of who wrote it, for whom, or of which charts it speaks.
 *
 *     header: "peerchart-exchange" (18 bytes) ‖ version 1 (1) ‖ ephemeral key (32) ‖ number of wraps (2) ‖ wraps (52 each)
 *     wraps:  the content key for each recipient, in no order that says whose; filled up to a power of two, at least 4, with
 *             what nobody opens
 *     chunks: the record stream sealed as chunk-stream.ts says, under HKDF(content key, "peerchart/exchange-chunks/1", header)
 *     record stream: (length 4 ‖ record)…, then (length 64 ‖ signature), then zeros up to a Padmé length
 *
 *     digest    = hₙ over all records before the signature: h₀ = H("peerchart/exchange-file/1" ‖ header),
 *                 hᵢ = H("peerchart/exchange-record/1" ‖ hᵢ₋₁ ‖ record)
 *     signature = by the writing device, domain "exchange-file", log: the practice it is for, over the digest
 *
 * Every recipient has the content key, so only the signature tells that the writer wrote it, and wrote it into this very file for
 * these recipients. Read it whole once with `ExchangeFile.check` before anything in it is used; memory holds a chunk and a record.
 */
import { bytesEqual, concatBytes, toUtf8, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { WrapBatch, WrapReader, type BoxKeys } from './box.ts';
import { ChunkSealer, maxBoxBytes, openChunk, recordPieces } from './chunk-stream.ts';
import { deriveKey, taggedHash } from './hash.ts';
import { padmeLength } from './padding.ts';
import { sign, verify, type SignKeys } from './sign.ts';
import { wipe } from './wipe.ts';

const magic = toUtf8('peerchart-exchange');
const formatVersion = 1;
const wrapBytes = 52;
const ephemeralKeyAt = magic.length + 1;
const countAt = ephemeralKeyAt + 32;
const wrapsAt = countAt + 2;
const signatureBytes = 64;

/** Wraps of the smallest file: up to four devices look alike. */
const leastWraps = 4;
/** Wraps a header may have: the devices of the largest practice and its root (protocol section 9), as a power of two. */
const maxWraps = 2048;
/** The longest record: a largest frame of replication and what app/ writes before it. */
export const maxExchangeRecordBytes = 1024 * 1024 + 64;
/** Zeros pushed at a time where a file is padded. */
const padStepBytes = 64 * 1024;

/** Where a file's bytes come from, some at a time: a Blob in the browser. */
export interface ByteSource {
  readonly size: number;
  /** Bytes from `start` to before `end`, which is at most `size`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export type ExchangeFileFault = 'not-an-exchange-file' | 'unknown-version' | 'not-for-us' | 'damaged';

/** The pieces of one file, in order, for the holders of `recipients`' keys. */
export async function* sealExchangeFile(
  records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  recipients: readonly Uint8Array[],
  signer: { readonly keys: SignKeys; readonly log: Uint8Array },
  random: Random,
): AsyncGenerator<Bytes, void> {
  if (recipients.length === 0 || recipients.length > maxWraps)
    throw new Error('a file is for some devices of a practice');
  const contentKey = random.bytes(32);
  const header = headerFor(contentKey, recipients, random);
  const key = chunkKey(contentKey, header);
  wipe(contentKey);
  try {
    yield header;
    const sealer = new ChunkSealer(key);
    let digest = startOf(header);
    for await (const record of records) {
      if (record.length === 0 || record.length > maxExchangeRecordBytes) throw new Error('a record fits its limit');
      digest = digestWith(digest, record);
      yield* sealer.push(...recordPieces(record));
    }
    yield* sealer.push(...recordPieces(await sign('exchange-file', signer.log, digest, signer.keys)));
    const end = padmeLength(sealer.total);
    while (sealer.total < end) yield* sealer.push(new Uint8Array(Math.min(padStepBytes, end - sealer.total)));
    yield sealer.last();
  } finally {
    wipe(key);
  }
}

/** A file whose header opened by a key of ours. What is in it is unproven until `check` says who signed it. */
export class ExchangeFile {
  readonly #source: ByteSource;
  readonly #header: Bytes;
  readonly #key: Bytes;

  private constructor(source: ByteSource, header: Bytes, key: Bytes) {
    this.#source = source;
    this.#header = header;
    this.#key = key;
  }

  static async open(source: ByteSource, boxKeys: BoxKeys): Promise<Result<ExchangeFile, ExchangeFileFault>> {
    const fixed = await source.read(0, Math.min(wrapsAt, source.size));
    if (!bytesEqual(fixed.subarray(0, magic.length), magic)) return err('not-an-exchange-file');
    if (fixed.length < wrapsAt) return err('damaged', 'header');
    if (fixed[magic.length] !== formatVersion) return err('unknown-version');
    const wraps = ((fixed[countAt] ?? 0) << 8) | (fixed[countAt + 1] ?? 0);
    const headerBytes = wrapsAt + wraps * wrapBytes;
    if (wraps < leastWraps || wraps > maxWraps || headerBytes > source.size) return err('damaged', 'header');
    const header = new Uint8Array(await source.read(0, headerBytes));
    const reader = new WrapReader(header.subarray(ephemeralKeyAt, countAt), boxKeys);
    for (let at = wrapsAt; at < headerBytes; at += wrapBytes) {
      const contentKey = reader.unwrap(header.subarray(at, at + wrapBytes));
      if (!contentKey.ok) continue;
      const key = chunkKey(contentKey.value, header);
      wipe(contentKey.value);
      return ok(new ExchangeFile(source, header, key));
    }
    return err('not-for-us');
  }

  /**
   * Reads all of it. `signerOf` names, by the first record, the key and log the signature must be of; `progress` is told how
   * many bytes of the file were read, and what it answers is awaited.
   */
  async check(
    signerOf: (first: Bytes) => { readonly publicKey: Uint8Array; readonly log: Uint8Array } | undefined,
    progress: (bytes: number) => Promise<void>,
  ): Promise<Result<void, 'damaged'>> {
    let signer: ReturnType<typeof signerOf>;
    let digest = startOf(this.#header);
    let records = 0;
    const end = await this.records(async (record, bytesRead) => {
      if (records++ === 0) signer = signerOf(record);
      digest = digestWith(digest, record);
      await progress(bytesRead);
      return true;
    });
    if (!end.ok) return end;
    if (signer === undefined || end.value === undefined) return err('damaged', 'says of nobody who wrote it');
    const isSigned = await verify('exchange-file', signer.log, digest, end.value, signer.publicKey);
    return isSigned ? ok(undefined) : err('damaged', 'signature');
  }

  /**
   * Calls `visit` for every record but the signature, in order, until it answers false. The signature, if it came so far.
   */
  async records(
    visit: (record: Bytes, bytesRead: number) => Promise<boolean>,
  ): Promise<Result<Bytes | undefined, 'damaged'>> {
    const stream = new RecordSplitter();
    const { size } = this.#source;
    let at = this.#header.length;
    // The newest record is held back: whether it is the signature is seen by what follows.
    let held: Bytes | undefined;
    for (let number = 0; at < size; number++) {
      if (size - at < 4) return err('damaged', 'cut off');
      const boxBytes = u32At(await this.#source.read(at, at + 4), 0);
      const end = at + 4 + boxBytes;
      if (boxBytes > maxBoxBytes || end > size) return err('damaged', 'cut off');
      const chunk = openChunk(this.#key, number, end === size, await this.#source.read(at + 4, end));
      if (chunk === undefined) return err('damaged', `chunk ${number}`);
      at = end;
      const records = stream.push(chunk);
      if (records === undefined) return err('damaged', 'records');
      for (const record of records) {
        if (held !== undefined && !(await visit(held, at))) return ok(undefined);
        held = record;
      }
    }
    return held?.length === signatureBytes && stream.isWhole ? ok(held) : err('damaged', 'end');
  }

  wipe(): void {
    wipe(this.#key);
  }
}

/** Records out of a stream that comes in chunks; holds at most one that is not whole yet. */
class RecordSplitter {
  #rest: Uint8Array = new Uint8Array();
  #inPadding = false;
  #bytes = 0;

  /** Undefined for what no writer makes. */
  push(chunk: Uint8Array): readonly Bytes[] | undefined {
    this.#bytes += chunk.length;
    if (this.#inPadding) return chunk.every((byte) => byte === 0) ? [] : undefined;
    const stream = concatBytes(this.#rest, chunk);
    const records: Bytes[] = [];
    let at = 0;
    while (stream.length - at >= 4) {
      const length = u32At(stream, at);
      if (length === 0) {
        this.#inPadding = true;
        this.#rest = new Uint8Array();
        return stream.subarray(at).every((byte) => byte === 0) ? records : undefined;
      }
      if (length > maxExchangeRecordBytes) return undefined;
      if (stream.length - at - 4 < length) break;
      records.push(stream.slice(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.#rest = stream.subarray(at);
    return records;
  }

  /** Whether what came is whole records and padding of exactly the length it should have. */
  get isWhole(): boolean {
    // Padding may be shorter than the length of a record.
    const zeros = this.#rest.length < 4 && this.#rest.every((byte) => byte === 0);
    return zeros && this.#bytes === padmeLength(this.#bytes);
  }
}

function headerFor(contentKey: Bytes, recipients: readonly Uint8Array[], random: Random): Bytes {
  const batch = new WrapBatch(random);
  const wraps = recipients.map((recipient) => batch.wrap(recipient, contentKey));
  let count = leastWraps;
  while (count < wraps.length) count *= 2;
  // Like a wrap to whoever has no key: a counter, and bytes that look as sealed ones do.
  while (wraps.length < count) wraps.push(concatBytes(u32Bytes(wraps.length), random.bytes(wrapBytes - 4)));
  const header = concatBytes(
    magic,
    Uint8Array.of(formatVersion),
    batch.ephemeralKey,
    Uint8Array.of(count >> 8, count & 0xff),
    ...wraps,
  );
  batch.wipe();
  return header;
}

function chunkKey(contentKey: Uint8Array, header: Uint8Array): Bytes {
  return deriveKey(contentKey, 'peerchart/exchange-chunks/1', header);
}

const startOf = (header: Uint8Array): Bytes => taggedHash('peerchart/exchange-file/1', header);

const digestWith = (digest: Uint8Array, record: Uint8Array): Bytes =>
  taggedHash('peerchart/exchange-record/1', digest, record);

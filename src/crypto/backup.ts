/**
 * One sealed file of everything a practice must not lose, opened by its recovery phrase alone. Owns the file's bytes; what
 * the records mean is app/'s. Sealing needs only the root box *public* key, so a device makes a backup without the phrase.
 *
 *     header: "peerchart-backup" (16 bytes) ‖ version 1 (1 byte) ‖ ephemeral key (32) ‖ content key wrapped (52)
 *     chunks: the record stream sealed as chunk-stream.ts says
 *     chunk key = HKDF(content key, "peerchart/backup-chunks/1", header); the content key is fresh for each file
 *
 * A backup is secret but not signed: whoever knows the public key can make a file that opens. The operations and entries
 * inside carry their own signatures; a restore must check them as if a peer had sent them.
 */
import { bytesEqual, concatBytes, toUtf8, u32At, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { unwrap, WrapBatch, type BoxKeys } from './box.ts';
import { ChunkSealer, openChunk, recordPieces } from './chunk-stream.ts';
import { deriveKey } from './hash.ts';
import { wipe } from './wipe.ts';

const magic = toUtf8('peerchart-backup');
const formatVersion = 1;
const ephemeralKeyAt = magic.length + 1;
const wrapAt = ephemeralKeyAt + 32;
const headerBytes = wrapAt + 52;

/** The pieces of one backup file, in order. Nothing of the file is kept in memory beyond one chunk and one record. */
export async function* sealBackup(
  records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  rootBoxKey: Uint8Array,
  random: Random,
): AsyncGenerator<Bytes, void> {
  const contentKey = random.bytes(32);
  const batch = new WrapBatch(random);
  const header = concatBytes(
    magic,
    Uint8Array.of(formatVersion),
    batch.ephemeralKey,
    batch.wrap(rootBoxKey, contentKey),
  );
  const key = chunkKey(contentKey, header);
  batch.wipe();
  wipe(contentKey);
  try {
    yield header;
    const sealer = new ChunkSealer(key);
    for await (const record of records) yield* sealer.push(...recordPieces(record));
    yield sealer.last();
  } finally {
    wipe(key);
  }
}

/** All records in their order, or none: `damaged` covers every file that is not whole. */
export function openBackup(
  file: Uint8Array,
  rootBoxKeys: BoxKeys,
): Result<readonly Bytes[], 'not-a-backup' | 'unknown-version' | 'wrong-phrase' | 'damaged'> {
  if (!bytesEqual(file.subarray(0, magic.length), magic)) return err('not-a-backup');
  if (file.length < headerBytes) return err('damaged', 'header');
  if (file[magic.length] !== formatVersion) return err('unknown-version');
  const header = file.subarray(0, headerBytes);
  const contentKey = unwrap(header.subarray(ephemeralKeyAt, wrapAt), header.subarray(wrapAt), rootBoxKeys);
  if (!contentKey.ok) return err('wrong-phrase');
  const key = chunkKey(contentKey.value, header);
  wipe(contentKey.value);
  const stream = openChunks(file, key);
  wipe(key);
  const records = stream && splitRecords(stream);
  return records === undefined ? err('damaged') : ok(records);
}

function chunkKey(contentKey: Uint8Array, header: Uint8Array): Bytes {
  return deriveKey(contentKey, 'peerchart/backup-chunks/1', header);
}

/** The record stream, if the chunks follow each other up to a last one that ends the file. */
function openChunks(file: Uint8Array, key: Uint8Array): Bytes | undefined {
  const chunks: Uint8Array[] = [];
  for (let at = headerBytes; at < file.length;) {
    if (file.length - at < 4) return undefined;
    const end = at + 4 + u32At(file, at);
    // Only the chunk that ends the file may be the last, and it must be.
    const chunk = openChunk(key, chunks.length, end === file.length, file.subarray(at + 4, end));
    if (end > file.length || chunk === undefined) return undefined;
    chunks.push(chunk);
    at = end;
  }
  return chunks.length === 0 ? undefined : concatBytes(...chunks);
}

function splitRecords(stream: Bytes): readonly Bytes[] | undefined {
  const records: Bytes[] = [];
  for (let at = 0; at < stream.length;) {
    if (stream.length - at < 4) return undefined;
    const end = at + 4 + u32At(stream, at);
    if (end > stream.length) return undefined;
    records.push(stream.slice(at + 4, end));
    at = end;
  }
  return records;
}

/**
 * Attachments as sealed parts (EN-10). Owns the bytes of a part and how parts become the content again; who holds them, and
 * where the manifest lies, is others'. Keys of attachments come here and into the sealed entry that holds them, nowhere else.
 *
 *     content padded with zeros to a Padmé length, cut into chunks of 256 KiB, the last one shorter
 *     chunk n = AES-256-GCM(key, nonce, chunk n of the padded content, associated data), tag of 16 bytes at the end
 *     nonce   = n (12 bytes)          the key is fresh for each attachment, so that counted nonces never repeat
 *     associated data = "peerchart/attachment-chunk/1" ‖ chart 32 ‖ length of section 1 ‖ section ‖ id 16 ‖ n 4 ‖ number of chunks 4 ‖ size 4
 *     name of a chunk = SHA-256(sealed chunk)
 *
 * A chunk opens only at its own place of its own attachment in its own section (ATTACK-62, ATTACK-63). AES-GCM (NIST SP
 * 800-38D) is WebCrypto's: it runs beside the page's thread, which a film of some minutes would hold up in script.
 */
import { bytesEqual, concatBytes, toUtf8, u32Bytes, type Bytes } from '../base/bytes.ts';
import type { AttachmentForm, AttachmentManifest } from '../base/attachment.ts';
import { chunkHash, idBytes, type ChartId, type ChunkHash } from '../base/ids.ts';
import { attachmentChunkBytes, maxAttachmentBytes } from '../base/limits.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import { sha256 } from './hash.ts';
import { padmeLength } from './padding.ts';

/** Where an attachment belongs: its parts open nowhere else. */
export interface AttachmentPlace {
  readonly chart: ChartId;
  readonly section: Section;
}

export interface SealedChunk {
  readonly hash: ChunkHash;
  readonly bytes: Bytes;
}

export interface AttachmentContent {
  readonly form: AttachmentForm;
  readonly bytes: Uint8Array;
}

/**
 * Seals one content under a fresh key: each part is handed to `keep` before the next is made, so that memory holds the content
 * and one part. Undefined when `keep` answered false.
 */
export async function sealAttachment(
  { form, bytes }: AttachmentContent,
  place: AttachmentPlace,
  random: Random,
  keep: (chunk: SealedChunk) => Promise<boolean>,
): Promise<AttachmentManifest | undefined> {
  const size = bytes.length;
  if (size === 0 || size > maxAttachmentBytes)
    throw new Error('an attachment has some bytes, and no more than its limit');
  const [id, key] = [random.bytes(16), random.bytes(32)];
  const cryptoKey = await importKey(key);
  const total = padmeLength(size);
  const chunks: ChunkHash[] = [];
  for (let index = 0; index < chunkCount(size); index++) {
    const start = index * attachmentChunkBytes;
    const plain = new Uint8Array(Math.min(attachmentChunkBytes, total - start));
    plain.set(bytes.subarray(start, start + plain.length));
    const sealed = new Uint8Array(await subtle().encrypt(gcm(place, { id, size }, index), cryptoKey, plain));
    const hash = chunkHash(sha256(sealed));
    chunks.push(hash);
    if (!(await keep({ hash, bytes: sealed }))) return undefined;
  }
  return { form, id, key, size, digest: sha256(bytes), chunks };
}

/**
 * The content again. `missing`: a part is not here. `damaged`: a part is not what the manifest names, or does not open at its
 * place, or they do not make up the content that was sealed; then nothing of it is given out.
 */
export async function openAttachment(
  manifest: AttachmentManifest,
  place: AttachmentPlace,
  chunkOf: (hash: ChunkHash) => Promise<Uint8Array | undefined>,
): Promise<Result<Bytes, 'missing' | 'damaged'>> {
  const { key, size, digest, chunks } = manifest;
  if (chunks.length !== chunkCount(size)) return err('damaged', 'not as many parts as its size needs');
  const cryptoKey = await importKey(key);
  const padded = new Uint8Array(padmeLength(size));
  for (const [index, hash] of chunks.entries()) {
    const sealed = await chunkOf(hash);
    if (sealed === undefined) return err('missing', hash);
    const plain = await openChunk(cryptoKey, place, manifest, index, sealed);
    const start = index * attachmentChunkBytes;
    if (plain?.length !== Math.min(attachmentChunkBytes, padded.length - start)) return err('damaged', hash);
    padded.set(plain, start);
  }
  const content = padded.slice(0, size);
  const isWhole = padded.subarray(size).every((byte) => byte === 0) && bytesEqual(sha256(content), digest);
  return isWhole ? ok(content) : err('damaged', 'not the content that was sealed');
}

/** Parts that a content of so many bytes has. */
function chunkCount(size: number): number {
  return Math.ceil(padmeLength(size) / attachmentChunkBytes);
}

async function openChunk(
  key: CryptoKey,
  place: AttachmentPlace,
  manifest: AttachmentManifest,
  index: number,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const named = manifest.chunks[index];
  if (named === undefined || !bytesEqual(sha256(sealed), idBytes(named))) return undefined;
  try {
    const own = new Uint8Array(sealed);
    return new Uint8Array(await subtle().decrypt(gcm(place, manifest, index), key, own));
  } catch {
    // WebCrypto says no more than that it does not open.
    return undefined;
  }
}

function gcm(
  { chart, section }: AttachmentPlace,
  { id, size }: Pick<AttachmentManifest, 'id' | 'size'>,
  index: number,
): AesGcmParams {
  const name = toUtf8(section);
  const additionalData = concatBytes(
    toUtf8('peerchart/attachment-chunk/1'),
    idBytes(chart),
    Uint8Array.of(name.length),
    name,
    id,
    ...[index, chunkCount(size), size].map(u32Bytes),
  );
  return { name: 'AES-GCM', iv: concatBytes(new Uint8Array(8), u32Bytes(index)), additionalData, tagLength: 128 };
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  return subtle().importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** In every place the app runs: pages without it are refused before anything is opened (ui/shell/insecure-page.ts). */
function subtle(): SubtleCrypto {
  return globalThis.crypto.subtle;
}

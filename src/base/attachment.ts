/**
 * What an entry holds of an attachment (EN-10): its key, what its sealed parts are called, and what comes out of them, as the
 * one text that stands in a resource where its `data` stood. Format only: nothing is sealed or opened here.
 *
 *     text     = "peerchart-attachment:" ‖ base64url(canonical DAG-CBOR manifest)
 *     manifest = {v 1, form "base64" or "text", id 16 bytes, key 32, size, digest 32: SHA-256 of the content, chunks: 32 bytes each, joined}
 *
 * No `data` of FHIR reads like this, since base64 has no colon; what comes from elsewhere and does is itself taken out as an
 * attachment (clinical/large-data.ts), so that nobody's file can say what lies in another's.
 */
import { concatBytes, fromBase64Url, toBase64Url, type Bytes } from './bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields } from './codec.ts';
import { chunkHash, idBytes, type ChunkHash } from './ids.ts';
import { attachmentChunkBytes, maxAttachmentBytes } from './limits.ts';

/** How the content is written in the resource: as base64; or, what is no canonical base64, as the JSON text of the string. */
export type AttachmentForm = 'base64' | 'text';

export interface AttachmentManifest {
  readonly form: AttachmentForm;
  /** 16 bytes: keeps the parts of one attachment from standing in another. */
  readonly id: Bytes;
  readonly key: Bytes;
  /** Bytes of the content. */
  readonly size: number;
  /** SHA-256 of the content. */
  readonly digest: Bytes;
  /** In the order of the content. */
  readonly chunks: readonly ChunkHash[];
}

export const manifestPrefix = 'peerchart-attachment:';

const idLength = 16;
const hashLength = 32;
/** The longest text: 256 parts of 32 bytes, and some hundred bytes of fields, as base64. */
const maxManifestCharacters = 16_384;
const maxChunks = maxAttachmentBytes / attachmentChunkBytes;

export function manifestText({ form, id, key, size, digest, chunks }: AttachmentManifest): string {
  const joined = concatBytes(...chunks.map(idBytes));
  return manifestPrefix + toBase64Url(encodeCanonical({ v: 1, form, id, key, size, digest, chunks: joined }));
}

/** Undefined for every text that is not exactly what `manifestText` writes. */
export function parseManifest(text: string): AttachmentManifest | undefined {
  if (!text.startsWith(manifestPrefix) || text.length > maxManifestCharacters) return undefined;
  const encoded = text.slice(manifestPrefix.length);
  const bytes = fromBase64Url(encoded);
  const decoded = bytes === undefined ? undefined : decodeCanonical(bytes);
  if (bytes === undefined || decoded?.ok !== true || toBase64Url(bytes) !== encoded) return undefined;
  const fields = exactFields(decoded.value, ['v', 'form', 'id', 'key', 'size', 'digest', 'chunks']);
  if (fields?.v !== 1) return undefined;
  const { form, size } = fields;
  const [id, key, digest] = [fields.id, fields.key, fields.digest].map(ownBytes);
  const chunks = chunksFrom(fields.chunks);
  if (form !== 'base64' && form !== 'text') return undefined;
  if (id?.length !== idLength || key?.length !== hashLength || digest?.length !== hashLength) return undefined;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > maxAttachmentBytes) return undefined;
  return chunks === undefined ? undefined : { form, id, key, size, digest, chunks };
}

function ownBytes(value: unknown): Bytes | undefined {
  return value instanceof Uint8Array ? new Uint8Array(value) : undefined;
}

function chunksFrom(value: unknown): readonly ChunkHash[] | undefined {
  if (!(value instanceof Uint8Array) || value.length === 0 || value.length % hashLength !== 0) return undefined;
  const count = value.length / hashLength;
  if (count > maxChunks) return undefined;
  const chunks = Array.from({ length: count }, (_, i) =>
    chunkHash(value.subarray(i * hashLength, (i + 1) * hashLength)),
  );
  return new Set(chunks).size === count ? chunks : undefined;
}

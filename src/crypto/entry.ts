/**
 * Entries as they lie on disk and travel (EN-7): format, signature and stages, nothing that opens. store/ and net/ import
 * this; keys never come here.
 *
 *     version 1 (1 byte) ‖ length of header (2 bytes) ‖ header ‖ signature (64 bytes) ‖ ciphertext (`ctLength` bytes)
 *
 * Each stage is a type of its own and only its maker below can make it, so the wrong order does not compile:
 * ReceivedEntry (well formed) → VerifiedEntry (signed by its device, ciphertext as promised) → AdmittedEntry (its author
 * had the right) → OpenedEntry (sealed-entry.ts).
 */
import { bytesEqual, concatBytes, toHex, type Bytes } from '../base/bytes.ts';
import { entryHash, idBytes, type EntryHash } from '../base/ids.ts';
import { maxCiphertextBytes, maxEntryHeaderBytes } from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import { decodeHeader, encodeHeader, type EntryHeader, type HeaderFault } from './entry-header.ts';
import { sha256 } from './hash.ts';
import { sign, verify, type SignKeys } from './sign.ts';

export { chainNameOf, type ChainName, type FrontierItem } from './entry-fields.ts';
export type { EntryHeader } from './entry-header.ts';

/** A well-formed header with a signature nobody has checked yet. */
export interface SignedHeader {
  readonly header: EntryHeader;
  readonly headerBytes: Bytes;
  readonly signature: Bytes;
  /** SHA-256(headerBytes ‖ signature): names the entry, and through `ctHash` its ciphertext. */
  readonly hash: EntryHash;
}

/** Held by no value: it only keeps other files from writing a stage down as an object literal. */
declare const stage: unique symbol;

interface WholeEntry extends SignedHeader {
  readonly ciphertext: Bytes;
  /** The whole encoding, byte for byte as received. */
  readonly bytes: Bytes;
}

/** Well formed, nothing more. */
export interface ReceivedEntry extends WholeEntry {
  readonly kind: 'received';
  readonly [stage]: 'received';
}

/** Signed by the device it names, over the ciphertext it carries. Says nothing about rights. */
export interface VerifiedEntry extends WholeEntry {
  readonly kind: 'verified';
  readonly [stage]: 'verified';
}

/** Verified, and effective by the charter and rosters (section 5). */
export interface AdmittedEntry extends WholeEntry {
  readonly kind: 'admitted';
  readonly [stage]: 'admitted';
}

export type EntryFault = HeaderFault | 'truncated' | 'wrong-length';

/** Strict: exactly one well-formed entry, bounds before contents. */
export function decodeEntry(bytes: Uint8Array): Result<ReceivedEntry, EntryFault> {
  const decoded = decodeEntryHeader(bytes);
  if (!decoded.ok) return decoded;
  const own = new Uint8Array(bytes);
  const ciphertext = own.subarray(own.length - decoded.value.header.ctLength);
  return ok({ ...decoded.value, kind: 'received', ciphertext, bytes: own } as unknown as ReceivedEntry);
}

/** The header alone of a whole entry, for work on the graph: the ciphertext is neither copied nor looked at. */
export function decodeEntryHeader(bytes: Uint8Array): Result<SignedHeader, EntryFault> {
  if (bytes.length > maxEntryBytes) return err('too-large', `entry of ${bytes.length} bytes`);
  const headLength = headLengthOf(bytes);
  const decoded = decodeEntryHead(bytes.subarray(0, headLength));
  if (!decoded.ok) return decoded;
  return bytes.length === headLength + decoded.value.header.ctLength ? decoded : err('wrong-length', 'ciphertext');
}

/** The same of an entry's head: its encoding up to the ciphertext, which disks keep apart. */
export function decodeEntryHead(head: Uint8Array): Result<SignedHeader, EntryFault> {
  if (head.length < prefixBytes) return err('truncated');
  if (head[0] !== formatVersion) return err('unknown-version');
  const headLength = headLengthOf(head);
  if (head.length < headLength) return err('truncated');
  if (head.length > headLength) return err('wrong-length', 'head');
  const signatureStart = headLength - signatureBytes;
  const headerBytes = head.slice(prefixBytes, signatureStart);
  const signature = head.slice(signatureStart);
  const header = decodeHeader(headerBytes);
  return header.ok
    ? ok({ header: header.value, headerBytes, signature, hash: hashOf(headerBytes, signature) })
    : header;
}

/** How long the head is that begins here, by its own word; undefined past the end. */
export function headLengthAt(bytes: Uint8Array, at: number): number | undefined {
  return at + prefixBytes > bytes.length ? undefined : headLengthOf(bytes.subarray(at));
}

/** The name of the entry whose well-formed head this is. */
export function hashOfHead(head: Uint8Array): EntryHash {
  return entryHash(sha256(head.subarray(prefixBytes)));
}

/**
 * `verifiedBefore`: names under which this device verified an entry before, or made it. A name is the hash of header and signature
 * and was worked out from these very bytes, so the signature under it need not be asked again; the ciphertext is.
 */
export async function verifyEntry(
  entry: ReceivedEntry,
  verifiedBefore?: (name: EntryHash) => boolean,
): Promise<Result<VerifiedEntry, 'bad-signature' | 'bad-ciphertext-hash'>> {
  // Before the signature: hashing costs less, and a header joined to another ciphertext is the commoner fault.
  if (toHex(sha256(entry.ciphertext)) !== entry.header.ctHash) return err('bad-ciphertext-hash');
  const isKnown = verifiedBefore?.(entry.hash) === true;
  const signed = isKnown ? ok(undefined) : await verifyHead(entry);
  return signed.ok ? ok({ ...entry, kind: 'verified' } as unknown as VerifiedEntry) : signed;
}

/** Whether its device signed this header; the ciphertext it names may lie elsewhere, or be replaced by a snapshot. */
export async function verifyHead(head: SignedHeader): Promise<Result<void, 'bad-signature'>> {
  const { header, headerBytes, signature } = head;
  const signed = await verify('entry', idBytes(header.chart), headerBytes, signature, idBytes(header.device));
  return signed ? ok(undefined) : err('bad-signature');
}

/** For access/ alone, when the charter and rosters judged the entry effective. */
export function markAdmitted(entry: VerifiedEntry): AdmittedEntry {
  return { ...entry, kind: 'admitted' } as unknown as AdmittedEntry;
}

/** For sealed-entry.ts alone: the signed whole of a header and the ciphertext it promises. */
export async function signEntry(header: EntryHeader, ciphertext: Bytes, signKeys: SignKeys): Promise<VerifiedEntry> {
  if (!bytesEqual(idBytes(header.device), signKeys.publicKey))
    throw new Error('an entry names the device that signs it');
  const headerBytes = encodeHeader(header);
  const wellFormed = decodeHeader(headerBytes);
  if (!wellFormed.ok) throw new Error(`a header of our own is ${wellFormed.reason}: ${wellFormed.detail ?? ''}`);
  const signature = await sign('entry', idBytes(header.chart), headerBytes, signKeys);
  const prefix = Uint8Array.of(formatVersion, headerBytes.length >> 8, headerBytes.length & 0xff);
  const bytes = concatBytes(prefix, headerBytes, signature, ciphertext);
  const hash = hashOf(headerBytes, signature);
  return { kind: 'verified', header, headerBytes, signature, hash, ciphertext, bytes } as unknown as VerifiedEntry;
}

const formatVersion = 1;
const prefixBytes = 3;
const signatureBytes = 64;
const maxEntryBytes = prefixBytes + maxEntryHeaderBytes + signatureBytes + maxCiphertextBytes;

function headLengthOf(bytes: Uint8Array): number {
  return prefixBytes + (((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)) + signatureBytes;
}

function hashOf(headerBytes: Bytes, signature: Bytes): EntryHash {
  return entryHash(sha256(headerBytes, signature));
}

/**
 * Snapshots as they lie on disk and travel (SN-1): what stands for the ciphertexts of the entries it covers, whose signed
 * headers stay. Format, signature and stages, nothing that opens. store/ and net/ import this; keys never come here.
 *
 *     version 1 (1 byte) ‖ length of header (4 bytes) ‖ header ‖ signature (64 bytes) ‖ ciphertext (`ctLength` bytes)
 *
 * The header is a canonical DAG-CBOR map (OP-1); the signature is its maker's, in the domain `snapshot` of the chart:
 *
 *     v 1 · suite 1 · chart 32 · section text · device 32 · covers [[device, stint, seq, hash], …] by chain ·
 *     access [32, …] · roster [32, …] · epoch 32 · ctHash 32 · ctLength
 *
 * The maker answers for nothing but its own name: what a snapshot says of an entry is checked against that entry's header.
 */
import { bytesEqual, concatBytes, toHex, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields, isCborMap, type CborValue } from '../base/codec.ts';
import {
  chartId,
  deviceId,
  idBytes,
  keyId,
  opId,
  snapshotName,
  type ChartId,
  type DeviceId,
  type KeyId,
  type OpId,
  type SnapshotName,
} from '../base/ids.ts';
import { maxCitedHeads, maxSnapshotBytes, maxSnapshotChains, maxSnapshotHeaderBytes } from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import {
  encodeFrontierItem,
  frontierItemFrom,
  hexBytes,
  idFrom,
  integerFrom,
  isStrictlyAscending,
  listFrom,
  sectionFrom,
  type FrontierItem,
} from './entry-fields.ts';
import { sha256 } from './hash.ts';
import { sign, suite, verify, type SignKeys } from './sign.ts';

export interface SnapshotHeader {
  readonly v: 1;
  readonly suite: 1;
  readonly chart: ChartId;
  readonly section: Section;
  /** Who made it. */
  readonly device: DeviceId;
  /** The newest covered entry of every chain it covers: that one and all before it. Sorted by chain, each chain once. */
  readonly covers: readonly FrontierItem[];
  /** Charter and roster heads the maker knew, sorted; at least one each. */
  readonly access: readonly OpId[];
  readonly roster: readonly OpId[];
  readonly epoch: KeyId;
  /** SHA-256 of the ciphertext, 64 hex digits. */
  readonly ctHash: string;
  readonly ctLength: number;
}

/** What is known of a header before the snapshot is sealed. */
export type UnsealedSnapshotHeader = Omit<SnapshotHeader, 'ctHash' | 'ctLength'>;

interface WholeSnapshot {
  readonly header: SnapshotHeader;
  readonly headerBytes: Bytes;
  readonly signature: Bytes;
  readonly name: SnapshotName;
  readonly ciphertext: Bytes;
  /** The whole encoding, byte for byte as received. */
  readonly bytes: Bytes;
}

/** Held by no value: it only keeps other files from writing a stage down as an object literal. */
declare const stage: unique symbol;

/** Well formed, nothing more. */
export interface ReceivedSnapshot extends WholeSnapshot {
  readonly kind: 'received';
  readonly [stage]: 'received';
}

/** Signed by the device it names, over the ciphertext it carries. Says nothing about what is in it. */
export interface VerifiedSnapshot extends WholeSnapshot {
  readonly kind: 'verified';
  readonly [stage]: 'verified';
}

export type SnapshotFault =
  'too-large' | 'not-canonical' | 'unknown-version' | 'malformed' | 'truncated' | 'wrong-length';

/** Strict: exactly one well-formed snapshot, bounds before contents. */
export function decodeSnapshot(bytes: Uint8Array): Result<ReceivedSnapshot, SnapshotFault> {
  if (bytes.length > maxEncodedBytes) return err('too-large', `${bytes.length} bytes`);
  if (bytes.length < prefixBytes) return err('truncated');
  if (bytes[0] !== formatVersion) return err('unknown-version');
  const headerLength = u32At(bytes, 1);
  if (headerLength > maxSnapshotHeaderBytes) return err('too-large', `header of ${headerLength} bytes`);
  const signatureStart = prefixBytes + headerLength;
  const ciphertextStart = signatureStart + signatureBytes;
  if (bytes.length < ciphertextStart) return err('truncated');
  const own = new Uint8Array(bytes);
  const headerBytes = own.slice(prefixBytes, signatureStart);
  const header = decodeHeader(headerBytes);
  if (!header.ok) return header;
  if (own.length !== ciphertextStart + header.value.ctLength) return err('wrong-length', 'ciphertext');
  const signature = own.slice(signatureStart, ciphertextStart);
  const name = nameOf(headerBytes, signature);
  const ciphertext = own.subarray(ciphertextStart);
  const whole: WholeSnapshot = { header: header.value, headerBytes, signature, name, ciphertext, bytes: own };
  return ok({ ...whole, kind: 'received' } as unknown as ReceivedSnapshot);
}

/**
 * Whether one and the same maker says in `newer` that it covers all that it said in `older`: then nobody needs the older, for
 * both are that maker's word.
 */
export function supersedes(
  newer: Pick<SnapshotHeader, 'device' | 'covers'>,
  older: Pick<SnapshotHeader, 'device' | 'covers'>,
): boolean {
  const items = new Map(newer.covers.map((item) => [item.chain, item]));
  return (
    newer.device === older.device &&
    older.covers.every(({ chain, seq, hash }) => {
      const item = items.get(chain);
      return item !== undefined && (item.seq > seq || (item.seq === seq && item.hash === hash));
    })
  );
}

export async function verifySnapshot(
  snapshot: ReceivedSnapshot,
): Promise<Result<VerifiedSnapshot, 'bad-signature' | 'bad-ciphertext-hash'>> {
  const { header, headerBytes, signature } = snapshot;
  if (toHex(sha256(snapshot.ciphertext)) !== header.ctHash) return err('bad-ciphertext-hash');
  const signed = await verify('snapshot', idBytes(header.chart), headerBytes, signature, idBytes(header.device));
  return signed ? ok({ ...snapshot, kind: 'verified' } as unknown as VerifiedSnapshot) : err('bad-signature');
}

/** One whose signature was checked before under this name: only that it is the same, byte for byte. */
export function recognizeSnapshot(snapshot: ReceivedSnapshot, name: SnapshotName): VerifiedSnapshot | undefined {
  const same = snapshot.name === name && toHex(sha256(snapshot.ciphertext)) === snapshot.header.ctHash;
  return same ? ({ ...snapshot, kind: 'verified' } as unknown as VerifiedSnapshot) : undefined;
}

/** For sealed-snapshot.ts alone: the signed whole of a header and the ciphertext it promises. */
export async function signSnapshot(
  header: SnapshotHeader,
  ciphertext: Bytes,
  signKeys: SignKeys,
): Promise<VerifiedSnapshot> {
  if (!bytesEqual(idBytes(header.device), signKeys.publicKey))
    throw new Error('a snapshot names the device that signs it');
  const headerBytes = encodeCanonical({
    ...unsealedFields(header),
    ctHash: hexBytes(header.ctHash),
    ctLength: header.ctLength,
  });
  const wellFormed = decodeHeader(headerBytes);
  if (!wellFormed.ok) throw new Error(`a header of our own is ${wellFormed.reason}: ${wellFormed.detail ?? ''}`);
  const signature = await sign('snapshot', idBytes(header.chart), headerBytes, signKeys);
  const prefix = concatBytes(Uint8Array.of(formatVersion), u32Bytes(headerBytes.length));
  const bytes = concatBytes(prefix, headerBytes, signature, ciphertext);
  const whole: WholeSnapshot = {
    header,
    headerBytes,
    signature,
    name: nameOf(headerBytes, signature),
    ciphertext,
    bytes,
  };
  return { ...whole, kind: 'verified' } as unknown as VerifiedSnapshot;
}

/** The fields a snapshot's key is bound to, as one canonical encoding. */
export function encodeUnsealedSnapshotHeader(header: UnsealedSnapshotHeader): Bytes {
  return encodeCanonical(unsealedFields(header));
}

const formatVersion = 1;
const prefixBytes = 5;
const signatureBytes = 64;
const maxEncodedBytes = prefixBytes + maxSnapshotHeaderBytes + signatureBytes + maxSnapshotBytes;

function nameOf(headerBytes: Bytes, signature: Bytes): SnapshotName {
  return snapshotName(sha256(headerBytes, signature));
}

function unsealedFields(header: UnsealedSnapshotHeader): Readonly<Record<string, CborValue>> {
  return {
    v: header.v,
    suite: header.suite,
    chart: idBytes(header.chart),
    section: header.section,
    device: idBytes(header.device),
    covers: header.covers.map(encodeFrontierItem),
    access: header.access.map(idBytes),
    roster: header.roster.map(idBytes),
    epoch: idBytes(header.epoch),
  };
}

const headerFields = [
  'v',
  'suite',
  'chart',
  'section',
  'device',
  'covers',
  'access',
  'roster',
  'epoch',
  'ctHash',
  'ctLength',
] as const;

function decodeHeader(bytes: Uint8Array): Result<SnapshotHeader, SnapshotFault> {
  if (bytes.length > maxSnapshotHeaderBytes) return err('too-large', `header of ${bytes.length} bytes`);
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return decoded;
  // The version first: another version may have other fields, and is refused by name (ATTACK-43).
  const claimed = isCborMap(decoded.value) ? decoded.value : undefined;
  if (claimed !== undefined && (claimed.v !== 1 || claimed.suite !== suite)) return err('unknown-version');
  const fields = exactFields(claimed, headerFields);
  if (fields === undefined) return err('malformed', 'not the fields of a header');
  const chart = idFrom(fields.chart, chartId);
  const section = sectionFrom(fields.section);
  const device = idFrom(fields.device, deviceId);
  const covers = listFrom(fields.covers, 1, maxSnapshotChains, frontierItemFrom);
  const access = listFrom(fields.access, 1, maxCitedHeads, (head) => idFrom(head, opId));
  const roster = listFrom(fields.roster, 1, maxCitedHeads, (head) => idFrom(head, opId));
  const epoch = idFrom(fields.epoch, keyId);
  const ctHash = idFrom(fields.ctHash, toHex);
  const ctLength = integerFrom(fields.ctLength, 1, maxSnapshotBytes);
  if (chart === undefined) return err('malformed', 'chart');
  if (section === undefined) return err('malformed', 'section');
  if (device === undefined) return err('malformed', 'device');
  if (covers === undefined || !isStrictlyAscending(covers.map((item) => item.chain))) return err('malformed', 'covers');
  if (access === undefined || !isStrictlyAscending(access)) return err('malformed', 'access');
  if (roster === undefined || !isStrictlyAscending(roster)) return err('malformed', 'roster');
  if (epoch === undefined) return err('malformed', 'epoch');
  if (ctHash === undefined) return err('malformed', 'ctHash');
  if (ctLength === undefined) return err('malformed', 'ctLength');
  return ok({ v: 1, suite: 1, chart, section, device, covers, access, roster, epoch, ctHash, ctLength });
}

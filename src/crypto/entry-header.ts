/**
 * The clear part of an entry (protocol section 4): what keepers and replicators work with. Owns the header's encoding and
 * the checks that need nothing but its bytes; rights, chains and contents are judged elsewhere.
 *
 * Canonical DAG-CBOR map (OP-1); ids are byte strings, sets are sorted and without repetition:
 *
 *     v 1 or 2 · suite 1 · chart 32 · section text · device 32 · stint 0 or 32 · seq ≥ 1 · prev 32 or null (iff seq is 1) ·
 *     chain 32 · deps [[device, stint, seq, hash], …] by chain · access [32, …] · roster [32, …] · epoch 32 · ctHash 32 ·
 *     ctLength · in v 2 alone chunks [32, …]: the parts of attachments that the entry speaks of (EN-10), at least one
 */
import { toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields, isCborMap, type CborValue } from '../base/codec.ts';
import {
  chartId,
  chunkHash,
  deviceId,
  entryHash,
  idBytes,
  keyId,
  opId,
  type ChartId,
  type ChunkHash,
  type DeviceId,
  type EntryHash,
  type KeyId,
  type OpId,
} from '../base/ids.ts';
import {
  maxChainSeq,
  maxChunksPerEntry,
  maxCiphertextBytes,
  maxCitedHeads,
  maxEntryDeps,
  maxEntryHeaderBytes,
} from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import {
  chainNameOf,
  encodeFrontierItem,
  frontierItemFrom,
  hexBytes,
  idFrom,
  integerFrom,
  isStrictlyAscending,
  listFrom,
  sectionFrom,
  stintFrom,
  type FrontierItem,
} from './entry-fields.ts';
import { suite } from './sign.ts';

export interface EntryHeader {
  /** 2 exactly where `chunks` are named: all others are the same bytes they always were. */
  readonly v: 1 | 2;
  readonly suite: 1;
  readonly chart: ChartId;
  readonly section: Section;
  readonly device: DeviceId;
  /** The grant or admit that began this stint, or '' for the first. */
  readonly stint: OpId | '';
  /** From 1 without gaps. */
  readonly seq: number;
  /** Null exactly when `seq` is 1. */
  readonly prev: EntryHash | null;
  /** The chain value after this entry (EN-1), 64 hex digits. */
  readonly chain: string;
  /** What the frontier gained since the previous entry, own chain left out (EN-2). Sorted by chain, each chain once. */
  readonly deps: readonly FrontierItem[];
  /** Charter heads the author knew (EN-3), sorted; at least one. */
  readonly access: readonly OpId[];
  /** Heads of the author's roster, sorted; at least one. */
  readonly roster: readonly OpId[];
  readonly epoch: KeyId;
  /** Sealed parts of attachments whose keys the entry holds, sorted (EN-10). Who may have the entry may have them. */
  readonly chunks?: readonly ChunkHash[];
  /** SHA-256 of the ciphertext, 64 hex digits. */
  readonly ctHash: string;
  readonly ctLength: number;
}

/** What is known of a header before its entry is sealed. */
export type UnsealedHeader = Omit<EntryHeader, 'ctHash' | 'ctLength'>;

export function encodeHeader(header: EntryHeader): Bytes {
  return encodeCanonical({
    ...unsealedHeaderFields(header),
    ctHash: hexBytes(header.ctHash),
    ctLength: header.ctLength,
  });
}

/** The fields an entry's key is bound to, as one canonical encoding (EN-6). */
export function encodeUnsealedHeader(header: UnsealedHeader): Bytes {
  return encodeCanonical(unsealedHeaderFields(header));
}

function unsealedHeaderFields(header: UnsealedHeader): Readonly<Record<string, CborValue>> {
  return {
    v: header.v,
    suite: header.suite,
    chart: idBytes(header.chart),
    section: header.section,
    device: idBytes(header.device),
    stint: hexBytes(header.stint),
    seq: header.seq,
    prev: header.prev === null ? null : idBytes(header.prev),
    chain: hexBytes(header.chain),
    deps: header.deps.map(encodeFrontierItem),
    access: header.access.map(idBytes),
    roster: header.roster.map(idBytes),
    epoch: idBytes(header.epoch),
    ...(header.chunks === undefined ? {} : { chunks: header.chunks.map(idBytes) }),
  };
}

const headerFields = [
  'v',
  'suite',
  'chart',
  'section',
  'device',
  'stint',
  'seq',
  'prev',
  'chain',
  'deps',
  'access',
  'roster',
  'epoch',
  'ctHash',
  'ctLength',
] as const;

export type HeaderFault = 'too-large' | 'not-canonical' | 'unknown-version' | 'malformed';

/** A header whose every field is well formed. Whether its claims are true is for others to judge. */
export function decodeHeader(bytes: Uint8Array): Result<EntryHeader, HeaderFault> {
  if (bytes.length > maxEntryHeaderBytes) return err('too-large', `header of ${bytes.length} bytes`);
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return decoded;
  // The version first: another version may have other fields, and is refused by name (ATTACK-43).
  const claimed = isCborMap(decoded.value) ? decoded.value : undefined;
  if (claimed !== undefined && ((claimed.v !== 1 && claimed.v !== 2) || claimed.suite !== suite))
    return err('unknown-version');
  const named = claimed?.v === 2 ? exactFields(claimed, [...headerFields, 'chunks']) : undefined;
  const fields = named ?? (claimed?.v === 1 ? exactFields(claimed, headerFields) : undefined);
  if (fields === undefined) return err('malformed', 'not the fields of a header');

  const section = sectionFrom(fields.section);
  const device = idFrom(fields.device, deviceId);
  const stint = stintFrom(fields.stint);
  const seq = integerFrom(fields.seq, 1, maxChainSeq);
  const prev = fields.prev === null ? null : idFrom(fields.prev, entryHash);
  const deps = listFrom(fields.deps, 0, maxEntryDeps, frontierItemFrom);
  const access = listFrom(fields.access, 1, maxCitedHeads, (head) => idFrom(head, opId));
  const roster = listFrom(fields.roster, 1, maxCitedHeads, (head) => idFrom(head, opId));
  const chart = idFrom(fields.chart, chartId);
  const chain = idFrom(fields.chain, toHex);
  const epoch = idFrom(fields.epoch, keyId);
  const chunks =
    named === undefined ? [] : listFrom(named.chunks, 1, maxChunksPerEntry, (name) => idFrom(name, chunkHash));
  const ctHash = idFrom(fields.ctHash, toHex);
  const ctLength = integerFrom(fields.ctLength, 1, maxCiphertextBytes);

  if (chart === undefined) return err('malformed', 'chart');
  if (section === undefined) return err('malformed', 'section');
  if (device === undefined) return err('malformed', 'device');
  if (stint === undefined) return err('malformed', 'stint');
  if (seq === undefined) return err('malformed', 'seq');
  if (prev === undefined || (prev === null) !== (seq === 1)) return err('malformed', 'prev');
  if (chain === undefined) return err('malformed', 'chain');
  if (deps === undefined || !isStrictlyAscending(deps.map((item) => item.chain))) return err('malformed', 'deps');
  if (deps.some((item) => item.chain === chainNameOf(device, stint)))
    return err('malformed', 'deps name their own chain');
  if (access === undefined || !isStrictlyAscending(access)) return err('malformed', 'access');
  if (roster === undefined || !isStrictlyAscending(roster)) return err('malformed', 'roster');
  if (epoch === undefined) return err('malformed', 'epoch');
  if (chunks === undefined || !isStrictlyAscending(chunks)) return err('malformed', 'chunks');
  if (ctHash === undefined) return err('malformed', 'ctHash');
  if (ctLength === undefined) return err('malformed', 'ctLength');
  return ok({
    v: named === undefined ? 1 : 2,
    suite: 1,
    chart,
    section,
    device,
    stint,
    seq,
    prev,
    chain,
    deps,
    access,
    roster,
    epoch,
    ...(named === undefined ? {} : { chunks }),
    ctHash,
    ctLength,
  });
}

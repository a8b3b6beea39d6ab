/**
 * Sealing a body into an entry and opening it again (EN-6). The only place where an entry meets an epoch key: store/ and
 * net/ must never reach this file.
 *
 *     entry key  = HKDF(epoch key, "peerchart/entry-key/1", the header without ctHash and ctLength)
 *     ciphertext = seal(entry key, compressAndPad(body)), by dictionary 1; what was sealed without it opens
 *     body       = canonical DAG-CBOR {v 1, nonce 16 bytes, changes [bytes, …], batch null or {id, index, count}}
 *
 * secretbox has no associated data: because the key depends on every other field of the header, a ciphertext put under
 * another header does not open (ATTACK-7).
 */
import { toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields, type CborValue } from '../base/codec.ts';
import type { ChangeHash } from '../base/ids.ts';
import {
  maxBatchEntries,
  maxChangesPerEntry,
  maxCiphertextBytes,
  maxEntryBodyBytes,
  maxEntryHeaderBytes,
} from '../base/limits.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { actorNonceBytes, nextChainValue } from './chain.ts';
import { encodeHeader, encodeUnsealedHeader, type UnsealedHeader } from './entry-header.ts';
import { signEntry, type AdmittedEntry, type EntryHeader, type VerifiedEntry } from './entry.ts';
import { keyIdOf } from './epoch-key.ts';
import { deriveKey, sha256 } from './hash.ts';
import { compressAndPad, unpadAndInflate } from './padding.ts';
import { open, seal } from './seal.ts';
import type { SignKeys } from './sign.ts';
import { wipe } from './wipe.ts';

/** An import is many entries closed by one commit entry (EN-9); all carry its id. */
export interface EntryBatch {
  /** 32 hex digits. */
  readonly id: string;
  readonly index: number;
  readonly count: number;
}

export interface EntryBody {
  readonly v: 1;
  /** Behind the actor of every change here (EN-4), 16 bytes. */
  readonly nonce: Bytes;
  /** Automerge changes in the order they were made. Empty in an entry that only cites heads. */
  readonly changes: readonly Bytes[];
  readonly batch?: EntryBatch;
}

/** An entry and what it holds. Whether the changes are sound, and match `chain` and `deps`, is for whoever decodes them. */
export interface OpenedEntry {
  readonly kind: 'opened';
  readonly entry: AdmittedEntry;
  readonly body: EntryBody;
}

export interface SealEntryInput {
  /** The header as known before sealing; `chain` is computed. Sets are sorted here. */
  readonly header: Omit<UnsealedHeader, 'v' | 'suite' | 'chain'>;
  /** `chainStart` for a chain's first entry, else the `chain` of the previous one. */
  readonly previousChainValue: string;
  readonly body: EntryBody;
  /** The hashes of `body.changes`, in their order. */
  readonly changeHashes: readonly ChangeHash[];
  readonly epochKey: Uint8Array;
  readonly signKeys: SignKeys;
  readonly random: Random;
}

/** Seals and signs. Refused only when the body is larger than an entry may carry; then make several. */
export async function sealEntry(input: SealEntryInput): Promise<Result<VerifiedEntry, 'too-large'>> {
  const header = unsealedHeaderOf(input);
  const bodyBytes = encodeCanonical(bodyFields(input.body));
  if (input.body.changes.length > maxChangesPerEntry || bodyBytes.length > maxEntryBodyBytes) return err('too-large');
  const key = entryKey(input.epochKey, header);
  const ciphertext = seal(key, compressAndPad(bodyBytes, 1), input.random);
  wipe(key);
  if (ciphertext.length > maxCiphertextBytes) return err('too-large', `ciphertext of ${ciphertext.length} bytes`);
  const sealed: EntryHeader = { ...header, ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
  // Only where hundreds of chains meet hundreds of parts.
  if (encodeHeader(sealed).length > maxEntryHeaderBytes) return err('too-large', 'header');
  return ok(await signEntry(sealed, ciphertext, input.signKeys));
}

/**
 * `wrong-key`: not the key the header names. `malformed` and `too-large` are the author's doing: it signed a ciphertext
 * that does not open, or whose body is not one.
 */
export function openEntry(
  entry: AdmittedEntry,
  epochKey: Uint8Array,
): Result<OpenedEntry, 'wrong-key' | 'malformed' | 'too-large'> {
  const { header } = entry;
  if (epochKey.length !== 32 || keyIdOf(header.chart, header.section, epochKey) !== header.epoch)
    return err('wrong-key');
  const key = entryKey(epochKey, header);
  const padded = open(key, entry.ciphertext);
  wipe(key);
  if (padded === undefined) return err('malformed', 'does not open under the key it names');
  const bodyBytes = unpadAndInflate(padded, maxEntryBodyBytes);
  if (!bodyBytes.ok) return bodyBytes;
  const body = decodeBody(bodyBytes.value);
  return body.ok ? ok({ kind: 'opened', entry, body: body.value }) : body;
}

function unsealedHeaderOf({
  header,
  previousChainValue,
  changeHashes,
  body,
  epochKey,
}: SealEntryInput): UnsealedHeader {
  if (changeHashes.length !== body.changes.length) throw new Error('every change has one hash');
  if (keyIdOf(header.chart, header.section, epochKey) !== header.epoch)
    throw new Error('an entry names the key that seals it');
  const access = header.access.toSorted();
  const roster = header.roster.toSorted();
  const { chunks, ...rest } = header;
  return {
    ...rest,
    v: chunks === undefined ? 1 : 2,
    suite: 1,
    ...(chunks === undefined ? {} : { chunks: chunks.toSorted() }),
    access,
    roster,
    deps: header.deps.toSorted((a, b) => (a.chain < b.chain ? -1 : 1)),
    chain: nextChainValue(previousChainValue, changeHashes, access, roster),
  };
}

function entryKey(epochKey: Uint8Array, header: UnsealedHeader): Bytes {
  return deriveKey(epochKey, 'peerchart/entry-key/1', encodeUnsealedHeader(header));
}

function bodyFields(body: EntryBody): CborValue {
  return {
    v: body.v,
    nonce: body.nonce,
    changes: body.changes,
    batch: body.batch === undefined ? null : { ...body.batch },
  };
}

function decodeBody(bytes: Bytes): Result<EntryBody, 'malformed'> {
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err('malformed', 'body is not canonical');
  const fields = exactFields(decoded.value, ['v', 'nonce', 'changes', 'batch']);
  if (fields === undefined) return err('malformed', 'body fields');
  const { v, nonce, changes } = fields;
  if (v !== 1) return err('malformed', 'body version');
  if (!(nonce instanceof Uint8Array) || nonce.length !== actorNonceBytes) return err('malformed', 'nonce');
  if (!isListOfBytes(changes) || changes.length > maxChangesPerEntry) return err('malformed', 'changes');
  const body = { v, nonce: new Uint8Array(nonce), changes: changes.map((change) => new Uint8Array(change)) } as const;
  if (fields.batch === null) return ok(body);
  const batch = decodeBatch(fields.batch);
  return batch === undefined ? err('malformed', 'batch') : ok({ ...body, batch });
}

function decodeBatch(value: CborValue | undefined): EntryBatch | undefined {
  const fields = exactFields(value, ['id', 'index', 'count']);
  if (fields === undefined) return undefined;
  const { id, index, count } = fields;
  if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) return undefined;
  if (typeof index !== 'number' || typeof count !== 'number') return undefined;
  if (!Number.isInteger(index) || !Number.isInteger(count)) return undefined;
  if (index < 0 || index >= count || count > maxBatchEntries) return undefined;
  return { id, index, count };
}

function isListOfBytes(value: CborValue): value is readonly Uint8Array[] {
  return Array.isArray(value) && value.every((item) => item instanceof Uint8Array);
}

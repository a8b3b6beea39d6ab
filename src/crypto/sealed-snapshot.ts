/**
 * Sealing a saved section into a snapshot and opening it again (SN-1). The only place where a snapshot meets an epoch key:
 * store/ and net/ must never reach this file.
 *
 *     snapshot key = HKDF(epoch key, "peerchart/snapshot-key/1", the header without ctHash and ctLength)
 *     ciphertext   = seal(snapshot key, pad(body))         zeros up to a Padmé length; a saved document is compressed already
 *     body         = canonical DAG-CBOR {v 1, document, manifest}
 *     manifest     = compressed length 4 ‖ inflated length 4 ‖ deflate   (sealed-manifest.ts)
 *
 * An opened snapshot proves nothing yet: whoever opens it recomputes every covered entry's chain value (SN-2).
 */
import { toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields } from '../base/codec.ts';
import { maxSnapshotBytes, maxSnapshotManifestBytes } from '../base/limits.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { keyIdOf } from './epoch-key.ts';
import { deriveKey, sha256 } from './hash.ts';
import { compressAndPad, pad, unpad, unpadAndInflate } from './padding.ts';
import { open, seal } from './seal.ts';
import { decodeManifest, encodeManifest, type CoveredChain } from './sealed-manifest.ts';
import type { SignKeys } from './sign.ts';
import {
  encodeUnsealedSnapshotHeader,
  signSnapshot,
  type SnapshotHeader,
  type UnsealedSnapshotHeader,
  type VerifiedSnapshot,
} from './snapshot.ts';
import { wipe } from './wipe.ts';

/** Entries one snapshot covers: what opening it may expand in memory. */
const maxCoveredEntries = 200_000;

export interface SnapshotBody {
  /** A saved Automerge document of exactly the covered entries' changes, and the genesis. */
  readonly document: Bytes;
  /** For every covered chain, in the order of `covers`, what its entries' bodies said besides. */
  readonly chains: readonly CoveredChain[];
}

/** A snapshot and what is in it; nothing of it is checked against the headers of entries yet. */
export interface OpenedSnapshot {
  readonly kind: 'opened';
  readonly snapshot: VerifiedSnapshot;
  readonly body: SnapshotBody;
}

export interface SealSnapshotInput {
  /** Sets are sorted here; `covers` is sorted by its maker, for `body.chains` goes by it. */
  readonly header: Omit<UnsealedSnapshotHeader, 'v' | 'suite'>;
  readonly body: SnapshotBody;
  readonly epochKey: Uint8Array;
  readonly signKeys: SignKeys;
  readonly random: Random;
}

/** Seals and signs. Refused only when the section is too large for a snapshot: then it keeps its entries. */
export async function sealSnapshot(input: SealSnapshotInput): Promise<Result<VerifiedSnapshot, 'too-large'>> {
  const { body, epochKey } = input;
  const { chart, section, epoch } = input.header;
  if (keyIdOf(chart, section, epochKey) !== epoch) throw new Error('a snapshot names the key that seals it');
  const access = input.header.access.toSorted();
  const roster = input.header.roster.toSorted();
  const header: UnsealedSnapshotHeader = { ...input.header, v: 1, suite: 1, access, roster };
  if (header.covers.reduce((sum, { seq }) => sum + seq, 0) > maxCoveredEntries) return err('too-large', 'entries');
  const manifest = encodeManifest(body.chains);
  if (manifest.length > maxSnapshotManifestBytes) return err('too-large', 'manifest');
  const bytes = encodeCanonical({ v: 1, document: body.document, manifest: compressAndPad(manifest) });
  const key = snapshotKey(epochKey, header);
  const ciphertext = seal(key, pad(bytes), input.random);
  wipe(key);
  if (ciphertext.length > maxSnapshotBytes) return err('too-large', `ciphertext of ${ciphertext.length} bytes`);
  const sealed: SnapshotHeader = { ...header, ctHash: toHex(sha256(ciphertext)), ctLength: ciphertext.length };
  return ok(await signSnapshot(sealed, ciphertext, input.signKeys));
}

/** `wrong-key`: not the key the header names. `malformed` and `too-large` are the maker's doing. */
export function openSnapshot(
  snapshot: VerifiedSnapshot,
  epochKey: Uint8Array,
): Result<OpenedSnapshot, 'wrong-key' | 'malformed' | 'too-large'> {
  const { header } = snapshot;
  if (epochKey.length !== 32 || keyIdOf(header.chart, header.section, epochKey) !== header.epoch)
    return err('wrong-key');
  const { ctHash: _, ctLength: __, ...unsealed } = header;
  const key = snapshotKey(epochKey, unsealed);
  const padded = open(key, snapshot.ciphertext);
  wipe(key);
  if (padded === undefined) return err('malformed', 'does not open under the key it names');
  const bytes = unpad(padded);
  if (!bytes.ok) return bytes;
  const decoded = decodeCanonical(bytes.value);
  const fields = decoded.ok ? exactFields(decoded.value, ['v', 'document', 'manifest']) : undefined;
  if (fields?.v !== 1) return err('malformed', 'body');
  const { document, manifest } = fields;
  if (!(document instanceof Uint8Array) || !(manifest instanceof Uint8Array)) return err('malformed', 'body fields');
  const inflated = unpadAndInflate(manifest, maxSnapshotManifestBytes);
  if (!inflated.ok) return inflated;
  const chains = decodeManifest(inflated.value, header.covers, maxCoveredEntries);
  if (!chains.ok) return chains;
  return ok({ kind: 'opened', snapshot, body: { document: new Uint8Array(document), chains: chains.value } });
}

function snapshotKey(epochKey: Uint8Array, header: UnsealedSnapshotHeader): Bytes {
  return deriveKey(epochKey, 'peerchart/snapshot-key/1', encodeUnsealedSnapshotHeader(header));
}

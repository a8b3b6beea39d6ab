/**
 * The vault key at rest (ID-6): 32 random bytes that seal everything secret on this device, openable by the passphrase and,
 * when that is forgotten, by the practice's recovery phrase. The lockbox itself lies in the clear.
 *
 * Canonical DAG-CBOR:
 *
 *     v 1 · kdf {name, memoryKiB, iterations, parallelism, salt} · passphraseWrap = seal(Argon2id key, vault key) ·
 *     ephemeralKey 32 · recoveryWrap = box from the ephemeral key to the root box key · check 32
 *
 * The recovery wrap needs only the root box *public* key, so a device that never saw the phrase can make it. `check` is a
 * tagged hash of the vault key: a lockbox is never rewritten around another key.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, exactFields, isCborMap } from '../base/codec.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { unwrap, WrapBatch, type BoxKeys } from './box.ts';
import { taggedHash } from './hash.ts';
import {
  decodeKdfParams,
  defaultKdfCost,
  encodeKdfParams,
  kdfSaltBytes,
  passphraseKey,
  type DeriveKey,
  type KdfCost,
  type KdfParams,
} from './passphrase.ts';
import { open, seal } from './seal.ts';
import { wipe } from './wipe.ts';

export type { KdfCost } from './passphrase.ts';

interface Lockbox {
  readonly kdf: KdfParams;
  readonly passphraseWrap: Bytes;
  readonly ephemeralKey: Bytes;
  readonly recoveryWrap: Bytes;
  readonly check: Bytes;
}

export type LockboxFault = 'malformed' | 'unknown-version';

export interface NewLockbox {
  readonly passphrase: string;
  /** The public half of the practice's root box key. */
  readonly rootBoxKey: Uint8Array;
  readonly random: Random;
  /** Left out: here. */
  readonly derive?: DeriveKey;
  /** Left out but in tests. */
  readonly kdf?: KdfCost;
}

export async function createLockbox({
  passphrase,
  rootBoxKey,
  random,
  ...derivation
}: NewLockbox): Promise<{ readonly lockbox: Bytes; readonly vaultKey: Bytes }> {
  const vaultKey = random.bytes(32);
  const batch = new WrapBatch(random);
  const lockbox = encodeLockbox({
    ...(await wrapByPassphrase(vaultKey, passphrase, random, derivation)),
    ephemeralKey: batch.ephemeralKey,
    recoveryWrap: batch.wrap(rootBoxKey, vaultKey),
    check: checkOf(vaultKey),
  });
  batch.wipe();
  return { lockbox, vaultKey };
}

/** The vault key. A wrong passphrase locks nothing: each attempt costs an Argon2id, no more. */
export async function openLockboxWithPassphrase(
  lockbox: Uint8Array,
  passphrase: string,
  derive: DeriveKey = passphraseKey,
): Promise<Result<Bytes, 'wrong-passphrase' | LockboxFault>> {
  const decoded = decodeLockbox(lockbox);
  if (!decoded.ok) return decoded;
  if (passphrase === '') return err('wrong-passphrase');
  const { kdf, passphraseWrap, check } = decoded.value;
  const key = await derive(passphrase, kdf);
  const vaultKey = open(key, passphraseWrap);
  wipe(key);
  if (vaultKey === undefined) return err('wrong-passphrase');
  return bytesEqual(checkOf(vaultKey), check) ? ok(vaultKey) : err('malformed', 'check');
}

/** The vault key, by the root box keys that the recovery phrase gives. */
export function openLockboxWithRecovery(
  lockbox: Uint8Array,
  rootBoxKeys: BoxKeys,
): Result<Bytes, 'wrong-phrase' | LockboxFault> {
  const decoded = decodeLockbox(lockbox);
  if (!decoded.ok) return decoded;
  const { ephemeralKey, recoveryWrap, check } = decoded.value;
  const vaultKey = unwrap(ephemeralKey, recoveryWrap, rootBoxKeys);
  if (!vaultKey.ok) return err('wrong-phrase');
  return bytesEqual(checkOf(vaultKey.value), check) ? vaultKey : err('malformed', 'check');
}

/** The same lockbox under a new passphrase. What the vault key seals stays as it is. */
export async function rewrapPassphrase({
  lockbox,
  vaultKey,
  passphrase,
  random,
  ...derivation
}: {
  readonly lockbox: Uint8Array;
  readonly vaultKey: Uint8Array;
} & Omit<NewLockbox, 'rootBoxKey'>): Promise<Result<Bytes, 'wrong-vault-key' | LockboxFault>> {
  const decoded = decodeLockbox(lockbox);
  if (!decoded.ok) return decoded;
  if (!bytesEqual(checkOf(vaultKey), decoded.value.check)) return err('wrong-vault-key');
  return ok(encodeLockbox({ ...decoded.value, ...(await wrapByPassphrase(vaultKey, passphrase, random, derivation)) }));
}

async function wrapByPassphrase(
  vaultKey: Uint8Array,
  passphrase: string,
  random: Random,
  { derive = passphraseKey, kdf: cost = defaultKdfCost }: Pick<NewLockbox, 'derive' | 'kdf'>,
): Promise<Pick<Lockbox, 'kdf' | 'passphraseWrap'>> {
  if (passphrase === '') throw new Error('a passphrase is empty and should have been refused where it was typed');
  const kdf: KdfParams = { ...cost, salt: random.bytes(kdfSaltBytes) };
  const key = await derive(passphrase, kdf);
  const passphraseWrap = seal(key, vaultKey, random);
  wipe(key);
  return { kdf, passphraseWrap };
}

function checkOf(vaultKey: Uint8Array): Bytes {
  return taggedHash('peerchart/vault-check/1', vaultKey);
}

function encodeLockbox({ kdf, ...wraps }: Lockbox): Bytes {
  return encodeCanonical({ v: 1, kdf: encodeKdfParams(kdf), ...wraps });
}

function decodeLockbox(bytes: Uint8Array): Result<Lockbox, LockboxFault> {
  const decoded = decodeCanonical(bytes);
  if (!decoded.ok) return err('malformed', decoded.reason);
  if (isCborMap(decoded.value) && decoded.value.v !== 1) return err('unknown-version');
  const fields = exactFields(decoded.value, ['v', 'kdf', 'passphraseWrap', 'ephemeralKey', 'recoveryWrap', 'check']);
  if (fields === undefined) return err('malformed', 'not the fields of a lockbox');
  const { passphraseWrap, ephemeralKey, recoveryWrap, check } = fields;
  const kdf = decodeKdfParams(fields.kdf);
  if (kdf === undefined) return err('malformed', 'kdf');
  const wraps = { passphraseWrap, ephemeralKey, recoveryWrap, check };
  if (!isBytesMap(wraps)) return err('malformed', 'wraps');
  return ok({ kdf, ...wraps });
}

function isBytesMap<K extends string>(fields: Readonly<Record<K, unknown>>): fields is Readonly<Record<K, Bytes>> {
  return Object.values(fields).every((value) => value instanceof Uint8Array);
}

/**
 * Signatures over named things (OP-3, OP-6). Nothing is signed as bare bytes: the kind of object, the suite and the log it
 * belongs to are part of what is signed, so a signature cannot be carried to another chart or another kind of object.
 *
 *     signed = utf8("peerchart/" ‖ domain ‖ "/1") ‖ suite (1 byte) ‖ length of log (4 bytes) ‖ log ‖ bytes
 *
 * No domain is the beginning of another, so the string says where it ends.
 */
import { concatBytes, toUtf8, u32Bytes, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import {
  findWebCryptoEd25519,
  isAcceptablePoint,
  isWellFormedSignature,
  keysFromSeed,
  tweetnaclEd25519,
  type Ed25519,
  type SignKeys,
} from './ed25519.ts';

export type { SignKeys } from './ed25519.ts';

/** What a signature is about. */
export type Domain = 'roster-op' | 'charter-op' | 'entry' | 'invitation' | 'hello' | 'snapshot' | 'exchange-file';

/** Ed25519 + X25519 + XSalsa20-Poly1305 + SHA-256. Signed with everything, so that a later suite cannot be passed off as this. */
export const suite = 1;

export function signKeysFromSeed(seed: Uint8Array): SignKeys {
  return keysFromSeed(seed);
}

export function generateSignKeys(random: Random): SignKeys {
  return keysFromSeed(random.bytes(32));
}

/** 64 bytes by which `keys` vouches for `bytes` as a `domain` object of `log`. */
export async function sign(domain: Domain, log: Uint8Array, bytes: Uint8Array, keys: SignKeys): Promise<Bytes> {
  return (await platformEd25519()).sign(signedString(domain, log, bytes), keys);
}

/** Whether `publicKey` vouched for `bytes` as a `domain` object of `log`. Never throws, whatever the bytes. */
export async function verify(
  domain: Domain,
  log: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  return verifyWith(await platformEd25519(), signedString(domain, log, bytes), signature, publicKey);
}

/** The strict verdict by one implementation. Exported for the test that every implementation gives the same. */
export async function verifyWith(
  implementation: Ed25519,
  message: Bytes,
  signature: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (!isWellFormedSignature(signature, publicKey)) return false;
  const question = [message, new Uint8Array(signature), new Uint8Array(publicKey)] as const;
  try {
    return await implementation.verify(...question);
  } catch {
    // WebCrypto may refuse to import 32 bytes that are no point of the curve, or may fail for reasons of its own. The
    // second implementation gives the verdict, so that none depends on which of the two it was.
    return tweetnaclEd25519.verify(...question);
  }
}

/** Whether a key may enter a roster: canonical and not of small order (anybody can sign for a key of small order). */
export function isAcceptablePublicKey(publicKey: Uint8Array): boolean {
  return isAcceptablePoint(publicKey);
}

function signedString(domain: Domain, log: Uint8Array, bytes: Uint8Array): Bytes {
  return concatBytes(toUtf8(`peerchart/${domain}/1`), Uint8Array.of(suite), u32Bytes(log.length), log, bytes);
}

let chosen: Promise<Ed25519> | undefined;

function platformEd25519(): Promise<Ed25519> {
  chosen ??= findWebCryptoEd25519().then((found) => found ?? tweetnaclEd25519);
  return chosen;
}

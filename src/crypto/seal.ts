/**
 * Sealing under a symmetric key: XSalsa20-Poly1305 (tweetnacl secretbox) with a random nonce. 24 random bytes never repeat
 * under one key in any number of seals a practice makes. It has no associated data: what must be bound to the sealed bytes
 * goes into the derivation of the key (sealed-entry.ts).
 *
 *     sealed = nonce (24 bytes) ‖ secretbox
 */
import nacl from 'tweetnacl';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';

export function seal(key: Uint8Array, plaintext: Uint8Array, random: Random): Bytes {
  const nonce = random.bytes(nacl.secretbox.nonceLength);
  return concatBytes(nonce, nacl.secretbox(plaintext, nonce, key));
}

/** The plaintext, or undefined when these bytes were not sealed under this key. */
export function open(key: Uint8Array, sealed: Uint8Array): Bytes | undefined {
  if (sealed.length < sealOverheadBytes) return undefined;
  const nonce = sealed.subarray(0, nacl.secretbox.nonceLength);
  const plaintext = nacl.secretbox.open(sealed.subarray(nacl.secretbox.nonceLength), nonce, key);
  return plaintext === null ? undefined : new Uint8Array(plaintext);
}

/** Bytes that sealing adds: nonce and authenticator. */
export const sealOverheadBytes = nacl.secretbox.nonceLength + nacl.secretbox.overheadLength;

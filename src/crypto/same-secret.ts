/** Comparing what an attacker may guess at, in time that does not tell how much of it was right. */
import nacl from 'tweetnacl';

export function sameSecret(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && nacl.verify(a, b);
}

/**
 * Hashes and derived keys. Synchronous (noble): inputs are small, and ids must be computable in the middle of pure code.
 * Every use names itself by a tag, so that a hash made for one purpose never equals one made for another.
 */
import { extract, hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes, toUtf8, u32Bytes, type Bytes } from '../base/bytes.ts';

/** SHA-256 (FIPS 180-4) of the parts laid end to end. The caller sees to it that the parts have fixed or stated lengths. */
export function sha256(...parts: readonly Uint8Array[]): Bytes {
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** SHA-256(utf8(tag) ‖ parts). Tags read "peerchart/<purpose>/<version>"; none is the beginning of another. */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Bytes {
  return sha256(toUtf8(tag), ...parts);
}

/**
 * 32 bytes of HKDF-SHA256 (RFC 5869) without salt: the input keys are already uniform.
 *
 *     info = utf8(purpose) ‖ for each context part: length (4 bytes) ‖ part
 *
 * Stated lengths keep (“ab”, “c”) apart from (“a”, “bc”).
 */
export function deriveKey(key: Uint8Array, purpose: string, ...context: readonly Uint8Array[]): Bytes {
  return new Uint8Array(hkdf(nobleSha256, key, undefined, infoOf(purpose, context), 32));
}

/** `deriveKey` for many keys from one: what depends on that one alone is worked out once. As secret as the key. */
export class KeyDeriver {
  readonly #keyed: ReturnType<typeof hmac.create>;

  constructor(key: Uint8Array) {
    const pseudorandom = extract(nobleSha256, key);
    this.#keyed = hmac.create(nobleSha256, pseudorandom);
    pseudorandom.fill(0);
  }

  derive(purpose: string, ...context: readonly Uint8Array[]): Bytes {
    // 32 bytes are the first block of RFC 5869 2.3, and a block is the length of the hash.
    const block = this.#keyed.clone().update(infoOf(purpose, context)).update(firstBlock);
    return new Uint8Array(block.digest());
  }

  /** Derives nothing any more. */
  wipe(): void {
    this.#keyed.destroy();
  }
}

const firstBlock = Uint8Array.of(1);

function infoOf(purpose: string, context: readonly Uint8Array[]): Bytes {
  return concatBytes(toUtf8(purpose), ...context.flatMap((part) => [u32Bytes(part.length), part]));
}

/**
 * Secrets for one reader: X25519 + XSalsa20-Poly1305 (tweetnacl box) from an ephemeral key. Used for epoch keys (CH-5,
 * CH-9), the lockbox and backups. It proves nothing about the sender; whatever carries a wrap is signed, or local.
 *
 *     wrapped = counter (4 bytes) ‖ box(secret)
 *     nonce   = first 24 bytes of SHA-256("peerchart/wrap-nonce/1" ‖ ephemeral key ‖ recipient key ‖ counter)
 *
 * The ephemeral key is fresh for each batch and the counter for each wrap, so no two secrets ever share key and nonce.
 */
import nacl from 'tweetnacl';
import { bytesEqual, concatBytes, toHex, u32Bytes, type Bytes } from '../base/bytes.ts';
import type { Random } from '../base/ports.ts';
import { err, ok, type Result } from '../base/result.ts';
import { taggedHash } from './hash.ts';
import { wipe } from './wipe.ts';

export interface BoxKeys {
  /** X25519, 32 bytes. */
  readonly publicKey: Bytes;
  /** 32 bytes, secret. */
  readonly secretKey: Bytes;
}

export function generateBoxKeys(random: Random): BoxKeys {
  return boxKeysFromSeed(random.bytes(32));
}

export function boxKeysFromSeed(seed: Uint8Array): BoxKeys {
  const pair = nacl.box.keyPair.fromSecretKey(seed);
  return { publicKey: new Uint8Array(pair.publicKey), secretKey: new Uint8Array(pair.secretKey) };
}

/**
 * Whether a key may be wrapped to. With a point of small order the X25519 result is zero for everyone (RFC 7748 section
 * 6.1), and what is "sealed" under it is open to all. Check it where a key enters a roster.
 */
export function isAcceptableBoxKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && sharedKey(publicKey, anyScalar) !== undefined;
}

/** Wraps of one batch share an ephemeral key and compute one shared secret per recipient (CH-9). */
export class WrapBatch {
  readonly ephemeralKey: Bytes;
  readonly #secretKey: Bytes;
  readonly #sharedByRecipient = new Map<string, Bytes>();
  #counter = 0;
  #wiped = false;

  constructor(random: Random) {
    const keys = generateBoxKeys(random);
    this.ephemeralKey = keys.publicKey;
    this.#secretKey = keys.secretKey;
  }

  /** `secret` for the holder of `recipientKey`: 20 bytes longer than it. */
  wrap(recipientKey: Uint8Array, secret: Uint8Array): Bytes {
    const counter = u32Bytes(this.#counter++);
    const nonce = wrapNonce(this.ephemeralKey, recipientKey, counter);
    return concatBytes(counter, nacl.box.after(secret, nonce, this.#sharedWith(recipientKey)));
  }

  /** Forgets the batch's secrets; nothing can be wrapped with it afterwards. */
  wipe(): void {
    wipe(this.#secretKey, ...this.#sharedByRecipient.values());
    this.#sharedByRecipient.clear();
    this.#wiped = true;
  }

  #sharedWith(recipientKey: Uint8Array): Bytes {
    if (this.#wiped) throw new Error('the batch was wiped and should not be used again');
    const name = toHex(recipientKey);
    const known = this.#sharedByRecipient.get(name);
    if (known !== undefined) return known;
    const shared = sharedKey(recipientKey, this.#secretKey);
    if (shared === undefined)
      throw new Error('a recipient key is of small order and should have been refused on entry');
    this.#sharedByRecipient.set(name, shared);
    return shared;
  }
}

/** Opens wraps of one batch, computing the shared secret once. */
export class WrapReader {
  readonly #ephemeralKey: Bytes;
  readonly #publicKey: Bytes;
  readonly #shared: Bytes | undefined;

  constructor(ephemeralKey: Uint8Array, myKeys: BoxKeys) {
    this.#ephemeralKey = new Uint8Array(ephemeralKey);
    this.#publicKey = myKeys.publicKey;
    this.#shared = ephemeralKey.length === 32 ? sharedKey(ephemeralKey, myKeys.secretKey) : undefined;
  }

  unwrap(wrapped: Uint8Array): Result<Bytes, 'bad-ephemeral-key' | 'not-for-me'> {
    if (this.#shared === undefined) return err('bad-ephemeral-key');
    if (wrapped.length < wrapOverheadBytes) return err('not-for-me');
    const nonce = wrapNonce(this.#ephemeralKey, this.#publicKey, wrapped.subarray(0, 4));
    const secret = nacl.box.open.after(wrapped.subarray(4), nonce, this.#shared);
    return secret === null ? err('not-for-me') : ok(new Uint8Array(secret));
  }
}

/** One wrap that was made for `myKeys`; for many of one batch use a WrapReader. */
export function unwrap(
  ephemeralKey: Uint8Array,
  wrapped: Uint8Array,
  myKeys: BoxKeys,
): Result<Bytes, 'bad-ephemeral-key' | 'not-for-me'> {
  return new WrapReader(ephemeralKey, myKeys).unwrap(wrapped);
}

/** Bytes a wrap is longer than its secret: counter and authenticator. */
const wrapOverheadBytes = 4 + nacl.box.overheadLength;

function wrapNonce(ephemeralKey: Uint8Array, recipientKey: Uint8Array, counter: Uint8Array): Bytes {
  return taggedHash('peerchart/wrap-nonce/1', ephemeralKey, recipientKey, counter).slice(0, nacl.box.nonceLength);
}

/** Any valid scalar: clamping makes each a multiple of 8, which is what turns a point of small order into zero. */
const anyScalar = new Uint8Array(32).fill(1);

/** What `box.before` gives when the X25519 result is all zero. */
const keyOfZeroResult = new Uint8Array(nacl.box.before(new Uint8Array(32), anyScalar));

/** The box key of two parties, or undefined when the X25519 result is all zero. */
export function sharedKey(publicKey: Uint8Array, secretKey: Uint8Array): Bytes | undefined {
  const shared = new Uint8Array(nacl.box.before(publicKey, secretKey));
  return bytesEqual(shared, keyOfZeroResult) ? undefined : shared;
}

/**
 * Ed25519 on bytes, with one verdict on every platform (OP-6). WebCrypto where it has the algorithm, tweetnacl where it
 * has not. Both check the cofactorless equation and compare R as bytes, but they differ before it: tweetnacl takes S + L for
 * S, either may take keys of small order or coordinates ≥ p. So those are refused here, on the bytes, before either is
 * asked. Never accept by a library that checks the cofactored equation: it says yes where these say no.
 *
 * Sources: RFC 8032 section 5.1.7; "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), section 3 and table 6;
 * W3C "Secure Curves in the Web Cryptography API", Ed25519 verify, for the equation and the small-order rule.
 */
import nacl from 'tweetnacl';
import { concatBytes, fromHex, toHex, type Bytes } from '../base/bytes.ts';
import { wipe } from './wipe.ts';

export interface SignKeys {
  /** 32 bytes; a device's is also its id and its libp2p identity (ID-2). */
  readonly publicKey: Bytes;
  /** 32 bytes, secret. */
  readonly seed: Bytes;
}

/** One implementation of the algorithm. `verify` is only ever asked about what passed `isWellFormedSignature`. */
export interface Ed25519 {
  readonly name: 'webcrypto' | 'tweetnacl';
  sign(message: Bytes, keys: SignKeys): Promise<Bytes>;
  verify(message: Bytes, signature: Bytes, publicKey: Bytes): Promise<boolean>;
}

/** The order of the base point, L = 2^252 + 27742317777372353535851937790883648493, lowest byte first. */
const groupOrder = constant('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
/** The field prime, p = 2^255 − 19, lowest byte first. */
const fieldPrime = constant('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f');

/**
 * The y coordinates of the eight points whose order divides 8, lowest byte first. The sign of x is masked before comparing,
 * which covers both points of a pair and the two non-canonical encodings of x = 0 with the sign set.
 */
const smallOrderYs: ReadonlySet<string> = new Set([
  '0100000000000000000000000000000000000000000000000000000000000000', // order 1: (0, 1)
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // order 2: (0, −1)
  '0000000000000000000000000000000000000000000000000000000000000000', // order 4: (±√−1, 0)
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', // order 8
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', // order 8
]);

/** A canonical encoding (y < p) that is not a point of small order. Whether it lies on the curve is the verifier's to say. */
export function isAcceptablePoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = Uint8Array.from(encoded);
  y[31] = (y[31] ?? 0) & 0x7f;
  return isLess(y, fieldPrime) && !smallOrderYs.has(toHex(y));
}

/** What can be said of a signature without curve arithmetic: 64 bytes, S < L, and acceptable points R and A. */
export function isWellFormedSignature(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    isLess(signature.subarray(32), groupOrder) &&
    isAcceptablePoint(signature.subarray(0, 32)) &&
    isAcceptablePoint(publicKey)
  );
}

export function keysFromSeed(seed: Uint8Array): SignKeys {
  const pair = nacl.sign.keyPair.fromSeed(seed);
  wipe(pair.secretKey);
  return { publicKey: new Uint8Array(pair.publicKey), seed: new Uint8Array(seed) };
}

export const tweetnaclEd25519: Ed25519 = {
  name: 'tweetnacl',
  sign(message, keys) {
    // tweetnacl's secret key is seed ‖ public key. The public half is computed anew: signing with one that does not
    // belong to the seed gives the seed away.
    const pair = nacl.sign.keyPair.fromSeed(keys.seed);
    const signature = new Uint8Array(nacl.sign.detached(message, pair.secretKey));
    wipe(pair.secretKey);
    return Promise.resolve(signature);
  },
  verify(message, signature, publicKey) {
    return Promise.resolve(nacl.sign.detached.verify(message, signature, publicKey));
  },
};

/** WebCrypto's Ed25519, or undefined where the platform lacks it or answers a known question wrongly. */
export async function findWebCryptoEd25519(): Promise<Ed25519 | undefined> {
  // Absent in a page without a secure context, whatever the types say.
  const { subtle } = (globalThis.crypto as Partial<Crypto> | undefined) ?? {};
  if (subtle === undefined) return undefined;
  const candidate = webCryptoEd25519(subtle);
  try {
    return (await knowsRfc8032(candidate)) ? candidate : undefined;
  } catch {
    return undefined;
  }
}

function webCryptoEd25519(subtle: SubtleCrypto): Ed25519 {
  const signingKeys = new WeakMap<Bytes, Promise<CryptoKey>>();
  const verifyingKeys = new Map<string, Promise<CryptoKey>>();

  function signingKey(keys: SignKeys): Promise<CryptoKey> {
    return remembered(signingKeys, keys.seed, () => {
      const encoded = concatBytes(pkcs8Prefix, keys.seed);
      return subtle.importKey('pkcs8', encoded, 'Ed25519', false, ['sign']).finally(() => wipe(encoded));
    });
  }

  function verifyingKey(publicKey: Bytes): Promise<CryptoKey> {
    return remembered(verifyingKeys, toHex(publicKey), () => {
      // Peers choose which keys are asked about, so what is remembered is bounded; the oldest goes first.
      const oldest = verifyingKeys.size >= maxRememberedKeys ? verifyingKeys.keys().next().value : undefined;
      if (oldest !== undefined) verifyingKeys.delete(oldest);
      return subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    });
  }

  return {
    name: 'webcrypto',
    async sign(message, keys) {
      return new Uint8Array(await subtle.sign('Ed25519', await signingKey(keys), message));
    },
    async verify(message, signature, publicKey) {
      return subtle.verify('Ed25519', await verifyingKey(publicKey), signature, message);
    },
  };
}

/** Imported keys kept: a practice knows some hundreds of devices, and importing costs about as much as verifying. */
const maxRememberedKeys = 1024;

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7) up to the seed itself. */
const pkcs8Prefix = constant('302e020100300506032b657004220420');

function remembered<K, V>(
  known: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** RFC 8032 section 7.1, test 2: signs and verifies it, and refuses it with one bit changed. */
async function knowsRfc8032(candidate: Ed25519): Promise<boolean> {
  const keys = {
    seed: constant('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    publicKey: constant('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
  };
  const expected = constant(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
  const message = constant('72');
  const signature = await candidate.sign(message, keys);
  return (
    toHex(signature) === toHex(expected) &&
    (await candidate.verify(message, expected, keys.publicKey)) &&
    !(await candidate.verify(constant('73'), expected, keys.publicKey))
  );
}

/** Compares integers of equal length, lowest byte first. Not constant time: for public values only. */
function isLess(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = b.length - 1; i >= 0; i--) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function constant(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('a constant is lowercase hex');
  return bytes;
}

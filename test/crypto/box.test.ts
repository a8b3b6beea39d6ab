import nacl from 'tweetnacl';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8, u32Bytes } from '../../src/base/bytes.ts';
import {
  boxKeysFromSeed,
  generateBoxKeys,
  isAcceptableBoxKey,
  unwrap,
  WrapBatch,
  WrapReader,
} from '../../src/crypto/box.ts';
import { taggedHash } from '../../src/crypto/hash.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hex, mustBeOk, readVector } from './fixtures.ts';

type NaclVector = Readonly<
  Record<
    'aliceSecretKey' | 'alicePublicKey' | 'bobSecretKey' | 'bobPublicKey' | 'sharedKey' | 'nonce' | 'message' | 'box',
    string
  >
>;

/** RFC 7748 and "May the Fourth Be With You" (Bernstein et al., 2017), table of small-order u coordinates, lowest byte first. */
const smallOrderKeys = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
];

describe('boxes', () => {
  it('keys and shared keys are those of the NaCl test vector', () => {
    const vector = readVector<NaclVector>('nacl');
    const alice = boxKeysFromSeed(hex(vector.aliceSecretKey));
    expect(toHex(alice.publicKey)).toBe(vector.alicePublicKey);
    expect(toHex(boxKeysFromSeed(hex(vector.bobSecretKey)).publicKey)).toBe(vector.bobPublicKey);
    expect(toHex(nacl.box.before(hex(vector.bobPublicKey), alice.secretKey))).toBe(vector.sharedKey);
    const box = nacl.box.after(hex(vector.message), hex(vector.nonce), hex(vector.sharedKey));
    expect(toHex(box)).toBe(vector.box);
  });

  it('a secret wrapped for Bob opens for Bob and for nobody else', () => {
    const random = seededRandom('wraps');
    const [bob, carol] = [generateBoxKeys(random), generateBoxKeys(random)];
    const batch = new WrapBatch(random);
    const secret = random.bytes(32);
    const wrapped = batch.wrap(bob.publicKey, secret);
    expect(mustBeOk(unwrap(batch.ephemeralKey, wrapped, bob))).toEqual(secret);
    expect(unwrap(batch.ephemeralKey, wrapped, carol)).toMatchObject({ ok: false, reason: 'not-for-me' });
  });

  it('[CH-9] one batch wraps many secrets for many readers, each opened by one shared secret', () => {
    const random = seededRandom('batch');
    const readers = [generateBoxKeys(random), generateBoxKeys(random)];
    const secrets = Array.from({ length: 5 }, () => random.bytes(32));
    const batch = new WrapBatch(random);
    const wraps = readers.map((reader) => secrets.map((secret) => batch.wrap(reader.publicKey, secret)));
    readers.forEach((keys, i) => {
      const reader = new WrapReader(batch.ephemeralKey, keys);
      expect(wraps[i]?.map((wrapped) => mustBeOk(reader.unwrap(wrapped)))).toEqual(secrets);
    });
  });

  it('no two wraps share a nonce, not even of the same secret for the same reader', () => {
    const random = seededRandom('nonces');
    const bob = generateBoxKeys(random);
    const batch = new WrapBatch(random);
    const secret = new Uint8Array(32);
    const wraps = Array.from({ length: 50 }, () => toHex(batch.wrap(bob.publicKey, secret).subarray(4)));
    expect(new Set(wraps).size).toBe(50);
  });

  it('a wrap is a counter and a NaCl box under the nonce of batch, reader and counter', () => {
    const random = seededRandom('layout');
    const bob = generateBoxKeys(random);
    const batch = new WrapBatch(random);
    batch.wrap(bob.publicKey, toUtf8('first'));
    const counter = u32Bytes(1);
    const nonce = taggedHash('peerchart/wrap-nonce/1', batch.ephemeralKey, bob.publicKey, counter).slice(0, 24);
    const wrapped = batch.wrap(bob.publicKey, toUtf8('second'));
    expect(wrapped.subarray(0, 4)).toEqual(counter);
    const opened = nacl.box.open(wrapped.subarray(4), nonce, batch.ephemeralKey, bob.secretKey);
    expect(opened && new Uint8Array(opened)).toEqual(toUtf8('second'));
  });

  it('every flipped bit and every truncation of a wrap is refused', () => {
    const random = seededRandom('flips');
    const bob = generateBoxKeys(random);
    const batch = new WrapBatch(random);
    const wrapped = batch.wrap(bob.publicKey, random.bytes(32));
    const reader = new WrapReader(batch.ephemeralKey, bob);
    for (let bit = 0; bit < wrapped.length * 8; bit++) expect(reader.unwrap(flipBit(wrapped, bit)).ok).toBe(false);
    for (let end = 0; end < wrapped.length; end++) expect(reader.unwrap(wrapped.subarray(0, end)).ok).toBe(false);
    expect(reader.unwrap(concatBytes(wrapped, Uint8Array.of(0))).ok).toBe(false);
  });

  it('keys of small order are refused from both sides, since anyone computes their shared secret', () => {
    const random = seededRandom('small order');
    const bob = generateBoxKeys(random);
    for (const key of smallOrderKeys.map(hex).flatMap((point) => [point, flipBit(point, 255)])) {
      expect(isAcceptableBoxKey(key), toHex(key)).toBe(false);
      expect(() => new WrapBatch(random).wrap(key, new Uint8Array(32))).toThrow('small order');
      // What anybody can make for anybody: a box under the known key of an all-zero result.
      const nonce = taggedHash('peerchart/wrap-nonce/1', key, bob.publicKey, u32Bytes(0)).slice(0, 24);
      const shared = nacl.box.before(key, bob.secretKey);
      const forged = concatBytes(u32Bytes(0), nacl.box.after(new Uint8Array(32), nonce, shared));
      expect(unwrap(key, forged, bob)).toMatchObject({ ok: false, reason: 'bad-ephemeral-key' });
    }
    expect(isAcceptableBoxKey(bob.publicKey)).toBe(true);
  });

  it('keys of another length are refused, not thrown at', () => {
    const bob = generateBoxKeys(seededRandom('lengths'));
    for (const length of [0, 31, 33]) {
      expect(isAcceptableBoxKey(new Uint8Array(length))).toBe(false);
      expect(unwrap(new Uint8Array(length), new Uint8Array(52), bob).ok).toBe(false);
    }
  });

  it('a wiped batch wraps nothing more', () => {
    const random = seededRandom('wiped');
    const bob = generateBoxKeys(random);
    const batch = new WrapBatch(random);
    batch.wrap(bob.publicKey, new Uint8Array(32));
    batch.wipe();
    expect(() => batch.wrap(bob.publicKey, new Uint8Array(32))).toThrow('wiped');
  });

  it('any secret comes back as it was', () => {
    const random = seededRandom('round trip');
    const bob = generateBoxKeys(random);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (secret) => {
        const batch = new WrapBatch(random);
        const opened = mustBeOk(unwrap(batch.ephemeralKey, batch.wrap(bob.publicKey, secret), bob));
        expect(opened).toEqual(new Uint8Array(secret));
      }),
      { numRuns: 20 },
    );
  });
});

import fc from 'fast-check';
import nacl from 'tweetnacl';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex, toUtf8, type Bytes } from '../../src/base/bytes.ts';
import {
  findWebCryptoEd25519,
  isAcceptablePoint,
  keysFromSeed,
  tweetnaclEd25519,
  type Ed25519,
} from '../../src/crypto/ed25519.ts';
import {
  generateSignKeys,
  isAcceptablePublicKey,
  sign,
  signKeysFromSeed,
  verify,
  verifyWith,
  type Domain,
} from '../../src/crypto/sign.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hex, readVector } from './fixtures.ts';
import { signatureCases } from './signature-cases.ts';

interface Ed25519Vectors {
  readonly rfc8032: readonly Readonly<Record<'seed' | 'publicKey' | 'message' | 'signature', string>>[];
  readonly edgeCases: readonly (Readonly<Record<'what' | 'publicKey' | 'message' | 'signature', string>> & {
    readonly accepted: boolean;
  })[];
}

const vectors = readVector<Ed25519Vectors>('ed25519');
const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n;
const fieldPrime = 2n ** 255n - 19n;

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

/** The same signature with `n` times the group order added to S: the malleability that RFC 8032 forbids. */
function addGroupOrder(signature: Bytes, n: bigint): Bytes {
  const out = new Uint8Array(signature);
  out.set(littleEndian(toBigInt(signature.subarray(32)) + n * groupOrder), 32);
  return out;
}

let webCrypto: Ed25519;
beforeAll(async () => {
  const found = await findWebCryptoEd25519();
  if (found === undefined) throw new Error('this platform has no WebCrypto Ed25519; the comparison needs it');
  webCrypto = found;
});

/** The verdict, after making sure that both implementations give it. */
async function verdict(message: Bytes, signature: Bytes, publicKey: Bytes): Promise<boolean> {
  const verdicts = await Promise.all(
    [webCrypto, tweetnaclEd25519].map((implementation) => verifyWith(implementation, message, signature, publicKey)),
  );
  expect(verdicts[0], 'webcrypto and tweetnacl').toBe(verdicts[1]);
  return verdicts[0] === true;
}

describe('Ed25519', () => {
  it('signs and verifies the vectors of RFC 8032 on both implementations', async () => {
    for (const vector of vectors.rfc8032) {
      const keys = signKeysFromSeed(hex(vector.seed));
      expect(toHex(keys.publicKey)).toBe(vector.publicKey);
      for (const implementation of [webCrypto, tweetnaclEd25519]) {
        expect(toHex(await implementation.sign(hex(vector.message), keys))).toBe(vector.signature);
      }
      expect(await verdict(hex(vector.message), hex(vector.signature), keys.publicKey)).toBe(true);
    }
  });

  it('[OP-6] gives one verdict on the edge cases where libraries are known to disagree', async () => {
    for (const { what, message, signature, publicKey, accepted } of vectors.edgeCases) {
      expect(await verdict(hex(message), hex(signature), hex(publicKey)), what).toBe(accepted);
    }
  });

  it('[OP-6] [ATTACK-1] [ATTACK-2] gives the published verdict on every case, by both implementations', async () => {
    const cases = await signatureCases();
    expect(cases.length).toBeGreaterThan(250);
    for (const { what, message, signature, publicKey, accepted } of cases) {
      expect(await verdict(hex(message), hex(signature), hex(publicKey)), what).toBe(accepted);
    }
  });

  it('[ATTACK-1] refuses a signature with the group order added, which tweetnacl alone would take', async () => {
    const random = seededRandom('malleate');
    for (let i = 0; i < 10; i++) {
      const keys = generateSignKeys(random);
      const message = random.bytes(50);
      const signature = await tweetnaclEd25519.sign(message, keys);
      const malleated = addGroupOrder(signature, 1n);
      expect(nacl.sign.detached.verify(message, malleated, keys.publicKey)).toBe(true);
      expect(await verdict(message, signature, keys.publicKey)).toBe(true);
      expect(await verdict(message, malleated, keys.publicKey)).toBe(false);
      expect(await verdict(message, addGroupOrder(signature, 7n), keys.publicKey)).toBe(false);
    }
  });

  it('[OP-6] S = L is refused and S = L − 1 is left to the equation', async () => {
    const [vector] = vectors.rfc8032;
    if (vector === undefined) throw new Error('no vector');
    const signature = hex(vector.signature);
    signature.set(littleEndian(groupOrder), 32);
    expect(await verifyWith(neverAsked, hex(''), signature, hex(vector.publicKey))).toBe(false);
    signature.set(littleEndian(groupOrder - 1n), 32);
    await expect(verifyWith(neverAsked, hex(''), signature, hex(vector.publicKey))).resolves.toBe(false);
    expect(timesAsked).toBe(1);
  });

  it('[ATTACK-2] every encoding of a point of small order is refused as a key and as R', async () => {
    const ys = [0n, 1n, fieldPrime - 1n, fieldPrime, fieldPrime + 1n].map(littleEndian);
    ys.push(hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'));
    ys.push(hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'));
    const keys = generateSignKeys(seededRandom('small order'));
    const message = toUtf8('a grant');
    const signature = await tweetnaclEd25519.sign(message, keys);
    for (const encoding of ys.flatMap((y) => [y, flipBit(y, 255)])) {
      expect(isAcceptablePublicKey(encoding), toHex(encoding)).toBe(false);
      // S = 0 and R = A is the signature that anybody can make for a key of small order.
      const anybodys = new Uint8Array(64);
      anybodys.set(encoding);
      expect(await verdict(message, anybodys, encoding)).toBe(false);
      const otherR = new Uint8Array(signature);
      otherR.set(encoding);
      expect(await verdict(message, otherR, keys.publicKey)).toBe(false);
    }
  });

  it('[ATTACK-2] every y coordinate that is not below the field prime is refused', () => {
    for (let y = fieldPrime; y < 2n ** 255n; y++) {
      expect(isAcceptablePoint(littleEndian(y))).toBe(false);
      expect(isAcceptablePoint(littleEndian(y + 2n ** 255n))).toBe(false);
    }
    expect(isAcceptablePoint(littleEndian(fieldPrime - 2n))).toBe(true);
  });

  it('keys and signatures of the wrong length are refused, not thrown at', async () => {
    const keys = generateSignKeys(seededRandom('lengths'));
    const message = toUtf8('x');
    const signature = await tweetnaclEd25519.sign(message, keys);
    for (const length of [0, 31, 33, 64]) expect(await verdict(message, signature, new Uint8Array(length))).toBe(false);
    for (const length of [0, 32, 63, 65]) {
      const other = new Uint8Array(length);
      other.set(signature.subarray(0, length));
      expect(await verdict(message, other, keys.publicKey), `${length} bytes`).toBe(false);
    }
  });

  it('a platform error becomes the other implementation’s verdict', async () => {
    const keys = generateSignKeys(seededRandom('broken platform'));
    const message = toUtf8('x');
    const signature = await tweetnaclEd25519.sign(message, keys);
    const broken: Ed25519 = { ...webCrypto, verify: () => Promise.reject(new Error('OperationError')) };
    expect(await verifyWith(broken, message, signature, keys.publicKey)).toBe(true);
    expect(await verifyWith(broken, toUtf8('y'), signature, keys.publicKey)).toBe(false);
  });

  it('agrees on random keys, half of which are no point of the curve, and on random and damaged signatures', async () => {
    const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const bit = fc.nat({ max: 511 });
    await fc.assert(
      fc.asyncProperty(anyKey, fc.uint8Array({ maxLength: 80 }), anyKey, bit, async (seed, message, otherKey, at) => {
        const keys = keysFromSeed(seed);
        const own = new Uint8Array(message);
        const signature = await tweetnaclEd25519.sign(own, keys);
        expect(await webCrypto.sign(own, keys)).toEqual(signature);
        expect(await verdict(own, signature, keys.publicKey)).toBe(true);
        expect(await verdict(own, flipBit(signature, at), keys.publicKey)).toBe(false);
        expect(await verdict(own, signature, new Uint8Array(otherKey))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

let timesAsked = 0;
const neverAsked: Ed25519 = {
  name: 'tweetnacl',
  sign: () => Promise.reject(new Error('not asked')),
  verify: () => {
    timesAsked++;
    return Promise.resolve(false);
  },
};

describe('signatures over named things', () => {
  const keys = generateSignKeys(seededRandom('domains'));
  const log = toUtf8('chart 1');
  const bytes = toUtf8('the bytes');
  const domains: readonly Domain[] = ['roster-op', 'charter-op', 'entry', 'invitation', 'hello', 'snapshot'];

  it('[OP-3] hold for their own kind of object and no other', async () => {
    for (const made of domains) {
      const signature = await sign(made, log, bytes, keys);
      for (const asked of domains) {
        expect(await verify(asked, log, bytes, signature, keys.publicKey)).toBe(asked === made);
      }
    }
  });

  it('[ATTACK-4] do not hold for another log, nor when bytes move between log and object', async () => {
    const signature = await sign('entry', log, bytes, keys);
    expect(await verify('entry', log, bytes, signature, keys.publicKey)).toBe(true);
    expect(await verify('entry', toUtf8('chart 2'), bytes, signature, keys.publicKey)).toBe(false);
    expect(await verify('entry', toUtf8('chart 1t'), toUtf8('he bytes'), signature, keys.publicKey)).toBe(false);
  });

  it('are over the domain, the suite, the length of the log, the log and the bytes', async () => {
    const signed = toUtf8('peerchart/entry/1\u0001\u0000\u0000\u0000\u0007chart 1the bytes');
    expect(await sign('entry', log, bytes, keys)).toEqual(await tweetnaclEd25519.sign(signed, keys));
  });

  it('name domains of which none is the beginning of another', () => {
    const names = domains.map((domain) => `peerchart/${domain}/1`);
    for (const name of names) expect(names.filter((other) => other.startsWith(name))).toEqual([name]);
  });
});

import fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesEqual, concatBytes, toHex, toUtf8, u32Bytes, type Bytes } from '../../src/base/bytes.ts';
import { compressAndPad, padmeLength, unpadAndInflate } from '../../src/crypto/padding.ts';
import { open, seal } from '../../src/crypto/seal.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { flipBit, hex, mustBeOk, readVector } from './fixtures.ts';

const anyBytes = fc.uint8Array({ maxLength: 2000 });

describe('sealing', () => {
  it('is the secretbox of the NaCl test vector with its nonce before it', () => {
    const vector = readVector<Readonly<Record<'sharedKey' | 'nonce' | 'message' | 'box', string>>>('nacl');
    const sealed = seal(hex(vector.sharedKey), hex(vector.message), { bytes: () => hex(vector.nonce) });
    expect(toHex(sealed)).toBe(vector.nonce + vector.box);
    expect(open(hex(vector.sharedKey), sealed)).toEqual(hex(vector.message));
  });

  it('any plaintext comes back under its key and under no other', () => {
    const random = seededRandom('seal');
    fc.assert(
      fc.property(anyBytes, (plaintext) => {
        const key = random.bytes(32);
        const sealed = seal(key, plaintext, random);
        expect(open(key, sealed)).toEqual(new Uint8Array(plaintext));
        expect(open(random.bytes(32), sealed)).toBeUndefined();
      }),
    );
  });

  it('every flipped bit, every truncation and any trailing byte is refused', () => {
    const random = seededRandom('seal flips');
    const key = random.bytes(32);
    const sealed = seal(key, random.bytes(20), random);
    for (let bit = 0; bit < sealed.length * 8; bit++) expect(open(key, flipBit(sealed, bit))).toBeUndefined();
    for (let end = 0; end < sealed.length; end++) expect(open(key, sealed.subarray(0, end))).toBeUndefined();
    expect(open(key, concatBytes(sealed, Uint8Array.of(0)))).toBeUndefined();
  });

  it('the same plaintext twice does not look the same', () => {
    const random = seededRandom('seal twice');
    const key = random.bytes(32);
    expect(seal(key, new Uint8Array(8), random)).not.toEqual(seal(key, new Uint8Array(8), random));
  });
});

describe('padding', () => {
  it('rounds lengths as the Padmé algorithm prints them', () => {
    // PURBs (2019) section 4: keep as many significant bits as the exponent has; 9 (1001) becomes 10 (1010).
    const padded = [0, 1, 2, 8, 9, 10, 100, 1000, 1_000_000].map(padmeLength);
    expect(padded).toEqual([0, 1, 2, 8, 10, 10, 104, 1024, 1_015_808]);
  });

  it('equals the paper’s bit arithmetic and costs at most 12 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 30 }), (length) => {
        const exponent = 31 - Math.clz32(length);
        const lowBits = Math.max(0, exponent - (32 - Math.clz32(exponent)));
        const mask = (1 << lowBits) - 1;
        expect(padmeLength(length)).toBe((length + mask) & ~mask);
        expect(padmeLength(length)).toBeLessThanOrEqual(length * 1.12);
      }),
    );
  });

  it('any bytes come back, and only lengths of the Padmé kind go out', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const padded = compressAndPad(bytes);
        expect(padded.length).toBe(padmeLength(padded.length));
        expect(mustBeOk(unpadAndInflate(padded, 2000))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('bytes that do not compress and megabytes that do come back too', () => {
    for (const bytes of [seededRandom('noise').bytes(100_000), new Uint8Array(3_000_000).fill(7)]) {
      expect(bytesEqual(mustBeOk(unpadAndInflate(compressAndPad(bytes), bytes.length)), bytes)).toBe(true);
    }
  });

  it('[EN-6] by the dictionary, what charts say takes half; what is random comes back too; an unknown dictionary is refused', () => {
    const text = toUtf8(
      '{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]}}',
    );
    expect(compressAndPad(text, 1).length).toBeLessThan(compressAndPad(text).length / 2);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), (bytes) => {
        expect(mustBeOk(unpadAndInflate(compressAndPad(bytes, 1), 6000))).toEqual(new Uint8Array(bytes));
      }),
    );
    // Larger than what is inflated in one go.
    const noise = seededRandom('larger than a step').bytes(50_000);
    expect(
      bytesEqual(
        mustBeOk(unpadAndInflate(compressAndPad(concatBytes(noise, text), 1), 51_000)),
        concatBytes(noise, text),
      ),
    ).toBe(true);
    for (const number of [0, 2, 255]) {
      const other = compressAndPad(text, 1);
      other[0] = number;
      expect(unpadAndInflate(other, 1000)).toMatchObject({ ok: false, reason: 'malformed' });
    }
    const bomb = compressAndPad(new Uint8Array(50_000_000), 1);
    expect(unpadAndInflate(bomb, 4 * 1024 * 1024)).toMatchObject({ ok: false, reason: 'too-large' });
  });

  it('[ATTACK-34] a bomb is refused by the size it states, before anything is inflated', () => {
    const bomb = compressAndPad(new Uint8Array(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    expect(unpadAndInflate(bomb, 4 * 1024 * 1024)).toMatchObject({ ok: false, reason: 'too-large' });
  });

  it('[ATTACK-34] a bomb that states a small size is stopped soon after that size', () => {
    const deflated = deflateSync(new Uint8Array(50_000_000));
    const lying = padded(deflated, 1000);
    const wholeMs = workedMs(() => inflateSync(deflated));
    const refusedMs = workedMs(() => {
      expect(unpadAndInflate(lying, 4 * 1024 * 1024)).toMatchObject({ ok: false, reason: 'malformed' });
    });
    expect(refusedMs).toBeLessThan(wholeMs / 2);
  });

  it('refuses a stated size that is too small or too large, damaged deflate, other padding and other lengths', () => {
    const text = new TextEncoder().encode('metoprolol '.repeat(30));
    const deflated = deflateSync(text);
    expect(unpadAndInflate(padded(deflated, text.length), 1000).ok).toBe(true);
    for (const stated of [0, text.length - 1, text.length + 1]) {
      expect(unpadAndInflate(padded(deflated, stated), 1000)).toMatchObject({ ok: false, reason: 'malformed' });
    }
    for (let end = 0; end < deflated.length; end++) {
      // Without its last byte a stream may still give all its bytes; short of that it must not pass.
      const result = unpadAndInflate(padded(deflated.subarray(0, end), text.length), 1000);
      if (result.ok) expect(result.value).toEqual(new Uint8Array(text));
    }
    const whole = padded(deflated, text.length);
    for (let end = 0; end < whole.length; end++) expect(unpadAndInflate(whole.subarray(0, end), 1000).ok).toBe(false);
    expect(unpadAndInflate(concatBytes(whole, Uint8Array.of(0)), 1000).ok).toBe(false);
    const some = padded(deflated.subarray(0, 11), text.length);
    expect(some.length).toBe(8 + 11 + 1);
    expect(unpadAndInflate(flipBit(some, 8 * 19), 1000)).toMatchObject({ detail: 'padding is not zero' });
  });

  it('random bytes in place of deflate give a reason, never an exception', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat({ max: 5000 }), (noise, stated) => {
        const result = unpadAndInflate(padded(noise, stated), 4000);
        if (result.ok) expect(result.value.length).toBe(stated);
      }),
    );
  });
});

/** What this process worked, not what passed meanwhile on a machine that had other things to do. */
function workedMs(work: () => unknown): number {
  const started = process.cpuUsage();
  work();
  return process.cpuUsage(started).user / 1_000;
}

function padded(deflated: Uint8Array, statedLength: number): Bytes {
  const out = new Uint8Array(padmeLength(8 + deflated.length));
  out.set(concatBytes(u32Bytes(deflated.length), u32Bytes(statedLength), deflated));
  return out;
}

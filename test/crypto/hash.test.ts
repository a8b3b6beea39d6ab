import { createHash, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, toUtf8, u32Bytes } from '../../src/base/bytes.ts';
import { deriveKey, KeyDeriver, sha256, taggedHash } from '../../src/crypto/hash.ts';
import { hex } from './fixtures.ts';

const byteStrings = fc.uint8Array({ maxLength: 200 });

describe('hashes', () => {
  it('SHA-256 of "abc" is the one FIPS 180-4 prints', () => {
    expect(toHex(sha256(toUtf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('SHA-256 of any parts equals that of a second implementation over the joined bytes', () => {
    fc.assert(
      fc.property(fc.array(byteStrings, { maxLength: 4 }), (parts) => {
        const expected = createHash('sha256')
          .update(concatBytes(...parts))
          .digest('hex');
        expect(toHex(sha256(...parts))).toBe(expected);
      }),
    );
  });

  it('a tag is part of what is hashed', () => {
    expect(taggedHash('peerchart/a/1', toUtf8('x'))).toEqual(sha256(toUtf8('peerchart/a/1x')));
    expect(taggedHash('peerchart/a/1', toUtf8('x'))).not.toEqual(taggedHash('peerchart/b/1', toUtf8('x')));
  });
});

describe('derived keys', () => {
  it('equal RFC 5869 test case 3 (no salt, no info)', () => {
    expect(toHex(deriveKey(hex('0b'.repeat(22)), ''))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
    );
  });

  it('equal a second implementation for any key, purpose and context', () => {
    fc.assert(
      fc.property(byteStrings, fc.string(), fc.array(byteStrings, { maxLength: 3 }), (key, purpose, context) => {
        const framed = context.map((part) => concatBytes(u32Bytes(part.length), part));
        const info = concatBytes(toUtf8(purpose), ...framed);
        const expected = new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), info, 32));
        expect(deriveKey(key, purpose, ...context)).toEqual(expected);
      }),
    );
  });

  it('are the same ones where many are derived from one key, one after the other', () => {
    const part = fc.tuple(fc.string(), fc.array(byteStrings, { maxLength: 3 }));
    fc.assert(
      fc.property(byteStrings, fc.array(part, { minLength: 1, maxLength: 4 }), (key, many) => {
        const deriver = new KeyDeriver(key);
        for (const [purpose, context] of many)
          expect(deriver.derive(purpose, ...context)).toEqual(deriveKey(key, purpose, ...context));
      }),
    );
  });

  it('come no more from what was wiped', () => {
    const deriver = new KeyDeriver(new Uint8Array(32));
    deriver.wipe();
    expect(() => deriver.derive('p')).toThrow();
  });

  it('differ when the same bytes are cut into other parts', () => {
    const key = new Uint8Array(32);
    expect(deriveKey(key, 'p', toUtf8('ab'), toUtf8('c'))).not.toEqual(deriveKey(key, 'p', toUtf8('a'), toUtf8('bc')));
  });
});

/** What is canonical, held against the library that writes it: our reader takes exactly what it would write again. */
import { decode, encode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesEqual, concatBytes, fromHex, type Bytes } from '../../src/base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../../src/base/codec.ts';
import '../support/generated-cases.ts';

const { value: values } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.constantFrom(
      0,
      23,
      24,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      Number.MAX_SAFE_INTEGER,
      -24,
      -25,
      -(2 ** 32),
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', 'aa', '__proto__', '')),
      tie('value'),
      { maxKeys: 30 },
    ),
  ),
}));

/** What the library says of bytes: the value of which they are the one encoding. */
function byTheLibrary(bytes: Uint8Array): CborValue | undefined {
  try {
    const value = decode<CborValue>(bytes);
    return bytesEqual(encode(value), bytes) && isOfOurs(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The library also knows links and integers that no number holds, which nothing here is made of. */
function isOfOurs(value: unknown): boolean {
  if (typeof value === 'bigint') return false;
  if (Array.isArray(value)) return value.every(isOfOurs);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  return !('asCID' in value) && Object.values(value).every(isOfOurs);
}

function agrees(bytes: Uint8Array): void {
  const ours = decodeCanonical(bytes);
  const theirs = byTheLibrary(bytes);
  if (!ours.ok && theirs === undefined) return;
  expect(ours.ok ? ours.value : undefined).toEqual(theirs);
  if (ours.ok) expect(encodeCanonical(ours.value)).toEqual(new Uint8Array(bytes));
}

describe('canonical bytes', () => {
  test('[OP-1] what is written is read again, and is the same value', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeCanonical(encodeCanonical(value))).toEqual({ ok: true, value });
      }),
      { numRuns: 2_000 },
    );
  });

  test('[OP-1] bytes made wrong are taken exactly where they are the one encoding of what they say', () => {
    const change = fc.record({
      at: fc.nat(),
      to: fc.integer({ min: 0, max: 255 }),
      how: fc.constantFrom('set', 'insert', 'delete'),
    });
    fc.assert(
      fc.property(values, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
        let bytes: Uint8Array = encodeCanonical(value);
        for (const { at, to, how } of changes) {
          const place = at % (bytes.length + 1);
          const [before, after] = [bytes.subarray(0, place), bytes.subarray(how === 'insert' ? place : place + 1)];
          bytes = how === 'delete' ? concatBytes(before, after) : concatBytes(before, Uint8Array.of(to), after);
        }
        agrees(bytes);
      }),
      { numRuns: 5_000 },
    );
  });

  test('[OP-1] of any short bytes the same are taken', () => {
    for (let first = 0; first < 256; first++)
      for (let second = 0; second < 256; second++) agrees(Uint8Array.of(first, second));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 24 }), agrees), { numRuns: 5_000 });
  });

  test.each([
    ['an integer in two bytes that fits one', '1817'],
    ['a length in two bytes that fits one', '580100'],
    ['a list without a length', '9f01ff'],
    ['a tag', 'c101'],
    ['undefined', 'f7'],
    ['a whole number as a float', 'fb3ff0000000000000'],
    ['no number', 'fb7ff8000000000000'],
    ['a float of four bytes', 'fa3fc00000'],
    ['more than one value', '0000'],
    ['a key twice', 'a2616101616102'],
    ['keys that do not rise', 'a2616201616101'],
    ['the longer key first', 'a262616101616101'],
    ['a key that is a number', 'a10001'],
    ['text that is no UTF-8', '61ff'],
    ['less than it says', '4301'],
    ['an integer larger than a number holds', '1b0020000000000000'],
    ['one smaller', '3b001fffffffffffff'],
  ])('[OP-1] %s is refused', (_, hex) => {
    expect(decodeCanonical(fromHex(hex) ?? new Uint8Array())).toMatchObject({ ok: false, reason: 'not-canonical' });
  });

  test('bytes that were read are nobody else’s, whatever they were read from', () => {
    const frame: Bytes = encodeCanonical([Uint8Array.of(1, 2, 3)]);
    for (const bytes of [frame, Buffer.from(frame)]) {
      const read = decodeCanonical(bytes);
      if (!read.ok || !Array.isArray(read.value) || !(read.value[0] instanceof Uint8Array)) throw new Error('read');
      read.value[0].fill(0);
      expect(bytes.at(-1)).toBe(3);
    }
  });

  test('nesting without end is refused and not thrown', () => {
    expect(decodeCanonical(new Uint8Array(1_000_000).fill(0x81)).ok).toBe(false);
  });
});

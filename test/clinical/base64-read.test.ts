/** Base64 in records of others: R4 lets white space stand in it, which our own text never has. */
import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { base64Size, fromBase64, readBase64 } from '../../src/clinical/base64.ts';

describe('base64 of others', () => {
  test('is read with its line breaks, and is not what we would write', () => {
    const written = 'TGluZSBvbmUK\r\n  TGluZSB0d28=';
    expect(fromBase64(written)).toBeUndefined();
    const read = readBase64(written);
    expect(read === undefined ? undefined : fromUtf8(read)).toBe('Line one\nLine two');
  });

  test('is as long as its bytes, padding and line breaks not counted', () => {
    for (const text of ['', 'TQ==', 'TWE=', 'TWFu', 'TGluZSBvbmUK\r\n  TGluZSB0d28='])
      expect(base64Size(text), text).toBe(readBase64(text)?.length);
  });

  test('what is none stays none', () => {
    for (const text of ['TGl', 'TGl%', 'T G l = =']) expect(readBase64(text), text).toBeUndefined();
  });
});

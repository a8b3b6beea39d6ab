/** Byte strings: joining, comparing, and their text forms. Pure. */

export type Bytes = Uint8Array<ArrayBuffer>;

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** An unsigned integer below 2^32 as four bytes, the highest first. */
export function u32Bytes(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** The four bytes at `offset` as an unsigned integer, the highest first. Past the end is a bug of the caller. */
export function u32At(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}

/** Lexicographic order; a prefix sorts first. Not constant time: for public values only. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0;
}

const hexDigits = toCodes('0123456789abcdef');
/** What a character code means as a digit; 16 for all others. */
const digitValues = new Uint8Array(128).fill(16);
hexDigits.forEach((code, value) => {
  digitValues[code] = value;
});

function toCodes(text: string): readonly number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

/** The platform's own, where it has one. */
export function toHex(bytes: Uint8Array): string {
  return nativeToHex === undefined ? hexOf(bytes) : nativeToHex.call(bytes);
}

const nativeToHex = (Uint8Array.prototype as { readonly toHex?: (this: Uint8Array) => string }).toHex;

/** Ids are written and read by the hundred in one operation: so without a string for each byte. */
function hexOf(bytes: Uint8Array): string {
  let out = '';
  for (let from = 0; from < bytes.length; from += hexChunkBytes) {
    const codes: number[] = [];
    for (const byte of bytes.subarray(from, from + hexChunkBytes))
      codes.push(hexDigits[byte >> 4] ?? 0, hexDigits[byte & 15] ?? 0);
    out += String.fromCharCode(...codes);
  }
  return out;
}

/** Codes are handed over as arguments, of which an engine takes only so many. */
const hexChunkBytes = 4096;

/** Lowercase hex of even length, else undefined. */
export function fromHex(text: string): Bytes | undefined {
  if (text.length % 2 !== 0) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const high = digitValues[text.charCodeAt(2 * i)] ?? 16;
    const low = digitValues[text.charCodeAt(2 * i + 1)] ?? 16;
    if (high > 15 || low > 15) return undefined;
    out[i] = (high << 4) | low;
  }
  return out;
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Unpadded base64url, else undefined. */
export function fromBase64Url(text: string): Bytes | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toUtf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of well-formed UTF-8, else undefined. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

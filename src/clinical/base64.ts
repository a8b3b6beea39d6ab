/**
 * Base64 as FHIR writes it (RFC 4648 section 4), in pieces and without a detour through a string of the same length: an image
 * is tens of millions of characters. Pure.
 */
import type { Bytes } from '../base/bytes.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const pad = '='.charCodeAt(0);
const noDigit = 64;
const digits = new Uint8Array(128).fill(noDigit);
for (let i = 0; i < alphabet.length; i++) digits[alphabet.charCodeAt(i)] = i;
const codes = Uint8Array.from(alphabet, (char) => char.charCodeAt(0));

/** Bytes of which the text is made at a time: a multiple of three, so that pieces join without padding. */
const pieceBytes = 3 * 8192;

export function toBase64(bytes: Uint8Array): string {
  const decoder = new TextDecoder('latin1');
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    pieces.push(decoder.decode(encodePiece(bytes.subarray(start, start + pieceBytes))));
  return pieces.join('');
}

function encodePiece(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 4) {
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at] = codes[bits >> 18] ?? 0;
    out[at + 1] = codes[(bits >> 12) & 63] ?? 0;
    out[at + 2] = i + 1 < bytes.length ? (codes[(bits >> 6) & 63] ?? 0) : pad;
    out[at + 3] = i + 2 < bytes.length ? (codes[bits & 63] ?? 0) : pad;
  }
  return out;
}

/** Of the one text `toBase64` writes for some bytes; undefined for every other text, so that what was read can be written again. */
export function fromBase64(text: string): Bytes | undefined {
  const { length } = text;
  if (length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = new Uint8Array((length / 4) * 3 - padding);
  let at = 0;
  for (let i = 0; i < length; i += 4) {
    const isLast = i + 4 === length;
    const [a, b, c, d] = [digitAt(text, i), digitAt(text, i + 1), digitAt(text, i + 2), digitAt(text, i + 3)];
    const left = isLast ? padding : 0;
    if (a === noDigit || b === noDigit || (left < 2 && c === noDigit) || (left < 1 && d === noDigit)) return undefined;
    const bits = (a << 18) | (b << 12) | ((left < 2 ? c : 0) << 6) | (left < 1 ? d : 0);
    // Bits behind the last byte are zero in the one text that is written.
    if ((left === 2 && (b & 15) !== 0) || (left === 1 && (c & 3) !== 0)) return undefined;
    out[at] = bits >> 16;
    if (left < 2) out[at + 1] = (bits >> 8) & 255;
    if (left < 1) out[at + 2] = bits & 255;
    at += 3;
  }
  return out;
}

/** Bytes that a text stands for, told without reading it: white space and padding are none. */
export function base64Size(text: string): number {
  const digits = text.replace(/[\s=]+/g, '').length;
  return Math.floor((digits * 3) / 4);
}

/** Of a text that somebody else wrote: R4 lets white space stand in a base64Binary. */
export function readBase64(text: string): Bytes | undefined {
  return fromBase64(text.replace(/\s+/g, ''));
}

function digitAt(text: string, index: number): number {
  return digits[text.charCodeAt(index)] ?? noDigit;
}

/** Strings as Automerge can hold them: it stores UTF-8, which has no lone surrogates. Pure. */
import { toUtf8 } from '../base/bytes.ts';

/**
 * JSON text with lone surrogates as escapes: the same JSON value, and text that survives UTF-8. In JSON text a lone
 * surrogate can only stand inside a string, where the escape means the same.
 */
export function storableJson(text: string): string {
  if (text.isWellFormed()) return text;
  return text.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

export function utf8Length(text: string): number {
  return toUtf8(text).length;
}

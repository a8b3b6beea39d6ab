/** The words of an attachment that is plain text and lies in the resource itself. */
import { fromUtf8 } from '../base/bytes.ts';
import { parseManifest } from '../base/attachment.ts';
import { fromBase64 } from './base64.ts';
import type { JsonObject } from './json.ts';

export function isPlainText({ contentType }: JsonObject): boolean {
  return typeof contentType === 'string' && /^text\/plain\b/i.test(contentType);
}

/** Undefined for what is no such text, lies apart (EN-10), or cannot be read. */
export function plainText(attachment: JsonObject): string | undefined {
  const { data } = attachment;
  if (!isPlainText(attachment) || typeof data !== 'string' || parseManifest(data) !== undefined) return undefined;
  const bytes = fromBase64(data);
  return bytes === undefined ? undefined : fromUtf8(bytes);
}

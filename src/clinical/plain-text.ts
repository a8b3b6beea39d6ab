/** The words of an attachment that is plain text and lies in the resource itself. */
import { parseManifest } from '../base/attachment.ts';
import { readBase64 } from './base64.ts';
import type { JsonObject } from './json.ts';

export function isPlainText({ contentType }: JsonObject): boolean {
  return typeof contentType === 'string' && /^text\/plain\b/i.test(contentType);
}

/** Others write bytes that are no UTF-8: a mark stands for each, rather than that the words beside it are not shown. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Undefined for what is no such text, lies apart (EN-10), or is no base64. */
export function plainText(attachment: JsonObject): string | undefined {
  const { data } = attachment;
  if (!isPlainText(attachment) || typeof data !== 'string' || parseManifest(data) !== undefined) return undefined;
  const bytes = readBase64(data);
  return bytes === undefined ? undefined : decoder.decode(bytes);
}

/** The files a resource carries, wherever in it they stand: of what type, how large, and by what `data` they are known. */
import { parseManifest } from '../../base/attachment.ts';
import { base64Size } from '../base64.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../json.ts';
import { readPrimitive } from '../datatypes.ts';
import { maxInlineData } from '../large-data.ts';

export interface AttachedFile {
  /** As the record names it; may be empty. */
  readonly title: string;
  /** As the record says, not to be trusted; may be empty. */
  readonly contentType: string;
  /** The content as base64, or what stands in its place. */
  readonly data: string;
  readonly bytes: number;
  /** Whether `data` stands for content that lies elsewhere. */
  readonly isApart: boolean;
}

/** In the order in which they stand. Numbers of a waveform are no file. */
export function attachedFiles(value: JsonValue): readonly AttachedFile[] {
  if (isArray(value)) return value.flatMap(attachedFiles);
  if (!isObject(value)) return [];
  const { data } = value;
  const own = typeof data === 'string' && value['dimensions'] === undefined ? [fileOf(value, data)] : [];
  return [...own, ...Object.values(value).flatMap(attachedFiles)];
}

function fileOf(value: JsonObject, data: string): AttachedFile {
  const manifest = parseManifest(data);
  return {
    title: readPrimitive(value, 'title'),
    contentType: readPrimitive(value, 'contentType'),
    data,
    bytes: manifest?.size ?? base64Size(data.slice(0, maxInlineData)),
    isApart: manifest !== undefined,
  };
}

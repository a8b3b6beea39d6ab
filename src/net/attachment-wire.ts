/**
 * Frames about sealed parts of attachments (EN-10): their bytes, and strict decoding that never throws. On the same connections as
 * the frames of wire.ts, told apart by the first byte, so that neither has to know the other.
 *
 *     frame = 65 (1 byte) ‖ version 1 (1 byte) ‖ canonical DAG-CBOR map with `kind`
 *
 * | kind | fields |
 * |---|---|
 * | want | chart, section, hashes: parts asked for by name |
 * | part | chart, section, hash, bytes: one of those |
 * | none | chart, section, hashes: not from here, whatever the reason: not held, not known, not to be had by this device |
 */
import { bytesShape, idShape, mapShape, setShape, wordShape, type Shape } from '../access/shape.ts';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, isCborMap, type CborValue } from '../base/codec.ts';
import { chartId, chunkHash, type ChartId, type ChunkHash } from '../base/ids.ts';
import { maxSealedChunkBytes } from '../base/limits.ts';
import { err, ok, type Result } from '../base/result.ts';
import { isSection, type Section } from '../base/sections.ts';
import { maxPartsPerFrame } from './limits.ts';

const mark = 65;
const version = 1;

interface Place {
  readonly chart: ChartId;
  readonly section: Section;
}

export interface NamedPart extends Place {
  readonly hash: ChunkHash;
}

interface PartMessages {
  readonly want: Place & { readonly hashes: readonly ChunkHash[] };
  readonly part: NamedPart & { readonly bytes: Bytes };
  readonly none: Place & { readonly hashes: readonly ChunkHash[] };
}

export type PartMessage = {
  readonly [K in keyof PartMessages]: { readonly kind: K } & PartMessages[K];
}[keyof PartMessages];

export type PartFrameFault = 'part-too-large' | 'part-unknown-version' | 'part-malformed';

/** Longer than any part can make it. */
const maxPartFrameBytes = maxSealedChunkBytes + 1024;

export function isPartFrame(frame: Uint8Array): boolean {
  return frame[0] === mark;
}

export function encodePartFrame(message: PartMessage): Bytes {
  const { kind, ...fields } = message;
  const written = (shapes[kind] as Shape<unknown>).write(fields);
  if (!isCborMap(written)) throw new Error('a message is written as a map');
  return concatBytes(Uint8Array.of(mark, version), encodeCanonical({ kind, ...written }));
}

/** Never throws, whatever the bytes. */
export function decodePartFrame(frame: Uint8Array): Result<PartMessage, PartFrameFault> {
  if (frame.length > maxPartFrameBytes) return err('part-too-large', `${frame.length} bytes`);
  if (frame[0] !== mark || frame[1] !== version) return err('part-unknown-version');
  const decoded = decodeCanonical(frame.subarray(2));
  if (!decoded.ok || !isCborMap(decoded.value)) return err('part-malformed', 'not a canonical map');
  const { kind, ...fields } = decoded.value;
  if (!isKind(kind)) return err('part-malformed', 'kind');
  const read = (shapes[kind] as Shape<object>).read(fields);
  return read === undefined ? err('part-malformed', kind) : ok({ kind, ...read } as PartMessage);
}

const chart = idShape(chartId);
const section = wordShape(isSection);
const hash = idShape(chunkHash);
const hashes = setShape(hash, (name) => name, 1, maxPartsPerFrame);

const shapes: { readonly [K in keyof PartMessages]: Shape<PartMessages[K]> } = {
  want: mapShape<PartMessages['want']>({ chart, section, hashes }),
  part: mapShape<PartMessages['part']>({ chart, section, hash, bytes: bytesShape(1, maxSealedChunkBytes) }),
  none: mapShape<PartMessages['none']>({ chart, section, hashes }),
};

function isKind(value: CborValue | undefined): value is keyof PartMessages {
  return typeof value === 'string' && Object.hasOwn(shapes, value);
}

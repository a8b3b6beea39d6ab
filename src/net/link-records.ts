/**
 * What two transports say to each other on one stream: opening, frames, credit, moving to a better path, good-bye.
 * Pure: bytes in, records out. Everything read here was written by a peer and is bounded before it is kept.
 *
 * | bytes | record                                                                  |
 * |-------|-------------------------------------------------------------------------|
 * | 1     | kind                                                                    |
 * | 4     | length of the rest, big-endian                                          |
 *
 * | kind       | rest                                                                         |
 * |------------|------------------------------------------------------------------------------|
 * | 1 open     | version 1, instance 8, number 4, instance 8 and number 4 of the link it replaces |
 * | 2 move     | version 1, instance 8, number 4 of the link that goes on here                |
 * | 3 accept   | instance 8                                                                   |
 * | 4 refuse   | reason 1                                                                     |
 * | 5 frame    | the frame                                                                    |
 * | 6 credit   | bytes given back 4                                                           |
 * | 7 moved    | nothing: what follows comes on the other stream                              |
 * | 8 bye      | nothing                                                                      |
 */
import { concatBytes, fromHex, toHex, u32Bytes, type Bytes } from '../base/bytes.ts';
import { err, ok, type Result } from '../base/result.ts';
import { maxFrameBytes } from './limits.ts';

export const linkVersion = 1;

/** Names a link: which start of which transport opened it (8 random bytes as hex), and which of its links it was. */
export interface LinkName {
  readonly instance: string;
  readonly number: number;
}

export type RefuseReason = 'not-allowed' | 'duplicate' | 'version' | 'unknown-link';

export type LinkRecord =
  | { readonly kind: 'open'; readonly version: number; readonly link: LinkName; readonly replaces: LinkName }
  | { readonly kind: 'move'; readonly version: number; readonly link: LinkName }
  | { readonly kind: 'accept'; readonly instance: string }
  | { readonly kind: 'refuse'; readonly reason: RefuseReason }
  | { readonly kind: 'frame'; readonly frame: Bytes }
  | { readonly kind: 'credit'; readonly bytes: number }
  | { readonly kind: 'moved' }
  | { readonly kind: 'bye' };

/** Stands where a link replaces none. */
export const noLink: LinkName = { instance: '0000000000000000', number: 0 };

export function sameLink(a: LinkName, b: LinkName): boolean {
  return a.instance === b.instance && a.number === b.number;
}

const headerBytes = 5;
const instanceBytes = 8;
const linkNameBytes = instanceBytes + 4;
const kinds = ['open', 'move', 'accept', 'refuse', 'frame', 'credit', 'moved', 'bye'] as const;
type Kind = (typeof kinds)[number];
const reasons: readonly RefuseReason[] = ['not-allowed', 'duplicate', 'version', 'unknown-link'];

/** Exact length of the rest; a frame alone may vary. */
const restBytes: Readonly<Record<Exclude<Kind, 'frame'>, number>> = {
  open: 1 + 2 * linkNameBytes,
  move: 1 + linkNameBytes,
  accept: instanceBytes,
  refuse: 1,
  credit: 4,
  moved: 0,
  bye: 0,
};

export function encodeRecord(record: LinkRecord): Bytes {
  const rest = encodeRest(record);
  return concatBytes(Uint8Array.of(kinds.indexOf(record.kind) + 1), u32Bytes(rest.length), rest);
}

function encodeRest(record: LinkRecord): Uint8Array {
  switch (record.kind) {
    case 'open':
      return concatBytes(Uint8Array.of(record.version), linkName(record.link), linkName(record.replaces));
    case 'move':
      return concatBytes(Uint8Array.of(record.version), linkName(record.link));
    case 'accept':
      return instanceOf(record.instance);
    case 'refuse':
      return Uint8Array.of(reasons.indexOf(record.reason));
    case 'frame':
      return record.frame;
    case 'credit':
      return u32Bytes(record.bytes);
    case 'moved':
    case 'bye':
      return new Uint8Array();
  }
}

function instanceOf(instance: string): Bytes {
  const bytes = fromHex(instance);
  if (bytes?.length !== instanceBytes) throw new Error('an instance is 8 bytes as hex');
  return bytes;
}

function linkName(link: LinkName): Bytes {
  return concatBytes(instanceOf(link.instance), u32Bytes(link.number));
}

/** Cuts a stream of bytes into records. After a malformed one it reads no further. */
export class RecordReader {
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #kind: Kind = 'bye';
  #rest: Bytes = new Uint8Array();
  #restFilled = 0;

  /** The records that these bytes complete. The reader keeps its own copy of what it was given. */
  push(bytes: Uint8Array): Result<readonly LinkRecord[], 'malformed'> {
    const records: LinkRecord[] = [];
    let offset = 0;
    while (true) {
      if (this.#headerFilled < headerBytes) {
        const taken = Math.min(headerBytes - this.#headerFilled, bytes.length - offset);
        this.#header.set(bytes.subarray(offset, offset + taken), this.#headerFilled);
        this.#headerFilled += taken;
        offset += taken;
        if (this.#headerFilled < headerBytes) return ok(records);
        if (!this.#readHeader()) return err('malformed');
      }
      const taken = Math.min(this.#rest.length - this.#restFilled, bytes.length - offset);
      this.#rest.set(bytes.subarray(offset, offset + taken), this.#restFilled);
      this.#restFilled += taken;
      offset += taken;
      if (this.#restFilled < this.#rest.length) return ok(records);
      const record = decodeRest(this.#kind, this.#rest);
      if (record === undefined) return err('malformed');
      records.push(record);
      this.#headerFilled = 0;
    }
  }

  #readHeader(): boolean {
    const kind = kinds[(this.#header[0] ?? 0) - 1];
    if (kind === undefined) return false;
    const length = new DataView(this.#header.buffer).getUint32(1);
    if (kind === 'frame' ? length < 1 || length > maxFrameBytes : length !== restBytes[kind]) return false;
    this.#kind = kind;
    this.#rest = new Uint8Array(length);
    this.#restFilled = 0;
    return true;
  }
}

function decodeRest(kind: Kind, rest: Bytes): LinkRecord | undefined {
  const view = new DataView(rest.buffer);
  const nameAt = (offset: number): LinkName => ({
    instance: toHex(rest.subarray(offset, offset + instanceBytes)),
    number: view.getUint32(offset + instanceBytes),
  });
  switch (kind) {
    case 'open':
      return { kind, version: view.getUint8(0), link: nameAt(1), replaces: nameAt(1 + linkNameBytes) };
    case 'move':
      return { kind, version: view.getUint8(0), link: nameAt(1) };
    case 'accept':
      return { kind, instance: toHex(rest) };
    case 'refuse': {
      const reason = reasons[view.getUint8(0)];
      return reason === undefined ? undefined : { kind, reason };
    }
    case 'frame':
      return { kind, frame: rest };
    case 'credit':
      return { kind, bytes: view.getUint32(0) };
    case 'moved':
    case 'bye':
      return { kind };
  }
}

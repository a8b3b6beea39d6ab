/**
 * Reading a log file from its beginning: every frame of it in order, and the stretches in which none can be read, named. What
 * follows a damaged stretch is found again by the mark of the next frame. Checks every value on the way, so that opening a
 * store is also the check of it.
 */
import type { FileHandle } from 'node:fs/promises';
import {
  decodeDirectory,
  decodeFrameHead,
  decodePreface,
  decodeValue,
  findMark,
  frameHeadBytes,
  placeLength,
  prefaceBytes,
  type PlacedItem,
} from './file-format.ts';

/** Held in memory at once; a longer frame is read alone. */
const windowBytes = 4 * 1024 * 1024;

export interface ReadItem extends PlacedItem {
  /** Its value is what was written. */
  readonly whole: boolean;
}

export type ReadStep =
  { readonly frame: readonly ReadItem[]; readonly end: number } | { readonly damagedFrom: number; readonly to: number };

/** The frames between preface and `length`. What is not one is a damaged stretch, the unfinished end of the file too. */
export async function* readFrames(handle: FileHandle, file: number, length: number): AsyncGenerator<ReadStep> {
  const window = new FileWindow(handle, length);
  let offset = prefaceBytes;
  let damagedFrom: number | undefined;
  while (offset < length) {
    const frame = await readFrame(window, file, offset, length);
    if (frame === undefined) {
      damagedFrom ??= offset;
      offset = await nextMark(window, offset + 1, length);
      continue;
    }
    if (damagedFrom !== undefined) yield { damagedFrom, to: offset };
    damagedFrom = undefined;
    yield frame;
    offset = frame.end;
  }
  if (damagedFrom !== undefined) yield { damagedFrom, to: length };
}

export async function readPreface(handle: FileHandle): Promise<ReturnType<typeof decodePreface>> {
  const bytes = new Uint8Array(prefaceBytes);
  const { bytesRead } = await handle.read(bytes, 0, prefaceBytes, 0);
  return bytesRead === prefaceBytes ? decodePreface(bytes) : undefined;
}

async function readFrame(
  window: FileWindow,
  file: number,
  offset: number,
  length: number,
): Promise<{ readonly frame: readonly ReadItem[]; readonly end: number } | undefined> {
  const head = decodeFrameHead(await window.bytes(offset, frameHeadBytes), file, offset);
  if (head === undefined) return undefined;
  const directoryAt = offset + frameHeadBytes;
  const valuesAt = directoryAt + head.directoryLength;
  const end = valuesAt + head.valuesLength;
  if (end > length) return undefined;
  const items = decodeDirectory(await window.bytes(directoryAt, head.directoryLength), head, valuesAt);
  if (items === undefined) return undefined;
  const frame: ReadItem[] = [];
  for (const item of items) {
    const size = placeLength(item.kind, item.length);
    const whole = size === 0 || decodeValue(await window.bytes(item.offset, size), item) !== undefined;
    frame.push({ ...item, whole });
  }
  return { frame, end };
}

async function nextMark(window: FileWindow, from: number, length: number): Promise<number> {
  for (let offset = from; offset < length;) {
    const bytes = await window.bytes(offset, Math.min(windowBytes, length - offset));
    const at = findMark(bytes, 0);
    if (at >= 0) return offset + at;
    // The mark may lie across the edge of what was read.
    offset += Math.max(1, bytes.length - frameHeadBytes);
  }
  return length;
}

class FileWindow {
  readonly #handle: FileHandle;
  readonly #length: number;
  #from = 0;
  #bytes = new Uint8Array(0);

  constructor(handle: FileHandle, length: number) {
    this.#handle = handle;
    this.#length = length;
  }

  /** Fewer where the file ends. Good until the next call. */
  async bytes(offset: number, count: number): Promise<Uint8Array> {
    if (offset < this.#from || offset + count > this.#from + this.#bytes.length) await this.#read(offset, count);
    const start = offset - this.#from;
    return this.#bytes.subarray(start, start + count);
  }

  async #read(offset: number, count: number): Promise<void> {
    const wanted = Math.min(Math.max(count, windowBytes), this.#length - offset);
    const bytes = new Uint8Array(Math.max(0, wanted));
    let read = 0;
    while (read < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, read, bytes.length - read, offset + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    this.#from = offset;
    this.#bytes = bytes.subarray(0, read);
  }
}

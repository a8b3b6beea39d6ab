/**
 * What stands in the files of a LevelDB (google/leveldb, doc/log_format.md and doc/table_format.md), in which Chromium
 * keeps IndexedDB and local storage: records of the log joined, blocks of the tables decompressed. Lenient, because
 * what a search must not miss may lie in a file that was cut off.
 */
import { snappyDecompress } from './snappy.ts';

const logBlockBytes = 32_768;
const recordHeaderBytes = 7;
const footerBytes = 48;
const tableMagic = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
const blockTrailerBytes = 5;
const snappyBlock = 1;

/** Records of a write-ahead log. A record that spans blocks has a header in its middle in the raw file. */
export function logRecords(file: Buffer): readonly Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = 0; at + recordHeaderBytes <= file.length;) {
    const left = logBlockBytes - (at % logBlockBytes);
    if (left < recordHeaderBytes) {
      at += left;
      continue;
    }
    const length = file.readUInt16LE(at + 4);
    const type = file[at + 6] ?? 0;
    if (type === 0 && length === 0) {
      at += left;
      continue;
    }
    const start = at + recordHeaderBytes;
    const data = file.subarray(start, start + length);
    const isFirst = type === 1 || type === 2;
    if (isFirst) parts = [];
    parts.push(data);
    if (type === 1 || type === 4) {
      records.push(Buffer.concat(parts));
      parts = [];
    }
    at = start + length;
  }
  if (parts.length > 0) records.push(Buffer.concat(parts));
  return records;
}

export function isTable(file: Buffer): boolean {
  return file.length >= footerBytes && tableMagic.every((byte, i) => file[file.length - 8 + i] === byte);
}

interface Cursor {
  at: number;
}

function varint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[cursor.at] ?? 0;
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return value;
}

interface Handle {
  readonly offset: number;
  readonly size: number;
}

function readHandle(bytes: Uint8Array, cursor: Cursor): Handle {
  return { offset: varint(bytes, cursor), size: varint(bytes, cursor) };
}

function readBlock(file: Buffer, { offset, size }: Handle): Uint8Array | undefined {
  if (offset + size + blockTrailerBytes > file.length) return undefined;
  const raw = file.subarray(offset, offset + size);
  return file[offset + size] === snappyBlock ? snappyDecompress(raw) : raw;
}

/** Every data block of a table, decompressed. */
export function tableBlocks(file: Buffer): readonly Buffer[] {
  const cursor = { at: file.length - footerBytes };
  readHandle(file, cursor);
  const index = readBlock(file, readHandle(file, cursor));
  if (index === undefined) return [];
  return blockValues(index).flatMap((value) => {
    const block = readBlock(file, readHandle(value, { at: 0 }));
    return block === undefined ? [] : [Buffer.from(block)];
  });
}

function blockValues(block: Uint8Array): readonly Uint8Array[] {
  const view = Buffer.from(block.buffer, block.byteOffset, block.length);
  if (view.length < 4) return [];
  const entriesEnd = view.length - 4 - 4 * view.readUInt32LE(view.length - 4);
  const values: Uint8Array[] = [];
  const cursor = { at: 0 };
  while (cursor.at < entriesEnd) {
    varint(view, cursor);
    const keyBytes = varint(view, cursor);
    const valueBytes = varint(view, cursor);
    cursor.at += keyBytes;
    values.push(view.subarray(cursor.at, cursor.at + valueBytes));
    cursor.at += valueBytes;
  }
  return values;
}

/**
 * How commits lie in the files of a store on disk, and how damage in them is told from what is whole. Pure.
 *
 * A store is a row of log files, written at the end only. Each begins with a preface, and every commit is one frame:
 *
 *     preface    "peerchart-log/1" 0 ‖ number of this file 4 ‖ check 8
 *     frame      "PCF1" ‖ length of directory 4 ‖ length of values 4 ‖ check of the directory 8 ‖ check 8 ‖ directory ‖ values
 *     directory  (kind 1 ‖ store 1 ‖ length of key 2 ‖ key ‖ length of value 4)…
 *     values     (check 8 ‖ value)…
 *
 * Beside them lies the mark: which file is the oldest in use, and up to where everything was acknowledged. What is cut off
 * before that is damage; what lies behind it unfinished was promised to nobody.
 *
 * A check is the beginning of a SHA-256 over what it stands for and where that belongs: file and place of a frame, store and
 * key of a value. So a flipped byte is found wherever it is, a value can't stand for another, and one that is damaged takes
 * no neighbour with it. Checks are against accidents: whoever can write the files can make new ones, and what is inside has
 * signatures of its own.
 */
import { createHash } from 'node:crypto';
import { concatBytes, fromUtf8, toUtf8, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import { recordStores, type RecordStoreName } from './records.ts';

const checkBytes = 8;
const magic = toUtf8('peerchart-log/1\0');
const mark = toUtf8('PCF1');
export const prefaceBytes = magic.length + 4 + checkBytes;
export const frameHeadBytes = mark.length + 8 + 2 * checkBytes;
/** A key is some path of ids. */
const maxKeyBytes = 0xffff;

/** What a commit does to one record (`clone`: its value by the structured clone algorithm, as IndexedDB keeps it); its place in the list is what is written. `lost`: it was damaged when it was moved, and stays named. */
const itemKinds = ['bytes', 'clone', 'delete', 'lost'] as const;
export type ItemKind = (typeof itemKinds)[number];

export interface LogItem {
  readonly kind: ItemKind;
  readonly store: RecordStoreName;
  readonly key: string;
  readonly value: Bytes;
}

/** Where a record's value lies: its check, then the value. */
export interface PlacedItem extends Omit<LogItem, 'value'> {
  readonly offset: number;
  readonly length: number;
}

export interface FrameHead {
  readonly directoryLength: number;
  readonly valuesLength: number;
  readonly directoryCheck: Bytes;
}

export function encodePreface(file: number): Bytes {
  const start = concatBytes(magic, u32Bytes(file));
  return concatBytes(start, check(start));
}

/** The file's number; undefined for what is none, or of another version, or damaged. */
export function decodePreface(bytes: Uint8Array): number | undefined {
  const start = bytes.subarray(0, prefaceBytes - checkBytes);
  const sound =
    bytes.length === prefaceBytes &&
    isSame(start.subarray(0, magic.length), magic) &&
    isSame(bytes.subarray(start.length), check(start));
  return sound ? u32At(bytes, magic.length) : undefined;
}

/** The frame of one commit, to be written at this place of this file, and where its values come to lie. */
export function encodeFrame(
  items: readonly LogItem[],
  file: number,
  offset: number,
): { readonly bytes: Bytes; readonly placed: readonly PlacedItem[] } {
  const directory = concatBytes(...items.map(directoryLine));
  const valuesLength = items.reduce((sum, item) => sum + placeLength(item.kind, item.value.length), 0);
  const start = concatBytes(mark, u32Bytes(directory.length), u32Bytes(valuesLength), check(directory));
  const head = concatBytes(start, placeCheck(start, file, offset));
  const values: Uint8Array[] = [];
  for (const { kind, store, key, value } of items)
    if (hasValue(kind)) values.push(valueCheck(store, key, value), value);
  return {
    bytes: concatBytes(head, directory, ...values),
    placed: placeItems(
      items.map(({ value, ...item }) => ({ ...item, length: value.length })),
      offset + frameHeadBytes + directory.length,
    ),
  };
}

/** Undefined when no frame begins here. */
export function decodeFrameHead(bytes: Uint8Array, file: number, offset: number): FrameHead | undefined {
  if (bytes.length < frameHeadBytes || !isSame(bytes.subarray(0, mark.length), mark)) return undefined;
  const start = bytes.subarray(0, frameHeadBytes - checkBytes);
  if (!isSame(bytes.subarray(frameHeadBytes - checkBytes, frameHeadBytes), placeCheck(start, file, offset)))
    return undefined;
  return {
    directoryLength: u32At(bytes, mark.length),
    valuesLength: u32At(bytes, mark.length + 4),
    directoryCheck: new Uint8Array(bytes.subarray(mark.length + 8, mark.length + 8 + checkBytes)),
  };
}

/** The next place at or after `from` at which a frame may begin; -1: none. */
export function findMark(bytes: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(mark, from);
}

/** Undefined when the directory is not the one that was written. */
export function decodeDirectory(
  directory: Uint8Array,
  { directoryCheck, valuesLength }: FrameHead,
  valuesOffset: number,
): readonly PlacedItem[] | undefined {
  if (!isSame(check(directory), directoryCheck)) return undefined;
  const lines: Omit<PlacedItem, 'offset'>[] = [];
  for (let at = 0; at < directory.length;) {
    const kind = itemKinds[directory[at] ?? -1];
    const store = recordStores[directory[at + 1] ?? -1];
    const keyLength = ((directory[at + 2] ?? 0) << 8) | (directory[at + 3] ?? 0);
    const key = fromUtf8(directory.subarray(at + 4, at + 4 + keyLength));
    if (kind === undefined || store === undefined || key === undefined) return undefined;
    lines.push({ kind, store, key, length: u32At(directory, at + 4 + keyLength) });
    at += 4 + keyLength + 4;
  }
  const end = lines.reduce((sum, { kind, length }) => sum + placeLength(kind, length), 0);
  return end === valuesLength ? placeItems(lines, valuesOffset) : undefined;
}

/** The value at its place, or undefined when it is not the one that was written. `bytes`: check and value. */
export function decodeValue(bytes: Uint8Array, { store, key }: Pick<LogItem, 'store' | 'key'>): Bytes | undefined {
  const value = bytes.subarray(checkBytes);
  return bytes.length >= checkBytes && isSame(bytes.subarray(0, checkBytes), valueCheck(store, key, value))
    ? new Uint8Array(value)
    : undefined;
}

/** Bytes at a value's place. */
export function placeLength(kind: ItemKind, length: number): number {
  return hasValue(kind) ? checkBytes + length : 0;
}

export interface Mark {
  /** The oldest file in use. */
  readonly oldest: number;
  /** The file written to, and its length when something was last acknowledged. */
  readonly file: number;
  readonly length: number;
}

export function encodeMark({ oldest, file, length }: Mark): Bytes {
  const start = concatBytes(u32Bytes(oldest), u32Bytes(file), ...u64(length));
  return concatBytes(start, check(start));
}

export function decodeMark(bytes: Uint8Array): Mark | undefined {
  const start = bytes.subarray(0, 16);
  if (bytes.length !== 16 + checkBytes || !isSame(bytes.subarray(16), check(start))) return undefined;
  return { oldest: u32At(start, 0), file: u32At(start, 4), length: u32At(start, 8) * 2 ** 32 + u32At(start, 12) };
}

function directoryLine({ kind, store, key, value }: LogItem): Bytes {
  const name = toUtf8(key);
  if (name.length > maxKeyBytes) throw new Error('a key of a record is short');
  const kindByte = itemKinds.indexOf(kind);
  const storeByte = recordStores.indexOf(store);
  const start = Uint8Array.of(kindByte, storeByte, name.length >>> 8, name.length & 255);
  return concatBytes(start, name, u32Bytes(value.length));
}

function placeItems(items: readonly Omit<PlacedItem, 'offset'>[], from: number): readonly PlacedItem[] {
  let offset = from;
  return items.map((item) => {
    const placed = { ...item, offset };
    offset += placeLength(item.kind, item.length);
    return placed;
  });
}

function hasValue(kind: ItemKind): boolean {
  return kind === 'bytes' || kind === 'clone';
}

function check(...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest().subarray(0, checkBytes));
}

function placeCheck(start: Uint8Array, file: number, offset: number): Bytes {
  return check(u32Bytes(file), ...u64(offset), start);
}

function u64(value: number): readonly [Bytes, Bytes] {
  return [u32Bytes(Math.floor(value / 2 ** 32)), u32Bytes(value % 2 ** 32)];
}

function valueCheck(store: RecordStoreName, key: string, value: Uint8Array): Bytes {
  return check(toUtf8(`${store}/${key}\0`), value);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

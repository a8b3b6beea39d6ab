/**
 * How a snapshot travels (RE-3): among the items of `entries` frames, so that order, credit and confirmation are those of
 * entries. First the snapshot in pieces, then the heads it covers, in packs. Bytes only; nothing here opens anything (RE-4).
 *
 *     entry    begins with its version, 1
 *     heads    129 ‖ name of the snapshot 32 ‖ inflated length 4 ‖ deflate (entries up to the ciphertext, one after the other)
 *     piece    130 ‖ name of the snapshot 32 ‖ offset 4 ‖ length of the whole 4 ‖ bytes
 */
import { deflateSync } from 'fflate';
import { concatBytes, toHex, u32At, u32Bytes, type Bytes } from '../base/bytes.ts';
import { idBytes, parseSnapshotName, type SnapshotName } from '../base/ids.ts';
import { inflateAtMost } from '../base/inflate.ts';
import { decodeEntryHead, decodeEntryHeader, headLengthAt, type SignedHeader } from '../crypto/entry.ts';
import type { StoredSnapshot } from '../store/store.ts';

/** Bytes of a snapshot in every item but the last: half a full frame, so that what comes behind does not wait long. */
export const snapshotPieceBytes = 128 * 1024;
/** Bytes of heads in one pack before they are compressed, and so after inflating: some hundred of them. */
const maxHeadsPackBytes = 256 * 1024;

const headsItem = 129;
const pieceItem = 130;
const itemPrefix = 1 + 32;

export type SnapshotItem =
  | { readonly kind: 'heads'; readonly by: SnapshotName; readonly heads: readonly Bytes[] }
  | {
      readonly kind: 'piece';
      readonly of: SnapshotName;
      readonly offset: number;
      readonly total: number;
      readonly bytes: Bytes;
    };

export function snapshotItems({ name, bytes }: StoredSnapshot, heads: readonly Bytes[]): readonly Bytes[] {
  const items: Bytes[] = [];
  for (let offset = 0; offset < bytes.length; offset += snapshotPieceBytes) {
    const piece = bytes.subarray(offset, offset + snapshotPieceBytes);
    const place = concatBytes(u32Bytes(offset), u32Bytes(bytes.length));
    items.push(concatBytes(Uint8Array.of(pieceItem), idBytes(name), place, piece));
  }
  let pack: Bytes[] = [];
  let size = 0;
  const close = (): void => {
    if (pack.length === 0) return;
    const packed = deflateSync(concatBytes(...pack), { level: 6 });
    items.push(concatBytes(Uint8Array.of(headsItem), idBytes(name), u32Bytes(size), packed));
    pack = [];
    size = 0;
  };
  for (const head of heads) {
    if (size + head.length > maxHeadsPackBytes) close();
    pack.push(head);
    size += head.length;
  }
  close();
  return items;
}

export const isSnapshotItem = (item: Uint8Array): boolean => item[0] === headsItem || item[0] === pieceItem;

/** Which snapshot an item is of, or goes by; undefined for what is no such item. */
export function snapshotOfItem(
  item: Uint8Array,
): { readonly kind: SnapshotItem['kind']; readonly name: SnapshotName } | undefined {
  const name = isSnapshotItem(item) ? parseSnapshotName(toHex(item.subarray(1, itemPrefix))) : undefined;
  return name === undefined ? undefined : { kind: item[0] === headsItem ? 'heads' : 'piece', name };
}

/** Undefined for what is no such item; heads are not looked at beyond their lengths. */
export function decodeSnapshotItem(item: Uint8Array): SnapshotItem | undefined {
  const name = parseSnapshotName(toHex(item.subarray(1, itemPrefix)));
  if (name === undefined || item.length < itemPrefix + 5) return undefined;
  const first = u32At(item, itemPrefix);
  if (item[0] === headsItem) {
    if (first > maxHeadsPackBytes) return undefined;
    const inflated = inflateAtMost(item.subarray(itemPrefix + 4), first);
    const heads = inflated?.length === first ? headsIn(inflated) : undefined;
    return heads === undefined ? undefined : { kind: 'heads', by: name, heads };
  }
  if (item[0] !== pieceItem || item.length < itemPrefix + 9) return undefined;
  const bytes = new Uint8Array(item.subarray(itemPrefix + 8));
  return { kind: 'piece', of: name, offset: first, total: u32At(item, itemPrefix + 4), bytes };
}

/** The headers of all entries in these items, which are our own: those of heads as of whole entries. */
export function headersOf(items: readonly Bytes[]): readonly SignedHeader[] {
  return items.flatMap((item) => {
    if (!isSnapshotItem(item)) return [mustBeOwn(decodeEntryHeader(item))];
    const decoded = decodeSnapshotItem(item);
    return decoded?.kind === 'heads' ? decoded.heads.map((head) => mustBeOwn(decodeEntryHead(head))) : [];
  });
}

function mustBeOwn(decoded: ReturnType<typeof decodeEntryHead>): SignedHeader {
  if (!decoded.ok) throw new Error(`an entry kept here is ${decoded.reason} and should be well formed`);
  return decoded.value;
}

function headsIn(bytes: Bytes): readonly Bytes[] | undefined {
  const heads: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = headLengthAt(bytes, at);
    if (length === undefined || at + length > bytes.length) return undefined;
    heads.push(bytes.slice(at, at + length));
    at += length;
  }
  return heads.length === 0 ? undefined : heads;
}

/**
 * Fields that signed headers share, of entries and of snapshots: positions of chains, ids, sorted sets. Strict reading: a field
 * that is not the one encoding of what it says is undefined (OP-1).
 */
import { fromHex, type Bytes } from '../base/bytes.ts';
import type { CborValue } from '../base/codec.ts';
import { deviceId, entryHash, idBytes, opId, type DeviceId, type EntryHash, type OpId } from '../base/ids.ts';
import { maxChainSeq } from '../base/limits.ts';
import { isSection, type Section } from '../base/sections.ts';

/** `${device}/${stint}`: one device's entries between revocations. */
export type ChainName = `${DeviceId}/${OpId | ''}`;

export interface FrontierItem {
  readonly chain: ChainName;
  readonly seq: number;
  readonly hash: EntryHash;
}

export function chainNameOf(device: DeviceId, stint: OpId | ''): ChainName {
  return `${device}/${stint}`;
}

export function encodeFrontierItem({ chain, seq, hash }: FrontierItem): CborValue {
  const [device = '', stint = ''] = chain.split('/');
  return [hexBytes(device), hexBytes(stint), seq, idBytes(hash)];
}

export function idFrom<T>(value: CborValue | undefined, name: (bytes: Uint8Array) => T): T | undefined {
  return value instanceof Uint8Array && value.length === 32 ? name(value) : undefined;
}

export function stintFrom(value: CborValue | undefined): OpId | '' | undefined {
  return value instanceof Uint8Array && value.length === 0 ? '' : idFrom(value, opId);
}

export function sectionFrom(value: CborValue | undefined): Section | undefined {
  return typeof value === 'string' && isSection(value) ? value : undefined;
}

export function integerFrom(value: CborValue | undefined, least: number, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

export function frontierItemFrom(value: CborValue): FrontierItem | undefined {
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const fields: readonly CborValue[] = value;
  const device = idFrom(fields[0], deviceId);
  const stint = stintFrom(fields[1]);
  const seq = integerFrom(fields[2], 1, maxChainSeq);
  const hash = idFrom(fields[3], entryHash);
  if (device === undefined || stint === undefined || seq === undefined || hash === undefined) return undefined;
  return { chain: chainNameOf(device, stint), seq, hash };
}

/** A list of between `least` and `most` items, each well formed, else undefined. */
export function listFrom<T>(
  value: CborValue | undefined,
  least: number,
  most: number,
  itemFrom: (value: CborValue) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(value) || value.length < least || value.length > most) return undefined;
  const items: T[] = [];
  for (const element of value as readonly CborValue[]) {
    const item = itemFrom(element);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** One set has one encoding: sorted, nothing twice. Hex and '/' sort as text the way their bytes do. */
export function isStrictlyAscending(items: readonly string[]): boolean {
  return items.every((item, i) => i === 0 || (items[i - 1] ?? '') < item);
}

export function hexBytes(hex: string): Bytes {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error('a header field is not lowercase hex and should be');
  return bytes;
}

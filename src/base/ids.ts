/**
 * The names of things, as lowercase hex, branded so that one cannot stand for another. The only file that casts to them.
 */
import { fromHex, toHex, type Bytes } from './bytes.ts';

declare const brand: unique symbol;
type Hex<Name extends string> = string & { readonly [brand]: Name };

/** SHA-256("peerchart/practice/1" ‖ root signing key) (ID-1). 32 bytes. */
export type PracticeId = Hex<'PracticeId'>;
/** A device's Ed25519 public key; also its libp2p identity (ID-2). 32 bytes. */
export type DeviceId = Hex<'DeviceId'>;
/** The id of the charter's `create` operation (CH-1). 32 bytes. */
export type ChartId = Hex<'ChartId'>;
/** SHA-256 of an operation's canonical bytes (OP-1). 32 bytes. */
export type OpId = Hex<'OpId'>;
/** SHA-256 of a signed entry header, signature included (EN-1). 32 bytes. */
export type EntryHash = Hex<'EntryHash'>;
/** SHA-256 of a signed snapshot header, signature included (SN-1). 32 bytes. */
export type SnapshotName = Hex<'SnapshotName'>;
/** SHA-256 of a sealed part of an attachment (EN-10). 32 bytes. */
export type ChunkHash = Hex<'ChunkHash'>;
/** Commitment to an epoch key (CH-5). 32 bytes. */
export type KeyId = Hex<'KeyId'>;
/** An Automerge actor (EN-4). 16 bytes. */
export type ActorId = Hex<'ActorId'>;
/** An Automerge change. 32 bytes. */
export type ChangeHash = Hex<'ChangeHash'>;

function named<T extends string>(text: T | string, length: number): T | undefined {
  const bytes = fromHex(text);
  return bytes?.length === length ? (text as T) : undefined;
}

function nameOf<T extends string>(bytes: Uint8Array, length: number, what: string): T {
  if (bytes.length !== length)
    throw new Error(`${what} is ${String(bytes.length)} bytes and should be ${String(length)}`);
  return toHex(bytes) as T;
}

export const practiceId = (bytes: Uint8Array): PracticeId => nameOf<PracticeId>(bytes, 32, 'practice id');
export const deviceId = (bytes: Uint8Array): DeviceId => nameOf<DeviceId>(bytes, 32, 'device id');
export const chartId = (bytes: Uint8Array): ChartId => nameOf<ChartId>(bytes, 32, 'chart id');
export const opId = (bytes: Uint8Array): OpId => nameOf<OpId>(bytes, 32, 'operation id');
export const entryHash = (bytes: Uint8Array): EntryHash => nameOf<EntryHash>(bytes, 32, 'entry hash');
export const snapshotName = (bytes: Uint8Array): SnapshotName => nameOf<SnapshotName>(bytes, 32, 'snapshot name');
export const chunkHash = (bytes: Uint8Array): ChunkHash => nameOf<ChunkHash>(bytes, 32, 'chunk hash');
export const keyId = (bytes: Uint8Array): KeyId => nameOf<KeyId>(bytes, 32, 'key id');
export const actorId = (bytes: Uint8Array): ActorId => nameOf<ActorId>(bytes, 16, 'actor id');
export const changeHash = (bytes: Uint8Array): ChangeHash => nameOf<ChangeHash>(bytes, 32, 'change hash');

export const parsePracticeId = (text: string): PracticeId | undefined => named<PracticeId>(text, 32);
export const parseDeviceId = (text: string): DeviceId | undefined => named<DeviceId>(text, 32);
export const parseChartId = (text: string): ChartId | undefined => named<ChartId>(text, 32);
export const parseOpId = (text: string): OpId | undefined => named<OpId>(text, 32);
export const parseEntryHash = (text: string): EntryHash | undefined => named<EntryHash>(text, 32);
export const parseSnapshotName = (text: string): SnapshotName | undefined => named<SnapshotName>(text, 32);
export const parseChunkHash = (text: string): ChunkHash | undefined => named<ChunkHash>(text, 32);
export const parseKeyId = (text: string): KeyId | undefined => named<KeyId>(text, 32);
export const parseActorId = (text: string): ActorId | undefined => named<ActorId>(text, 16);
export const parseChangeHash = (text: string): ChangeHash | undefined => named<ChangeHash>(text, 32);

/** Of a change as Automerge names it. */
export function mustBeChangeHash(text: string): ChangeHash {
  const hash = parseChangeHash(text);
  if (hash === undefined) throw new Error('Automerge names a change by 64 lowercase hex digits');
  return hash;
}

/** The bytes behind any of the names above. */
export function idBytes(
  id: PracticeId | DeviceId | ChartId | OpId | EntryHash | SnapshotName | ChunkHash | KeyId | ActorId | ChangeHash,
): Bytes {
  const bytes = fromHex(id);
  if (bytes === undefined) throw new Error('an id is lowercase hex');
  return bytes;
}

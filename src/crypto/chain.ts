/**
 * What can be recomputed from an opened document and compared with signed headers: actors and chain values (EN-1, EN-4).
 * A snapshot whose maker forged someone's history is caught by it.
 */
import { toHex, toUtf8, u32Bytes, fromHex, type Bytes } from '../base/bytes.ts';
import {
  actorId,
  idBytes,
  type ActorId,
  type ChangeHash,
  type ChartId,
  type DeviceId,
  type OpId,
} from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { sha256, taggedHash } from './hash.ts';

/** Bytes of the nonce behind an actor id. */
export const actorNonceBytes = 16;

/**
 * The Automerge actor of a device for one run of the program (EN-4): first 16 bytes of SHA-256("peerchart/actor/1" ‖ device
 * ‖ chart ‖ section ‖ nonce). The nonce stays inside the ciphertext, so a header's chain value confirms no guess of it.
 */
export function actorOf(device: DeviceId, chart: ChartId, section: Section, nonce: Uint8Array): ActorId {
  if (nonce.length !== actorNonceBytes) throw new Error(`an actor nonce is ${nonce.length} bytes and should be 16`);
  const hash = taggedHash('peerchart/actor/1', idBytes(device), idBytes(chart), toUtf8(section), nonce);
  return actorId(hash.subarray(0, 16));
}

/** The chain value before a chain's first entry. */
export const chainStart = '0'.repeat(64);

/**
 * SHA-256(previous ‖ SHA-256(change hashes) ‖ SHA-256(count of access, 4 bytes ‖ access ‖ roster)), as 64 hex digits (EN-1).
 * The count keeps a head from being moved from the one list to the other.
 */
export function nextChainValue(
  previous: string,
  changeHashes: readonly ChangeHash[],
  access: readonly OpId[],
  roster: readonly OpId[],
): string {
  const changes = sha256(...changeHashes.map(idBytes));
  const heads = sha256(u32Bytes(access.length), ...access.map(idBytes), ...roster.map(idBytes));
  return toHex(sha256(chainValueBytes(previous), changes, heads));
}

function chainValueBytes(value: string): Bytes {
  const bytes = fromHex(value);
  if (bytes?.length !== 32) throw new Error('a chain value is 64 lowercase hex digits');
  return bytes;
}

/** The key of one section for one epoch, and the name by which a charter commits to it (CH-5). */
import { toUtf8, type Bytes } from '../base/bytes.ts';
import { idBytes, keyId, type ChartId, type KeyId } from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import type { Section } from '../base/sections.ts';
import { taggedHash } from './hash.ts';

/** 32 random bytes: never derived from an older epoch, so knowing one says nothing of the next (CH-4). */
export function generateEpochKey(random: Random): Bytes {
  return random.bytes(32);
}

/**
 * SHA-256("peerchart/epoch/1" ‖ chart ‖ section ‖ key). A rotator that wraps different keys to different readers is found
 * out by whoever got the one that does not match.
 */
export function keyIdOf(chart: ChartId, section: Section, key: Uint8Array): KeyId {
  if (key.length !== 32) throw new Error(`an epoch key is ${key.length} bytes and should be 32`);
  return keyId(taggedHash('peerchart/epoch/1', idBytes(chart), toUtf8(section), key));
}

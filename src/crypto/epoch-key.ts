/** The key of one section for one epoch, and the name by which a charter commits to it (CH-5). */
import { toUtf8, type Bytes } from '../base/bytes.ts';
import { idBytes, keyId, type ChartId, type KeyId } from '../base/ids.ts';
import type { Random } from '../base/ports.ts';
import type { Section } from '../base/sections.ts';
import { deriveKey, taggedHash } from './hash.ts';

/**
 * What is wrapped to readers is a secret that new keys of all sections with the same readers come from: one wrap a reader instead of
 * one a section. It is in the wraps and nowhere else, so whoever is handed a section's key on its own (CH-5 `sealedPrevious`, CH-7)
 * learns nothing of another section. Never derived from an older one, so knowing one says nothing of the next (CH-4).
 */
export function generateEpochSecret(random: Random): Bytes {
  return random.bytes(32);
}

export function epochKeyFrom(secret: Uint8Array, chart: ChartId, section: Section): Bytes {
  return deriveKey(secret, 'peerchart/section-key/1', idBytes(chart), toUtf8(section));
}

/**
 * SHA-256("peerchart/epoch/1" ‖ chart ‖ section ‖ key). A rotator that wraps different keys to different readers is found
 * out by whoever got the one that does not match.
 */
export function keyIdOf(chart: ChartId, section: Section, key: Uint8Array): KeyId {
  if (key.length !== 32) throw new Error(`an epoch key is ${key.length} bytes and should be 32`);
  return keyId(taggedHash('peerchart/epoch/1', idBytes(chart), toUtf8(section), key));
}

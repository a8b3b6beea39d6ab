/**
 * A secret of two devices by which they name to each other what they hold (RE-2), so that nobody else can make or find two sets
 * that look alike. It seals nothing.
 *
 *     pair key = HKDF(X25519 of the two box keys, "peerchart/leaf-key/1", lesser device id, greater device id)
 */
import { deriveKey } from './hash.ts';
import { sharedKey, type BoxKeys } from './box.ts';
import type { Bytes } from '../base/bytes.ts';
import { idBytes, type DeviceId } from '../base/ids.ts';
import { wipe } from './wipe.ts';

export function pairKey(
  mine: { readonly device: DeviceId; readonly box: BoxKeys },
  other: { readonly device: DeviceId; readonly boxKey: Bytes },
): Bytes | undefined {
  const shared = sharedKey(other.boxKey, mine.box.secretKey);
  if (shared === undefined) return undefined;
  const key = deriveKey(shared, 'peerchart/leaf-key/1', ...[mine.device, other.device].sort().map(idBytes));
  wipe(shared);
  return key;
}

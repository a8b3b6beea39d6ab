/**
 * The keys of a keeper, all from one seed of 32 bytes. The box key opens nothing: no key is ever wrapped to a keeper. It is half of the
 * secret by which two devices compare what they hold (RE-2).
 */
import type { Bytes } from '../base/bytes.ts';
import { deviceId, type DeviceId } from '../base/ids.ts';
import { boxKeysFromSeed, type BoxKeys } from '../crypto/box.ts';
import { deriveKey } from '../crypto/hash.ts';
import { signKeysFromSeed, type SignKeys } from '../crypto/sign.ts';

export interface KeeperKeys {
  readonly device: DeviceId;
  readonly sign: SignKeys;
  readonly box: BoxKeys;
}

export function keeperKeys(seed: Bytes): KeeperKeys {
  const sign = signKeysFromSeed(seed);
  const box = boxKeysFromSeed(deriveKey(seed, 'peerchart/keeper-box/1'));
  return { device: deviceId(sign.publicKey), sign, box };
}

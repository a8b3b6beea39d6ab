import { generateKeyPair, generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { expect, test } from 'vitest';
import { deviceId } from '../../src/base/ids.ts';
import { signKeysFromSeed } from '../../src/crypto/sign.ts';
import { deviceOf, peerIdOf } from '../../src/net/libp2p-names.ts';

test('[ID-2] the seed of a device’s signing key is that of its libp2p key: what Noise proves is the device', async () => {
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const device = deviceId(signKeysFromSeed(seed).publicKey);
  const peer = peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', seed));
  expect(deviceOf(peer)).toBe(device);
  expect(peerIdOf(device).equals(peer)).toBe(true);
  const other = peerIdFromPrivateKey(
    await generateKeyPairFromSeed(
      'Ed25519',
      seed.map((byte) => byte ^ 1),
    ),
  );
  expect(deviceOf(other)).not.toBe(device);
});

test('[ID-2] a peer with a key of another kind is no device', async () => {
  expect(deviceOf(peerIdFromPrivateKey(await generateKeyPair('secp256k1')))).toBeUndefined();
});

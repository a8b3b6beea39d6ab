/** The first attack once more where the platform has no Ed25519 of its own: the second implementation takes S + L by itself. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findWebCryptoEd25519 } from '../../src/crypto/ed25519.ts';
import { AttackWorld } from './support/attack-world.ts';
import { malleatedSignatures } from './support/malleability.ts';

beforeAll(() => {
  vi.stubGlobal('crypto', { getRandomValues: globalThis.crypto.getRandomValues.bind(globalThis.crypto) });
});
afterAll(() => {
  vi.unstubAllGlobals();
});

test('[ATTACK-1] a signature with the group order added is refused by the fallback too, and the same ids are taken after it', async () => {
  expect(await findWebCryptoEd25519()).toBeUndefined();
  const world = await AttackWorld.scene('bob');
  await malleatedSignatures(world, ['alice']);
  await world.end();
});

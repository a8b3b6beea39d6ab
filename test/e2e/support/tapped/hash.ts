/** The real hashes, with the vault key and the keys of epochs written down when something is derived from them. */
import { deriveKey as deriveReal, KeyDeriver as RealDeriver } from '../../../../src/crypto/hash.ts';
import { noteKey } from './tap.ts';

export { sha256, taggedHash } from '../../../../src/crypto/hash.ts';

export const deriveKey: typeof deriveReal = (key, purpose, ...context) => {
  if (purpose === 'peerchart/entry-key/1') noteKey('epoch key', key);
  return deriveReal(key, purpose, ...context);
};

/** Derives from one key alone, the vault's. */
export class KeyDeriver extends RealDeriver {
  constructor(key: Uint8Array) {
    noteKey('vault key', key);
    super(key);
  }
}

/** Randomness that a test can repeat: SHA-256 of a seed and a counter. Never for the product. */
import { createHash } from 'node:crypto';
import type { Random } from '../../src/base/ports.ts';

export function seededRandom(seed: string): Random {
  let counter = 0;
  return {
    bytes(length) {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) {
        const block = createHash('sha256').update(`${seed}/${counter++}`).digest();
        out.set(block.subarray(0, length - at), at);
      }
      return out;
    },
  };
}

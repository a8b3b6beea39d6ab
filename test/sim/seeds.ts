/** The seeds of the normal checks, a share for each test file so that they run beside each other. */
import './sync-crypto.ts';
import { describe, expect, test } from 'vitest';
import { caseOf } from './case.ts';
import { complaint } from './report.ts';
import { runCase } from './run.ts';

const seedsOfChecks = 200;
const shares = 4;

export function runShare(share: number): void {
  describe(`the simulated world, share ${share} of ${shares}`, () => {
    const seeds = Array.from({ length: seedsOfChecks }, (_, i) => i + 1).filter(
      (seed) => seed % shares === share % shares,
    );
    test.for(seeds)('seed %i keeps CONV, DUR, CONF, AUTH, REV and ORD, and is REAL', async (seed) => {
      expect(complaint(await runCase(caseOf(seed)))).toBeUndefined();
    });
  });
}

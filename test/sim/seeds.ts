/** The seeds of the normal checks, a share for each test file so that they run beside each other. */
import './sync-crypto.ts';
import { describe, expect, test } from 'vitest';
import { caseOf } from './case.ts';
import { complaint } from './report.ts';
import { runCase } from './run.ts';

const seedsOfChecks = 200;
const shares = 4;

/** Seeds that find faults which are known and open: left out by name, so that nobody takes them for passed. */
const openFaults: ReadonlyMap<number, string> = new Map([
  [141, 'entries of a removed device count at one replica and wait for a close at another'],
]);

export function runShare(share: number): void {
  describe(`the simulated world, share ${share} of ${shares}`, () => {
    const seeds = Array.from({ length: seedsOfChecks }, (_, i) => i + 1).filter(
      (seed) => seed % shares === share % shares,
    );
    const open = seeds.filter((seed) => openFaults.has(seed));
    // Listed as skipped, so that a run says which seeds it left out and why; each goes back in with the fault it finds.
    for (const seed of open) test.skip(`seed ${seed}: ${openFaults.get(seed) ?? ''}`);
    const closed = seeds.filter((seed) => !openFaults.has(seed));
    test.for(closed)('seed %i keeps CONV, DUR, CONF, AUTH, REV and ORD, and is REAL', async (seed) => {
      expect(complaint(await runCase(caseOf(seed)))).toBeUndefined();
    });
  });
}

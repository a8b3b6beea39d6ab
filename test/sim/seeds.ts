/** The seeds of the normal checks, a share for each test file so that they run beside each other. */
import './sync-crypto.ts';
import { describe, expect, test } from 'vitest';
import { caseOf } from './case.ts';
import { complaint } from './report.ts';
import { runCase } from './run.ts';
import { missingFromAll, sumOf, type Tally } from './tally.ts';

const seedsOfChecks = 200;
const shares = 4;

/** Worlds go by their seeds in shape, keepers and turns (case.ts): each share has some of every kind. */
function shareOf(seed: number): number {
  return (seed + Math.floor(seed / shares) + Math.floor(seed / (shares * shares))) % shares;
}

export function runShare(share: number): void {
  describe(`the simulated world, share ${share} of ${shares}`, () => {
    const seeds = Array.from({ length: seedsOfChecks }, (_, i) => i + 1).filter(
      (seed) => shareOf(seed) === share % shares,
    );
    const tallies: Tally[] = [];
    test.for(seeds)('seed %i keeps CONV, DUR, CONF, AUTH, REV, ORD and KEEP, and is REAL', async (seed) => {
      const outcome = await runCase(caseOf(seed));
      tallies.push(outcome.tally);
      expect(complaint(outcome)).toBeUndefined();
    });

    test('its seeds together are REAL', ({ skip }) => {
      const sum = sumOf(tallies);
      skip(sum.runs < seeds.length, 'asked for some of them alone');
      expect(missingFromAll(sum)).toEqual([]);
    });
  });
}

import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { initCrdt } from '../../src/crdt/init.ts';
import { stepsFor, World } from './merge-world.ts';

beforeAll(() => initCrdt());

test.each([2, 3])(
  '[AM-4] after any merge of %d devices every statement stands or is listed, and no value appears that nobody wrote',
  (devices) => {
    const total = { edits: 0, conflicts: 0, settlements: 0, waited: 0 };
    fc.assert(
      fc.property(stepsFor(devices, 60), (steps) => {
        const world = new World(devices);
        try {
          world.run(steps);
        } finally {
          world.close();
        }
        total.edits += world.tally.edits;
        total.conflicts += world.tally.conflicts;
        total.settlements += world.tally.settlements;
        total.waited += world.tally.waited;
      }),
      { numRuns: 80 },
    );
    // [REAL] The run did what it claims to be about.
    expect(total.edits).toBeGreaterThan(500);
    expect(total.conflicts).toBeGreaterThan(100);
    expect(total.settlements).toBeGreaterThan(10);
    expect(total.waited).toBeGreaterThan(10);
  },
  120_000,
);

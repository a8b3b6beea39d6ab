/** The counter-test: with marks left out of every change, the law of merge.test.ts is broken, and is seen to be. */
import { decodeChange } from '@automerge/automerge/slim';
import fc from 'fast-check';
import { beforeAll, expect, test, vi } from 'vitest';
import { ok } from '../../src/base/result.ts';
import type { CheckedChange } from '../../src/crdt/check-change.ts';
import { initCrdt } from '../../src/crdt/init.ts';
import { parseRootKey } from '../../src/crdt/layout.ts';
import { stepsFor, World } from './merge-world.ts';

vi.mock(import('../../src/crdt/write-change.ts'), async (original) => {
  const { writeChange } = await original();
  return {
    writeChange: ({ writes, typings }, on, by) =>
      writeChange(
        { writes: writes.filter(({ rootKey, text }) => !rootKey.endsWith('#mark') || text === 'created'), typings },
        on,
        by,
      ),
  };
});

// Admission refuses what lacks its mark; here it must let it through.
vi.mock(import('../../src/crdt/check-change.ts'), async (original) => ({
  ...(await original()),
  checkChange: (bytes) => {
    const { hash, actor, seq, startOp, deps, ops } = decodeChange(bytes);
    const writes: CheckedChange['writes'] = ops.flatMap(({ key, value, pred }) => {
      const place = parseRootKey(key);
      return place === undefined ? [] : [{ rootKey: key, place, text: String(value), pred }];
    });
    const node = { hash, actor, seq, startOp, maxOp: startOp + ops.length - 1, timeMs: 0, deps };
    return ok({ bytes, node, writes, typings: [] });
  },
}));

beforeAll(() => initCrdt());

test('[AM-4] without the mark, concurrent changes of one resource pass each other unseen', () => {
  const outcome = fc.check(
    fc.property(stepsFor(2, 60), (steps) => {
      const world = new World(2);
      try {
        world.run(steps);
      } finally {
        world.close();
      }
    }),
    { numRuns: 120, endOnFailure: true },
  );
  expect(outcome.failed).toBe(true);
  // Whichever the generated steps meet first: a pair that is not listed, or devices that read differently.
  expect(String(outcome.errorInstance)).toMatch(/changes at the same time are all listed|all devices read the same/);
});

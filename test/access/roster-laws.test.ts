import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveRoster } from '../../src/access/roster.ts';
import type { VerifiedRosterOp } from '../../src/access/verify-operation.ts';
import { randomRoster } from './support/random-roster.ts';
import { shuffled } from './support/shuffled.ts';

const histories = fc.array(fc.nat(100_000), { minLength: 4, maxLength: 40 });

function outcome(ops: readonly VerifiedRosterOp[]) {
  const state = resolveRoster(ops);
  return (
    state && {
      devices: [...state.devices]
        .sort()
        .map(([id, { status, role, rank, addedBy }]) => [id, status, role, rank, addedBy]),
      voided: [...state.voided].sort(),
      refused: [...state.refused].sort(),
      parked: [...state.parked].sort(),
      heads: state.heads,
    }
  );
}

test('[OP-5] [ATTACK-16] any order and any repetition of the same operations give the same members', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (choices, seed) => {
      const ops = await randomRoster(choices);
      const expected = outcome(ops);
      expect(outcome(shuffled(ops, seed))).toEqual(expected);
      expect(outcome([...shuffled(ops, seed + 1), ...ops])).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('[OP-4] [ATTACK-16] a verdict on an operation never changes, whatever arrives later', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), fc.nat(40), async (choices, seed, some) => {
      const ops = await randomRoster(choices);
      const full = resolveRoster(ops);
      const partial = resolveRoster(shuffled(ops, seed).slice(0, some));
      for (const op of partial?.ops ?? []) {
        if (partial?.parked.has(op.id) === true) continue;
        expect(partial?.refused.get(op.id)).toEqual(full?.refused.get(op.id));
      }
    }),
    { numRuns: 30 },
  );
});

test('[OP-5.3] a removal that stands keeps its device out until it is added again', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (choices) => {
      const state = resolveRoster(await randomRoster(choices));
      for (const op of state?.ops ?? []) {
        if (op.body.kind !== 'removeDevice' || state?.voided.has(op.id) === true) continue;
        const member = state?.devices.get(op.body.device);
        const addedSince = member !== undefined && state?.includes([member.addedBy], op.id) === true;
        expect(member?.status === 'removed' || addedSince).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

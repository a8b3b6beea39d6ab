/** A charter resolved with what an earlier resolution said for good, against one resolved from nothing (OP-4, OP-5). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import type { OpId } from '../../src/base/ids.ts';
import { encodeCharterOperation } from '../../src/access/operation.ts';
import { isCharterOp, signOperation, type VerifiedCharterOp } from '../../src/access/verify-operation.ts';
import { resolveRoster } from '../../src/access/roster.ts';
import { atTime, mustHave } from './support/practices.ts';
import { randomChart, section, type RandomChart } from './support/random-chart.ts';
import { shuffled } from './support/shuffled.ts';

const histories = fc.array(fc.nat(100_000), { minLength: 10, maxLength: 60 });
const sorted = <K, V>(map: ReadonlyMap<K, V>) => [...map].sort();

function outcome(charter: CharterState | undefined, { practices }: RandomChart) {
  return (
    charter && {
      heads: charter.heads,
      grants: charter.grants,
      members: charter.members,
      parked: sorted(charter.parked),
      refused: sorted(charter.refused),
      voided: sorted(charter.voided),
      toRepeat: charter.revokesToRepeat.map((op) => op.id),
      disclosure: charter.disclosure,
      epochs: charter.epochs.map(({ keyId, op, standing }) => [keyId, op, standing]),
      usable: charter.usableEpochs(section),
      cuts: charter.cutsOf(section),
      stints: practices.map(({ id, first }) => charter.stintOf(id, first.id, section)),
      // As someone knew it who cited an operation, for every operation.
      then: charter.ops.map(({ id }) =>
        practices.map((practice) => charter.at([id])?.rightOf(practice.id, section) ?? 'unknown'),
      ),
    }
  );
}

/** A peer that gives itself a right, and goes on from there: refused whenever it comes, and so is what builds on it. */
async function presumption({ practices, ops }: RandomChart, at: number): Promise<readonly VerifiedCharterOp[]> {
  const peer = mustHave(practices[1]);
  const { id: practice, heads: roster } = { id: peer.id, heads: peer.roster.heads };
  const granted = async (prev: readonly OpId[]): Promise<VerifiedCharterOp> => {
    const body = { kind: 'grant', practice, sections: [section], right: 'write', until: null, time: atTime } as const;
    const { chart } = mustHave(ops[0]).log;
    const draft = { chart, prev, signer: peer.first.id, practice, roster, body };
    const op = await signOperation(encodeCharterOperation(draft), [peer.first.signKeys]);
    if (!isCharterOp(op)) throw new Error('a grant is an operation of a charter');
    return op;
  };
  const first = await granted([mustHave(ops[at % ops.length]).id]);
  return [first, await granted([first.id])];
}

test('[OP-4] [OP-5] [ATTACK-16] a charter that grows operation by operation says what it says when resolved at once', async () => {
  const seen = { parked: 0, refused: 0, voided: 0, unparked: 0, sameTime: 0 };
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), fc.integer({ min: 1, max: 12 }), async (choices, seed, step) => {
      const chart = await randomChart(choices);
      const arriving = shuffled([...chart.ops, ...(await presumption(chart, seed))], seed);
      const rosters = new Map(chart.practices.map(({ id, ops }) => [id, shuffled(ops, seed)]));
      let before: CharterState | undefined;
      for (let count = step; count < arriving.length + 2 * step; count += step) {
        // Rosters grow beside the charter, each at its own pace.
        const known = new Map(
          [...rosters].map(([id, ops], i) => [id, resolveRoster(ops.slice(0, 1 + Math.floor(count / (4 * i + 2))))]),
        );
        const ops = arriving.slice(0, count);
        const fresh = resolveCharter(ops, (practice) => known.get(practice));
        const grown = resolveCharter(ops, (practice) => known.get(practice), before === undefined ? {} : { before });
        expect(outcome(grown, chart)).toEqual(outcome(fresh, chart));
        for (const id of before?.parked.keys() ?? []) if (grown?.parked.has(id) === false) seen.unparked++;
        seen.parked += grown?.parked.size ?? 0;
        seen.refused += grown?.refused.size ?? 0;
        seen.voided += grown?.voided.size ?? 0;
        seen.sameTime += (grown?.heads.length ?? 0) > 1 ? 1 : 0;
        before = grown ?? before;
      }
    }),
    { numRuns: 40 },
  );
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveCharter } from '../../src/access/charter.ts';
import { judgeEntries } from '../../src/access/effective.ts';
import { resolveRoster } from '../../src/access/roster.ts';
import { mustHave } from './support/practices.ts';
import { randomChart, section, type RandomChart } from './support/random-chart.ts';
import { shuffled } from './support/shuffled.ts';

const histories = fc.array(fc.nat(100_000), { minLength: 10, maxLength: 60 });
const sorted = <K, V>(map: ReadonlyMap<K, V>) => [...map].sort();

/** What a replica makes of everything, having received it in one order. */
function outcome({ practices, rosterOps, ops, entries }: RandomChart, seed: number) {
  const rosters = new Map(
    practices.map((practice) => [practice.id, resolveRoster(shuffled(rosterOps.get(practice) ?? [], seed))]),
  );
  const charter = mustHave(resolveCharter(shuffled(ops, seed + 1), (practice) => rosters.get(practice)));
  const judged = judgeEntries({ charter, section, headers: shuffled(entries, seed + 2) });
  return {
    grants: charter.grants,
    heads: charter.heads,
    parked: sorted(charter.parked),
    refused: sorted(charter.refused),
    voided: sorted(charter.voided),
    usable: charter.usableEpochs(section),
    effective: [...judged.effective].sort(),
    vouched: [...judged.vouched].sort(),
    quarantined: sorted(judged.quarantined),
    refusedEntries: sorted(judged.refused),
    waiting: sorted(judged.waiting),
    forks: [...judged.forks].sort((a, b) => (a.chain < b.chain ? -1 : 1)),
    frontier: judged.frontier,
  };
}

test('[OP-5] [CUT-2] [ATTACK-16] [ATTACK-22] in any order of operations, rosters and entries every replica ends with the same chart', async () => {
  const seen = { revokedWork: 0, vouched: 0, forks: 0, voided: 0, waiting: 0 };
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (choices, seed) => {
      const chart = await randomChart(choices);
      const expected = outcome(chart, 0);
      expect(outcome(chart, seed)).toEqual(expected);
      seen.revokedWork += expected.quarantined.length;
      seen.vouched += expected.vouched.length;
      seen.forks += expected.forks.length;
      seen.voided += expected.voided.length;
      seen.waiting += expected.waiting.length + expected.parked.length;
    }),
    { numRuns: 30, seed: 7 },
  );
  // The histories are worth something only if what the rules are about happens in them.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
});

test('[CUT-2] every effective entry is a root or below one, and nothing refused is', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (choices) => {
      const chart = await randomChart(choices);
      const { effective, refusedEntries } = outcome(chart, 1);
      const counted = new Set(effective);
      for (const [hash] of refusedEntries) expect(counted.has(hash)).toBe(false);
      for (const { header, hash } of chart.entries) {
        if (!counted.has(hash)) continue;
        const cited = [...(header.prev === null ? [] : [header.prev]), ...header.deps.map((item) => item.hash)];
        for (const parent of cited) expect(counted.has(parent)).toBe(true);
      }
    }),
    { numRuns: 15 },
  );
});

/**
 * The law of sections 2, 3 and 5: whatever is written, by whomever, in whatever order and portions it arrives, replicas that
 * hold the same end with the same. `PEERCHART_WORLDS=<how many>` tries more histories than the normal run,
 * `PEERCHART_WORLD=<number>` one of them.
 */
import { describe, expect, test } from 'vitest';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { judgeEntries } from '../../src/access/effective.ts';
import { resolveRoster, type RosterState } from '../../src/access/roster.ts';
import type { OpId, PracticeId } from '../../src/base/ids.ts';
import { freeWorld, section, type FreeWorld } from './support/free-world.ts';
import { mustHave } from './support/practices.ts';
import { shuffled } from './support/shuffled.ts';

const steps = 60;
/** Worlds in which replicas once ended differently. */
const onceWrong = [33, 256];
const asked = process.env['PEERCHART_WORLD'];
const worlds =
  asked === undefined
    ? [...onceWrong, ...Array.from({ length: Number(process.env['PEERCHART_WORLDS'] ?? 120) }, (_, i) => i)]
    : [Number(asked)];

/** A long run takes as long as it takes. */
const timeoutMs = Math.max(120_000, 1000 * worlds.length);

type RosterOf = (practice: PracticeId) => RosterState | undefined;

function rostersOf({ rosterOps }: FreeWorld, seed: number, share = 1): RosterOf {
  const resolved = new Map(
    [...rosterOps].map(([practice, ops]) => {
      const some = shuffled(ops, seed).slice(0, Math.ceil(ops.length * share));
      return [practice, resolveRoster(some)] as const;
    }),
  );
  return (practice) => resolved.get(practice);
}

const sorted = <K, V>(map: ReadonlyMap<K, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

function outcome(charter: CharterState, { headers, practices }: FreeWorld, seed: number) {
  const judged = judgeEntries({ charter, section, headers: shuffled(headers, seed) });
  return {
    rosters: practices.map((practice) => {
      const roster = mustHave(charter.rosterOf(practice));
      const devices = sorted(roster.devices).map(([id, { status, role, rank, addedBy }]) => [
        id,
        status,
        role,
        rank,
        addedBy,
      ]);
      return { devices, heads: roster.heads, voided: sorted(roster.voided), refused: sorted(roster.refused) };
    }),
    custodian: charter.custodian,
    custody: charter.custody,
    offers: charter.offers,
    members: charter.members,
    grants: charter.grants,
    heads: charter.heads,
    disclosure: charter.disclosure,
    repeat: charter.revokesToRepeat.map((op) => op.id),
    usable: charter.sections.map((name) => charter.usableEpochs(name)),
    parked: sorted(charter.parked),
    refused: sorted(charter.refused),
    voided: sorted(charter.voided),
    stints: practices.map((practice) =>
      [...(charter.rosterOf(practice)?.devices.keys() ?? [])]
        .sort()
        .map((device) => charter.stintOf(practice, device, section) ?? null),
    ),
    effective: [...judged.effective].sort(),
    vouched: [...judged.vouched].sort(),
    quarantined: sorted(judged.quarantined),
    refusedEntries: sorted(judged.refused),
    waiting: sorted(judged.waiting),
    forks: [...judged.forks].sort((a, b) => (a.chain < b.chain ? -1 : 1)),
    frontier: judged.frontier,
  };
}

/** What a replica makes of a world that reached it all at once, in an order of its own. */
function replica(world: FreeWorld, seed: number, heldBefore: ReadonlySet<OpId> = new Set()) {
  const charter = mustHave(resolveCharter(shuffled(world.ops, seed), rostersOf(world, seed + 1), { heldBefore }));
  return { charter, outcome: outcome(charter, world, seed + 2) };
}

/** The same in portions, each resolved on top of the one before; rosters arrive in portions of their own. */
function replicaInPortions(world: FreeWorld, seed: number) {
  const ops = shuffled(world.ops, seed);
  const verdicts = new Map<OpId, unknown>();
  let before: CharterState | undefined;
  for (const portion of [0.3, 0.6, 1]) {
    const rosterOf = rostersOf(world, seed + 1, portion);
    const some = ops.slice(0, Math.ceil(ops.length * portion));
    before = resolveCharter(some, rosterOf, before === undefined ? {} : { before }) ?? before;
    for (const [id, found] of before?.refused ?? []) verdicts.set(id, found);
  }
  return { outcome: outcome(mustHave(before), world, seed + 2), verdicts };
}

const mustHappen = [
  ...[
    'custody taken',
    'custody-taken',
    'custody-ended',
    'takings void',
    'author-void',
    'author-removed',
    'remover-removed',
  ],
  ...['waits-for-close', 'builds-on-parked', 'roster-went-back', 'stale-roster', 'grant-lowers-right', 'no-open-offer'],
  ...[
    'entry after-cut',
    'entry after-fork',
    'entry waits-for-close',
    'entry builds-beyond-cut',
    'entry access-unknown',
  ],
  ...['effective', 'vouched', 'forks', 'usable keys', 'revokes to repeat'],
];
const seen: Record<string, number> = {};
const saw = (what: string, count: number): void => void (seen[what] = (seen[what] ?? 0) + count);

describe('histories as bad as can be', () => {
  test(
    '[OP-4] [OP-5] [CH-3] [CH-10] [CUT-2] [CUT-8] [ATTACK-16] every order and every portion of delivery ends with the same rights and the same chart',
    () => {
      for (const number of worlds) {
        const world = freeWorld(number, steps);
        const expected = replica(world, number).outcome;
        const name = `world ${number}`;
        expect(replica(world, number + 1000).outcome, name).toEqual(expected);
        const portions = replicaInPortions(world, number + 2000);
        expect(portions.outcome, name).toEqual(expected);
        // OP-4: what was refused once is refused for good, for the same reason.
        for (const [id, found] of portions.verdicts) expect(new Map(expected.refused).get(id), name).toEqual(found);

        const takes = world.ops.filter(({ body }) => body.kind === 'takeCustody');
        const isVoid = (id: OpId): boolean => expected.voided.some(([voided]) => voided === id);
        saw('custody taken', expected.custody === expected.disclosure[0]?.granted.op ? 0 : Number(takes.length > 0));
        saw('takings void', takes.filter(({ id }) => isVoid(id)).length);
        for (const [, { reason }] of [...expected.voided, ...expected.parked, ...expected.refused]) saw(reason, 1);
        for (const [, { reason }] of [...expected.quarantined, ...expected.refusedEntries, ...expected.waiting])
          saw(`entry ${reason}`, 1);
        saw('effective', expected.effective.length);
        saw('vouched', expected.vouched.length);
        saw('forks', expected.forks.length);
        saw('usable keys', expected.usable.flat().length);
        saw('revokes to repeat', expected.repeat.length);
      }
      // The histories are worth something only if what the rules are about happens in them.
      if (worlds.length > 100) for (const what of mustHappen) expect(seen[what] ?? 0, what).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});

test(
  '[CH-3] once every device that lost its place is closed, nothing depends on what a replica held before',
  () => {
    for (const number of worlds) {
      const world = freeWorld(number, steps);
      world.closeAll();
      const held = new Set(
        shuffled(world.ops, number)
          .slice(0, world.ops.length / 2)
          .map(({ id }) => id),
      );
      expect(replica(world, number, held).outcome, `world ${number}`).toEqual(replica(world, number).outcome);
    }
  },
  timeoutMs,
);

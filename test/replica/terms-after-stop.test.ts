/** Stopping by terms alone, held against reading and resolving the charter: the same terms, or it is left to that. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grant, makeEpochs, offerCustody, signRevoke } from '../../src/access/charter-builders.ts';
import { resolveCharter, type CharterState } from '../../src/access/charter.ts';
import { verifyOp } from '../../src/access/verify-operation.ts';
import { chartSections, type Section } from '../../src/base/sections.ts';
import { chainNameOf, type FrontierItem } from '../../src/crypto/entry.ts';
import { sameTerms, TermsMaker, termsToJson } from '../../src/replica/chart-terms.ts';
import { sectionsToStop, termsAfterStop, type StopFacts } from '../../src/replica/terms-after-stop.ts';
import { craft } from '../access/support/charters.ts';
import { atTime, mustHave, mustOk, rostersOf, TestChart, TestPractice } from '../access/support/practices.ts';

const shareable = ['demographics', 'medications', 'problems', 'vitals'] as const satisfies readonly Section[];

async function scene() {
  const clinic = await TestPractice.found('clinic');
  const second = await clinic.add('second', 'admin');
  const peers = [await TestPractice.found('x'), await TestPractice.found('y'), await TestPractice.found('z')] as const;
  const chart = await TestChart.begin('plain', clinic, ...peers);
  return { clinic, second, peers, chart };
}

type Scene = Awaited<ReturnType<typeof scene>>;

function facts(
  { clinic, chart }: Scene,
  written: ReadonlyMap<Section, readonly FrontierItem[]> = new Map(),
): StopFacts {
  const rosters = chart.practices.map(({ roster }) => roster);
  return {
    ours: clinic.id,
    own: clinic.roster.devices.get(clinic.first.id),
    rosterHeads: clinic.roster.heads.length,
    memberOf: (device) => rosters.find(({ devices }) => devices.has(device))?.devices.get(device),
    frontier: (section) => written.get(section) ?? [],
  };
}

/** The charter with the stop, read and resolved as any replica does. */
function resolved({ chart }: Scene, ops: CharterState['ops']): CharterState {
  return mustHave(resolveCharter(ops, rostersOf(...chart.practices)));
}

describe('a plain chart', () => {
  test('[CH-4] [CH-9] stopped by its terms alone, it is what the same revoke makes of its charter', async () => {
    const histories = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const world = await scene();
        const { clinic, second, peers, chart } = world;
        for (const number of history) {
          const by = clinic.author(number % 2 === 0 ? clinic.first : second);
          const practice = mustHave(peers[number % peers.length]);
          const sections = shareable.filter((_, i) => ((number >> (4 + i)) & 1) === 1);
          const until = number % 5 === 0 ? { until: atTime + number } : {};
          const given = {
            practice: practice.id,
            sections,
            right: number % 7 < 4 ? 'read' : 'write',
            ...until,
          } as const;
          // One beside the others now and then: so there are more heads.
          const beside = chart.state;
          if (sections.length > 0) {
            const made = await grant(chart.state, by, given, atTime + number);
            if (made.ok) chart.take(made.value);
          }
          if (number % 3 === 0)
            chart.take(
              mustOk(await makeEpochs(beside, by, ['medications', 'identity'], chart.making, atTime + number)),
            );
        }
        const maker = new TermsMaker(clinic.id);
        const terms = maker.of(chart.state);
        for (const { id } of peers) {
          const sections = sectionsToStop(terms, id, facts(world));
          const held = chartSections.filter((section) => chart.state.rightOf(id, section) !== 'none');
          expect([...(sections ?? [])].sort()).toEqual(held.sort());
          if (sections === undefined) continue;
          const ended = { practice: id, sections };
          const op = await signRevoke(terms.chart, terms.heads, clinic.author(), ended, atTime);
          // Not decoded when it was signed: it is what everybody else makes of its bytes.
          expect(mustOk(await verifyOp(op.signed))).toEqual(op);
          const state = resolved(world, [...chart.ops, op]);
          expect([state.refused.size, state.parked.size]).toEqual([0, 0]);
          expect(state.members).not.toContain(id);
          const after = termsAfterStop(maker, terms, id, op);
          expect(termsToJson(after)).toEqual(termsToJson(maker.of(state)));
          expect(sameTerms(after, maker.of(state))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('any other chart is read', () => {
  const asked = (world: Scene, given = facts(world)): readonly Section[] | undefined =>
    sectionsToStop(new TermsMaker(world.clinic.id).of(world.chart.state), world.peers[0].id, given);

  async function shared(): Promise<Scene> {
    const world = await scene();
    for (const peer of world.peers) await world.chart.grant(world.clinic.author(), peer, ['medications']);
    expect(asked(world)).toEqual(['identity', 'medications']);
    return world;
  }

  test('[CH-10] one that is on offer', async () => {
    const world = await shared();
    const { clinic, peers, chart } = world;
    await chart.grant(clinic.author(), peers[1], [...chartSections]);
    const root = { signKeys: clinic.root.sign, roster: clinic.roster };
    chart.take(mustOk(await offerCustody(chart.state, root, { to: peers[1].id, keeps: 'read' }, atTime)));
    expect(asked(world)).toBeUndefined();
  });

  test('[CUT-7] one in which somebody was stopped before', async () => {
    const world = await shared();
    const [, peer] = world.peers;
    await world.chart.grant(world.clinic.author(), peer, ['problems']);
    expect(asked(world)).toBeDefined();
    await world.chart.revoke(world.clinic.author(), peer, ['medications']);
    expect(asked(world)).toBeUndefined();
  });

  test('[CH-3] one in which a device acted that lost its place since, or wrote, or acts as an admin no more', async () => {
    const world = await shared();
    const { clinic, second, peers, chart } = world;
    await chart.grant(clinic.author(second), peers[2], ['problems']);
    expect(asked(world)).toBeDefined();
    const nurse = await clinic.add('nurse', 'nurse');
    const wrote = new Map([
      ['medications', [{ chain: chainNameOf(nurse.id, ''), seq: 1, hash: 'h' as FrontierItem['hash'] }]],
    ] as const);
    const before = clinic.ops;
    expect(asked(world, facts(world, wrote))).toBeDefined();
    await clinic.remove(nurse.id);
    expect(asked(world, facts(world, wrote))).toBeUndefined();
    clinic.ops = before;
    await clinic.remove(second.id);
    chart.heldBefore = new Set(chart.ops.map(({ id }) => id));
    expect(asked(world)).toBeUndefined();
  });

  test('[OP-4] one with operations that wait, or that no rule allows', async () => {
    const world = await shared();
    const { chart, peers } = world;
    const stranger = await TestPractice.found('stranger');
    const given = { practice: peers[1].id, sections: ['vitals'], right: 'read', until: null, time: atTime } as const;
    // By somebody whose roster is not here: it waits. By somebody who may not: it is refused.
    const waits = await craft(chart, stranger, { kind: 'grant', ...given });
    const refused = await craft(chart, peers[2], { kind: 'grant', ...given });
    const before = chart.ops;
    for (const op of [waits, refused]) {
      chart.ops = [...before, op];
      expect(asked(world)).toBeUndefined();
    }
  });

  test('[CH-2] one that is not ours to share, by somebody who may not, or with whom it is not shared', async () => {
    const world = await shared();
    const given = facts(world);
    expect(asked(world, { ...given, ours: world.peers[1].id })).toBeUndefined();
    const nurse = await world.clinic.add('nurse', 'nurse');
    expect(asked(world, { ...given, own: world.clinic.roster.devices.get(nurse.id) })).toBeUndefined();
    const terms = new TermsMaker(world.clinic.id).of(world.chart.state);
    expect(sectionsToStop(terms, (await TestPractice.found('nobody')).id, given)).toBeUndefined();
  });
});

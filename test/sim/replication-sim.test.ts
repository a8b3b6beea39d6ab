/**
 * Three practices, random edits, shares, removals, partitions and reconnections, by seed. After healing:
 * CONV members hold equal heads and show the same · DUR what was saved is held · CONF no canary on wire or disk ·
 * AUTH nothing from a non-writer is effective · REV nobody reads what followed its removal · REAL all of it did happen.
 * On failure the seed and its actions are in the message.
 */
import { describe, expect, test } from 'vitest';
import { toUtf8, type Bytes } from '../../src/base/bytes.ts';
import type { CharterState } from '../../src/access/charter.ts';
import type { ChartId, PracticeId } from '../../src/base/ids.ts';
import { wholeEntry } from '../../src/store/store.ts';
import type { Replica } from './replica.ts';
import { canary, SimWorld, simSections, type Tally } from './world.ts';

/** A few in every run; `PEERCHART_SIM_SEEDS=200` for a long one. */
const seeds = Array.from({ length: Number(process.env['PEERCHART_SIM_SEEDS'] ?? 6) }, (_, i) => i + 1);
const actions = 260;

describe('the simulated world of three practices', () => {
  const total: Tally = { edits: 0, refusedEdits: 0, shares: 0, revokes: 0, partitions: 0, connections: 0, frames: 0 };

  test.for(seeds)('seed %i keeps every invariant', async (seed) => {
    const world = await SimWorld.begin(seed, ['clinic', 'pharmacy', 'laboratory']);
    try {
      for (let i = 0; i < actions; i++) await world.act();
      await world.heal();
      for (const chart of world.charts) await checkChart(world, chart);
      await checkNothingClear(world);
    } catch (error) {
      throw new Error(`seed ${seed} after:\n${world.log.join('\n')}`, { cause: error });
    }
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += world.tally[key];
  });

  test('REAL: edits, shares, removals, partitions and traffic did happen', () => {
    expect(total.edits).toBeGreaterThan(100);
    expect(total.shares).toBeGreaterThan(20);
    expect(total.revokes).toBeGreaterThan(5);
    expect(total.partitions).toBeGreaterThan(20);
    expect(total.frames).toBeGreaterThan(500);
  });

  test('one seed is one history', async () => {
    const histories: string[] = [];
    for (let run = 0; run < 2; run++) {
      const world = await SimWorld.begin(77, ['clinic', 'pharmacy', 'laboratory']);
      for (let i = 0; i < 120; i++) await world.act();
      await world.heal();
      histories.push(JSON.stringify([world.log, world.tally, world.network.frames.map(({ frame }) => frame.length)]));
    }
    expect(histories[0]).toBe(histories[1]);
  });
});

async function checkChart(world: SimWorld, chart: ChartId): Promise<void> {
  const owner = world.replicas[world.charts.indexOf(chart)];
  if (owner === undefined) throw new Error('a chart has an owner');
  const charter = owner.charter(chart);
  for (const section of simSections) {
    const atOwner = await owner.read(chart, section);
    const members = world.replicas.filter((replica) => charter.readersOf(section).includes(replica.self.practice));
    for (const member of members) {
      // CONV
      expect(member.charter(chart).heads).toEqual(charter.heads);
      expect(member.frontier(chart, section)).toEqual(owner.frontier(chart, section));
      expect(await member.read(chart, section)).toEqual(atOwner);
    }
    const judgement = await owner.judge(chart, section);
    // AUTH
    for (const written of world.written.filter((one) => one.chart === chart && one.section === section)) {
      const effective = atOwner.includes(written.text);
      const writer = written.by;
      const hasRight = charter.rightOf(writer.self.practice, section) === 'write';
      // DUR: whoever still may write loses nothing, but for what lies between a removal and the next grant (CUT-7).
      const neverRemoved = charter.removalsOf(writer.self.practice, writer.self.device, section).length === 0;
      if (hasRight && neverRemoved) expect(effective).toBe(true);
      expect(await holds(writer, chart, section, written.text)).toBe(true);
    }
    expect(judgement.refused.size).toBe(0);
    // REV, for those who were not given the section again, which opens what is old.
    for (const gone of world.replicas.filter((one) => !members.includes(one) && one.charts().includes(chart))) {
      if (grantsTo(charter, gone.self.practice) > 1) continue;
      const known = new Set(await gone.read(chart, section));
      const after = world.written.filter((one) => one.chart === chart && one.removed.includes(gone.self.practice));
      const held = new Set((await gone.store.heads(chart, section)).found.map(({ hash }) => hash));
      for (const { text, hash, by } of after) {
        if (by !== gone) expect([known.has(text), held.has(hash)]).toEqual([false, false]);
      }
    }
  }
}

function grantsTo(charter: CharterState, practice: PracticeId): number {
  return charter.ops.filter(({ body }) => body.kind === 'grant' && body.practice === practice).length;
}

/** The writer itself still has it, whatever became of its right. */
async function holds(
  writer: Replica,
  chart: ChartId,
  section: (typeof simSections)[number],
  text: string,
): Promise<boolean> {
  return (await writer.readOwn(chart, section)).includes(text);
}

/** CONF: in no frame and in no stored record, as written, inflated or not. */
async function checkNothingClear(world: SimWorld): Promise<void> {
  const needle = toUtf8(canary);
  for (const { text } of world.written) expect(contains(toUtf8(text), needle)).toBe(true);
  for (const { frame } of world.network.frames) expect(contains(frame, needle)).toBe(false);
  for (const replica of world.replicas) {
    for (const chart of replica.charts()) {
      for (const section of simSections) {
        for (const entry of (await replica.store.entries(chart, section)).found) {
          expect(contains(wholeEntry(entry), needle)).toBe(false);
        }
      }
    }
  }
}

function contains(haystack: Bytes, needle: Bytes): boolean {
  return Buffer.from(haystack).includes(Buffer.from(needle));
}

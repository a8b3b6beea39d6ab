/**
 * What a replica has and says: the fate of one entry or operation by the rules as its own disk stands, what it told its
 * people, and whether several replicas came to the same chart.
 */
import { expect } from 'vitest';
import type { ChartId, OpId, PracticeId } from '../../../src/base/ids.ts';
import { chartSections, type Section } from '../../../src/base/sections.ts';
import { SectionKeeper } from '../../../src/app/sections/section-keeper.ts';
import type { VerifiedRosterOp } from '../../../src/access/verify-operation.ts';
import type { PracticeContext } from '../../../src/app/practice-context.ts';
import type { VerifiedEntry } from '../../../src/crypto/entry.ts';
import { accessOf, breakIn } from '../../app/support/break-in.ts';
import type { AttackWorld, Victim } from './attack-world.ts';

/** An entry, whatever its stage. */
type Named = Pick<VerifiedEntry, 'header' | 'hash'>;

async function atDisk<T>(world: AttackWorld, name: string, ask: (machine: PracticeContext) => Promise<T>): Promise<T> {
  const machine = await breakIn(world.world, name, world.passphrase);
  try {
    return await ask(machine);
  } finally {
    machine.store.close();
  }
}

/** What became of an entry at a practice, by its own disk and the product's own judgement: `rule reason` where there is one. */
export function fateOf(world: AttackWorld, name: string, { header, hash }: Named): Promise<string> {
  return atDisk(world, name, async (machine) => {
    const { found } = await machine.store.heads(header.chart, header.section);
    if (!found.some((head) => head.hash === hash)) return 'not kept';
    const keeper = await SectionKeeper.load(machine, await accessOf(machine, header.chart), header.section);
    const { judgement, stopped } = keeper;
    keeper.close();
    for (const kind of ['quarantined', 'refused', 'waiting'] as const) {
      const why = judgement[kind].get(hash);
      if (why !== undefined) return `${kind}: ${why.rule} ${why.reason}`;
    }
    const why = stopped.get(hash);
    if (why?.kind === 'bad') return `bad: ${why.reason}`;
    if (why !== undefined) return why.kind;
    return judgement.vouched.has(hash) ? 'vouched' : 'effective';
  });
}

/** The fate of one entry at several practices, which is to be the same; a `close` that a duty writes later may still be on its way. */
export async function fates(world: AttackWorld, names: readonly string[], entry: Named): Promise<string> {
  for (let turn = 1; ; turn++) {
    const all = await Promise.all(names.map((name) => fateOf(world, name, entry)));
    const different = [...new Set(all)];
    if (different.length === 1 || turn === 20) return different.join(' | ');
    await world.settleAgain();
  }
}

/** What became of a charter operation. */
export function charterFate(world: AttackWorld, name: string, chart: ChartId, op: OpId): Promise<string> {
  return atDisk(world, name, async (machine) => {
    const { charter } = await accessOf(machine, chart);
    for (const kind of ['refused', 'parked', 'voided'] as const) {
      const why = charter[kind].get(op);
      if (why !== undefined) return `${kind}: ${why.rule} ${why.reason}`;
    }
    return charter.ops.some(({ id }) => id === op) ? 'in force' : 'not kept';
  });
}

/** What became of a roster operation, at a practice that knows that roster. */
export function rosterFate(world: AttackWorld, name: string, { id, log }: VerifiedRosterOp): Promise<string> {
  return atDisk(world, name, ({ rosters }) => {
    const roster = rosters.get(log.practice);
    if (roster?.ops.some((op) => op.id === id) !== true) return Promise.resolve('not kept');
    const why = roster.refused.get(id) ?? roster.parked.get(id) ?? roster.voided.get(id);
    return Promise.resolve(why === undefined ? 'in force' : `void: ${why.rule} ${why.reason}`);
  });
}

/** What a practice's own people are told: `what: reason`, as on the diagnostics page. */
export function told(world: AttackWorld, victim: Victim): readonly string[] {
  return world
    .session(victim)
    .diagnostics()
    .map(({ what, reason }) => `${what}: ${reason}`);
}

/** Whether anything in the diagnostics names this rule or reason. */
export function wasTold(world: AttackWorld, victim: Victim, words: string): boolean {
  return told(world, victim).some((line) => line.includes(words));
}

/** The members of a practice as another knows them: device → role, or `removed`. */
export function membersAt(
  world: AttackWorld,
  name: string,
  practice: PracticeId,
): Promise<Readonly<Record<string, string>>> {
  return atDisk(world, name, ({ rosters }) => {
    const members = [...(rosters.get(practice)?.devices ?? [])].map(([device, { role, status }]) => [
      device,
      status === 'active' ? role : status,
    ]);
    return Promise.resolve(Object.fromEntries(members) as Record<string, string>);
  });
}

interface Portrait {
  readonly shown: Readonly<Record<string, unknown>>;
  readonly counted: Readonly<Record<string, readonly string[]>>;
  readonly heads: readonly string[];
}

/** Everything in which replicas of equal rights must agree: what is shown, what counts, the heads of the charter. */
async function portrait(world: AttackWorld, name: string, chart: ChartId): Promise<Portrait> {
  const open = await world.open(name);
  const shown: Record<string, unknown> = {};
  for (const [section, view] of open.sections)
    if (view.state !== 'not-shared')
      shown[section] = {
        state: view.state,
        resources: [...view.resources.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
        conflicts: view.conflicts.length,
      };
  open.close();
  return atDisk(world, name, async (machine) => {
    const access = await accessOf(machine, chart);
    const counted: Record<string, readonly string[]> = {};
    for (const section of chartSections as readonly Section[]) {
      if (access.charter.rightOf(machine.self.practice, section) === 'none') continue;
      const keeper = await SectionKeeper.load(machine, access, section);
      counted[section] = [...keeper.judgement.effective].sort();
      keeper.close();
    }
    return { shown, counted, heads: access.charter.heads };
  });
}

/**
 * Replicas show the same, count the same entries and have the same charter, in the sections that the first and each other
 * both read; also when they are started again. Returns the text of the first chart, for what must and must not be in it.
 */
export async function sameChartEverywhere(world: AttackWorld, names: readonly string[]): Promise<string> {
  await world.settle();
  const { chart } = world;
  const live = await Promise.all(names.map((name) => portrait(world, name, chart)));
  const [first] = live;
  if (first === undefined) throw new Error('there is a replica to compare');
  for (const [i, other] of live.entries()) {
    expect(common(other, first), `${names[i] ?? ''} and ${names[0] ?? ''}`).toEqual(common(first, other));
  }
  return JSON.stringify(first.shown);
}

/** The same, and once more after every program was started anew from its disk. */
export async function sameAfterRestart(world: AttackWorld, names: readonly string[]): Promise<string> {
  const before = await sameChartEverywhere(world, names);
  for (const name of names) await world.restart(name);
  const after = await sameChartEverywhere(world, names);
  expect(after).toBe(before);
  return after;
}

function common(of: Portrait, other: Portrait): unknown {
  const both = <T>(record: Readonly<Record<string, T>>, wanted: object): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([section]) => section in wanted));
  return { shown: both(of.shown, other.shown), counted: both(of.counted, other.counted), heads: of.heads };
}

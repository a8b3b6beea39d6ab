/** One case from its beginning to the verdict: the prologue every run has, the actions, healing, the invariants. */
import { perform } from './actions.ts';
import { readAttached } from './attaching.ts';
import { create, register, sections } from './writing.ts';
import { prologueMs, type SimCase } from './case.ts';
import { checkInvariants } from './invariants.ts';
import { checkThroughKeeper } from './kept.ts';
import type { Machine } from './machine.ts';
import { noTally, type Tally } from './tally.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly what: SimCase;
  readonly traceHash: string;
  readonly tally: Tally;
  readonly log: readonly string[];
  /** The first invariant that did not hold. */
  readonly failure?: Error;
}

export async function runCase(what: SimCase): Promise<Outcome> {
  let world: World;
  try {
    world = await World.begin(what);
  } catch (error) {
    // Practices cannot even be founded, met or unlocked: the product is broken before anything happened.
    const failure = new Error(`REAL: no world begins: ${error instanceof Error ? error.message : String(error)}`);
    return { what, traceHash: '', tally: noTally(), log: [], failure };
  }
  let failure: Error | undefined;
  try {
    await prologue(world);
    for (const action of what.actions)
      world.timeline.after(world.beganMs + action.atMs - world.timeline.nowMs, () => {
        perform(world, action);
      });
    const last = what.actions.at(-1)?.atMs ?? prologueMs;
    await world.timeline.pass(world.beganMs + last + 40_000 - world.timeline.nowMs);
    if (world.keeper !== undefined) {
      await world.healByKeeper();
      await checkThroughKeeper(world, world.keeper);
    }
    await world.heal();
    await readAttached(world);
    world.end();
    await checkInvariants(world);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  const { log, traceHash } = world;
  const tally = {
    ...world.tally,
    conflicts: world.conflicts.size,
    runs: 1,
    keepers: world.keeper === undefined ? 0 : 1,
  };
  return { what, traceHash, tally, log, ...(failure === undefined ? {} : { failure }) };
}

/** Two charts of the first practice, with something in each section, shared with everyone for writing. */
async function prologue(world: World): Promise<void> {
  const [first] = world.machines;
  if (first === undefined) return;
  await world.timeline.pass(6_000);
  for (const index of [0, 1]) {
    await world.during(register(world, first));
    const chart = world.charts[index];
    if (chart === undefined) throw new Error('the first chart is registered');
    const others = new Set(world.machines.map((machine) => machine.practiceId));
    others.delete(first.practiceId);
    for (const practice of others)
      if (practice !== undefined) {
        const shared = await world.during(first.session?.share(chart, practice, sections, 'write') ?? never());
        if (!shared.ok) throw new Error(`sharing fails: ${shared.reason}`);
        world.tally.shares += 1;
      }
    for (const section of sections) await world.during(writeFirst(world, first, chart, section));
  }
}

async function writeFirst(
  world: World,
  machine: Machine,
  chart: World['charts'][number],
  section: (typeof sections)[number],
): Promise<void> {
  const open = await machine.session?.openChart(chart);
  if (open?.ok !== true) throw new Error('the first chart opens');
  await create(world, machine, open.value, section);
  open.value.close();
}

function never(): never {
  throw new Error('the first machine is on');
}

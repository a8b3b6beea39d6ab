/**
 * What honest people and the weather do, by the product's own acts. Each action chooses by its dice among what is there, sets
 * something going and lets the world go on; what comes of it is noted when it is known. An action that finds nothing to do
 * does nothing.
 */
import type { ChartId } from '../../src/base/ids.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import type { Session } from '../../src/app/session.ts';
import { attach } from './attaching.ts';
import { rest } from './audit.ts';
import type { Action, ActionKind } from './case.ts';
import { Dice, name, why, working, type Act } from './choosing.ts';
import { hostileAct } from './hostile.ts';
import { keeperActs } from './keeper-actions.ts';
import type { Machine } from './machine.ts';
import { mergeCharts } from './merging.ts';
import { note } from './notes.ts';
import { peopleActs } from './people-actions.ts';
import type { World } from './world.ts';
import { change, create, opened, register, sections, settle } from './writing.ts';

/** Sets the action going. */
export function perform(world: World, action: Action): void {
  const act = acts[action.kind];
  world.inBackground(act(world, new Dice(action.dice)));
}

const acts: Readonly<Record<ActionKind, Act>> = {
  ...peopleActs,
  ...keeperActs,
  register: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine !== undefined && world.charts.length < 3) await register(world, machine);
  },
  create: async (world, dice) => {
    const machine = dice.of(working(world));
    const section = dice.of(sections) ?? 'allergies';
    if (machine === undefined) return;
    await withChart(world, machine, dice, async (chart) => {
      await create(world, machine, chart, section);
    });
  },
  change: async (world, dice) => {
    const machine = dice.of(working(world));
    const section = dice.of(sections) ?? 'allergies';
    if (machine !== undefined)
      await withChart(world, machine, dice, (chart) => change(world, machine, chart, section, dice));
  },
  settle: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine !== undefined) await withChart(world, machine, dice, (chart) => settle(world, machine, chart));
  },
  share: async (world, dice) => {
    const [machine, chart, other] = ownChart(world, dice);
    if (machine?.session === undefined || chart === undefined || other?.practiceId === undefined) return;
    const right = dice.below(3) === 0 ? 'read' : 'write';
    const which = dice.below(2) === 0 ? sections : sections.slice(0, 1);
    // Some for a while only, by the clock of whoever gives it.
    const forMs = dice.below(4) === 0 ? 10_000 + 1_000 * dice.below(60) : undefined;
    const until =
      forMs === undefined ? undefined : new Date(world.timeline.nowMs + machine.skewMs + forMs).toISOString();
    const done = await machine.session.share(chart, other.practiceId, which, right, until);
    if (done.ok) world.tally.shares += 1;
    if (done.ok && until !== undefined) world.tally.endDates += 1;
    const how = `${right} ${which.join()}${forMs === undefined ? '' : ` for ${forMs} ms`}`;
    world.note(`${machine.name} shares ${name(world, chart)} with ${other.practice}: ${how} ${why(done)}`);
  },
  stop: async (world, dice) => {
    const [machine, chart, other] = ownChart(world, dice);
    if (machine?.session === undefined || chart === undefined || other?.practiceId === undefined) return;
    await stop(world, machine, chart, other, dice.below(3) === 0 ? ['allergies'] : 'all');
  },
  admit: async (world, dice) => {
    const [machine, chart] = ownChart(world, dice);
    if (machine === undefined || chart === undefined) return;
    await opened(world, machine, chart, async (open) => {
      const row = open.setAside.find(({ canBeAdmitted }) => canBeAdmitted);
      if (row === undefined) return;
      const done = await open.admit([row.id]);
      if (done.ok) world.tally.setAside += 1;
      world.note(`${machine.name} admits ${row.id.slice(0, 8)} in ${name(world, chart)} ${why(done)}`);
    });
  },
  settleFork: async (world, dice) => {
    const [machine, chart] = ownChart(world, dice);
    if (machine === undefined || chart === undefined) return;
    await opened(world, machine, chart, async (open) => {
      const fork = open.forks[0];
      const branch = dice.of(fork?.branches ?? []);
      if (fork === undefined || branch === undefined) return;
      const done = await open.settleFork(fork.section, fork.chain, fork.seq, branch.hash);
      world.note(`${machine.name} settles a fork in ${name(world, chart)} ${why(done)}`);
    });
  },
  handOver: async (world, dice) => {
    // What an attacker's own practice keeps, it may do with as it likes: that is no attack any more.
    const [machine, chart] = ownChart(world, dice, world.honest);
    const other = dice.of(world.honest.filter((one) => one.practice !== machine?.practice));
    if (machine === undefined || chart === undefined || other?.practiceId === undefined) return;
    const to = other.practiceId;
    const keeps = dice.of(['none', 'read', 'write'] as const) ?? 'write';
    await opened(world, machine, chart, async (open) => {
      const done = await open.handOver(to, keeps, machine.recoveryPhrase);
      world.note(`${machine.name} offers ${name(world, chart)} to ${other.practice}, keeping ${keeps} ${why(done)}`);
      // Most offers are taken up, a while later.
      if (done.ok) world.later(15_000, () => takeOver(world, other));
    });
  },
  takeOver: async (world, dice) => {
    const machine = dice.of(working(world).filter((one) => one.practice !== world.hostile.practice));
    if (machine !== undefined) await takeOver(world, machine);
  },
  cut: async (world, dice) => {
    const [one, other] = [dice.of(world.machines), dice.of(world.machines)];
    if (one?.device === undefined || other?.device === undefined || one === other) return;
    world.skies.change(one.device, other.device, { cut: true });
    if (dice.below(2) === 0) world.skies.change(other.device, one.device, { cut: true });
    world.note(`the line from ${one.name} to ${other.name} is cut`);
  },
  mend: async (world) => {
    world.skies.clearUp();
    world.note('all lines are mended');
  },
  storm: async (world, dice) => {
    const [one, other] = [dice.of(world.machines), dice.of(world.machines)];
    if (one?.device === undefined || other?.device === undefined || one === other) return;
    const bad = { lost: dice.below(20), doubled: dice.below(20), overtaking: dice.below(20) };
    world.skies.change(one.device, other.device, bad);
    world.note(`a storm between ${one.name} and ${other.name}: ${JSON.stringify(bad)}`);
  },
  crash: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine === undefined) return;
    const cut = { commits: 1 + dice.below(3), when: dice.below(2) === 0 ? 'before' : 'after' } as const;
    world.note(`${machine.name} is to stop ${cut.when} its commit ${cut.commits}`);
    machine.cutPower(cut);
    // Something to be in the middle of; and a while later somebody switches it on again.
    world.timeline.after(5_000 + dice.below(30_000), () => {
      if (machine.isOn) machine.cancelPowerCut();
      else void machine.start().then(() => world.note(`${machine.name} is on again`));
    });
    await withChart(world, machine, dice, async (chart) => {
      await create(world, machine, chart, dice.of(sections) ?? 'allergies');
    });
  },
  restart: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine?.session === undefined) return;
    await machine.lock();
    await machine.start();
    world.note(`${machine.name} was locked and unlocked`);
  },
  together: async (world, dice) => {
    const key = dice.below(1000);
    const chart = world.charts[0];
    const section = dice.of(sections) ?? 'allergies';
    if (chart === undefined) return;
    await Promise.all(
      working(world).map((machine) =>
        opened(world, machine, chart, (open) => change(world, machine, open, section, new Dice([key]))),
      ),
    );
  },
  unaware: async (world, dice) => {
    const chart = world.charts[1];
    const custodian = working(world).find((machine) =>
      machine.session?.charts.some(({ id, own }) => own && id === chart),
    );
    const other = world.hostile;
    if (chart === undefined || custodian?.session === undefined || other.practiceId === undefined || !other.isOn)
      return;
    for (const machine of world.machines) apart(world, machine, other);
    await stop(world, custodian, chart, other, 'all');
    await opened(world, other, chart, async (open) => {
      await create(world, other, open, dice.of(sections) ?? 'allergies');
    });
  },
  attach,
  note,
  rest,
  mergeCharts,
  hostile: (world, dice) => hostileAct(world, dice),
  forgery: (world, dice) => hostileAct(world, dice, 'forges'),
};

// ------------------------------------------------------------------------------------------------------- choosing

/** An own chart of some machine, and a machine of another practice. */
function ownChart(
  world: World,
  dice: Dice,
  among: readonly Machine[] = world.machines,
): readonly [Machine | undefined, ChartId | undefined, Machine | undefined] {
  const mayBeAsked = working(world).filter((one) => among.includes(one));
  const withOwn = mayBeAsked.filter(({ session }) => session?.charts.some(({ own }) => own) === true);
  const machine = dice.of(withOwn.length > 0 ? withOwn : mayBeAsked);
  const chart = dice.of((machine?.session?.charts ?? []).filter(({ own }) => own));
  const other = dice.of(world.machines.filter((one) => one.practice !== machine?.practice));
  return [machine, chart?.id, other];
}

async function withChart(
  world: World,
  machine: Machine,
  dice: Dice,
  act: (chart: OpenChart) => Promise<void>,
): Promise<void> {
  const charts = machine.session?.charts ?? [];
  // The first chart is the one that everybody works on.
  const favourite = dice.below(2) === 0 ? charts.find(({ id }) => id === world.charts[0]) : undefined;
  const chart = favourite ?? dice.of(charts);
  if (chart !== undefined) await opened(world, machine, chart.id, act);
}

function apart(world: World, one: Machine, other: Machine): void {
  if (one === other || one.device === undefined || other.device === undefined) return;
  world.skies.change(one.device, other.device, { cut: true });
  world.skies.change(other.device, one.device, { cut: true });
}

// --------------------------------------------------------------------------------------------------------- doing

/** Whatever charts are offered to it. */
async function takeOver(world: World, machine: Machine): Promise<void> {
  for (const { id } of machine.session?.charts ?? [])
    await opened(world, machine, id, async (open) => {
      if (open.custody.offer?.direction !== 'received') return;
      const done = await open.takeOver();
      if (done.ok) world.tally.custodies += 1;
      world.note(`${machine.name} takes over ${name(world, id)} ${why(done)}`);
    });
}

async function stop(
  world: World,
  machine: Machine,
  chart: ChartId,
  other: Machine,
  which: Parameters<Session['stopSharing']>[2],
): Promise<void> {
  if (machine.session === undefined || other.practiceId === undefined) return;
  const done = await machine.session.stopSharing(chart, other.practiceId, which);
  if (done.ok) world.tally.stops += 1;
  world.note(
    `${machine.name} stops sharing ${name(world, chart)} with ${other.practice}: ${which.toString()} ${why(done)}`,
  );
}

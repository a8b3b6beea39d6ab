/**
 * What honest people and the weather do, by the product's own acts. Each action chooses by its dice among what is there, sets
 * something going and lets the world go on; what comes of it is noted when it is known. An action that finds nothing to do
 * does nothing.
 */
import type { ChartId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { OpenChart, Session } from '../../src/app/session.ts';
import { canary } from './canary.ts';
import type { Action, ActionKind } from './case.ts';
import { Dice, name, why, working, type Act } from './choosing.ts';
import { hostileAct } from './hostile.ts';
import type { Machine } from './machine.ts';
import { peopleActs } from './people-actions.ts';
import type { World } from './world.ts';

export const sections = ['allergies', 'medications'] as const satisfies readonly ChartSection[];
const resourceTypes = { allergies: 'AllergyIntolerance', medications: 'MedicationStatement' } as const;
const words = { allergies: 'code', medications: 'dosage' } as const;
const registers = { allergies: 'code', medications: 'dose' } as const;

/** What a text looks like in a resource of the section. */
function said(section: (typeof sections)[number], text: string): Record<string, unknown> {
  return { [words[section]]: section === 'allergies' ? { text } : [{ text }] };
}

/** Sets the action going. */
export function perform(world: World, action: Action): void {
  const act = acts[action.kind];
  void act(world, new Dice(action.dice)).catch((error: unknown) => {
    // Whoever is at work when the practice is locked is told so.
    if (error instanceof Error && error.name === 'PracticeLocked') return;
    world.fail(error);
  });
}

const acts: Readonly<Record<ActionKind, Act>> = {
  ...peopleActs,
  register: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine !== undefined && world.charts.length < 3) await register(world, machine);
  },
  create: async (world, dice) => {
    const machine = dice.of(working(world));
    const section = dice.of(sections) ?? 'allergies';
    if (machine !== undefined) await withChart(world, machine, dice, (chart) => create(world, machine, chart, section));
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
    const [machine, chart] = ownChart(world, dice);
    // What an attacker's own practice keeps, it may do with as it likes: that is no attack any more.
    const other = dice.of(world.honest.filter((one) => one.practice !== machine?.practice));
    if (machine === undefined || chart === undefined || other?.practiceId === undefined) return;
    if (machine.practice === world.hostile.practice) return;
    const to = other.practiceId;
    const keeps = dice.of(['none', 'read', 'write'] as const) ?? 'write';
    await opened(world, machine, chart, async (open) => {
      const done = await open.handOver(to, keeps, machine.recoveryPhrase);
      world.note(`${machine.name} offers ${name(world, chart)} to ${other.practice}, keeping ${keeps} ${why(done)}`);
      // Most offers are taken up, a while later.
      if (done.ok) world.timeline.after(15_000, () => void takeOver(world, other));
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
    await withChart(world, machine, dice, (chart) => create(world, machine, chart, dice.of(sections) ?? 'allergies'));
  },
  restart: async (world, dice) => {
    const machine = dice.of(working(world));
    if (machine?.session === undefined) return;
    const { session } = machine;
    machine.session = undefined;
    await session.lock();
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
    await opened(world, other, chart, (open) => create(world, other, open, dice.of(sections) ?? 'allergies'));
  },
  hostile: (world, dice) => hostileAct(world, dice),
  forgery: (world, dice) => hostileAct(world, dice, 'forges'),
};

// ------------------------------------------------------------------------------------------------------- choosing

/** An own chart of some machine, and a machine of another practice. */
function ownChart(world: World, dice: Dice): readonly [Machine | undefined, ChartId | undefined, Machine | undefined] {
  const machine = dice.of(working(world));
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

async function opened(
  world: World,
  machine: Machine,
  chart: ChartId,
  act: (chart: OpenChart) => Promise<void>,
): Promise<void> {
  const open = await machine.session?.openChart(chart);
  if (open?.ok !== true) return;
  for (const section of sections)
    for (const { key } of open.value.sections.get(section)?.conflicts ?? []) world.conflicts.add(`${chart} ${key}`);
  await act(open.value);
  open.value.close();
}

function apart(world: World, one: Machine, other: Machine): void {
  if (one === other || one.device === undefined || other.device === undefined) return;
  world.skies.change(one.device, other.device, { cut: true });
  world.skies.change(other.device, one.device, { cut: true });
}

// --------------------------------------------------------------------------------------------------------- doing

export async function register(world: World, machine: Machine): Promise<void> {
  const patient = {
    resourceType: 'Patient',
    id: 'patient',
    name: [{ family: `${canary} ${world.charts.length}` }],
    birthDate: '1970-01-01',
  };
  const done = await machine.session?.registerPatient({
    kind: 'create',
    key: 'Patient/patient',
    base: JSON.stringify(patient),
  });
  if (done?.ok === true) world.charts.push(done.value);
  world.note(`${machine.name} registers chart ${world.charts.length - 1}`);
}

export async function create(
  world: World,
  machine: Machine,
  chart: OpenChart,
  section: (typeof sections)[number],
): Promise<void> {
  const text = `${canary} ${machine.name} ${world.log.length}`;
  const type = resourceTypes[section];
  const key = `${type}/${machine.name}-${world.log.length}`;
  const base = JSON.stringify({ resourceType: type, id: key.slice(type.length + 1), ...said(section, text) });
  await write(world, machine, chart, section, { kind: 'create', key, base }, text);
}

async function change(
  world: World,
  machine: Machine,
  chart: OpenChart,
  section: (typeof sections)[number],
  dice: Dice,
): Promise<void> {
  const keys = [...(chart.sections.get(section)?.resources.keys() ?? [])].filter((key) =>
    key.startsWith(resourceTypes[section]),
  );
  const key = dice.of(keys.sort());
  if (key === undefined) return;
  const text = `${canary} ${machine.name} ${world.log.length}`;
  await write(
    world,
    machine,
    chart,
    section,
    { kind: 'change', key, registers: { [registers[section]]: JSON.stringify(said(section, text)) } },
    text,
  );
}

async function write(
  world: World,
  machine: Machine,
  chart: OpenChart,
  section: ChartSection,
  edit: Parameters<OpenChart['edit']>[1][number],
  text: string,
): Promise<void> {
  const { device } = machine;
  if (chart.sections.get(section)?.canWrite !== true || device === undefined) return;
  const done = await chart.edit(section, [edit]);
  world.note(`${machine.name} writes ${text} in ${name(world, chart.id)} ${section} ${why(done)}`);
  if (!done.ok || !('key' in edit)) return;
  world.tally.saved += 1;
  world.saved.push({ by: machine, device, chart: chart.id, section, key: edit.key, text, atMs: world.timeline.nowMs });
}

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

async function settle(world: World, machine: Machine, chart: OpenChart): Promise<void> {
  for (const section of sections) {
    const conflict = chart.sections.get(section)?.conflicts.find(({ key }) => !key.startsWith('@'));
    if (conflict === undefined) continue;
    const branches = conflict.branches.map(({ provenance }) => provenance.change);
    const done = await chart.edit(section, [{ kind: 'settle', key: conflict.key, registers: {}, branches }]);
    if (done.ok) world.tally.settled += 1;
    world.note(`${machine.name} settles ${conflict.key} in ${name(world, chart.id)} ${why(done)}`);
    return;
  }
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

/** How people of the simulated world open charts and write in them, each with a text that nobody else writes. */
import type { ChartId } from '../../src/base/ids.ts';
import type { ChartSection } from '../../src/base/sections.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import { canary } from './canary.ts';
import { name, why, type Dice } from './choosing.ts';
import type { Machine } from './machine.ts';
import type { Saved, World } from './world.ts';

export const sections = ['allergies', 'medications'] as const satisfies readonly ChartSection[];
const resourceTypes = { allergies: 'AllergyIntolerance', medications: 'MedicationStatement' } as const;
const words = { allergies: 'code', medications: 'dosage' } as const;
const registers = { allergies: 'code', medications: 'dose' } as const;

/** What a text looks like in a resource of the section. */
function said(section: (typeof sections)[number], text: string): Record<string, unknown> {
  return { [words[section]]: section === 'allergies' ? { text } : [{ text }] };
}

export async function opened(
  world: World,
  machine: Machine,
  chart: ChartId,
  act: (chart: OpenChart) => Promise<void>,
): Promise<void> {
  const open = await machine.session?.openChart(chart);
  if (open?.ok !== true) return;
  for (const section of sections)
    for (const { key } of open.value.sections.get(section)?.conflicts ?? []) world.conflicts.add(`${chart} ${key}`);
  // What is read as one with another is written in the chart that was meant.
  const own = open.value.merged?.parts.find(({ id }) => id === chart) ?? open.value;
  await act(own);
  open.value.close();
}

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
): Promise<Saved | undefined> {
  const text = `${canary} ${machine.name} ${world.log.length}`;
  const type = resourceTypes[section];
  const key = `${type}/${machine.name}-${world.log.length}`;
  const base = JSON.stringify({ resourceType: type, id: key.slice(type.length + 1), ...said(section, text) });
  return write(world, machine, chart, section, { kind: 'create', key, base }, text);
}

export async function change(
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
): Promise<Saved | undefined> {
  const { device } = machine;
  if (chart.sections.get(section)?.canWrite !== true || device === undefined) return undefined;
  const done = await chart.edit(section, [edit]);
  world.note(`${machine.name} writes ${text} in ${name(world, chart.id)} ${section} ${why(done)}`);
  if (!done.ok || !('key' in edit)) return undefined;
  world.tally.saved += 1;
  const saved = { by: machine, device, chart: chart.id, section, key: edit.key, text, atMs: world.timeline.nowMs };
  world.saved.push(saved);
  return saved;
}

export async function settle(world: World, machine: Machine, chart: OpenChart): Promise<void> {
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

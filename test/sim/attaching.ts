/**
 * Files in the simulated world (EN-10): somebody attaches one, others ask for it a while later and read what was attached, and
 * once all is quiet whoever attached it has its parts on the disk, and so has a keeper that may hold what names them.
 */
import type { ChartId } from '../../src/base/ids.ts';
import type { OpenChart } from '../../src/app/charts/chart-on-screen.ts';
import { largeData, manifestsInText, textsOf } from '../../src/clinical/large-data.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import { toUtf8, fromUtf8 } from '../../src/base/bytes.ts';
import { canary } from './canary.ts';
import { name, why, working, type Act } from './choosing.ts';
import { custodianOf, violated, type Replica } from './invariants.ts';
import type { KeeperMachine } from './keeper-machine.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';
import { opened } from './writing.ts';

const section = 'allergies';
/** Somewhat more than what stays in the entry. */
const fileBytes = 40_000;
/** Time enough for the entry to come; what was asked for comes, or does not, until all is healed. */
const askAfterMs = 12_000;

/** A person attached it and was told that it is saved. */
export interface Attached {
  readonly by: Machine;
  readonly chart: ChartId;
  readonly key: string;
  readonly content: string;
}

export const attach: Act = async (world, dice) => {
  const machine = dice.of(working(world));
  const chart = world.charts[0];
  if (machine === undefined || chart === undefined) return;
  await opened(world, machine, chart, (open) => attachTo(world, machine, open));
  world.later(askAfterMs, async () => {
    for (const one of working(world)) await opened(world, one, chart, (open) => ask(world, one, open));
  });
};

async function attachTo(world: World, machine: Machine, chart: OpenChart): Promise<void> {
  if (chart.sections.get(section)?.canWrite !== true) return;
  const said = `${canary} file of ${machine.name} ${world.log.length}`;
  const content = `${said} `.repeat(Math.ceil(fileBytes / said.length));
  const file = largeData('base64', toUtf8(content));
  const id = `${machine.name}-${world.log.length}`;
  const key = `AllergyIntolerance/${id}`;
  const attachment = { url: 'urn:photograph', valueAttachment: { contentType: 'text/plain', data: file.stub } };
  const base = JSON.stringify({ resourceType: 'AllergyIntolerance', id, extension: [attachment] });
  const never = new AbortController().signal;
  const attached = { taken: [file], progress: () => undefined, signal: never };
  const done = await chart.editWithFiles(section, [{ kind: 'create', key, base }], attached);
  world.note(`${machine.name} attaches a file to ${key} in ${name(world, chart.id)} ${why(done)}`);
  if (!done.ok) return;
  world.attached.push({ by: machine, chart: chart.id, key, content });
  world.tally.attached += 1;
}

/** Wants what is elsewhere, and reads what is here. */
async function ask(world: World, machine: Machine, chart: OpenChart): Promise<void> {
  for (const [key, resource] of chart.sections.get(section)?.resources ?? [])
    for (const data of textsOf(resource).flatMap((text) => [...manifestsInText(text).keys()])) {
      const state = chart.files.state(data);
      const known = world.attached.find((one) => one.key === key && one.chart === chart.id);
      if (state?.kind !== 'here') chart.files.want(data);
      else if (known !== undefined && known.by !== machine) {
        const read = await chart.files.open(data);
        if (!read.ok || fromUtf8(read.value) !== known.content)
          throw new Error(`EN-10: ${machine.name} reads another file than ${known.by.name} attached`);
        world.tally.filesRead += 1;
      }
    }
}

/** Everyone asks and reads once more, now that all lines are mended. */
export async function readAttached(world: World): Promise<void> {
  if (world.attached.length === 0) return;
  for (const round of [0, 1]) {
    for (const machine of working(world))
      for (const chart of new Set(world.attached.map((one) => one.chart)))
        await world.during(opened(world, machine, chart, (open) => ask(world, machine, open)));
    if (round === 0) await world.timeline.pass(askAfterMs);
  }
}

/** KEEP, DUR: of what is attached, and counts. */
export async function checkAttached(
  world: World,
  charts: ReadonlyMap<ChartId, readonly Replica[]>,
  keeper: KeeperMachine | undefined,
): Promise<void> {
  for (const { by, chart, key } of world.attached) {
    const replicas = charts.get(chart) ?? [];
    const author = replicas.find(({ machine }) => machine === by);
    const parts = author === undefined ? [] : partsOf(author, key);
    const here = await heldOn(by.disk, chart);
    const lost = parts.find((part) => !here.has(part));
    if (lost !== undefined) violated('DUR', `${by.name} attached a file and has lost a part of it`);
    const reference = custodianOf(replicas);
    if (keeper === undefined || reference === undefined) continue;
    const own = world.machines.find(({ practice }) => practice === keeper.practice)?.practiceId;
    const reads = own !== undefined && reference.access.charter.rightOf(own, section) !== 'none';
    if (!reads || !reference.disk.rosters.isActive(keeper.device)) continue;
    const kept = await heldOn(keeper.disk, chart);
    const given = partsOf(reference, key);
    // Whoever has them may have been removed, or is given nothing any more.
    const { charter } = reference.access;
    for (const { machine } of replicas) {
      const { device, practiceId } = machine;
      if (device === undefined || practiceId === undefined || machine.practice === world.hostile.practice) continue;
      if (!reference.disk.rosters.isActive(device) || charter.rightOf(practiceId, section) === 'none') continue;
      const there = await heldOn(machine.disk, chart);
      if (given.some((part) => there.has(part) && !kept.has(part)))
        violated('KEEP', `the keeper lacks a part of the file of ${by.name} that ${machine.name} has`);
    }
    if (given.length > 0 && given.every((part) => kept.has(part))) world.tally.filesKept += 1;
  }
}

async function heldOn(disk: MemoryDisk, chart: ChartId): Promise<ReadonlySet<string>> {
  return new Set((await openMemoryStore(disk.copy()).chunksHeld(chart)).map(({ hash }) => hash));
}

/** The parts of the file as the chart shows it here. */
function partsOf({ keepers }: Replica, key: string): readonly string[] {
  const resource = keepers.get(section)?.document.resources().get(key);
  const texts = resource === undefined ? [] : textsOf(resource);
  return texts.flatMap((text) => [...manifestsInText(text).values()]).flatMap(({ chunks }) => chunks);
}

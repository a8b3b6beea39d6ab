/**
 * What happens with a keeper in the simulated world: people who are never there at the same hour exchange what they write
 * through it alone, its power goes, it loses its disk, it is removed.
 */
import type { ActionKind } from './case.ts';
import { why, working, type Act } from './choosing.ts';
import type { Machine } from './machine.ts';
import type { Saved, World } from './world.ts';
import { create, opened, sections } from './writing.ts';

/** How long somebody is there alone with the keeper. */
const hourMs = 12_000;

export const keeperActs = {
  relay: async (world, dice) => {
    const chart = world.charts[0];
    const one = dice.of(working(world));
    const other = dice.of(working(world).filter((machine) => machine !== one));
    if (world.keeper?.isOn !== true || chart === undefined || one === undefined || other === undefined) return;
    world.note(`${one.name} and ${other.name} are never there at the same hour`);
    world.partAll();
    const mark = world.heardDirectly;
    await other.lock();
    let saved: Saved | undefined;
    await opened(world, one, chart, async (open) => {
      saved = await create(world, one, open, dice.of(sections) ?? 'allergies');
    });
    world.later(hourMs, async () => {
      await one.lock();
      await other.start();
    });
    world.later(2 * hourMs, async () => {
      if (saved !== undefined) await read(world, other, saved, mark);
      await one.start();
      world.skies.clearUp();
    });
  },
  keeperCrash: async (world, dice) => {
    const { keeper } = world;
    const chart = world.charts[0];
    const machine = dice.of(working(world));
    if (keeper?.isOn !== true || machine === undefined || chart === undefined) return;
    const cut = { commits: 1 + dice.below(3), when: dice.below(2) === 0 ? 'before' : 'after' } as const;
    world.note(`${keeper.name} is to stop ${cut.when} its commit ${cut.commits}`);
    keeper.cutPower(cut);
    world.later(4_000 + dice.below(15_000), async () => {
      keeper.cancelPowerCut();
      await keeper.start();
    });
    // Something for it to be in the middle of.
    await opened(world, machine, chart, async (open) => {
      for (const section of sections) await create(world, machine, open, section);
    });
  },
  keeperWipe: (world, dice) => {
    const { keeper } = world;
    if (keeper?.isOn !== true) return Promise.resolve();
    keeper.wipe();
    world.keeperWatch?.wiped();
    world.tally.keeperWipes += 1;
    world.note(`${keeper.name} lost its disk`);
    world.later(2_000 + dice.below(10_000), () => keeper.start());
    return Promise.resolve();
  },
  keeperRemove: async (world, dice) => {
    const { keeper } = world;
    const machine = dice.of(working(world).filter(({ practice }) => practice === keeper?.practice));
    if (keeper === undefined || machine?.session === undefined) return;
    const done = await machine.session.people.remove(keeper.device);
    if (done.ok) world.tally.keeperRemovals += 1;
    world.note(`${machine.name} removes ${keeper.name} ${why(done)}`);
  },
} satisfies Partial<Record<ActionKind, Act>>;

/** Whether it is there; it is relayed when no frame went from one machine to another meanwhile. */
async function read(world: World, machine: Machine, { chart, section, key }: Saved, mark: number): Promise<void> {
  await opened(world, machine, chart, (open) => {
    const isThere = open.sections.get(section)?.resources.has(key) === true;
    if (isThere && world.heardDirectly === mark) world.tally.relayed += 1;
    world.note(`${machine.name} ${isThere ? 'reads' : 'has not'} ${key}`);
    return Promise.resolve();
  });
}

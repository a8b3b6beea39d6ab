/**
 * Charts of one patient in the simulated world: colleagues who do not hear each other say at once that two charts are of one
 * person, each with another one leading, and somebody takes them apart again. That lies in the practice book, which has no
 * readers but the practice's devices: in the end they all read the same there.
 */
import { SectionKeeper } from '../../src/app/sections/section-keeper.ts';
import { diskOf } from './break-in.ts';
import { why, working, type Act } from './choosing.ts';
import { lacksKeyOfBefore, shown, violated } from './invariants.ts';
import type { World } from './world.ts';

const section = 'work';
const undoneAfterMs = 30_000;

export const mergeCharts: Act = async (world, dice) => {
  const one = dice.of(working(world));
  const [a, b] = world.charts;
  if (one === undefined || a === undefined || b === undefined) return;
  const colleagues = working(world).filter(({ practice }) => practice === one.practice);
  await Promise.all(
    colleagues.map(async (machine, i) => {
      const done = await machine.session?.merges.merge(i % 2 === 0 ? a : b, i % 2 === 0 ? b : a);
      if (done === undefined) return;
      if (done.ok) world.tally.merges += 1;
      world.note(`${machine.name} reads chart 0 and 1 as one ${why(done)}`);
    }),
  );
  if (dice.below(2) === 0) return;
  world.later(undoneAfterMs, async () => {
    const done = one.isOn ? await one.session?.merges.undo(a, b) : undefined;
    if (done !== undefined) world.note(`${one.name} takes chart 0 and 1 apart ${why(done)}`);
  });
};

/** CONV, of practice books. */
export async function checkBooks(world: World): Promise<void> {
  if (world.tally.merges === 0) return;
  const byPractice = new Map<number, { readonly name: string; readonly says: string }>();
  for (const machine of world.machines) {
    const disk = await diskOf(machine);
    const access = await disk.charters.get(disk.self.book);
    if (access === undefined || !disk.rosters.isActive(disk.self.device)) continue;
    const keeper = await SectionKeeper.load(disk, access, section);
    if (lacksKeyOfBefore(machine, keeper)) continue;
    const says = shown(keeper);
    const other = byPractice.get(machine.practice);
    if (other !== undefined && other.says !== says)
      violated('CONV', `${machine.name} and ${other.name} read other charts as one: ${says} here, ${other.says} there`);
    byPractice.set(machine.practice, { name: machine.name, says });
  }
}

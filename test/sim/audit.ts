/**
 * The audit log in the simulated world (AU-1 to AU-5). Whatever people do is noted by the product itself, and gathered into the
 * practice's volumes when a device is locked: so in some runs everybody rests for a while, all at once, and each begins or
 * finds this month's volume. In the end every device of a practice has the same volumes, with the same events.
 */
import { readVolume } from '../../src/app/audit/audit-reading.ts';
import { volumesHere } from '../../src/app/audit/audit-volumes.ts';
import { SectionKeeper } from '../../src/app/sections/section-keeper.ts';
import { diskOf } from './break-in.ts';
import { working, type Act } from './choosing.ts';
import { lacksKeyOfBefore, shown, violated } from './invariants.ts';
import type { World } from './world.ts';

const restMs = 4_000;

export const rest: Act = async (world) => {
  const people = working(world);
  world.note('everybody rests');
  await Promise.all(people.map((machine) => machine.lock()));
  world.later(restMs, async () => {
    for (const machine of people) await machine.start();
  });
};

/** CONV and AUTH, of the audit log. */
export async function checkAudit(world: World): Promise<void> {
  const byPractice = new Map<number, { readonly name: string; readonly says: ReadonlyMap<string, string> }>();
  for (const machine of world.machines) {
    const disk = await diskOf(machine);
    if (!disk.rosters.isActive(disk.self.device)) continue;
    const says = new Map<string, string>();
    let isWhole = true;
    for (const volume of volumesHere(disk)) {
      const access = await disk.charters.get(volume);
      if (access === undefined) continue;
      const keeper = await SectionKeeper.load(disk, access, 'audit');
      isWhole &&= !lacksKeyOfBefore(machine, keeper);
      says.set(volume, shown(keeper));
      const { events, refused } = readVolume(keeper, disk.rosters.mustGet(disk.self.practice));
      if (refused.size > 0) violated('AUTH', `${machine.name} finds records in its log that nobody may write`);
      world.tally.auditEvents += events.length;
      if (new Set(events.map(({ device }) => device)).size > 1) world.tally.volumesTogether += 1;
    }
    if (!isWhole) continue;
    const other = byPractice.get(machine.practice);
    for (const volume of new Set([...says.keys(), ...(other?.says.keys() ?? [])]))
      if (other !== undefined && other.says.get(volume) !== says.get(volume))
        violated(
          'CONV',
          `${machine.name} and ${other.name} hold other events of the audit log in ${volume.slice(0, 8)}`,
        );
    byPractice.set(machine.practice, { name: machine.name, says });
  }
}

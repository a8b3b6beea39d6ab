/**
 * Which devices are members otherwise than when something was last derived from rosters: a small record says as of which heads
 * that was, so that a start, or a colleague's session at the same disk, need not look at every chart.
 */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { RosterDevice } from '../access/roster.ts';
import type { RosterBook } from './roster-book.ts';

export type RosterHeads = Readonly<Record<PracticeId, readonly OpId[]>>;

export function rosterHeadsOf(rosters: RosterBook): RosterHeads {
  return Object.fromEntries(
    [...rosters.practices].sort().map((practice) => [practice, rosters.get(practice)?.heads ?? []]),
  );
}

/** As it was written; whoever keeps the record vouches for it. */
export function rosterHeadsFromJson(value: unknown): RosterHeads | undefined {
  return typeof value === 'object' && value !== null ? (value as RosterHeads) : undefined;
}

/** Every device, where nothing is known of before. */
export function changedSince(rosters: RosterBook, asOf: RosterHeads | undefined): ReadonlySet<DeviceId> {
  const changed = new Set<DeviceId>();
  for (const practice of rosters.practices) {
    const roster = rosters.mustGet(practice);
    const heads = asOf?.[practice];
    if (heads?.join() === roster.heads.join()) continue;
    const then = heads === undefined ? undefined : roster.at(heads);
    for (const device of changedDevices(then, roster.devices)) changed.add(device);
  }
  return changed;
}

type Members = ReadonlyMap<DeviceId, RosterDevice>;

export function changedDevices(before: Members | undefined, after: Members | undefined): ReadonlySet<DeviceId> {
  const everyone = [...(before?.keys() ?? []), ...(after?.keys() ?? [])];
  return new Set(everyone.filter((device) => !isSame(before?.get(device), after?.get(device))));
}

function isSame(was: RosterDevice | undefined, is: RosterDevice | undefined): boolean {
  return was?.status === is?.status && was?.role === is?.role && was?.addedBy === is?.addedBy;
}

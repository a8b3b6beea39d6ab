/**
 * What the devices of two practices, or of one, tell each other of rosters before anything is replicated: a new device shows
 * the roster that names it, a removed one is shown that it is. Keeps what a roster says by its signatures and by the device
 * at the other end of the line; never by who sent it.
 */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId, PracticeId } from '../base/ids.ts';
import { encodeSignedOp } from '../access/operation.ts';
import type { RosterState } from '../access/roster.ts';
import type { StoreContent } from '../net/store-content.ts';
import { storedRosterOp, type RosterBook } from './roster-book.ts';

export interface IntroductionParts {
  readonly rosters: RosterBook;
  readonly content: Pick<StoreContent, 'commit'>;
  readonly charters: { rosterChanged(devices: ReadonlySet<DeviceId>): unknown };
  exclusively<T>(act: () => Promise<T>): Promise<T>;
}

/** True when the roster is that practice's and every device named is an active one of it. */
export function takeRoster(
  parts: IntroductionParts,
  practice: PracticeId,
  devices: readonly DeviceId[],
  ops: readonly Bytes[],
): Promise<boolean> {
  const { rosters, content, charters } = parts;
  return parts.exclusively(async () => {
    const checked = await rosters.check(practice, ops);
    if (!checked.ok) return false;
    // A stranger leaves nothing here: what is kept names the device that the connection proved.
    const told = rosters.preview(practice, checked.value);
    if (told?.practice !== practice) return false;
    if (!devices.every((device) => told.devices.get(device)?.status === 'active')) return false;
    const kept = await content.commit({ ops: checked.value.map(storedRosterOp) });
    if (!kept.ok) return false;
    charters.rosterChanged(rosters.add(checked.value));
    return devices.every((device) => rosters.practiceOf(device) === practice);
  });
}

export function rosterBytes(roster: RosterState): readonly Bytes[] {
  return roster.ops.map((op) => encodeSignedOp(op.signed));
}

/** What shows a device that it was removed, and nothing that came later. Empty for one that was not. */
export function removalOf(roster: RosterState | undefined, device: DeviceId): readonly Bytes[] {
  if (roster?.devices.get(device)?.status !== 'removed') return [];
  const removals = roster.ops.filter(
    ({ id, body }) =>
      body.kind === 'removeDevice' && body.device === device && !roster.voided.has(id) && !roster.refused.has(id),
  );
  const heads = removals.map(({ id }) => id);
  return roster.ops.filter(({ id }) => roster.includes(heads, id)).map((op) => encodeSignedOp(op.signed));
}

/** The devices of a practice as its people see them, from the roster and what was noticed of each. */
import type { DeviceId } from '../../base/ids.ts';
import type { RosterState } from '../../access/roster.ts';
import type { VerifiedRosterOp } from '../../access/verify-operation.ts';
import type { DeviceRow } from './people-acts.ts';
import type { PracticeContext } from '../practice-context.ts';

export function deviceRows(
  { self, rosters, people, names }: Pick<PracticeContext, 'self' | 'rosters' | 'people' | 'names'>,
  noticed: {
    readonly lastSeen: (device: DeviceId) => string | undefined;
    readonly connection: (device: DeviceId) => DeviceRow['connection'];
  },
): readonly DeviceRow[] {
  const roster = rosters.mustGet(self.practice);
  const rows = [...roster.devices.values()].map(({ device, role, status, addedBy }): DeviceRow => {
    const label = names.of(device);
    const addition = roster.ops.find((op) => op.id === addedBy);
    const removal = status === 'removed' ? removalOf(roster, device) : undefined;
    const lastSeen = noticed.lastSeen(device);
    const adder = addition === undefined ? undefined : names.of(addition.signer)?.personName;
    return {
      device,
      personName: label?.personName ?? '',
      deviceName: label?.deviceName ?? '',
      role,
      status,
      here: device === self.device ? 'this' : people.isHere(device) ? 'same-browser' : undefined,
      addedAt: isoTime(addition?.body.time ?? 0),
      ...(removal === undefined ? {} : { removedAt: isoTime(removal.body.time) }),
      ...(lastSeen === undefined ? {} : { lastSeen }),
      connection: noticed.connection(device),
      ...(adder === undefined ? {} : { addedBy: adder }),
    };
  });
  return rows.sort((a, b) => placeOf(a) - placeOf(b) || a.personName.localeCompare(b.personName));
}

/** Own first, removed ones last. */
function placeOf({ here, status }: DeviceRow): number {
  if (here === 'this') return 0;
  return status === 'active' ? 1 : 2;
}

function removalOf(roster: RosterState, device: DeviceId): VerifiedRosterOp | undefined {
  return roster.ops.findLast(
    ({ id, body }) => body.kind === 'removeDevice' && body.device === device && !roster.voided.has(id),
  );
}

/** A clock is somebody's word: one that names no time says nothing. */
function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

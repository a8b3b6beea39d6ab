/**
 * CH-3: which of those who may says how far a device that lost its place counts. A close sets aside, for everyone and for good,
 * what its author did not count, and a device that was away, or was added later, cannot tell what it missed from what came too
 * late. So the device that removed it says it, as what counted there when it did; others only where that one is gone or silent.
 * Owns no rule of what a close may say: every replica takes one by whoever may write it.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import { may } from '../../access/roles.ts';
import type { RosterDevice, RosterState } from '../../access/roster.ts';
import type { VerifiedRosterOp } from '../../access/verify-operation.ts';
import type { PracticeContext } from '../practice-context.ts';

/** How long what waits may wait for one device: it may be in a drawer. By clocks, for nothing but a turn hangs on it. */
const patienceMs = 3 * 24 * 60 * 60_000;

type Parts = Pick<PracticeContext, 'self' | 'rosters' | 'timeMs' | 'people'>;

/** `roster`: of the practice whose device `lost` was; `custodian`: of the chart in question. */
export function isLeftToOthers(
  context: Parts,
  roster: RosterState,
  lost: RosterDevice,
  custodian: PracticeId,
): boolean {
  const { self, rosters, people } = context;
  const takings = takingsOf(roster, lost);
  const sinceMs = takings.reduce((latest, { body }) => Math.max(latest, body.time), 0);
  if (takings.length === 0 || Math.abs(context.timeMs() - sinceMs) > patienceMs) return false;
  // A colleague of this browser who did it left marks of what counted here, and may not come back for days.
  if (takings.some(({ signer }) => signer === self.device || people.isHere(signer))) return false;
  if (takings.some((op) => isAdmin(roster.devices.get(op.signer)))) return true;

  const wasThere = (of: RosterState, { addedBy }: RosterDevice): boolean =>
    of === roster
      ? !takings.some((op) => roster.includes([addedBy], op.id))
      : of.ops.some(({ id, body }) => id === addedBy && body.time <= sinceMs);
  const speakers = [roster, rosters.get(custodian)].flatMap((of) =>
    of === undefined ? [] : [...of.devices.values()].filter(isAdmin).map((device) => ({ of, device })),
  );
  const early = speakers.filter(({ of, device }) => wasThere(of, device));
  return early.length > 0 && !early.some(({ device }) => device.device === self.device);
}

/** Whether this device is the one that removed it, or took its role. */
export function wasTakenBy(roster: RosterState | undefined, lost: DeviceId, by: DeviceId): boolean {
  const member = roster?.devices.get(lost);
  return roster !== undefined && member !== undefined && takingsOf(roster, member).some(({ signer }) => signer === by);
}

/** The standing operations by which it lost its place or its role; none where its addition itself came to nothing. */
function takingsOf(roster: RosterState, { device, status, addedBy }: RosterDevice): readonly VerifiedRosterOp[] {
  const kind = status === 'removed' ? 'removeDevice' : 'setRole';
  return roster.ops.filter(
    ({ id, body }) =>
      body.kind === kind &&
      body.device === device &&
      roster.includes([id], addedBy) &&
      !roster.voided.has(id) &&
      !roster.refused.has(id) &&
      !roster.parked.has(id),
  );
}

function isAdmin(member: RosterDevice | undefined): boolean {
  return member?.status === 'active' && may(member.role, 'manageSharing');
}

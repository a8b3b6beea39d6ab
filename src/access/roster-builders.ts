/**
 * Writing a practice's roster (ID-3). Each function makes one signed operation; nothing is stored or sent here. What would
 * be refused by others is refused here first, by resolving the roster with it.
 */
import type { Bytes } from '../base/bytes.ts';
import { deviceId, type DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { BoxKeys } from '../crypto/box.ts';
import type { SignKeys } from '../crypto/sign.ts';
import type { Reason } from './findings.ts';
import { maxPrev } from './limits.ts';
import type { NewDevice, RosterBody } from './operation-bodies.ts';
import { encodeRosterOperation, practiceIdOf } from './operation.ts';
import type { Role } from './roles.ts';
import { resolveRoster, type RosterState } from './roster.ts';
import { isRosterOp, signOperation, type VerifiedOp, type VerifiedRosterOp } from './verify-operation.ts';

/** Keys of the practice itself, from the recovery phrase (ID-1). */
export interface RootKeys {
  readonly sign: SignKeys;
  readonly box: BoxKeys;
}

/** What a device brings along to be added. */
export interface DeviceProfile {
  readonly signKeys: SignKeys;
  readonly boxKey: Bytes;
  readonly role: Role;
  readonly rank: number;
  /** From labels.ts. */
  readonly label: Bytes;
}

export type RosterBuildFault = Reason | 'merge-first';

/** The rank of a practice's first device. The root's own standing is above every rank. */
export const firstRank = 1;

/** A new practice with its first device, which is an admin. */
export async function makeRoster(input: {
  readonly root: RootKeys;
  /** Name of the practice, sealed (labels.ts). */
  readonly label: Bytes;
  readonly first: Omit<DeviceProfile, 'role' | 'rank'>;
  readonly timeMs: number;
}): Promise<VerifiedRosterOp> {
  const { root, label, first, timeMs } = input;
  const body: RosterBody = {
    kind: 'create',
    rootBoxKey: root.box.publicKey,
    label,
    first: newDevice({ ...first, role: 'admin', rank: firstRank }),
    time: timeMs,
  };
  const practice = practiceIdOf(root.sign.publicKey);
  const bytes = encodeRosterOperation({ practice, prev: [], signer: deviceId(root.sign.publicKey), body });
  return mustBeRosterOp(await signOperation(bytes, [root.sign, first.signKeys]));
}

/** Signed by the author and by the device itself, which agrees to join this practice and no other. */
export function addDevice(
  roster: RosterState,
  author: SignKeys,
  added: DeviceProfile,
  timeMs: number,
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  const body: RosterBody = { kind: 'addDevice', added: newDevice(added), time: timeMs };
  return append(roster, author, body, [added.signKeys]);
}

export function removeDevice(
  roster: RosterState,
  author: SignKeys,
  device: DeviceId,
  timeMs: number,
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  return append(roster, author, { kind: 'removeDevice', device, time: timeMs });
}

export function setRole(
  roster: RosterState,
  author: SignKeys,
  device: DeviceId,
  role: Role,
  timeMs: number,
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  return append(roster, author, { kind: 'setRole', device, role, time: timeMs });
}

/** OP-2: joins up to eight heads, so that the next operation can cite them all. */
export function mergeRosterHeads(
  roster: RosterState,
  author: SignKeys,
  timeMs: number,
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  return append({ ...roster, heads: roster.heads.slice(0, maxPrev) }, author, { kind: 'merge', time: timeMs });
}

async function append(
  roster: RosterState,
  author: SignKeys,
  body: RosterBody,
  alsoSignedBy: readonly SignKeys[] = [],
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  if (roster.heads.length > maxPrev) return err('merge-first');
  const signer = deviceId(author.publicKey);
  const bytes = encodeRosterOperation({ practice: roster.practice, prev: roster.heads, signer, body });
  const op = mustBeRosterOp(await signOperation(bytes, [author, ...alsoSignedBy]));
  const fault = resolveRoster([...roster.ops, op])?.refused.get(op.id);
  return fault === undefined ? ok(op) : err(fault.reason);
}

function newDevice({ signKeys, boxKey, role, rank, label }: DeviceProfile): NewDevice {
  return { device: deviceId(signKeys.publicKey), boxKey, role, rank, label };
}

function mustBeRosterOp(op: VerifiedOp): VerifiedRosterOp {
  if (!isRosterOp(op)) throw new Error('a roster builder should make roster operations');
  return op;
}

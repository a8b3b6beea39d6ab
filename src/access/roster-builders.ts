/**
 * Writing a practice's roster (ID-3). Each function makes one signed operation; nothing is stored or sent here. What would
 * be refused by others is refused here first, by resolving the roster with it.
 *
 * A device is added by two signatures over the same bytes, which may be made on two machines: an admin *proposes*, the new
 * device *countersigns* what it has read, and only then does the admin sign. So no signature of an admin exists for a
 * device that did not agree.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import { deviceId, type DeviceId, type PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { BoxKeys } from '../crypto/box.ts';
import type { SignKeys } from '../crypto/sign.ts';
import type { Reason } from './findings.ts';
import { maxPrev } from './limits.ts';
import type { NewDevice, RosterBody } from './operation-bodies.ts';
import { decodeOperation, encodeRosterOperation, practiceIdOf, type OperationFault } from './operation.ts';
import { saysWhatWasTold } from './predicates.ts';
import type { Role } from './roles.ts';
import { resolveRoster, type RosterState } from './roster.ts';
import {
  isRosterOp,
  signBytes,
  signOperation,
  verifyOp,
  type VerifiedOp,
  type VerifiedRosterOp,
  type VerifyFault,
} from './verify-operation.ts';

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

/** What the new device knows for itself, and what the person at it was told, before it agrees to anything. */
export interface ToldToNewDevice {
  readonly practice: PracticeId;
  /** The device that proposes: the one at the other end of the connection. */
  readonly author: DeviceId;
  readonly boxKey: Bytes;
  readonly role: Role;
}

export type CountersignFault = OperationFault | 'not-what-was-told';
export type AssembleFault = RosterBuildFault | VerifyFault | 'not-an-addition';

/** The bytes both are to sign. Refused already when no addition like it could stand. */
export function proposeDevice(
  roster: RosterState,
  author: DeviceId,
  added: NewDevice,
  timeMs: number,
): Result<Bytes, RosterBuildFault> {
  if (roster.heads.length > maxPrev) return err('merge-first');
  if (roster.devices.get(added.device)?.status === 'active') return err('already-a-member');
  const body: RosterBody = { kind: 'addDevice', added, time: timeMs };
  return ok(encodeRosterOperation({ practice: roster.practice, prev: roster.heads, signer: author, body }));
}

/**
 * The new device's signature, if the bytes add this very device, with its own box key, to the practice and in the role it
 * was told. Rank and label are the practice's own affair.
 */
export async function countersign(
  bytes: Bytes,
  own: SignKeys,
  told: ToldToNewDevice,
): Promise<Result<Bytes, CountersignFault>> {
  const decoded = decodeOperation(bytes);
  if (!decoded.ok) return decoded;
  const { log, signer, body } = decoded.value;
  const agreed =
    log.kind === 'roster' &&
    body.kind === 'addDevice' &&
    saysWhatWasTold({
      samePractice: log.practice === told.practice,
      sameAuthor: signer === told.author,
      ownSignKey: body.added.device === deviceId(own.publicKey),
      ownBoxKey: bytesEqual(body.added.boxKey, told.boxKey),
      sameRole: body.added.role === told.role,
    });
  return agreed ? ok(await signBytes(decoded.value, bytes, own)) : err('not-what-was-told');
}

/**
 * The author signs what the new device signed, and gets the operation if it makes that device a member by the roster as it
 * is now: it may have changed while people compared codes.
 */
export async function assembleAddDevice(
  roster: RosterState,
  author: SignKeys,
  bytes: Bytes,
  countersignature: Bytes,
): Promise<Result<VerifiedRosterOp, AssembleFault>> {
  const decoded = decodeOperation(bytes);
  if (!decoded.ok) return decoded;
  const { log, signer, body } = decoded.value;
  if (log.kind !== 'roster' || body.kind !== 'addDevice' || signer !== deviceId(author.publicKey))
    return err('not-an-addition');
  if (log.practice !== roster.practice) return err('wrong-log');
  const own = await signBytes(decoded.value, bytes, author);
  const verified = await verifyOp({ bytes, signatures: [own, countersignature] });
  if (!verified.ok) return verified;
  const op = mustBeRosterOp(verified.value);
  if (roster.ops.some((known) => known.id === op.id)) return err('already-a-member');
  const fault = faultAmong(roster, op);
  if (fault !== undefined) return err(fault);
  const member = resolveRoster([...roster.ops, op])?.devices.get(body.added.device);
  return member?.status === 'active' && member.addedBy === op.id ? ok(op) : err('not-a-member');
}

/** Both signatures on one machine: a restored browser is added by the root, a colleague by the admin at this workstation. */
export async function addDevice(
  roster: RosterState,
  author: SignKeys,
  added: DeviceProfile,
  timeMs: number,
): Promise<Result<VerifiedRosterOp, AssembleFault | CountersignFault>> {
  const signer = deviceId(author.publicKey);
  const proposed = proposeDevice(roster, signer, newDevice(added), timeMs);
  if (!proposed.ok) return proposed;
  const { boxKey, role } = added;
  const told: ToldToNewDevice = { practice: roster.practice, author: signer, boxKey, role };
  const agreed = await countersign(proposed.value, added.signKeys, told);
  return agreed.ok ? assembleAddDevice(roster, author, proposed.value, agreed.value) : agreed;
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
): Promise<Result<VerifiedRosterOp, RosterBuildFault>> {
  if (roster.heads.length > maxPrev) return err('merge-first');
  const signer = deviceId(author.publicKey);
  const bytes = encodeRosterOperation({ practice: roster.practice, prev: roster.heads, signer, body });
  const op = mustBeRosterOp(await signOperation(bytes, [author]));
  const fault = faultAmong(roster, op);
  return fault === undefined ? ok(op) : err(fault);
}

/** What others would say against an operation beside the roster as it is now. */
function faultAmong(roster: RosterState, op: VerifiedRosterOp): Reason | undefined {
  const resolved = resolveRoster([...roster.ops, op]);
  const found = resolved?.refused.get(op.id) ?? resolved?.parked.get(op.id) ?? resolved?.voided.get(op.id);
  return found?.reason;
}

function newDevice({ signKeys, boxKey, role, rank, label }: DeviceProfile): NewDevice {
  return { device: deviceId(signKeys.publicKey), boxKey, role, rank, label };
}

function mustBeRosterOp(op: VerifiedOp): VerifiedRosterOp {
  if (!isRosterOp(op)) throw new Error('a roster builder should make roster operations');
  return op;
}

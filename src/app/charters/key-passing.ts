/**
 * CH-7: keys of a chart that a device is entitled to and was not wrapped, because whoever made them did not know of it: its
 * addition and the key crossed. Tells which this device can pass on; a key that a newer, usable one makes up for is let be.
 */
import type { DeviceId, KeyId, PracticeId } from '../../base/ids.ts';
import type { EpochState } from '../../access/charter.ts';
import { isRecipient } from '../../access/predicates.ts';
import { may } from '../../access/roles.ts';
import type { ChartAccess } from './charter-book.ts';
import type { PracticeContext } from '../practice-context.ts';

export interface LackingKeys {
  readonly practice: PracticeId;
  readonly device: DeviceId;
  readonly keys: readonly KeyId[];
}

type Parts = Pick<PracticeContext, 'self' | 'rosters'>;

/** Whether this device was not wrapped a key that it is entitled to: it was unknown, or restored, when that was made. */
export function lacksKeys({ self, rosters }: Parts, access: ChartAccess, made: ReadonlySet<KeyId>): boolean {
  const own = rosters.get(self.practice)?.devices.get(self.device);
  if (own === undefined || !isRecipient(own)) return false;
  const { charter, keys } = access;
  return charter.epochs.some(
    (epoch) =>
      made.has(epoch.keyId) &&
      !keys.has(epoch.keyId) &&
      epoch.readers.includes(self.practice) &&
      charter.rightOf(self.practice, epoch.section) !== 'none',
  );
}

/** Among the keys `made`, those that devices of this practice lack and this one holds. */
export function lackingKeys(
  { self, rosters }: Parts,
  access: ChartAccess,
  made: ReadonlySet<KeyId>,
): readonly LackingKeys[] {
  const { charter, keys } = access;
  const roster = rosters.get(self.practice);
  const own = roster?.devices.get(self.device);
  if (roster === undefined || own?.status !== 'active' || !may(own.role, 'passKeys')) return [];
  const epochs = charter.epochs.filter(
    (epoch) =>
      made.has(epoch.keyId) &&
      keys.has(epoch.keyId) &&
      epoch.readers.includes(self.practice) &&
      charter.rightOf(self.practice, epoch.section) !== 'none' &&
      !isMadeUpFor(access, epoch),
  );
  if (epochs.length === 0) return [];
  return [...roster.devices.values()].flatMap((member): readonly LackingKeys[] => {
    if (member.device === self.device || !isRecipient(member)) return [];
    const lacking = epochs.filter((epoch) => {
      const then = roster.at(epoch.rosters.get(self.practice)?.heads ?? [])?.get(member.device);
      const wrapped = then !== undefined && isRecipient(then) && then.addedBy === member.addedBy;
      return !wrapped && !wasPassed(access, member.device, epoch.keyId);
    });
    return lacking.length === 0
      ? []
      : [{ practice: self.practice, device: member.device, keys: lacking.map(({ keyId }) => keyId) }];
  });
}

/** Devices of the practice that could pass them on, in the order in which they are to: not all at once. */
export function passingOrder({ self, rosters }: Parts, lacking: readonly LackingKeys[]): readonly DeviceId[] {
  const without = new Set(lacking.map(({ device }) => device));
  return rosters
    .activeDevices(self.practice)
    .filter((device) => !without.has(device))
    .sort();
}

/** A key that is usable now reaches it, and was wrapped to every device there is now. */
function isMadeUpFor({ charter, broken }: ChartAccess, epoch: EpochState): boolean {
  return charter.usableEpochs(epoch.section, broken).length > 0;
}

function wasPassed({ charter }: ChartAccess, device: DeviceId, key: KeyId): boolean {
  return charter.ops.some(
    ({ body }) => body.kind === 'grantKeys' && body.device === device && body.keys.some(({ keyId }) => keyId === key),
  );
}

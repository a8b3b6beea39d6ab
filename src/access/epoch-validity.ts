/**
 * CH-4 and CH-5: whether the keys an operation brings go to exactly those entitled, by what its author knew. What can be
 * seen without opening anything; whether a wrap holds the promised key only its recipient sees (unwrap-epochs.ts).
 */
import type { KeyId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { sealOverheadBytes } from '../crypto/seal.ts';
import { finding, type Finding } from './findings.ts';
import type { EpochBatch, EpochRecord, EpochRoster } from './operation-bodies.ts';
import { isRecipient, keyIsNew, sameSet } from './predicates.ts';
import type { RosterDevice } from './roster.ts';
import type { RosterOf } from './charter-validity.ts';

/** The epochs in an operation's past. */
export interface KnownEpochs {
  isUsed(keyId: KeyId): boolean;
  isOf(section: Section, keyId: KeyId): boolean;
}

export function epochBatchFault(
  batch: EpochBatch,
  readersOf: (section: Section) => readonly PracticeId[],
  known: KnownEpochs,
  rosterOf: RosterOf,
): Finding | undefined {
  const rosters = new Map(batch.rosters.map((roster) => [roster.practice, roster]));
  const named = new Set(batch.epochs.flatMap((epoch) => epoch.readers));
  if (named.size !== rosters.size || ![...named].every((practice) => rosters.has(practice)))
    return finding('CH-5', 'wrong-readers');
  if (!batch.rosters.every((roster) => sameSet(roster.devices, recipientsAt(roster, rosterOf))))
    return finding('CH-5', 'wrong-devices');
  const keyIds = new Set(batch.epochs.map((epoch) => epoch.keyId));
  if (keyIds.size !== batch.epochs.length) return finding('CH-4', 'key-used-before');
  for (const epoch of batch.epochs) {
    const fault = epochFault(epoch, rosters, readersOf(epoch.section), known);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function epochFault(
  epoch: EpochRecord,
  rosters: ReadonlyMap<PracticeId, EpochRoster>,
  readers: readonly PracticeId[],
  known: KnownEpochs,
): Finding | undefined {
  if (!sameSet(epoch.readers, readers)) return finding('CH-5', 'wrong-readers');
  if (epoch.wraps.length !== wrapCount(epoch.readers, rosters)) return finding('CH-5', 'wrong-wraps');
  if (!keyIsNew(known.isUsed(epoch.keyId))) return finding('CH-4', 'key-used-before');
  if (!epoch.previous.every((keyId) => known.isOf(epoch.section, keyId))) return finding('CH-5', 'unknown-former-key');
  const sealedBytes = epoch.previous.length === 0 ? 0 : sealOverheadBytes + 32 * epoch.previous.length;
  return epoch.sealedPrevious.length === sealedBytes ? undefined : finding('CH-5', 'wrong-wraps');
}

/** The root's wrap and one for each device, of each reader. */
function wrapCount(readers: readonly PracticeId[], rosters: ReadonlyMap<PracticeId, EpochRoster>): number {
  return readers.reduce((sum, practice) => sum + 1 + (rosters.get(practice)?.devices.length ?? 0), 0);
}

/** The devices that must be wrapped to at the heads named, sorted. */
function recipientsAt({ practice, heads }: EpochRoster, rosterOf: RosterOf): readonly string[] {
  return recipientsOf(rosterOf(practice)?.at(heads) ?? new Map<string, RosterDevice>()).map((member) => member.device);
}

export function recipientsOf(devices: ReadonlyMap<string, RosterDevice>): readonly RosterDevice[] {
  return [...devices.values()].filter(isRecipient).sort((a, b) => (a.device < b.device ? -1 : 1));
}

/** An epoch as the charter holds it, with what its operation adds. */
export interface EpochState extends EpochRecord {
  readonly op: OpId;
  readonly ephemeralKey: EpochBatch['ephemeralKey'];
  readonly rosters: ReadonlyMap<PracticeId, EpochRoster>;
  /** False when its operation is void: it opens what was sealed under it, and nothing new is. */
  readonly standing: boolean;
}

/**
 * CH-3: which devices that lost their place in a roster this device is to end in a chart, and how far what they wrote counts:
 * as far as it counted here. The removal itself is one operation of the roster, whatever the number of charts; this follows it
 * chart by chart, with the next key, or when something of such a device turns up after the removal, here or at another replica.
 */
import type { DeviceId, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { close, type CharterBuildFault, type CharterWrite } from '../../access/charter-builders.ts';
import type { CharterState } from '../../access/charter.ts';
import { chainParts, type CharterBody, type SectionFrontiers } from '../../access/operation-bodies.ts';
import { mayBeClosed, mayClose } from '../../access/predicates.ts';
import { may } from '../../access/roles.ts';
import type { RosterDevice, RosterState } from '../../access/roster.ts';
import type { FrontierItem } from '../../crypto/entry.ts';
import type { ChartAccess } from './charter-book.ts';
import { isLeftToOthers } from './closing-turns.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';

interface LostPlace {
  readonly practice: PracticeId;
  readonly device: DeviceId;
}

type Parts = Pick<PracticeContext, 'self' | 'rosters' | 'content' | 'author' | 'timeMs' | 'people'>;
type KeeperOf = (access: ChartAccess, section: Section) => Promise<SectionKeeper>;

export type ClosingStep = (access: ChartAccess) => Promise<Result<CharterWrite, CharterBuildFault>>;

/** One operation for each device; none is owed in most charts, and then nothing is opened. */
export function closingSteps(context: Parts, { charter }: ChartAccess, keeperOf: KeeperOf): readonly ClosingStep[] {
  return owedCloses(context, charter).map((lost) => async (access) => {
    const cut = await cutOf(context, access, lost, keeperOf);
    return close(access.charter, context.author(), { ...lost, cut }, context.timeMs());
  });
}

/** Those of the closes still to be written that this device is to write now. */
export function owedCloses(context: Parts, charter: CharterState): readonly LostPlace[] {
  return openCloses(context, charter).filter(({ practice, device }) => {
    const roster = context.rosters.get(practice);
    const member = roster?.devices.get(device);
    if (roster === undefined || member === undefined) return false;
    return !isLeftToOthers(context, roster, member, charter.custodian);
  });
}

/** Devices with something in the chart that lost their place, that nobody has ended, and that this device may end. */
export function openCloses({ self, rosters, content }: Parts, charter: CharterState): readonly LostPlace[] {
  const own = rosters.get(self.practice)?.devices.get(self.device);
  if (own?.status !== 'active' || !may(own.role, 'manageSharing')) return [];
  const chains = charter.sections.flatMap((section) =>
    content.frontier(charter.chart, section).map(({ chain }) => ({ section, device: chainParts(chain).device })),
  );
  const acts = charter.ops.filter((op) => !op.byRoot && !charter.refused.has(op.id));
  const devices = new Set([...chains.map(({ device }) => device), ...acts.map(({ signer }) => signer)]);
  return [...devices].sort().flatMap((device) => {
    const practice = rosters.practiceOf(device);
    const roster = practice === undefined ? undefined : rosters.get(practice);
    const member = roster?.devices.get(device);
    if (practice === undefined || roster === undefined || member === undefined) return [];
    if (!mayClose(charter.custodian === self.practice, practice === self.practice, false, own.role)) return [];
    const lost =
      member.status === 'removed' ||
      chains.some((chain) => chain.device === device && mayBeClosed(member, [chain.section])) ||
      acts.some(({ signer, body }) => signer === device && isOfAdmins(body.kind) && mayBeClosed(member, 'operations'));
    return lost && !isEnded(charter, roster, member) ? [{ practice, device }] : [];
  });
}

function isOfAdmins(kind: CharterBody['kind']): boolean {
  return kind !== 'create' && kind !== 'epoch' && kind !== 'grantKeys' && kind !== 'merge';
}

/** By a close that knew of its addition: one added again and removed once more is ended once more. */
function isEnded(charter: CharterState, roster: RosterState, { device, addedBy }: RosterDevice): boolean {
  return charter.ops.some(
    ({ id, body }) =>
      body.kind === 'close' &&
      body.device === device &&
      roster.includes(body.roster, addedBy) &&
      !charter.parked.has(id) &&
      !charter.refused.has(id) &&
      !charter.voided.has(id),
  );
}

/** What counts here of the device's chains, in every section that it may not write any more. */
async function cutOf(
  { rosters, content }: Parts,
  access: ChartAccess,
  { practice, device }: LostPlace,
  keeperOf: KeeperOf,
): Promise<SectionFrontiers | null> {
  const { charter } = access;
  const member = rosters.get(practice)?.devices.get(device);
  if (member === undefined) throw new Error('a device that lost its place is in its roster');
  const cut: Partial<Record<Section, readonly FrontierItem[]>> = {};
  for (const section of charter.sections) {
    if (!mayBeClosed(member, [section])) continue;
    const wroteHere = content.frontier(charter.chart, section).some(({ chain }) => chainParts(chain).device === device);
    if (!wroteHere) {
      cut[section] = [];
      continue;
    }
    const keeper = await keeperOf(access, section);
    await keeper.refresh(access);
    cut[section] = keeper.judgement.frontier
      .filter(({ chain }) => chainParts(chain).device === device)
      .flatMap((item) => keeper.beforeHalfBatch(item) ?? []);
  }
  // Null: its role lets it write as before, and only what it did as an admin ends.
  return Object.keys(cut).length > 0 ? cut : null;
}

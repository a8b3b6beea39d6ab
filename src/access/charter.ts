/**
 * A chart's access log as it stands: who may read and write what, and under which keys (protocol section 3). Owns the
 * resolution of charters (OP-5): a pure function of the operations and rosters given, whatever their order. Must never
 * decide by clock; `until` is for those who serve (CH-8).
 *
 * parked  cites what is not here yet, or waits for a `close` · refused  was never allowed · voided  allowed when made, undone
 */
import type { ChartId, DeviceId, KeyId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { chainNameOf } from '../crypto/entry.ts';
import { CharterLog, epochsOf, type FinalVerdicts } from './charter-log.ts';
import { standingOps } from './charter-standing.ts';
import { isBookSection, type RosterOf } from './charter-validity.ts';
import { isKind } from './charter-acts.ts';
import { viewCharter, type CharterView } from './charter-view.ts';
import { disclosureRows, type DisclosureRow } from './disclosure.ts';
import { recipientsOf, type EpochState } from './epoch-validity.ts';
import type { Finding } from './findings.ts';
import { rostersCitedBy } from './known-rosters.ts';
import { headsKey } from './operation.ts';
import type { Right } from './operation-bodies.ts';
import { isUsable, mayWriteAt, removalEndsChain, sameSet } from './predicates.ts';
import { mayHoldKeys } from './roles.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export type { RosterOf } from './charter-validity.ts';
export type { EpochState } from './epoch-validity.ts';

interface CurrentGrant {
  readonly practice: PracticeId;
  readonly section: Section;
  readonly right: Right;
  /** The earliest end of the grants it rests on, in milliseconds since 1970, or null. */
  readonly until: number | null;
}

export interface CharterState extends CharterView {
  readonly chart: ChartId;
  /** A practice book has the custodian as its only reader, and no grants. */
  readonly kind: 'chart' | 'book';
  /** What the next operation or entry cites. */
  readonly heads: readonly OpId[];
  readonly grants: readonly CurrentGrant[];
  /** Every known epoch, causes first, void ones too: they still open what was sealed under them. */
  readonly epochs: readonly EpochState[];
  readonly parked: ReadonlyMap<OpId, Finding>;
  readonly refused: ReadonlyMap<OpId, Finding>;
  /** What never changes, for a later resolution of this chart. */
  readonly verdicts: FinalVerdicts;
  readonly voided: ReadonlyMap<OpId, Finding>;
  readonly disclosure: readonly DisclosureRow[];
  /** The log, for those that may be sent it. */
  readonly ops: readonly VerifiedCharterOp[];

  /**
   * CH-6: keys under which this device may seal now, the best first. None: the writer makes one. `unopenable` are keys this
   * device found broken (unwrap-epochs.ts) or was never given; no key it makes can reach those.
   */
  usableEpochs(section: Section, unopenable?: ReadonlySet<KeyId>): readonly KeyId[];
  /**
   * CUT-7: what the device's next entry names as its stint: '' for the first, else the operation that began this one.
   * Undefined when every chain of it has been ended and nothing has opened a new one.
   */
  stintOf(practice: PracticeId, device: DeviceId, section: Section): OpId | '' | undefined;
  /** EN-3: the right at the heads an entry cites. False also when they are unknown. */
  canWrite(device: DeviceId, section: Section, charterHeads: readonly OpId[], rosterHeads: readonly OpId[]): boolean;
  /** CH-8, OP-5.5: whether a practice is to be sent a section now. The clock is this device's own. */
  isServed(practice: PracticeId, section: Section, nowMs: number): boolean;
  /** Revokes undone with their author, for the admins to repeat or drop; until then their subject is not served. */
  readonly revokesToRepeat: readonly VerifiedCharterOp[];
  /** Grants past their end that still stand: the custodian's next device online revokes them. */
  expired(nowMs: number): readonly CurrentGrant[];

  /** As someone knew it who cited these heads; undefined when one is not in force here. */
  at(heads: readonly OpId[]): CharterView | undefined;
  readonly covers: (newer: readonly OpId[], older: readonly OpId[]) => boolean;
  /** Whether `a` was known when `b` was made. */
  isBefore(a: OpId, b: OpId): boolean;
  /** The practice whose roster these heads are of, among those this charter speaks of. */
  practiceOfRoster(rosterHeads: readonly OpId[]): PracticeId | undefined;
  readonly rosterOf: RosterOf;
}

export interface ResolveCharterOptions {
  /**
   * Operations that were in force here when the removal of their author became known (CH-3): they stay until a `close`
   * says. After it, nothing depends on this any more.
   */
  readonly heldBefore?: ReadonlySet<OpId>;
  /** The same charter with fewer operations, or by fewer rosters: what it said for good is not worked out again (OP-4). */
  readonly before?: Pick<CharterState, 'verdicts'>;
}

/** Undefined without a valid `create` (or while the custodian's roster is unknown). */
export function resolveCharter(
  ops: readonly VerifiedCharterOp[],
  rosterOf: RosterOf,
  options: ResolveCharterOptions = {},
): CharterState | undefined {
  const log = new CharterLog(ops, rosterOf, options.before?.verdicts);
  const { create } = log.acts;
  if (create === undefined) return undefined;

  const { graph } = log;
  const { standing, waiting, closes } = standingOps(log, options.heldBefore ?? new Set());
  const inForce = graph.setOf(standing.map((op) => op.id));
  const view = viewCharter(
    log.acts,
    (op) => graph.isIn(op.id, inForce) && !closes.voided.has(op.id) && !closes.moot.has(op.id),
  );
  const heads = graph.headsOf(standing.map((op) => op.id));
  const epochs = standing.flatMap((op) => epochStatesOf(op, !closes.voided.has(op.id)));
  const grants = currentGrants(view);
  const notVoid = standing.filter((op) => !closes.voided.has(op.id));
  const practices = practicesNamed(standing);
  const practiceByHeads = new Map<string, PracticeId | undefined>();
  const knows = (cited: readonly OpId[]): boolean =>
    cited.length > 0 && cited.every((head) => graph.isIn(head, inForce));
  const revokesToRepeat = standing.filter(
    (op) => isKind(op, 'revoke') && closes.voided.has(op.id) && !isAnswered(op, notVoid, log),
  );

  const state: CharterState = {
    ...view,
    chart: create.log.chart,
    kind: create.body.sections.some(isBookSection) ? 'book' : 'chart',
    heads,
    grants,
    epochs,
    parked: new Map([...log.parked, ...waiting]),
    refused: log.refused,
    verdicts: log.verdicts,
    voided: closes.voided,
    disclosure: disclosureRows(log.acts, graph, standing, (op) => closes.voided.has(op)),
    ops: [...graph.ordered, ...graph.parked],
    usableEpochs: (section, unopenable = new Set()) => usableEpochs(state, section, unopenable),
    stintOf: (practice, device, section) => {
      const removals = view.removalsOf(practice, device, section);
      const follows = (opener: OpId): boolean =>
        !removals.some((removal) => removalEndsChain(graph.isBefore(removal.op, opener)));
      let stint: OpId | '' | undefined = removals.length === 0 ? '' : view.openersOf(practice, section).find(follows);
      // CUT-8: a chain that parted takes no more. Once it is settled, its device goes on in the stint that begins there.
      for (const { op, chain } of view.settlementsIn(section))
        if (stint !== undefined && chain === chainNameOf(device, stint) && follows(op)) stint = op;
      return stint;
    },
    canWrite: (device, section, charterHeads, rosterHeads) => {
      const practice = state.practiceOfRoster(rosterHeads);
      const then = state.at(charterHeads);
      if (practice === undefined || then === undefined) return false;
      const member = rosterOf(practice)?.at(rosterHeads)?.get(device);
      return mayWriteAt(then.rightOf(practice, section), member, section);
    },
    isServed: (practice, section, nowMs) => {
      if (practice === view.custodian) return true;
      const grant = grants.find((row) => row.practice === practice && row.section === section);
      const stopped = revokesToRepeat.some(
        ({ body }) => body.kind === 'revoke' && body.practice === practice && body.sections.includes(section),
      );
      return grant !== undefined && !stopped && (grant.until === null || nowMs < grant.until);
    },
    revokesToRepeat,
    expired: (nowMs) => grants.filter((grant) => grant.until !== null && nowMs >= grant.until),
    at: (cited) => (knows(cited) ? log.viewAt(cited) : undefined),
    covers: (newer, older) => {
      const known = knows(newer) ? graph.upTo(newer) : undefined;
      return known !== undefined && older.every((head) => graph.isIn(head, known));
    },
    isBefore: (a, b) => graph.has(a) && graph.has(b) && graph.isBefore(a, b),
    practiceOfRoster: (rosterHeads) => {
      const key = headsKey(rosterHeads);
      if (!practiceByHeads.has(key))
        practiceByHeads.set(
          key,
          practices.find((practice) => rosterOf(practice)?.at(rosterHeads) !== undefined),
        );
      return practiceByHeads.get(key);
    },
    rosterOf,
  };
  return state;
}

/** The same objects each time: a long charter holds hundreds, and each resolution asks for all of them. */
function epochStatesOf(op: VerifiedCharterOp, standing: boolean): readonly EpochState[] {
  const made = standing ? standingEpochs : voidEpochs;
  const known = made.get(op) ?? newEpochStates(op, standing);
  made.set(op, known);
  return known;
}

const standingEpochs = new WeakMap<VerifiedCharterOp, readonly EpochState[]>();
const voidEpochs = new WeakMap<VerifiedCharterOp, readonly EpochState[]>();

function newEpochStates(op: VerifiedCharterOp, standing: boolean): readonly EpochState[] {
  const batch = epochsOf(op);
  if (batch === undefined) return [];
  const rosters = new Map(batch.rosters.map((roster) => [roster.practice, roster]));
  return batch.epochs.map((epoch) => ({ ...epoch, op: op.id, ephemeralKey: batch.ephemeralKey, rosters, standing }));
}

function usableEpochs(state: CharterState, section: Section, unopenable: ReadonlySet<KeyId>): readonly KeyId[] {
  const known = state.epochs.filter((epoch) => epoch.section === section && !unopenable.has(epoch.keyId));
  const byKeyId = new Map(known.map((epoch) => [epoch.keyId, epoch]));
  const reach = (from: EpochState): ReadonlySet<KeyId> => {
    const reached = new Set<KeyId>([from.keyId]);
    for (const keyId of reached) for (const former of byKeyId.get(keyId)?.previous ?? []) reached.add(former);
    return reached;
  };
  const reachesAll = (epoch: EpochState): boolean => {
    const reached = reach(epoch);
    return known.every((other) => reached.has(other.keyId));
  };
  return known
    .filter((epoch) => {
      const facts = {
        standing: epoch.standing,
        readersNow: sameSet(epoch.readers, state.readersOf(section)),
        devicesNow: epoch.readers.every((practice) => hasTodaysDevices(state, epoch, practice)),
        noneLeft: epoch.readers.every((practice) => noneLeftSince(state, epoch, practice)),
      };
      // The dearest question last, for the few that it matters for.
      return isUsable({ ...facts, reachesAll: true }) && isUsable({ ...facts, reachesAll: reachesAll(epoch) });
    })
    .sort((a, b) => b.previous.length - a.previous.length || (a.keyId < b.keyId ? -1 : 1))
    .map((epoch) => epoch.keyId);
}

/** The same devices with the same box keys: one added again may have come with another. */
function hasTodaysDevices(state: CharterState, epoch: EpochState, practice: PracticeId): boolean {
  const roster = state.rosterOf(practice);
  const then = roster?.at(epoch.rosters.get(practice)?.heads ?? []);
  if (roster === undefined || then === undefined) return false;
  const [was, is] = [recipientsOf(then), recipientsOf(roster.devices)];
  return sameSet(
    was.map((member) => `${member.device} ${member.addedBy}`),
    is.map((member) => `${member.device} ${member.addedBy}`),
  );
}

/** Whether every device that is a member no more was none when the key was made, or could never hold one. */
function noneLeftSince(state: CharterState, epoch: EpochState, practice: PracticeId): boolean {
  const roster = state.rosterOf(practice);
  const then = roster?.at(epoch.rosters.get(practice)?.heads ?? []);
  return [...(roster?.devices.values() ?? [])].every(
    ({ device, role, status }) => status === 'active' || !mayHoldKeys(role) || then?.get(device)?.status === 'removed',
  );
}

function currentGrants(view: CharterView): readonly CurrentGrant[] {
  return view.members
    .filter((practice) => practice !== view.custodian)
    .flatMap((practice) =>
      view.sections.flatMap((section): CurrentGrant[] => {
        const right = view.rightOf(practice, section);
        return right === 'none' ? [] : [{ practice, section, right, until: view.untilOf(practice, section) }];
      }),
    );
}

/** Whether someone with authority has spoken since on everything an undone revoke was about. */
function isAnswered(revoke: VerifiedCharterOp, standing: readonly VerifiedCharterOp[], log: CharterLog): boolean {
  if (!isKind(revoke, 'revoke')) return true;
  const { practice, sections } = revoke.body;
  const later = standing.filter(
    (op) =>
      (isKind(op, 'grant') || isKind(op, 'revoke')) &&
      op.body.practice === practice &&
      log.graph.isBefore(revoke.id, op.id),
  );
  // Whose chart it is goes with every share without being named.
  const isNamed = (op: VerifiedCharterOp, section: Section): boolean =>
    isKind(op, 'grant')
      ? section === 'identity' || op.body.sections.includes(section)
      : isKind(op, 'revoke') && op.body.sections.includes(section);
  return sections.every((section) => later.some((op) => isNamed(op, section)));
}

/** Every practice the charter speaks of, in a fixed order. */
function practicesNamed(ops: readonly VerifiedCharterOp[]): readonly PracticeId[] {
  const named = ops.flatMap(({ body }) => (body.kind === 'grant' ? [body.practice] : []));
  const cited = ops.flatMap((op) => rostersCitedBy(op).map((citation) => citation.practice));
  return [...new Set([...named, ...cited])].sort();
}

/**
 * CH-3 and OP-5.2 for charters: what falls because its author's device was closed. A close speaks of a removal in a roster;
 * one whose removal came to nothing there settles nothing here (moot). Closes are settled in the order of OP-5.3, those of
 * devices that still hold their place first.
 */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { CharterLog } from './charter-log.ts';
import { isKind } from './charter-acts.ts';
import { viewCharter } from './charter-view.ts';
import { noCustodyChange, settleCustody, type CustodyOutcome } from './custody.ts';
import { finding, type Finding } from './findings.ts';
import type { OpSet } from './op-graph.ts';
import { closeGoesFirst, closeVoids, mayBeClosed, type CloseOrder } from './predicates.ts';
import { may } from './roles.ts';
import type { RosterDevice } from './roster.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

/** The devices of a practice as known for the question asked. */
export type RosterNow = (practice: PracticeId) => ReadonlyMap<DeviceId, RosterDevice> | undefined;

export interface CloseOutcome {
  readonly voided: ReadonlyMap<OpId, Finding>;
  /** Closes of devices that are members after all. */
  readonly moot: ReadonlySet<OpId>;
  /** Those that stand. */
  readonly taken: readonly VerifiedCharterOp[];
}

/**
 * Everything that a set of operations settles among itself. Who keeps the chart may hang on the closes by which a practice
 * ends its own devices, and whether other closes count hangs on who keeps the chart: so in that order.
 */
export function settleActs(
  log: CharterLog,
  set: OpSet,
  rosterNow: RosterNow,
  counts: (close: VerifiedCharterOp) => boolean,
): CloseOutcome {
  if (log.acts.takes.length === 0) return settleCloses(log, set, rosterNow, counts, noCustodyChange);
  const custody = settleCustodyBeside(settleOwnCloses(log, set, rosterNow, counts), log, set, () => true);
  return settleCloses(log, set, rosterNow, counts, custody);
}

/** The closes by which a practice ends a device of its own: it may, whoever keeps the chart. */
export function settleOwnCloses(
  log: CharterLog,
  set: OpSet,
  rosterNow: RosterNow,
  counts: (close: VerifiedCharterOp) => boolean,
): CloseOutcome {
  const isOwn = (op: VerifiedCharterOp): boolean => isKind(op, 'close') && op.body.practice === op.practice;
  return settleCloses(log, set, rosterNow, (close) => isOwn(close) && counts(close), noCustodyChange);
}

/** A taking by a device that its own practice closed beside it is void, whoever keeps the chart. */
export function settleCustodyBeside(
  own: CloseOutcome,
  log: CharterLog,
  set: OpSet,
  mayTake: (take: VerifiedCharterOp) => boolean,
): CustodyOutcome {
  const isInSet = (op: VerifiedCharterOp): boolean => log.graph.isIn(op.id, set);
  const custody = settleCustody(log, isInSet, (take) => mayTake(take) && !own.voided.has(take.id));
  const closed = log.acts.takes.flatMap((take) => {
    const found = own.voided.get(take.id);
    return found === undefined ? [] : [[take.id, found] as const];
  });
  return closed.length === 0 ? custody : { ...custody, voided: new Map([...custody.voided, ...closed]) };
}

export function settleCloses(
  log: CharterLog,
  set: OpSet,
  rosterNow: RosterNow,
  counts: (close: VerifiedCharterOp) => boolean,
  custody: CustodyOutcome,
): CloseOutcome {
  const { graph } = log;
  const closes = log.acts.closes.filter((op) => graph.isIn(op.id, set));
  if (closes.length === 0 && custody.voided.size === 0) return { voided: new Map(), moot: new Set(), taken: [] };

  const ops = graph.ordered.filter((op) => graph.isIn(op.id, set));
  const voided = new Map([...custody.voided].filter(([id]) => graph.isIn(id, set)));
  const moot = new Set(closes.filter((op) => !isBorneOut(op, log, rosterNow)).map((op) => op.id));
  const candidates = closes
    .filter((op) => !moot.has(op.id) && !voided.has(op.id))
    .map((op) => ({ op, order: orderOf(op, log, rosterNow) }))
    .sort((a, b) => (closeGoesFirst(a.order, b.order) ? -1 : 1));
  const taken: VerifiedCharterOp[] = [];
  const falls = (op: VerifiedCharterOp): boolean =>
    op.body.kind !== 'create' &&
    !op.byRoot &&
    !custody.takes.has(op.id) &&
    taken.some((close) => closesAuthor(log, close, op));
  // A close by a device that lost its place counts once a close of that device, which knew of it, is taken.
  const isKnownToTaken = (op: VerifiedCharterOp): boolean =>
    taken.some((close) => isKind(close, 'close') && close.body.device === op.signer && graph.isBefore(op.id, close.id));
  const undecided = candidates.map(({ op }) => op);
  const nextToCount = (): number => undecided.findIndex((op) => counts(op) || isKnownToTaken(op));
  for (let at = nextToCount(); at >= 0; at = nextToCount())
    for (const op of undecided.splice(at, 1))
      if (falls(op)) voided.set(op.id, finding('OP-5', 'remover-removed'));
      else taken.push(op);
  const pinned = new Set(taken.map((op) => op.id));
  for (const op of ops) {
    if (pinned.has(op.id) || voided.has(op.id)) continue;
    if (falls(op)) voided.set(op.id, finding('OP-5', 'author-removed'));
    else if (voided.size > 0 && owesItsRightToVoid(log, op, voided)) voided.set(op.id, finding('OP-5', 'author-void'));
  }
  return { voided, moot, taken };
}

/** Whether the roster still bears out what the close says, or the device was added again since. */
function isBorneOut(op: VerifiedCharterOp, log: CharterLog, rosterNow: RosterNow): boolean {
  if (!isKind(op, 'close')) return false;
  const member = rosterNow(op.body.practice)?.get(op.body.device);
  if (member === undefined) return false;
  if (mayBeClosed(member, op.body.cut === null ? 'operations' : [])) return true;
  const addedSince = log.rosterOf(op.body.practice)?.includes(op.body.roster, member.addedBy) === false;
  return addedSince || member.role !== 'admin';
}

function closesAuthor(log: CharterLog, close: VerifiedCharterOp, op: VerifiedCharterOp): boolean {
  return (
    isKind(close, 'close') && closeVoids(close.body.device === op.signer, log.graph.areConcurrent(close.id, op.id))
  );
}

/** OP-5.5: a peer's operation that rests on a grant which has fallen. */
function owesItsRightToVoid(log: CharterLog, op: VerifiedCharterOp, voided: ReadonlyMap<OpId, Finding>): boolean {
  if (!isKind(op, 'epoch') && !isKind(op, 'grantKeys')) return false;
  const view = viewCharter(log.acts, (earlier) => log.graph.isBefore(earlier.id, op.id) && !voided.has(earlier.id));
  if (isKind(op, 'grantKeys')) return op.body.keys.some(({ section }) => view.rightOf(op.practice, section) === 'none');
  return op.body.epochs.epochs.some(({ section }) => view.rightOf(op.practice, section) !== 'write');
}

function orderOf(op: VerifiedCharterOp, log: CharterLog, rosterNow: RosterNow): CloseOrder {
  const author = rosterNow(op.practice)?.get(op.signer);
  const holdsPlace = op.byRoot || (author?.status === 'active' && may(author.role, 'manageSharing'));
  const byCustodian = log.custodyUnder(op).custodian === op.practice;
  const { id, byRoot } = op;
  const line = author && { addition: author.addedBy, above: undefined, length: 1 };
  return { holdsPlace, byCustodian, byRoot, rank: author?.rank ?? 0, line, id };
}

/**
 * CH-3: which valid operations of a charter are in force while the rosters say that some of their authors have lost their
 * place. What such a device did waits for the `close` that says how far it counts, unless an admin of the custodian who
 * still holds a place built on it, or it was in force here before. What builds on something waiting waits with it.
 */
import type { OpId } from '../base/ids.ts';
import {
  settleCloses,
  settleCustodyBeside,
  settleOwnCloses,
  type CloseOutcome,
  type RosterNow,
} from './charter-closes.ts';
import type { CharterLog } from './charter-log.ts';
import { isKind } from './charter-acts.ts';
import { noCustodyChange, type CustodyOutcome } from './custody.ts';
import { finding, type Finding } from './findings.ts';
import type { OpSet } from './op-graph.ts';
import { mayManageSharing, waitsForClose } from './predicates.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export interface StandingOps {
  /** In force, or void; in causal order. */
  readonly standing: readonly VerifiedCharterOp[];
  readonly waiting: ReadonlyMap<OpId, Finding>;
  readonly closes: CloseOutcome;
}

export function standingOps(log: CharterLog, heldBefore: ReadonlySet<OpId>): StandingOps {
  const { graph, valid } = log;
  const rosterNow: RosterNow = (practice) => log.rosterOf(practice)?.devices;
  const everything = graph.setOf(valid.map((op) => op.id));

  // Who keeps the chart may hang on what waits, and what waits on who may speak for the chart: so the takings come first, and
  // count for what others then vouch for.
  const custody = log.acts.takes.length === 0 ? noCustodyChange : custodyNow();
  const vouched = vouchedFor(log, rosterNow, (op) => !custody.voided.has(op.id));
  const first = settleCloses(log, everything, rosterNow, countsGiven(vouched), custody);
  const waiting = waitingOps(log, first, vouched, heldBefore, custody.takes);
  const standing = valid.filter((op) => !waiting.has(op.id));
  const inForce = graph.setOf(standing.map((op) => op.id));
  const closes = waiting.size === 0 ? first : settleCloses(log, inForce, rosterNow, countsGiven(vouched), custody);
  return { standing, waiting, closes };

  function custodyNow(): CustodyOutcome {
    const all = vouchedFor(log, rosterNow, () => true);
    const own = settleOwnCloses(log, everything, rosterNow, countsGiven(all));
    const waits = waitingOps(log, own, all, heldBefore, noCustodyChange.takes);
    return settleCustodyBeside(own, log, everything, (take) => !waits.has(take.id));
  }

  function countsGiven(vouchedOps: OpSet): (close: VerifiedCharterOp) => boolean {
    return (close) => holdsPlace(log, close) || graph.isIn(close.id, vouchedOps) || heldBefore.has(close.id);
  }
}

/** What someone built on who could speak for the chart when it did so, and still holds its place. */
function vouchedFor(log: CharterLog, rosterNow: RosterNow, counts: (op: VerifiedCharterOp) => boolean): OpSet {
  const vouched: OpSet = log.graph.emptySet();
  for (const op of log.valid) {
    if (!counts(op)) continue;
    const member = rosterNow(op.practice)?.get(op.signer);
    const holds = op.byRoot || member?.status === 'active';
    const isCustodian = op.practice === log.custodyUnder(op).custodian;
    if (holds && mayManageSharing(isCustodian, op.byRoot, member?.role)) log.graph.addPast(vouched, op.id);
  }
  return vouched;
}

function waitingOps(
  log: CharterLog,
  closes: CloseOutcome,
  vouched: OpSet,
  heldBefore: ReadonlySet<OpId>,
  settled: ReadonlySet<OpId>,
): ReadonlyMap<OpId, Finding> {
  const { graph } = log;
  const waiting = new Map<OpId, Finding>();
  for (const op of log.valid) {
    if (isKind(op, 'create') || closes.voided.has(op.id) || settled.has(op.id)) continue;
    const inPastOfClose = closes.taken.some(
      (close) => isKind(close, 'close') && close.body.device === op.signer && graph.isBefore(op.id, close.id),
    );
    const isVouched = graph.isIn(op.id, vouched);
    const isHeld = heldBefore.has(op.id);
    const facts = { authorHoldsPlace: holdsPlace(log, op), inPastOfClose, vouched: isVouched, heldBefore: isHeld };
    if (waitsForClose(facts)) waiting.set(op.id, finding('CH-3', 'waits-for-close'));
    else if (!isVouched && !isHeld && op.prev.some((id) => waiting.has(id)))
      waiting.set(op.id, finding('CH-3', 'builds-on-parked'));
  }
  return waiting;
}

/** Whether the author, by its roster as it is now, could still do what it did. */
function holdsPlace(log: CharterLog, op: VerifiedCharterOp): boolean {
  if (op.byRoot) return true;
  const member = log.rosterOf(op.practice)?.devices.get(op.signer);
  if (member?.status !== 'active') return false;
  switch (op.body.kind) {
    case 'grant':
    case 'revoke':
    case 'admit':
    case 'settle':
    case 'close':
    case 'offerCustody':
    case 'takeCustody':
      return mayManageSharing(true, false, member.role);
    case 'create':
    case 'epoch':
    case 'grantKeys':
    case 'merge':
      return true;
  }
}

/**
 * CH-3: which valid operations of a charter are in force while the rosters say that some of their authors have lost their
 * place. What such a device did waits for the `close` that says how far it counts, unless an admin of the custodian who
 * still holds a place built on it, or it was in force here before. What builds on something waiting waits with it.
 */
import type { OpId } from '../base/ids.ts';
import { settleCloses, type CloseOutcome } from './charter-closes.ts';
import type { CharterLog } from './charter-log.ts';
import { isKind } from './charter-acts.ts';
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
  const rosterNow = (practice: VerifiedCharterOp['practice']) => log.rosterOf(practice)?.devices;
  const custodian = valid[0]?.practice;

  const vouched: OpSet = graph.emptySet();
  for (const op of valid) {
    const member = rosterNow(op.practice)?.get(op.signer);
    const holds = op.byRoot || member?.status === 'active';
    if (holds && mayManageSharing(op.practice === custodian, op.byRoot, member?.role)) graph.addPast(vouched, op.id);
  }
  const isVouched = (op: VerifiedCharterOp): boolean => graph.isIn(op.id, vouched) || heldBefore.has(op.id);

  const everything = graph.setOf(valid.map((op) => op.id));
  const counts = (close: VerifiedCharterOp): boolean => holdsPlace(log, close) || isVouched(close);
  const first = settleCloses(log, everything, rosterNow, counts);

  const waiting = new Map<OpId, Finding>();
  for (const op of valid) {
    if (isKind(op, 'create') || first.voided.has(op.id)) continue;
    const inPastOfClose = first.taken.some(
      (close) => isKind(close, 'close') && close.body.device === op.signer && graph.isBefore(op.id, close.id),
    );
    const facts = {
      authorHoldsPlace: holdsPlace(log, op),
      inPastOfClose,
      vouched: graph.isIn(op.id, vouched),
      heldBefore: heldBefore.has(op.id),
    };
    if (waitsForClose(facts)) waiting.set(op.id, finding('CH-3', 'waits-for-close'));
    else if (!isVouched(op) && op.prev.some((id) => waiting.has(id)))
      waiting.set(op.id, finding('CH-3', 'builds-on-parked'));
  }
  const standing = valid.filter((op) => !waiting.has(op.id));
  const closes =
    waiting.size === 0 ? first : settleCloses(log, graph.setOf(standing.map((op) => op.id)), rosterNow, counts);
  return { standing, waiting, closes };
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
      return mayManageSharing(true, false, member.role);
    case 'create':
    case 'epoch':
    case 'grantKeys':
    case 'merge':
    case 'transferCustody':
      return true;
  }
}

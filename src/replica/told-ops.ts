/**
 * Which operations of a charter a practice may have (RE-1), and which heads it knows by them. Decides nothing of entries, and
 * opens nothing.
 */
import { maxCitedHeads } from '../base/limits.ts';
import type { OpId, PracticeId } from '../base/ids.ts';
import { isKind } from '../access/charter-acts.ts';
import type { CharterState } from '../access/charter.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';

/**
 * The operations a practice may have: all while it reads or writes something; afterwards those up to its removals, and what
 * these cite.
 */
export function opsFor(charter: CharterState, practice: PracticeId): readonly VerifiedCharterOp[] {
  const sent = charter.ops.filter((op) => !charter.refused.has(op.id));
  if (isPartOf(charter, practice)) return sent;
  const removals = sent.filter((op) => endsFor(charter, op, practice)).map(({ id }) => id);
  return sent.filter((op) => removals.includes(op.id) || removals.some((removal) => charter.isBefore(op.id, removal)));
}

/** Keeps the chart, or reads or writes some of it, at this moment. */
export function isPartOf(
  { custodian, members }: { readonly custodian: PracticeId; readonly members: readonly PracticeId[] },
  practice: PracticeId,
): boolean {
  return custodian === practice || members.includes(practice);
}

/** The heads of such operations, as they are compared. */
export function headsOf(charter: CharterState, ops: readonly VerifiedCharterOp[]): readonly OpId[] {
  if (ops.length === charter.ops.length) return charter.heads.slice(0, maxCitedHeads);
  const cited = new Set(ops.flatMap((op) => op.prev));
  return ops
    .map(({ id }) => id)
    .filter((id) => !cited.has(id))
    .sort()
    .slice(0, maxCitedHeads);
}

/** Who gives a chart out of its hands, and keeps nothing of it, is told who has it now. */
function endsFor(charter: CharterState, op: VerifiedCharterOp, practice: PracticeId): boolean {
  if (isKind(op, 'revoke')) return op.body.practice === practice;
  return isKind(op, 'takeCustody') && charter.ops.find(({ id }) => id === op.body.offer)?.practice === practice;
}

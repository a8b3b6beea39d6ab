/** The disclosure record (CH-9): who could read or write what, from when to when, and by whose act. From the charter alone. */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { isKind, type OpOf } from './charter-acts.ts';
import type { OpGraph } from './op-graph.ts';
import type { Right } from './operation-bodies.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

interface Act {
  readonly op: OpId;
  readonly practice: PracticeId;
  readonly device: DeviceId;
  /** By the author's clock, milliseconds since 1970. */
  readonly timeMs: number;
}

export interface DisclosureRow {
  readonly practice: PracticeId;
  readonly section: Section;
  readonly right: Right;
  readonly granted: Act;
  readonly until: number | null;
  /** The first act that ended it, or null while it lasts. */
  readonly ended: Act | null;
  /** The grant was undone because its author had no authority; what was read under it was read all the same. */
  readonly undone: boolean;
}

export function disclosureRows(
  graph: OpGraph<VerifiedCharterOp>,
  ops: readonly VerifiedCharterOp[],
  isVoid: (op: OpId) => boolean,
): readonly DisclosureRow[] {
  const grants = ops.filter((op) => isKind(op, 'grant'));
  const revokesOf = new Map<PracticeId, OpOf<'revoke'>[]>();
  for (const op of ops)
    if (isKind(op, 'revoke') && !isVoid(op.id))
      revokesOf.set(op.body.practice, [...(revokesOf.get(op.body.practice) ?? []), op]);
  return grants.flatMap((grant) =>
    grant.body.sections.map((section): DisclosureRow => {
      const ending = revokesOf
        .get(grant.body.practice)
        ?.find(({ id, body }) => body.sections.includes(section) && !graph.isBefore(id, grant.id));
      return {
        practice: grant.body.practice,
        section,
        right: grant.body.right,
        granted: actOf(grant),
        until: grant.body.until,
        ended: ending === undefined ? null : actOf(ending),
        undone: isVoid(grant.id),
      };
    }),
  );
}

function actOf(op: VerifiedCharterOp): Act {
  return { op: op.id, practice: op.practice, device: op.signer, timeMs: op.body.time };
}

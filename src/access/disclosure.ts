/** The disclosure record (CH-9): who could read or write what, from when to when, and by whose act. From the charter alone. */
import type { DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { isKind, type CharterActs } from './charter-acts.ts';
import type { OpGraph } from './op-graph.ts';
import type { Keeps, Right } from './operation-bodies.ts';
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
  /** What gave it: a grant, the beginning of a custody that has ended, or the taking of which the old custodian kept it. */
  readonly granted: Act;
  readonly until: number | null;
  /** The first act that ended it, or null while it lasts. */
  readonly ended: Act | null;
  /** The grant was undone because its author had no authority; what was read under it was read all the same. */
  readonly undone: boolean;
}

/** `ops`: those in force and those that are void, causes first. The present custodian has no row for what it may as such. */
export function disclosureRows(
  acts: CharterActs,
  graph: OpGraph<VerifiedCharterOp>,
  ops: readonly VerifiedCharterOp[],
  isVoid: (op: OpId) => boolean,
): readonly DisclosureRow[] {
  const changes = custodyChanges(acts, ops, isVoid);
  const endings = new Map<PracticeId, Ending[]>();
  const endsFor = (practice: PracticeId, ending: Ending): void => {
    endings.set(practice, [...(endings.get(practice) ?? []), ending]);
  };
  for (const op of ops)
    if (isKind(op, 'revoke') && !isVoid(op.id)) endsFor(op.body.practice, { op, sections: op.body.sections });
  // Who takes a chart over holds it as custodian from then on, and who gives it up has what it keeps.
  for (const { take, from } of changes) for (const practice of [from, take.practice]) endsFor(practice, { op: take });
  for (const list of endings.values()) list.sort((a, b) => graph.placeOf(a.op.id) - graph.placeOf(b.op.id));
  const endOf = (practice: PracticeId, section: Section, since: VerifiedCharterOp): Act | null => {
    const ending = endings
      .get(practice)
      ?.find(
        ({ op, sections }) => op !== since && sections?.includes(section) !== false && !graph.isBefore(op.id, since.id),
      );
    return ending === undefined ? null : actOf(ending.op);
  };

  const rows: DisclosureRow[] = [];
  for (const op of ops) {
    if (isKind(op, 'grant')) {
      const { practice, sections, right, until } = op.body;
      for (const section of sections) {
        const ended = endOf(practice, section, op);
        rows.push({ practice, section, right, granted: actOf(op), until, ended, undone: isVoid(op.id) });
      }
    }
    const change = changes.find(({ take }) => take === op);
    if (change === undefined) continue;
    for (const section of acts.create?.body.sections ?? []) {
      const row = { practice: change.from, section, until: null, undone: false };
      rows.push({ ...row, right: 'write', granted: actOf(change.since), ended: actOf(op) });
      if (change.keeps === 'none') continue;
      rows.push({ ...row, right: change.keeps, granted: actOf(op), ended: endOf(change.from, section, op) });
    }
  }
  return rows;
}

interface Ending {
  readonly op: VerifiedCharterOp;
  /** Undefined: all of them. */
  readonly sections?: readonly Section[];
}

interface CustodyChange {
  readonly take: VerifiedCharterOp;
  readonly from: PracticeId;
  readonly keeps: Keeps;
  /** What began the custody that ended here. */
  readonly since: VerifiedCharterOp;
}

/** One for each offer that was taken up, however many admins took it up at once, in the order of the custodies. */
function custodyChanges(
  acts: CharterActs,
  ops: readonly VerifiedCharterOp[],
  isVoid: (op: OpId) => boolean,
): readonly CustodyChange[] {
  const changes = new Map<OpId, CustodyChange>();
  let since: VerifiedCharterOp | undefined = acts.create;
  for (const op of ops) {
    if (!isKind(op, 'takeCustody') || isVoid(op.id) || changes.has(op.body.offer) || since === undefined) continue;
    const { practice, body } = acts.offerOf(op);
    changes.set(op.body.offer, { take: op, from: practice, keeps: body.keeps, since });
    since = op;
  }
  return [...changes.values()];
}

function actOf(op: VerifiedCharterOp): Act {
  return { op: op.id, practice: op.practice, device: op.signer, timeMs: op.body.time };
}

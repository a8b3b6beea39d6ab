/**
 * What a practice may be told of charts and rosters at this moment (RE-1): which charts it has a part in, which operations of
 * them, whose rosters it needs to judge these. Asked by replication at each sending, and when a practice comes back by its
 * recovery phrase.
 */
import type { OpId, PracticeId } from '../base/ids.ts';
import { isKind } from '../access/charter-acts.ts';
import type { CharterState } from '../access/charter.ts';
import { rostersCitedBy } from '../access/known-rosters.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';
import type { ChartAccess } from './charter-book.ts';
import type { PracticeContext } from './practice-context.ts';

type Known = Pick<PracticeContext, 'index' | 'charters' | 'self' | 'rosters'>;

/** Those in memory: of the own practice all, the practice book among them. */
export function chartsWith({ index, charters, self }: Known, practice: PracticeId): readonly ChartAccess[] {
  const charts = index.all
    .filter(
      ({ custodian, sharedWith, everShared }) =>
        custodian === practice || sharedWith.includes(practice) || everShared.includes(practice),
    )
    .map(({ id }) => id);
  const all = practice === self.practice ? [...index.all.map(({ id }) => id), self.book] : charts;
  return all.flatMap((chart) => charters.getLoaded(chart) ?? []);
}

/** Devices of one practice know the same practices, those too with which nothing is shared yet. */
export function rostersToldTo(known: Known, practice: PracticeId): readonly PracticeId[] {
  const { self, rosters } = known;
  if (practice === self.practice) return rosters.practices;
  const charts = chartsWith(known, practice);
  const wanted = new Set([self.practice, practice, ...charts.flatMap((chart) => citedBy(chart, practice))]);
  return [...wanted].filter((one) => rosters.get(one) !== undefined);
}

/** Those of them that one chart makes needed. */
export function rostersToldOf(
  { self, rosters }: Known,
  chart: ChartAccess,
  practice: PracticeId,
): readonly PracticeId[] {
  const wanted = practice === self.practice ? practicesOf(chart) : citedBy(chart, practice);
  return [...new Set([self.practice, practice, ...wanted])].filter((one) => rosters.get(one) !== undefined);
}

const practicesOf = ({ charter }: ChartAccess): readonly PracticeId[] => [
  charter.custodian,
  ...charter.disclosure.map((row) => row.practice),
];

/** Whose right has ended does not learn who got one later. */
function citedBy({ charter }: ChartAccess, practice: PracticeId): readonly PracticeId[] {
  const told = new Set(opsFor(charter, practice).map(({ id }) => id));
  return charter.disclosure.flatMap((row) => (told.has(row.granted.op) ? [row.practice] : []));
}

/**
 * How far a practice may follow the roster of another: one with which it shares a chart now, to the end; one it knows from
 * charts that were shared with it, as far as the operations it has speak of it.
 */
export function rosterHeadsToldTo(known: Known, roster: PracticeId, to: PracticeId): readonly OpId[] | 'all' {
  const { self } = known;
  if (to === self.practice || roster === self.practice || roster === to) return 'all';
  const charts = chartsWith(known, to);
  const partOf = ({ charter }: ChartAccess, practice: PracticeId): boolean =>
    charter.custodian === practice || charter.members.includes(practice);
  if (charts.some((chart) => partOf(chart, to) && partOf(chart, roster))) return 'all';
  const cited = charts.flatMap(({ charter }) => opsFor(charter, to)).flatMap(rostersCitedBy);
  return [...new Set(cited.flatMap(({ practice, heads }) => (practice === roster ? heads : [])))];
}

/**
 * The operations a practice may have: all while it reads or writes something; afterwards those up to its removals, and what
 * these cite.
 */
export function opsFor(charter: CharterState, practice: PracticeId): readonly VerifiedCharterOp[] {
  const sent = charter.ops.filter((op) => !charter.refused.has(op.id));
  const current = charter.custodian === practice || charter.members.includes(practice);
  if (current) return sent;
  const removals = sent.filter((op) => endsFor(charter, op, practice)).map(({ id }) => id);
  return sent.filter((op) => removals.includes(op.id) || removals.some((removal) => charter.isBefore(op.id, removal)));
}

/** Who gives a chart out of its hands, and keeps nothing of it, is told who has it now. */
function endsFor(charter: CharterState, op: VerifiedCharterOp, practice: PracticeId): boolean {
  if (isKind(op, 'revoke')) return op.body.practice === practice;
  return isKind(op, 'takeCustody') && charter.ops.find(({ id }) => id === op.body.offer)?.practice === practice;
}

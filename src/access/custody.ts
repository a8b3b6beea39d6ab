/**
 * CH-10: who keeps a chart, when custody was offered and taken over. Owns the order in which takings that do not know of each
 * other are settled, and which acts of a custodian count. Pure, and a function of the set given.
 *
 * A *custody* begins with the chart's `create` or with an offer that was taken up, and is named by that operation: two admins
 * who both take up one offer begin one custody. It ends with the offer that is taken up next. Only custodians write what is
 * decided here (`isCustodiansAct`); what devices do as readers, writers or for their own practice goes by other rules.
 */
import type { OpId } from '../base/ids.ts';
import { isKind, type OpOf } from './charter-acts.ts';
import type { CharterLog } from './charter-log.ts';
import { finding, type Finding } from './findings.ts';
import { custodyCovers, offerGoesFirst } from './predicates.ts';
import type { VerifiedCharterOp } from './verify-operation.ts';

export interface CustodyOutcome {
  /** Acts of a custodian that was none, or was none any more, and takings of an offer that came to nothing. */
  readonly voided: ReadonlyMap<OpId, Finding>;
  /** The takings that stand. */
  readonly takes: ReadonlySet<OpId>;
}

export const noCustodyChange: CustodyOutcome = { voided: new Map(), takes: new Set() };

type Take = OpOf<'takeCustody'>;

/** A custody that came about. */
interface Custody {
  readonly id: OpId;
  /** The takings that began it; none for the first, which the chart's `create` began. */
  begun: readonly Take[];
}

/** `isCandidate`: a taking in the set that is neither void nor waiting for other reasons. */
export function settleCustody(
  log: CharterLog,
  isInSet: (op: VerifiedCharterOp) => boolean,
  isCandidate: (take: VerifiedCharterOp) => boolean,
): CustodyOutcome {
  if (!log.acts.takes.some(isInSet)) return noCustodyChange;
  const candidates = log.acts.takes.filter((take) => isInSet(take) && isCandidate(take));
  const custodies = custodiesIn(log, candidates);
  const places = new Map(custodies.map((custody, place) => [custody.id, place]));
  const standing = new Set(custodies.flatMap((custody) => custody.begun));
  const isKnownTo = (op: VerifiedCharterOp) => (take: Take) => log.graph.isBefore(op.id, take.id);
  const voided = new Map<OpId, Finding>();
  for (const op of log.graph.ordered) {
    if (!isInSet(op)) continue;
    if (isKind(op, 'takeCustody')) {
      const late = finding('CH-10', places.has(op.body.offer) ? 'custody-ended' : 'custody-taken');
      if (!standing.has(op) && isCandidate(op)) voided.set(op.id, late);
      continue;
    }
    const under = log.custodyUnder(op);
    if (!isCustodiansAct(op, under.custodian)) continue;
    const place = places.get(under.custody);
    const [own, next] = place === undefined ? [] : [custodies[place], custodies[place + 1]];
    const facts = {
      cameAbout: own !== undefined && (place === 0 || own.begun.some((take) => log.graph.isBefore(take.id, op.id))),
      ended: next !== undefined,
      knownToTaker: next?.begun.some(isKnownTo(op)) === true,
    };
    if (custodyCovers(facts)) continue;
    voided.set(op.id, facts.cameAbout ? finding('CH-10', 'custody-ended') : finding('OP-5', 'author-void'));
  }
  return { voided, takes: new Set([...standing].map((take) => take.id)) };
}

/** One after the other: of the offers taken up under one custody the one that goes first ends it and begins the next. */
function custodiesIn(log: CharterLog, candidates: readonly Take[]): readonly Custody[] {
  const { graph, acts } = log;
  const custodies: Custody[] = acts.create === undefined ? [] : [{ id: acts.create.id, begun: [] }];
  for (const [place, { id, begun }] of custodies.entries()) {
    const restsOnIt = (take: Take): boolean =>
      place === 0 || begun.some((earlier) => graph.isBefore(earlier.id, take.id));
    const takes = candidates.filter((take) => log.custodyUnder(take).custody === id && restsOnIt(take));
    const [first] = takes
      .map(({ body }) => ({ offer: body.offer, place: graph.placeOf(body.offer) }))
      .sort((a, b) => (offerGoesFirst(a, b) ? -1 : 1));
    if (first === undefined) continue;
    custodies.push({ id: first.offer, begun: takes.filter(({ body }) => body.offer === first.offer) });
  }
  // A taking that turns up when its practice has handed the chart on is as late as any other act of it.
  for (let place = custodies.length - 2; place > 0; place--) {
    const [own, next] = [custodies[place], custodies[place + 1]];
    if (own === undefined || next === undefined) continue;
    own.begun = own.begun.filter((take) => next.begun.some((later) => graph.isBefore(take.id, later.id)));
  }
  return custodies;
}

/** What only the custodian may do: closing a device of its own practice anyone may, whoever keeps the chart. */
function isCustodiansAct(op: VerifiedCharterOp, custodian: VerifiedCharterOp['practice']): boolean {
  switch (op.body.kind) {
    case 'grant':
    case 'revoke':
    case 'admit':
    case 'settle':
    case 'offerCustody':
      return true;
    case 'close':
      return op.practice === custodian && op.body.practice !== op.practice;
    case 'create':
    case 'epoch':
    case 'grantKeys':
    case 'merge':
    case 'takeCustody':
      return false;
  }
}

/**
 * What is looked at in received operations of charters before a host sees them: form and signatures, each by itself: what one
 * is, of a newer version say, says nothing of the others in its frame. Needs no state of the connection or of the chart.
 */
import { verifyCharterOp, type CharterOpCheck } from '../access/verify-operation.ts';
import { eachOnce } from '../base/each-once.ts';
import { sideBySide } from '../base/side-by-side.ts';
import type { ChartOps } from './replication-host.ts';

/** For each charter, for each of its operations in order. */
export type CheckedCharterOps = readonly (readonly CharterOpCheck[])[];

export async function checkCharterOps(charters: readonly ChartOps[]): Promise<CheckedCharterOps> {
  const distinct = charters.map(({ ops }) => eachOnce(ops));
  const each = charters.flatMap(({ chart }, i) => (distinct[i]?.once ?? []).map((op) => ({ chart, op })));
  const found = await sideBySide(each, ({ chart, op }) => verifyCharterOp(chart, op));
  let at = 0;
  return distinct.map(({ once, places }) => {
    const own = found.slice(at, (at += once.length));
    return places.flatMap((place) => own[place] ?? []);
  });
}

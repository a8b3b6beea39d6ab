/**
 * Signed operations from somewhere else, a backup file or a device that has the data, sorted into logs and checked: what is
 * not well signed is left out, whether the rest is valid is resolved with the others of its log.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, PracticeId } from '../../base/ids.ts';
import {
  isCharterOp,
  isRosterOp,
  verifyOpBytes,
  type VerifiedCharterOp,
  type VerifiedRosterOp,
} from '../../access/verify-operation.ts';
import { RosterBook } from '../../replica/roster-book.ts';

export interface CheckedOps {
  readonly rosters: RosterBook;
  readonly charters: ReadonlyMap<ChartId, readonly VerifiedCharterOp[]>;
}

export async function checkedOps(ops: readonly Bytes[]): Promise<CheckedOps> {
  const rosterOps = new Map<PracticeId, VerifiedRosterOp[]>();
  const charters = new Map<ChartId, VerifiedCharterOp[]>();
  for (const bytes of ops) {
    const op = await verifyOpBytes(bytes);
    if (!op.ok) continue;
    if (isRosterOp(op.value)) pushTo(rosterOps, op.value.log.practice, op.value);
    else if (isCharterOp(op.value)) pushTo(charters, op.value.log.chart, op.value);
  }
  const rosters = new RosterBook();
  // Each log whole: its operations came in no order, and without its `create` a roster is nothing.
  for (const log of rosterOps.values()) rosters.add(log);
  return { rosters, charters };
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

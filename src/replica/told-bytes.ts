/**
 * The operations of a charter as they lie on the disk, for whoever may have all of them: sent as they are, without the charter
 * being checked and resolved. Whoever takes them does both (OP-4).
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, OpId } from '../base/ids.ts';
import { decodeOperation, decodeSignedOp } from '../access/operation.ts';
import { OpGraph } from '../access/op-graph.ts';
import { charterLog, type Store } from '../store/store.ts';

export interface OpOnDisk {
  readonly id: OpId;
  readonly prev: readonly OpId[];
  readonly signer: DeviceId;
  readonly bytes: Bytes;
}

/** Each after those it cites, without what is in the past of `known`. What is damaged is left out. */
export async function storedOpsBeyond(
  store: Pick<Store, 'ops'>,
  chart: ChartId,
  known: readonly OpId[],
): Promise<readonly OpOnDisk[]> {
  const { found } = await store.ops(charterLog(chart));
  const ops = found.flatMap(({ id, bytes }): readonly OpOnDisk[] => {
    const signed = decodeSignedOp(bytes);
    const op = signed.ok ? decodeOperation(signed.value.bytes) : signed;
    return op.ok && op.value.id === id ? [{ id, prev: op.value.prev, signer: op.value.signer, bytes }] : [];
  });
  const graph = new OpGraph(ops);
  const past = graph.upTo(known.filter((head) => graph.has(head))) ?? graph.emptySet();
  const has = new Set(known);
  return [...graph.ordered, ...graph.parked].filter(({ id }) => !has.has(id) && !graph.isIn(id, past));
}

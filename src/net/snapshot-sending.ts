/**
 * What is sent of entries whose ciphertexts were let go here (RE-3): their heads, and before them the snapshot that says what
 * they said. Only to whoever may have every entry it covers: it cannot be given in part. Asks the store, opens nothing.
 */
import { decodeSnapshot, type SnapshotHeader } from '../crypto/snapshot.ts';
import type { Bytes } from '../base/bytes.ts';
import { chainNameOf } from '../crypto/entry.ts';
import type { KeptHead, Store, StoredHead, StoredSnapshot } from '../store/store.ts';
import { snapshotItems } from './snapshot-items.ts';

/** Heads that go with one snapshot; those that are left come with it once more. Bounds memory where sections are very long. */
const maxHeadsAtOnce = 4_096;

/** Items for covered heads of one section, in the order given, each chain in its own. Empty: they cannot be sent. */
export async function itemsForCovered(
  store: Pick<Store, 'heads' | 'snapshots'>,
  covered: readonly StoredHead[],
  may: (head: StoredHead) => boolean,
): Promise<readonly Bytes[]> {
  const [first] = covered;
  if (first === undefined) return [];
  const { found: snapshots } = await store.snapshots(first.chart, first.section);
  let best: { readonly stored: StoredSnapshot; readonly heads: readonly StoredHead[] } | undefined;
  for (const stored of snapshots) {
    const received = decodeSnapshot(stored.bytes);
    if (!received.ok || received.value.name !== stored.name) continue;
    const heads = covered.filter((head) => isWithin(received.value.header, head));
    if (heads.length > (best?.heads.length ?? 0)) best = { stored, heads };
  }
  const header = best === undefined ? undefined : decodeSnapshot(best.stored.bytes);
  if (best === undefined || header?.ok !== true) return [];
  const all = (await store.heads(first.chart, first.section)).found;
  if (!all.filter((head) => isWithin(header.value.header, head)).every(may)) return [];
  return snapshotItems(
    best.stored,
    best.heads.slice(0, maxHeadsAtOnce).map(({ head }) => head),
  );
}

export const isCovered = (head: StoredHead | KeptHead): head is KeptHead => 'covered' in head && head.covered;

/** By its place; a branch that the snapshot does not lead to is sent by name, where it is known to part. */
function isWithin({ covers }: SnapshotHeader, { device, stint, seq }: StoredHead): boolean {
  const chain = chainNameOf(device, stint);
  return covers.some((item) => item.chain === chain && seq <= item.seq);
}

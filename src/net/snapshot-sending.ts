/**
 * What is sent of entries whose ciphertexts are not here (RE-3): their heads, and before them the snapshot that each of them
 * says it goes by, never another that claims more (ATTACK-56). Only to whoever may have every entry it covers: it cannot be
 * given in part. Asks the store, opens nothing.
 */
import { decodeSnapshot, recognizeSnapshot, type SnapshotHeader } from '../crypto/snapshot.ts';
import type { Bytes } from '../base/bytes.ts';
import type { SnapshotName } from '../base/ids.ts';
import { chainNameOf } from '../crypto/entry.ts';
import type { Covered, KeptHead, Store, StoredHead } from '../store/store.ts';
import { snapshotItems } from './snapshot-items.ts';

/** Heads that go with one snapshot; those that are left come with it once more. Bounds memory where sections are very long. */
const maxHeadsAtOnce = 4_096;

type CoveredHere = KeptHead & { readonly covered: Covered };

/**
 * Items for what comes next of one section: `due` is all of it, each chain in its own order. Of each chain its first entries,
 * as long as they go by the one snapshot that is sent. Empty: nothing that comes first is covered, or can be sent.
 */
export async function itemsForCovered(
  store: Pick<Store, 'heads' | 'snapshots'>,
  due: readonly StoredHead[],
  may: (head: StoredHead) => boolean,
): Promise<readonly Bytes[]> {
  for (const by of goneByFirst(due)) {
    const items = await itemsBy(store, by, beginningBy(due, by), may);
    if (items.length > 0) return items;
  }
  return [];
}

/** Items for single entries, whatever comes before them in their chains. */
export async function itemsForNamed(
  store: Pick<Store, 'heads' | 'snapshots'>,
  named: readonly StoredHead[],
  may: (head: StoredHead) => boolean,
): Promise<readonly Bytes[]> {
  const covered = named.filter(isCovered);
  const items: Bytes[] = [];
  for (const by of new Set(covered.map((head) => head.covered.by)))
    items.push(
      ...(await itemsBy(
        store,
        by,
        covered.filter((head) => head.covered.by === by),
        may,
      )),
    );
  return items;
}

export const isCovered = (head: StoredHead | KeptHead): head is CoveredHere =>
  'covered' in head && head.covered !== undefined;

async function itemsBy(
  store: Pick<Store, 'heads' | 'snapshots'>,
  by: SnapshotName,
  heads: readonly CoveredHere[],
  may: (head: StoredHead) => boolean,
): Promise<readonly Bytes[]> {
  const [first] = heads;
  if (first === undefined) return [];
  const { found: snapshots } = await store.snapshots(first.chart, first.section);
  const stored = snapshots.find(({ name }) => name === by);
  const received = stored === undefined ? undefined : decodeSnapshot(stored.bytes);
  // What lies under its name may have been damaged since.
  const known = received?.ok === true ? recognizeSnapshot(received.value, by) : undefined;
  if (stored === undefined || known === undefined) return [];
  const { header } = known;
  const all = (await store.heads(first.chart, first.section)).found;
  if (!all.filter((head) => isWithin(header, head)).every(may)) return [];
  const given = heads.filter((head) => isWithin(header, head)).slice(0, maxHeadsAtOnce);
  return snapshotItems(
    stored,
    given.map(({ head }) => head),
  );
}

/** What the first entry of each chain goes by, where it is not whole. */
function goneByFirst(due: readonly StoredHead[]): ReadonlySet<SnapshotName> {
  const begun = new Set<string>();
  const names = new Set<SnapshotName>();
  for (const head of due) {
    const chain = chainNameOf(head.device, head.stint);
    if (!begun.has(chain) && isCovered(head)) names.add(head.covered.by);
    begun.add(chain);
  }
  return names;
}

/** Of each chain its first entries that go by this one: what follows another entry can be taken only after that. */
function beginningBy(due: readonly StoredHead[], by: SnapshotName): readonly CoveredHere[] {
  const ended = new Set<string>();
  return due.filter((head): head is CoveredHere => {
    const chain = chainNameOf(head.device, head.stint);
    if (!ended.has(chain) && isCovered(head) && head.covered.by === by) return true;
    ended.add(chain);
    return false;
  });
}

/** By its place; a branch that the snapshot does not lead to is sent by name, where it is known to part. */
function isWithin({ covers }: SnapshotHeader, { device, stint, seq }: StoredHead): boolean {
  const chain = chainNameOf(device, stint);
  return covers.some((item) => item.chain === chain && seq <= item.seq);
}

/** When a section gets a new snapshot, and under which key (SN-3). Pure; each limit with its reason. */
import type { KeyId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { ChartAccess } from './charter-book.ts';

/** Entries beyond the newest snapshot: each costs the next opening a signature, a secretbox and a trial. */
const entriesWorthASnapshot = 16;

/** Bytes of their ciphertexts: changes load three times slower than the same in a saved document. */
const bytesWorthASnapshot = 8 * 1024;

export function isWorthASnapshot(entries: number, bytes: number, fewest = entriesWorthASnapshot): boolean {
  return entries >= fewest || bytes >= bytesWorthASnapshot;
}

/**
 * The newest key whose holders have the key of every entry that is covered (CH-5): nobody reads in a snapshot what they could
 * not read without it. It need not be usable for writing: a device that joined since is told of older keys by its colleagues.
 */
export function keyForSnapshot(
  { charter, keys, broken }: Pick<ChartAccess, 'charter' | 'keys' | 'broken'>,
  section: Section,
  entryKeys: ReadonlySet<KeyId>,
): KeyId | undefined {
  const known = charter.epochs.filter((epoch) => epoch.section === section && !broken.has(epoch.keyId));
  const previousOf = new Map(known.map((epoch) => [epoch.keyId, epoch.previous]));
  const opens = (keyId: KeyId): boolean => {
    const reached = new Set([keyId]);
    for (const one of reached) for (const former of previousOf.get(one) ?? []) reached.add(former);
    return [...entryKeys].every((key) => reached.has(key));
  };
  return known.findLast(({ keyId }) => keys.has(keyId) && opens(keyId))?.keyId;
}

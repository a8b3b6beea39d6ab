/** When a section gets a new snapshot, and under which key (SN-3). Pure; each limit with its reason. */
import type { KeyId } from '../../base/ids.ts';
import type { Section } from '../../base/sections.ts';
import type { ChartAccess } from '../charters/charter-book.ts';

/** Entries beyond the newest snapshot: each costs the next opening a signature, a secretbox and a trial. */
const entriesWorthASnapshot = 16;

/** Bytes of their ciphertexts: changes load three times slower than the same in a saved document. */
const bytesWorthASnapshot = 8 * 1024;

/** A snapshot is written whole: of a large one, this part of its bytes has to be new, so that each is written a few times only. */
const worthwhileShare = 1 / 8;
/** And so many entries for each of these of its bytes. */
const bytesAnEntryEach = 4 * 1024;

/** Of an entry, without its ciphertext. */
const usualHeadBytes = 400;

/** A chart in use is compacted later than one that is put away: its next opening is far off. */
const patienceWhileOpen = 4;

/** What of a section lies beside its snapshot, and how large that is. */
export interface LooseEntries {
  readonly entries: number;
  readonly bytes: number;
  readonly snapshotBytes: number;
}

export function isWorthASnapshot(
  { entries, bytes, snapshotBytes }: LooseEntries,
  { isOpen = false, fewest = entriesWorthASnapshot } = {},
): boolean {
  const patience = isOpen ? patienceWhileOpen : 1;
  return (
    entries >= patience * Math.max(fewest, snapshotBytes / bytesAnEntryEach) ||
    bytes >= patience * Math.max(bytesWorthASnapshot, snapshotBytes * worthwhileShare)
  );
}

/** What lies of a closed section, heads and all: whether it is worth looking into for a snapshot. Of covered entries only heads lie there. */
export function isWorthOpening(entries: number, bytes: number): boolean {
  return bytes - entries * usualHeadBytes >= bytesWorthASnapshot;
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

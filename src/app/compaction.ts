/** When a section gets a new snapshot (SN-3), each limit with its reason. */

/** Entries beyond the newest snapshot: each costs the next opening a signature, a secretbox and a trial. */
const entriesWorthASnapshot = 16;

/** Bytes of their ciphertexts: changes load three times slower than the same in a saved document. */
const bytesWorthASnapshot = 8 * 1024;

/**
 * Whether the ciphertexts that a snapshot stands for are let go. Not before replication can send a snapshot in their place:
 * whoever is given the chart later would have to be told of entries that nobody holds any more.
 */
export const dropsCiphertexts: boolean = false;

export function isWorthASnapshot(entries: number, bytes: number): boolean {
  return entries >= entriesWorthASnapshot || bytes >= bytesWorthASnapshot;
}

/** Who may have a sealed part of an attachment (EN-10): a question of the entries that name it, and of nothing else. */
import type { StoredHead } from '../store/store.ts';

/** Whether whoever asks may have the entry of this head. */
export type MayHave = (head: Pick<StoredHead, 'device'>) => boolean;

/**
 * The right to a part is the right to every entry that names it: whoever lost the right to others' entries gets nothing of
 * theirs by naming it in one of its own.
 */
export function mayHavePart(named: readonly Pick<StoredHead, 'device'>[], may: MayHave): boolean {
  return named.length > 0 && named.every(may);
}

/**
 * On which page of a chart something that waits for a choice stands: where the entries stand that it is about. What is on no page of
 * its own stands on the first one of its section, so that nothing that is to be settled is hidden. Knows no element.
 */
import type { ConflictView } from '../../clinical/conflict-view.ts';
import type { ResourceKey } from '../../clinical/section-edit.ts';

export interface TopicRows {
  /** Keys of the entries on the page. */
  readonly own: ReadonlySet<ResourceKey>;
  /** The first page of the section that is asked about. */
  readonly isFirst: boolean;
  /** Keys of the entries on all other pages; asked only where the page has none of them. */
  readonly elsewhere: () => ReadonlySet<ResourceKey>;
}

export function standsOn(
  { key, branches }: Pick<ConflictView, 'key' | 'branches'>,
  { own, isFirst, elsewhere }: TopicRows,
): boolean {
  const about = [key, ...branches.flatMap(({ keys }) => keys)];
  if (about.some((one) => own.has(one))) return true;
  return isFirst && !about.some((one) => elsewhere().has(one));
}

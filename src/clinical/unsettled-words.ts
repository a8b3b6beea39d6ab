/**
 * The versions of what is not settled, each in words (AM-5): what stands in a list, a preview or a file where one of them alone would
 * read as the value.
 */
import type { ChartSection } from '../base/sections.ts';
import { conflictViews, type ConflictView } from './conflict-view.ts';
import type { ConcurrentChange } from './conflicts.ts';
import type { ChartRecord } from './record.ts';
import type { ResourceKey } from './section-edit.ts';

/** Resource → its versions in one sentence: "Dose: 500 mg once daily or 1000 mg once daily"; empty where only the list is in question. */
export type UnsettledVersions = ReadonlyMap<ResourceKey, string>;

export function unsettledVersions(
  record: ChartRecord,
  section: ChartSection,
  changes: readonly ConcurrentChange[],
): UnsettledVersions {
  const conflicts = conflictViews(record, section, changes);
  return new Map(
    conflicts.flatMap((conflict) => {
      const keys = new Set(conflict.branches.flatMap((branch) => branch.keys));
      return [...keys].map((key) => [key, versionsOf(conflict)] as const);
    }),
  );
}

function versionsOf(conflict: ConflictView): string {
  if (conflict.kind === 'list' || conflict.kind === 'contradiction') return '';
  const names = new Set(conflict.branches.flatMap(({ lines }) => lines.map(({ name }) => name)));
  const [only] = names;
  if (names.size === 1 && only !== undefined) {
    const values = conflict.branches.flatMap(({ lines }) => lines.map(({ value }) => value));
    return `${only}: ${values.join(' or ')}`;
  }
  const sides = conflict.branches.map(({ lines }) => lines.map(({ name, value }) => `${name}: ${value}`).join(', '));
  return sides.join(conflict.kind === 'apart' ? '; at the same time ' : ' or ');
}

/**
 * The record of disclosure as rows a person can read: who could read or write what, from when to when, given and ended by whom
 * (CH-9). One grant is one row with its parts, split where parts ended differently. Filtering and order are here too. Pure.
 */
import type { ChartSection } from '../../base/sections.ts';
import { chartSections } from '../../base/sections.ts';
import type { ShareRow } from '../../app/charts/chart-acts.ts';

export interface Disclosure extends Omit<ShareRow, 'section'> {
  readonly key: string;
  readonly sections: readonly ChartSection[];
  /** Could they read it at this moment, as far as this device knows. */
  readonly isCurrent: boolean;
}

export const disclosureColumns = ['practiceName', 'from', 'until', 'ended'] as const;
export type DisclosureColumn = (typeof disclosureColumns)[number];

export interface DisclosureOrder {
  readonly by: DisclosureColumn;
  readonly descending: boolean;
}

export function disclosuresOf(rows: readonly ShareRow[], now: Date): readonly Disclosure[] {
  const found = new Map<string, Disclosure>();
  for (const { section, ...row } of rows) {
    const key = JSON.stringify([
      row.grant,
      row.practice,
      row.right,
      row.from,
      row.until,
      row.ended,
      row.endedAs,
      row.undone,
    ]);
    const known = found.get(key)?.sections ?? [];
    const isCurrent = !row.undone && row.ended === undefined && !isOver(row.until, now);
    found.set(key, { ...row, key, isCurrent, sections: [...known, section] });
  }
  return [...found.values()].map((row) => ({
    ...row,
    sections: chartSections.filter((section) => row.sections.includes(section)),
  }));
}

/** A missing date is the latest: no end, or not ended. */
export function sortedDisclosures(
  rows: readonly Disclosure[],
  { by, descending }: DisclosureOrder,
): readonly Disclosure[] {
  const ascending = rows.toSorted(
    (a, b) => compare(a[by], b[by]) || compare(a.from, b.from) || a.practiceName.localeCompare(b.practiceName),
  );
  return descending ? ascending.toReversed() : ascending;
}

function compare(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  return b === undefined ? -1 : a.localeCompare(b);
}

function isOver(until: string | undefined, now: Date): boolean {
  return until !== undefined && Date.parse(until) <= now.getTime();
}

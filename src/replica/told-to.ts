/**
 * What a practice may be told of charts and rosters at this moment (RE-1): which charts it has a part in, whose rosters it
 * needs to judge these, how far. Asked by replication at each sending, and when a practice comes back by its recovery phrase.
 * Answered from the terms of all charts; a charter is read only where a right has ended.
 */
import type { ChartId, OpId, PracticeId } from '../base/ids.ts';
import { rostersCitedBy } from '../access/known-rosters.ts';
import type { ChartTerms } from './chart-terms.ts';
import type { Charter, Charters } from './charters.ts';
import type { RosterBook } from './roster-book.ts';
import { isPartOf, opsFor } from './told-ops.ts';

export interface Known {
  readonly self: { readonly practice: PracticeId };
  readonly rosters: RosterBook;
  readonly charters: Pick<Charters, 'allTerms'> & { get(chart: ChartId): Promise<Charter | undefined> };
}

/** Of the own practice all, the practice book among them. */
export function* chartsWith({ charters }: Pick<Known, 'charters'>, practice: PracticeId): Iterable<ChartTerms> {
  for (const terms of charters.allTerms.values()) if (terms.shape.practices.has(practice)) yield terms;
}

/** Devices of one practice know the same practices, those too with which nothing is shared yet. */
export function rostersToldTo(known: Known, practice: PracticeId): readonly PracticeId[] {
  if (practice === known.self.practice) return known.rosters.practices;
  const shapes = new Set<ChartTerms['shape']>();
  for (const { shape } of chartsWith(known, practice)) shapes.add(shape);
  return rostersNamed(known, practice, shapes);
}

/** Those of them that one chart makes needed. */
export function rostersToldOf(known: Known, { shape }: ChartTerms, practice: PracticeId): readonly PracticeId[] {
  // Whom the practice met stands in its book, which names nobody.
  if (practice === known.self.practice) return known.rosters.practices;
  return rostersNamed(known, practice, [shape]);
}

function rostersNamed(
  { self, rosters }: Known,
  practice: PracticeId,
  shapes: Iterable<ChartTerms['shape']>,
): readonly PracticeId[] {
  const wanted = new Set([self.practice, practice]);
  for (const { practices } of shapes) for (const told of practices.get(practice)?.told ?? []) wanted.add(told);
  return [...wanted].filter((one) => rosters.get(one) !== undefined);
}

/**
 * How far a practice may follow the roster of another: one with which it shares a chart now, to the end; one it knows from
 * charts that were shared with it, as far as the operations it has speak of it.
 */
export async function rosterHeadsToldTo(
  known: Known,
  roster: PracticeId,
  to: PracticeId,
): Promise<readonly OpId[] | 'all'> {
  const { self, charters } = known;
  if (to === self.practice || roster === self.practice || roster === to) return 'all';
  const speaking: ChartId[] = [];
  for (const { chart, shape } of chartsWith(known, to)) {
    if (isPartOf(shape, to) && isPartOf(shape, roster)) return 'all';
    if (shape.practices.get(to)?.told.includes(roster) === true) speaking.push(chart);
  }
  const heads = new Set<OpId>();
  for (const chart of speaking) {
    const charter = (await charters.get(chart))?.charter;
    const cited = charter === undefined ? [] : opsFor(charter, to).flatMap(rostersCitedBy);
    for (const citation of cited) if (citation.practice === roster) for (const head of citation.heads) heads.add(head);
  }
  return [...heads];
}

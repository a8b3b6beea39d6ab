/**
 * Patients as lists and searches show them: one row a person, however many charts are merged in it. What can be counted is the
 * sum of them; who it is, is what the leading chart says.
 */
import type { ChartId, PracticeId } from '../../base/ids.ts';
import { personDifferences } from '../../clinical/union/person-differences.ts';
import type { ChartIndex, IndexedChart } from './chart-index.ts';
import type { ChartMerges } from '../merging/merges.ts';
import type { ChartSummary, PatientRow } from '../session.ts';

export class PatientRows {
  readonly #index: ChartIndex;
  readonly #merges: Pick<ChartMerges, 'groups' | 'of'>;
  #shown:
    | {
        readonly all: readonly IndexedChart[];
        readonly groups: ChartMerges['groups'];
        readonly rows: readonly PatientRow[];
      }
    | undefined;

  constructor(index: ChartIndex, merges: Pick<ChartMerges, 'groups' | 'of'>) {
    this.#index = index;
    this.#merges = merges;
  }

  /** By name, then birth date. The same list until a chart or a merge changed. */
  get all(): readonly PatientRow[] {
    const { all } = this.#index;
    const { groups } = this.#merges;
    if (this.#shown?.all !== all || this.#shown.groups !== groups)
      this.#shown = { all, groups, rows: groups.size === 0 ? all : this.#rows(all) };
    return this.#shown.rows;
  }

  /** In order of fit; a merged patient is found by whatever one of the charts says. */
  find(query: string): readonly ChartId[] {
    const found = this.#index.find(query);
    return this.#merges.groups.size === 0 ? found : [...new Set(found.map((chart) => this.#shownAs(chart)))];
  }

  /** An open chart says the same of itself as the list does. */
  summaryOf(chart: ChartId): ChartSummary | undefined {
    const parts = this.#partsOf(chart);
    const [leading, ...others] = parts;
    return leading === undefined || others.length === 0 ? this.#index.get(chart) : merged(leading, parts);
  }

  #rows(all: readonly IndexedChart[]): readonly PatientRow[] {
    return all.flatMap((chart): readonly PatientRow[] => {
      if (this.#shownAs(chart.id) !== chart.id) return [];
      const parts = this.#partsOf(chart.id);
      return [parts.length > 1 ? merged(chart, parts) : chart];
    });
  }

  /** Those that are here, the leading one first. */
  #partsOf(chart: ChartId): readonly IndexedChart[] {
    return this.#merges.of(chart).flatMap((part) => this.#index.get(part) ?? []);
  }

  #shownAs(chart: ChartId): ChartId {
    return this.#partsOf(chart)[0]?.id ?? chart;
  }
}

function merged(leading: IndexedChart, parts: readonly IndexedChart[]): PatientRow {
  const sum = (count: (part: IndexedChart) => number): number => parts.reduce((total, part) => total + count(part), 0);
  const changedAt = parts
    .flatMap((part) => part.changedAt ?? [])
    .sort()
    .at(-1);
  return {
    ...leading,
    deceased: parts.some(({ deceased }) => deceased),
    sharedWith: [...new Set<PracticeId>(parts.flatMap(({ sharedWith }) => sharedWith))],
    unsettledConflicts: sum((part) => part.unsettledConflicts) + personDifferences(parts).length,
    setAside: sum((part) => part.setAside),
    ...(changedAt === undefined ? {} : { changedAt }),
    parts,
  };
}

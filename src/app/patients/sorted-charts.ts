/**
 * Charts in the order in which a practice reads its patients: by name, then birth date. Kept in order, not put in order: one
 * that is new or has another name finds its place by halves, so that a list of ten thousand costs a dozen comparisons a
 * change and not a hundred thousand.
 */
import type { ChartId } from '../../base/ids.ts';

interface Named {
  readonly id: ChartId;
  readonly name: string;
  readonly birthDate?: string;
}

type Compare = (a: Named, b: Named) => number;

const { compare: byLocale } = new Intl.Collator();

/** Total, so that any chart has one place. */
export function byNameAndBirthDate(a: Named, b: Named): number {
  return (
    byLocale(a.name, b.name) ||
    byLocale(a.birthDate ?? '', b.birthDate ?? '') ||
    (a.id === b.id ? 0 : a.id < b.id ? -1 : 1)
  );
}

/** Above this share of the list, sorting all of it is cheaper than finding each place. */
const fewOf = 1 / 8;

export class SortedCharts<Chart extends Named> {
  readonly #compare: Compare;
  #sorted: readonly Chart[] = [];
  /** What changed since the list was last asked for, with what stands for it there. */
  readonly #changed = new Map<ChartId, { readonly before: Chart | undefined; readonly after: Chart }>();

  constructor(compare: Compare = byNameAndBirthDate) {
    this.#compare = compare;
  }

  /** `before`: as it was put last. */
  put(before: Chart | undefined, after: Chart): void {
    const known = this.#changed.get(after.id);
    this.#changed.set(after.id, { before: known === undefined ? before : known.before, after });
  }

  /** The same list until something in it changed. */
  get all(): readonly Chart[] {
    if (this.#changed.size > 0) {
      const isMany = this.#changed.size > this.#sorted.length * fewOf;
      this.#sorted = isMany ? this.#sortAll() : this.#placeEach();
      this.#changed.clear();
    }
    return this.#sorted;
  }

  #sortAll(): readonly Chart[] {
    const kept = this.#sorted.filter(({ id }) => !this.#changed.has(id));
    return [...kept, ...[...this.#changed.values()].map(({ after }) => after)].sort(this.#compare);
  }

  #placeEach(): readonly Chart[] {
    const list = [...this.#sorted];
    for (const { before, after } of this.#changed.values()) {
      if (before !== undefined) {
        const at = this.#placeOf(before, list);
        if (this.#compare(before, after) === 0) {
          list[at] = after;
          continue;
        }
        list.splice(at, 1);
      }
      list.splice(this.#placeOf(after, list), 0, after);
    }
    return list;
  }

  /** Where it is, or would be. */
  #placeOf(chart: Named, list: readonly Chart[]): number {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = list[middle];
      if (there !== undefined && this.#compare(there, chart) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

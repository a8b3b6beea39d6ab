/**
 * Whom a patient of a file may be: of the charts here, and of the patients of the same import. Compared as at registering
 * (clinical/matching), by all that is known of both; the answer is a question to a person. One for a plan: kept up with
 * the charts as long as that stands, and nothing of it stays when the import is over. Who shares no key with the patient asked
 * for is not looked at (blocking), so that ten thousand charts cost an import about what ten do.
 */
import type { ChartId } from '../../base/ids.ts';
import type { MatchReason } from '../../clinical/matching/compare.ts';
import { person, personInList, type Person, type PersonDescription } from '../../clinical/matching/person.ts';
import { askedFrom, PersonIndex } from '../../clinical/matching/person-index.ts';
import type { ChartIndex, IndexedChart } from './chart-index.ts';
import type { ImportCandidate } from './import-acts.ts';
import type { Turns } from '../turns.ts';

/** More than a person would look at for one patient. */
const mostAsked = 4;

/** A patient of a file that is to become a chart of its own. */
type ToCome = Omit<Extract<ImportCandidate, { readonly item: string }>, 'reasons'>;

interface Found {
  readonly candidate: ImportCandidate;
  readonly bits: number;
}

export class ImportMatching {
  readonly #index: ChartIndex;
  /** The chart that leads those it is merged with. */
  readonly #leading: (chart: ChartId) => ChartId;
  readonly #charts = new PersonIndex<ChartId>();
  readonly #toCome = new PersonIndex<ToCome>();
  readonly #stopListening: () => void;

  constructor(index: ChartIndex, leading: (chart: ChartId) => ChartId) {
    this.#index = index;
    this.#leading = leading;
    this.#stopListening = index.onPut((_, chart) => {
      this.#charts.put(chart.id, personInList(chart));
    });
  }

  /** Nothing is found before; the page answers meanwhile. */
  async fill(turns: Turns): Promise<void> {
    for (const { id } of this.#index.all) {
      const chart = this.#index.get(id);
      if (chart !== undefined) this.#charts.put(id, personInList(chart));
      await turns.next();
    }
  }

  close(): void {
    this.#stopListening();
  }

  /** Pairs compared so far. */
  get compared(): number {
    return this.#charts.compared + this.#toCome.compared;
  }

  /** Who it may be, the likeliest first. */
  candidates(description: PersonDescription): readonly ImportCandidate[] {
    const who = person(description);
    const found = [...this.#chartsLike(who), ...this.#toComeLike(who)].sort((a, b) => b.bits - a.bits);
    return found.slice(0, mostAsked).map(({ candidate }) => candidate);
  }

  /** Whoever is asked for from now on may be this one too. */
  expect(patient: ToCome, description: PersonDescription): void {
    this.#toCome.put(patient, person(description));
  }

  /** Whether one of these charts may be of the same person. */
  isLike(description: PersonDescription, among: (chart: ChartId) => boolean): boolean {
    return this.#charts.likely(person(description), askedFrom, among).length > 0;
  }

  /** The first of charts merged stands for them. */
  #chartsLike(who: Person): readonly Found[] {
    const found = new Map<ChartId, Found>();
    for (const { id, bits, reasons } of this.#charts.likely(who, askedFrom)) {
      const chart = this.#index.get(this.#leading(id)) ?? this.#index.get(id);
      if (chart !== undefined && !found.has(chart.id))
        found.set(chart.id, { bits, candidate: chartCandidate(chart, reasons) });
    }
    return [...found.values()];
  }

  #toComeLike(who: Person): readonly Found[] {
    return this.#toCome
      .likely(who, askedFrom)
      .map(({ id, bits, reasons }) => ({ bits, candidate: { ...id, reasons } }));
  }
}

function chartCandidate(
  { id, name, birthDate, sex, identifier }: IndexedChart,
  reasons: readonly MatchReason[],
): ImportCandidate {
  return {
    chart: id,
    name,
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
    ...(identifier === undefined ? {} : { identifier }),
    reasons,
  };
}

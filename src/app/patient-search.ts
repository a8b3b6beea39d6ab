/**
 * Finding a patient as one types: part of a name in any order, a birth date as written, part of an identifier. Kept in
 * memory while unlocked; nothing of it is stored. Typing errors are not guessed at: a wrong patient is worse than none.
 */
import MiniSearch from 'minisearch';
import type { ChartId } from '../base/ids.ts';

export interface Searchable {
  readonly id: ChartId;
  readonly name: string;
  readonly birthDate?: string;
  readonly identifier?: string;
}

/** Letters without their accents, in lower case. */
function fold(term: string): string {
  return term.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

export class PatientSearch {
  readonly #index = new MiniSearch<Searchable>({
    fields: ['name', 'birthDate', 'identifier'],
    processTerm: fold,
    // Dates and identifiers keep their hyphens apart so that "1970" finds 1970-03-01.
    tokenize: (text) => text.split(/[\s,./-]+/u).filter((part) => part !== ''),
    searchOptions: { prefix: true, combineWith: 'AND', boost: { name: 2 } },
  });

  put(patient: Searchable): void {
    if (this.#index.has(patient.id)) this.#index.replace(patient);
    else this.#index.add(patient);
  }

  remove(id: ChartId): void {
    if (this.#index.has(id)) this.#index.discard(id);
  }

  /** Best fit first. */
  find(query: string): readonly ChartId[] {
    return this.#index.search(query).map((hit) => hit.id as ChartId);
  }
}

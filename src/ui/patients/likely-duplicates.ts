/**
 * Who of the charts here may be the person being registered. The comparison is clinical/'s; here the charts are put into its index a
 * slice at a time, so that ten thousand of them never hold up the typing, and only those that changed are put in again.
 */
import { patientOf, type TypedPatient } from '../../clinical/edits/patient.ts';
import { personInList, personOfPatient, type Person } from '../../clinical/matching/person.ts';
import { askedFrom, PersonIndex, type Likely } from '../../clinical/matching/person-index.ts';
import type { ChartId } from '../../base/ids.ts';
import type { ChartSummary, Session } from '../../app/session.ts';

/** Charts a slice: a few milliseconds of work. */
const chartsInSlice = 100;
const mostShown = 4;

export interface LikelyDuplicate {
  readonly chart: ChartSummary;
  readonly reasons: Likely<ChartId>['reasons'];
}

export class LikelyDuplicates {
  readonly #session: Session;
  readonly #index = new PersonIndex<ChartId>();
  readonly #indexed = new Map<ChartId, ChartSummary>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Those most alike first; none while nothing is typed that could tell people apart. */
  async find(typed: TypedPatient): Promise<readonly LikelyDuplicate[]> {
    await this.#catchUp();
    return this.#shown(personOfPatient(patientOf(typed)));
  }

  /** Other charts that may be of the person of this one. */
  async findLike(chart: ChartSummary): Promise<readonly LikelyDuplicate[]> {
    await this.#catchUp();
    return this.#shown(personInList(chart), (id) => id !== chart.id);
  }

  #shown(who: Person, others?: (id: ChartId) => boolean): readonly LikelyDuplicate[] {
    const found = this.#index.likely(who, askedFrom, others);
    return found.slice(0, mostShown).flatMap(({ id, reasons }): readonly LikelyDuplicate[] => {
      const chart = this.#indexed.get(id);
      return chart === undefined ? [] : [{ chart, reasons }];
    });
  }

  async #catchUp(): Promise<void> {
    let inSlice = 0;
    for (const chart of this.#session.charts) {
      if (this.#indexed.get(chart.id) === chart) continue;
      this.#indexed.set(chart.id, chart);
      this.#index.put(chart.id, personInList(chart));
      inSlice += 1;
      if (inSlice % chartsInSlice === 0) await new Promise((resume) => setTimeout(resume));
    }
  }
}

/**
 * Edits of one chart that wait for the same turn are written together (EN-6): a person who types fast, or an act made of many
 * edits, waits for the disk once. Owns which edits wait together. Each is answered for itself, and only once it is durable.
 */
import type { ChartId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { SectionEdits } from '../../clinical/withholding.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';

type Outcome = Result<void, WriteFailure>;

/** An entry each time: well under what one may hold (protocol section 9). */
const mostTogether = 128;

interface Gathering {
  readonly chart: ChartId;
  readonly edits: SectionEdits[];
  /** How much had been asked of the queue when it joined it: whatever is asked later comes after these edits. */
  readonly place: number;
  readonly outcomes: Promise<readonly Outcome[]>;
}

export class GatheredEdits {
  readonly #context: PracticeContext;
  /** Writes them in order and answers for each. Inside the queue. */
  readonly #write: (chart: ChartId, edits: readonly SectionEdits[]) => Promise<readonly Outcome[]>;
  /** The last that was asked for, until its turn comes. */
  #waiting: Gathering | undefined;

  constructor(
    context: PracticeContext,
    write: (chart: ChartId, edits: readonly SectionEdits[]) => Promise<readonly Outcome[]>,
  ) {
    this.#context = context;
    this.#write = write;
  }

  async add(chart: ChartId, edits: SectionEdits): Promise<Outcome> {
    const gathering = this.#gatheringFor(chart);
    const index = gathering.edits.push(edits) - 1;
    const outcome = (await gathering.outcomes)[index];
    if (outcome === undefined) throw new Error('every edit is answered for');
    return outcome;
  }

  /** The one that waits, if nothing else was asked for since: an edit overtakes no other act, a stop for one. */
  #gatheringFor(chart: ChartId): Gathering {
    const waiting = this.#waiting;
    if (waiting?.chart === chart && waiting.place === this.#context.asked && waiting.edits.length < mostTogether)
      return waiting;
    const edits: SectionEdits[] = [];
    const outcomes = this.#context.exclusively(() => {
      if (this.#waiting === gathering) this.#waiting = undefined;
      return this.#write(chart, edits);
    });
    const gathering: Gathering = { chart, edits, place: this.#context.asked, outcomes };
    this.#waiting = gathering;
    return gathering;
  }
}

/**
 * How many charts stand how: with each other practice, and nowhere but here. Counted when one changes and not when somebody
 * asks, for every painting of the rail and of the peers does.
 */
import type { PracticeId } from '../../base/ids.ts';

export interface CountsWith {
  /** Own charts it may read some of now. */
  readonly given: number;
  /** Charts of its that we may read now. */
  readonly received: number;
  /** Changes set aside in charts that it could ever read or write. */
  readonly setAside: number;
}

/** What of a chart is counted. */
interface Counted {
  readonly own: boolean;
  readonly custodian: PracticeId;
  readonly access: string;
  readonly sharedWith: readonly PracticeId[];
  readonly everShared: readonly PracticeId[];
  readonly setAside: number;
  readonly heldElsewhere: boolean;
}

const none: CountsWith = { given: 0, received: 0, setAside: 0 };

export class ChartCounts {
  readonly #with = new Map<PracticeId, CountsWith>();
  #onlyHere = 0;

  /** Own charts that nobody else is known to hold. */
  get onlyHere(): number {
    return this.#onlyHere;
  }

  with(practice: PracticeId): CountsWith {
    return this.#with.get(practice) ?? none;
  }

  /** A chart is no longer as it was `before`. */
  put(before: Counted | undefined, after: Counted): void {
    if (before !== undefined) this.#count(before, -1);
    this.#count(after, 1);
  }

  #count(chart: Counted, by: 1 | -1): void {
    const { own, custodian, access, sharedWith, everShared, setAside, heldElsewhere } = chart;
    if (own && !heldElsewhere) this.#onlyHere += by;
    if (own) for (const practice of sharedWith) this.#add(practice, { given: by });
    else if (access !== 'ended') this.#add(custodian, { received: by });
    if (setAside > 0) for (const practice of everShared) this.#add(practice, { setAside: by * setAside });
  }

  #add(practice: PracticeId, { given = 0, received = 0, setAside = 0 }: Partial<CountsWith>): void {
    const now = this.with(practice);
    this.#with.set(practice, {
      given: now.given + given,
      received: now.received + received,
      setAside: now.setAside + setAside,
    });
  }
}

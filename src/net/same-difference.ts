/**
 * The same difference three times (RE-6): two devices compare, exchange what they have to say, are done, and at the next
 * comparison a chart differs in the very same way, three times over. Then waiting does not help, and a person is told. Counts
 * and nothing else: knows no clock, no disk and no connection.
 */
import type { ChartId, DeviceId } from '../base/ids.ts';

/** Completed exchanges that left a difference as it was, after which it is told. */
export const mostSameDifferences = 3;

/** Charts watched for one device: a fault shows in the first as well as in all of them. */
const maxWatched = 1_000;

/** What differed at the last comparison with a device. */
export interface StandingDifference {
  readonly chart: ChartId;
  /** Our side and theirs, as digests: the same text is the same difference. */
  readonly how: string;
  /** Exchanges completed since it was first seen like this. */
  readonly left: number;
}

export class SameDifferences {
  readonly #byDevice = new Map<DeviceId, readonly StandingDifference[]>();

  constructor(known: ReadonlyMap<DeviceId, readonly StandingDifference[]> = new Map()) {
    for (const [device, standing] of known) this.#byDevice.set(device, standing);
  }

  /** What a comparison found. Answers the charts of which it is to be told now: each difference once. */
  compared(device: DeviceId, differing: ReadonlyMap<ChartId, string>): readonly ChartId[] {
    const before = new Map(this.of(device).map((one) => [one.chart, one]));
    const standing: StandingDifference[] = [];
    const told: ChartId[] = [];
    for (const [chart, how] of differing) {
      if (standing.length === maxWatched) break;
      const known = before.get(chart);
      const left = known?.how === how ? known.left : 0;
      if (left === mostSameDifferences) told.push(chart);
      // What was told is past the number for good: the next comparison finds it above.
      standing.push({ chart, how, left: left === mostSameDifferences ? left + 1 : left });
    }
    this.#byDevice.set(device, standing);
    return told;
  }

  /** Both said all they had to say since the last comparison. */
  completed(device: DeviceId): void {
    const standing = this.of(device).map((one) => ({ ...one, left: one.left + 1 }));
    this.#byDevice.set(device, standing);
  }

  /** To be kept over a restart; few or none. */
  of(device: DeviceId): readonly StandingDifference[] {
    return this.#byDevice.get(device) ?? [];
  }
}

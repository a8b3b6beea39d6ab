/**
 * Differences to another device that exchanges do not settle (RE-6): counted by net/same-difference.ts, kept over restarts,
 * since a browser is closed every evening, and told to the person once: in the inbox, and in Diagnostics.
 */
import { parseChartId, type ChartId, type DeviceId } from '../../base/ids.ts';
import { SameDifferences, type StandingDifference } from '../../net/same-difference.ts';
import type { Notices } from '../notices.ts';
import type { PracticeContext } from '../practice-context.ts';

const recordKeyOf = (device: DeviceId): string => `differences/${device}`;

export class StandingDifferences {
  readonly #context: PracticeContext;
  readonly #notices: Pick<Notices, 'add'>;
  readonly #changed: () => void;
  readonly #byDevice = new Map<DeviceId, SameDifferences>();

  constructor(context: PracticeContext, notices: Pick<Notices, 'add'>, changed: () => void) {
    this.#context = context;
    this.#notices = notices;
    this.#changed = changed;
  }

  /** What differs at the start of a connection. */
  compared(device: DeviceId, how: ReadonlyMap<ChartId, string>): void {
    this.#inTurn(device, async (differences) => {
      const told = differences.compared(device, how);
      if (told.length === 0) return;
      const practice = this.#context.rosters.practiceOf(device);
      for (const chart of told) this.#context.diagnostics.count(`chart ${chart}`, 'same-difference', practice);
      await this.#notices.add({
        kind: 'same-difference',
        count: told.length,
        ...(practice === undefined ? {} : { practice }),
      });
      this.#changed();
    });
  }

  /** Both have said all they had to say since. */
  completed(device: DeviceId): void {
    this.#inTurn(device, (differences) => {
      differences.completed(device);
      return Promise.resolve();
    });
  }

  #inTurn(device: DeviceId, act: (differences: SameDifferences) => Promise<void>): void {
    const { content, records } = this.#context;
    const turn = this.#context.exclusively(async () => {
      const differences = this.#byDevice.get(device) ?? (await this.#read(device));
      this.#byDevice.set(device, differences);
      const before = differences.of(device);
      await act(differences);
      const standing = differences.of(device);
      // Mostly there is nothing and was nothing: a connection writes nothing then.
      if (before.length + standing.length === 0) return;
      const kept =
        standing.length === 0 ? records.remove(recordKeyOf(device)) : records.write(recordKeyOf(device), standing);
      await content.commit({ sealed: [kept] });
    });
    this.#context.inBackground(turn);
  }

  async #read(device: DeviceId): Promise<SameDifferences> {
    const standing = await this.#context.records.read(recordKeyOf(device), standingFromJson);
    return new SameDifferences(standing === undefined ? undefined : new Map([[device, standing]]));
  }
}

function standingFromJson(value: unknown): readonly StandingDifference[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((row: unknown): StandingDifference[] => {
    if (typeof row !== 'object' || row === null) return [];
    const { chart, how, left } = row as Readonly<Record<string, unknown>>;
    const id = typeof chart === 'string' ? parseChartId(chart) : undefined;
    return id === undefined || typeof how !== 'string' || typeof left !== 'number' ? [] : [{ chart: id, how, left }];
  });
}

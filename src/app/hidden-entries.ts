/** Set-aside entries that a person put out of sight on this device (CUT-4): nobody else is told. One sealed record. */
import type { ChartId, EntryHash } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { CommitFailure } from '../store/store.ts';
import type { PracticeContext } from './practice-context.ts';

const hiddenKey = 'hidden';

type Disk = Pick<PracticeContext, 'content' | 'records'>;
type Hidden = Readonly<Record<ChartId, readonly EntryHash[]>>;

export class HiddenEntries {
  readonly #context: Disk;
  #hidden: Hidden;

  private constructor(context: Disk, hidden: Hidden) {
    this.#context = context;
    this.#hidden = hidden;
  }

  static async open(context: Disk): Promise<HiddenEntries> {
    const hidden = await context.records.read(hiddenKey, (value) =>
      typeof value === 'object' && value !== null ? (value as Hidden) : undefined,
    );
    return new HiddenEntries(context, hidden ?? {});
  }

  has(chart: ChartId, entry: EntryHash): boolean {
    return this.#hidden[chart]?.includes(entry) === true;
  }

  /** Inside the queue only. */
  async set(chart: ChartId, entries: readonly EntryHash[], hidden: boolean): Promise<Result<undefined, CommitFailure>> {
    const others = (this.#hidden[chart] ?? []).filter((entry) => !entries.includes(entry));
    const next = { ...this.#hidden, [chart]: hidden ? [...others, ...entries] : others };
    const kept = await this.#context.content.commit({ sealed: [this.#context.records.write(hiddenKey, next)] });
    if (kept.ok) this.#hidden = next;
    return kept;
  }
}

/**
 * What a person put out of sight on this device: entries that were set aside (CUT-4), offers of custody that were declined.
 * Nobody else is told. One sealed record.
 */
import type { ChartId, EntryHash, OpId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';
import type { CommitFailure } from '../../store/store.ts';
import type { PracticeContext } from '../practice-context.ts';

const hiddenKey = 'hidden';

type Disk = Pick<PracticeContext, 'content' | 'records'>;
type HiddenId = EntryHash | OpId;
type Hidden = Readonly<Record<ChartId, readonly HiddenId[]>>;

export class HiddenHere {
  readonly #context: Disk;
  #hidden: Hidden;

  private constructor(context: Disk, hidden: Hidden) {
    this.#context = context;
    this.#hidden = hidden;
  }

  static async open(context: Disk): Promise<HiddenHere> {
    const hidden = await context.records.read(hiddenKey, (value) =>
      typeof value === 'object' && value !== null ? (value as Hidden) : undefined,
    );
    return new HiddenHere(context, hidden ?? {});
  }

  has(chart: ChartId, id: HiddenId): boolean {
    return this.#hidden[chart]?.includes(id) === true;
  }

  /** Inside the queue only. */
  async set(chart: ChartId, ids: readonly HiddenId[], hidden: boolean): Promise<Result<undefined, CommitFailure>> {
    const others = (this.#hidden[chart] ?? []).filter((id) => !ids.includes(id));
    const next = { ...this.#hidden, [chart]: hidden ? [...others, ...ids] : others };
    const kept = await this.#context.content.commit({ sealed: [this.#context.records.write(hiddenKey, next)] });
    if (kept.ok) this.#hidden = next;
    return kept;
  }
}

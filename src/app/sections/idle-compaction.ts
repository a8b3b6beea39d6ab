/**
 * Snapshots that nobody waits for (SN-3): of charts that stay open for long, and of those that an import brought. One chart at
 * a time, and only once nobody has asked this practice for anything for a while: what a person does never queues behind more than
 * one of them. What is not done when the practice is locked is done when the chart is next put away.
 */
import type { ChartId } from '../../base/ids.ts';
import type { PracticeContext } from '../practice-context.ts';

/** Nobody waits for this page: long enough that somebody who types or reads on is not met in the middle. */
const idleMs = 1_500;

export class IdleCompaction {
  readonly #context: Pick<PracticeContext, 'asked' | 'exclusively' | 'inBackground' | 'ports'>;
  /** Inside the queue. */
  readonly #compact: (chart: ChartId) => Promise<void>;
  readonly #due = new Set<ChartId>();
  #working = false;
  #closed = false;

  constructor(
    context: Pick<PracticeContext, 'asked' | 'exclusively' | 'inBackground' | 'ports'>,
    compact: (chart: ChartId) => Promise<void>,
  ) {
    this.#context = context;
    this.#compact = compact;
  }

  /** The practice is being locked, which may take as long as idle moments do: nothing is begun any more. */
  close(): void {
    this.#closed = true;
    this.#due.clear();
  }

  note(chart: ChartId): void {
    if (this.#closed) return;
    this.#due.add(chart);
    if (!this.#working) this.#context.inBackground(this.#work());
  }

  async #work(): Promise<void> {
    const { ports } = this.#context;
    this.#working = true;
    try {
      for (let seen = -1; this.#due.size > 0;) {
        while (seen !== this.#context.asked) {
          seen = this.#context.asked;
          await new Promise<void>((resolve) => {
            ports.timers.after(idleMs, resolve);
          });
        }
        const [next] = this.#due;
        if (next === undefined) return;
        this.#due.delete(next);
        await this.#context.exclusively(() => this.#compact(next));
        seen += 1;
        await ports.pause();
      }
    } finally {
      this.#working = false;
    }
  }
}

/**
 * The one heap of events and the one clock of a simulated world. Things due at the same moment happen in the order in which
 * they were planned; between two events everything the first set going comes to rest. Nothing here waits for real time.
 */

interface Planned {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class Timeline {
  /** Virtual milliseconds since 1970: what a machine with a good clock believes. */
  nowMs = Date.parse('2026-03-02T09:00:00Z');
  #planned = 0;
  readonly #heap: Planned[] = [];
  #held: Promise<unknown> | undefined;

  /** Plans `run`; the function returned takes it back. */
  after(delayMs: number, run: () => void): () => void {
    const event: Planned = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#planned++, run, cancelled: false };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** For the rare promise that a thread of the platform answers: nothing else happens until it has. */
  hold<T>(work: Promise<T>): Promise<T> {
    this.#held = Promise.all([this.#held, work.catch(() => undefined)]);
    return work;
  }

  async #rest(): Promise<void> {
    await atRest();
    while (this.#held !== undefined) {
      const held = this.#held;
      await held;
      if (this.#held === held) this.#held = undefined;
      await atRest();
    }
  }

  /** Lives through everything that is due in the next so many milliseconds, or until `enough`. */
  async pass(ms: number, enough: () => boolean = () => false): Promise<void> {
    const end = this.nowMs + ms;
    await this.#rest();
    while (!enough()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > end) {
        this.nowMs = end;
        return;
      }
      this.#pop();
      if (next.cancelled) continue;
      this.nowMs = next.atMs;
      next.run();
      await this.#rest();
    }
  }

  #push(event: Planned): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap, at, parent)) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    swap(heap, 0, heap.length - 1);
    heap.pop();
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBefore(heap, child, least)) least = child;
      if (least === at) return;
      swap(heap, at, least);
      at = least;
    }
  }
}

function isBefore(heap: readonly Planned[], a: number, b: number): boolean {
  const [one, other] = [heap[a], heap[b]];
  if (one === undefined || other === undefined) return false;
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

function swap(heap: Planned[], a: number, b: number): void {
  const [one, other] = [heap[a], heap[b]];
  if (one === undefined || other === undefined) return;
  heap[a] = other;
  heap[b] = one;
}

/** Nothing in this world waits but for promises: when the event loop turns, all of them have been heard. */
function atRest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

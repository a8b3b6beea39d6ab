/** Locks a practice that nobody has touched for so long (ID-6). */
import type { Timers } from '../base/ports.ts';

export class AutoLock {
  readonly #timers: Timers;
  readonly #minutes: () => number;
  readonly #lock: () => void;
  #cancel: () => void = () => undefined;
  #isOver = false;

  constructor(timers: Timers, minutes: () => number, lock: () => void) {
    this.#timers = timers;
    this.#minutes = minutes;
    this.#lock = lock;
  }

  /** Somebody is at work: the time begins anew. */
  touch(): void {
    this.#cancel();
    if (!this.#isOver) this.#cancel = this.#timers.after(this.#minutes() * 60_000, this.#lock);
  }

  /** At locking. */
  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }
}

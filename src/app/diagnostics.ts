/** What was refused or went wrong, counted by reason: ids and reasons only, for the diagnostics page. In memory. */
import type { Clock } from '../base/ports.ts';
import type { Diagnostic } from './session.ts';

/** Different reasons kept; a hostile peer can cause no more than there are names for. */
const maxReasons = 500;

export class Diagnostics {
  readonly #clock: Clock;
  readonly #rows = new Map<string, Diagnostic>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(what: string, reason: string): void {
    const key = `${what}\n${reason}`;
    if (!this.#rows.has(key) && this.#rows.size >= maxReasons) return;
    const count = (this.#rows.get(key)?.count ?? 0) + 1;
    this.#rows.set(key, { what, reason, count, lastAt: new Date(this.#clock.nowMs()).toISOString() });
  }

  get rows(): readonly Diagnostic[] {
    return [...this.#rows.values()];
  }
}

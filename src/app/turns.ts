/**
 * Long work that has to be done by the page itself, in turns with what else the page has to do: after so long, whatever
 * waits (a key, a frame, a message) comes first. Whoever loops over charts asks after each whether its turn is over.
 */
import type { Ports } from './ports.ts';

/** Half of a frame: the other half is the browser's. */
const turnMs = 8;

export class Turns {
  readonly #ports: Pick<Ports, 'clock' | 'pause'>;
  #begunMs: number;

  constructor(ports: Pick<Ports, 'clock' | 'pause'>) {
    this.#ports = ports;
    this.#begunMs = ports.clock.nowMs();
  }

  /** Resolves at once while the turn lasts. */
  async next(): Promise<void> {
    if (this.#ports.clock.nowMs() - this.#begunMs < turnMs) return;
    await this.#ports.pause();
    this.#begunMs = this.#ports.clock.nowMs();
  }
}

/** Whether what a person did is saved here: how many acts are under way, and the last failure until something succeeds. */
import type { Result } from '../base/result.ts';
import { unlessLocked } from './practice-context.ts';
import type { SessionStatus, WriteFailure } from './session.ts';

export class Saving {
  readonly #changed: () => void;
  #pending = 0;
  #failure: WriteFailure | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get status(): Pick<SessionStatus, 'saving' | 'savingFailure'> {
    if (this.#pending > 0) return { saving: 'saving' };
    return this.#failure === undefined ? { saving: 'saved' } : { saving: 'failed', savingFailure: this.#failure };
  }

  async watch<T, R extends WriteFailure | 'cancelled'>(act: Promise<Result<T, R>>): Promise<Result<T, R | 'closed'>> {
    this.#pending += 1;
    this.#changed();
    try {
      const result = await unlessLocked(act);
      if (result.ok) this.#failure = undefined;
      // Whoever cancels knows.
      else if (result.reason !== 'cancelled') this.#failure = result.reason;
      return result;
    } catch (error) {
      this.#failure = 'storage';
      throw error;
    } finally {
      this.#pending -= 1;
      this.#changed();
    }
  }
}

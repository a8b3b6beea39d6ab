/** When what is typed in a note is saved: after a pause, and of steady typing now and then. Knows no note. */

/** A pause in typing after which it is saved, and how long steady typing goes unsaved. */
const pauseMs = 1_500;
const steadyMs = 8_000;

export class SavingWhileTyping {
  readonly #save: () => void;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #unsavedSinceMs: number | undefined;

  constructor(save: () => void) {
    this.#save = save;
  }

  typed(): void {
    clearTimeout(this.#waiting);
    this.#unsavedSinceMs ??= performance.now();
    const left = this.#unsavedSinceMs + steadyMs - performance.now();
    this.#waiting = setTimeout(this.#save, Math.max(0, Math.min(pauseMs, left)));
  }

  /** It is being saved now, or nobody types any more. */
  stop(): void {
    clearTimeout(this.#waiting);
    this.#unsavedSinceMs = undefined;
  }
}

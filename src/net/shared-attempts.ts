/** One attempt at a time for each key, shared by all who ask meanwhile, and given up when the last of them has given up. */

interface Attempt<T> {
  readonly result: Promise<T>;
  readonly giveUp: AbortController;
  waiting: number;
}

export class SharedAttempts<K, T> {
  readonly #attempts = new Map<K, Attempt<T>>();

  get busy(): boolean {
    return this.#attempts.size > 0;
  }

  has(key: K): boolean {
    return this.#attempts.has(key);
  }

  async join(key: K, begin: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T | 'aborted'> {
    const attempt = this.#attempts.get(key) ?? this.#begin(key, begin);
    attempt.waiting++;
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<'aborted'>((resolve) => {
      onAbort = () => resolve('aborted');
      signal?.addEventListener('abort', onAbort);
    });
    const first = await Promise.race([attempt.result, aborted]);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    attempt.waiting--;
    if (first === 'aborted' && attempt.waiting === 0) attempt.giveUp.abort();
    return first;
  }

  #begin(key: K, begin: (signal: AbortSignal) => Promise<T>): Attempt<T> {
    const giveUp = new AbortController();
    const result = begin(giveUp.signal).finally(() => this.#attempts.delete(key));
    const attempt = { result, giveUp, waiting: 0 };
    this.#attempts.set(key, attempt);
    return attempt;
  }
}

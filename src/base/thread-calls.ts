/**
 * Questions to a thread beside the page and their answers: what passes between the two, and both ends of it. Knows no browser (a port
 * is handed over) and nothing of what is asked. Both ends are of one build: nothing here has a version. Everything that passes
 * is plain data (text, numbers, bytes, lists and maps of them): what has a prototype or a private field does not survive the way.
 */

/** `Asked`: act → what it is asked with. */
export type ToThread<Asked> =
  | {
      readonly [A in keyof Asked]: {
        readonly kind: 'ask';
        readonly id: number;
        readonly act: A;
        readonly with: Asked[A];
      };
    }[keyof Asked]
  /** Whoever asked no longer wants it. */
  | { readonly kind: 'stop'; readonly id: number };

/** `Answers`: act → what it ends with. */
export type ToPage<Answers> =
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: Answers[keyof Answers] }
  /** A bug: what can be expected to fail is in the answers. */
  | { readonly kind: 'failed'; readonly id: number; readonly name: string };

/** What of a Worker is used. */
export interface ThreadPort<Asked, Answers> {
  post(message: ToThread<Asked>): void;
  /** Of each message; and once if the thread did not start or broke. */
  listen(hear: (message: ToPage<Answers>) => void, broke: () => void): void;
  end(): void;
}

export class ThreadBroke extends Error {
  override readonly name = 'ThreadBroke';
}

type Progress = (done: number, total: number) => void;

interface Call {
  readonly done: (value: never) => void;
  readonly failed: (error: Error) => void;
  readonly progress: Progress | undefined;
}

/** The side of the page: questions to one thread that wait for their answers. */
export class Calls<Asked, Answers extends { readonly [A in keyof Asked]: unknown }> {
  readonly #port: ThreadPort<Asked, Answers>;
  readonly #waiting = new Map<number, Call>();
  #isBroken = false;
  #asked = 0;

  constructor(port: ThreadPort<Asked, Answers>) {
    this.#port = port;
    port.listen(
      (message) => {
        this.#hear(message);
      },
      () => {
        this.end();
      },
    );
  }

  ask<A extends keyof Asked>(
    act: A,
    asked: Asked[A],
    { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: Progress } = {},
  ): Promise<Answers[A]> {
    if (this.#isBroken) return Promise.reject(new ThreadBroke());
    const id = (this.#asked += 1);
    const stop = (): void => {
      this.#port.post({ kind: 'stop', id });
    };
    signal?.addEventListener('abort', stop, { once: true });
    const answer = new Promise<Answers[A]>((resolve, reject) => {
      this.#waiting.set(id, { done: resolve, failed: reject, progress });
      this.#port.post({ kind: 'ask', id, act, with: asked } as ToThread<Asked>);
      if (signal?.aborted === true) stop();
    });
    return answer.finally(() => signal?.removeEventListener('abort', stop));
  }

  /** No answer comes any more. */
  end(): void {
    this.#isBroken = true;
    for (const { failed } of this.#waiting.values()) failed(new ThreadBroke());
    this.#waiting.clear();
  }

  #hear(message: ToPage<Answers>): void {
    const call = this.#waiting.get(message.id);
    if (message.kind === 'progress') {
      call?.progress?.(message.done, message.total);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') call?.done(message.value as never);
    else call?.failed(new Error(`background work failed: ${message.name}`));
  }
}

interface Watch {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** By act, what answers it. */
export type Doing<Asked, Answers extends { readonly [A in keyof Asked]: unknown }> = {
  readonly [A in keyof Asked]: (asked: Asked[A], watch: Watch) => Promise<Answers[A]>;
};

/** Bytes in `transfer` go over without a copy and are gone on this side. */
export type Send<Answers> = (message: ToPage<Answers>, transfer: readonly ArrayBuffer[]) => void;

/** The side of the thread: does what a page asks, one thing after the other as far as they do not wait. */
export class Answering<Asked, Answers extends { readonly [A in keyof Asked]: unknown }> {
  readonly #send: Send<Answers>;
  readonly #doing: Doing<Asked, Answers>;
  readonly #stops = new Map<number, AbortController>();

  constructor(send: Send<Answers>, doing: Doing<Asked, Answers>) {
    this.#send = send;
    this.#doing = doing;
  }

  async hear(message: ToThread<Asked>): Promise<void> {
    const { id } = message;
    if (message.kind === 'stop') {
      this.#stops.get(id)?.abort();
      return;
    }
    const stop = new AbortController();
    this.#stops.set(id, stop);
    const progress: Progress = (done, total) => {
      this.#send({ kind: 'progress', id, done, total }, []);
    };
    try {
      const value = await this.#doing[message.act](message.with, { signal: stop.signal, progress });
      this.#send({ kind: 'answer', id, value }, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []);
    } catch (error) {
      // Its message may hold what was being read.
      this.#send({ kind: 'failed', id, name: error instanceof Error ? error.name : 'failed' }, []);
    } finally {
      this.#stops.delete(id);
    }
  }
}

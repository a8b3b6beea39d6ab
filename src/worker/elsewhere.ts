/**
 * The side of the page: background work asked of threads by messages. A thread is started when something is asked and ended
 * with it, and with it goes all it had in memory: a derivation's 64 MiB and the key in them, the files of an import. Where
 * no thread starts (a browser that gives none, a file that is missing) or a derivation stays unanswered, the page does the work
 * itself.
 */
import type { Background, ImportReader } from './background.ts';
import type { Act, Answers, Asked, ToPage, ToThread } from './messages.ts';

/** What of a Worker is used. */
export interface ThreadPort {
  post(message: ToThread): void;
  /** Of each message; and once if the thread did not start or broke. */
  listen(hear: (message: ToPage) => void, broke: () => void): void;
  end(): void;
}

/** A key takes a second or two on a slow machine: whoever has not answered by then never will, and somebody waits at the door. */
const derivationMs = 60_000;

/**
 * `start` gives undefined where there are no threads; `here` stands in for one that broke, or that has not told a key after
 * `patienceMs`.
 */
export function elsewhere(
  start: () => ThreadPort | undefined,
  here: Background,
  patienceMs = derivationMs,
): Background {
  return {
    passphraseKey: async (...asked) => {
      const port = start();
      if (port === undefined) return here.passphraseKey(...asked);
      const calls = new Calls(port);
      const patience = setTimeout(() => {
        calls.end();
      }, patienceMs);
      try {
        return await calls.ask('passphraseKey', asked);
      } catch (error) {
        if (!(error instanceof ThreadBroke)) throw error;
      } finally {
        clearTimeout(patience);
        port.end();
      }
      return here.passphraseKey(...asked);
    },
    importReader: () => {
      const port = start();
      return port === undefined ? here.importReader() : new ReaderElsewhere(port, here);
    },
  };
}

class ReaderElsewhere implements ImportReader {
  readonly #port: ThreadPort;
  readonly #calls: Calls;
  readonly #here: Background;
  /** Since the thread broke. */
  #stead: ImportReader | undefined;
  #isEnded = false;

  constructor(port: ThreadPort, here: Background) {
    this.#port = port;
    this.#calls = new Calls(port);
    this.#here = here;
  }

  read(...[file, text, watch]: Parameters<ImportReader['read']>): ReturnType<ImportReader['read']> {
    return this.#ask(
      () => this.#calls.ask('read', [file, text], watch),
      (stead) => stead.read(file, text, watch),
    );
  }

  holds(...asked: Parameters<ImportReader['holds']>): ReturnType<ImportReader['holds']> {
    return this.#ask(
      () => this.#calls.ask('holds', asked),
      (stead) => stead.holds(...asked),
    );
  }

  plan(...asked: Parameters<ImportReader['plan']>): ReturnType<ImportReader['plan']> {
    // A new one has read nothing yet, and says so.
    return this.#ask(
      () => this.#calls.ask('plan', asked),
      (stead) => stead.plan(...asked),
    );
  }

  end(): void {
    this.#isEnded = true;
    this.#calls.end();
    this.#port.end();
    this.#stead?.end();
  }

  async #ask<T>(there: () => Promise<T>, instead: (stead: ImportReader) => Promise<T>): Promise<T> {
    if (this.#stead === undefined) {
      try {
        return await there();
      } catch (error) {
        if (this.#isEnded || !(error instanceof ThreadBroke)) throw error;
        this.#stead ??= this.#here.importReader();
      }
    }
    return instead(this.#stead);
  }
}

class ThreadBroke extends Error {
  override readonly name = 'ThreadBroke';
}

interface Call {
  readonly done: (value: Answers[Act]) => void;
  readonly failed: (error: Error) => void;
  readonly progress: ((done: number, total: number) => void) | undefined;
}

/** Questions to one thread that wait for their answers. */
class Calls {
  readonly #port: ThreadPort;
  readonly #waiting = new Map<number, Call>();
  #isBroken = false;
  #asked = 0;

  constructor(port: ThreadPort) {
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

  ask<A extends Act>(
    act: A,
    asked: Asked[A],
    { signal, progress }: { readonly signal?: AbortSignal; readonly progress?: Call['progress'] } = {},
  ): Promise<Answers[A]> {
    if (this.#isBroken) return Promise.reject(new ThreadBroke());
    const id = (this.#asked += 1);
    const stop = (): void => {
      this.#port.post({ kind: 'stop', id });
    };
    signal?.addEventListener('abort', stop, { once: true });
    const answer = new Promise<Answers[A]>((resolve, reject) => {
      this.#waiting.set(id, { done: resolve as Call['done'], failed: reject, progress });
      this.#port.post({ kind: 'ask', id, act, with: asked } as ToThread);
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

  #hear(message: ToPage): void {
    const call = this.#waiting.get(message.id);
    if (message.kind === 'progress') {
      call?.progress?.(message.done, message.total);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') call?.done(message.value);
    else call?.failed(new Error(`background work failed: ${message.name}`));
  }
}

/**
 * The side of the page: background work asked of threads by messages. A thread is started when something is asked and ended
 * with it, and with it goes all it had in memory: a derivation's 64 MiB and the key in them, the files of an import. Where
 * no thread starts (a browser that gives none, a file that is missing) or a derivation stays unanswered, the page does the work
 * itself.
 */
import { Calls, ThreadBroke } from '../base/thread-calls.ts';
import type { Background, ImportReader } from './background.ts';
import type { Answers, Asked, ThreadPort } from './messages.ts';

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
  readonly #calls: Calls<Asked, Answers>;
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

/**
 * The side of the thread: does what a page asks by messages, one thing after the other as far as they do not wait. Knows no
 * browser: worker-main.ts gives it a worker's messages, a test the end of a channel.
 */
import { passphraseKey } from '../crypto/passphrase.ts';
import { ImportFiles } from './import-files.ts';
import type { Answers, Act, ToPage, ToThread } from './messages.ts';

/** Bytes in `transfer` go over without a copy and are gone on this side. */
type Send = (message: ToPage, transfer: readonly ArrayBuffer[]) => void;

export class Thread {
  readonly #send: Send;
  readonly #files: ImportFiles;
  readonly #stops = new Map<number, AbortController>();

  constructor(send: Send, pause: () => Promise<void>) {
    this.#send = send;
    this.#files = new ImportFiles(pause);
  }

  async hear(message: ToThread): Promise<void> {
    const { id } = message;
    if (message.kind === 'stop') {
      this.#stops.get(id)?.abort();
      return;
    }
    const stop = new AbortController();
    this.#stops.set(id, stop);
    try {
      const value = await this.#do(message, stop.signal);
      this.#send({ kind: 'answer', id, value }, value instanceof Uint8Array ? [value.buffer] : []);
    } catch (error) {
      // Its message may hold what was being read.
      this.#send({ kind: 'failed', id, name: error instanceof Error ? error.name : 'failed' }, []);
    } finally {
      this.#stops.delete(id);
    }
  }

  #do(asked: Extract<ToThread, { kind: 'ask' }>, signal: AbortSignal): Promise<Answers[Act]> {
    switch (asked.act) {
      case 'passphraseKey':
        return passphraseKey(...asked.with);
      case 'read': {
        const progress = (done: number, total: number): void => {
          this.#send({ kind: 'progress', id: asked.id, done, total }, []);
        };
        return this.#files.read(...asked.with, { signal, progress });
      }
      case 'plan':
        return this.#files.plan(...asked.with);
      case 'holds':
        return this.#files.holds(...asked.with);
    }
  }
}

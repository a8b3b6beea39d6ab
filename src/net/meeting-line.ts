/** One meeting connection as a line of messages: say one, wait for the next. Malformed frames end it. */
import type { Timers } from '../base/ports.ts';
import { decodeMeetingMessage, encodeMeetingMessage, type MeetingMessage } from '../access/meeting.ts';
import type { Connection } from './transport.ts';

/** A machine answers on the other side: longer than any round trip, short enough to say that it failed. */
const answerTimeoutMs = 20_000;

/** A person answers on the other side, and compares codes first. */
export const personTimeoutMs = 10 * 60_000;

/** Messages that may have come before they are heard: the two sides take turns, so more than one is already odd. */
const maxUnheard = 2;

export class MeetingLine {
  readonly connection: Connection;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #timers: Timers;
  readonly #arrived: MeetingMessage[] = [];
  #wake: (() => void) | undefined;
  #isEnded = false;

  constructor(connection: Connection, timers: Timers) {
    this.connection = connection;
    this.#timers = timers;
    connection.onFrame((frame) => {
      const message = decodeMeetingMessage(frame);
      // Anyone at the relay may open a line while an invitation waits: what nobody listens to is not piled up.
      if (message.ok && this.#arrived.length < maxUnheard) this.#arrived.push(message.value);
      else connection.close();
      this.#wake?.();
    });
    this.ended = new Promise((resolve) => {
      connection.onClose(() => {
        this.#isEnded = true;
        this.#wake?.();
        resolve();
      });
    });
  }

  async say(message: MeetingMessage): Promise<boolean> {
    return (await this.connection.send(encodeMeetingMessage(message))).ok;
  }

  /** The next message; undefined when the line ended, or nothing came in time. */
  async hear(signal?: AbortSignal, timeoutMs = answerTimeoutMs): Promise<MeetingMessage | undefined> {
    const message = this.#arrived.shift();
    if (message !== undefined || this.#isEnded || signal?.aborted === true) return message;
    await new Promise<void>((resolve) => {
      const cancel = this.#timers.after(timeoutMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
      signal?.addEventListener('abort', this.#wake, { once: true });
    });
    this.#wake = undefined;
    return this.#arrived.shift();
  }

  close(): void {
    this.connection.close();
  }
}

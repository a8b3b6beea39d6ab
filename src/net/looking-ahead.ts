/**
 * The frame that waits behind the one being dealt with is decoded, hashed and its signatures are checked while the disk writes
 * (section 9: what needs no state of the connection). One frame, no more: its credit is not given back yet, so nothing piles up.
 */
import type { Bytes } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import { checkCharterOps, type CheckedCharterOps } from './verify-charter-ops.ts';
import { lookAtEntries } from './verify-entries.ts';
import { decodeFrame, type FrameFault, type Message, type Received } from './wire.ts';

type LookedAtEntries = Awaited<ReturnType<typeof lookAtEntries>>;

interface Ahead {
  readonly frame: Bytes;
  readonly message: Result<Message, FrameFault>;
}

export class LookingAhead {
  #ahead: Ahead | undefined;
  /** By what the message brings. */
  readonly #entries = new WeakMap<object, Promise<LookedAtEntries>>();
  readonly #charterOps = new WeakMap<object, Promise<CheckedCharterOps>>();

  start(frame: Bytes): void {
    const message = decodeFrame(frame);
    this.#ahead = { frame, message };
    if (!message.ok) return;
    const { value } = message;
    if (value.kind === 'entries') this.#entries.set(value.sections, held(lookAtEntries(value.sections)));
    if (value.kind === 'charterOps') this.#charterOps.set(value.charters, held(checkCharterOps(value.charters)));
  }

  decoded(frame: Bytes): Result<Message, FrameFault> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.frame === frame ? ahead.message : decodeFrame(frame);
  }

  entries(sections: Received<'entries'>['sections']): Promise<LookedAtEntries> {
    return this.#entries.get(sections) ?? lookAtEntries(sections);
  }

  charterOps(charters: Received<'charterOps'>['charters']): Promise<CheckedCharterOps> {
    return this.#charterOps.get(charters) ?? checkCharterOps(charters);
  }
}

/** Whoever asks for it hears of a failure; until then, and if nobody does, it is no unhandled one. */
function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

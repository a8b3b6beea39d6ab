/**
 * The frame that waits behind the one being dealt with is decoded, hashed and its signatures are checked while the disk writes
 * (section 9: what needs no state of the connection). One frame, no more: its credit is not given back yet, so nothing piles up. Large
 * ones are looked at by a thread of their own where there is one, the one being dealt with too.
 */
import type { Bytes } from '../base/bytes.ts';
import type { Result } from '../base/result.ts';
import type { FramesElsewhere } from './frames-elsewhere.ts';
import type { LookedAtFrame } from './look-at-frame.ts';
import { checkCharterOps, type CheckedCharterOps } from './verify-charter-ops.ts';
import { lookAtEntries, type LookedAtEntries } from './verify-entries.ts';
import { decodeFrame, type FrameFault, type Message, type Received } from './wire.ts';

type Decoded = Result<Message, FrameFault>;

export class LookingAhead {
  readonly #elsewhere: FramesElsewhere | undefined;
  #ahead: { readonly frame: Bytes; readonly message: Decoded | Promise<Decoded> } | undefined;
  /** By what the message brings. */
  readonly #entries = new WeakMap<object, Promise<LookedAtEntries>>();
  readonly #charterOps = new WeakMap<object, Promise<CheckedCharterOps>>();

  constructor(elsewhere: FramesElsewhere | undefined) {
    this.#elsewhere = elsewhere;
  }

  start(frame: Bytes): void {
    this.#ahead = { frame, message: this.#lookElsewhere(frame) ?? this.#lookHere(frame) };
  }

  /** Of a frame that nobody looked at ahead nothing but its form is looked at here; a thread does all of it meanwhile. */
  decoded(frame: Bytes): Decoded | Promise<Decoded> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.frame === frame ? ahead.message : (this.#lookElsewhere(frame) ?? decodeFrame(frame));
  }

  entries(sections: Received<'entries'>['sections']): Promise<LookedAtEntries> {
    return this.#entries.get(sections) ?? lookAtEntries(sections);
  }

  charterOps(charters: Received<'charterOps'>['charters']): Promise<CheckedCharterOps> {
    return this.#charterOps.get(charters) ?? checkCharterOps(charters);
  }

  #lookHere(frame: Bytes): Decoded {
    const message = decodeFrame(frame);
    if (!message.ok) return message;
    const { value } = message;
    if (value.kind === 'entries') this.#entries.set(value.sections, held(lookAtEntries(value.sections)));
    if (value.kind === 'charterOps') this.#charterOps.set(value.charters, held(checkCharterOps(value.charters)));
    return message;
  }

  #lookElsewhere(frame: Bytes): Promise<Decoded> | undefined {
    const looked = this.#elsewhere?.look(frame);
    return looked === undefined ? undefined : held(looked.then((found) => this.#note(found)));
  }

  #note({ message, entries, charterOps }: LookedAtFrame): Decoded {
    if (!message.ok) return message;
    const { value } = message;
    if (value.kind === 'entries' && entries !== undefined) this.#entries.set(value.sections, Promise.resolve(entries));
    if (value.kind === 'charterOps' && charterOps !== undefined)
      this.#charterOps.set(value.charters, Promise.resolve(charterOps));
    return message;
  }
}

/** Whoever asks for it hears of a failure; until then, and if nobody does, it is no unhandled one. */
function held<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

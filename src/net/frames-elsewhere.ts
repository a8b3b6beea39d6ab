/**
 * The side of the page: large frames looked at by a thread of its own, so that nobody waits for half a MiB to be inflated, decoded,
 * hashed and verified. The thread is started by the first of them and ended when none comes for a while. Where none starts, or one
 * breaks or stays unanswered, the page looks itself: what is found is the same. One that never answered anything (its file does not
 * load) is the last: else each frame would wait for one more.
 */
import type { Bytes } from '../base/bytes.ts';
import { Calls, ThreadBroke } from '../base/thread-calls.ts';
import type { FrameAnswers, FramesAsked, FrameThreadPort } from './frame-thread.ts';
import { lookAtFrame, type LookedAtFrame } from './look-at-frame.ts';

/** Less than this is looked at sooner than it is handed over: an edit waits for no thread. */
export const elsewhereFromBytes = 16 * 1024;
/** A frame takes a tenth of a second on a slow machine: whoever has not answered by then never will. */
const patienceMs = 60_000;
const idleMs = 30_000;

export class FramesElsewhere {
  readonly #start: () => FrameThreadPort | undefined;
  readonly #patienceMs: number;
  #thread: { readonly port: FrameThreadPort; readonly calls: Calls<FramesAsked, FrameAnswers> } | undefined;
  #everAnswered = false;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #underWay = 0;
  #isOver = false;

  /** `start` gives undefined where there are no threads. */
  constructor(start: () => FrameThreadPort | undefined, patience = patienceMs) {
    this.#start = start;
    this.#patienceMs = patience;
  }

  /** Undefined: it is small, or nobody else is there; whoever asks looks at it. */
  look(frame: Bytes): Promise<LookedAtFrame> | undefined {
    if (frame.length < elsewhereFromBytes || this.#isOver) return undefined;
    const calls = this.#calls();
    return calls === undefined ? undefined : this.#ask(calls, frame);
  }

  /** Nothing more is asked. */
  end(): void {
    this.#isOver = true;
    this.#endThread();
  }

  async #ask(calls: Calls<FramesAsked, FrameAnswers>, frame: Bytes): Promise<LookedAtFrame> {
    clearTimeout(this.#idle);
    this.#underWay += 1;
    const patience = setTimeout(() => {
      this.#endThread();
    }, this.#patienceMs);
    try {
      const found = await calls.ask('look', frame);
      this.#everAnswered = true;
      return found;
    } catch (error) {
      if (error instanceof ThreadBroke && !this.#everAnswered) this.#isOver = true;
      // It broke, or failed at what fails here as well and is told from here.
      if (this.#thread?.calls === calls) this.#endThread();
      return await lookAtFrame(frame);
    } finally {
      clearTimeout(patience);
      this.#underWay -= 1;
      if (this.#underWay === 0)
        this.#idle = setTimeout(() => {
          this.#endThread();
        }, idleMs);
    }
  }

  #calls(): Calls<FramesAsked, FrameAnswers> | undefined {
    if (this.#thread === undefined) {
      const port = this.#start();
      if (port === undefined) this.#isOver = true;
      else this.#thread = { port, calls: new Calls(port) };
    }
    return this.#thread?.calls;
  }

  #endThread(): void {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    thread?.port.end();
    thread?.calls.end();
  }
}

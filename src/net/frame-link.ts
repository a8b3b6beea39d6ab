/**
 * A connection to one device (net/transport.ts) over a stream of records: credit both ways, clean endings, and moving from
 * one stream to a better one without losing a frame. Knows no libp2p. A peer that breaks the rules ends its own link and
 * nothing else.
 *
 * Moving: each side writes `moved` as its last record on the old stream and goes on writing on the new one; the reader reads
 * the old stream up to that record before it turns to the new. So order holds, and if the old stream breaks before, the
 * link is lost instead of silently missing frames.
 */
import type { Bytes } from '../base/bytes.ts';
import type { DeviceId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { creditStepBytes, frameOverheadBytes, linkWindowBytes, maxFrameBytes } from './limits.ts';
import type { LinkName } from './link-records.ts';
import type { RecordStream } from './record-stream.ts';
import type { CloseReason, Connection, SendFailure } from './transport.ts';

/** How long frames handed over before `close` may take to leave: a reader that grants no credit must not keep a tab alive. */
export const flushLimitMs = 5_000;

export interface FrameLinkInit {
  readonly device: DeviceId;
  readonly name: LinkName;
  /** The start of the other side's transport: another one means that it has forgotten this link. */
  readonly otherInstance: string;
  readonly openedHere: boolean;
  readonly path: Connection['path'];
  readonly stream: RecordStream;
  /** Sees every frame before it is handed to the network. */
  readonly tap: ((frame: Bytes, device: DeviceId) => void) | undefined;
  /** Called when the link is of no more use, before its receiver is told. */
  readonly ended: (link: FrameLink) => void;
  /** Called when frames take another path. */
  readonly moved: (link: FrameLink) => void;
}

interface Outgoing {
  readonly frame: Bytes;
  readonly settle: (result: Result<undefined, SendFailure>) => void;
}

export class FrameLink implements Connection {
  readonly device: DeviceId;
  readonly name: LinkName;
  readonly otherInstance: string;
  readonly openedHere: boolean;
  readonly #init: FrameLinkInit;
  #path: Connection['path'];

  #out: RecordStream;
  #in: RecordStream;
  /** Where both directions go once each has said `moved` on the old stream. */
  #next: { readonly stream: RecordStream; readonly path: Connection['path'] } | undefined;

  readonly #outbox: Outgoing[] = [];
  /** What the other side still lets us send, and what we still let it send. */
  #credit = linkWindowBytes;
  #granted = linkWindowBytes;
  #owed = 0;
  #writing = false;

  readonly #inbox: Bytes[] = [];
  #receive: ((frame: Bytes) => void | Promise<void>) | undefined;
  #delivering = false;
  #showNext: ((frame: Bytes) => void) | undefined;
  #shown: Bytes | undefined;

  #ended: CloseReason | undefined;
  readonly #toTell: ((reason: CloseReason) => void)[] = [];
  #flushed: (() => void) | undefined;
  /** Settled when nothing of this link is left to write. */
  readonly flushed: Promise<void>;

  constructor(init: FrameLinkInit) {
    this.#init = init;
    this.device = init.device;
    this.name = init.name;
    this.otherInstance = init.otherInstance;
    this.openedHere = init.openedHere;
    this.#path = init.path;
    this.#out = init.stream;
    this.#in = init.stream;
    this.flushed = new Promise((resolve) => {
      this.#flushed = resolve;
    });
    void this.#readAll();
  }

  get path(): Connection['path'] {
    return this.#path;
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  send(frame: Bytes): Promise<Result<undefined, SendFailure>> {
    if (this.#ended !== undefined) return Promise.resolve(err('closed'));
    if (frame.length === 0) throw new Error('a frame has at least one byte');
    if (frame.length > maxFrameBytes) return Promise.resolve(err('frame-too-large'));
    return new Promise((settle) => {
      this.#outbox.push({ frame, settle });
      void this.#writeAll();
    });
  }

  onFrame(receive: (frame: Bytes) => void | Promise<void>, next?: (frame: Bytes) => void): void {
    this.#receive = receive;
    this.#showNext = next;
    void this.#deliverAll();
  }

  onClose(closed: (reason: CloseReason) => void): void {
    this.#toTell.push(closed);
    this.#tell();
  }

  close(): void {
    this.end('closed-here');
  }

  /** Ends the link from this side with a good-bye; what was handed over before still leaves, unless the device lost its right to it. */
  end(reason: CloseReason): void {
    if (this.#ended !== undefined) return;
    this.#finish(reason);
    this.#inbox.length = 0;
    if (reason === 'not-allowed' || reason === 'replaced') this.#dropOutbox();
    this.#tell();
    const timer = setTimeout(() => this.#abort(), flushLimitMs);
    void this.flushed.then(() => clearTimeout(timer));
    void this.#writeAll();
  }

  /** Goes on with both directions on `stream`. False: another move is under way, or the link has ended. */
  moveTo(stream: RecordStream, path: Connection['path']): boolean {
    if (this.#ended !== undefined || this.#next !== undefined) return false;
    this.#next = { stream, path };
    void this.#writeAll();
    return true;
  }

  // ------------------------------------------------------------------------------------------------- writing

  async #writeAll(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    // Nothing may be awaited between finding nothing to write and giving `#writing` back: work would be left lying.
    for (let step = this.#writeOne(); step !== undefined; step = this.#writeOne()) await step;
    this.#writing = false;
  }

  /** One record, the most urgent first; undefined if nothing can be written now. */
  #writeOne(): Promise<unknown> | undefined {
    if (this.#ended === undefined && this.#owed >= creditStepBytes) {
      const bytes = this.#owed;
      this.#owed = 0;
      this.#granted += bytes;
      return this.#out.write({ kind: 'credit', bytes });
    }
    if (this.#next !== undefined && this.#mayMoveWriting(this.#next.stream)) return this.#moveWriting(this.#next);
    const first = this.#outbox[0];
    if (first !== undefined) {
      const cost = first.frame.length + frameOverheadBytes;
      if (cost > this.#credit) return undefined;
      this.#credit -= cost;
      this.#outbox.shift();
      this.#init.tap?.(first.frame, this.device);
      return this.#out.write({ kind: 'frame', frame: first.frame }).then((written) => {
        first.settle(written ? ok(undefined) : err('closed'));
      });
    }
    return this.#ended !== undefined && this.#flushed !== undefined ? this.#sayBye() : undefined;
  }

  async #sayBye(): Promise<void> {
    const settle = this.#flushed;
    this.#flushed = undefined;
    await this.#out.write({ kind: 'bye' });
    await this.#out.close();
    settle?.();
  }

  /** The side that did not ask for the move waits for the other's `moved`: before it, the other may not know the new stream. */
  #mayMoveWriting(next: RecordStream): boolean {
    return this.#out !== next && (this.openedHere || this.#in === next);
  }

  async #moveWriting(next: { readonly stream: RecordStream; readonly path: Connection['path'] }): Promise<void> {
    const old = this.#out;
    this.#out = next.stream;
    this.#path = next.path;
    if (this.#ended === undefined) this.#init.moved(this);
    await old.write({ kind: 'moved' });
    this.#dropOldStream(old);
  }

  /** The old stream of a move is closed by whichever direction is done with it second. */
  #dropOldStream(old: RecordStream): void {
    if (this.#in === old || this.#out === old) return;
    this.#next = undefined;
    void old.close();
  }

  // ------------------------------------------------------------------------------------------------- reading

  async #readAll(): Promise<void> {
    while (true) {
      const stream = this.#in;
      const record = await stream.read();
      if (record === undefined) {
        this.#streamEnded(stream);
        return;
      }
      switch (record.kind) {
        case 'frame':
          this.#granted -= record.frame.length + frameOverheadBytes;
          if (this.#granted < 0) {
            this.#breakOff();
            return;
          }
          if (this.#ended === undefined) this.#inbox.push(record.frame);
          if (this.#delivering) this.#lookAhead();
          void this.#deliverAll();
          break;
        case 'credit':
          this.#credit += record.bytes;
          if (this.#credit > linkWindowBytes) {
            this.#breakOff();
            return;
          }
          void this.#writeAll();
          break;
        case 'moved':
          if (this.#next === undefined || stream === this.#next.stream) {
            this.#breakOff();
            return;
          }
          this.#in = this.#next.stream;
          this.#dropOldStream(stream);
          void this.#writeAll();
          break;
        case 'bye':
          this.#finish('closed-there');
          this.#dropOutbox();
          this.#nothingToFlush();
          this.#tell();
          void this.#out.close();
          return;
        case 'open':
        case 'move':
        case 'accept':
        case 'refuse': {
          this.#breakOff();
          return;
        }
      }
    }
  }

  #streamEnded(stream: RecordStream): void {
    this.#finish(stream.ended === 'malformed' ? 'protocol-error' : 'lost');
    this.#abort();
    this.#tell();
  }

  #breakOff(): void {
    this.#finish('protocol-error');
    this.#inbox.length = 0;
    this.#abort();
    this.#tell();
  }

  async #deliverAll(): Promise<void> {
    if (this.#delivering || this.#receive === undefined) return;
    this.#delivering = true;
    try {
      for (let frame = this.#inbox.shift(); frame !== undefined; frame = this.#inbox.shift()) {
        const dealtWith = this.#receive(frame);
        this.#lookAhead();
        await dealtWith;
        this.#owed += frame.length + frameOverheadBytes;
        if (this.#owed >= creditStepBytes) void this.#writeAll();
      }
    } catch {
      this.#breakOff();
    }
    this.#delivering = false;
    this.#tell();
  }

  #lookAhead(): void {
    const [next] = this.#inbox;
    if (next === undefined || next === this.#shown) return;
    this.#shown = next;
    this.#showNext?.(next);
  }

  // -------------------------------------------------------------------------------------------------- ending

  #finish(reason: CloseReason): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#init.ended(this);
  }

  #abort(): void {
    this.#out.abort();
    this.#in.abort();
    this.#next?.stream.abort();
    this.#dropOutbox();
    this.#nothingToFlush();
  }

  #dropOutbox(): void {
    for (const { settle } of this.#outbox.splice(0)) settle(err('closed'));
  }

  #nothingToFlush(): void {
    this.#flushed?.();
    this.#flushed = undefined;
  }

  /** The end is told after the last frame that is still to be delivered, once to each who asked. */
  #tell(): void {
    if (this.#ended === undefined || this.#inbox.length > 0 || this.#delivering) return;
    for (const closed of this.#toTell.splice(0)) closed(this.#ended);
  }
}

/** One stream of bytes seen as records, read one at a time. What holds the bytes (libp2p, a test) is behind `ByteStream`. */
import type { Bytes } from '../base/bytes.ts';
import { encodeRecord, RecordReader, type LinkRecord } from './link-records.ts';
import { linkWindowBytes } from './limits.ts';

/** 'closed': the other side ended its writing as it should. 'reset': anything else; bytes may be missing. */
export type StreamEnd = 'closed' | 'reset';

export interface ByteStream {
  /** Queues the bytes at once; resolves when the stream takes more. False: it has ended. */
  write(bytes: Bytes): Promise<boolean>;
  /** Sets the one receiver; bytes and an end that came earlier are given to it. */
  read(onBytes: (bytes: Uint8Array) => void, onEnd: (end: StreamEnd) => void): void;
  /** Ends the writing after what is queued. */
  close(): Promise<void>;
  /** Ends both directions at once. */
  abort(): void;
}

/** A stream may hold what the credit allows, and as much again in records that cost none. */
const maxUnreadBytes = 2 * linkWindowBytes;

export class RecordStream {
  readonly #stream: ByteStream;
  readonly #reader = new RecordReader();
  readonly #unread: LinkRecord[] = [];
  #unreadBytes = 0;
  #ended: StreamEnd | 'malformed' | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    stream.read(
      (bytes) => this.#take(bytes),
      (end) => this.#end(end),
    );
  }

  /** How the stream ended, once `read` has resolved to undefined. */
  get ended(): StreamEnd | 'malformed' | undefined {
    return this.#ended;
  }

  write(record: LinkRecord): Promise<boolean> {
    return this.#stream.write(encodeRecord(record));
  }

  /** The next record; undefined at the end, or when the signal aborts, which aborts the stream. One reader at a time. */
  async read(signal?: AbortSignal): Promise<LinkRecord | undefined> {
    const abort = (): void => this.abort();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    while (this.#unread.length === 0 && this.#ended === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    signal?.removeEventListener('abort', abort);
    const record = this.#unread.shift();
    if (record !== undefined) this.#unreadBytes -= heldBytes(record);
    return record;
  }

  close(): Promise<void> {
    return this.#stream.close();
  }

  abort(): void {
    this.#stream.abort();
    this.#end('reset');
  }

  #take(bytes: Uint8Array): void {
    if (this.#ended !== undefined) return;
    const records = this.#reader.push(bytes);
    for (const record of records.ok ? records.value : []) {
      this.#unread.push(record);
      this.#unreadBytes += heldBytes(record);
    }
    if (!records.ok || this.#unreadBytes > maxUnreadBytes) {
      this.#stream.abort();
      this.#end('malformed');
    }
    this.#wake?.();
  }

  #end(end: StreamEnd | 'malformed'): void {
    this.#ended ??= end;
    this.#wake?.();
  }
}

/** Of any record something is held: a flood of empty ones counts as well. */
const recordOverheadBytes = 64;

function heldBytes(record: LinkRecord): number {
  return recordOverheadBytes + (record.kind === 'frame' ? record.frame.length : 0);
}

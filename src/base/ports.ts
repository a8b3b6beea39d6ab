/** What only the composition roots may provide: time, randomness, a log. */
import type { Bytes } from './bytes.ts';

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z as this device believes. Never decides what replicas must agree on. */
  nowMs(): number;
}

export interface Random {
  /** Fresh, unpredictable bytes. */
  bytes(length: number): Bytes;
}

export interface Timers {
  /** Calls once after so many milliseconds, unless the returned function is called before. */
  after(delayMs: number, run: () => void): () => void;
}

/** Ids, sizes and reasons only: never clinical text, names or keys. */
export interface Log {
  note(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

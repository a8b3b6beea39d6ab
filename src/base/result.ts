/** The outcome of what may fail in an expected way: a value, or a named reason. Bugs throw instead. */

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<R extends string> {
  readonly ok: false;
  readonly reason: R;
  /** Ids, sizes and positions only: never clinical text, names or keys. */
  readonly detail?: string;
}

export type Result<T, R extends string = string> = Ok<T> | Err<R>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<R extends string>(reason: R, detail?: string): Err<R> {
  return detail === undefined ? { ok: false, reason } : { ok: false, reason, detail };
}

/**
 * Exchange without a network, as the screens see it: one file saved for a practice, one file taken in. Types only.
 */
import type { ChartId, DeviceId, PracticeId } from '../../base/ids.ts';
import type { Result } from '../../base/result.ts';

/** For whom a file is: every active device of the practice can open it; `device`: what that one lacks is in it. */
export interface ExchangeWith {
  readonly practice: PracticeId;
  readonly device?: DeviceId;
}

export interface ExchangeProgress {
  readonly phase: 'saving' | 'checking' | 'taking-in';
  /** Charts while saving, bytes while a file is read. */
  readonly done: number;
  readonly total: number;
}

export type SaveExchangeFailure =
  | 'cancelled'
  | 'closed'
  | 'storage'
  /** No device of theirs is known that could open it. */
  | 'nobody-there'
  /** This device lost its place in the practice. */
  | 'removed-here';

export interface SavedExchange {
  readonly fileName: string;
  readonly file: Blob;
  /** Charts of which something is in it. */
  readonly charts: number;
  /** Of all that they may have. */
  readonly ofCharts: number;
  readonly entries: number;
}

export type TakeInFailure =
  | 'not-an-exchange-file'
  | 'newer-data'
  | 'not-for-us'
  | 'damaged'
  | 'wrong-recovery-phrase'
  | 'own-file'
  | 'unknown-practice'
  | 'unknown-device'
  | 'removed-device'
  | 'removed-here'
  | 'cancelled'
  | 'storage'
  | 'closed';

/** Why something of a file did not become part of a chart here; the reasons by rule are in Diagnostics. */
export type NotTakenReason =
  /** Stands on what is not here yet, and was not in this file. */
  | 'waits'
  /** Of charts or parts of them that this practice may not read (any more). */
  | 'not-shared'
  /** Written by somebody without the right to. */
  | 'not-allowed'
  | 'too-much'
  /** Not signed by whom it names, or not readable by this version. */
  | 'broken'
  /** This device's disk is full or fails. */
  | 'no-room';

export interface TakenIn {
  readonly from: ExchangeWith & {
    readonly device: DeviceId;
    readonly practiceName: string;
    readonly personName: string;
  };
  /** ISO date-time by the writer's clock. */
  readonly writtenAt: string;
  /** Charts that got something new, those among them that were not here before, and what was read of others. */
  readonly changedCharts: number;
  readonly newCharts: number;
  readonly sameCharts: number;
  readonly notTaken: readonly { readonly reason: NotTakenReason; readonly count: number }[];
  /** True when it stopped before the end: the same file taken in again brings the rest. */
  readonly stopped: false | 'cancelled' | 'no-room' | 'removed-device' | 'too-many-faults';
  /** Charts of which the answer will say what is held here now. */
  readonly charts: ReadonlySet<ChartId>;
}

export interface Exchange {
  /** What they may have and, as far as known, lack; or all they may have. Writes nothing here. */
  save(
    to: ExchangeWith,
    what: 'lacking' | 'everything',
    progress: (progress: ExchangeProgress) => void,
    signal: AbortSignal,
    /** What a file taken in brought: the answer tells its writer what is held of it now. */
    answering?: TakenIn,
  ): Promise<Result<SavedExchange, SaveExchangeFailure>>;
  /** Merges a file into the charts here. A recovery phrase opens what was sealed before this device was one of the practice's. */
  takeIn(
    file: Blob,
    progress: (progress: ExchangeProgress) => void,
    signal: AbortSignal,
    recoveryPhrase?: string,
  ): Promise<Result<TakenIn, TakeInFailure>>;
}

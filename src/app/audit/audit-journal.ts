/**
 * Events of the audit log that this device has not handed to the practice yet: each a small sealed record, written in the commit
 * of the act it tells of, so that neither lands without the other; audit-log.ts gathers them. Owns the numbers (AU-2): one is
 * used when the event is durable, and never for a second.
 */
import type { Clock } from '../../base/ports.ts';
import type { AuditAct } from './audit-acts.ts';
import { maxEventsPerRecord, parseNotedAct, type NotedAct } from './audit-records.ts';
import type { SealedRecords, SealedWrite } from '../sealed-records.ts';

const waitingPrefix = 'audit/';
const nextKey = 'audit-next';

export interface Staged {
  readonly writes: readonly SealedWrite[];
  /** To be called once they are durable, and only then. */
  readonly kept: () => void;
}

/** Consecutive events that make a record. */
export interface Gathered {
  readonly first: number;
  readonly events: readonly NotedAct[];
  /** Beside the record, in the same commit. */
  readonly writes: readonly SealedWrite[];
}

export class AuditJournal {
  readonly #records: Pick<SealedRecords, 'write' | 'remove'>;
  readonly #clock: Clock;
  readonly #waiting: Map<number, NotedAct>;
  #next: number;
  /** More of them wait than one record takes. */
  whenMany: () => void = () => undefined;

  private constructor(records: SealedRecords, clock: Clock, waiting: Map<number, NotedAct>, next: number) {
    this.#records = records;
    this.#clock = clock;
    this.#waiting = waiting;
    this.#next = next;
  }

  /** With what a crash or a locking left. */
  static async open(records: SealedRecords, clock: Clock): Promise<AuditJournal> {
    const left = await records.readAll(waitingPrefix, waitingFromJson);
    const waiting = new Map([...left].sort((a, b) => a.number - b.number).map(({ number, act }) => [number, act]));
    const next = (await records.read(nextKey, (value) => (typeof value === 'number' ? value : undefined))) ?? 1;
    return new AuditJournal(records, clock, waiting, Math.max(next, ...[...waiting.keys()].map((n) => n + 1)));
  }

  get waiting(): ReadonlyMap<number, NotedAct> {
    return this.#waiting;
  }

  /** Inside the queue only, and not twice before `kept`: else two events would have one number. */
  stage(...acts: readonly (AuditAct & { readonly at?: number })[]): Staged {
    const staged = acts.map((act, i) => ({
      number: this.#next + i,
      act: { ...act, at: act.at ?? this.#clock.nowMs() },
    }));
    return {
      writes: staged.map(({ number, act }) => this.#records.write(waitingPrefix + String(number), { number, act })),
      kept: () => {
        for (const { number, act } of staged) this.#waiting.set(number, act);
        this.#next += staged.length;
        if (this.#waiting.size >= maxEventsPerRecord) this.whenMany();
      },
    };
  }

  /** The oldest, as many as one record takes and without a gap; undefined when none waits. */
  oldest(): Gathered | undefined {
    const [first] = this.#waiting.keys();
    if (first === undefined) return undefined;
    const events: NotedAct[] = [];
    for (let event = this.#waiting.get(first); event !== undefined; event = this.#waiting.get(first + events.length)) {
      events.push(event);
      if (events.length === maxEventsPerRecord) break;
    }
    const removed = events.map((_, i) => this.#records.remove(waitingPrefix + String(first + i)));
    // A number that was used is on the disk as long as its event: here now, in the record from then on.
    return { first, events, writes: [...removed, this.#records.write(nextKey, this.#next)] };
  }

  gathered({ first, events }: Gathered): void {
    for (let i = 0; i < events.length; i++) this.#waiting.delete(first + i);
  }
}

function waitingFromJson(value: unknown): { readonly number: number; readonly act: NotedAct } | undefined {
  const { number, act } = value as { readonly number?: unknown; readonly act?: unknown };
  const noted = parseNotedAct(act);
  return typeof number !== 'number' || noted === undefined ? undefined : { number, act: noted };
}

/**
 * How far each practice we met is known to hold what this device wrote for it: "up to date as of 14:02", "3 charts not yet
 * confirmed". The moment when it last had all of it is kept over restarts; what was written since is known from the list
 * of charts. Where something is lost (a crash), it says less than is so, never more; but it goes by this device's clock, and one
 * that was set back makes it forget, over a restart, that a chart was written since.
 *
 * A practice's keeper does not count: it holds what nobody can read there (app/peers/holders.ts).
 */
import { parsePracticeId, type ChartId, type DeviceId, type PracticeId } from '../../base/ids.ts';
import type { IndexedChart } from '../patients/chart-index.ts';
import { isHeldBy } from './holders.ts';
import type { PracticeContext } from '../practice-context.ts';

const recordKey = 'agreed';

export interface Agreement {
  /** Charts written here that it may have and has not said to hold. */
  readonly unconfirmed: number;
  /** ISO date-time when it last held all of them, by this device's clock; left out: never yet. */
  readonly upToDateAt?: string;
}

export class PeerAgreement {
  readonly #context: PracticeContext;
  readonly #agreedAtMs: Map<PracticeId, number>;
  readonly #unconfirmed = new Map<PracticeId, Set<ChartId>>();
  #unwritten = false;

  private constructor(context: PracticeContext, agreedAtMs: ReadonlyMap<PracticeId, number>) {
    this.#context = context;
    this.#agreedAtMs = new Map(agreedAtMs);
    for (const chart of context.index.charts) this.#note(undefined, chart);
    context.index.onPut((before, after) => {
      this.#note(before, after);
    });
  }

  static async open(context: PracticeContext): Promise<PeerAgreement> {
    return new PeerAgreement(context, (await context.records.read(recordKey, agreedFromJson)) ?? new Map());
  }

  of(practice: PracticeId): Agreement {
    const atMs = this.#agreedAtMs.get(practice);
    return {
      unconfirmed: this.#unconfirmed.get(practice)?.size ?? 0,
      ...(atMs === undefined ? {} : { upToDateAt: new Date(atMs).toISOString() }),
    };
  }

  /** A device said that it holds something of these charts, all of it perhaps. */
  async confirmed(device: DeviceId, charts: Iterable<ChartId>): Promise<void> {
    const practice = this.#readerBehind(device);
    const open = practice === undefined ? undefined : this.#unconfirmed.get(practice);
    if (practice === undefined || open === undefined) return;
    const wasOpen = open.size > 0;
    for (const chart of charts) {
      const terms = open.has(chart) ? this.#context.charters.terms(chart) : undefined;
      if (terms !== undefined && (await isHeldBy(this.#context, terms, practice))) open.delete(chart);
    }
    if (wasOpen && open.size === 0) this.#agreed(practice);
  }

  /** All that was to be said to a device since it came is said and confirmed, or there was nothing to say. */
  async completed(device: DeviceId): Promise<void> {
    const practice = this.#readerBehind(device);
    if (practice === undefined) return;
    const open = this.#unconfirmed.get(practice) ?? new Set();
    await this.confirmed(device, [...open]);
    if (open.size === 0) this.#agreed(practice);
  }

  /** Inside the queue, and at locking: a crash loses when it was, which is no more than what was said before. */
  async write(): Promise<void> {
    if (!this.#unwritten) return;
    this.#unwritten = false;
    const { content, records } = this.#context;
    await content.commit({ sealed: [records.write(recordKey, Object.fromEntries(this.#agreedAtMs))] });
  }

  #agreed(practice: PracticeId): void {
    const isFirst = !this.#agreedAtMs.has(practice);
    this.#agreedAtMs.set(practice, this.#context.timeMs());
    this.#unwritten = true;
    if (isFirst) this.#context.inBackground(this.#context.exclusively(() => this.write()));
  }

  /** Another practice than ours, by a device of its people. */
  #readerBehind(device: DeviceId): PracticeId | undefined {
    const { rosters, self } = this.#context;
    const practice = rosters.practiceOf(device);
    if (practice === undefined || practice === self.practice) return undefined;
    return rosters.get(practice)?.devices.get(device)?.role === 'keeper' ? undefined : practice;
  }

  #note(before: IndexedChart | undefined, after: IndexedChart): void {
    const { id, writtenAt } = after;
    const readers = this.#readersOf(after);
    const were = before === undefined ? [] : this.#readersOf(before);
    for (const practice of were) if (!readers.includes(practice)) this.#unconfirmed.get(practice)?.delete(id);
    if (writtenAt === undefined || writtenAt === before?.writtenAt) return;
    for (const practice of readers) {
      if (before === undefined && Date.parse(writtenAt) <= (this.#agreedAtMs.get(practice) ?? 0)) continue;
      const open = this.#unconfirmed.get(practice);
      if (open === undefined) this.#unconfirmed.set(practice, new Set([id]));
      else open.add(id);
    }
  }

  #readersOf({ own, custodian, sharedWith }: IndexedChart): readonly PracticeId[] {
    return own ? sharedWith : [custodian, ...sharedWith];
  }
}

function agreedFromJson(value: unknown): ReadonlyMap<PracticeId, number> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map(
    Object.entries(value).flatMap(([practice, atMs]) => {
      const parsed = parsePracticeId(practice);
      return parsed === undefined || typeof atMs !== 'number' ? [] : [[parsed, atMs] as const];
    }),
  );
}

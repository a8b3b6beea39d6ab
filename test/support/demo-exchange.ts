/** Exchange by files on the demo page: what the screens are told, after a moment of progress. Tests only. */
import { deviceId, type PracticeId } from '../../src/base/ids.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import type {
  Exchange,
  ExchangeProgress,
  ExchangeWith,
  SavedExchange,
  SaveExchangeFailure,
  TakeInFailure,
  TakenIn,
} from '../../src/app/exchange/exchange-acts.ts';

export class DemoExchange implements Exchange {
  readonly #nameOf: (practice: PracticeId) => string;
  readonly #writer: PracticeId;

  constructor(writer: PracticeId, nameOf: (practice: PracticeId) => string) {
    this.#writer = writer;
    this.#nameOf = nameOf;
  }

  async save(
    to: ExchangeWith,
    what: 'lacking' | 'everything',
    progress: (progress: ExchangeProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<SavedExchange, SaveExchangeFailure>> {
    for (let done = 0; done <= 340; done += 20) {
      if (signal.aborted) return err('cancelled');
      progress({ phase: 'saving', done, total: 340 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const charts = what === 'lacking' ? 12 : 340;
    const fileName = `for-${this.#nameOf(to.practice).replaceAll(' ', '-')}-2026-11-22.peerchart`;
    return ok({ fileName, file: new Blob(['demo']), charts, ofCharts: 340, entries: charts * 3 });
  }

  /** Files named "damaged…" are; of all others something is taken in. */
  async takeIn(
    file: Blob,
    progress: (progress: ExchangeProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<TakenIn, TakeInFailure>> {
    if (file instanceof File && file.name.startsWith('damaged')) return err('damaged');
    if (file instanceof File && file.name.startsWith('sealed')) return err('not-for-us');
    for (let done = 0; done <= 2_000_000; done += 100_000) {
      if (signal.aborted) return err('cancelled');
      progress({ phase: done < 600_000 ? 'checking' : 'taking-in', done, total: 2_000_000 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const device = deviceId(new Uint8Array(32).fill(9));
    const practiceName = this.#nameOf(this.#writer);
    return ok({
      from: { practice: this.#writer, device, practiceName, personName: 'Dr. Noor Haddad' },
      writtenAt: '2026-11-21T16:05:00Z',
      changedCharts: 12,
      newCharts: 2,
      sameCharts: 328,
      notTaken: [
        { reason: 'waits', count: 3 },
        { reason: 'not-shared', count: 1 },
      ],
      stopped: false,
      charts: new Set(),
    });
  }
}

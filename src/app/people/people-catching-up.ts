/**
 * After unlocking: what colleagues at this workstation wrote and received meanwhile is on the shared disk, and this vault's own
 * list of patients and of checked entries learns of it, chart by chart. Nobody waits for it but whoever removes a device: what
 * that device wrote counts as far as it was taken in here before (CH-3).
 */
import type { ChartId } from '../../base/ids.ts';
import { chartSections } from '../../base/sections.ts';
import type { Arrivals } from '../charts/arrivals.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Notices } from '../notices.ts';
import { PracticeLocked, type PracticeContext } from '../practice-context.ts';

export class CatchingUp {
  readonly #context: PracticeContext;
  readonly #arrivals: Pick<Arrivals, 'takeIn'>;
  readonly #audit: Pick<AuditLog, 'isVolume' | 'takeIn'>;
  readonly #notices: Pick<Notices, 'add'>;
  readonly #read: (chart: ChartId) => void;
  /** Rejects when the practice is locked before that. */
  done: Promise<void> = Promise.resolve();

  constructor(
    context: PracticeContext,
    arrivals: Pick<Arrivals, 'takeIn'>,
    audit: Pick<AuditLog, 'isVolume' | 'takeIn'>,
    notices: Pick<Notices, 'add'>,
    read: (chart: ChartId) => void,
  ) {
    this.#context = context;
    this.#arrivals = arrivals;
    this.#audit = audit;
    this.#notices = notices;
    this.#read = read;
  }

  start(): void {
    this.done = this.#catchUp();
    this.#context.inBackground(this.done);
  }

  async #catchUp(): Promise<void> {
    const { people, store, ports } = this.#context;
    for (const chart of await people.stale(store)) {
      // One chart that cannot be read keeps no other from being read, nor a device from being removed: it stays marked, and is
      // tried again at the next unlocking.
      await unlessItFails(this.#context, this.#readAnew(chart));
      this.#read(chart);
      await ports.pause();
    }
  }

  async #readAnew(chart: ChartId): Promise<void> {
    const { people, index, content, self } = this.#context;
    // The practice book is read at every start.
    const isBook = chart === self.book;
    const isNew = !isBook && index.get(chart) === undefined;
    if (this.#audit.isVolume(chart)) await this.#audit.takeIn(chart);
    else if (!isBook) await this.#arrivals.takeIn(chart, chartSections);
    await this.#context.exclusively(async () => {
      const practice = index.get(chart)?.custodian;
      if (isNew && practice !== undefined && practice !== self.practice)
        await this.#notices.add({ kind: 'chart-received', chart, practice });
      await content.commit({ sealed: [people.marks.remove(chart)] });
    });
  }
}

async function unlessItFails(
  { diagnostics }: Pick<PracticeContext, 'diagnostics'>,
  work: Promise<void>,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PracticeLocked) throw error;
    diagnostics.count('catching up', error instanceof Error ? error.name : 'failed');
  }
}

/**
 * What came in from others and is durable: charts take it in, the person is told what matters, and the duties it brings are
 * seen to. Waits in the one queue by itself. A chart that is not in the list yet is taken in when nothing more of such comes
 * for a moment: thousands may be on their way, and opening one before the next is kept would cost more than all the rest (RE-4).
 */
import type { ChartId } from '../../base/ids.ts';
import type { Section } from '../../base/sections.ts';
import type { CharterState } from '../../access/charter.ts';
import { countRead, type ChartTerms } from '../../replica/chart-terms.ts';
import { isVolume } from '../audit/audit-volumes.ts';
import type { ChartDuties } from '../charters/chart-duties.ts';
import type { ChartService } from './chart-service.ts';
import type { Notices } from '../notices.ts';
import type { PracticeContext } from '../practice-context.ts';

/** So long nothing new came: then the line is done, or slower than this device. */
const quietMs = 30;
/** Pauses before one is taken in all the same, so that a list grows while a line goes on: about a second. */
const maxPauses = 32;

/** A chart that nobody here has seen yet. */
interface NewChart {
  readonly sections: Set<Section>;
  after: CharterState | undefined;
  readonly taken: Promise<void>;
  readonly done: (taken: Promise<void>) => void;
}

export class Arrivals {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  readonly #notices: Notices;
  readonly #duties: ChartDuties;
  readonly #new = new Map<ChartId, NewChart>();
  /** How many times something came of a new chart. */
  #came = 0;
  #working = false;

  constructor(context: PracticeContext, charts: ChartService, notices: Notices, duties: ChartDuties) {
    this.#context = context;
    this.#charts = charts;
    this.#notices = notices;
    this.#duties = duties;
  }

  entriesCame(chart: ChartId, sections: readonly Section[]): Promise<void> {
    return this.#isNew(chart) ? this.#gather(chart, sections, undefined) : this.takeIn(chart, sections);
  }

  charterCame(chart: ChartId, before: ChartTerms | undefined, after: CharterState): Promise<void> {
    return this.#isNew(chart) ? this.#gather(chart, [], after) : this.#takeInCharter(chart, before, after);
  }

  /** After unlocking: charts that were kept before the last locking, or a crash, and not taken in any more. */
  async goOn(): Promise<void> {
    const { content, charters, self } = this.#context;
    for (const chart of content.charts()) {
      if (chart === self.book || isVolume(this.#context, chart) || !this.#isNew(chart)) continue;
      const access = await this.#context.exclusively(() => charters.get(chart));
      if (access !== undefined) this.#context.inBackground(this.#gather(chart, [], access.charter));
    }
  }

  #isNew(chart: ChartId): boolean {
    return this.#context.index.get(chart) === undefined;
  }

  #gather(chart: ChartId, sections: readonly Section[], after: CharterState | undefined): Promise<void> {
    this.#came += 1;
    const gathered = this.#new.get(chart) ?? newChart();
    for (const section of sections) gathered.sections.add(section);
    gathered.after = after ?? gathered.after;
    this.#new.set(chart, gathered);
    if (!this.#working) this.#context.inBackground(this.#takeInNew());
    return gathered.taken;
  }

  async #takeInNew(): Promise<void> {
    this.#working = true;
    try {
      let seen = -1;
      for (;;) {
        for (let i = 0; i < maxPauses && (seen !== this.#came || this.#context.isTakingIn()); i++) {
          seen = this.#came;
          await this.#pause();
        }
        const [next] = this.#new;
        if (next === undefined) return;
        const [chart, { sections, after, done }] = next;
        this.#new.delete(chart);
        const taken =
          after === undefined ? this.takeIn(chart, [...sections]) : this.#takeInCharter(chart, undefined, after);
        done(taken);
        await taken.catch(() => undefined);
      }
    } finally {
      this.#working = false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#context.ports.timers.after(quietMs, resolve);
    });
  }

  /** Now. */
  takeIn(chart: ChartId, sections: readonly Section[]): Promise<void> {
    return this.#context.exclusively(async () => {
      const before = this.#context.index.get(chart)?.setAside ?? 0;
      await this.#open(chart, sections, true);
      const count = (this.#context.index.get(chart)?.setAside ?? 0) - before;
      if (count > 0) await this.#notices.add({ kind: 'set-aside', chart, count });
    });
  }

  #takeInCharter(chart: ChartId, before: ChartTerms | undefined, after: CharterState): Promise<void> {
    return this.#context.exclusively(async () => {
      await this.#open(chart, after.sections, before === undefined);
      await this.#duties.charterCame(chart, before, after);
      const ours = this.#context.self.practice;
      const practice = after.custodian;
      if (before?.shape.custodian === ours && practice !== ours) {
        await this.#notices.add({ kind: 'custody-taken', chart, practice });
        return;
      }
      if (practice === ours) return;
      const offered = before?.shape.offers.filter((to) => to === ours).length ?? 0;
      if (after.offers.filter(({ to }) => to === ours).length > offered)
        await this.#notices.add({ kind: 'custody-offered', chart, practice });
      const had = before === undefined ? 0 : countRead(before, ours);
      const has = after.sections.filter((section) => after.rightOf(ours, section) !== 'none').length;
      if (had === 0 && has > 0) await this.#notices.add({ kind: 'chart-received', chart, practice });
      else if (has > had) await this.#notices.add({ kind: 'sharing-extended', chart, practice });
      else if (has < had) await this.#notices.add({ kind: 'sharing-ended', chart, practice });
    });
  }

  async #open(chart: ChartId, sections: readonly Section[], entriesCame: boolean): Promise<void> {
    const { awaitsClose } = await this.#charts.takeIn(chart, sections, entriesCame);
    if (awaitsClose) this.#duties.closeIsAwaited(chart);
  }
}

function newChart(): NewChart {
  let done: NewChart['done'] = () => undefined;
  const taken = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { sections: new Set(), after: undefined, taken, done };
}

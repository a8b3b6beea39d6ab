/**
 * What came in from others and is durable: charts take it in, the person is told what matters, and the duties it brings are
 * seen to. Waits in the one queue by itself.
 */
import type { ChartId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { CharterState } from '../access/charter.ts';
import type { ChartDuties } from './chart-duties.ts';
import type { ChartService } from './chart-service.ts';
import type { Notices } from './notices.ts';
import type { PracticeContext } from './practice-context.ts';

export class Arrivals {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  readonly #notices: Notices;
  readonly #duties: ChartDuties;

  constructor(context: PracticeContext, charts: ChartService, notices: Notices, duties: ChartDuties) {
    this.#context = context;
    this.#charts = charts;
    this.#notices = notices;
    this.#duties = duties;
  }

  entriesCame(chart: ChartId, sections: readonly Section[]): Promise<void> {
    return this.#context.exclusively(async () => {
      const before = this.#context.index.get(chart)?.setAside ?? 0;
      await this.#takeIn(chart, sections, true);
      const count = (this.#context.index.get(chart)?.setAside ?? 0) - before;
      if (count > 0) await this.#notices.add({ kind: 'set-aside', chart, count });
    });
  }

  charterCame(chart: ChartId, before: CharterState | undefined, after: CharterState): Promise<void> {
    return this.#context.exclusively(async () => {
      await this.#takeIn(chart, after.sections, before === undefined);
      this.#duties.charterCame(chart, before, after);
      const ours = this.#context.self.practice;
      const practice = after.custodian;
      if (before?.custodian === ours && practice !== ours) {
        await this.#notices.add({ kind: 'custody-taken', chart, practice });
        return;
      }
      if (practice === ours) return;
      const offered = (charter?: CharterState): number => charter?.offers.filter(({ to }) => to === ours).length ?? 0;
      if (offered(after) > offered(before)) await this.#notices.add({ kind: 'custody-offered', chart, practice });
      const [had, has] = [sectionsRead(before, ours), sectionsRead(after, ours)];
      if (had === 0 && has > 0) await this.#notices.add({ kind: 'chart-received', chart, practice });
      else if (has > had) await this.#notices.add({ kind: 'sharing-extended', chart, practice });
      else if (has < had) await this.#notices.add({ kind: 'sharing-ended', chart, practice });
    });
  }

  async #takeIn(chart: ChartId, sections: readonly Section[], entriesCame: boolean): Promise<void> {
    const { awaitsClose } = await this.#charts.takeIn(chart, sections, entriesCame);
    if (awaitsClose) this.#duties.closeIsAwaited(chart);
  }
}

function sectionsRead(charter: CharterState | undefined, practice: CharterState['custodian']): number {
  return charter?.sections.filter((section) => charter.rightOf(practice, section) !== 'none').length ?? 0;
}

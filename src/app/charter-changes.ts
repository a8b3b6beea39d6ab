/**
 * Changing a chart's charter by one act: its operations, in order, in one commit or not at all. What is durable is put in
 * place, shown and told to peers. Knows no rule of sharing; each step is made by access/charter-builders.ts.
 */
import type { ChartId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { CharterBuildFault, CharterWrite } from '../access/charter-builders.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartService } from './chart-service.ts';
import { charterFailureOf, withJoinedHeads, withWrite } from './chart-writer.ts';
import { writeFailureOf, type PracticeContext } from './practice-context.ts';
import type { WriteFailure } from './session.ts';

/** One operation on top of those before it; undefined: nothing to do. */
export type CharterStep = (access: ChartAccess) => Promise<Result<CharterWrite, CharterBuildFault> | undefined>;

export class CharterChanges {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  /** A charter changed and is durable. */
  readonly #changed: (chart: ChartId) => void;

  constructor(context: PracticeContext, charts: ChartService, changed: (chart: ChartId) => void) {
    this.#context = context;
    this.#charts = charts;
    this.#changed = changed;
  }

  /** A whole act, in its turn. */
  change(chart: ChartId, steps: readonly CharterStep[]): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const before = await this.#context.charters.get(chart);
      return before === undefined ? err('not-found') : this.carryOut(before, steps);
    });
  }

  /** All steps in one commit, or none. Inside the queue only. */
  async carryOut(before: ChartAccess, steps: readonly CharterStep[]): Promise<Result<void, WriteFailure>> {
    const { charters, content, index } = this.#context;
    const { chart } = before.charter;
    const joined = await withJoinedHeads(this.#context, before);
    if (!joined.ok) return joined;
    let { access } = joined.value;
    const ops = [...joined.value.made];
    for (const step of steps) {
      const made = await step(access);
      if (made === undefined) continue;
      if (!made.ok) return err(charterFailureOf(made.reason));
      access = withWrite(charters, access, made.value);
      ops.push(made.value.op);
    }
    if (ops.length === 0) return ok(undefined);
    const isBook = access.charter.kind === 'book';
    const indexed = isBook ? undefined : this.#charts.indexed(access, false);
    const { ops: stored = [], sealed = [] } = charters.write(access, ops);
    const kept = await content.commit({
      ops: stored,
      sealed: indexed === undefined ? sealed : [...sealed, index.write(indexed)],
    });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    charters.put(access);
    if (indexed !== undefined) index.put(indexed);
    await this.#charts.takeIn(chart, access.charter.sections, false);
    this.#changed(chart);
    return ok(undefined);
  }
}

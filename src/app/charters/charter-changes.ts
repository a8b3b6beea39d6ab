/**
 * Changing the charters of one or many charts by one act: each chart's operations, in order, in one commit or not at all.
 * What is durable is put in place, shown and told to peers. Knows no rule of sharing; each step is made by
 * access/charter-builders.ts.
 */
import type { ChartId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { CharterBuildFault, CharterWrite } from '../../access/charter-builders.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import type { ChartAccess } from './charter-book.ts';
import type { IndexedChart } from '../patients/chart-index.ts';
import type { ChartService } from '../charts/chart-service.ts';
import { charterFailureOf, withJoinedHeads, withWrite } from '../charts/chart-writer.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';

/** One operation on top of those before it; undefined: nothing to do. */
export type CharterStep = (access: ChartAccess) => Promise<Result<CharterWrite, CharterBuildFault> | undefined>;

/** What one act does to one chart. */
export interface CharterAct {
  readonly before: ChartAccess;
  readonly steps: readonly CharterStep[];
  /** Entries may count otherwise after it than before, so that a chart nobody looks at is read again too. */
  readonly changesEntries: boolean;
}

interface Prepared {
  readonly act: CharterAct;
  readonly access: ChartAccess;
  readonly ops: readonly VerifiedCharterOp[];
  /** Undefined for the practice book, which no list shows. */
  readonly indexed: IndexedChart | undefined;
}

export class CharterChanges {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  /** Charters changed and are durable: to be told to peers. */
  readonly told: (charts: readonly ChartId[]) => void;

  constructor(context: PracticeContext, charts: ChartService, told: (charts: readonly ChartId[]) => void) {
    this.#context = context;
    this.#charts = charts;
    this.told = told;
  }

  /** A whole act, in its turn. */
  change(chart: ChartId, steps: readonly CharterStep[]): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const before = await this.#context.charters.get(chart);
      return before === undefined ? err('not-found') : this.carryOut(before, steps);
    });
  }

  /** All steps in one commit, or none. Inside the queue only. */
  carryOut(before: ChartAccess, steps: readonly CharterStep[]): Promise<Result<void, WriteFailure>> {
    return this.carryOutAll([{ before, steps, changesEntries: true }]);
  }

  /** The same for many charts in one commit: after a crash all of them are changed, or none. Inside the queue only. */
  async carryOutAll(acts: readonly CharterAct[]): Promise<Result<void, WriteFailure>> {
    const { charters, content, index } = this.#context;
    const prepared: Prepared[] = [];
    // Side by side: while WebCrypto signs for one chart, the next is worked out.
    for (const one of await Promise.all(acts.map((act) => this.#prepare(act)))) {
      if (!one.ok) return one;
      if (one.value.ops.length > 0) prepared.push(one.value);
    }
    if (prepared.length === 0) return ok(undefined);
    const writes = prepared.map(({ access, ops }) => charters.write(access, ops));
    const kept = await content.commit({
      ops: writes.flatMap(({ ops = [] }) => ops),
      sealed: [
        ...writes.flatMap(({ sealed = [] }) => sealed),
        ...prepared.flatMap(({ indexed }) => (indexed === undefined ? [] : [index.write(indexed)])),
      ],
    });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    for (const { access, indexed } of prepared) {
      charters.put(access);
      if (indexed !== undefined) index.put(indexed);
    }
    for (const { act, access } of prepared) {
      const { chart, sections } = access.charter;
      if (act.changesEntries || this.#charts.isOpen(chart)) await this.#charts.takeIn(chart, sections, false);
    }
    this.told(prepared.map(({ access }) => access.charter.chart));
    return ok(undefined);
  }

  async #prepare(act: CharterAct): Promise<Result<Prepared, WriteFailure>> {
    const joined = await withJoinedHeads(this.#context, act.before);
    if (!joined.ok) return joined;
    let { access } = joined.value;
    const ops = [...joined.value.made];
    const closing = this.#charts.closing(access);
    for (const step of [...closing, ...act.steps]) {
      const made = await step(access);
      if (made === undefined) continue;
      if (!made.ok) return err(charterFailureOf(made.reason));
      access = withWrite(this.#context.charters, access, made.value);
      ops.push(made.value.op);
    }
    const isBook = access.charter.kind === 'book';
    const changesEntries = act.changesEntries || closing.length > 0;
    return ok({
      act: { ...act, changesEntries },
      access,
      ops,
      indexed: isBook ? undefined : this.#charts.indexed(access, false),
    });
  }
}

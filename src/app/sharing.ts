/**
 * Sharing charts and stopping it: the person's acts, each one signed operation of the charter with the keys it needs. What is
 * written after a stop is sealed under keys the other practice never gets; what it wrote until now stays up to the cut.
 */
import type { ChartId, PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { chartSections, isChartSection, type ChartSection, type Section } from '../base/sections.ts';
import { grant, makeEpochs, revokeWithEpochs, type CharterWrite } from '../access/charter-builders.ts';
import { cutFor } from '../access/effective.ts';
import type { SectionFrontiers } from '../access/operation-bodies.ts';
import { WrapBatch } from '../crypto/box.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartService } from './chart-service.ts';
import { charterFailureOf, withJoinedHeads, withWrite } from './chart-writer.ts';
import { writeFailureOf, type PracticeContext } from './practice-context.ts';
import type { WriteFailure } from './session.ts';

export class Sharing {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  /** A charter changed and is durable. */
  readonly #changed: (chart: ChartId) => void;

  constructor(context: PracticeContext, charts: ChartService, changed: (chart: ChartId) => void) {
    this.#context = context;
    this.#charts = charts;
    this.#changed = changed;
  }

  share(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    right: 'read' | 'write',
    untilMs: number | undefined,
  ): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const before = await this.#context.charters.get(chart);
      if (before === undefined) return err('not-found');
      // Whose chart it is goes with every share by itself, to be read; its custodian alone writes it.
      const beside = sections.filter((section) => section !== 'identity');
      const granted: readonly ChartSection[] = beside.length === 0 ? ['identity'] : beside;
      const lowered = beside.filter(
        (section) => before.charter.rightOf(practice, section) === 'write' && right === 'read',
      );
      // Lowering a right is a revoke, then a grant (CH-2).
      const writes: Step[] = lowered.length === 0 ? [] : [(access) => this.#revoke(access, practice, lowered)];
      const given = { practice, sections: granted, right, ...(untilMs === undefined ? {} : { until: untilMs }) };
      writes.push((access) => grant(access.charter, this.#context.author(), given, this.#context.timeMs()));
      writes.push((access) => this.#keysFor(access));
      return this.#carryOut(before, writes);
    });
  }

  stop(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[] | 'all',
    wraps?: WrapBatch,
  ): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const before = await this.#context.charters.get(chart);
      if (before === undefined) return err('not-found');
      const { charter } = before;
      const held = chartSections.filter((section) => charter.rightOf(practice, section) !== 'none');
      const named = sections === 'all' ? held : held.filter((section) => sections.includes(section));
      const left = held.filter((section) => section !== 'identity' && !named.includes(section));
      // Whose chart it is goes with every share, and ends with the last one.
      const ended = left.length === 0 ? held : named.filter((section) => section !== 'identity');
      if (ended.length === 0) return ok(undefined);
      return this.#carryOut(before, [(access) => this.#revoke(access, practice, ended, wraps)]);
    });
  }

  /** Every chart of ours that the practice may read, one by one; what fails is tried again by doing it again. */
  async stopEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
  ): Promise<Result<void, WriteFailure>> {
    const charts = this.#context.index.all.filter(({ own, sharedWith }) => own && sharedWith.includes(practice));
    // One ephemeral key, and one shared secret per recipient, for all of them (CH-9).
    const wraps = new WrapBatch(this.#context.ports.random);
    try {
      for (const [done, { id }] of charts.entries()) {
        progress(done, charts.length);
        const stopped = await this.stop(id, practice, 'all', wraps);
        if (!stopped.ok) return stopped;
        await this.#context.ports.pause();
      }
    } finally {
      wraps.wipe();
    }
    progress(charts.length, charts.length);
    return ok(undefined);
  }

  /** CH-8: grants of ours whose end has come are revoked by the next device of the custodian that is online. */
  async endExpired(): Promise<void> {
    for (const { id, own, sharedWith } of this.#context.index.all) {
      if (!own || sharedWith.length === 0) continue;
      const access = await this.#context.exclusively(() => this.#context.charters.get(id));
      for (const { practice, section } of access?.charter.expired(this.#context.timeMs()) ?? [])
        if (isChartSection(section) && section !== 'identity') await this.stop(id, practice, [section]);
    }
  }

  async #revoke(
    access: ChartAccess,
    practice: PracticeId,
    sections: readonly Section[],
    wraps?: WrapBatch,
  ): ReturnType<Step> {
    const cut: Record<string, ReturnType<typeof cutFor>> = {};
    for (const section of sections) {
      const keeper = await this.#charts.keeper(access, section);
      await keeper.refresh(access);
      const frontier = cutFor(keeper.judgement, practice).flatMap((item) => keeper.beforeHalfBatch(item) ?? []);
      if (frontier.length > 0) cut[section] = frontier;
    }
    const { random } = this.#context.ports;
    const making = { heldKeys: access.keys, random, ...(wraps === undefined ? {} : { wraps }) };
    const ended = { practice, sections, cut: cut as SectionFrontiers };
    return revokeWithEpochs(access.charter, this.#context.author(), ended, making, this.#context.timeMs());
  }

  /** New readers get a key for what is there already: an epoch whose recipients are today's (CH-5, CH-6). */
  async #keysFor(access: ChartAccess): ReturnType<Step> {
    const { charter, keys } = access;
    const lacking = charter.sections.filter(
      (section) =>
        charter.epochs.some((epoch) => epoch.section === section) &&
        charter.usableEpochs(section, access.broken).length === 0,
    );
    if (lacking.length === 0) return undefined;
    const making = { heldKeys: keys, random: this.#context.ports.random };
    return makeEpochs(charter, this.#context.author(), lacking, making, this.#context.timeMs());
  }

  /** All steps in one commit, or none. */
  async #carryOut(before: ChartAccess, steps: readonly Step[]): Promise<Result<void, WriteFailure>> {
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
    const indexed = this.#charts.indexed(access, false);
    const { ops: stored = [], sealed = [] } = charters.write(access, ops);
    const kept = await content.commit({ ops: stored, sealed: [...sealed, index.write(indexed)] });
    if (!kept.ok) return err(writeFailureOf(kept.reason));
    charters.put(access);
    index.put(indexed);
    await this.#charts.takeIn(chart, access.charter.sections, false);
    this.#changed(chart);
    return ok(undefined);
  }
}

type Step = (access: ChartAccess) => Promise<Result<CharterWrite, Parameters<typeof charterFailureOf>[0]> | undefined>;

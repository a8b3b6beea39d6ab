/**
 * Sharing charts and stopping it: the person's acts, each one signed operation of the charter with the keys it needs. What is
 * written after a stop is sealed under keys the other practice never gets; what it wrote until now stays up to the cut.
 */
import type { ChartId, PracticeId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { chartSections, isChartSection, type ChartSection, type Section } from '../base/sections.ts';
import { grant, makeEpochs, revokeWithEpochs } from '../access/charter-builders.ts';
import { cutFor } from '../access/effective.ts';
import { chainParts, type SectionFrontiers } from '../access/operation-bodies.ts';
import { may } from '../access/roles.ts';
import { WrapBatch } from '../crypto/box.ts';
import { hasExpired } from '../replica/chart-terms.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartService } from './chart-service.ts';
import type { CharterAct, CharterChanges, CharterStep } from './charter-changes.ts';
import type { PracticeContext } from './practice-context.ts';
import type { WriteFailure } from './session.ts';

/** Stopped in one commit: enough that the disk is not waited for often, few enough that others get their turn. */
const chartsPerCommit = 250;

export class Sharing {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  readonly #changes: CharterChanges;

  constructor(context: PracticeContext, charts: ChartService, changes: CharterChanges) {
    this.#context = context;
    this.#charts = charts;
    this.#changes = changes;
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
      // Whom a colleague just met is known here by name before its devices are, to which keys go.
      if (before === undefined || this.#context.rosters.get(practice) === undefined) return err('not-found');
      // Whose chart it is goes with every share by itself, to be read; its custodian alone writes it.
      const beside = sections.filter((section) => section !== 'identity');
      const granted: readonly ChartSection[] = beside.length === 0 ? ['identity'] : beside;
      const lowered = beside.filter(
        (section) => before.charter.rightOf(practice, section) === 'write' && right === 'read',
      );
      // Lowering a right is a revoke, then a grant (CH-2).
      const writes: CharterStep[] = lowered.length === 0 ? [] : [(access) => this.#revoke(access, practice, lowered)];
      const given = { practice, sections: granted, right, ...(untilMs === undefined ? {} : { until: untilMs }) };
      writes.push((access) => grant(access.charter, this.#context.author(), given, this.#context.timeMs()));
      writes.push((access) => this.newKeys(access));
      return this.#changes.carryOut(before, writes);
    });
  }

  /** CH-8: the same rights once more, with another end: a later grant takes an earlier one's place. */
  setEnd(
    chart: ChartId,
    practice: PracticeId,
    sections: readonly ChartSection[],
    untilMs: number | undefined,
  ): Promise<Result<void, WriteFailure>> {
    return this.#changes.change(
      chart,
      (['read', 'write'] as const).map((right): CharterStep => ({ charter }) => {
        const held = sections.filter((section) => charter.grantedTo(practice, section) === right);
        if (held.length === 0) return Promise.resolve(undefined);
        const given = { practice, sections: held, right, ...(untilMs === undefined ? {} : { until: untilMs }) };
        return grant(charter, this.#context.author(), given, this.#context.timeMs());
      }),
    );
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
      return this.#changes.carryOut(before, [(access) => this.#revoke(access, practice, ended, wraps)]);
    });
  }

  /**
   * Every chart of ours that the practice may read, some hundreds a commit: after a crash each of them is stopped or not, and
   * doing it again does the rest.
   */
  async stopEverything(
    practice: PracticeId,
    progress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly stopped: number; readonly left: number }, WriteFailure>> {
    const shared = (): readonly ChartId[] =>
      this.#context.index.all.filter(({ own, sharedWith }) => own && sharedWith.includes(practice)).map(({ id }) => id);
    const charts = shared();
    // One ephemeral key, and one shared secret per recipient, for all of them (CH-9).
    const wraps = new WrapBatch(this.#context.ports.random);
    try {
      for (let done = 0; done < charts.length && signal?.aborted !== true; done += chartsPerCommit) {
        progress(done, charts.length);
        const slice = charts.slice(done, done + chartsPerCommit);
        const stopped = await this.#context.exclusively(() => this.#stopAll(slice, practice, wraps));
        if (!stopped.ok) return stopped;
        await this.#context.ports.pause();
      }
    } finally {
      wraps.wipe();
    }
    const left = shared().length;
    progress(charts.length - left, charts.length);
    return ok({ stopped: charts.length - left, left });
  }

  /** A chart that cannot be stopped, a damaged one for one, keeps no other from it. */
  async #stopAll(
    charts: readonly ChartId[],
    practice: PracticeId,
    wraps: WrapBatch,
  ): Promise<Result<void, WriteFailure>> {
    const acts: CharterAct[] = [];
    // Side by side: while the disk is read for one chart, WebCrypto verifies the signatures of another.
    const read = await Promise.all(charts.map((chart) => this.#context.charters.get(chart)));
    for (const [i, chart] of charts.entries()) {
      const before = read[i];
      const held = chartSections.filter((section) => before?.charter.rightOf(practice, section) !== 'none');
      if (before === undefined || held.length === 0) continue;
      acts.push({
        before,
        steps: [(access) => this.#revoke(access, practice, held, wraps)],
        changesEntries: held.some((section) => this.#wroteIn(practice, chart, section)),
      });
    }
    const stopped = await this.#changes.carryOutAll(acts);
    if (stopped.ok || stopped.reason !== 'not-allowed') return stopped;
    if (charts.length === 1) return ok(undefined);
    for (const chart of charts) {
      const alone = await this.#stopAll([chart], practice, wraps);
      if (!alone.ok) return alone;
    }
    return ok(undefined);
  }

  /** CH-8: grants of ours whose end has come are revoked by the next device of an admin of the custodian that is unlocked. */
  async endExpired(): Promise<void> {
    const { self, rosters, charters, diagnostics } = this.#context;
    const member = rosters.get(self.practice)?.devices.get(self.device);
    if (member?.status !== 'active' || !may(member.role, 'manageSharing')) return;
    for (const [id, terms] of [...charters.allTerms]) {
      if (terms.shape.custodian !== self.practice || !hasExpired(terms, this.#context.timeMs())) continue;
      const access = await this.#context.exclusively(() => charters.get(id));
      for (const { practice, section } of access?.charter.expired(this.#context.timeMs()) ?? [])
        if (isChartSection(section) && section !== 'identity') {
          const ended = await this.stop(id, practice, [section]);
          // Tried again before long; until then the other side is sent nothing all the same.
          if (!ended.ok) diagnostics.count('end of a grant', ended.reason, practice);
        }
    }
  }

  async #revoke(
    access: ChartAccess,
    practice: PracticeId,
    sections: readonly Section[],
    wraps?: WrapBatch,
  ): ReturnType<CharterStep> {
    const cut: Record<string, ReturnType<typeof cutFor>> = {};
    for (const section of sections) {
      // Where nothing of its hand is, there is nothing to leave standing, and nothing to open.
      if (!this.#wroteIn(practice, access.charter.chart, section)) continue;
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

  /** Whether anything of a device that is or was the practice's is kept here, whatever it counts. */
  #wroteIn(practice: PracticeId, chart: ChartId, section: Section): boolean {
    const devices = this.#context.rosters.get(practice)?.devices;
    return this.#context.content
      .frontier(chart, section)
      .some(({ chain }) => devices?.has(chainParts(chain).device) === true);
  }

  /** New readers get a key for what is there already: an epoch whose recipients are today's (CH-5, CH-6). */
  async newKeys(access: ChartAccess): ReturnType<CharterStep> {
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
}

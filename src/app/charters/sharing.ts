/**
 * Sharing charts and stopping it: the person's acts, each one signed operation of the charter. What is written after a stop
 * is sealed under keys the other practice never gets (CH-4); what it wrote until now stays up to the cut.
 */
import type { ChartId, PracticeId } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { chartSections, isChartSection, type ChartSection, type Section } from '../../base/sections.ts';
import { grant, makeEpochs, revoke, revokeWithEpochs } from '../../access/charter-builders.ts';
import { cutFor } from '../../access/effective.ts';
import { chainParts, type SectionFrontiers } from '../../access/operation-bodies.ts';
import { may } from '../../access/roles.ts';
import { hasExpired } from '../../replica/chart-terms.ts';
import type { ChartAccess } from './charter-book.ts';
import type { ChartService } from '../charts/chart-service.ts';
import type { CharterChanges, CharterStep } from './charter-changes.ts';
import type { PracticeContext } from '../practice-context.ts';
import type { WriteFailure } from '../session.ts';

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
      const writes: CharterStep[] =
        lowered.length === 0 ? [] : [(access) => this.revoke(access, practice, lowered, 'keys-later')];
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
      return this.#changes.carryOut(before, [(access) => this.revoke(access, practice, ended, 'with-keys')]);
    });
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

  /** Its cut is what counts here of what the practice wrote (CUT-1). */
  async revoke(
    access: ChartAccess,
    practice: PracticeId,
    sections: readonly Section[],
    keys: 'with-keys' | 'keys-later',
  ): ReturnType<CharterStep> {
    const cut: Record<string, ReturnType<typeof cutFor>> = {};
    for (const section of sections) {
      // Where nothing of its hand is, there is nothing to leave standing, and nothing to open.
      if (!this.wroteIn(practice, access.charter.chart, section)) continue;
      const keeper = await this.#charts.keeper(access, section);
      await keeper.refresh(access);
      const frontier = cutFor(keeper.judgement, practice).flatMap((item) => keeper.beforeHalfBatch(item) ?? []);
      if (frontier.length > 0) cut[section] = frontier;
    }
    const { charter } = access;
    const author = this.#context.author();
    const ended = { practice, sections, cut: cut as SectionFrontiers };
    const timeMs = this.#context.timeMs();
    if (keys === 'keys-later') return revoke(charter, author, ended, timeMs);
    const making = { heldKeys: access.keys, random: this.#context.ports.random };
    return revokeWithEpochs(charter, author, ended, making, timeMs);
  }

  /** Whether anything of a device that is or was the practice's is kept here, whatever it counts. */
  wroteIn(practice: PracticeId, chart: ChartId, section: Section): boolean {
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

/**
 * What was set aside, and forks, for people to judge (CUT-4, CUT-8): rows for the screen, and the acts on them. Admitting and
 * settling are operations that every replica follows; hiding is for this device alone.
 */
import type { ChartId, EntryHash } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ChartSection, Section } from '../../base/sections.ts';
import { admit, settle } from '../../access/charter-builders.ts';
import type { CharterState } from '../../access/charter.ts';
import type { Finding } from '../../access/findings.ts';
import { chainParts } from '../../access/operation-bodies.ts';
import type { VerifiedCharterOp } from '../../access/verify-operation.ts';
import { chainNameOf, type ChainName, type FrontierItem } from '../../crypto/entry.ts';
import type { AsideReason, ForkRow, SetAsideRow } from './chart-acts.ts';
import type { ChartAccess } from '../charters/charter-book.ts';
import type { CharterChanges } from '../charters/charter-changes.ts';
import type { ChartService } from './chart-service.ts';
import type { HiddenHere } from './hidden-here.ts';
import { writeFailureOf, type PracticeContext } from '../practice-context.ts';
import type { SectionKeeper } from '../sections/section-keeper.ts';
import type { ReviewedAct } from '../sections/section-review.ts';
import type { WriteFailure } from '../session.ts';

export class Review {
  readonly #context: PracticeContext;
  readonly #charts: ChartService;
  readonly #changes: CharterChanges;
  readonly #hidden: HiddenHere;

  constructor(context: PracticeContext, charts: ChartService, changes: CharterChanges, hidden: HiddenHere) {
    this.#context = context;
    this.#charts = charts;
    this.#changes = changes;
    this.#hidden = hidden;
  }

  /** Inside the queue only. */
  async setAside(section: ChartSection, keeper: SectionKeeper): Promise<readonly SetAsideRow[]> {
    return (await keeper.review()).map((act): SetAsideRow => {
      const { personName, practiceName } = this.#charts.namesOf(act.device);
      const id = idOf(act);
      return {
        id,
        group: `${section}/${act.device}`,
        practice: this.#context.rosters.practiceOf(act.device),
        practiceName,
        personName,
        section,
        at: act.atMs === undefined ? undefined : new Date(act.atMs).toISOString(),
        entries: act.entries.length,
        reason: reasonOf(act.why),
        hidden: this.#hidden.has(keeper.chart, id),
        needs: act.needs,
        canBeAdmitted: mayBeAdmitted(act),
        preview: act.changes ?? 'cannot-be-opened',
      };
    });
  }

  /** Inside the queue only. */
  async forks(section: ChartSection, keeper: SectionKeeper, charter: CharterState): Promise<readonly ForkRow[]> {
    const { forks } = keeper.judgement;
    if (forks.length === 0) return [];
    const times = await keeper.timesOf(forks.flatMap(({ hashes }) => hashes));
    const settlements = charter.settlementsIn(section);
    return forks.map(({ chain, seq, hashes, standing }): ForkRow => {
      const { personName, practiceName } = this.#charts.namesOf(chainParts(chain).device);
      return {
        practiceName,
        personName,
        section,
        chain,
        seq,
        branches: hashes.map((hash) => {
          const at = times.get(hash);
          return {
            hash,
            at: at === undefined ? undefined : new Date(at).toISOString(),
            entries: branchLength(keeper, chain, hash),
            stands: hash === standing,
          };
        }),
        settled: settlements.some((settled) => settled.chain === chain && settled.seq === seq),
      };
    });
  }

  /** Takes acts in everywhere, and with them what they build on. */
  admit(chart: ChartId, ids: readonly EntryHash[]): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      if (access === undefined) return err('not-found');
      const tops = new Map<Section, readonly (readonly FrontierItem[])[]>();
      for (const [section, keeper] of await this.#keepers(access)) {
        const acts = (await keeper.review()).filter((act) => ids.includes(idOf(act)));
        if (!acts.every(mayBeAdmitted)) return err('not-allowed');
        if (acts.length > 0) tops.set(section, topsOf(keeper, acts));
      }
      if (tops.size === 0) return err('not-found');
      // A frontier names each chain once: two branches of a fork take an operation each.
      const rounds = Math.max(...[...tops.values()].map((all) => all.length));
      const steps = Array.from({ length: rounds }, (_, round) => (current: ChartAccess) => {
        const frontier: Partial<Record<Section, readonly FrontierItem[]>> = {};
        for (const [section, all] of tops) if (all[round] !== undefined) frontier[section] = all[round];
        const { charter } = current;
        return admit(charter, this.#context.author(), frontier, this.#context.timeMs());
      });
      return this.#changes.carryOut(access, steps);
    });
  }

  hide(chart: ChartId, ids: readonly EntryHash[], hidden: boolean): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const kept = await this.#hidden.set(chart, ids, hidden);
      if (!kept.ok) return err(writeFailureOf(kept.reason));
      await this.#charts.takeIn(chart, [], false);
      return ok(undefined);
    });
  }

  settle(
    chart: ChartId,
    fork: { readonly section: ChartSection; readonly chain: string; readonly seq: number; readonly hash: EntryHash },
  ): Promise<Result<void, WriteFailure>> {
    return this.#context.exclusively(async () => {
      const access = await this.#context.charters.get(chart);
      if (access === undefined) return err('not-found');
      const { section, seq, hash } = fork;
      const { forks } = (await this.#charts.keeper(access, section)).judgement;
      const known = forks.find((one) => one.chain === fork.chain && one.seq === seq && one.hashes.includes(hash));
      if (known === undefined) return err('not-found');
      const chosen = { section, chain: known.chain, seq, standing: hash };
      return this.#changes.carryOut(access, [
        ({ charter }) => settle(charter, this.#context.author(), chosen, this.#context.timeMs()),
      ]);
    });
  }

  async #keepers(access: ChartAccess): Promise<readonly (readonly [ChartSection, SectionKeeper])[]> {
    const keepers: (readonly [ChartSection, SectionKeeper])[] = [];
    for (const section of this.#charts.readable(access))
      keepers.push([section, await this.#charts.keeper(access, section)]);
    return keepers;
  }
}

/** The operation that let an entry in which counts only by admission; undefined when none of those in force names it. */
export function admissionOf(
  charter: CharterState,
  keeper: SectionKeeper,
  entry: EntryHash,
): VerifiedCharterOp | undefined {
  const header = keeper.graph.get(entry);
  if (header === undefined) return undefined;
  const chain = chainNameOf(header.device, header.stint);
  const inForce = charter.ops.filter(
    ({ id }) => !charter.voided.has(id) && !charter.refused.has(id) && !charter.parked.has(id),
  );
  return inForce.find(
    ({ body }) =>
      body.kind === 'admit' &&
      body.frontier[keeper.section]?.some(
        ({ hash }) => (keeper.graph.frontierOf(hash)?.get(chain)?.seq ?? 0) >= header.seq,
      ),
  );
}

function idOf({ entries: [first] }: ReviewedAct): EntryHash {
  if (first === undefined) throw new Error('an act has an entry');
  return first;
}

/**
 * Of two branches of a fork one is chosen (CUT-8). Taken in beside the one that stands, both would be built on, which an entry
 * cannot say of one chain: it would fall with whichever falls.
 */
function mayBeAdmitted({ changes, why }: ReviewedAct): boolean {
  const reason = reasonOf(why);
  return changes !== undefined && reason !== 'missing' && reason !== 'fork';
}

function reasonOf({ rule, reason }: Finding): AsideReason {
  if (reason === 'waits-for-close') return 'waits-for-close';
  if (rule === 'CUT-8') return 'fork';
  return rule === 'CUT-2' ? 'after-stop' : 'missing';
}

/** Frontiers that together name these acts: the newest of each chain first; the other branches of a fork in the next. */
function topsOf(keeper: SectionKeeper, acts: readonly ReviewedAct[]): readonly (readonly FrontierItem[])[] {
  const byChain = new Map<ChainName, FrontierItem[]>();
  const items = acts
    .flatMap(({ entries }) => entries)
    .flatMap((hash) => {
      const header = keeper.graph.get(hash);
      return header === undefined ? [] : [{ chain: chainNameOf(header.device, header.stint), seq: header.seq, hash }];
    })
    .sort((a, b) => b.seq - a.seq);
  for (const item of items) {
    const tops = byChain.get(item.chain) ?? [];
    if (!tops.some((top) => isBelow(keeper, item.hash, top.hash))) byChain.set(item.chain, [...tops, item]);
  }
  const rounds = Math.max(...[...byChain.values()].map((tops) => tops.length));
  return Array.from({ length: rounds }, (_, round) =>
    [...byChain.values()].flatMap((tops) => tops[round] ?? []).sort((a, b) => (a.chain < b.chain ? -1 : 1)),
  );
}

function isBelow({ graph }: SectionKeeper, entry: EntryHash, top: EntryHash): boolean {
  for (let at: EntryHash | null = top; at !== null; at = graph.get(at)?.prev ?? null) if (at === entry) return true;
  return false;
}

function branchLength({ graph }: SectionKeeper, chain: ChainName, first: EntryHash): number {
  const branch = new Set([first]);
  const later = [...graph.headers]
    .filter(([, header]) => chainNameOf(header.device, header.stint) === chain)
    .sort(([, a], [, b]) => a.seq - b.seq);
  for (const [hash, { prev }] of later) if (prev !== null && branch.has(prev)) branch.add(hash);
  return branch.size;
}

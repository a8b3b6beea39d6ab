/**
 * What this device says to the replicators of others (net/replication-host.ts): who may have what at this moment, by rosters
 * and charters as they stand, and what becomes of what they send. Every right is decided here and nowhere in net/. The same in
 * the app and in a keeper: holds no key and opens nothing.
 *
 * A practice is served a section while the charter says so; one whose rights have ended gets the operation that ended them,
 * may hand over what it wrote, and receives nothing newer (RE-1, attack 42). Before anything is handed out, the terms of its
 * chart are those of today, whatever a roster changed a moment ago.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { encodeSignedOp } from '../access/operation.ts';
import type { WantedPart } from '../net/attachment-wants.ts';
import type { NamedPart } from '../net/attachment-wire.ts';
import type { ReplicationHost, SharedChart } from '../net/replication-host.ts';
import { mayHaveOf, type ChartTerms } from './chart-terms.ts';
import { foreignOpsLimits } from './charter-quota.ts';
import type { Charter } from './charters.ts';
import { Confirmations } from './confirmations.ts';
import type { ReplicaParts, ReplicationNews } from './parts.ts';
import { type MayHave, mayHavePart } from './part-right.ts';
import { Shown } from './shown.ts';
import { TakingIn } from './taking-in.ts';
import { storedOpsBeyond } from './told-bytes.ts';
import { opsFor } from './told-ops.ts';
import { rosterHeadsToldTo } from './told-to.ts';

/** One answer of entries asked for by name. */
const maxNamedBytes = 512 * 1024;

export class PracticeReplication<A extends Charter = Charter, Kept = unknown> implements ReplicationHost {
  readonly self: ReplicationHost['self'];
  readonly confirmations: Confirmations;
  readonly #parts: ReplicaParts<A, Kept>;
  readonly #shown: Shown;
  readonly #taking: TakingIn<A, Kept>;

  constructor(parts: ReplicaParts<A, Kept>, news: ReplicationNews, foreignOps = foreignOpsLimits) {
    const { self, charters } = parts;
    this.self = { practice: self.practice, device: self.device };
    this.#parts = parts;
    this.#shown = new Shown(parts);
    this.#taking = new TakingIn(parts, news, foreignOps);
    this.confirmations = new Confirmations(parts, this.#shown, news);
    charters.whenChanged = (before, after) => {
      news.charterCame(after.chart, before, after);
    };
    charters.whenBehind = () => {
      parts.inBackground(charters.catchUp(parts));
    };
  }

  /** Digests of charts worked out so far. */
  get digests(): number {
    return this.#shown.digests;
  }

  // ------------------------------------------------------------------------------------------------------------- shown

  practiceOf(device: DeviceId): PracticeId | undefined {
    return this.#shown.practiceOf(device);
  }

  rostersFor(device: DeviceId): readonly PracticeId[] {
    return this.#shown.rostersFor(device);
  }

  rostersOf(device: DeviceId, chart: ChartId): readonly PracticeId[] {
    return this.#shown.rostersOf(device, chart);
  }

  rosterHeads(practice: PracticeId): readonly OpId[] {
    return this.#shown.rosterHeads(practice);
  }

  workOutLeaves(device: DeviceId, breathe: () => Promise<void>): Promise<void> {
    return this.#shown.workOutLeaves(device, breathe);
  }

  leavesFor(device: DeviceId): ReadonlyMap<ChartId, Bytes> {
    return this.#shown.leavesFor(device);
  }

  chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined {
    return this.#shown.chartFor(device, chart);
  }

  pairSecret(device: DeviceId): Bytes | undefined {
    return this.#parts.pairSecret(device);
  }

  /** Everything that is shown is in memory; what a roster cast doubt on is looked at. */
  async ready(charts: readonly ChartId[]): Promise<void> {
    for (const chart of charts) await this.#settled(chart);
  }

  readyCharts(): readonly ChartId[] {
    return this.#parts.charters.heldCharts;
  }

  missingIn(chart: ChartId): ReadonlyMap<Section, readonly EntryHash[]> {
    return this.#parts.content.missing(chart);
  }

  chartsMissing(): readonly ChartId[] {
    return this.#parts.content.chartsMissing();
  }

  // -------------------------------------------------------------------------------------------------------- handed out

  async rosterOpsBeyond(practice: PracticeId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]> {
    const roster = this.#parts.rosters.get(practice);
    const to = this.practiceOf(device);
    if (roster === undefined || to === undefined) return [];
    const upTo = await rosterHeadsToldTo(this.#parts, practice, to);
    const heads = known.filter((head) => roster.ops.some((op) => op.id === head));
    return roster.ops
      .filter((op) => !roster.refused.has(op.id) && !(heads.length > 0 && roster.includes(heads, op.id)))
      .filter((op) => upTo === 'all' || roster.includes(upTo, op.id))
      .map((op) => encodeSignedOp(op.signed));
  }

  async charterOpsBeyond(chart: ChartId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]> {
    const { charters, closes, store, rosters } = this.#parts;
    const practice = this.practiceOf(device);
    const terms = await this.#settled(chart);
    if (practice === undefined || terms?.shape.practices.has(practice) !== true) return [];
    if (!terms.ended.has(practice) && !terms.shape.refuses) {
      const ops = await storedOpsBeyond(store, chart, known);
      if (!ops.some(({ signer }) => rosters.hasLost(signer))) return ops.map(({ bytes }) => bytes);
    }
    const access = await charters.get(chart);
    if (access === undefined) return [];
    const { charter } = access;
    const has = (id: OpId): boolean => known.some((head) => head === id || charter.isBefore(id, head));
    const ops = opsFor(charter, practice).filter((op) => !has(op.id));
    if (closes?.waitThere(charter, device, ops) === true) closes.closeIsAwaited(chart);
    return ops.map((op) => encodeSignedOp(op.signed));
  }

  async entriesBeyond(
    ...[device, chart, section, theirs, maxBytes]: Parameters<ReplicationHost['entriesBeyond']>
  ): ReturnType<ReplicationHost['entriesBeyond']> {
    const may = this.#mayHave(await this.#settled(chart), device, section);
    return this.#parts.content.entriesBeyond(chart, section, theirs, may, maxBytes);
  }

  async entriesNamed(
    device: DeviceId,
    chart: ChartId,
    section: Section,
    hashes: readonly EntryHash[],
  ): Promise<readonly Bytes[]> {
    const may = this.#mayHave(await this.#settled(chart), device, section);
    return this.#parts.content.entriesNamed(chart, section, hashes, may, maxNamedBytes);
  }

  /**
   * A part of an attachment (EN-10), if the device may have the entries that name it. Whoever may not learns nothing: not that
   * it is here, nor that it is anywhere (ATTACK-65).
   */
  async partFor(device: DeviceId, { chart, section, hash }: NamedPart): Promise<Bytes | undefined> {
    const may = this.#mayHave(await this.#settled(chart), device, section);
    const { store } = this.#parts;
    const named = await store.chunksNamed(chart, section, hash);
    return mayHavePart(named, may) ? store.chunk(chart, section, hash) : undefined;
  }

  /** Whether a device may be asked for a part: a name is told to nobody who may not have what it names (ATTACK-65). */
  mayBeAsked(device: DeviceId, { chart, section, authors = [] }: WantedPart): boolean {
    const { charters } = this.#parts;
    const terms = charters.isSettled(chart) ? charters.terms(chart) : undefined;
    const named = authors.map((author) => ({ device: author }));
    return mayHavePart(named, this.#mayHave(terms, device, section));
  }

  // --------------------------------------------------------------------------------------------------------- receiving

  receiveRosterOps(
    ...[, practice, ops]: Parameters<ReplicationHost['receiveRosterOps']>
  ): ReturnType<ReplicationHost['receiveRosterOps']> {
    return this.#taking.rosterOps(practice, ops);
  }

  receiveCharterOps(
    ...received: Parameters<ReplicationHost['receiveCharterOps']>
  ): ReturnType<ReplicationHost['receiveCharterOps']> {
    return this.#taking.charterOps(...received);
  }

  receiveEntries(
    ...[, sections]: Parameters<ReplicationHost['receiveEntries']>
  ): ReturnType<ReplicationHost['receiveEntries']> {
    return this.#taking.entries(sections);
  }

  peerHolds(...said: Parameters<ReplicationHost['peerHolds']>): Promise<void> {
    return this.confirmations.peerHolds(...said);
  }

  peerHoldsSame(...said: Parameters<ReplicationHost['peerHoldsSame']>): Promise<void> {
    return this.confirmations.peerHoldsSame(...said);
  }

  // ------------------------------------------------------------------------------------------------------------ rights

  async #settled(chart: ChartId): Promise<ChartTerms | undefined> {
    const { charters, exclusively } = this.#parts;
    if (!charters.isSettled(chart)) await exclusively(() => charters.settle(chart));
    return charters.terms(chart);
  }

  /** Whether a device may have an entry at this moment. */
  #mayHave(terms: ChartTerms | undefined, device: DeviceId, section: Section): MayHave {
    const practice = this.practiceOf(device);
    const { rosters, timeMs } = this.#parts;
    if (practice === undefined || terms === undefined || !rosters.isActive(device)) return () => false;
    if (practice === this.self.practice) return () => true;
    if (mayHaveOf(terms, practice, section, timeMs()) === 'all') return () => true;
    // What it wrote itself it may have back; and when our own right ended, the custodian may have what we wrote.
    const handsOver = terms.shape.custodian === practice;
    return (head) => {
      const author = this.practiceOf(head.device);
      return author === practice || (handsOver && author === this.self.practice);
    };
  }
}

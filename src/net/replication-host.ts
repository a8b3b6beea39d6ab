/**
 * What the replicator asks of the device it runs in. The host decides every right, keeps what is taken, and answers from
 * what is durable; the replicator decides what is said to whom and when. Given by app/, and by a keeper without any key.
 *
 * Questions are answered at once from memory, about what is durable at that moment (EN-8): what they return is never
 * changed afterwards, only replaced. Work on the disk is a promise. Nothing here sees plaintext.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { FrontierItem } from '../crypto/entry.ts';
import type { ReceivedItem } from './snapshot-gathering.ts';
import type { CheckedCharterOps } from './verify-charter-ops.ts';

export type Frontier = readonly FrontierItem[];

/** One chart as far as a certain device may have it. */
export interface SharedChart {
  /** Heads of the charter, as far as that device may have it: a revoked practice gets its removal and nothing later. */
  readonly heads: readonly OpId[];
  /**
   * Every section that both may read now, with what is held here (no entry yet: an empty frontier). For a revoked practice,
   * the sections it once had, with its own chains alone: it may hand over what it wrote, and learns of nothing newer.
   */
  readonly sections: ReadonlyMap<Section, Frontier>;
  /**
   * For sections with a chain that parts (CUT-8): all that is held of such chains from there on, by chain and position. A
   * frontier names one branch of a chain, and whoever lacks the other would judge otherwise. Left out: none parts.
   */
  readonly parted?: ReadonlyMap<Section, Frontier>;
}

export type Verdict =
  /** durable now */
  | { readonly kind: 'kept' }
  | { readonly kind: 'known' }
  /** not kept, but may be once more is known (a roster, a charter operation, a predecessor) */
  | { readonly kind: 'later'; readonly reason: string }
  /** never */
  | { readonly kind: 'refused'; readonly reason: string };

export interface ReplicationHost {
  readonly self: { readonly practice: PracticeId; readonly device: DeviceId };

  /**
   * The practice of a device by the rosters known here, of devices removed from it too; undefined for strangers, to whom
   * nothing is sent and of whom nothing is taken.
   */
  practiceOf(device: DeviceId): PracticeId | undefined;
  /** Practices whose rosters the two need of each other: both their own, and those they share charts with. */
  rostersFor(device: DeviceId): readonly PracticeId[];
  rosterHeads(practice: PracticeId): readonly OpId[];
  /** Those of them that are needed because of one chart: what is asked when it changes. */
  rostersOf(device: DeviceId, chart: ChartId): readonly PracticeId[];

  /**
   * Every chart the device may have, with `leafDigest` (summary.ts) of what it may have of it. Answered without the charts
   * being ready; the same object while nothing changed.
   */
  leavesFor(device: DeviceId): ReadonlyMap<ChartId, Bytes>;
  /** Most of the work of `leavesFor` before it is asked. `breathe`: awaited between pieces of it of a few milliseconds. */
  workOutLeaves(device: DeviceId, breathe: () => Promise<void>): Promise<void>;
  /**
   * 32 bytes that this device and the other can compute and nobody else (crypto/pair-key.ts). Undefined only for strangers.
   */
  pairSecret(device: DeviceId): Bytes | undefined;
  /** Makes `chartFor` answerable for these charts, as many as a frame names, unknown ones passed over. They may be dropped again later. */
  ready(charts: readonly ChartId[]): Promise<void>;
  /** Those ready now that are likely to change: open ones. */
  readyCharts(): readonly ChartId[];
  /** Undefined if the device may have nothing of it, and while the chart is not ready. */
  chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined;

  /** Signed operations that `device` may have and that are not in the past of `known`; each after those it cites. */
  rosterOpsBeyond(practice: PracticeId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]>;
  charterOpsBeyond(chart: ChartId, known: readonly OpId[], device: DeviceId): Promise<readonly Bytes[]>;
  /**
   * Whole entries that lie beyond `theirs` and that `device` may have at this moment, each after those of its chain, up to
   * about `maxBytes` but at least one; asked again for what follows, until there are none. Where `theirs` names another
   * entry at a position than is kept here (a fork), the one kept here is among them.
   */
  entriesBeyond(
    device: DeviceId,
    chart: ChartId,
    section: Section,
    theirs: Frontier,
    maxBytes: number,
  ): Promise<{ readonly entries: readonly Bytes[]; readonly more: boolean }>;
  /** Those of the named entries that are kept here and that `device` may have. */
  entriesNamed(
    device: DeviceId,
    chart: ChartId,
    section: Section,
    hashes: readonly EntryHash[],
  ): Promise<readonly Bytes[]>;
  /** Entries of the chart that are needed and not whole here: damaged on disk, or built on by what is kept. */
  missingIn(chart: ChartId): ReadonlyMap<Section, readonly EntryHash[]>;
  /** Charts in which some are: few, mostly none. */
  chartsMissing(): readonly ChartId[];

  /**
   * What came in one frame, of many charts at once so that it can become durable in one commit. One verdict an item, in
   * order. When this resolves, what is `kept` is durable and the questions above count it.
   */
  receiveRosterOps(from: DeviceId, practice: PracticeId, ops: readonly Bytes[]): Promise<readonly Verdict[]>;
  /** `checked`: what `checkCharterOps` found, where the caller has looked already. */
  receiveCharterOps(
    from: DeviceId,
    charters: readonly ChartOps[],
    checked?: CheckedCharterOps,
  ): Promise<readonly (readonly Verdict[])[]>;
  /** Signatures and ciphertext hashes are checked before this. */
  receiveEntries(from: DeviceId, sections: readonly SectionEntries[]): Promise<readonly (readonly Verdict[])[]>;

  /** `device` says that it holds this durably. Not to be trusted beyond what its hashes match here. */
  peerHolds(device: DeviceId, sections: readonly ChartFrontier[]): Promise<void>;
  /**
   * Of these charts it holds what the leaf says: all that is here. `comparedAll`: found when all leaves were compared. Charts
   * may not be ready.
   */
  peerHoldsSame(device: DeviceId, leaves: ReadonlyMap<ChartId, Bytes>, comparedAll: boolean): Promise<void>;
}

export interface ChartOps {
  readonly chart: ChartId;
  readonly ops: readonly Bytes[];
}

export interface SectionEntries {
  readonly chart: ChartId;
  readonly section: Section;
  readonly entries: readonly ReceivedItem[];
}

export interface ChartFrontier {
  readonly chart: ChartId;
  readonly section: Section;
  readonly frontier: Frontier;
}

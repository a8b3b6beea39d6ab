/** What a replica is made of: the same in the app and in a keeper. Types only. */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { CharterState } from '../access/charter.ts';
import type { VerifiedCharterOp } from '../access/verify-operation.ts';
import type { ChainName, FrontierItem } from '../crypto/entry.ts';
import type { StoreContent } from '../net/store-content.ts';
import type { Store } from '../store/store.ts';
import type { ChartTerms } from './chart-terms.ts';
import type { Charter, Charters, Turns } from './charters.ts';
import type { RosterBook } from './roster-book.ts';

export interface ReplicaParts<A extends Charter = Charter, Kept = unknown> extends Turns {
  readonly self: { readonly practice: PracticeId; readonly device: DeviceId };
  readonly store: Store;
  /** Every commit goes through it, so that frontiers in memory are those of the disk. */
  readonly content: StoreContent;
  readonly rosters: RosterBook;
  readonly charters: Charters<A, Kept>;
  readonly diagnostics: { count(what: string, reason: string, who?: PracticeId): void };
  readonly timeMs: () => number;
  /** For work that nobody waits for. */
  inBackground(work: Promise<unknown>): void;
  /** 32 bytes that this device and the other can compute and nobody else; undefined for strangers. */
  pairSecret(device: DeviceId): Bytes | undefined;
  /** Left out by whoever may end no device. */
  readonly closes?: AwaitedCloses;
  /** A keeper can check no snapshot: it takes those of devices of its own practice alone (SN-3). */
  readonly opensNothing?: true;
}

/** CH-3: what of a device that lost its place waits elsewhere for a close that this device may write. */
export interface AwaitedCloses {
  /** Of what `holder` says it holds, the chains in which something new to it waits there. */
  waitingThere(
    charter: CharterState,
    section: Section,
    said: { readonly holder: DeviceId; readonly frontier: readonly FrontierItem[]; isNew(item: FrontierItem): boolean },
  ): ReadonlySet<ChainName>;
  /** Whether some of these operations wait at `to`. */
  waitThere(charter: CharterState, to: DeviceId, ops: readonly VerifiedCharterOp[]): boolean;
  closeIsAwaited(chart: ChartId): void;
}

/** What a device does about news; each is called after it is durable. */
export interface ReplicationNews {
  /** Entries of these sections, or operations of the chart, came in. Works in the queue by itself. */
  chartCame(chart: ChartId, sections: readonly Section[]): void;
  /** Operations came into force, or by a roster stand otherwise than before. */
  charterCame(chart: ChartId, before: ChartTerms | undefined, after: CharterState): void;
  rosterCame(practice: PracticeId): void;
  /** A device said what it holds of these. */
  confirmed(device: DeviceId, charts: readonly ChartId[]): void;
}

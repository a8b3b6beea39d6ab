/**
 * What the replication of one connection remembers, what happens to it, and what it wants done. Types only; the rules are
 * in replication.ts. The state is the step function's alone, which changes it in place: with ten thousand charts, a copy for
 * each event would cost more than what is done.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { EntryHeader } from '../crypto/entry.ts';
import type { Differing } from './differing.ts';
import type { Leaves } from './leaves.ts';
import type { Reconciler } from './reconciler.ts';
import type { ChartFrontier, ChartOps, Frontier, ReplicationHost, SharedChart, Verdict } from './replication-host.ts';
import type { ByeReason, ChartSection, EncodedEntries, Message, Received } from './wire.ts';

/** The questions that are answered at once. Rules read it and nothing else. */
export type HostView = Pick<
  ReplicationHost,
  | 'self'
  | 'practiceOf'
  | 'rostersFor'
  | 'rostersOf'
  | 'rosterHeads'
  | 'chartFor'
  | 'readyCharts'
  | 'missingIn'
  | 'chartsMissing'
>;

/** What is known of the other side for one chart. */
export interface ChartAtPeer {
  /** It has every operation in the past of these. Undefined: it has not named the chart. */
  charter: readonly OpId[] | undefined;
  /** What it holds or was sent, for the sections it named. Undefined: it has not said. */
  theirs: Map<Section, Frontier> | undefined;
  /** What we told it that we hold, or what a digest told it. */
  shown: SharedChart['sections'] | undefined;
  /** It did not name the chart when the lists were compared: it has nothing but what it is sent, and need not be asked. */
  bare: boolean;
  /** It knows that we had nothing of the chart, and sends what it has unasked. */
  comes: boolean;
}

export interface ListToTell {
  readonly charts: Set<ChartId>;
  lacking: readonly Bytes[];
  /** Those of them that the other side may have otherwise: it is told our frontiers with them. */
  readonly mayDiffer: ReadonlySet<ChartId> | 'all';
}

/** Work that waits for its turn, in RE-1's order: each kind before the next. */
export interface Tasks {
  readonly rosters: Set<PracticeId>;
  /** Charts to list, where the leaves differ; undefined before that is known, and when all are told. */
  lines: ListToTell | undefined;
  /** Changed here, and not yet looked at. */
  readonly changed: Set<ChartId>;
  readonly charters: Set<ChartId>;
  /** To be told what we hold, and asked what they hold. */
  readonly asking: Set<ChartId>;
  readonly frontiers: Set<ChartId>;
  readonly entries: Set<ChartId>;
  named: NamedEntries[];
  /** Of chains that part (CUT-8): after all others, so that what they build on is there. */
  parted: NamedEntries[];
}

export interface NamedEntries extends ChartSection {
  readonly hashes: readonly EntryHash[];
}

/** An entry frame under way: what a holder of it has. */
export type SentFrame = readonly ChartFrontier[];

export interface PeerState {
  readonly device: DeviceId;
  /**
   * `stranger`: no roster names the device; nothing is said. `preparing`: our leaves are being made. `greeting`: our hello is
   * sent, theirs awaited. `comparing`: the leaves differ, and ranges are asked. `listing`: lists of charts that differ go to and
   * fro. `open`: both know what the other has. `ended`: say and hear nothing.
   */
  phase: 'stranger' | 'preparing' | 'greeting' | 'comparing' | 'listing' | 'open' | 'ended';
  /** A hello that came before ours was ready: while the device was a stranger (ID-7), or leaves were being made. */
  earlyHello: Received<'hello'> | undefined;
  /** What our hello said of our charts. */
  leaves: Leaves | undefined;
  /** How many theirs said to have. */
  theirLeaves: number;
  reconciler: Reconciler | undefined;
  /** Those of our leaves that the other side lacks, as far as is known. Of all others it has the same. */
  differs: ReadonlySet<ChartId>;
  /** What the lists showed to differ. */
  readonly differing: Differing;
  /** Charts on the other side's list so far. */
  readonly listed: Set<ChartId>;
  /** Charts that changed here since our leaves were made, looked at once the phase is `open`. */
  readonly touched: Set<ChartId>;
  /** Whether the other side's roster heads are known: one frame of them a connection. */
  rostersKnown: boolean;
  readonly rosters: Map<PracticeId, readonly OpId[]>;
  readonly charts: Map<ChartId, ChartAtPeer>;
  /** Charts with entries we could not take yet: asked for again when more is known. */
  readonly deferred: Set<ChartId>;
  /** Entries asked for by name in this connection. */
  readonly asked: Set<EntryHash>;
  /** Entries of chains that part which both have, as far as this connection knows. */
  readonly told: Set<EntryHash>;
  /** Messages to send before any task. */
  readonly outbox: Message[];
  readonly tasks: Tasks;
  /** Entry frames sent that the other side has not confirmed yet, in order. */
  readonly unconfirmed: SentFrame[];
  framesSent: number;
  /** Entry frames received and dealt with, and how many of them the other side knows to be. */
  framesDone: number;
  framesTold: number;
  /** Sections of which something in those frames was not taken. */
  readonly except: Map<string, ChartSection>;
  faults: number;
}

export type PeerEvent =
  | { readonly kind: 'opened' }
  /** The rosters changed, or two practices met: a stranger may be a member now, or the other way round. */
  | { readonly kind: 'standingChanged' }
  | { readonly kind: 'leavesPrepared'; readonly leaves: Leaves }
  /** The host can answer for the charts it names. */
  | { readonly kind: 'received'; readonly message: Message }
  /** A frame that is none, or an entry that is not one: why. */
  | { readonly kind: 'faulty'; readonly reason: string }
  /** The connection takes another frame. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'readied'; readonly charts: readonly ChartId[]; readonly then: ReadyFor }
  | {
      readonly kind: 'rosterOpsLoaded';
      readonly practice: PracticeId;
      readonly ops: readonly Bytes[];
      /** As they were before the load: what came during it is sent by the next. */
      readonly heads: readonly OpId[];
    }
  | {
      readonly kind: 'charterOpsLoaded';
      readonly charters: readonly (ChartOps & { readonly heads: readonly OpId[] })[];
      /** For which there was no more room. */
      readonly left: readonly ChartId[];
    }
  | { readonly kind: 'entriesLoaded'; readonly sections: readonly LoadedEntries[] }
  | {
      readonly kind: 'rosterOpsKept';
      readonly practice: PracticeId;
      /** Of those received that are well formed, in their order. */
      readonly ids: readonly OpId[];
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly kind: 'charterOpsKept';
      readonly charters: readonly {
        readonly chart: ChartId;
        /** Of those received that are well formed, in their order. */
        readonly ids: readonly OpId[];
        readonly verdicts: readonly Verdict[];
      }[];
    }
  | { readonly kind: 'entriesKept'; readonly sections: readonly JudgedEntries[] }
  /** Something of the charts became durable here: entries or operations, our own or a third's. */
  | { readonly kind: 'chartsChanged'; readonly charts: readonly ChartId[] }
  /** The host can answer for the chart, and nothing of it has changed since it could not. */
  | { readonly kind: 'chartReady'; readonly chart: ChartId }
  | { readonly kind: 'rosterChanged'; readonly practice: PracticeId };

export interface LoadedEntries extends EncodedEntries {
  /** What a holder of them has; if there are none, what was held here before the load. */
  readonly reaching: Frontier;
}

export interface JudgedEntries extends ChartSection {
  readonly entries: readonly { readonly header: EntryHeader; readonly hash: EntryHash; readonly verdict: Verdict }[];
  /** Why others of the same section were not even looked at. */
  readonly faults: readonly string[];
}

export type ReadyFor = 'lines' | 'changed' | 'asking' | 'frontiers' | 'entries' | 'missing';

export type Effect =
  | { readonly kind: 'send'; readonly message: Message }
  | { readonly kind: 'prepareLeaves' }
  | { readonly kind: 'ready'; readonly charts: readonly ChartId[]; readonly then: ReadyFor }
  | { readonly kind: 'loadRosterOps'; readonly practice: PracticeId; readonly known: readonly OpId[] }
  | {
      readonly kind: 'loadCharterOps';
      readonly asked: readonly { readonly chart: ChartId; readonly known: readonly OpId[] }[];
    }
  /** As many as fill a frame, each from where they are behind. */
  | { readonly kind: 'loadEntries'; readonly asked: readonly ChartFrontier[] }
  | ({ readonly kind: 'loadNamed' } & NamedEntries)
  | { readonly kind: 'keepRosterOps'; readonly practice: PracticeId; readonly ops: readonly Bytes[] }
  | { readonly kind: 'keepCharterOps'; readonly charters: readonly ChartOps[] }
  | { readonly kind: 'keepEntries'; readonly sections: readonly EncodedEntries[] }
  | { readonly kind: 'held'; readonly sections: readonly ChartFrontier[] }
  /** They hold all that these leaves say; `comparedAll`: found when all were compared, not of single charts since. */
  | { readonly kind: 'heldSame'; readonly leaves: ReadonlyMap<ChartId, Bytes>; readonly comparedAll: boolean }
  /** Both know now which charts differ, and in what way (RE-6). */
  | { readonly kind: 'compared'; readonly how: ReadonlyMap<ChartId, string> }
  /** For diagnostics: why something was not taken. */
  | { readonly kind: 'count'; readonly reason: string }
  /** Send what is said, then close. */
  | { readonly kind: 'close'; readonly saying?: ByeReason };

/**
 * What the replication of one connection remembers, what happens to it, and what it wants done. Types only; the rules are
 * in replication.ts. A state is never changed in place.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { EntryHeader } from '../crypto/entry.ts';
import type { Frontier, ReplicationHost, SharedChart, Verdict } from './replication-host.ts';
import type { ByeReason, Message } from './wire.ts';

/** The questions that are answered at once. Rules read it and nothing else. */
export type HostView = Pick<
  ReplicationHost,
  'self' | 'practiceOf' | 'rostersFor' | 'rosterHeads' | 'chartsFor' | 'chartFor' | 'missingIn'
>;

/** What is known of the other side for one chart. */
export interface ChartAtPeer {
  /** It has every operation in the past of these. Undefined: it has not named the chart. */
  readonly charter: readonly OpId[] | undefined;
  /** What it holds or was sent, for the sections it named. Undefined: it has not said. */
  readonly theirs: ReadonlyMap<Section, Frontier> | undefined;
  /** What we told it that we hold, or what a digest told it. */
  readonly shown: SharedChart['sections'] | undefined;
}

/** Work that waits for its turn, in RE-1's order: each kind before the next. */
export interface Tasks {
  readonly rosters: ReadonlySet<PracticeId>;
  readonly charters: ReadonlySet<ChartId>;
  readonly frontiers: ReadonlySet<ChartId>;
  readonly entries: ReadonlySet<ChartId>;
  readonly named: readonly NamedEntries[];
  /** Of chains that part (CUT-8): after all others, so that what they build on is there. */
  readonly parted: readonly NamedEntries[];
}

interface NamedEntries {
  readonly chart: ChartId;
  readonly section: Section;
  readonly hashes: readonly EntryHash[];
}

export interface PeerState {
  readonly device: DeviceId;
  /**
   * `stranger`: no roster names the device; nothing is said. `greeting`: our hello is sent, theirs awaited. `listing`: the
   * summaries differ, their list of charts is awaited. `open`: both know what the other has. `ended`: say and hear nothing.
   */
  readonly phase: 'stranger' | 'greeting' | 'listing' | 'open' | 'ended';
  /** A hello that came while the device was a stranger, as happens when the other side finishes a meeting first (ID-7). */
  readonly earlyHello: Extract<Message, { kind: 'hello' }> | undefined;
  /** What hello or list said of our charts. */
  readonly offered: ReadonlyMap<ChartId, SharedChart>;
  /** Charts that changed here since then, looked at once the phase is `open`. */
  readonly touched: ReadonlySet<ChartId>;
  /** Charts on the other side's list so far. */
  readonly listed: ReadonlySet<ChartId>;
  readonly rosters: ReadonlyMap<PracticeId, readonly OpId[]>;
  readonly charts: ReadonlyMap<ChartId, ChartAtPeer>;
  /** Charts with entries we could not take yet: asked for again when more is known. */
  readonly deferred: ReadonlySet<ChartId>;
  /** Entries asked for by name in this connection. */
  readonly asked: ReadonlySet<EntryHash>;
  /** Entries of chains that part which both have, as far as this connection knows. */
  readonly told: ReadonlySet<EntryHash>;
  /** Messages to send before any task. */
  readonly outbox: readonly Message[];
  readonly tasks: Tasks;
  /** Entry frames sent, and how many of them the other side has dealt with. */
  readonly framesSent: number;
  readonly framesConfirmed: number;
  /** Entry frames received and dealt with. */
  readonly framesDone: number;
  readonly faults: number;
}

export type PeerEvent =
  | { readonly kind: 'opened' }
  /** The rosters changed, or two practices met: a stranger may be a member now, or the other way round. */
  | { readonly kind: 'standingChanged' }
  | { readonly kind: 'received'; readonly message: Message }
  /** A frame that is none, or an entry that is not one: why. */
  | { readonly kind: 'faulty'; readonly reason: string }
  /** The connection takes another frame. */
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'rosterOpsLoaded';
      readonly practice: PracticeId;
      readonly ops: readonly Bytes[];
      /** As they were before the load: what came during it is sent by the next. */
      readonly heads: readonly OpId[];
    }
  | {
      readonly kind: 'charterOpsLoaded';
      readonly chart: ChartId;
      readonly ops: readonly Bytes[];
      readonly heads: readonly OpId[];
    }
  | {
      readonly kind: 'entriesLoaded';
      readonly chart: ChartId;
      readonly section: Section;
      readonly entries: readonly Bytes[];
      /** What a holder of them has; if there are none, what was held here before the load. */
      readonly reaching: Frontier;
    }
  | {
      readonly kind: 'rosterOpsKept';
      readonly practice: PracticeId;
      /** Of those received that are well formed, in their order. */
      readonly ids: readonly OpId[];
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly kind: 'charterOpsKept';
      readonly chart: ChartId;
      /** Of those received that are well formed, in their order. */
      readonly ids: readonly OpId[];
      readonly verdicts: readonly Verdict[];
    }
  | {
      readonly kind: 'entriesKept';
      readonly chart: ChartId;
      readonly section: Section;
      readonly entries: readonly {
        readonly header: EntryHeader;
        readonly hash: EntryHash;
        readonly verdict: Verdict;
      }[];
      /** Why others of the same frame were not even looked at. */
      readonly faults: readonly string[];
    }
  /** Something of the chart became durable here: entries or operations, our own or a third's. */
  | { readonly kind: 'chartChanged'; readonly chart: ChartId }
  | { readonly kind: 'rosterChanged'; readonly practice: PracticeId };

export type Effect =
  | { readonly kind: 'send'; readonly message: Message }
  | { readonly kind: 'loadRosterOps'; readonly practice: PracticeId; readonly known: readonly OpId[] }
  | { readonly kind: 'loadCharterOps'; readonly chart: ChartId; readonly known: readonly OpId[] }
  | { readonly kind: 'loadEntries'; readonly chart: ChartId; readonly section: Section; readonly theirs: Frontier }
  | ({ readonly kind: 'loadNamed' } & NamedEntries)
  | { readonly kind: 'keepRosterOps'; readonly practice: PracticeId; readonly ops: readonly Bytes[] }
  | { readonly kind: 'keepCharterOps'; readonly chart: ChartId; readonly ops: readonly Bytes[] }
  | {
      readonly kind: 'keepEntries';
      readonly chart: ChartId;
      readonly section: Section;
      readonly entries: readonly Bytes[];
    }
  | { readonly kind: 'held'; readonly chart: ChartId; readonly sections: ReadonlyMap<Section, Frontier> }
  /** For diagnostics: why something was not taken. */
  | { readonly kind: 'count'; readonly reason: string }
  /** Send what is said, then close. */
  | { readonly kind: 'close'; readonly saying?: ByeReason };

export interface Step {
  readonly state: PeerState;
  readonly effects: readonly Effect[];
}

/** The parts of which the rules of replication.ts are made: a fresh state, and small changes of one. Knows no disk and no network. */
import type { ChartId, DeviceId, OpId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { newDiffering } from './differing.ts';
import { maxFaultsPerConnection, maxHeads } from './limits.ts';
import type { Frontier, SharedChart } from './replication-host.ts';
import type { ChartAtPeer, Effect, HostView, PeerState } from './replication-state.ts';
import { leafDigest } from './summary.ts';
import { bytesEqual } from '../base/bytes.ts';

export function newPeer(device: DeviceId): PeerState {
  return {
    device,
    phase: 'stranger',
    earlyHello: undefined,
    leaves: undefined,
    theirLeaves: 0,
    reconciler: undefined,
    differs: new Set(),
    differing: newDiffering(),
    listed: new Set(),
    touched: new Set(),
    rostersKnown: false,
    rosters: new Map(),
    charts: new Map(),
    deferred: new Set(),
    asked: new Set(),
    told: new Set(),
    outbox: [],
    tasks: {
      rosters: new Set(),
      lines: undefined,
      changed: new Set(),
      charters: new Set(),
      asking: new Set(),
      frontiers: new Set(),
      entries: new Set(),
      named: [],
      parted: [],
    },
    unconfirmed: [],
    framesSent: 0,
    framesDone: 0,
    framesTold: 0,
    except: new Map(),
    faults: 0,
  };
}

/** Nothing left to say, and everything sent is confirmed. */
export function isSettled(state: PeerState): boolean {
  const { rosters, lines, changed, charters, asking, frontiers, entries, named, parted } = state.tasks;
  const sets = [rosters, changed, charters, asking, frontiers, entries];
  return (
    state.phase === 'open' &&
    state.outbox.length + state.unconfirmed.length + named.length + parted.length === 0 &&
    state.framesTold === state.framesDone &&
    lines === undefined &&
    sets.every(({ size }) => size === 0)
  );
}

export const nothing: readonly Effect[] = [];

export const counted = (reason: string): readonly Effect[] => [{ kind: 'count', reason }];

export function onFault(state: PeerState, reason: string): readonly Effect[] {
  state.faults += 1;
  if (reason === 'unknown-version') return ending(state, 'unknown-version', reason);
  return state.faults > maxFaultsPerConnection ? ending(state, 'too-many-faults', reason) : counted(reason);
}

export function ending(
  state: PeerState,
  saying: 'unknown-version' | 'not-a-member' | 'too-many-faults',
  reason?: string,
): readonly Effect[] {
  state.phase = 'ended';
  state.outbox.length = 0;
  return [...(reason === undefined ? [] : counted(reason)), { kind: 'close', saying }];
}

/** What is known, to be written down into. */
export function atPeer(state: PeerState, chart: ChartId): ChartAtPeer {
  const known = state.charts.get(chart);
  if (known !== undefined) return known;
  const fresh: ChartAtPeer = { charter: undefined, theirs: undefined, shown: undefined, bare: false, comes: false };
  state.charts.set(chart, fresh);
  return fresh;
}

/** What the other side is known to have when it has the same as we: to be remembered while it can still be read off. */
export function noteSame(state: PeerState, chart: ChartId, shared: SharedChart): void {
  const { heads, sections } = shared;
  state.charts.set(chart, { charter: heads, theirs: new Map(sections), shown: sections, bare: false, comes: false });
}

/** Where the leaves said that both have the same of a chart, and it is still what we have. */
export function noteIfSame(state: PeerState, chart: ChartId, view: HostView): void {
  const leaf = state.leaves?.digests.get(chart);
  if (state.charts.has(chart) || leaf === undefined || state.differs.has(chart)) return;
  const mine = view.chartFor(state.device, chart);
  if (mine !== undefined && bytesEqual(leafDigest(chart, mine), leaf)) noteSame(state, chart, mine);
}

/** What the other side has of a section, as far as is known. Undefined: it has not said. */
export function theirsOf({ charts }: PeerState, chart: ChartId, section: Section): Frontier | undefined {
  const at = charts.get(chart);
  return at?.theirs?.get(section) ?? (at?.bare === true ? [] : undefined);
}

export function addAll<T>(to: Set<T>, more: Iterable<T>): void {
  for (const one of more) to.add(one);
}

/** The first of a set, which are then no longer in it. */
export function takeSome<T>(from: Set<T>, most: number): readonly T[] {
  const some = firstOf(from, most);
  for (const one of some) from.delete(one);
  return some;
}

export function firstOf<T>(of: Iterable<T>, most: number): readonly T[] {
  const some: T[] = [];
  for (const one of of) {
    if (some.length === most) break;
    some.push(one);
  }
  return some;
}

/**
 * Operations the other side has, newest last: those it named and those sent or received since. The oldest are forgotten,
 * which only means that something may be sent twice.
 */
export function newestOf(known: readonly OpId[] | undefined, more: readonly OpId[]): readonly OpId[] {
  return [...new Set([...(known ?? []), ...more])].slice(-maxHeads);
}

export const isWithin = (heads: readonly OpId[], known: readonly OpId[]): boolean =>
  heads.every((head) => known.includes(head));

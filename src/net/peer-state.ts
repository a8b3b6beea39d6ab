/** The parts of which the rules of replication.ts are made: a fresh state, and small changes of one. Pure. */
import type { ChartId, DeviceId, OpId } from '../base/ids.ts';
import { maxFaultsPerConnection, maxHeads } from './limits.ts';
import type { ChartAtPeer, Effect, PeerState, Step, Tasks } from './replication-state.ts';

export function newPeer(device: DeviceId): PeerState {
  return {
    device,
    phase: 'stranger',
    earlyHello: undefined,
    offered: new Map(),
    touched: new Set(),
    listed: new Set(),
    rosters: new Map(),
    charts: new Map(),
    deferred: new Set(),
    asked: new Set(),
    told: new Set(),
    outbox: [],
    tasks: { rosters: new Set(), charters: new Set(), frontiers: new Set(), entries: new Set(), named: [], parted: [] },
    framesSent: 0,
    framesConfirmed: 0,
    framesDone: 0,
    faults: 0,
  };
}

export const only = (state: PeerState): Step => ({ state, effects: [] });

export const counted = (state: PeerState, reason: string): Step => ({ state, effects: [{ kind: 'count', reason }] });

export function onFault(state: PeerState, reason: string): Step {
  const faults = state.faults + 1;
  const count: Effect = { kind: 'count', reason };
  if (reason === 'unknown-version') return ending(state, 'unknown-version', [count]);
  if (faults > maxFaultsPerConnection) return ending(state, 'too-many-faults', [count]);
  return { state: { ...state, faults }, effects: [count] };
}

export function ending(
  state: PeerState,
  saying: 'unknown-version' | 'not-a-member' | 'too-many-faults',
  before: readonly Effect[] = [],
): Step {
  return { state: { ...state, phase: 'ended', outbox: [] }, effects: [...before, { kind: 'close', saying }] };
}

export function atPeer(state: PeerState, chart: ChartId): ChartAtPeer {
  return state.charts.get(chart) ?? { charter: undefined, theirs: undefined, shown: undefined };
}

export function withChart(state: PeerState, chart: ChartId, change: Partial<ChartAtPeer>): PeerState {
  return { ...state, charts: new Map(state.charts).set(chart, { ...atPeer(state, chart), ...change }) };
}

export function withTasks(state: PeerState, added: Partial<Tasks>): PeerState {
  const { rosters, charters, frontiers, entries, named, parted } = state.tasks;
  return {
    ...state,
    tasks: {
      rosters: joined(rosters, added.rosters),
      charters: joined(charters, added.charters),
      frontiers: joined(frontiers, added.frontiers),
      entries: joined(entries, added.entries),
      named: [...named, ...(added.named ?? [])],
      parted: [...parted, ...(added.parted ?? [])],
    },
  };
}

function joined<T>(a: ReadonlySet<T>, b: ReadonlySet<T> | undefined): ReadonlySet<T> {
  return b === undefined || b.size === 0 ? a : new Set([...a, ...b]);
}

export function withoutTask(
  state: PeerState,
  kind: 'rosters' | 'charters' | 'frontiers' | 'entries',
  name: string,
): PeerState {
  const left = new Set<string>(state.tasks[kind]);
  left.delete(name);
  return { ...state, tasks: { ...state.tasks, [kind]: left } };
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

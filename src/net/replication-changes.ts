/** What becomes due to a connected device when something became durable here (RE-5). Knows no disk and no network. */
import type { ChartId, EntryHash, PracticeId } from '../base/ids.ts';
import { addAll, atPeer, isWithin, noteIfSame } from './peer-state.ts';
import type { SharedChart } from './replication-host.ts';
import type { HostView, PeerState } from './replication-state.ts';

/** Looked at when the host can answer for them. */
export function onChartsChanged(state: PeerState, charts: readonly ChartId[]): void {
  if (state.phase === 'stranger') return;
  addAll(state.phase === 'open' ? state.tasks.changed : state.touched, charts);
}

export function afterChartChange(state: PeerState, chart: ChartId, view: HostView): void {
  const mine = view.chartFor(state.device, chart);
  if (mine === undefined || state.phase === 'stranger') return;
  if (state.phase !== 'open') {
    state.touched.add(chart);
    return;
  }
  noteIfSame(state, chart, view);
  const { tasks } = state;
  const wasSame = state.leaves?.digests.has(chart) === true && !state.differs.has(chart);
  const known = state.charts.get(chart);
  if (wasSame && known?.charter === undefined) {
    // They had what we had, and we no longer know what that was: their answer brings the rest about.
    if (known?.shown === undefined) tasks.asking.add(chart);
    return;
  }
  const { theirs, shown } = atPeer(state, chart);
  const askAgain = state.deferred.delete(chart);
  withParted(state, chart, mine);
  withCharter(state, chart, mine, view);
  const untold = shown === undefined || [...mine.sections.keys()].some((section) => !shown.has(section));
  if (untold || askAgain) (wasSame && theirs === undefined ? tasks.asking : tasks.frontiers).add(chart);
  if (theirs !== undefined) tasks.entries.add(chart);
}

/** A charter that moved may speak of a practice the other side never heard of: its roster goes first (RE-1). */
export function withCharter(state: PeerState, chart: ChartId, mine: SharedChart, view: HostView): void {
  if (isWithin(mine.heads, state.charts.get(chart)?.charter ?? [])) return;
  addAll(state.tasks.rosters, rostersLacking(state, view, view.rostersOf(state.device, chart)));
  state.tasks.charters.add(chart);
}

export function afterRosterChange(state: PeerState, practice: PracticeId, view: HostView): void {
  if (state.phase !== 'open' && state.phase !== 'listing') return;
  if (view.rostersFor(state.device).includes(practice))
    addAll(state.tasks.rosters, rostersLacking(state, view, [practice]));
  addAll(state.tasks.frontiers, state.deferred);
  state.deferred.clear();
}

/** Those of which the other side lacks operations. */
export function rostersLacking(
  state: PeerState,
  view: HostView,
  of: readonly PracticeId[] = view.rostersFor(state.device),
): readonly PracticeId[] {
  return of.filter((name) => !isWithin(view.rosterHeads(name), state.rosters.get(name) ?? []));
}

/**
 * CUT-8: which branch of a chain stands is judged by all that is known of both, and a frontier names one. So whatever is held
 * from where a chain parts goes to everyone who may have it, whoever brought the other branch and the chain's own device too,
 * an entry a frame; most sections have none. `brought`: entries the other side has just sent.
 */
export function withParted(
  state: PeerState,
  chart: ChartId,
  mine: SharedChart,
  brought: ReadonlySet<EntryHash> = new Set(),
): void {
  if (mine.parted === undefined || mine.parted.size === 0) return;
  const theirs = state.charts.get(chart)?.theirs;
  for (const [section, items] of mine.parted) {
    if (theirs?.has(section) !== true) continue;
    for (const { hash } of items) {
      if (state.told.has(hash)) continue;
      state.told.add(hash);
      if (!brought.has(hash)) state.tasks.parted.push({ chart, section, hashes: [hash] });
    }
  }
}

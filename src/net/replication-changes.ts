/** What becomes due to a connected device when something became durable here (RE-5). Knows no disk and no network. */
import type { ChartId, EntryHash, OpId, PracticeId } from '../base/ids.ts';
import { noteReceived } from './differing.ts';
import { liesBeyond } from './frontier.ts';
import { addAll, atPeer, isWithin, newestOf, noteIfSame } from './peer-state.ts';
import type { SharedChart } from './replication-host.ts';
import type { ChartAtPeer, HostView, PeerState } from './replication-state.ts';
import type { SectionFrontier } from './wire.ts';

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
  const at = atPeer(state, chart);
  const { theirs, shown } = at;
  const askAgain = state.deferred.delete(chart);
  withParted(state, chart, mine);
  withCharter(state, chart, mine, view);
  // Whoever has nothing but what it is sent learns it by that.
  const untold = !at.bare && (shown === undefined || [...mine.sections.keys()].some((section) => !shown.has(section)));
  if ((untold && !isComing(at, mine)) || askAgain)
    (wasSame && theirs === undefined ? tasks.asking : tasks.frontiers).add(chart);
  if (theirs !== undefined || at.bare) tasks.entries.add(chart);
}

/** What they have of it is on its way unasked, and there is nothing here that they do not know of. */
function isComing({ comes, theirs }: ChartAtPeer, mine: SharedChart): boolean {
  return comes && ![...mine.sections].some(([section, frontier]) => liesBeyond(frontier, theirs?.get(section) ?? []));
}

/**
 * What they hold of a chart, in their own words, which replace what we believed they were sent: what they refused or lost is
 * sent again.
 */
export function onTheirFrontiers(
  state: PeerState,
  { chart, heads }: { readonly chart: ChartId; readonly heads: readonly OpId[] },
  sections: readonly SectionFrontier[],
  mine: SharedChart,
  view: HostView,
): void {
  const at = atPeer(state, chart);
  const theirs = (at.theirs ??= new Map());
  for (const { section, frontier } of sections) theirs.set(section, frontier);
  at.charter = newestOf(at.charter, heads);
  at.bare = at.comes = false;
  noteReceived(state, chart, view);
  state.tasks.entries.add(chart);
  withCharter(state, chart, mine, view);
  withParted(state, chart, mine);
}

/** A charter that moved may speak of a practice the other side never heard of: its roster goes first (RE-1). */
function withCharter(state: PeerState, chart: ChartId, mine: SharedChart, view: HostView): void {
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

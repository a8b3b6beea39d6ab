/** What becomes due to a connected device when something became durable here (RE-5). Pure. */
import type { ChartId, EntryHash, PracticeId } from '../base/ids.ts';
import { atPeer, isWithin, withTasks } from './peer-state.ts';
import type { SharedChart } from './replication-host.ts';
import type { HostView, PeerState, Tasks } from './replication-state.ts';

export function afterChartChange(state: PeerState, chart: ChartId, view: HostView): PeerState {
  if (state.phase === 'stranger') return state;
  if (state.phase !== 'open') return { ...state, touched: new Set([...state.touched, chart]) };
  const mine = view.chartFor(state.device, chart);
  if (mine === undefined) return state;
  const { charter = [], theirs, shown } = atPeer(state, chart);
  const askAgain = state.deferred.has(chart);
  const deferred = new Set(state.deferred);
  deferred.delete(chart);
  const charterMoved = !isWithin(mine.heads, charter);
  const untold = shown === undefined || [...mine.sections.keys()].some((section) => !shown.has(section));
  return withTasks(withParted({ ...state, deferred }, chart, mine), {
    // A charter that moved may speak of a practice the other side never heard of: its roster goes first (RE-1).
    rosters: new Set(charterMoved ? rostersLacking(state, view) : []),
    charters: new Set(charterMoved ? [chart] : []),
    frontiers: new Set(untold || askAgain ? [chart] : []),
    entries: new Set(theirs === undefined ? [] : [chart]),
  });
}

export function afterRosterChange(state: PeerState, practice: PracticeId, view: HostView): PeerState {
  if (state.phase !== 'open' && state.phase !== 'listing') return state;
  const lacking = rostersLacking(state, view).filter((name) => name === practice);
  return withTasks({ ...state, deferred: new Set() }, { rosters: new Set(lacking), frontiers: state.deferred });
}

function rostersLacking(state: PeerState, view: HostView): readonly PracticeId[] {
  return view
    .rostersFor(state.device)
    .filter((name) => !isWithin(view.rosterHeads(name), state.rosters.get(name) ?? []));
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
): PeerState {
  const told = new Set(state.told);
  const parted: Tasks['parted'][number][] = [];
  for (const [section, items] of mine.parted ?? []) {
    if (atPeer(state, chart).theirs?.has(section) !== true) continue;
    for (const { hash } of items) {
      if (told.has(hash)) continue;
      told.add(hash);
      if (!brought.has(hash)) parted.push({ chart, section, hashes: [hash] });
    }
  }
  return told.size === state.told.size ? state : withTasks({ ...state, told }, { parted });
}

/**
 * How two devices find out what each has: hello, and the list of charts where the summaries differ (RE-2). Pure; the order of
 * things is told in replication.ts.
 */
import { bytesEqual } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { maxChartsPerFrame, maxHelloRosters } from './limits.ts';
import { atPeer, ending, isWithin, onFault, only, withTasks } from './peer-state.ts';
import { afterChartChange } from './replication-changes.ts';
import type { SharedChart } from './replication-host.ts';
import type { ChartAtPeer, Effect, HostView, PeerState, Step, Tasks } from './replication-state.ts';
import { chartDigest, summaryOf } from './summary.ts';
import type { ChartLine, Message, Received } from './wire.ts';

export function onStanding(state: PeerState, view: HostView): Step {
  const practice = view.practiceOf(state.device);
  if (state.phase !== 'stranger') return practice === undefined ? ending(state, 'not-a-member') : only(state);
  if (practice === undefined) return only(state);
  const offered = view.chartsFor(state.device);
  const rosters = view
    .rostersFor(state.device)
    .slice(0, maxHelloRosters)
    .map((name) => ({ practice: name, heads: view.rosterHeads(name) }));
  const hello: Message = { kind: 'hello', practice: view.self.practice, rosters, summary: summaryOf(offered) };
  const greeting: PeerState = { ...state, phase: 'greeting', offered, outbox: [...state.outbox, hello] };
  return state.earlyHello === undefined ? only(greeting) : onHello(greeting, state.earlyHello, view);
}

export function onHello(state: PeerState, hello: Received<'hello'>, view: HostView): Step {
  if (state.phase === 'stranger') return only({ ...state, earlyHello: hello });
  if (state.phase !== 'greeting') return onFault(state, 'second-hello');
  if (hello.practice !== view.practiceOf(state.device)) return onFault(state, 'wrong-practice');
  const rosters = new Map(hello.rosters.map(({ practice, heads }) => [practice, heads]));
  const lacking = view
    .rostersFor(state.device)
    .filter((practice) => !isWithin(view.rosterHeads(practice), rosters.get(practice) ?? []));
  const greeted = withTasks({ ...state, rosters }, { rosters: new Set(lacking) });
  if (!bytesEqual(hello.summary, summaryOf(state.offered))) return only(listCharts(greeted, view));
  const charts = new Map([...state.offered].map(([chart, shared]) => [chart, equalTo(shared)]));
  return opened({ ...greeted, charts }, view, [...state.offered].map(heldAlike));
}

function listCharts(state: PeerState, view: HostView): PeerState {
  const offered = view.chartsFor(state.device);
  const lines = [...offered].map(([chart, shared]): ChartLine => ({
    chart,
    heads: shared.heads,
    digest: chartDigest(shared),
  }));
  const messages: Message[] = [];
  for (let at = 0; at === 0 || at < lines.length; at += maxChartsPerFrame) {
    const more = at + maxChartsPerFrame < lines.length;
    messages.push({ kind: 'charts', charts: lines.slice(at, at + maxChartsPerFrame), more });
  }
  return { ...state, phase: 'listing', offered, outbox: [...state.outbox, ...messages] };
}

export function onCharts(state: PeerState, list: Received<'charts'>, view: HostView): Step {
  if (state.phase !== 'listing') return onFault(state, 'unexpected-charts');
  const charts = new Map(state.charts);
  const charters: ChartId[] = [];
  const frontiers: ChartId[] = [];
  const held: Effect[] = [];
  for (const { chart, heads, digest } of list.charts) {
    const offered = state.offered.get(chart);
    const alike = offered !== undefined && bytesEqual(digest, chartDigest(offered));
    charts.set(chart, { ...atPeer(state, chart), ...(alike ? equalTo(offered) : {}), charter: heads });
    if (offered === undefined) continue;
    if (!isWithin(offered.heads, heads)) charters.push(chart);
    if (alike) held.push(heldAlike([chart, offered]));
    else frontiers.push(chart);
  }
  const listed = new Set([...state.listed, ...list.charts.map((line) => line.chart)]);
  // What they do not name they have not got, and will learn of by its charter.
  const unnamed = list.more ? [] : [...state.offered.keys()].filter((chart) => !listed.has(chart));
  const tasks: Partial<Tasks> = {
    charters: new Set([...charters, ...unnamed]),
    frontiers: new Set([...frontiers, ...unnamed]),
  };
  const next = withTasks({ ...state, charts, listed }, tasks);
  return list.more ? { state: next, effects: held } : opened(next, view, held);
}

function opened(state: PeerState, view: HostView, effects: readonly Effect[]): Step {
  const open: PeerState = { ...state, phase: 'open', offered: new Map(), listed: new Set(), touched: new Set() };
  return { state: [...state.touched].reduce((next, chart) => afterChartChange(next, chart, view), open), effects };
}

const equalTo = (shared: SharedChart): ChartAtPeer => ({
  charter: shared.heads,
  theirs: shared.sections,
  shown: shared.sections,
});

const heldAlike = ([chart, shared]: readonly [ChartId, SharedChart]): Effect => ({
  kind: 'held',
  chart,
  sections: shared.sections,
});

/**
 * How two devices find out what each has (RE-2): hello, then, where the leaves differ, ranges of them, and lists of the charts that
 * differ. Knows no disk and no network; the order of things is told in replication.ts.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { noteLine, noteUnnamed } from './differing.ts';
import type { Leaves } from './leaves.ts';
import { sizeOfFrontiers } from './frame-packing.ts';
import { fullFrameBytes, maxChartsPerFrame, maxLeavesPerFrame, maxListedLeaves, maxRosters } from './limits.ts';
import { addAll, atPeer, ending, isWithin, noteIfSame, noteSame, nothing, onFault } from './peer-state.ts';
import { onTheirFrontiers, rostersLacking } from './replication-changes.ts';
import { Reconciler } from './reconciler.ts';
import type { ChartFrontier } from './replication-host.ts';
import type { Effect, HostView, ListToTell, PeerState } from './replication-state.ts';
import { chartDigest, rostersDigest } from './summary.ts';
import type { ChartLine, Message, Received, RosterHeads, SectionFrontier } from './wire.ts';

export function onStanding(state: PeerState, view: HostView): readonly Effect[] {
  const isMember = view.practiceOf(state.device) !== undefined;
  if (state.phase !== 'stranger') return isMember ? nothing : ending(state, 'not-a-member');
  if (!isMember) return nothing;
  state.phase = 'preparing';
  return [{ kind: 'prepareLeaves' }];
}

export function onLeavesPrepared(state: PeerState, leaves: Leaves, view: HostView): readonly Effect[] {
  if (state.phase !== 'preparing') return nothing;
  state.phase = 'greeting';
  state.leaves = leaves;
  state.outbox.push({
    kind: 'hello',
    practice: view.self.practice,
    rosters: rostersDigest(rosterHeads(state, view)),
    leaves: { count: leaves.count, fingerprint: leaves.fingerprint },
  });
  return state.earlyHello === undefined ? nothing : onHello(state, state.earlyHello, view);
}

function rosterHeads(state: PeerState, view: HostView): readonly RosterHeads[] {
  const named = view.rostersFor(state.device).slice(0, maxRosters);
  return named.map((practice) => ({ practice, heads: view.rosterHeads(practice) }));
}

export function onHello(state: PeerState, hello: Received<'hello'>, view: HostView): readonly Effect[] {
  const { leaves } = state;
  if (leaves === undefined || state.phase === 'stranger' || state.phase === 'preparing') {
    if (state.earlyHello !== undefined) return onFault(state, 'second-hello');
    state.earlyHello = hello;
    return nothing;
  }
  if (state.phase !== 'greeting') return onFault(state, 'second-hello');
  if (hello.practice !== view.practiceOf(state.device)) return onFault(state, 'wrong-practice');
  const rosters = rosterHeads(state, view);
  if (bytesEqual(hello.rosters, rostersDigest(rosters))) {
    state.rostersKnown = true;
    for (const { practice, heads } of rosters) state.rosters.set(practice, heads);
  } else state.outbox.push({ kind: 'rosters', rosters });

  const { count, fingerprint } = hello.leaves;
  state.theirLeaves = count;
  if (count === leaves.count && bytesEqual(fingerprint, leaves.fingerprint)) return opened(state, view);
  const [fewer, more] = [Math.min(count, leaves.count), Math.max(count, leaves.count)];
  if (fewer === 0 || more <= maxListedLeaves) {
    list(state, { differs: new Set(leaves.digests.keys()), lacking: [], mayDiffer: count === 0 ? none : 'all' });
    return nothing;
  }
  state.phase = 'comparing';
  const asks = view.self.device < state.device;
  state.reconciler = new Reconciler(leaves, count, asks);
  if (asks) state.outbox.push({ kind: 'ranges', message: state.reconciler.firstQuestion() });
  return nothing;
}

export function onRosters(state: PeerState, { rosters }: Received<'rosters'>, view: HostView): readonly Effect[] {
  if (state.rostersKnown) return onFault(state, 'second-rosters');
  state.rostersKnown = true;
  for (const { practice, heads } of rosters) state.rosters.set(practice, heads);
  addAll(state.tasks.rosters, rostersLacking(state, view));
  return nothing;
}

/** Whoever breaks the rules of this part could make us work for ever: it ends the connection. */
export function onRanges(state: PeerState, { message }: Received<'ranges'>): readonly Effect[] {
  const { reconciler } = state;
  if (state.phase !== 'comparing' || reconciler === undefined)
    return ending(state, 'too-many-faults', 'ranges-unasked');
  const answer = reconciler.hear(message);
  if (!answer.ok) return ending(state, 'too-many-faults', `ranges-${answer.reason}`);
  if (answer.value === undefined) {
    const lacking = [...reconciler.lacking.values()];
    // Whoever has no leaf beyond ours has none of these charts otherwise, but not at all.
    list(state, { differs: reconciler.extra, lacking, mayDiffer: lacking.length === 0 ? none : 'all' });
  } else state.outbox.push({ kind: 'ranges', message: answer.value });
  return nothing;
}

/** From here on lists are sent, as soon as the host is ready for them, and theirs is awaited. */
function list(
  state: PeerState,
  { differs, ...told }: Omit<ListToTell, 'charts'> & { readonly differs: ReadonlySet<ChartId> },
): void {
  state.phase = 'listing';
  state.reconciler = undefined;
  state.differs = differs;
  state.tasks.lines = { charts: new Set(differs), ...told };
}

const none: ReadonlySet<ChartId> = new Set();

/** The next frame of the list, of charts for which the host can answer now. */
export function listMessage(state: PeerState, charts: readonly ChartId[], view: HostView): Message {
  const lines = state.tasks.lines ?? { charts: new Set<ChartId>(), lacking: [], mayDiffer: none };
  const said = linesOf(state, charts, lines, view);
  const lacking = lines.lacking.slice(0, maxLeavesPerFrame);
  lines.lacking = lines.lacking.slice(maxLeavesPerFrame);
  const more = lines.charts.size + lines.lacking.length > 0;
  if (!more) state.tasks.lines = undefined;
  return { kind: 'charts', charts: said, lacking, more };
}

/** As many as a frame takes; those said are no longer to be. */
function linesOf(
  state: PeerState,
  charts: readonly ChartId[],
  { charts: left, mayDiffer }: ListToTell,
  view: HostView,
): readonly ChartLine[] {
  const said: ChartLine[] = [];
  let bytes = 0;
  for (const chart of charts) {
    if (said.length === maxChartsPerFrame || bytes > fullFrameBytes) break;
    left.delete(chart);
    const mine = view.chartFor(state.device, chart);
    if (mine === undefined) continue;
    const named = [...mine.sections].map(([section, frontier]): SectionFrontier => ({ section, frontier }));
    const size = sizeOfFrontiers(named);
    // One that fills a frame by itself is told in frames of frontiers.
    const tells = (mayDiffer === 'all' || mayDiffer.has(chart)) && size <= fullFrameBytes;
    if (tells) atPeer(state, chart).shown = mine.sections;
    bytes += tells ? size : 0;
    said.push({ chart, heads: mine.heads, digest: chartDigest(mine), sections: tells ? named : null });
  }
  return said;
}

export function onCharts(state: PeerState, frame: Received<'charts'>, view: HostView): readonly Effect[] {
  const { leaves, tasks } = state;
  const answers = state.phase === 'comparing' && view.self.device > state.device;
  if (leaves === undefined || !(answers || state.phase === 'listing')) return onFault(state, 'unexpected-charts');
  if (answers) {
    // The asking side tells which of our leaves it lacks.
    const ours = frame.lacking.map((id) => leaves.chartOf(id));
    if (ours.some((chart) => chart === undefined)) return ending(state, 'too-many-faults', 'charts-unknown-leaf');
    state.reconciler = undefined;
    state.differs = new Set([...state.differs, ...ours.flatMap((chart) => chart ?? [])]);
  } else if (frame.lacking.length > 0) return ending(state, 'too-many-faults', 'charts-unexpected-leaf');
  const held: ChartFrontier[] = [];
  for (const line of frame.charts) {
    state.listed.add(line.chart);
    onLine(state, line, view, held);
  }
  if (state.listed.size > state.theirLeaves) return ending(state, 'too-many-faults', 'charts-more-than-it-has');
  const effects: readonly Effect[] = held.length === 0 ? nothing : [{ kind: 'held', sections: held }];
  if (frame.more) return effects;
  if (answers) list(state, { differs: state.differs, lacking: [], mayDiffer: new Set(state.listed) });
  // What they do not name they have not got: it goes without a question, their charters first.
  const unnamed = [...state.differs].filter((chart) => !state.listed.has(chart));
  noteUnnamed(state, unnamed);
  for (const chart of unnamed) atPeer(state, chart).bare = true;
  addAll(tasks.charters, unnamed);
  addAll(tasks.entries, unnamed);
  return [...effects, ...opened(state, view)];
}

function onLine(state: PeerState, line: ChartLine, view: HostView, held: ChartFrontier[]): void {
  const { chart, heads, digest, sections } = line;
  const mine = view.chartFor(state.device, chart);
  noteLine(state, line, mine);
  const at = atPeer(state, chart);
  at.charter = heads;
  if (mine === undefined) {
    at.comes = !state.differs.has(chart);
    return;
  }
  if (bytesEqual(digest, chartDigest(mine))) {
    noteSame(state, chart, mine);
    for (const [section, frontier] of mine.sections) held.push({ chart, section, frontier });
  } else if (sections === null) state.tasks.frontiers.add(chart);
  else {
    onTheirFrontiers(state, line, sections, mine, view);
    for (const { section, frontier } of sections) held.push({ chart, section, frontier });
    if (!isToldByList(state, chart)) state.tasks.frontiers.add(chart);
  }
  atPeer(state, chart).charter = heads;
  if (!isWithin(mine.heads, heads)) state.tasks.charters.add(chart);
}

/** Whether our own list told them what we hold of it, or will. */
function isToldByList({ phase, differs, charts, tasks: { lines } }: PeerState, chart: ChartId): boolean {
  if (phase === 'comparing') return differs.has(chart);
  const waits = lines?.charts.has(chart) === true && (lines.mayDiffer === 'all' || lines.mayDiffer.has(chart));
  return waits || charts.get(chart)?.shown !== undefined;
}

function opened(state: PeerState, view: HostView): readonly Effect[] {
  state.phase = 'open';
  addAll(state.tasks.changed, state.touched);
  state.touched.clear();
  state.listed.clear();
  // An edit of a chart that is open here goes out at once, because what they had of it is known.
  for (const chart of view.readyCharts()) noteIfSame(state, chart, view);
  const digests = state.leaves?.digests ?? new Map<ChartId, Bytes>();
  const { differs } = state;
  const same = differs.size === 0 ? digests : new Map([...digests].filter(([chart]) => !differs.has(chart)));
  const compared: Effect = { kind: 'compared', how: state.differing.how };
  return same.size === 0 ? [compared] : [{ kind: 'heldSame', leaves: same, comparedAll: true }, compared];
}

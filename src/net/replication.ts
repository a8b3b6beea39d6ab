/**
 * Replication with one connected device, without disk or network: (state, event) → effects, the state changed in place. What is
 * said when (section 7):
 *
 *     hello ⇄ hello                 digests of roster heads and of all that both may have; equal: nothing more is said (RE-2)
 *     rosters ⇄ rosters             where the first differ; then rosterOps: what the other lacks, before what stands on it (RE-1)
 *     ranges ⇄ ranges               where the second differ, asked by the lesser device; if there is little, not at all
 *     charts ⇄ charts               charts of which one lacks what the other has: charter heads, a digest and, of what both
 *                                   have, frontiers; then each sends what lies beyond the other's (RE-3), and all of what the
 *                                   other did not name:
 *     charterOps …                  then
 *     entries → have                `have` only once durable there; at most `maxUnconfirmedFrames` wait for it
 *
 * From then on, what becomes durable here is sent at once to those entitled (RE-5), by the same tasks. A peer's message
 * never throws: what cannot be taken is counted by reason, and too much of it ends the connection. Whether the device may
 * have something is asked of the host at the moment of sending, never remembered: a removal works at once.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { frontierOfEntries, joinFrontiers } from './frontier.ts';
import { noteReceived } from './differing.ts';
import { batches } from './frame-packing.ts';
import { maxSectionsPerFrame, maxWantedEntries } from './limits.ts';
import { addAll, atPeer, counted, ending, newestOf, noteIfSame, nothing, onFault, theirsOf } from './peer-state.ts';
import {
  afterChartChange,
  afterRosterChange,
  onChartsChanged,
  onTheirFrontiers,
  withParted,
} from './replication-changes.ts';
import { onCharts, onHello, onLeavesPrepared, onRanges, onRosters, onStanding } from './replication-greeting.ts';
import type { ChartFrontier, Verdict } from './replication-host.ts';
import { onCharterOpsLoaded, onEntriesLoaded, onIdle, onReadied } from './replication-sending.ts';
import type { Effect, HostView, JudgedEntries, PeerEvent, PeerState } from './replication-state.ts';
import { chartDigest, leafDigest } from './summary.ts';
import type { ChartFrontiers, Message, Received } from './wire.ts';

export function step(state: PeerState, event: PeerEvent, view: HostView): readonly Effect[] {
  if (state.phase === 'ended') return nothing;
  switch (event.kind) {
    case 'opened':
    case 'standingChanged':
      return onStanding(state, view);
    case 'leavesPrepared':
      return askedForMissing(state, onLeavesPrepared(state, event.leaves, view), view);
    case 'received':
      return onMessage(state, event.message, view);
    case 'faulty':
      return onFault(state, event.reason);
    case 'idle':
      return onIdle(state);
    case 'readied': {
      const { charts, then } = event;
      if (then === 'changed') for (const chart of charts) afterChartChange(state, chart, view);
      if (then === 'missing') for (const chart of charts) noteIfSame(state, chart, view);
      if (then !== 'changed' && then !== 'missing') return onReadied(state, { charts, then }, view);
      for (const chart of charts) askForMissing(state, chart, view);
      return nothing;
    }
    case 'rosterOpsLoaded': {
      const { practice, ops, heads } = event;
      state.rosters.set(practice, newestOf(state.rosters.get(practice), heads));
      for (const some of batches(ops)) state.outbox.push({ kind: 'rosterOps', practice, ops: some });
      return nothing;
    }
    case 'charterOpsLoaded':
      onCharterOpsLoaded(state, event);
      return nothing;
    case 'entriesLoaded':
      onEntriesLoaded(state, event);
      return nothing;
    case 'rosterOpsKept':
      // Only of practices it has a say about: a peer may name any number of made-up ones.
      if (event.verdicts.some(({ kind }) => kind === 'kept' || kind === 'known'))
        state.rosters.set(event.practice, newestOf(state.rosters.get(event.practice), event.ids));
      return judged(state, event.verdicts);
    case 'charterOpsKept':
      return event.charters.flatMap(({ chart, ids, verdicts }) => {
        if (state.charts.has(chart) || view.chartFor(state.device, chart) !== undefined) {
          noteIfSame(state, chart, view);
          const at = atPeer(state, chart);
          at.charter = newestOf(at.charter, ids);
          afterChartChange(state, chart, view);
          return [...noteArrived(state, [chart], view), ...judged(state, verdicts)];
        }
        return judged(state, verdicts);
      });
    case 'entriesKept':
      return onEntriesKept(state, event.sections, view);
    case 'chartsChanged':
      onChartsChanged(state, event.charts);
      return nothing;
    case 'chartReady':
      if (state.phase === 'open') noteIfSame(state, event.chart, view);
      return nothing;
    case 'rosterChanged':
      afterRosterChange(state, event.practice, view);
      return nothing;
  }
}

// ---------------------------------------------------------------------------------------- messages

function onMessage(state: PeerState, message: Message, view: HostView): readonly Effect[] {
  switch (message.kind) {
    case 'bye':
      state.phase = 'ended';
      return [...counted(`peer-said-${message.reason}`), { kind: 'close' }];
    case 'hello':
      return askedForMissing(state, onHello(state, message, view), view);
    case 'charts':
      return askedForMissing(state, onCharts(state, message, view), view);
    case 'ranges':
      return onRanges(state, message);
    case 'rosters':
    case 'rosterOps':
    case 'charterOps':
    case 'frontiers':
    case 'entries':
    case 'have':
    case 'want':
      if (state.leaves === undefined || state.phase === 'greeting')
        return onFault(state, `${message.kind}-before-hello`);
      return onContent(state, message, view);
  }
}

function onContent(
  state: PeerState,
  message: Received<'rosters' | 'rosterOps' | 'charterOps' | 'frontiers' | 'entries' | 'have' | 'want'>,
  view: HostView,
): readonly Effect[] {
  switch (message.kind) {
    case 'rosters':
      return onRosters(state, message, view);
    case 'rosterOps':
      return [{ ...message, kind: 'keepRosterOps' }];
    case 'charterOps':
      return [{ ...message, kind: 'keepCharterOps' }];
    case 'entries':
      return [{ ...message, kind: 'keepEntries' }];
    case 'frontiers':
      // They ask because they lack something: what went before may have come too early to be taken.
      state.told.clear();
      return message.charts.flatMap((one) => onFrontiers(state, one, message.asks, view));
    case 'have':
      return onHave(state, message);
    case 'want': {
      if (state.tasks.named.length >= maxWantedEntries) return onFault(state, 'too-many-wants');
      const { chart, section, hashes } = message;
      state.tasks.named.push({ chart, section, hashes });
      return nothing;
    }
  }
}

function onFrontiers(state: PeerState, said: ChartFrontiers, asks: boolean, view: HostView): readonly Effect[] {
  const { chart, sections } = said;
  const mine = view.chartFor(state.device, chart);
  if (mine === undefined) return counted('unknown-chart');
  onTheirFrontiers(state, said, sections, mine, view);
  if (asks || atPeer(state, chart).shown === undefined) state.tasks.frontiers.add(chart);
  askForMissing(state, chart, view);
  return [{ kind: 'held', sections: sections.map(({ section, frontier }) => ({ chart, section, frontier })) }];
}

function onHave(state: PeerState, { frames, except }: Received<'have'>): readonly Effect[] {
  if (frames > state.framesSent) return onFault(state, 'confirmed-more-than-sent');
  const confirmed = frames - (state.framesSent - state.unconfirmed.length);
  const untaken = new Set(except.map(({ chart, section }) => `${chart}/${section}`));
  const held: ChartFrontier[] = [];
  for (const frame of state.unconfirmed.splice(0, Math.max(0, confirmed)))
    held.push(...frame.filter(({ chart, section }) => !untaken.has(`${chart}/${section}`)));
  return held.length === 0 ? nothing : [{ kind: 'held', sections: held }];
}

/** Disks fail while nothing is new to say: what is missing is asked for all the same. */
function askedForMissing(state: PeerState, effects: readonly Effect[], view: HostView): readonly Effect[] {
  if (state.phase !== 'open') return effects;
  const charts = view.chartsMissing();
  return charts.length === 0 ? effects : [...effects, { kind: 'ready', charts, then: 'missing' }];
}

/** What damage took here, or what is built on and missing, is asked for by name, once a connection. */
function askForMissing(state: PeerState, chart: ChartId, view: HostView): void {
  for (const [section, missing] of view.missingIn(chart)) {
    const hashes = missing.filter((hash) => !state.asked.has(hash)).slice(0, maxWantedEntries);
    if (hashes.length === 0 || state.charts.get(chart)?.theirs?.has(section) !== true) continue;
    addAll(state.asked, hashes);
    state.outbox.push({ kind: 'want', chart, section, hashes });
  }
}

// --------------------------------------------------------------------------- what was taken

function onEntriesKept(state: PeerState, sections: readonly JudgedEntries[], view: HostView): readonly Effect[] {
  state.framesDone += 1;
  const effects: Effect[] = [];
  for (const judgedEntries of sections) effects.push(...onSectionKept(state, judgedEntries, view));
  effects.push(...noteArrived(state, [...new Set(sections.map(({ chart }) => chart))], view));
  // Whoever sends on without hearing what was not taken is not listening.
  if (state.except.size > maxSectionsPerFrame) return ending(state, 'too-many-faults', 'entries-too-many-untaken');
  return effects;
}

function onSectionKept(state: PeerState, of: JudgedEntries, view: HostView): readonly Effect[] {
  const { chart, section, entries, faults } = of;
  const taken = entries.filter(({ verdict }) => verdict.kind === 'kept' || verdict.kind === 'known');
  if (faults.length > 0 || taken.length < entries.length) state.except.set(`${chart}/${section}`, { chart, section });
  const mine = view.chartFor(state.device, chart);
  const at = state.charts.get(chart);
  if (at !== undefined) {
    // What comes unasked comes whole, or it is asked for after all.
    at.comes &&= faults.length === 0 && taken.length === entries.length && mine !== undefined;
    // Else known only where the other side named the section itself: a push may come before its frontiers.
    const known = theirsOf(state, chart, section) ?? (at.comes ? [] : undefined);
    if (known !== undefined) (at.theirs ??= new Map()).set(section, joinFrontiers(known, frontierOfEntries(taken)));
  }
  if (mine !== undefined) {
    if (entries.some(({ verdict }) => verdict.kind === 'later')) state.deferred.add(chart);
    // What was taken may have parted a chain: who sent one branch need not have the other.
    withParted(state, chart, mine, new Set(taken.map(({ hash }) => hash)));
  }
  askForMissing(state, chart, view);
  return [
    ...judged(
      state,
      entries.map(({ verdict }) => verdict),
    ),
    ...faults.flatMap((reason) => (state.phase === 'ended' ? nothing : onFault(state, reason))),
  ];
}

/** What came unasked is whole when it is what their list said: then both have the same, and know it. */
function noteArrived(state: PeerState, charts: readonly ChartId[], view: HostView): readonly Effect[] {
  const leaves = new Map<ChartId, Bytes>();
  for (const chart of charts) {
    const at = state.charts.get(chart);
    const digest = state.differing.awaited.get(chart);
    const mine = at?.comes === true && digest !== undefined ? view.chartFor(state.device, chart) : undefined;
    if (at !== undefined && digest !== undefined && mine !== undefined && bytesEqual(digest, chartDigest(mine))) {
      at.theirs = new Map(mine.sections);
      at.shown = mine.sections;
      at.comes = false;
      leaves.set(chart, leafDigest(chart, mine));
    }
    noteReceived(state, chart, view);
  }
  return leaves.size === 0 ? nothing : [{ kind: 'heldSame', leaves, comparedAll: false }];
}

/** Refusals count against the peer; what may be taken later is only counted. */
function judged(state: PeerState, verdicts: readonly Verdict[]): readonly Effect[] {
  return verdicts.flatMap((verdict) => {
    if (state.phase === 'ended' || verdict.kind === 'kept' || verdict.kind === 'known') return nothing;
    return verdict.kind === 'refused' ? onFault(state, verdict.reason) : counted(`later-${verdict.reason}`);
  });
}

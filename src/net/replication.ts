/**
 * Replication with one connected device, as a pure function: (state, event) → [state, effects]. What is said when (section 7):
 *
 *     hello ⇄ hello                 roster heads, one digest over all that both may have; equal: nothing more is said
 *     rosterOps …                   what the other lacks, before anything that stands on it (RE-1)
 *     charts ⇄ charts               where the digests differ: charter heads and a digest a chart
 *     charterOps …                  then, for charts that differ:
 *     frontiers ⇄ frontiers         then each sends what lies beyond the other's (RE-3):
 *     entries → have                `have` only once durable there; at most `maxUnconfirmedFrames` wait for it
 *
 * From then on, what becomes durable here is sent at once to those entitled (RE-5), by the same tasks. A peer's message
 * never throws: what cannot be taken is counted by reason, and too much of it ends the connection. Whether the device may
 * have something is asked of the host at the moment of sending, never remembered: a removal works at once.
 */
import type { ChartId, EntryHash } from '../base/ids.ts';
import { frontierOfEntries, joinFrontiers } from './frontier.ts';
import { maxWantedEntries } from './limits.ts';
import { atPeer, counted, newestOf, onFault, only, withChart, withTasks } from './peer-state.ts';
import { afterChartChange, afterRosterChange, withParted } from './replication-changes.ts';
import { onCharts, onHello, onStanding } from './replication-greeting.ts';
import type { Verdict } from './replication-host.ts';
import { batches, onEntriesLoaded, onIdle } from './replication-sending.ts';
import type { HostView, PeerEvent, PeerState, Step } from './replication-state.ts';
import type { Message, Received } from './wire.ts';

export function step(state: PeerState, event: PeerEvent, view: HostView): Step {
  if (state.phase === 'ended') return only(state);
  switch (event.kind) {
    case 'opened':
    case 'standingChanged':
      return onStanding(state, view);
    case 'received':
      return onMessage(state, event.message, view);
    case 'faulty':
      return onFault(state, event.reason);
    case 'idle':
      return onIdle(state, view);
    case 'rosterOpsLoaded': {
      const heads = newestOf(state.rosters.get(event.practice), event.heads);
      const messages = batches(event.ops).map((ops): Message => ({ kind: 'rosterOps', practice: event.practice, ops }));
      const rosters = new Map(state.rosters).set(event.practice, heads);
      return only({ ...state, rosters, outbox: [...state.outbox, ...messages] });
    }
    case 'charterOpsLoaded': {
      const heads = newestOf(atPeer(state, event.chart).charter, event.heads);
      const messages = batches(event.ops).map((ops): Message => ({ kind: 'charterOps', chart: event.chart, ops }));
      const next = withChart(state, event.chart, { charter: heads });
      return only({ ...next, outbox: [...next.outbox, ...messages] });
    }
    case 'entriesLoaded':
      return onEntriesLoaded(state, event);
    case 'rosterOpsKept': {
      const heads = newestOf(state.rosters.get(event.practice), event.ids);
      return judged({ ...state, rosters: new Map(state.rosters).set(event.practice, heads) }, event.verdicts);
    }
    case 'charterOpsKept': {
      const heads = newestOf(atPeer(state, event.chart).charter, event.ids);
      return judged(
        afterChartChange(withChart(state, event.chart, { charter: heads }), event.chart, view),
        event.verdicts,
      );
    }
    case 'entriesKept':
      return onEntriesKept(state, event, view);
    case 'chartChanged':
      return only(askForMissing(afterChartChange(state, event.chart, view), event.chart, view));
    case 'rosterChanged':
      return only(afterRosterChange(state, event.practice, view));
  }
}

// ---------------------------------------------------------------------------------------- messages

function onMessage(state: PeerState, message: Message, view: HostView): Step {
  switch (message.kind) {
    case 'bye':
      return {
        state: { ...state, phase: 'ended' },
        effects: [{ kind: 'count', reason: `peer-said-${message.reason}` }, { kind: 'close' }],
      };
    case 'hello':
      return askedForAllMissing(onHello(state, message, view), view);
    case 'charts':
      return askedForAllMissing(onCharts(state, message, view), view);
    case 'rosterOps':
    case 'charterOps':
    case 'frontiers':
    case 'entries':
    case 'have':
    case 'want':
      if (state.phase === 'stranger' || state.phase === 'greeting')
        return onFault(state, `${message.kind}-before-hello`);
      return onContent(state, message, view);
  }
}

function onContent(
  state: PeerState,
  message: Received<'rosterOps' | 'charterOps' | 'frontiers' | 'entries' | 'have' | 'want'>,
  view: HostView,
): Step {
  switch (message.kind) {
    case 'rosterOps':
      return { state, effects: [{ ...message, kind: 'keepRosterOps' }] };
    case 'charterOps':
      return { state, effects: [{ ...message, kind: 'keepCharterOps' }] };
    case 'entries':
      return { state, effects: [{ ...message, kind: 'keepEntries' }] };
    case 'frontiers':
      return onFrontiers(state, message, view);
    case 'have': {
      if (message.frames > state.framesSent) return onFault(state, 'confirmed-more-than-sent');
      const framesConfirmed = Math.max(state.framesConfirmed, message.frames);
      const { chart, section, frontier } = message;
      const theirs = new Map(atPeer(state, chart).theirs);
      theirs.set(section, joinFrontiers(theirs.get(section) ?? [], frontier));
      const next = { ...withChart(state, chart, { theirs }), framesConfirmed };
      return { state: next, effects: [{ kind: 'held', chart, sections: new Map([[section, frontier]]) }] };
    }
    case 'want': {
      const { chart, section, hashes } = message;
      if (state.tasks.named.length >= maxWantedEntries) return onFault(state, 'too-many-wants');
      return only(withTasks(state, { named: [{ chart, section, hashes }] }));
    }
  }
}

function onFrontiers(state: PeerState, message: Received<'frontiers'>, view: HostView): Step {
  const { chart } = message;
  const mine = view.chartFor(state.device, chart);
  if (mine === undefined) return counted(state, 'unknown-chart');
  const said = new Map(message.sections.map(({ section, frontier }) => [section, frontier]));
  // Their word replaces what we believed they were sent: what they refused or lost is sent again.
  const known = withChart(state, chart, { theirs: new Map([...(atPeer(state, chart).theirs ?? []), ...said]) });
  const answered = atPeer(state, chart).shown === undefined ? withTasks(known, { frontiers: new Set([chart]) }) : known;
  // They ask because they lack something: what went before may have come too early to be taken.
  const afresh = withParted({ ...answered, told: new Set() }, chart, mine);
  const next = askForMissing(withTasks(afresh, { entries: new Set([chart]) }), chart, view);
  return { state: next, effects: [{ kind: 'held', chart, sections: said }] };
}

/** Disks fail while nothing is new to say: what is missing is asked for all the same. */
function askedForAllMissing({ state, effects }: Step, view: HostView): Step {
  if (state.phase !== 'open') return { state, effects };
  const charts = [...state.charts.keys()];
  return { state: charts.reduce((next, chart) => askForMissing(next, chart, view), state), effects };
}

/** What damage took here, or what is built on and missing, is asked for by name, once a connection. */
function askForMissing(state: PeerState, chart: ChartId, view: HostView): PeerState {
  const asked = new Set<EntryHash>(state.asked);
  const wants: Message[] = [];
  for (const [section, missing] of view.missingIn(chart)) {
    const hashes = missing.filter((hash) => !asked.has(hash)).slice(0, maxWantedEntries);
    if (hashes.length === 0 || atPeer(state, chart).theirs?.has(section) !== true) continue;
    for (const hash of hashes) asked.add(hash);
    wants.push({ kind: 'want', chart, section, hashes });
  }
  return wants.length === 0 ? state : { ...state, asked, outbox: [...state.outbox, ...wants] };
}

// --------------------------------------------------------------------------- what was taken

function onEntriesKept(state: PeerState, event: Extract<PeerEvent, { kind: 'entriesKept' }>, view: HostView): Step {
  const { chart, section, entries } = event;
  const framesDone = state.framesDone + 1;
  const mine = view.chartFor(state.device, chart);
  const frontier = mine?.sections.get(section) ?? [];
  const have: Message = { kind: 'have', chart, section, frontier, frames: framesDone };
  const taken = entries.filter(({ verdict }) => verdict.kind === 'kept' || verdict.kind === 'known');
  const theirs = new Map(atPeer(state, chart).theirs);
  theirs.set(section, joinFrontiers(theirs.get(section) ?? [], frontierOfEntries(taken)));
  const deferred = entries.some(({ verdict }) => verdict.kind === 'later')
    ? new Set([...state.deferred, chart])
    : state.deferred;
  // Known only where the other side named the section itself: a push may come before its frontiers.
  const known = atPeer(state, chart).theirs?.has(section) === true ? withChart(state, chart, { theirs }) : state;
  const next = { ...known, framesDone, deferred, outbox: [...known.outbox, have] };
  // What was taken may have parted a chain: who sent one branch need not have the other.
  const brought = new Set(taken.map(({ hash }) => hash));
  const first = judged(
    askForMissing(mine === undefined ? next : withParted(next, chart, mine, brought), chart, view),
    entries.map(({ verdict }) => verdict),
  );
  return event.faults.reduce<Step>((sofar, reason) => {
    const { state: after, effects } = onFault(sofar.state, reason);
    return { state: after, effects: [...sofar.effects, ...effects] };
  }, first);
}

/** Refusals count against the peer; what may be taken later is only counted. */
function judged(state: PeerState, verdicts: readonly Verdict[]): Step {
  let step = only(state);
  for (const verdict of verdicts) {
    if (step.state.phase === 'ended') return step;
    if (verdict.kind === 'kept' || verdict.kind === 'known') continue;
    const next =
      verdict.kind === 'refused' ? onFault(step.state, verdict.reason) : counted(step.state, `later-${verdict.reason}`);
    step = { state: next.state, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

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
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, EntryHash, OpId } from '../base/ids.ts';
import { joinFrontiers, frontierOfEntries, liesBeyond } from './frontier.ts';
import {
  fullFrameBytes,
  maxChartsPerFrame,
  maxFaultsPerConnection,
  maxHeads,
  maxHelloRosters,
  maxItemsPerFrame,
  maxPairingFrames,
  maxUnconfirmedFrames,
  maxWantedEntries,
} from './limits.ts';
import type { SharedChart, Verdict } from './replication-host.ts';
import type { ChartAtPeer, Effect, HostView, PeerEvent, PeerState, Step, Tasks } from './replication-state.ts';
import { chartDigest, summaryOf } from './summary.ts';
import type { ChartLine, Message, SectionFrontier } from './wire.ts';

type Received<K extends Message['kind']> = Extract<Message, { kind: K }>;

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
    outbox: [],
    tasks: { rosters: new Set(), charters: new Set(), frontiers: new Set(), entries: new Set(), named: [] },
    framesSent: 0,
    framesConfirmed: 0,
    framesDone: 0,
    pairingFrames: 0,
    faults: 0,
  };
}

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
      const heads = union(view.rosterHeads(event.practice), state.rosters.get(event.practice) ?? []);
      const messages = batches(event.ops).map((ops): Message => ({ kind: 'rosterOps', practice: event.practice, ops }));
      const rosters = new Map(state.rosters).set(event.practice, heads);
      return only({ ...state, rosters, outbox: [...state.outbox, ...messages] });
    }
    case 'charterOpsLoaded': {
      const known = atPeer(state, event.chart).charter ?? [];
      const heads = union(view.chartFor(state.device, event.chart)?.heads ?? [], known);
      const messages = batches(event.ops).map((ops): Message => ({ kind: 'charterOps', chart: event.chart, ops }));
      const next = withChart(state, event.chart, { charter: heads });
      return only({ ...next, outbox: [...next.outbox, ...messages] });
    }
    case 'entriesLoaded':
      return onEntriesLoaded(state, event, view);
    case 'rosterOpsKept': {
      const known = state.rosters.get(event.practice) ?? [];
      const heads = knownAfter(known, event.before, view.rosterHeads(event.practice));
      return judged({ ...state, rosters: new Map(state.rosters).set(event.practice, heads) }, event.verdicts);
    }
    case 'charterOpsKept': {
      const known = atPeer(state, event.chart).charter ?? [];
      const heads = knownAfter(known, event.before, view.chartFor(state.device, event.chart)?.heads ?? []);
      return judged(
        afterChartChange(withChart(state, event.chart, { charter: heads }), event.chart, view),
        event.verdicts,
      );
    }
    case 'entriesKept':
      return onEntriesKept(state, event, view);
    case 'chartChanged':
      return only(afterChartChange(state, event.chart, view));
    case 'rosterChanged':
      return only(afterRosterChange(state, event.practice, view));
    case 'pairingMade':
      return only({ ...state, outbox: [...state.outbox, { kind: 'pairing', bytes: event.bytes }] });
  }
}

// -------------------------------------------------------------------------------------------------------- greeting

function onStanding(state: PeerState, view: HostView): Step {
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

function onHello(state: PeerState, hello: Received<'hello'>, view: HostView): Step {
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

function onCharts(state: PeerState, list: Received<'charts'>, view: HostView): Step {
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

// -------------------------------------------------------------------------------------------------------- messages

function onMessage(state: PeerState, message: Message, view: HostView): Step {
  switch (message.kind) {
    case 'bye':
      return {
        state: { ...state, phase: 'ended' },
        effects: [{ kind: 'count', reason: `peer-said-${message.reason}` }, { kind: 'close' }],
      };
    case 'pairing':
      return onPairing(state, message.bytes);
    case 'hello':
      return onHello(state, message, view);
    case 'charts':
      return onCharts(state, message, view);
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

function onPairing(state: PeerState, bytes: Bytes): Step {
  const pairingFrames = state.pairingFrames + 1;
  if (pairingFrames > maxPairingFrames) return ending(state, 'too-many-faults');
  return { state: { ...state, pairingFrames }, effects: [{ kind: 'pairing', bytes }] };
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
  if (view.chartFor(state.device, chart) === undefined) return counted(state, 'unknown-chart');
  const said = new Map(message.sections.map(({ section, frontier }) => [section, frontier]));
  // Their word replaces what we believed they were sent: what they refused or lost is sent again.
  const known = withChart(state, chart, { theirs: new Map([...(atPeer(state, chart).theirs ?? []), ...said]) });
  const answered = atPeer(state, chart).shown === undefined ? withTasks(known, { frontiers: new Set([chart]) }) : known;
  const next = askForMissing(withTasks(answered, { entries: new Set([chart]) }), chart, view);
  return { state: next, effects: [{ kind: 'held', chart, sections: said }] };
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

// --------------------------------------------------------------------------------------------- what was taken or changed

function onEntriesKept(state: PeerState, event: Extract<PeerEvent, { kind: 'entriesKept' }>, view: HostView): Step {
  const { chart, section, entries } = event;
  const framesDone = state.framesDone + 1;
  const frontier = view.chartFor(state.device, chart)?.sections.get(section) ?? [];
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
  const first = judged(
    askForMissing(next, chart, view),
    entries.map(({ verdict }) => verdict),
  );
  return event.faults.reduce<Step>((sofar, reason) => {
    const { state: after, effects } = onFault(sofar.state, reason);
    return { state: after, effects: [...sofar.effects, ...effects] };
  }, first);
}

function afterChartChange(state: PeerState, chart: ChartId, view: HostView): PeerState {
  if (state.phase === 'stranger') return state;
  if (state.phase !== 'open') return { ...state, touched: new Set([...state.touched, chart]) };
  const mine = view.chartFor(state.device, chart);
  if (mine === undefined) return state;
  const { charter = [], theirs, shown } = atPeer(state, chart);
  const askAgain = state.deferred.has(chart);
  const deferred = new Set(state.deferred);
  deferred.delete(chart);
  const untold = shown === undefined || [...mine.sections.keys()].some((section) => !shown.has(section));
  return withTasks(
    { ...state, deferred },
    {
      charters: new Set(isWithin(mine.heads, charter) ? [] : [chart]),
      frontiers: new Set(untold || askAgain ? [chart] : []),
      entries: new Set(theirs === undefined ? [] : [chart]),
    },
  );
}

function afterRosterChange(state: PeerState, practice: OpId | string, view: HostView): PeerState {
  if (state.phase !== 'open' && state.phase !== 'listing') return state;
  const named = view.rostersFor(state.device).find((name) => name === practice);
  const lacking = named !== undefined && !isWithin(view.rosterHeads(named), state.rosters.get(named) ?? []);
  return withTasks(
    { ...state, deferred: new Set() },
    { rosters: new Set(lacking ? [named] : []), frontiers: state.deferred },
  );
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

// -------------------------------------------------------------------------------------------------------- sending

/** The next frame, or the load that will make one; the caller is idle again when it is sent or answered. */
function onIdle(state: PeerState, view: HostView): Step {
  const [message, ...outbox] = state.outbox;
  if (message !== undefined) return { state: { ...state, outbox }, effects: [{ kind: 'send', message }] };
  const { tasks, device } = state;
  const [practice] = tasks.rosters;
  if (practice !== undefined) {
    const next = withoutTask(state, 'rosters', practice);
    const known = state.rosters.get(practice) ?? [];
    return { state: next, effects: [{ kind: 'loadRosterOps', practice, known }] };
  }
  // Until the other side has said what it has, rosters are all there is to send.
  if (state.phase !== 'open' && state.phase !== 'listing') return only(state);
  const [chart] = tasks.charters;
  if (chart !== undefined) {
    const next = withoutTask(state, 'charters', chart);
    const known = atPeer(state, chart).charter ?? [];
    return { state: next, effects: [{ kind: 'loadCharterOps', chart, known }] };
  }
  const [told] = tasks.frontiers;
  if (told !== undefined) {
    const next = withoutTask(state, 'frontiers', told);
    const mine = view.chartFor(device, told);
    if (mine === undefined) return onIdle(next, view);
    const messages = frontierMessages(told, mine);
    return onIdle({ ...withChart(next, told, { shown: mine.sections }), outbox: messages }, view);
  }
  return state.framesSent - state.framesConfirmed < maxUnconfirmedFrames ? nextEntries(state, view) : only(state);
}

function nextEntries(state: PeerState, view: HostView): Step {
  const [wanted, ...named] = state.tasks.named;
  if (wanted !== undefined) {
    const next = { ...state, tasks: { ...state.tasks, named } };
    return { state: next, effects: [{ kind: 'loadNamed', ...wanted }] };
  }
  for (const chart of state.tasks.entries) {
    const theirs = atPeer(state, chart).theirs ?? new Map<never, never>();
    const mine = view.chartFor(state.device, chart)?.sections ?? new Map<never, never>();
    for (const [section, frontier] of mine) {
      // A section they have not named yet is one whose grant they do not know yet: their frontier will come.
      const known = theirs.get(section);
      if (known === undefined || !liesBeyond(frontier, known)) continue;
      return { state, effects: [{ kind: 'loadEntries', chart, section, theirs: known }] };
    }
    return nextEntries(withoutTask(state, 'entries', chart), view);
  }
  return only(state);
}

function onEntriesLoaded(state: PeerState, event: Extract<PeerEvent, { kind: 'entriesLoaded' }>, view: HostView): Step {
  const { chart, section, entries, reaching, more } = event;
  const byChain = new Map(atPeer(state, chart).theirs);
  const theirs = byChain.get(section);
  if (theirs !== undefined) {
    // With nothing more to send for our frontier, count it as sent: else what the host withholds would be loaded for ever.
    const mine = more ? [] : (view.chartFor(state.device, chart)?.sections.get(section) ?? []);
    byChain.set(section, joinFrontiers(joinFrontiers(theirs, reaching), entries.length === 0 ? mine : []));
  }
  const sent = theirs === undefined ? state : withChart(state, chart, { theirs: byChain });
  if (entries.length === 0) return only(sent);
  const message: Message = { kind: 'entries', chart, section, entries };
  return only({ ...sent, framesSent: sent.framesSent + 1, outbox: [...sent.outbox, message] });
}

/** Items a frontiers frame may carry: 6,000 of about 110 bytes stay under a frame. */
const maxItemsOfFrontiers = 6000;

function frontierMessages(chart: ChartId, mine: SharedChart): Message[] {
  const messages: Message[] = [];
  let sections: SectionFrontier[] = [];
  let items = 0;
  for (const [section, frontier] of mine.sections) {
    if (items + frontier.length > maxItemsOfFrontiers) {
      messages.push({ kind: 'frontiers', chart, sections });
      sections = [];
      items = 0;
    }
    sections.push({ section, frontier });
    items += frontier.length;
  }
  return [...messages, { kind: 'frontiers', chart, sections }];
}

/** Gathered into frames; an item is at most `maxOperationBytes`, so that one always fits. */
function batches(items: readonly Bytes[]): readonly (readonly Bytes[])[] {
  const all: Bytes[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    if (bytes + item.length > fullFrameBytes || (all.at(-1)?.length ?? 0) >= maxItemsPerFrame) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(item);
    bytes += item.length;
  }
  return all;
}

// -------------------------------------------------------------------------------------------------------- small parts

const only = (state: PeerState): Step => ({ state, effects: [] });

const counted = (state: PeerState, reason: string): Step => ({ state, effects: [{ kind: 'count', reason }] });

function onFault(state: PeerState, reason: string): Step {
  const faults = state.faults + 1;
  const count: Effect = { kind: 'count', reason };
  if (reason === 'unknown-version') return ending(state, 'unknown-version', [count]);
  if (faults > maxFaultsPerConnection) return ending(state, 'too-many-faults', [count]);
  return { state: { ...state, faults }, effects: [count] };
}

function ending(
  state: PeerState,
  saying: 'unknown-version' | 'not-a-member' | 'too-many-faults',
  before: readonly Effect[] = [],
): Step {
  return { state: { ...state, phase: 'ended', outbox: [] }, effects: [...before, { kind: 'close', saying }] };
}

function atPeer(state: PeerState, chart: ChartId): ChartAtPeer {
  return state.charts.get(chart) ?? { charter: undefined, theirs: undefined, shown: undefined };
}

function withChart(state: PeerState, chart: ChartId, change: Partial<ChartAtPeer>): PeerState {
  return { ...state, charts: new Map(state.charts).set(chart, { ...atPeer(state, chart), ...change }) };
}

function withTasks(state: PeerState, added: Partial<Tasks>): PeerState {
  const { rosters, charters, frontiers, entries, named } = state.tasks;
  return {
    ...state,
    tasks: {
      rosters: joined(rosters, added.rosters),
      charters: joined(charters, added.charters),
      frontiers: joined(frontiers, added.frontiers),
      entries: joined(entries, added.entries),
      named: [...named, ...(added.named ?? [])],
    },
  };
}

function joined<T>(a: ReadonlySet<T>, b: ReadonlySet<T> | undefined): ReadonlySet<T> {
  return b === undefined || b.size === 0 ? a : new Set([...a, ...b]);
}

function withoutTask(
  state: PeerState,
  kind: 'rosters' | 'charters' | 'frontiers' | 'entries',
  name: string,
): PeerState {
  const left = new Set<string>(state.tasks[kind]);
  left.delete(name);
  return { ...state, tasks: { ...state.tasks, [kind]: left } };
}

/** What both name; with very many, `a` alone: to forget what the other side has only means sending it again. */
function union(a: readonly OpId[], b: readonly OpId[]): readonly OpId[] {
  const both = new Set([...a, ...b]);
  return both.size > maxHeads ? a : [...both].sort();
}

const isWithin = (heads: readonly OpId[], known: readonly OpId[]): boolean =>
  heads.every((head) => known.includes(head));

/** If they had all we had before, then they have all we have now that theirs are kept; else only what was known. */
function knownAfter(known: readonly OpId[], before: readonly OpId[], after: readonly OpId[]): readonly OpId[] {
  return isWithin(before, known) ? union(after, known) : known;
}

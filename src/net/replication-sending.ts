/** What goes out next, one frame or one load at a time, in RE-1's order. Pure. */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { joinFrontiers, liesBeyond } from './frontier.ts';
import { fullFrameBytes, maxItemsPerFrame, maxUnconfirmedFrames } from './limits.ts';
import { atPeer, only, withChart, withoutTask } from './peer-state.ts';
import type { SharedChart } from './replication-host.ts';
import type { HostView, PeerEvent, PeerState, Step } from './replication-state.ts';
import type { Message, SectionFrontier } from './wire.ts';

/** The next frame, or the load that will make one; the caller is idle again when it is sent or answered. */
export function onIdle(state: PeerState, view: HostView): Step {
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
  const [branch, ...parted] = state.tasks.parted;
  if (branch === undefined) return only(state);
  return { state: { ...state, tasks: { ...state.tasks, parted } }, effects: [{ kind: 'loadNamed', ...branch }] };
}

export function onEntriesLoaded(state: PeerState, event: Extract<PeerEvent, { kind: 'entriesLoaded' }>): Step {
  const { chart, section, entries, reaching } = event;
  const bySection = new Map(atPeer(state, chart).theirs);
  const theirs = bySection.get(section);
  if (theirs !== undefined) bySection.set(section, joinFrontiers(theirs, reaching));
  const sent = theirs === undefined ? state : withChart(state, chart, { theirs: bySection });
  if (entries.length === 0) return only(sent);
  const message: Message = { kind: 'entries', chart, section, entries };
  return only({ ...sent, framesSent: sent.framesSent + 1, outbox: [...sent.outbox, message] });
}

/** Items a frontiers frame may carry: 6,000 of about 110 bytes stay under a frame. */
const maxItemsOfFrontiers = 6000;

/** As many as hold it all. */
export function frontierMessages(chart: ChartId, mine: SharedChart): Message[] {
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
export function batches(items: readonly Bytes[]): readonly (readonly Bytes[])[] {
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

/** What goes out next, some frames or one load at a time, in RE-1's order. Knows no disk and no network. */
import type { ChartId } from '../base/ids.ts';
import { joinFrontiers, liesBeyond } from './frontier.ts';
import { charterMessages, entryMessages, frontierMessages } from './frame-packing.ts';
import { maxChartsPerEntriesLoad, maxChartsPerFrame, maxChartsPerLoad, maxUnconfirmedFrames } from './limits.ts';
import { atPeer, firstOf, newestOf, nothing, takeSome, theirsOf } from './peer-state.ts';
import { listMessage } from './replication-greeting.ts';
import type { ChartFrontier, SharedChart } from './replication-host.ts';
import type { Effect, HostView, PeerEvent, PeerState, ReadyFor } from './replication-state.ts';

/** The next frame, or the load that will make one; the caller is idle again when it is sent or answered. */
export function onIdle(state: PeerState): readonly Effect[] {
  const message = state.outbox.shift() ?? confirmation(state);
  if (message !== undefined) return [{ kind: 'send', message }];
  const { tasks } = state;
  const [practice] = takeSome(tasks.rosters, 1);
  if (practice !== undefined) return [{ kind: 'loadRosterOps', practice, known: state.rosters.get(practice) ?? [] }];
  // Until it is known what the other side lacks, rosters are all there is to send.
  if (state.phase !== 'open' && state.phase !== 'listing') return nothing;
  if (tasks.lines !== undefined) return readying(firstOf(tasks.lines.charts, maxChartsPerFrame), 'lines');
  const changed = takeSome(tasks.changed, maxChartsPerFrame);
  if (changed.length > 0) return readying(changed, 'changed');
  const charters = takeSome(tasks.charters, maxChartsPerLoad);
  if (charters.length > 0) {
    const asked = charters.map((chart) => ({ chart, known: state.charts.get(chart)?.charter ?? [] }));
    return [{ kind: 'loadCharterOps', asked }];
  }
  for (const kind of ['asking', 'frontiers'] as const) {
    const told = takeSome(tasks[kind], maxChartsPerFrame);
    if (told.length > 0) return readying(told, kind);
  }
  if (state.unconfirmed.length >= maxUnconfirmedFrames) return nothing;
  const wanted = tasks.named.shift();
  if (wanted !== undefined) return [{ kind: 'loadNamed', ...wanted }];
  if (tasks.entries.size > 0) return readying(firstOf(tasks.entries, maxChartsPerEntriesLoad), 'entries');
  const branch = tasks.parted.shift();
  return branch === undefined ? nothing : [{ kind: 'loadNamed', ...branch }];
}

const readying = (charts: readonly ChartId[], then: ReadyFor): readonly Effect[] => [{ kind: 'ready', charts, then }];

/** One word for all entry frames dealt with since the last, however many the other side did not wait for. */
function confirmation(state: PeerState) {
  if (state.framesTold === state.framesDone) return undefined;
  state.framesTold = state.framesDone;
  const except = [...state.except.values()];
  state.except.clear();
  return { kind: 'have' as const, frames: state.framesDone, except };
}

/** What the host can answer for now. Charts it says nothing of are those the other side may have nothing of any more. */
export function onReadied(
  state: PeerState,
  {
    charts,
    then,
  }: { readonly charts: readonly ChartId[]; readonly then: 'lines' | 'asking' | 'frontiers' | 'entries' },
  view: HostView,
): readonly Effect[] {
  switch (then) {
    case 'lines':
      state.outbox.push(listMessage(state, charts, view));
      return nothing;
    case 'asking':
    case 'frontiers': {
      const told = charts.flatMap((chart): (readonly [ChartId, SharedChart])[] => {
        const mine = view.chartFor(state.device, chart);
        return mine === undefined ? [] : [[chart, mine]];
      });
      for (const [chart, mine] of told) atPeer(state, chart).shown = mine.sections;
      state.outbox.push(...frontierMessages(told, then === 'asking'));
      return nothing;
    }
    case 'entries': {
      const asked = charts.flatMap((chart) => dueOf(state, chart, view));
      return asked.length === 0 ? nothing : [{ kind: 'loadEntries', asked }];
    }
  }
}

/** Sections of which the other side lacks entries, with what it has. */
function dueOf(state: PeerState, chart: ChartId, view: HostView): readonly ChartFrontier[] {
  const due: ChartFrontier[] = [];
  for (const [section, frontier] of view.chartFor(state.device, chart)?.sections ?? []) {
    // A section they have not named yet is one whose grant they do not know yet: their frontier will come.
    const known = theirsOf(state, chart, section);
    if (known !== undefined && liesBeyond(frontier, known)) due.push({ chart, section, frontier: known });
  }
  if (due.length === 0) state.tasks.entries.delete(chart);
  return due;
}

export function onCharterOpsLoaded(
  state: PeerState,
  { charters, left }: Extract<PeerEvent, { kind: 'charterOpsLoaded' }>,
): void {
  for (const chart of left) state.tasks.charters.add(chart);
  for (const { chart, heads } of charters) {
    const at = atPeer(state, chart);
    at.charter = newestOf(at.charter, heads);
  }
  state.outbox.push(...charterMessages(charters));
}

export function onEntriesLoaded(
  state: PeerState,
  { sections }: Pick<Extract<PeerEvent, { kind: 'entriesLoaded' }>, 'sections'>,
): void {
  const reached = new Map<(typeof sections)[number], ChartFrontier>();
  for (const one of sections) {
    const { chart, section, reaching } = one;
    const known = theirsOf(state, chart, section);
    const frontier = joinFrontiers(known ?? [], reaching);
    if (known !== undefined) (atPeer(state, chart).theirs ??= new Map()).set(section, frontier);
    reached.set(one, { chart, section, frontier });
  }
  for (const frame of entryMessages(sections.filter(({ entries }) => entries.length > 0))) {
    state.framesSent += 1;
    state.unconfirmed.push(frame.flatMap((one) => reached.get(one) ?? []));
    state.outbox.push({
      kind: 'entries',
      sections: frame.map(({ chart, section, entries }) => ({ chart, section, entries })),
    });
  }
}

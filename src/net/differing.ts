/**
 * Which charts were found to differ at the start of a connection, in what way (RE-6), and how many of those of which the other
 * side may have something are still to be received: what a person sees of a reconnection. Changes its part of the state alone.
 */
import { bytesEqual, toHex, type Bytes } from '../base/bytes.ts';
import type { ChartId, OpId } from '../base/ids.ts';
import { liesBeyond } from './frontier.ts';
import type { SharedChart } from './replication-host.ts';
import type { HostView, PeerState } from './replication-state.ts';
import { chartDigest } from './summary.ts';
import type { ChartLine } from './wire.ts';

export interface Differing {
  /** By chart: our side and theirs, as text. */
  readonly how: Map<ChartId, string>;
  /** Charts they named of which what they hold is not all here, as far as is known, with their digest of it. */
  readonly awaited: Map<ChartId, Bytes>;
  /** How many there were of those. */
  found: number;
}

export const newDiffering = (): Differing => ({ how: new Map(), awaited: new Map(), found: 0 });

/** What their list says of one chart. */
export function noteLine({ differing }: PeerState, line: ChartLine, mine: SharedChart | undefined): void {
  const { chart, heads, digest } = line;
  const sameContent = mine !== undefined && bytesEqual(digest, chartDigest(mine));
  if (sameContent && textOf(mine.heads, digest) === textOf(heads, digest)) return;
  const ours = mine === undefined ? '' : textOf(mine.heads, chartDigest(mine));
  differing.how.set(chart, `${ours} ${textOf(heads, digest)}`);
  if (sameContent || differing.awaited.has(chart)) return;
  differing.awaited.set(chart, digest);
  differing.found += 1;
}

/** They did not name it: they have nothing of it. */
export function noteUnnamed({ differing, leaves }: PeerState, charts: readonly ChartId[]): void {
  for (const chart of charts) differing.how.set(chart, toHex(leaves?.digests.get(chart) ?? new Uint8Array()));
}

/** After what they hold was told, or something of it was taken. */
export function noteReceived({ differing, charts, device }: PeerState, chart: ChartId, view: HostView): void {
  if (!differing.awaited.has(chart)) return;
  const { theirs, comes = false } = charts.get(chart) ?? {};
  const mine = view.chartFor(device, chart);
  // What comes unasked is not all of what they hold.
  if (theirs === undefined || mine === undefined || comes) return;
  const lacks = [...mine.sections].some(([section, frontier]) => liesBeyond(theirs.get(section) ?? [], frontier));
  if (!lacks) differing.awaited.delete(chart);
}

const textOf = (heads: readonly OpId[], digest: Bytes): string => `${toHex(digest)}/${[...heads].sort().join()}`;

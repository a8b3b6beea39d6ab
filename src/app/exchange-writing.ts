/**
 * What goes into an exchange file: what replication would say on a connection to a device of that practice now, without hearing
 * what it has. The host answers with what that device may have at this moment (RE-1); nothing here decides a right.
 *
 * Charts are taken up one at a time, so that a file of a whole practice needs the memory of one.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { decodeEntryHeader } from '../crypto/entry.ts';
import { frontierOfEntries, joinFrontiers } from '../net/frontier.ts';
import { fullFrameBytes, maxWantedEntries } from '../net/limits.ts';
import type { Frontier, ReplicationHost, SharedChart } from '../net/replication-host.ts';
import { batches, frontierMessages } from '../net/replication-sending.ts';
import { encodeFrame, type Message } from '../net/wire.ts';
import type { HeldFrontier } from '../store/store.ts';
import { aboutRecord, frameRecord, leavesRecords, type AboutExchange } from './exchange-records.ts';

/** What this device believes of those a file is for. */
export interface Holdings {
  /** Whether one of them said that it holds exactly this of the chart. */
  saidSame(chart: ChartId, leaf: Bytes): boolean;
  /** What they said they hold of the chart, all of them together. */
  frontiers(chart: ChartId): Promise<ReadonlyMap<Section, Frontier>>;
}

export interface WritingParts {
  readonly host: ReplicationHost;
  readonly holdings: Holdings;
  /** A device of theirs, whose rights are those of all of them. */
  readonly device: DeviceId;
  readonly about: AboutExchange;
  readonly what: 'lacking' | 'everything';
  /** Charts of which they are told what is held here, though nothing of them is sent. */
  readonly answering: ReadonlySet<ChartId>;
  readonly progress: (done: number, total: number) => Promise<void>;
}

export interface Written {
  charts: number;
  ofCharts: number;
  entries: number;
}

/** The records of one file. `written` counts as they are made. */
export async function* exchangeRecords(parts: WritingParts, written: Written): AsyncGenerator<Bytes, void> {
  const { host, device } = parts;
  yield aboutRecord(parts.about);
  for (const practice of host.rostersFor(device))
    for (const ops of batches(await host.rosterOpsBeyond(practice, [], device)))
      yield recordOf({ kind: 'rosterOps', practice, ops });
  const leaves = host.leavesFor(device);
  yield* leavesRecords(leaves);
  written.ofCharts = leaves.size;
  let done = 0;
  for (const [chart, leaf] of leaves) {
    await parts.progress(done++, leaves.size);
    const same = parts.what === 'lacking' && parts.holdings.saidSame(chart, leaf);
    if (!same || parts.answering.has(chart)) yield* chartRecords(parts, chart, same, written);
  }
  await parts.progress(leaves.size, leaves.size);
}

/** `same`: they hold all of it, and are told so alone. */
async function* chartRecords(
  { host, device, holdings, what }: WritingParts,
  chart: ChartId,
  same: boolean,
  written: Written,
): AsyncGenerator<Bytes, void> {
  await host.ready([chart]);
  const shared = host.chartFor(device, chart);
  if (shared === undefined) return;
  const before = written.entries;
  // Whole each time: which operations they have nobody tells before they say so, and charters are small.
  const ops = same ? [] : await host.charterOpsBeyond(chart, [], device);
  for (const batch of batches(ops)) yield recordOf({ kind: 'charterOps', chart, ops: batch });
  for (const message of frontierMessages(chart, shared)) yield recordOf(message);
  if (same) return;
  const theirs = what === 'everything' ? undefined : await holdings.frontiers(chart);
  for (const section of shared.sections.keys()) {
    let reached: Frontier = theirs?.get(section) ?? [];
    for (let more = true; more;) {
      const loaded = await host.entriesBeyond(device, chart, section, reached, fullFrameBytes);
      more = loaded.more && loaded.entries.length > 0;
      if (loaded.entries.length === 0) continue;
      yield recordOf({ kind: 'entries', chart, section, entries: loaded.entries });
      written.entries += loaded.entries.length;
      reached = joinFrontiers(reached, frontierOfEntries(loaded.entries.map(mustDecodeHead)));
    }
    yield* partedRecords(host, device, chart, section, shared);
  }
  if (written.entries > before) written.charts += 1;
}

/** A frontier names one branch of a chain that parts (CUT-8), so all that is held from there on goes along. */
async function* partedRecords(
  host: ReplicationHost,
  device: DeviceId,
  chart: ChartId,
  section: Section,
  shared: SharedChart,
): AsyncGenerator<Bytes, void> {
  const hashes = (shared.parted?.get(section) ?? []).map(({ hash }) => hash);
  for (let at = 0; at < hashes.length; at += maxWantedEntries) {
    const named = hashes.slice(at, at + maxWantedEntries);
    // The host answers with as many as fit a frame; what it left out is asked for again.
    for (let left = named; left.length > 0;) {
      const entries = await host.entriesNamed(device, chart, section, left);
      if (entries.length === 0) break;
      yield recordOf({ kind: 'entries', chart, section, entries });
      const sent = new Set(entries.map((bytes) => mustDecodeHead(bytes).hash));
      left = left.filter((hash) => !sent.has(hash));
    }
  }
}

/** What several devices hold between them. */
export function heldTogether(said: readonly HeldFrontier[]): ReadonlyMap<Section, Frontier> {
  const together = new Map<Section, Frontier>();
  for (const { section, frontier } of said) together.set(section, joinFrontiers(together.get(section) ?? [], frontier));
  return together;
}

const recordOf = (message: Message): Bytes => frameRecord(encodeFrame(message));

function mustDecodeHead(bytes: Bytes) {
  const decoded = decodeEntryHeader(bytes);
  if (!decoded.ok) throw new Error(`an entry kept here is ${decoded.reason} and should be well formed`);
  return decoded.value;
}

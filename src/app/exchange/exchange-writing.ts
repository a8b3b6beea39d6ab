/**
 * What goes into an exchange file: what replication would say on a connection to a device of that practice now, without hearing
 * what it has. The host answers with what that device may have at this moment (RE-1); nothing here decides a right.
 *
 * Charts are taken up one at a time, so that a file of a whole practice needs the memory of one.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { ChartId, DeviceId } from '../../base/ids.ts';
import type { Section } from '../../base/sections.ts';
import { frontierOfEntries, joinFrontiers } from '../../net/frontier.ts';
import { fullFrameBytes, maxChartsPerLoad, maxWantedEntries } from '../../net/limits.ts';
import { partKey } from '../../net/attachment-wants.ts';
import { encodePartFrame, type NamedPart } from '../../net/attachment-wire.ts';
import type { ChartOps, Frontier, ReplicationHost, SharedChart } from '../../net/replication-host.ts';
import type { AttachmentParts } from '../../replica/attachment-parts.ts';
import { batches, bytesOf, charterMessages, entryMessages, frontierMessages } from '../../net/frame-packing.ts';
import { headersOf } from '../../net/snapshot-items.ts';
import { encodeFrame, type EncodedEntries, type Message } from '../../net/wire.ts';
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
  readonly attachments: Pick<AttachmentParts, 'partFor'>;
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
  const { host, device, what, holdings, answering } = parts;
  yield aboutRecord(parts.about);
  for (const practice of host.rostersFor(device))
    for (const ops of batches(await host.rosterOpsBeyond(practice, [], device)))
      yield recordOf({ kind: 'rosterOps', practice, ops });
  const leaves = host.leavesFor(device);
  yield* leavesRecords(leaves);
  written.ofCharts = leaves.size;
  let done = 0;
  let lot: NamedChart[] = [];
  for (const [chart, leaf] of leaves) {
    await parts.progress(done++, leaves.size);
    const same = what === 'lacking' && holdings.saidSame(chart, leaf);
    if (!same || answering.has(chart)) lot.push({ chart, same });
    if (lot.length < maxChartsPerLoad) continue;
    yield* lotRecords(parts, lot, written);
    lot = [];
  }
  yield* lotRecords(parts, lot, written);
  await parts.progress(leaves.size, leaves.size);
}

interface NamedChart {
  readonly chart: ChartId;
  /** They hold all of it, and are told so alone. */
  readonly same: boolean;
}

/** Parts of attachments come after the entries that name them, and with those alone (RE-1, EN-10). */
async function* lotRecords(
  parts: WritingParts,
  lot: readonly NamedChart[],
  written: Written,
): AsyncGenerator<Bytes, void> {
  const named = new Map<string, NamedPart>();
  for await (const message of lotMessages(parts, lot, written)) {
    yield recordOf(message);
    for (const part of message.kind === 'entries' ? partsNamed(message.sections) : []) named.set(partKey(part), part);
  }
  for (const part of named.values()) {
    const bytes = await parts.attachments.partFor(parts.device, part);
    if (bytes !== undefined) yield frameRecord(encodePartFrame({ kind: 'part', ...part, bytes }));
  }
}

function partsNamed(sections: readonly EncodedEntries[]): readonly NamedPart[] {
  return sections.flatMap(({ chart, section, entries }) =>
    headersOf(entries).flatMap(({ header }) => (header.chunks ?? []).map((hash) => ({ chart, section, hash }))),
  );
}

/** Charters first, then what is held, then entries, so that nothing stands on what comes later (RE-1). */
async function* lotMessages(
  parts: WritingParts,
  lot: readonly NamedChart[],
  written: Written,
): AsyncGenerator<Message, void> {
  const { host, device } = parts;
  await host.ready(lot.map(({ chart }) => chart));
  const shared = lot.flatMap(({ chart, same }) => {
    const mine = host.chartFor(device, chart);
    return mine === undefined ? [] : [{ chart, same, mine }];
  });
  const differing = shared.filter(({ same }) => !same);
  const charters: ChartOps[] = [];
  for (const { chart } of differing)
    // Whole each time: which operations they have nobody tells before they say so, and charters are small.
    charters.push({ chart, ops: await host.charterOpsBeyond(chart, [], device) });
  yield* charterMessages(charters);
  yield* frontierMessages(
    shared.map(({ chart, mine }) => [chart, mine]),
    false,
  );
  let pending: EncodedEntries[] = [];
  for (const { chart, mine } of differing) {
    const before = written.entries;
    for await (const entries of entriesOf(parts, chart, mine)) {
      written.entries += headersOf(entries.entries).length;
      pending.push(entries);
      if (sizeOf(pending) < fullFrameBytes) continue;
      for (const sections of entryMessages(pending)) yield { kind: 'entries', sections };
      pending = [];
    }
    if (written.entries > before) written.charts += 1;
  }
  for (const sections of entryMessages(pending)) yield { kind: 'entries', sections };
}

async function* entriesOf(
  { host, device, holdings, what }: WritingParts,
  chart: ChartId,
  mine: SharedChart,
): AsyncGenerator<EncodedEntries, void> {
  const theirs = what === 'everything' ? undefined : await holdings.frontiers(chart);
  for (const section of mine.sections.keys()) {
    let reached: Frontier = theirs?.get(section) ?? [];
    for (let more = true; more;) {
      const loaded = await host.entriesBeyond(device, chart, section, reached, fullFrameBytes);
      more = loaded.more && loaded.entries.length > 0;
      if (loaded.entries.length === 0) continue;
      // A snapshot is larger than a frame.
      for (const entries of batches(loaded.entries)) yield { chart, section, entries };
      reached = joinFrontiers(reached, frontierOfEntries(headersOf(loaded.entries)));
    }
    yield* partedOf(host, device, chart, section, mine);
  }
}

/** A frontier names one branch of a chain that parts (CUT-8), so all that is held from there on goes along. */
async function* partedOf(
  host: ReplicationHost,
  device: DeviceId,
  chart: ChartId,
  section: Section,
  mine: SharedChart,
): AsyncGenerator<EncodedEntries, void> {
  const hashes = (mine.parted?.get(section) ?? []).map(({ hash }) => hash);
  for (let at = 0; at < hashes.length; at += maxWantedEntries) {
    // The host answers with as many as fit a frame; what it left out is asked for again.
    for (let left = hashes.slice(at, at + maxWantedEntries); left.length > 0;) {
      const entries = await host.entriesNamed(device, chart, section, left);
      if (entries.length === 0) break;
      for (const some of batches(entries)) yield { chart, section, entries: some };
      const sent = new Set(headersOf(entries).map(({ hash }) => hash));
      left = left.filter((hash) => !sent.has(hash));
    }
  }
}

const sizeOf = (sections: readonly EncodedEntries[]): number =>
  sections.reduce((sum, { entries }) => sum + bytesOf(entries), 0);

const recordOf = (message: Message): Bytes => frameRecord(encodeFrame(message));

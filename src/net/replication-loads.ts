/** What a connection loads of its host to send it: many charts at a time, and not more than about a frame of it. */
import type { DeviceId, OpId } from '../base/ids.ts';
import type { Bytes } from '../base/bytes.ts';
import { frontierOfEntries } from './frontier.ts';
import { batches, bytesOf, sizeOfEntries } from './frame-packing.ts';
import { fullFrameBytes, readsAtOnce } from './limits.ts';
import type { ChartFrontier, ReplicationHost } from './replication-host.ts';
import type { Effect, LoadedEntries, PeerEvent } from './replication-state.ts';
import { headersOf } from './snapshot-items.ts';

type Load<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

export async function loadCharterOps(
  host: ReplicationHost,
  device: DeviceId,
  { asked }: Load<'loadCharterOps'>,
): Promise<PeerEvent> {
  await host.ready(asked.map(({ chart }) => chart));
  const charters: { chart: (typeof asked)[number]['chart']; ops: readonly Bytes[]; heads: readonly OpId[] }[] = [];
  let bytes = 0;
  let done = 0;
  while (done < asked.length && bytes < fullFrameBytes) {
    const some = asked.slice(done, done + readsAtOnce);
    const loaded = await Promise.all(
      some.map(async ({ chart, known }) => {
        const heads = host.chartFor(device, chart)?.heads ?? [];
        return { chart, heads, ops: await host.charterOpsBeyond(chart, known, device) };
      }),
    );
    charters.push(...loaded);
    bytes += loaded.reduce((sum, { ops }) => sum + bytesOf(ops), 0);
    done += some.length;
  }
  return { kind: 'charterOpsLoaded', charters, left: asked.slice(done).map(({ chart }) => chart) };
}

/** Of some sections nothing may be loaded yet: they are asked for again. */
export async function loadEntries(
  host: ReplicationHost,
  device: DeviceId,
  { asked }: Load<'loadEntries'>,
): Promise<PeerEvent> {
  const sections: LoadedEntries[] = [];
  let bytes = 0;
  // As much as ever is expected of the next: what did not fit would go in a small frame, and a commit, of its own.
  for (let done = 0, most = 0; done < asked.length && bytes + most <= fullFrameBytes; done += readsAtOnce) {
    const room = fullFrameBytes - bytes;
    const loaded = await Promise.all(
      asked.slice(done, done + readsAtOnce).map((one) => loadSection(host, device, one, room)),
    );
    sections.push(...loaded.flat());
    const size = loaded.flat().reduce((sum, one) => sum + sizeOfEntries(one), 0);
    most = Math.max(most, size);
    bytes += size;
  }
  return { kind: 'entriesLoaded', sections };
}

async function loadSection(
  host: ReplicationHost,
  device: DeviceId,
  { chart, section, frontier }: ChartFrontier,
  maxBytes: number,
): Promise<readonly LoadedEntries[]> {
  const held = host.chartFor(device, chart)?.sections.get(section) ?? [];
  const { entries } = await host.entriesBeyond(device, chart, section, frontier, maxBytes);
  // What the host withholds counts as sent: it would be loaded for ever.
  if (entries.length === 0) return [{ chart, section, entries, reaching: held }];
  // A snapshot is larger than a frame; what it says is there with the last of its items.
  const lots = batches(entries);
  const reaching = frontierOfEntries(headersOf(entries));
  return lots.map((some, i) => ({ chart, section, entries: some, reaching: i === lots.length - 1 ? reaching : [] }));
}

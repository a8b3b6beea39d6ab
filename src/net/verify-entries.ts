/**
 * What is looked at in received entries before a host sees them: bounds, one hash and one signature an entry, however often a frame
 * repeats it, and nothing else (RE-4). Some of a frame at once, since signatures are checked beside each other where the platform can.
 */
import { eachOnce } from '../base/each-once.ts';
import { sideBySide } from '../base/side-by-side.ts';
import type { Bytes } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import { decodeEntry, verifyEntry } from '../crypto/entry.ts';
import { SnapshotGathering, type ReceivedItem } from './snapshot-gathering.ts';
import { isSnapshotItem } from './snapshot-items.ts';
import type { ChartSection, EncodedEntries } from './wire.ts';

export interface VerifiedSection extends ChartSection {
  readonly verified: readonly ReceivedItem[];
  /** Why the others were not taken. */
  readonly faults: readonly string[];
}

/** What each entry is, by itself; of the pieces of snapshots, which go by what came before, nothing. */
export type LookedAtEntries = readonly (readonly (Result<readonly ReceivedItem[]> | undefined)[])[];

/** What can be seen of a frame's items without what came before it. */
export async function lookAtEntries(sections: readonly EncodedEntries[]): Promise<LookedAtEntries> {
  const each = sections.map(({ chart, section, entries: items }) => {
    const { once, places } = eachOnce(items);
    return { chart, section, once, places };
  });
  const distinct = each.flatMap(({ once, ...at }) => once.map((item) => ({ ...at, item })));
  const found = await sideBySide(distinct, ({ item, ...at }) =>
    isSnapshotItem(item) ? Promise.resolve(undefined) : verified(at, item),
  );
  let next = 0;
  return each.map(({ once, places }) => {
    const ofSection = found.slice(next, (next += once.length));
    return places.map((place) => ofSection[place]);
  });
}

/** `gathering`: what came before of the same connection or file. `looked`: what `lookAtEntries` found, if somebody asked. */
export async function verifyEntries(
  sections: readonly EncodedEntries[],
  gathering = new SnapshotGathering(),
  looked?: LookedAtEntries,
): Promise<readonly VerifiedSection[]> {
  const entries = looked ?? (await lookAtEntries(sections));
  const checked: VerifiedSection[] = [];
  for (const [i, { chart, section, entries: items }] of sections.entries()) {
    const sound: ReceivedItem[] = [];
    const faults: string[] = [];
    for (const [at, item] of items.entries()) {
      const entry = entries[i]?.[at];
      // Of a snapshot each item goes by those before it.
      const one = entry ?? (await gathering.take({ chart, section }, item));
      if (!one.ok) faults.push(entry === undefined ? one.reason : `entry-${one.reason}`);
      else sound.push(...one.value);
    }
    checked.push({ chart, section, verified: sound, faults });
  }
  return checked;
}

async function verified({ chart, section }: ChartSection, bytes: Bytes): Promise<Result<readonly ReceivedItem[]>> {
  const received = decodeEntry(bytes);
  if (!received.ok) return received;
  const { header } = received.value;
  if (header.chart !== chart || header.section !== section) return { ok: false, reason: 'of-another-section' };
  const entry = await verifyEntry(received.value);
  return entry.ok ? ok([entry.value]) : entry;
}

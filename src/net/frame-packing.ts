/** Many small things gathered into few frames. Pure. */
import type { Bytes } from '../base/bytes.ts';
import { fullFrameBytes, maxChartsPerFrame, maxItemsPerFrame, maxSectionsPerFrame } from './limits.ts';
import type { ChartOps, Frontier, SharedChart } from './replication-host.ts';
import type { ChartId } from '../base/ids.ts';
import type { ChartFrontiers, Message, SectionFrontier } from './wire.ts';

/** Gathered into frames; an item is at most `maxOperationBytes`, so that one always fits. */
export function batches(items: readonly Bytes[]): readonly (readonly Bytes[])[] {
  return packed(items, (item) => item.length, maxItemsPerFrame);
}

/** In order, each lot of about a full frame and at least one. */
function packed<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): readonly (readonly T[])[] {
  const lots: T[][] = [];
  let lot: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (lot.length > 0 && (bytes + size > fullFrameBytes || lot.length >= most)) {
      lots.push(lot);
      lot = [];
      bytes = 0;
    }
    lot.push(item);
    bytes += size;
  }
  return lot.length === 0 ? lots : [...lots, lot];
}

export const bytesOf = (items: readonly Bytes[]): number => items.reduce((sum, { length }) => sum + length, 0);

export function charterMessages(charters: readonly ChartOps[]): readonly Message[] {
  // A long charter comes in several frames.
  const pieces = charters.flatMap(({ chart, ops }) => batches(ops).map((some) => ({ chart, ops: some })));
  return packed(pieces, ({ ops }) => chartOverhead + bytesOf(ops), maxChartsPerFrame).map((some) => ({
    kind: 'charterOps',
    charters: some,
  }));
}

/** Of charts with their sections as one may have them. `asks`: the other side is to answer with its own. */
export function frontierMessages(charts: readonly (readonly [ChartId, SharedChart])[], asks: boolean): Message[] {
  const pieces = charts.flatMap(([chart, { heads, sections }]): readonly ChartFrontiers[] => {
    const named = [...sections].map(([section, frontier]): SectionFrontier => ({ section, frontier }));
    const lots = packed(named, ({ frontier }) => frontierBytes(frontier), maxSectionsPerFrame);
    return (lots.length === 0 ? [[]] : lots).map((some) => ({ chart, heads, sections: some }));
  });
  const lots = packed(pieces, ({ sections }) => sizeOfFrontiers(sections), maxChartsPerFrame);
  return lots.flatMap((some): Message[] => {
    const names = new Set(some.map(({ chart }) => chart));
    // A chart that was cut in pieces goes on in a frame of its own.
    if (names.size < some.length) return some.map((piece) => ({ kind: 'frontiers', charts: [piece], asks }));
    return [{ kind: 'frontiers', charts: some, asks }];
  });
}

export function entryMessages<T extends { readonly entries: readonly Bytes[] }>(
  sections: readonly T[],
): readonly (readonly T[])[] {
  return packed(sections, sizeOfEntries, maxSectionsPerFrame);
}

/** What a section's entries take of a frame. */
export function sizeOfEntries({ entries }: { readonly entries: readonly Bytes[] }): number {
  return chartOverhead + bytesOf(entries);
}

const chartOverhead = 80;
const frontierBytes = (frontier: Frontier): number => 32 + 120 * frontier.length;
export const sizeOfFrontiers = (sections: readonly SectionFrontier[]): number =>
  sections.reduce((sum, { frontier }) => sum + frontierBytes(frontier), chartOverhead);

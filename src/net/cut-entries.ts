/**
 * Items of `entries` frames in two, for packed frames: what is worth deflating, and the ciphertext behind it, which is not. Pure;
 * looks at no more of an item than where to cut it, and what comes of a wrong cut is looked at as any item is.
 */
import {
  bytesShape,
  idShape,
  integerShape,
  isList,
  listShape,
  mapShape,
  wordShape,
  type Shape,
} from '../access/shape.ts';
import { concatBytes, type Bytes } from '../base/bytes.ts';
import { chartId } from '../base/ids.ts';
import { isSection } from '../base/sections.ts';
import { maxFrameBytes, maxItemsPerFrame, maxSectionsPerFrame } from './limits.ts';
import type { ChartSection, Received } from './wire.ts';

/** An item of `entries` in two: what is worth deflating, and how long what follows it is. */
interface CutItem {
  readonly head: Bytes;
  readonly rest: number;
}

export interface CutEntries {
  readonly sections: readonly (ChartSection & { readonly entries: readonly CutItem[] })[];
}

export function cutEntries({ sections }: Received<'entries'>): {
  readonly fields: CutEntries;
  readonly rest: Uint8Array[];
} {
  const rest: Uint8Array[] = [];
  const cut = sections.map((one) => ({
    ...{ chart: one.chart, section: one.section },
    entries: one.entries.map((item) => {
      const parts = cutItem(item);
      rest.push(parts.rest);
      return parts.cut;
    }),
  }));
  return { fields: { sections: cut }, rest };
}

export function joinEntries({ sections }: CutEntries, rest: Uint8Array): Received<'entries'> | undefined {
  const items = joinItems(
    sections.flatMap(({ entries }) => entries),
    rest,
  );
  if (items === undefined) return undefined;
  let at = 0;
  return {
    kind: 'entries',
    sections: sections.map(({ chart: of, section: within, entries }) => ({
      ...{ chart: of, section: within },
      entries: items.slice(at, (at += entries.length)),
    })),
  };
}

/** An entry is cut before its ciphertext, by the lengths in front of it; a piece or a bundle of heads, sealed or packed itself, after its name. */
function cutItem(item: Bytes): { readonly cut: CutItem; readonly rest: Uint8Array } {
  const isEntry = item[0] === 1 && item.length > 3;
  const headLength = isEntry ? 3 + (item[1] ?? 0) * 256 + (item[2] ?? 0) + 64 : 37;
  const at = Math.min(headLength, item.length);
  return { cut: { head: item.subarray(0, at), rest: item.length - at }, rest: item.subarray(at) };
}

/** The items again; undefined unless they take all of `rest`. */
function joinItems(cuts: readonly CutItem[], rest: Uint8Array): readonly Bytes[] | undefined {
  let at = 0;
  const items: Bytes[] = [];
  for (const cut of cuts) {
    if (at + cut.rest > rest.length) return undefined;
    items.push(concatBytes(cut.head, rest.subarray(at, at + cut.rest)));
    at += cut.rest;
  }
  return at === rest.length ? items : undefined;
}

/** [what is deflated, length of what is not]. */
const cutItemShape: Shape<CutItem> = {
  write: ({ head, rest }) => [head, rest],
  read: (value) => {
    if (!isList(value) || value.length !== 2) return undefined;
    const head = bytesShape(1, maxFrameBytes).read(value[0]);
    const rest = integerShape(0, maxFrameBytes).read(value[1]);
    return head === undefined || rest === undefined ? undefined : { head, rest };
  },
};

export const cutEntriesShape = mapShape<CutEntries>({
  sections: listShape(
    mapShape<CutEntries['sections'][number]>({
      chart: idShape(chartId),
      section: wordShape(isSection),
      entries: listShape(cutItemShape, 1, maxItemsPerFrame),
    }),
    1,
    maxSectionsPerFrame,
  ),
});

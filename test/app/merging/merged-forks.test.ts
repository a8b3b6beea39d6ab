/** A fork of one of several charts that are read as one is settled in that chart. */
import { expect, test } from 'vitest';
import type { ChartId, EntryHash } from '../../../src/base/ids.ts';
import { ok } from '../../../src/base/result.ts';
import { MergedChart } from '../../../src/app/merging/merged-chart.ts';
import type { OpenChart } from '../../../src/app/charts/chart-on-screen.ts';

const chain = 'device/0';
const [a, b] = ['aa', 'bb'] as unknown as readonly [EntryHash, EntryHash];
const [c, d] = ['cc', 'dd'] as unknown as readonly [EntryHash, EntryHash];

test('[CUT-8] of two charts in which one device parted at the same place, the one whose version was chosen is settled', async () => {
  const settled: string[] = [];
  const part = (id: string, hashes: readonly EntryHash[]): OpenChart =>
    Object.assign(new EventTarget(), {
      id: id as ChartId,
      files: undefined,
      forks: [{ section: 'problems', chain, seq: 4, settled: false, branches: hashes.map((hash) => ({ hash })) }],
      settleFork: (_section: string, _chain: string, _seq: number, hash: EntryHash) => {
        settled.push(`${id} ${hash}`);
        return Promise.resolve(ok(undefined));
      },
    }) as unknown as OpenChart;
  const merged = new MergedChart({
    parts: [part('first', [a, b]), part('second', [c, d])],
    hasLeading: true,
    closed: [],
    summary: () => {
      throw new Error('nobody asks');
    },
  });
  await merged.settleFork('problems', chain, 4, d);
  await merged.settleFork('problems', chain, 4, a);
  expect(settled).toEqual(['second dd', 'first aa']);
});

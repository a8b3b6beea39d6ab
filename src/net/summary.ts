/**
 * Digests by which two devices see what both have alike (RE-2). They cover what both may have and nothing else, so that they say
 * nothing about other charts (attack 39). Hashes of a whole list, not sums: nothing cancels out.
 *
 *     chart digest   = SHA-256("peerchart/chart-state/1" ‖ canonical [[section, [[chain, seq, hash], …]], …]), empty ones left out;
 *                      of a chain that parts (CUT-8), instead of its newest entry, all entries from there on
 *     leaf digest    = SHA-256("peerchart/leaf/1" ‖ canonical [chart, [charter head, …], chart digest])
 *     rosters digest = SHA-256("peerchart/roster-heads/1" ‖ canonical [[practice, [head, …]], …])
 *
 * Pure.
 */
import type { Bytes } from '../base/bytes.ts';
import { encodeCanonical } from '../base/codec.ts';
import type { ChartId, OpId, PracticeId } from '../base/ids.ts';
import { taggedHash } from '../crypto/hash.ts';
import type { SharedChart } from './replication-host.ts';

/** The same object has the same digest: hosts replace a chart's state, never change it, so the work is done once. */
const digestByChart = new WeakMap<SharedChart['sections'], Bytes>();

export function chartDigest(chart: SharedChart): Bytes {
  const known = digestByChart.get(chart.sections);
  if (known !== undefined) return known;
  const sections = [...chart.sections]
    .filter(([, frontier]) => frontier.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([section, frontier]) => {
      const parted = chart.parted?.get(section) ?? [];
      const chains = new Set(parted.map(({ chain }) => chain));
      const whole = frontier.filter(({ chain }) => !chains.has(chain));
      // Sorting keeps the order of those of one chain: by position.
      const items = [...whole, ...parted].sort((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0));
      return [section, items.map(({ chain, seq, hash }) => [chain, seq, hash])];
    });
  const digest = taggedHash('peerchart/chart-state/1', encodeCanonical(sections));
  digestByChart.set(chart.sections, digest);
  return digest;
}

/** One leaf of RE-2: what a device may have of one chart. */
export function leafDigest(chart: ChartId, shared: SharedChart): Bytes {
  const known = leafByChart.get(shared);
  if (known !== undefined) return known;
  const digest = taggedHash(
    'peerchart/leaf/1',
    encodeCanonical([chart, [...shared.heads].sort(), chartDigest(shared)]),
  );
  leafByChart.set(shared, digest);
  return digest;
}

const leafByChart = new WeakMap<SharedChart, Bytes>();

/** What a hello says of rosters: both sides name the same practices where nothing is new. */
export function rostersDigest(
  rosters: readonly { readonly practice: PracticeId; readonly heads: readonly OpId[] }[],
): Bytes {
  const lines = rosters.map(({ practice, heads }) => [practice, [...heads].sort()] as const);
  return taggedHash('peerchart/roster-heads/1', encodeCanonical([...lines].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/**
 * Two practices that met, one with many charts that it shares with the other: set up once in two browser profiles, which
 * are opened again, as they were, for every turn. WebRTC is taken away, so that everything goes over WebSockets by way of the
 * relay, as the peers' documents do.
 */
import { wholeChart } from './chart-content.ts';
import type { BenchBrowser, BenchSite, KeptProfile } from './site.ts';

export interface SyncPair {
  /** Has the charts. */
  readonly giving: KeptProfile;
  /** Knows the other practice, and none of its charts. */
  readonly taking: KeptProfile;
}

const relayedOnly = true;

export async function meetingPair(site: BenchSite): Promise<{ giving: BenchBrowser; taking: BenchBrowser }> {
  const giving = await site.open('giving', { relayedOnly });
  const taking = await site.open('taking', { relayedOnly });
  await giving.page.evaluate(() => bench.practice.make('A', true));
  await taking.page.evaluate(() => bench.practice.make('B', true));
  const link = await giving.page.evaluate(() => bench.practice.invite());
  await taking.page.evaluate((invitation) => bench.practice.accept(invitation), link);
  await Promise.all([giving, taking].map(({ page }) => page.evaluate(() => bench.practice.connectedBy('relayed'))));
  await taking.page.evaluate(() => bench.practice.lock());
  await giving.page.evaluate(() => bench.practice.lock());
  return { giving, taking };
}

/** With so many whole charts between them; made once for all that measure with as many, and gone with the site. */
export function syncPair(site: BenchSite, charts: number): Promise<SyncPair> {
  const made = pairs.get(site) ?? new Map<number, Promise<SyncPair>>();
  pairs.set(site, made);
  const pair = made.get(charts) ?? newPair(site, charts);
  made.set(charts, pair);
  return pair;
}

const pairs = new WeakMap<BenchSite, Map<number, Promise<SyncPair>>>();

async function newPair(site: BenchSite, charts: number): Promise<SyncPair> {
  const { giving, taking } = await meetingPair(site);
  await giving.page.evaluate(([count, of]) => bench.sync.generate(0, count, of, true), [charts, wholeChart] as const);
  const pair = { giving: await giving.closeKept(), taking: await taking.closeKept() };
  for (const profile of [pair.giving, pair.taking]) site.atEnd(() => profile.remove());
  return pair;
}

/** Both open again, the taking side first: the other dials it as soon as it is back. */
export async function openPair(
  site: BenchSite,
  { giving, taking }: SyncPair,
): Promise<{ readonly giving: BenchBrowser; readonly taking: BenchBrowser }> {
  return {
    taking: await site.openCopy('taking', taking, { relayedOnly }),
    giving: await site.openCopy('giving', giving, { relayedOnly }),
  };
}

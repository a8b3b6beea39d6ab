/**
 * What other devices say they hold. Kept on disk where they name frontiers; where the digests of a chart agreed, it is
 * remembered that they hold what is here, until that changes. Not trusted beyond what its hashes match here.
 */
import { bytesEqual, type Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId } from '../base/ids.ts';
import type { ChartFrontier, Frontier } from '../net/replication-host.ts';
import { chainParts } from '../access/operation-bodies.ts';
import type { HeldFrontier } from '../store/store.ts';
import type { ReplicaParts, ReplicationNews } from './parts.ts';
import type { Shown } from './shown.ts';

type Parts = Pick<ReplicaParts, 'rosters' | 'charters' | 'content' | 'store' | 'timeMs' | 'closes'>;

/** Frontiers remembered, so that hearing one again writes nothing. */
const maxRemembered = 20_000;

interface Same {
  readonly leaves: ReadonlyMap<ChartId, Bytes>;
  readonly atMs: number;
  /** Heard of single charts since. */
  readonly since: Map<ChartId, { readonly leaf: Bytes; readonly atMs: number }>;
}

export class Confirmations {
  readonly #parts: Parts;
  readonly #shown: Shown;
  readonly #news: Pick<ReplicationNews, 'confirmed'>;
  /** By device, chart and section: the frontier it last said it holds; the one heard longest ago first. */
  readonly #held = new Map<string, string>();
  readonly #same = new Map<DeviceId, Same>();

  constructor(parts: Parts, shown: Shown, news: Pick<ReplicationNews, 'confirmed'>) {
    this.#parts = parts;
    this.#shown = shown;
    this.#news = news;
  }

  async peerHolds(device: DeviceId, sections: readonly ChartFrontier[]): Promise<void> {
    const { content, timeMs } = this.#parts;
    const held: HeldFrontier[] = [];
    // What it says of charts it has no part in is kept nowhere: it could make up any number of them.
    const shown = sections.filter(
      ({ chart, section }) => this.#shown.chartFor(device, chart)?.sections.has(section) === true,
    );
    const unread = shown.filter(({ chart, section }) => !this.#held.has(nameOf(device, chart, section)));
    await Promise.all([...new Set(unread.map(({ chart }) => chart))].map((chart) => this.#readHeld(chart)));
    for (const { chart, section, frontier } of shown) {
      const name = nameOf(device, chart, section);
      const before = this.#held.get(name);
      if (before === frontierKey(frontier)) continue;
      // Noted only once the close is there: until then, a crash or a new connection brings the same question again.
      const noted = await this.#withoutWhatWaits(device, { chart, section, frontier }, before);
      if (before !== frontierKey(noted)) held.push({ chart, device, section, frontier: noted, atMs: timeMs() });
    }
    if (held.length === 0) return;
    const kept = await content.commit({ held });
    if (!kept.ok) return;
    for (const { chart, section, frontier } of held) this.#remember(nameOf(device, chart, section), frontier);
    this.#news.confirmed(device, [...new Set(held.map(({ chart }) => chart))]);
  }

  /** Of these charts it holds what was shown to it. */
  async peerHoldsSame(device: DeviceId, leaves: ReadonlyMap<ChartId, Bytes>, comparedAll: boolean): Promise<void> {
    const before = this.#same.get(device);
    const news = [...leaves].flatMap(([chart, leaf]) => {
      const said = saidOf(before, chart)?.leaf;
      return said !== undefined && bytesEqual(said, leaf) ? [] : [chart];
    });
    const atMs = this.#parts.timeMs();
    if (comparedAll || before === undefined) this.#same.set(device, { leaves, atMs, since: new Map() });
    else for (const [chart, leaf] of leaves) before.since.set(chart, { leaf, atMs });
    if (news.length > 0) this.#news.confirmed(device, news);
    // What a device that lost its place wrote may wait there (CH-3): few charts have any.
    for (const chart of news) if (this.#hasOfLost(chart)) await this.peerHolds(device, this.#allOf(device, chart));
  }

  #hasOfLost(chart: ChartId): boolean {
    const { closes, content, rosters } = this.#parts;
    if (closes === undefined || !rosters.anyLost) return false;
    const frontiers = [...content.sections(chart).values()].flatMap(({ frontier }) => frontier);
    return frontiers.some(({ chain }) => rosters.hasLost(chainParts(chain).device));
  }

  #allOf(device: DeviceId, chart: ChartId): readonly ChartFrontier[] {
    const sections = this.#shown.chartFor(device, chart)?.sections ?? [];
    return [...sections].map(([section, frontier]) => ({ chart, section, frontier }));
  }

  /** What devices said of a chart, by digests that agree with what is here now; newer than what they named. */
  sameNow(chart: ChartId): readonly { readonly device: DeviceId; readonly atMs: number }[] {
    return [...this.#same].flatMap(([device, same]) => {
      const said = saidOf(same, chart);
      const is = said === undefined ? undefined : this.#shown.leafOf(device, chart);
      return said !== undefined && is !== undefined && bytesEqual(said.leaf, is) ? [{ device, atMs: said.atMs }] : [];
    });
  }

  async #withoutWhatWaits(
    holder: DeviceId,
    { chart, section, frontier }: ChartFrontier,
    before: string | undefined,
  ): Promise<Frontier> {
    const { closes, charters, rosters } = this.#parts;
    if (closes === undefined) return frontier;
    const mayWait = frontier.some(({ chain }) => rosters.hasLost(chainParts(chain).device));
    const access = mayWait ? await charters.get(chart) : undefined;
    if (access === undefined) return frontier;
    const known = new Set(before?.split(','));
    const isNew = (item: Frontier[number]): boolean => !known.has(frontierKey([item]));
    const waiting = closes.waitingThere(access.charter, section, { holder, frontier, isNew });
    if (waiting.size === 0) return frontier;
    closes.closeIsAwaited(chart);
    return frontier.filter(({ chain }) => !waiting.has(chain));
  }

  /** What was said before the last start, so that a reconnection at which nothing is new writes nothing. */
  async #readHeld(chart: ChartId): Promise<void> {
    for (const { device, section, frontier } of (await this.#parts.store.held(chart)).found) {
      const name = nameOf(device, chart, section);
      if (!this.#held.has(name)) this.#remember(name, frontier);
    }
  }

  #remember(name: string, frontier: Frontier): void {
    this.#held.delete(name);
    this.#held.set(name, frontierKey(frontier));
    const [oldest] = this.#held.keys();
    if (this.#held.size > maxRemembered && oldest !== undefined) this.#held.delete(oldest);
  }
}

function saidOf(same: Same | undefined, chart: ChartId): { readonly leaf: Bytes; readonly atMs: number } | undefined {
  const leaf = same?.leaves.get(chart);
  return same?.since.get(chart) ?? (same === undefined || leaf === undefined ? undefined : { leaf, atMs: same.atMs });
}

const nameOf = (...of: readonly [DeviceId, ChartId, string]): string => of.join('/');

function frontierKey(frontier: Frontier): string {
  return frontier.map(({ chain, hash }) => `${chain} ${hash}`).join();
}

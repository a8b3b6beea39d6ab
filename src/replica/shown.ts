/**
 * What other devices are shown of rosters and charts, at once and from memory: a digest of each chart they may have, and of
 * one chart what they may have of it. From the terms of all charts and the frontiers, whichever charters are in memory.
 */
import type { Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, OpId, PracticeId } from '../base/ids.ts';
import type { SharedChart } from '../net/replication-host.ts';
import { leafDigest } from '../net/summary.ts';
import { nextEnd, sharedChart, type ChartTerms } from './chart-terms.ts';
import type { ReplicaParts } from './parts.ts';
import { chartsWith, rostersToldOf, rostersToldTo } from './told-to.ts';

type Parts = Pick<ReplicaParts, 'self' | 'rosters' | 'charters' | 'content' | 'timeMs'>;

interface MadeFrom {
  readonly terms: ChartTerms;
  /** Of the chart's frontiers. */
  readonly version: string;
  /** When less is served. */
  readonly endsMs: number | undefined;
}

interface Leaves {
  readonly made: Map<ChartId, MadeFrom & { readonly leaf: Bytes }>;
  /** As last told. */
  all: ReadonlyMap<ChartId, Bytes>;
}

/** Digests worked out between two pauses: some milliseconds. */
const digestsInATurn = 32;

/** Charts that are being talked about with peers. */
const maxShared = 1_024;

export class Shown {
  readonly #parts: Parts;
  readonly #leaves = new Map<PracticeId, Leaves>();
  /** By chart and practice, the one made longest ago first. */
  readonly #shared = new Map<string, MadeFrom & { readonly chart: SharedChart }>();
  /** Digests worked out so far. */
  digests = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  practiceOf(device: DeviceId): PracticeId | undefined {
    return this.#parts.rosters.practiceOf(device);
  }

  rostersFor(device: DeviceId): readonly PracticeId[] {
    const practice = this.practiceOf(device);
    return practice === undefined ? [] : rostersToldTo(this.#parts, practice);
  }

  rostersOf(device: DeviceId, chart: ChartId): readonly PracticeId[] {
    const practice = this.practiceOf(device);
    const terms = this.#parts.charters.terms(chart);
    return practice === undefined || terms === undefined ? [] : rostersToldOf(this.#parts, terms, practice);
  }

  rosterHeads(practice: PracticeId): readonly OpId[] {
    return this.#parts.rosters.get(practice)?.heads ?? [];
  }

  /** Works out digests that `leavesFor` will ask for. `breathe`: awaited between pieces of work of a few milliseconds. */
  async workOutLeaves(device: DeviceId, breathe: () => Promise<void>): Promise<void> {
    const practice = this.practiceOf(device);
    if (practice === undefined) return;
    const leaves = this.#leavesOf(practice);
    let worked = 0;
    for (const { chart } of [...chartsWith(this.#parts, practice)]) {
      // What changes meanwhile `leavesFor` works out anew.
      const terms = this.#parts.charters.terms(chart);
      const nowMs = this.#parts.timeMs();
      if (terms?.shape.practices.has(practice) !== true || this.#knownLeaf(leaves, terms, nowMs) !== undefined)
        continue;
      this.#leaf(leaves, terms, practice, nowMs);
      if (++worked % digestsInATurn === 0) await breathe();
    }
  }

  leavesFor(device: DeviceId): ReadonlyMap<ChartId, Bytes> {
    const practice = this.practiceOf(device);
    if (practice === undefined) return new Map();
    const leaves = this.#leavesOf(practice);
    const nowMs = this.#parts.timeMs();
    const all = new Map<ChartId, Bytes>();
    let isSame = true;
    for (const terms of chartsWith(this.#parts, practice)) {
      const { chart } = terms;
      const leaf = this.#knownLeaf(leaves, terms, nowMs) ?? this.#leaf(leaves, terms, practice, nowMs);
      isSame &&= leaf === leaves.all.get(chart);
      all.set(chart, leaf);
    }
    if (isSame && all.size === leaves.all.size) return leaves.all;
    for (const chart of leaves.made.keys()) if (!all.has(chart)) leaves.made.delete(chart);
    leaves.all = all;
    return all;
  }

  /** Undefined if the device may have nothing of it. */
  chartFor(device: DeviceId, chart: ChartId): SharedChart | undefined {
    const practice = this.practiceOf(device);
    const terms = this.#parts.charters.terms(chart);
    if (practice === undefined || terms === undefined) return undefined;
    const nowMs = this.#parts.timeMs();
    const name = `${chart}/${practice}`;
    const known = this.#shared.get(name);
    if (known !== undefined && this.#isMadeFrom(known, terms, nowMs)) return known.chart;
    const made = this.#sharedChart(terms, practice, nowMs);
    if (made === undefined) return undefined;
    this.#shared.delete(name);
    this.#shared.set(name, { ...this.#madeFrom(terms, practice, nowMs), chart: made });
    const [oldest] = this.#shared.keys();
    if (this.#shared.size > maxShared && oldest !== undefined) this.#shared.delete(oldest);
    return made;
  }

  /** The digest of one chart. */
  leafOf(device: DeviceId, chart: ChartId): Bytes | undefined {
    const practice = this.practiceOf(device);
    const terms = this.#parts.charters.terms(chart);
    const leaves = practice === undefined ? undefined : this.#leaves.get(practice);
    const made = leaves?.made.get(chart);
    if (made !== undefined && terms !== undefined && this.#isMadeFrom(made, terms, this.#parts.timeMs()))
      return made.leaf;
    const shared = this.chartFor(device, chart);
    return shared === undefined ? undefined : leafDigest(chart, shared);
  }

  #leaf(leaves: Leaves, terms: ChartTerms, practice: PracticeId, nowMs: number): Bytes {
    const shared = this.#sharedChart(terms, practice, nowMs);
    if (shared === undefined) throw new Error('a practice with a part in a chart is shown it');
    this.digests += 1;
    const leaf = leafDigest(terms.chart, shared);
    leaves.made.set(terms.chart, { ...this.#madeFrom(terms, practice, nowMs), leaf });
    return leaf;
  }

  #knownLeaf({ made }: Leaves, terms: ChartTerms, nowMs: number): Bytes | undefined {
    const known = made.get(terms.chart);
    return known !== undefined && this.#isMadeFrom(known, terms, nowMs) ? known.leaf : undefined;
  }

  #leavesOf(practice: PracticeId): Leaves {
    const leaves: Leaves = this.#leaves.get(practice) ?? { made: new Map(), all: new Map() };
    this.#leaves.set(practice, leaves);
    return leaves;
  }

  #sharedChart(terms: ChartTerms, practice: PracticeId, nowMs: number): SharedChart | undefined {
    const { self, content } = this.#parts;
    return sharedChart(
      terms,
      practice,
      { ours: self.practice, nowMs },
      {
        frontier: (section) => content.toldFrontier(terms.chart, section),
        parted: (section) => content.parted(terms.chart, section),
        practiceOf: (device) => this.practiceOf(device),
      },
    );
  }

  #madeFrom(terms: ChartTerms, practice: PracticeId, nowMs: number): MadeFrom {
    const endsMs = nextEnd(terms, practice, nowMs);
    return { terms, version: this.#parts.content.versionOf(terms.chart), endsMs };
  }

  #isMadeFrom({ terms, version, endsMs }: MadeFrom, now: ChartTerms, nowMs: number): boolean {
    const isServedAsThen = endsMs === undefined || nowMs < endsMs;
    return terms === now && isServedAsThen && version === this.#parts.content.versionOf(now.chart);
  }
}

/**
 * KEEP, while a world runs: what a keeper said it has. `have` speaks of the entry frames of its connection in their order, so
 * it is the frames that the keeper's program was given which are counted; those of attackers are not, whose entries it may
 * leave. What was acknowledged is on its disk from then on: looked up whenever its power goes and at the end, unless it lost
 * the whole disk.
 */
import type { DeviceId, EntryHash } from '../../src/base/ids.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { decodeEntry } from '../../src/crypto/entry.ts';
import { isSnapshotItem } from '../../src/net/snapshot-items.ts';
import { decodeFrame, type ChartSection } from '../../src/net/wire.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';

interface Sent extends ChartSection {
  readonly hash: EntryHash;
}

interface Looked {
  readonly acknowledged: readonly Sent[];
  readonly disk: MemoryDisk;
}

export class KeeperWatch {
  readonly #keeper: DeviceId;
  readonly #isHonest: (device: DeviceId) => boolean;
  /** Per connection: the entries of each frame that came over it and was not acknowledged yet. */
  readonly #underWay = new Map<object, { told: number; readonly frames: (readonly Sent[])[] }>();
  #acknowledged = new Map<EntryHash, Sent>();
  readonly #looked: Looked[] = [];

  constructor(keeper: DeviceId, isHonest: (device: DeviceId) => boolean) {
    this.#keeper = keeper;
    this.#isHonest = isHonest;
  }

  heard(from: DeviceId, to: DeviceId, frame: Bytes, link: object): void {
    if (to !== this.#keeper || !this.#isHonest(from)) return;
    const decoded = decodeFrame(frame);
    if (!decoded.ok || decoded.value.kind !== 'entries') return;
    const sent = decoded.value.sections.flatMap(({ chart, section, entries }) =>
      entries
        .filter((item) => !isSnapshotItem(item))
        .flatMap((item) => {
          const entry = decodeEntry(item);
          return entry.ok ? [{ chart, section, hash: entry.value.hash }] : [];
        }),
    );
    const state = this.#underWay.get(link) ?? { told: 0, frames: [] };
    this.#underWay.set(link, state);
    state.frames.push(sent);
  }

  seen(from: DeviceId, frame: Bytes, link: object): void {
    const state = from === this.#keeper ? this.#underWay.get(link) : undefined;
    if (state === undefined) return;
    const decoded = decodeFrame(frame);
    if (!decoded.ok || decoded.value.kind !== 'have') return;
    const { frames, except } = decoded.value;
    const untaken = new Set(except.map(({ chart, section }) => `${chart}/${section}`));
    for (const sent of state.frames.splice(0, frames - state.told))
      for (const one of sent) if (!untaken.has(`${one.chart}/${one.section}`)) this.#acknowledged.set(one.hash, one);
    state.told = frames;
  }

  /** Its power went, or its time is over. */
  stopped(disk: MemoryDisk): void {
    this.#underWay.clear();
    this.#looked.push({ acknowledged: [...this.#acknowledged.values()], disk: disk.copy() });
  }

  /** Its disk is gone, and nobody may count on what was on it. */
  wiped(): void {
    this.#acknowledged = new Map();
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** The first thing that was acknowledged and is not there. */
  async lost(): Promise<Sent | undefined> {
    for (const { acknowledged, disk } of this.#looked) {
      const store = openMemoryStore(disk);
      const sections = new Map(acknowledged.map((one) => [`${one.chart}/${one.section}`, one]));
      const held = new Set<EntryHash>();
      for (const { chart, section } of sections.values())
        for (const { hash } of (await store.heads(chart, section)).found) held.add(hash);
      const missing = acknowledged.find(({ hash }) => !held.has(hash));
      if (missing !== undefined) return missing;
    }
    return undefined;
  }
}

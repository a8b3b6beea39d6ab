/**
 * Which sealed parts of attachments are wanted here (EN-10), and whom they were asked of: shared by all connections, so that a
 * part is on its way once, comes from whoever has it, and what a broken line did not bring is asked of the next. Names alone; the
 * parts pass attachment-link.ts.
 */
import type { DeviceId } from '../base/ids.ts';
import type { Clock } from '../base/ports.ts';
import type { NamedPart } from './attachment-wire.ts';
import { WantedShares } from './wanted-shares.ts';
import { maxPartsAsked, maxPartsWanted, partAgainMs, partAnswerMs } from './limits.ts';

export const partKey = ({ chart, section, hash }: NamedPart): string => `${chart}/${section}/${hash}`;

/** A part, and who wrote the entries that name it: who may have all of those may be told that it exists. */
export interface WantedPart extends NamedPart {
  /** Left out: not looked up yet, and so asked of nobody. */
  readonly authors?: readonly DeviceId[];
}

interface Wanted {
  part: WantedPart;
  asked: { readonly of: DeviceId; readonly atMs: number } | undefined;
  /** Who said that it has not got it, and when. */
  readonly refusedBy: Map<DeviceId, number>;
}

export class PartWants {
  readonly #clock: Clock;
  readonly #wanted = new Map<string, Wanted>();
  readonly #shares = new WantedShares();
  readonly #watchers = new Set<() => void>();
  #hasRoom = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#wanted.size;
  }

  /** False after the disk refused a part for want of room, until something is wanted anew. */
  get hasRoom(): boolean {
    return this.#hasRoom;
  }

  has(part: NamedPart): boolean {
    return this.#wanted.has(partKey(part));
  }

  /** Whether it was asked of somebody who may still answer. */
  isUnderWay(part: NamedPart): boolean {
    const wanted = this.#wanted.get(partKey(part));
    return wanted !== undefined && this.#isUnderWay(wanted);
  }

  /** Wanted from now on, also of those who refused them before. Returns how many there was no room for. */
  add(parts: Iterable<WantedPart>): number {
    this.#hasRoom = true;
    let without = 0;
    for (const part of parts) {
      const key = partKey(part);
      const before = this.#wanted.get(key);
      before?.refusedBy.clear();
      if (before !== undefined && part.authors !== undefined) before.part = part;
      if (before === undefined && this.#wanted.size >= maxPartsWanted) {
        without += 1;
        if (!this.#makeRoom(part)) continue;
      }
      if (before === undefined) this.#wanted.set(key, { part, asked: undefined, refusedBy: new Map() });
      this.#shares.put(key, part.authors);
    }
    this.#changed();
    return without;
  }

  /** Nobody wants them any more, or they are here. */
  remove(parts: Iterable<NamedPart>): void {
    for (const part of parts) this.#forget(partKey(part));
  }

  /** The disk has no room: nothing is asked for, so that nothing is sent in vain. */
  noRoom(): void {
    this.#hasRoom = false;
  }

  /** The next to ask `device` for, `underWay` being how many it was asked for already; they count as asked. */
  ask(device: DeviceId, underWay: number, mayAsk: (part: WantedPart) => boolean): readonly NamedPart[] {
    const most = maxPartsAsked - underWay;
    if (!this.#hasRoom || most <= 0) return [];
    const nowMs = this.#clock.nowMs();
    const isNext = (wanted: Wanted): boolean => {
      const refusedMs = wanted.refusedBy.get(device);
      if (refusedMs !== undefined && nowMs - refusedMs < partAgainMs) return false;
      return !this.#isUnderWay(wanted) && mayAsk(wanted.part);
    };
    return this.#shares.inTurn(most, this.#ifWanted(isNext)).flatMap((key) => {
      const wanted = this.#wanted.get(key);
      if (wanted === undefined) return [];
      wanted.asked = { of: device, atMs: nowMs };
      return [wanted.part];
    });
  }

  /** `device` has it not, or gave something else. */
  refused(device: DeviceId, part: NamedPart): void {
    const wanted = this.#wanted.get(partKey(part));
    if (wanted === undefined) return;
    wanted.refusedBy.set(device, this.#clock.nowMs());
    if (wanted.asked?.of === device) wanted.asked = undefined;
    this.#shares.refused(partKey(part));
    this.#changed();
  }

  /** The line to `device` is gone: what it was asked for may be asked of others. */
  lost(device: DeviceId): void {
    let freed = false;
    for (const wanted of this.#wanted.values())
      if (wanted.asked?.of === device) {
        wanted.asked = undefined;
        freed = true;
      }
    if (freed) this.#changed();
  }

  /** Told when there may be more to ask for. Returns how to stop. */
  onChange(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #makeRoom({ authors }: WantedPart): boolean {
    const given = this.#shares.toGiveWay(
      authors,
      this.#ifWanted((wanted) => !this.#isUnderWay(wanted)),
    );
    if (given !== undefined) this.#forget(given);
    return given !== undefined;
  }

  #forget(key: string): void {
    this.#wanted.delete(key);
    this.#shares.remove(key);
  }

  #ifWanted(may: (wanted: Wanted) => boolean): (key: string) => boolean {
    return (key) => {
      const wanted = this.#wanted.get(key);
      return wanted !== undefined && may(wanted);
    };
  }

  #isUnderWay({ asked }: Wanted): boolean {
    return asked !== undefined && this.#clock.nowMs() - asked.atMs < partAnswerMs;
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

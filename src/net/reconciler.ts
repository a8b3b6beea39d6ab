/**
 * Finds out in which leaves two sets differ (RE-2), with messages of the Negentropy protocol (negentropy.ts). One side asks, the
 * other answers; the asking side comes to know both differences. The whole set is cut into ranges of about thirty-two leaves at
 * once, so that some differing of ten thousand are found by one question and one answer.
 *
 * Bounds: a message has a largest size (what does not fit is spoken of by one fingerprint, and asked again), questions are
 * counted, and the other side cannot name more leaves than it said to have. Pure but for its own state.
 */
import { bytesEqual, toHex, type Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Leaves } from './leaves.ts';
import {
  boundBetween,
  decodeMessage,
  encodeMessage,
  endless,
  fingerprintLength,
  idLength,
  start,
  type Bound,
  type MessageFault,
  type Range,
} from './negentropy.ts';
import { maxQuestions, maxRangesBytes, maxRangesPerMessage } from './limits.ts';

export type ReconcileFault = MessageFault | 'endless' | 'more-than-it-has';

/** Leaves a side names rather than summing them up; half of it is the aim when a range is cut. */
const namedAtMost = 64;
const cutInto = { least: 2, most: 512 };
const rangeOverhead = 1 + 2 + idLength + 1;

export class Reconciler {
  readonly #leaves: Leaves;
  /** How many leaves the other side said to have. */
  readonly #theirCount: number;
  readonly #asks: boolean;
  #heard = 0;
  /** Charts of which this side has a leaf that the other lacks; known to the side that asks. */
  readonly extra = new Set<ChartId>();
  /** Leaves that the other side has and this one lacks; known to the side that asks. */
  readonly lacking = new Map<string, Bytes>();

  constructor(leaves: Leaves, theirCount: number, asks: boolean) {
    this.#leaves = leaves;
    this.#theirCount = theirCount;
    this.#asks = asks;
  }

  firstQuestion(): Bytes {
    const ranges = new Answer(this.#leaves);
    ranges.cut(0, this.#leaves.count, endless);
    return encodeMessage(ranges.finished());
  }

  /** What to say to it; nothing when the asking side knows all. */
  hear(message: Bytes): Result<Bytes | undefined, ReconcileFault> {
    this.#heard += 1;
    if (this.#heard > maxQuestions) return err('endless');
    const decoded = decodeMessage(message);
    if (!decoded.ok) return decoded;
    const answer = new Answer(this.#leaves);
    let from = start;
    for (const range of decoded.value) {
      if (answer.isFull) break;
      const [lower, upper] = [this.#leaves.indexOf(from), this.#leaves.indexOf(range.end)];
      if (range.mode === 'skip') answer.skip(range.end);
      else if (range.mode === 'fingerprint') {
        const alike = bytesEqual(range.fingerprint, this.#leaves.fingerprintBetween(lower, upper));
        if (alike) answer.skip(range.end);
        else answer.cut(lower, upper, range.end);
      } else if (this.#asks) {
        this.#compare(lower, upper, range.ids);
        answer.skip(range.end);
      } else answer.name(lower, upper, range.end);
      from = range.end;
    }
    if (this.lacking.size > this.#theirCount) return err('more-than-it-has');
    const ranges = answer.finished();
    return ok(this.#asks && ranges.length === 0 ? undefined : encodeMessage(ranges));
  }

  #compare(lower: number, upper: number, ids: readonly Bytes[]): void {
    const theirs = new Map(ids.map((id) => [toHex(id), id]));
    for (const { id, chart } of this.#leaves.sorted.slice(lower, upper))
      if (!theirs.delete(toHex(id))) this.extra.add(chart);
    for (const [name, id] of theirs) this.lacking.set(name, id);
  }
}

/** A message in the making. Ranges of which there is nothing to say are passed over as one. */
class Answer {
  readonly #leaves: Leaves;
  readonly #ranges: Range[] = [];
  #bytes = 1;
  #skipped: Bound | undefined;
  #full = false;

  constructor(leaves: Leaves) {
    this.#leaves = leaves;
  }

  /** What was left is summed up: nothing may follow. */
  get isFull(): boolean {
    return this.#full;
  }

  skip(end: Bound): void {
    this.#skipped = end;
  }

  /** Sums up in as many ranges as its leaves make worth while; a range of few is named. */
  cut(lower: number, upper: number, end: Bound): void {
    const count = upper - lower;
    if (count <= namedAtMost) {
      this.name(lower, upper, end);
      return;
    }
    const parts = Math.min(cutInto.most, Math.max(cutInto.least, Math.ceil(count / (namedAtMost / 2))));
    let from = lower;
    for (let part = 1; part <= parts; part++) {
      const to = lower + Math.floor((count * part) / parts);
      const partEnd = part === parts ? end : this.#boundAt(to);
      if (!this.#put({ mode: 'fingerprint', end: partEnd, fingerprint: this.#leaves.fingerprintBetween(from, to) })) {
        this.#sumUp(from);
        return;
      }
      from = to;
    }
  }

  /** As many as there is room for; the rest is summed up. */
  name(lower: number, upper: number, end: Bound): void {
    const room = Math.max(0, Math.floor((maxRangesBytes - this.#bytes - 6 * rangeOverhead) / idLength));
    const to = Math.min(upper, lower + room);
    const ids = this.#leaves.sorted.slice(lower, to).map(({ id }) => id);
    if (to < upper) {
      if (ids.length > 0) this.#put({ mode: 'ids', end: this.#boundAt(to), ids });
      this.#sumUp(to);
    } else if (!this.#put({ mode: 'ids', end, ids })) this.#sumUp(lower);
  }

  finished(): readonly Range[] {
    return this.#ranges;
  }

  /** Everything from a leaf on, by one fingerprint: there is no more room. */
  #sumUp(from: number): void {
    this.#full = true;
    this.#push({
      mode: 'fingerprint',
      end: endless,
      fingerprint: this.#leaves.fingerprintBetween(from, this.#leaves.count),
    });
  }

  /** False, and nothing said, if there is no room beside what sums up the rest. */
  #put(range: Range): boolean {
    const bytes = rangeOverhead + (range.mode === 'ids' ? 4 + idLength * range.ids.length : fingerprintLength);
    const fits =
      this.#bytes + bytes + 4 * rangeOverhead + fingerprintLength <= maxRangesBytes &&
      this.#ranges.length + 3 < maxRangesPerMessage;
    if (fits) this.#push(range);
    return fits;
  }

  #push(range: Range): void {
    if (this.#skipped !== undefined) {
      this.#ranges.push({ mode: 'skip', end: this.#skipped });
      this.#bytes += rangeOverhead;
      this.#skipped = undefined;
    }
    this.#ranges.push(range);
    this.#bytes += rangeOverhead + (range.mode === 'ids' ? 4 + idLength * range.ids.length : fingerprintLength);
  }

  #boundAt(index: number): Bound {
    const [before, after] = [this.#leaves.sorted[index - 1], this.#leaves.sorted[index]];
    if (before === undefined || after === undefined) throw new Error('a bound lies between two leaves');
    return boundBetween(before.id, after.id);
  }
}

/**
 * What a device may have, as a set of 32-byte ids, one a chart (RE-2). Each id is keyed with a secret of the two devices, so that
 * nobody else can look for sets with the same sum; sums are mod 2^256 and counted, so that nothing cancels out (attack 39).
 *
 *     id = SHA-256("peerchart/leaf-id/1" ‖ pair secret 32 ‖ leaf digest 32)
 *
 * Ids are kept while the digest they were made from stays, so that a reconnection at which little changed hashes little.
 */
import { bytesEqual, concatBytes, type Bytes } from '../base/bytes.ts';
import type { ChartId } from '../base/ids.ts';
import { sha256, taggedHash } from '../crypto/hash.ts';
import { compareBounds, compareIds, encodeNumber, fingerprintLength, type Bound } from './negentropy.ts';

interface Leaf {
  readonly chart: ChartId;
  readonly id: Bytes;
}

/** A set of leaves as it was at one moment. */
export class Leaves {
  /** By chart, as the host gave them. */
  readonly digests: ReadonlyMap<ChartId, Bytes>;
  readonly fingerprint: Bytes;
  readonly #unsorted: readonly Leaf[];
  #sorted: readonly Leaf[] | undefined;

  constructor(digests: ReadonlyMap<ChartId, Bytes>, leaves: readonly Leaf[]) {
    this.digests = digests;
    this.#unsorted = leaves;
    this.fingerprint = fingerprintOf(leaves.map(({ id }) => id));
  }

  get count(): number {
    return this.#unsorted.length;
  }

  /** By id; sorted only when sets differ. */
  get sorted(): readonly Leaf[] {
    return (this.#sorted ??= [...this.#unsorted].sort((a, b) => compareIds(a.id, b.id)));
  }

  chartOf(id: Bytes): ChartId | undefined {
    const leaf = this.sorted[this.#firstFrom(id)];
    return leaf !== undefined && compareIds(leaf.id, id) === 0 ? leaf.chart : undefined;
  }

  /** Where a range begins that begins at `bound`: every leaf has time 0. */
  indexOf(bound: Bound): number {
    return compareBounds(bound, { time: 0, prefix: past }) >= 0 ? this.count : this.#firstFrom(bound.prefix);
  }

  fingerprintBetween(from: number, to: number): Bytes {
    return fingerprintOf(this.sorted.slice(from, to).map(({ id }) => id));
  }

  #firstFrom(id: Uint8Array): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const leaf = this.sorted[middle];
      if (leaf !== undefined && compareIds(leaf.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Behind every id. */
const past = new Uint8Array(33).fill(255);

/** As the Negentropy description has it (negentropy.ts). */
export function fingerprintOf(ids: readonly Uint8Array[]): Bytes {
  // Sums of 32-bit digits stay exact in a number for two million ids; they are carried over at the end.
  const digits = new Float64Array(8);
  for (const id of ids) {
    const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
    for (let i = 0; i < 8; i++) digits[i] = (digits[i] ?? 0) + view.getUint32(4 * i, true);
  }
  const sum = new DataView(new ArrayBuffer(32));
  let carried = 0;
  for (let i = 0; i < 8; i++) {
    const digit = (digits[i] ?? 0) + carried;
    sum.setUint32(4 * i, digit % 2 ** 32, true);
    carried = Math.floor(digit / 2 ** 32);
  }
  return sha256(concatBytes(new Uint8Array(sum.buffer), encodeNumber(ids.length))).slice(0, fingerprintLength);
}

/** The leaves of one device, from one connection to the next. */
export class KeptLeaves {
  #secret: Bytes = new Uint8Array();
  #kept: ReadonlyMap<ChartId, Leaf & { readonly digest: Bytes }> = new Map();
  #last: Leaves | undefined;

  /** `breathe`: awaited between pieces of work of a few milliseconds. */
  async of(secret: Bytes, digests: ReadonlyMap<ChartId, Bytes>, breathe: () => Promise<void>): Promise<Leaves> {
    if (!bytesEqual(secret, this.#secret)) {
      this.#secret = secret;
      this.#kept = new Map();
      this.#last = undefined;
    }
    if (this.#last?.digests === digests) return this.#last;
    const kept = new Map<ChartId, Leaf & { readonly digest: Bytes }>();
    let hashed = 0;
    for (const [chart, digest] of digests) {
      const known = this.#kept.get(chart);
      if (known !== undefined && (known.digest === digest || bytesEqual(known.digest, digest))) {
        kept.set(chart, known);
        continue;
      }
      if (++hashed % hashedAtOnce === 0) await breathe();
      kept.set(chart, { chart, digest, id: taggedHash('peerchart/leaf-id/1', secret, digest) });
    }
    this.#kept = kept;
    return (this.#last = new Leaves(digests, [...kept.values()]));
  }
}

/** Hashes between two pauses: some milliseconds on a slow machine. */
const hashedAtOnce = 500;

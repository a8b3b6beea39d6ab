/**
 * Who could have known what: the causal order of one log's operations. Pure; the order in which operations are given
 * never shows. Operations whose past is incomplete stay outside (OP-4: parked, not refused).
 */
import type { OpId } from '../base/ids.ts';

export interface GraphOp {
  readonly id: OpId;
  readonly prev: readonly OpId[];
}

/** A set of operations of one graph, one bit each. */
export type OpSet = Uint32Array;

export class OpGraph<Op extends GraphOp> {
  /** Causes before effects; ties by id. */
  readonly ordered: readonly Op[];
  /** Those that cite something unknown, directly or not. */
  readonly parked: readonly Op[];
  readonly #indexById = new Map<OpId, number>();
  /** For each operation, everything before it. */
  readonly #pasts: OpSet[] = [];

  constructor(ops: readonly Op[]) {
    const byId = new Map(ops.map((op) => [op.id, op]));
    const depths = depthsOf(byId);
    const known = [...byId.values()].filter((op) => depths.has(op.id));
    const depth = (op: Op): number => depths.get(op.id) ?? 0;
    this.ordered = known.sort((a, b) => depth(a) - depth(b) || (a.id < b.id ? -1 : 1));
    this.parked = [...byId.values()].filter((op) => !depths.has(op.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const [index, op] of this.ordered.entries()) {
      this.#indexById.set(op.id, index);
      const past = this.emptySet();
      for (const prev of op.prev) this.#addWithPast(past, this.#mustIndex(prev));
      this.#pasts.push(past);
    }
  }

  has(id: OpId): boolean {
    return this.#indexById.has(id);
  }

  /** Where it stands in `ordered`: of two operations, the same one comes first in every graph that holds both. */
  placeOf(id: OpId): number {
    return this.#mustIndex(id);
  }

  get(id: OpId): Op | undefined {
    const index = this.#indexById.get(id);
    return index === undefined ? undefined : this.ordered[index];
  }

  /** Whether `a` is in the past of `b`; false for itself. */
  isBefore(a: OpId, b: OpId): boolean {
    return contains(this.pastOf(b), this.#mustIndex(a));
  }

  areConcurrent(a: OpId, b: OpId): boolean {
    return a !== b && !this.isBefore(a, b) && !this.isBefore(b, a);
  }

  /** Everything before an operation. */
  pastOf(id: OpId): OpSet {
    return this.#mustPast(this.#mustIndex(id));
  }

  /** The heads and everything before them; undefined when one is not known. */
  upTo(heads: readonly OpId[]): OpSet | undefined {
    const set = this.emptySet();
    for (const head of heads) {
      const index = this.#indexById.get(head);
      if (index === undefined) return undefined;
      this.#addWithPast(set, index);
    }
    return set;
  }

  isIn(id: OpId, set: OpSet): boolean {
    const index = this.#indexById.get(id);
    return index !== undefined && contains(set, index);
  }

  /** Of these operations, those that are before none of the others, sorted. */
  headsOf(ids: readonly OpId[]): readonly OpId[] {
    const covered = this.emptySet();
    const heads: OpId[] = [];
    // Effects first: what is before another of them is before a head, so only the pasts of heads are looked at.
    const indexes = ids.map((id) => this.#mustIndex(id)).sort((a, b) => b - a);
    for (const index of indexes) {
      if (contains(covered, index)) continue;
      heads.push(this.#mustOp(index).id);
      unite(covered, this.#mustPast(index));
    }
    return heads.sort();
  }

  setOf(ids: Iterable<OpId>): OpSet {
    const set = this.emptySet();
    for (const id of ids) add(set, this.#mustIndex(id));
    return set;
  }

  /** Adds what is before an operation, not itself. */
  addPast(set: OpSet, id: OpId): void {
    unite(set, this.pastOf(id));
  }

  emptySet(): OpSet {
    return new Uint32Array(Math.ceil(this.ordered.length / 32));
  }

  #mustPast(index: number): OpSet {
    const past = this.#pasts[index];
    if (past === undefined) throw new Error('an ordered operation has a past');
    return past;
  }

  #mustOp(index: number): Op {
    const op = this.ordered[index];
    if (op === undefined) throw new Error('an index is that of an ordered operation');
    return op;
  }

  #addWithPast(set: OpSet, index: number): void {
    add(set, index);
    const past = this.#pasts[index];
    if (past !== undefined) unite(set, past);
  }

  #mustIndex(id: OpId): number {
    const index = this.#indexById.get(id);
    if (index === undefined) throw new Error('the operation is not in this graph and should be');
    return index;
  }
}

function contains(set: OpSet, index: number): boolean {
  return (((set[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

function add(set: OpSet, index: number): void {
  set[index >>> 5] = (set[index >>> 5] ?? 0) | (1 << (index & 31));
}

function unite(target: OpSet, source: OpSet): void {
  for (let word = 0; word < source.length; word++) target[word] = (target[word] ?? 0) | (source[word] ?? 0);
}

/** Longest way to a start, for those operations whose whole past is here. Without recursion: a log may be thousands long. */
function depthsOf<Op extends GraphOp>(byId: ReadonlyMap<OpId, Op>): ReadonlyMap<OpId, number> {
  const waitingFor = new Map<OpId, number>();
  const children = new Map<OpId, OpId[]>();
  const depths = new Map<OpId, number>();
  const ready: OpId[] = [];
  for (const op of byId.values()) {
    waitingFor.set(op.id, op.prev.length);
    if (op.prev.length === 0) ready.push(op.id);
    for (const prev of op.prev) {
      const siblings = children.get(prev);
      if (siblings === undefined) children.set(prev, [op.id]);
      else siblings.push(op.id);
    }
  }
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const op = byId.get(id);
    depths.set(id, Math.max(0, ...(op?.prev ?? []).map((prev) => (depths.get(prev) ?? 0) + 1)));
    for (const child of children.get(id) ?? []) {
      const left = (waitingFor.get(child) ?? 0) - 1;
      waitingFor.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return depths;
}

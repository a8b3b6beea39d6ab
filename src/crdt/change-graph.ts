/**
 * Which change builds on which: the ancestry of one section document, without its contents. Answers who wrote an
 * operation, whether a change had seen another, and which changes were written at the same time as others. Pure.
 */
export interface ChangeNode {
  readonly hash: string;
  readonly actor: string;
  readonly seq: number;
  readonly startOp: number;
  /** `startOp - 1` for a change without operations. */
  readonly maxOp: number;
  readonly timeMs: number;
  readonly deps: readonly string[];
}

export class ChangeGraph {
  readonly #byHash = new Map<string, ChangeNode>();
  /** In order of seq. */
  readonly #byActor = new Map<string, ChangeNode[]>();
  readonly #parent: ChangeGraph | undefined;

  /** With a parent: sees what the parent holds, and adds without touching it. */
  constructor(parent?: ChangeGraph) {
    this.#parent = parent;
  }

  add(node: ChangeNode): void {
    this.#byHash.set(node.hash, node);
    const own = this.#byActor.get(node.actor);
    if (own === undefined) this.#byActor.set(node.actor, [node]);
    else own.push(node);
  }

  /** Its own, in the order in which they came: each after what it builds on. */
  hashes(): Iterable<string> {
    return this.#byHash.keys();
  }

  get(hash: string): ChangeNode | undefined {
    return this.#byHash.get(hash) ?? this.#parent?.get(hash);
  }

  mustGet(hash: string): ChangeNode {
    const node = this.get(hash);
    if (node === undefined) throw new Error(`change ${hash} should be in the graph`);
    return node;
  }

  /** The change of an actor with this number, from 1 without gaps. */
  bySeq(actor: string, seq: number): ChangeNode | undefined {
    const own = this.#byActor.get(actor) ?? [];
    const first = own[0]?.seq ?? Infinity;
    return seq >= first ? own[seq - first] : this.#parent?.bySeq(actor, seq);
  }

  /** The newest change of an actor. */
  lastOf(actor: string): ChangeNode | undefined {
    return this.#byActor.get(actor)?.at(-1) ?? this.#parent?.lastOf(actor);
  }

  /** The change that holds an operation id `counter@actor`. */
  writerOf(opId: string): ChangeNode {
    const writer = this.findWriterOf(opId);
    if (writer === undefined) throw new Error(`operation ${opId} should be in the graph`);
    return writer;
  }

  /** The same, for an id that a stranger names. */
  findWriterOf(opId: string): ChangeNode | undefined {
    const at = opId.indexOf('@');
    return this.#findWriter(opId.slice(at + 1), Number(opId.slice(0, at)));
  }

  #findWriter(actor: string, counter: number): ChangeNode | undefined {
    const own = this.#byActor.get(actor) ?? [];
    let low = 0;
    let high = own.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const node = own[middle];
      if (node === undefined) break;
      if (counter < node.startOp) high = middle - 1;
      else if (counter > node.maxOp) low = middle + 1;
      else return node;
    }
    return this.#parent === undefined ? undefined : this.#parent.#findWriter(actor, counter);
  }

  /** Whether whoever wrote one of `heads` had seen `hash`. */
  hasSeen(heads: readonly string[], hash: string): boolean {
    const target = this.mustGet(hash);
    const open = [...heads];
    const seen = new Set(open);
    for (let head = open.pop(); head !== undefined; head = open.pop()) {
      if (head === hash) return true;
      const node = this.mustGet(head);
      // A change starts counting above all it builds on, so what starts this low cannot build on the target.
      if (node.startOp <= target.maxOp) continue;
      for (const dep of node.deps) {
        if (seen.has(dep)) continue;
        seen.add(dep);
        open.push(dep);
      }
    }
    return false;
  }

  /** Of these changes, those that no other of them has seen; each once, in order of hash. */
  newestOf(hashes: Iterable<string>): readonly string[] {
    const distinct = [...new Set(hashes)].sort();
    return distinct.filter((hash) => !distinct.some((other) => other !== hash && this.hasSeen([other], hash)));
  }

  /**
   * Every change with a concurrent one, and at most a few neighbours. Taken in order of `startOp`, all later changes build
   * on one that joins everything before it, so only the stretches between such joins need a look.
   */
  concurrentChanges(): readonly string[] {
    const ordered = [...this.#byHash.values()].sort((a, b) => a.startOp - b.startOp || a.maxOp - b.maxOp);
    const found: string[] = [];
    let heads = new Set<string>();
    let stretch: string[] = [];
    let forked = false;
    for (const node of ordered) {
      const joined = node.deps.filter((dep) => heads.has(dep)).length === heads.size;
      if (joined) {
        if (forked) found.push(...stretch);
        heads = new Set([node.hash]);
        stretch = [node.hash];
        forked = false;
      } else {
        for (const dep of node.deps) heads.delete(dep);
        heads.add(node.hash);
        stretch.push(node.hash);
        forked = true;
      }
    }
    return forked ? [...found, ...stretch] : found;
  }
}

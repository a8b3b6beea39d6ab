/**
 * The entries of one section as a graph (EN-2): which frontier each stands on, and what a new entry must name. Pure; works on
 * headers alone.
 */
import type { EntryHash } from '../../base/ids.ts';
import {
  chainNameOf,
  type ChainName,
  type EntryHeader,
  type FrontierItem,
  type SignedHeader,
} from '../../crypto/entry.ts';

/** Per chain the newest position; complete: with all that those entries build on. */
export type FullFrontier = ReadonlyMap<ChainName, FrontierItem>;

export class EntryFrontiers {
  readonly #headers = new Map<EntryHash, EntryHeader>();
  readonly #frontiers = new Map<EntryHash, FullFrontier>();
  readonly #tips = new Map<ChainName, FrontierItem>();

  add({ header, hash }: Pick<SignedHeader, 'header' | 'hash'>): void {
    if (this.#headers.has(hash)) return;
    this.#headers.set(hash, header);
    const chain = chainOf(header);
    const tip = this.#tips.get(chain);
    if (tip === undefined || header.seq > tip.seq) this.#tips.set(chain, { chain, seq: header.seq, hash });
  }

  get(hash: EntryHash): EntryHeader | undefined {
    return this.#headers.get(hash);
  }

  get headers(): ReadonlyMap<EntryHash, EntryHeader> {
    return this.#headers;
  }

  /** The newest entry of a chain, whether it is effective or not: the next one follows it. */
  tipOf(chain: ChainName): FrontierItem | undefined {
    return this.#tips.get(chain);
  }

  /** What an entry builds on, itself included. Undefined while some of it is not here. */
  frontierOf(hash: EntryHash): FullFrontier | undefined {
    const path: { readonly hash: EntryHash; readonly header: EntryHeader }[] = [];
    let at: EntryHash | null = hash;
    while (at !== null && !this.#frontiers.has(at)) {
      const header: EntryHeader | undefined = this.#headers.get(at);
      if (header === undefined) return undefined;
      path.push({ hash: at, header });
      at = header.prev;
    }
    let frontier: FullFrontier = (at === null ? undefined : this.#frontiers.get(at)) ?? new Map();
    for (const { hash: own, header } of path.reverse()) {
      const chain = chainOf(header);
      frontier = joinFrontiers(frontier, [...header.deps, { chain, seq: header.seq, hash: own }]);
      this.#frontiers.set(own, frontier);
    }
    return frontier;
  }

  /**
   * EN-2: what an entry of `chain` after `previous` names when its changes build on `dependencies`: where the frontier moved
   * since `previous`, sorted by chain. Undefined while a dependency is not whole here.
   */
  depsOf(
    chain: ChainName,
    previous: EntryHash | null,
    dependencies: Iterable<EntryHash>,
  ): readonly FrontierItem[] | undefined {
    const before = previous === null ? new Map<ChainName, FrontierItem>() : this.frontierOf(previous);
    if (before === undefined) return undefined;
    let after: FullFrontier = new Map();
    for (const hash of dependencies) {
      const frontier = this.frontierOf(hash);
      if (frontier === undefined) return undefined;
      after = joinFrontiers(after, frontier.values());
    }
    return [...after.values()]
      .filter((item) => item.chain !== chain && item.seq > (before.get(item.chain)?.seq ?? 0))
      .sort((a, b) => (a.chain < b.chain ? -1 : 1));
  }
}

function chainOf(header: Pick<EntryHeader, 'device' | 'stint'>): ChainName {
  return chainNameOf(header.device, header.stint);
}

function joinFrontiers(a: FullFrontier, b: Iterable<FrontierItem>): FullFrontier {
  const joined = new Map(a);
  for (const item of b) if (item.seq > (joined.get(item.chain)?.seq ?? 0)) joined.set(item.chain, item);
  return joined;
}

/**
 * The causal order of one section's entries, from their headers alone (EN-1, EN-2). Structure only: nothing here knows of
 * rights. Linear in the entries, but for entries that take in what others wrote, which also cost the number of chains.
 *
 * Ancestry is answered by lanes: a lane is a run of entries each the `prev` of the next. A chain is one lane, and each
 * further branch of a forked chain is one more, so positions within a lane never mean two things.
 */
import type { EntryHash } from '../base/ids.ts';
import { chainNameOf, type ChainName, type SignedHeader } from '../crypto/entry.ts';
import { finding, type Finding } from './findings.ts';

export type JudgedHeader = Pick<SignedHeader, 'header' | 'hash'>;

export interface EntryNode extends JudgedHeader {
  readonly chain: ChainName;
  /** The previous entry of its chain, then what it declares to build on besides. */
  readonly parents: readonly EntryNode[];
}

interface Placed extends EntryNode {
  readonly lane: number;
  readonly place: number;
  /** For every other lane, the highest place that is an ancestor. Shared between entries that add nothing to it. */
  readonly seen: ReadonlyMap<number, number>;
}

export interface EntryGraph {
  /** Entries whose whole past is here and properly linked, causes before effects. */
  readonly ordered: readonly EntryNode[];
  readonly waiting: ReadonlyMap<EntryHash, Finding>;
  readonly refused: ReadonlyMap<EntryHash, Finding>;
  get(hash: EntryHash): EntryNode | undefined;
  isAtOrBefore(a: EntryNode, b: EntryNode): boolean;
}

export function entryGraph(headers: readonly JudgedHeader[]): EntryGraph {
  const byHash = new Map(headers.map((entry) => [entry.hash, entry]));
  const placed = new Map<EntryHash, Placed>();
  const waiting = new Map<EntryHash, Finding>();
  const refused = new Map<EntryHash, Finding>();
  const continued = new Set<EntryHash>();
  let lanes = 0;

  for (const entry of causesFirst(byHash)) {
    const fault = linkFault(entry, byHash);
    if (fault !== undefined) refused.set(entry.hash, fault);
    else if (citedBy(entry).some((hash) => refused.has(hash)))
      refused.set(entry.hash, finding('CUT-3', 'builds-on-refused'));
    else placed.set(entry.hash, place(entry));
  }
  for (const entry of byHash.values()) {
    if (placed.has(entry.hash) || refused.has(entry.hash)) continue;
    const { prev } = entry.header;
    const gap = prev !== null && !byHash.has(prev);
    const missing = entry.header.deps.some((item) => !byHash.has(item.hash));
    if (gap) waiting.set(entry.hash, finding('EN-1', 'previous-missing'));
    else waiting.set(entry.hash, finding('EN-2', missing ? 'dependency-missing' : 'builds-on-parked'));
  }
  const placeOf = (node: EntryNode): Placed => {
    const found = placed.get(node.hash);
    if (found === undefined) throw new Error('a node belongs to the graph it is asked of');
    return found;
  };
  return {
    ordered: [...placed.values()],
    waiting,
    refused,
    get: (hash) => placed.get(hash),
    isAtOrBefore: (a, b) => {
      const [earlier, later] = [placeOf(a), placeOf(b)];
      const highest = earlier.lane === later.lane ? later.place : (later.seen.get(earlier.lane) ?? -1);
      return earlier.place <= highest;
    },
  };

  function place(entry: JudgedHeader): Placed {
    const { header, hash } = entry;
    const parents = citedBy(entry).flatMap((cited) => placed.get(cited) ?? []);
    const prev = header.prev === null ? undefined : placed.get(header.prev);
    const continuesLane = prev !== undefined && !continued.has(prev.hash);
    if (prev !== undefined) continued.add(prev.hash);
    const lane = continuesLane ? prev.lane : lanes++;
    const others = continuesLane ? parents.slice(1) : parents;
    const seen = others.length === 0 ? (prev?.seen ?? nothingSeen) : joinSeen(prev, others, lane);
    const chain = chainNameOf(header.device, header.stint);
    return { header, hash, chain, parents, lane, place: continuesLane ? prev.place + 1 : 0, seen };
  }
}

const nothingSeen: ReadonlyMap<number, number> = new Map();

function joinSeen(prev: Placed | undefined, others: readonly Placed[], own: number): ReadonlyMap<number, number> {
  const seen = new Map(prev?.seen);
  const raise = (lane: number, place: number): void => {
    if (lane !== own && (seen.get(lane) ?? -1) < place) seen.set(lane, place);
  };
  for (const other of others) {
    raise(other.lane, other.place);
    for (const [lane, place] of other.seen) raise(lane, place);
  }
  return seen;
}

function citedBy({ header }: JudgedHeader): readonly EntryHash[] {
  const deps = header.deps.map((item) => item.hash);
  return header.prev === null ? deps : [header.prev, ...deps];
}

/** What an entry says of the entries it names must be so. */
function linkFault(entry: JudgedHeader, byHash: ReadonlyMap<EntryHash, JudgedHeader>): Finding | undefined {
  const { header } = entry;
  const prev = header.prev === null ? undefined : byHash.get(header.prev)?.header;
  if (
    prev !== undefined &&
    (prev.device !== header.device || prev.stint !== header.stint || prev.seq !== header.seq - 1)
  )
    return finding('EN-1', 'link-mismatch');
  const mislabelled = header.deps.some((item) => {
    const dep = byHash.get(item.hash)?.header;
    return dep !== undefined && (chainNameOf(dep.device, dep.stint) !== item.chain || dep.seq !== item.seq);
  });
  return mislabelled ? finding('EN-2', 'link-mismatch') : undefined;
}

/** Those whose whole past is here, causes before effects. Without recursion: a chain may be thousands long. */
function causesFirst(byHash: ReadonlyMap<EntryHash, JudgedHeader>): readonly JudgedHeader[] {
  const missing = new Map<EntryHash, number>();
  const children = new Map<EntryHash, JudgedHeader[]>();
  const ready: JudgedHeader[] = [];
  for (const entry of byHash.values()) {
    const cited = new Set(citedBy(entry));
    missing.set(entry.hash, cited.size);
    if (cited.size === 0) ready.push(entry);
    for (const hash of cited) {
      const siblings = children.get(hash);
      if (siblings === undefined) children.set(hash, [entry]);
      else siblings.push(entry);
    }
  }
  const ordered: JudgedHeader[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    ordered.push(next);
    for (const child of children.get(next.hash) ?? []) {
      const left = (missing.get(child.hash) ?? 0) - 1;
      missing.set(child.hash, left);
      if (left === 0) ready.push(child);
    }
  }
  return ordered;
}

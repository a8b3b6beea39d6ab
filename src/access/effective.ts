/**
 * Which entries of a section count (protocol section 5), from their headers, the charter and the rosters. Pure: the same set
 * gives the same answer in any order, and clocks play no part. Never opens anything.
 *
 * effective    merged · vouched: effective only because an authorised colleague built on it (CUT-5)
 * quarantined  well formed and allowed when written, as far as anyone can tell, but not effective now: kept, shown, not merged
 * waiting      something it names is not here yet, or a `close` is owed · refused  was never allowed, and never will be
 */
import type { EntryHash, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import {
  markAdmitted,
  type AdmittedEntry,
  type ChainName,
  type FrontierItem,
  type VerifiedEntry,
} from '../crypto/entry.ts';
import type { CharterState } from './charter.ts';
import { entryGraph, type EntryNode, type JudgedHeader } from './entry-graph.ts';
import { chainIsEnded, checkRights } from './entry-rights.ts';
import { finding, type Finding } from './findings.ts';
import { findForks, isAtOrBelow, type Fork } from './forks.ts';
import { awaitsClose, isBesideFork, isRoot, mayWriteAt } from './predicates.ts';

export type { JudgedHeader } from './entry-graph.ts';

export interface Judgement {
  readonly effective: ReadonlySet<EntryHash>;
  readonly vouched: ReadonlySet<EntryHash>;
  readonly quarantined: ReadonlyMap<EntryHash, Finding>;
  readonly refused: ReadonlyMap<EntryHash, Finding>;
  readonly waiting: ReadonlyMap<EntryHash, Finding>;
  readonly forks: readonly Fork[];
  /** CH-3: chains of devices that lost their place, while no `close` has said yet how far they count. */
  readonly awaitingClose: ReadonlySet<ChainName>;
  /** The highest effective entry of every chain, sorted by chain. */
  readonly frontier: readonly FrontierItem[];
  /** Whose chain it is, for every chain with an entry that was allowed when written. */
  readonly practiceByChain: ReadonlyMap<ChainName, PracticeId>;
}

export interface JudgementInput {
  readonly charter: CharterState;
  readonly section: Section;
  /** Every header held, in any order, each with its signature checked. */
  readonly headers: readonly JudgedHeader[];
  /** Entries that were effective here when the removal of their device became known: they stay until a `close` (CH-3). */
  readonly heldBefore?: ReadonlySet<EntryHash>;
}

export function judgeEntries({ charter, section, headers, heldBefore = new Set() }: JudgementInput): Judgement {
  const elsewhere = headers.filter(({ header }) => header.chart !== charter.chart || header.section !== section);
  const here = elsewhere.length === 0 ? headers : headers.filter((entry) => !elsewhere.includes(entry));
  const graph = entryGraph(here);
  const { practiceByEntry, refused, waiting } = checkRights(charter, graph);
  const passed = [...practiceByEntry.keys()];
  const chains = standingOfChains(charter, section, practiceByEntry);

  const cuts = charter.cutsOf(section);
  const admitted = charter.admittedIn(section);
  const settlements = charter.settlementsIn(section);
  const forks = findForks(here, {
    graph,
    passed,
    cuts,
    settlements,
    weightOf: (node) => {
      const standing = chains.get(node.chain);
      if (standing === undefined || standing.ended || !standing.holds) return 'none';
      return standing.practice === charter.custodian ? 'custodian' : 'other';
    },
  });

  const roots = new Set<EntryNode>();
  const setAside = new Map<EntryNode, Aside>();
  for (const node of passed) {
    const chain = chains.get(node.chain);
    if (chain === undefined) throw new Error('every chain of a passed entry has a standing');
    const besideFork = isBeside(node, forks.get(node.chain));
    const mayStay = chain.awaitsClose && heldBefore.has(node.hash);
    const root = isRoot({
      authorHolds: chain.holds || mayStay,
      chainEnded: chain.ended,
      besideFork,
      belowCut: isBelowAny(node, cuts),
      admitted: isBelowAny(node, admitted),
    });
    if (root) roots.add(node);
    else setAside.set(node, asideOf(chain, besideFork));
  }

  const counted = withAncestors(roots, passed);
  const quarantined = new Map<EntryHash, Finding>();
  for (const [node, aside] of setAside) {
    if (counted.has(node)) continue;
    (aside.waits ? waiting : quarantined).set(node.hash, aside.why);
  }
  for (const { hash } of elsewhere) refused.set(hash, finding('EN-3', 'chart-mismatch'));
  const hashes = (nodes: Iterable<EntryNode>): Set<EntryHash> => new Set([...nodes].map((node) => node.hash));
  return {
    effective: hashes(counted),
    vouched: hashes([...counted].filter((node) => !roots.has(node))),
    quarantined,
    refused,
    waiting,
    forks: [...forks.values()],
    awaitingClose: new Set([...chains].flatMap(([chain, standing]) => (standing.awaitsClose ? [chain] : []))),
    frontier: frontierOf(counted),
    practiceByChain: new Map([...chains].map(([chain, { practice }]) => [chain, practice])),
  };

  function isBelowAny(node: EntryNode, items: readonly FrontierItem[]): boolean {
    return items.some((item) => item.chain === node.chain && (isAtOrBelow(graph, node, item) || isTrusted(node, item)));
  }

  /** The header a cut names may not be here yet. As long as the chain is known not to part, there is only one way to it. */
  function isTrusted(node: EntryNode, item: FrontierItem): boolean {
    const parts = forks.get(node.chain)?.seq ?? Infinity;
    return node.header.seq < item.seq && node.header.seq < parts && graph.get(item.hash) === undefined;
  }

  function isBeside(node: EntryNode, fork: Fork | undefined): boolean {
    if (fork === undefined) return false;
    const settled = settlements.some(({ chain, seq, standing }) =>
      isAtOrBelow(graph, node, { chain, seq, hash: standing }),
    );
    return isBesideFork({
      seq: node.header.seq,
      forkSeq: fork.seq,
      stands: fork.standing === node.hash,
      settled,
    });
  }
}

/** The entry with the right to be opened, if it counts. */
export function admitEntry(entry: VerifiedEntry, judgement: Judgement): AdmittedEntry | undefined {
  return judgement.effective.has(entry.hash) ? markAdmitted(entry) : undefined;
}

/**
 * CUT-4: the right to be opened for a look, of an entry that counts for nothing here but was allowed when written. It is
 * tried on a copy of the document and merged nowhere.
 */
export function admitForReview(entry: VerifiedEntry, judgement: Judgement): AdmittedEntry | undefined {
  return mayBeReviewed(entry.hash, judgement) ? markAdmitted(entry) : undefined;
}

/** The same of what was opened with a snapshot. */
export function mayBeReviewed(entry: EntryHash, { quarantined, waiting, effective }: Judgement): boolean {
  return quarantined.has(entry) || waiting.has(entry) || effective.has(entry);
}

/** CUT-1: what a removal of `practice` is to leave standing in this section: what counts here of its chains. */
export function cutFor(judgement: Judgement, practice: PracticeId): readonly FrontierItem[] {
  return judgement.frontier.filter((item) => judgement.practiceByChain.get(item.chain) === practice);
}

/** How a chain's author and the chain itself stand in the charter and rosters as they are now. */
interface ChainStanding {
  readonly practice: PracticeId;
  readonly holds: boolean;
  readonly ended: boolean;
  /** CH-3: its device lost its place, and no `close` has said yet how far it counts. */
  readonly awaitsClose: boolean;
}

function standingOfChains(
  charter: CharterState,
  section: Section,
  practiceByEntry: ReadonlyMap<EntryNode, PracticeId>,
): ReadonlyMap<ChainName, ChainStanding> {
  const standings = new Map<ChainName, ChainStanding>();
  for (const [node, practice] of practiceByEntry) {
    if (standings.has(node.chain)) continue;
    const member = charter.rosterOf(practice)?.devices.get(node.header.device);
    const right = charter.rightOf(practice, section);
    const holds = mayWriteAt(right, member, section);
    const ended = chainIsEnded(charter, charter, practice, node);
    const waits = awaitsClose(right, holds, ended);
    standings.set(node.chain, { practice, holds, ended, awaitsClose: waits });
  }
  return standings;
}

interface Aside {
  readonly waits: boolean;
  readonly why: Finding;
}

function asideOf(chain: ChainStanding, besideFork: boolean): Aside {
  if (chain.awaitsClose) return { waits: true, why: finding('CH-3', 'waits-for-close') };
  if (chain.ended) return { waits: false, why: finding('CUT-2', 'after-cut') };
  if (!chain.holds) return { waits: false, why: finding('CUT-2', 'right-ended') };
  if (besideFork) return { waits: false, why: finding('CUT-8', 'after-fork') };
  throw new Error('an entry that is no root lacks something');
}

/** Effects before causes: one pass marks all that a root builds on. */
function withAncestors(roots: ReadonlySet<EntryNode>, passed: readonly EntryNode[]): ReadonlySet<EntryNode> {
  const counted = new Set(roots);
  for (const node of [...passed].reverse())
    if (counted.has(node)) for (const parent of node.parents) counted.add(parent);
  return counted;
}

function frontierOf(counted: ReadonlySet<EntryNode>): readonly FrontierItem[] {
  const highest = new Map<ChainName, FrontierItem>();
  for (const { chain, hash, header } of counted) {
    const known = highest.get(chain);
    const higher = known === undefined || known.seq < header.seq || (known.seq === header.seq && hash < known.hash);
    if (higher) highest.set(chain, { chain, seq: header.seq, hash });
  }
  return [...highest.values()].sort((a, b) => (a.chain < b.chain ? -1 : 1));
}

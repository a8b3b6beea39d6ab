/**
 * What an entry's own claims say against it (EN-3, CUT-3, CUT-7). The verdict never changes: it rests on the heads the entry
 * cites and on what it builds on, not on what else is known by now.
 */
import type { EntryHash, OpId, PracticeId } from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import type { ChainName, FrontierItem } from '../crypto/entry.ts';
import type { CharterState } from './charter.ts';
import type { CharterView } from './charter-view.ts';
import type { EntryGraph, EntryNode } from './entry-graph.ts';
import { finding, type Finding } from './findings.ts';
import { isAtOrBelow } from './forks.ts';
import { buildsOnEffective, isRoot, mayWriteAt, neverGoesBack, removalEndsChain } from './predicates.ts';

export interface PassedEntries {
  /** Those without fault, causes first, with the practice of their author. */
  readonly practiceByEntry: ReadonlyMap<EntryNode, PracticeId>;
  /** Taken over by the caller, which adds to them. */
  readonly refused: Map<EntryHash, Finding>;
  readonly waiting: Map<EntryHash, Finding>;
}

export function checkRights(charter: CharterState, graph: EntryGraph): PassedEntries {
  const practiceByEntry = new Map<EntryNode, PracticeId>();
  const refused = new Map(graph.refused);
  const waiting = new Map(graph.waiting);
  const knownByView = new Map<CharterView, KnownThen>();
  for (const node of graph.ordered) {
    const verdict = checkEntry(node);
    if ('refused' in verdict) refused.set(node.hash, verdict.refused);
    else if ('waiting' in verdict) waiting.set(node.hash, verdict.waiting);
    else practiceByEntry.set(node, verdict.practice);
  }
  return { practiceByEntry, refused, waiting };

  function checkEntry(node: EntryNode): Verdict {
    const { header, parents } = node;
    if (parents.some((parent) => refused.has(parent.hash))) return refuse('CUT-3', 'builds-on-refused');
    if (parents.some((parent) => waiting.has(parent.hash))) return wait('EN-2', 'builds-on-parked');
    if (header.access.some((head) => charter.refused.has(head))) return refuse('EN-3', 'builds-on-refused');
    const practice = charter.practiceOfRoster(header.roster);
    if (practice === undefined) return wait('EN-3', 'roster-unknown');
    const then = charter.at(header.access);
    if (then === undefined) return wait('EN-3', 'access-unknown');
    const fault = rightsFault(charter, node, practice, then);
    if (fault !== undefined) return { refused: fault };
    const byOwnPast = parents.map((parent) => isRootThen(parent, then));
    const covered = parents.map(
      (parent, i) =>
        byOwnPast[i] === true ||
        parents.some((other, j) => byOwnPast[j] === true && other !== parent && graph.isAtOrBefore(parent, other)),
    );
    return buildsOnEffective(covered) ? { practice } : refuse('CUT-3', 'builds-beyond-cut');
  }

  /** CUT-2 by what the citing author knew of the charter. Everything below a root is effective, so only tops are asked. */
  function isRootThen(parent: EntryNode, then: CharterView): boolean {
    const practice = practiceByEntry.get(parent);
    if (practice === undefined) throw new Error('a parent is judged before its children');
    const known = knownThen(then, parent.header.section);
    const chain = known.chains.get(parent.chain) ?? {
      holds: then.rightOf(practice, parent.header.section) === 'write',
      ended: chainIsEnded(charter, then, practice, parent),
    };
    known.chains.set(parent.chain, chain);
    return isRoot({
      authorHolds: chain.holds,
      chainEnded: chain.ended,
      // What a fork is, and which side stands, is no part of an author's past: CUT-8 judges it.
      besideFork: false,
      belowCut: known.cuts.some((item) => isAtOrBelow(graph, parent, item)),
      admitted: known.admitted.some((item) => isAtOrBelow(graph, parent, item)),
    });
  }

  function knownThen(then: CharterView, section: Section): KnownThen {
    const known = knownByView.get(then) ?? {
      cuts: then.cutsOf(section),
      admitted: then.admittedIn(section),
      chains: new Map<ChainName, { holds: boolean; ended: boolean }>(),
    };
    knownByView.set(then, known);
    return known;
  }
}

/** What a view says of a section, worked out once: most entries cite the same few heads. */
interface KnownThen {
  readonly cuts: readonly FrontierItem[];
  readonly admitted: readonly FrontierItem[];
  readonly chains: Map<ChainName, { readonly holds: boolean; readonly ended: boolean }>;
}

/** Whether a standing removal ends the entry's chain, or nothing standing began it (CUT-2, CUT-7). */
export function chainIsEnded(
  charter: CharterState,
  view: CharterView,
  practice: PracticeId,
  { header: { device, section, stint } }: EntryNode,
): boolean {
  if (stint !== '' && !view.openersOf(practice, section).includes(stint)) return true;
  return view
    .removalsOf(practice, device, section)
    .some((removal) => removalEndsChain(stint !== '' && charter.isBefore(removal.op, stint)));
}

type Verdict = { readonly refused: Finding } | { readonly waiting: Finding } | { readonly practice: PracticeId };

const refuse = (...of: Parameters<typeof finding>): Verdict => ({ refused: finding(...of) });
const wait = (...of: Parameters<typeof finding>): Verdict => ({ waiting: finding(...of) });

function rightsFault(
  charter: CharterState,
  { header, parents }: EntryNode,
  practice: PracticeId,
  then: CharterView,
): Finding | undefined {
  const roster = charter.rosterOf(practice);
  const member = roster?.at(header.roster)?.get(header.device);
  if (member?.status !== 'active') return finding('EN-3', 'author-not-active');
  if (!mayWriteAt(then.rightOf(practice, header.section), member, header.section)) return finding('EN-3', 'no-right');
  const { stint } = header;
  if (stint !== '' && !then.openersOf(practice, header.section).includes(stint))
    return finding('CUT-7', 'stint-unknown');
  const previous = header.prev === null ? undefined : parents[0]?.header;
  if (previous === undefined) return undefined;
  const covers = (newer: readonly OpId[], older: readonly OpId[], ask: typeof charter.covers): boolean =>
    newer.join() === older.join() || ask(newer, older);
  if (!neverGoesBack(covers(header.access, previous.access, charter.covers)))
    return finding('EN-3', 'access-went-back');
  const coversRoster = (newer: readonly OpId[], older: readonly OpId[]): boolean =>
    roster?.covers(newer, older) === true;
  return neverGoesBack(covers(header.roster, previous.roster, coversRoster))
    ? undefined
    : finding('EN-3', 'roster-went-back');
}

/**
 * Tries entries on a clone before the open document sees them (AM-1, AM-3): each change must continue its author's
 * numbering and replace exactly what its author could see; then the clone is saved and loaded once, for a document that
 * cannot be loaded again is lost. What fails is found by halves, and the rest is good.
 */
import { getBackend, init, type Doc } from '@automerge/automerge/slim';
import type { EntryHash } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { ChangeGraph, type ChangeNode } from './change-graph.ts';
import type { CheckedChange, CheckedWrite } from './check-change.ts';
import { maxTrials } from './limits.ts';
import { typingFits, type TypingRefusal } from './trial-typing.ts';

export type Backend = ReturnType<typeof getBackend>;

export type TrialRefusal =
  | 'wrong-start-op'
  /** Two changes of one actor with the same number. */
  | 'sequence-reused'
  | 'sequence-gap'
  /** It replaces values its author had not seen, or leaves one it had seen. */
  | 'unresolvable-predecessor'
  | 'not-applicable'
  /** With it the saved document could not be loaded again. */
  | 'unloadable'
  | TypingRefusal;

export interface CandidateEntry {
  readonly hash: EntryHash;
  readonly changes: readonly CheckedChange[];
}

export interface TrialOutcome<T> {
  readonly good: readonly T[];
  readonly bad: readonly T[];
  /** Builds on a bad one, or was not reached within the number of trials. */
  readonly untried: readonly T[];
}

export class Trial<T extends CandidateEntry> {
  readonly #document: Doc<object>;
  readonly #known: ChangeGraph;
  #graph: ChangeGraph;
  #clone: Backend;
  readonly #accepted: T[] = [];

  constructor(document: Doc<object>, known: ChangeGraph) {
    this.#document = document;
    this.#known = known;
    this.#graph = new ChangeGraph(known);
    this.#clone = cloneOf(document);
  }

  get size(): number {
    return this.#accepted.length;
  }

  knows(change: string): boolean {
    return this.#graph.get(change) !== undefined;
  }

  /** Everything the entry builds on must be known. Changes already known are left out. */
  take(entry: T): Result<void, TrialRefusal> {
    let applied = false;
    for (const change of entry.changes) {
      if (this.knows(change.node.hash)) continue;
      const fits = this.#fits(change);
      const outcome = fits.ok ? this.#apply(change) : fits;
      if (!outcome.ok) {
        if (applied || outcome.reason === 'not-applicable') this.#startAgain();
        return outcome;
      }
      applied = true;
    }
    this.#accepted.push(entry);
    return ok(undefined);
  }

  /** Saves and loads the clone once; on failure finds out why. */
  finish(): TrialOutcome<T> {
    if (reloads(this.#clone)) return { good: this.#accepted, bad: [], untried: [] };
    return sortOut(
      this.#accepted,
      (entries) => this.#survives(entries),
      (entry, good) => this.#isGrounded(entry, good),
    );
  }

  free(): void {
    this.#clone.free();
  }

  #fits(change: CheckedChange): Result<void, TrialRefusal> {
    const { node, writes } = change;
    const deps = node.deps.map((dep) => this.#graph.mustGet(dep));
    if (node.startOp !== 1 + Math.max(...deps.map((dep) => dep.maxOp))) return err('wrong-start-op');
    const last = this.#graph.lastOf(node.actor);
    if (node.seq <= (last?.seq ?? 0)) return err('sequence-reused');
    if (node.seq !== (last?.seq ?? 0) + 1) return err('sequence-gap');
    if (last !== undefined && !this.#graph.hasSeen(node.deps, last.hash))
      return err('sequence-gap', 'not on top of its own');
    if (!writes.every((write) => this.#replacesWhatStood(write, node))) return err('unresolvable-predecessor');
    return typingFits(change, this.#clone, this.#graph);
  }

  #replacesWhatStood(write: CheckedWrite, node: ChangeNode): boolean {
    const now = this.#clone.getAll('_root', write.rootKey);
    // Values are never deleted: where nothing stands now, nothing stood then.
    if (now.length === 0) return write.pred.length === 0;
    const then = this.#clone.getAll('_root', write.rootKey, [...node.deps]).map((value) => value[2]);
    return then.length === write.pred.length && write.pred.every((opId) => then.includes(opId));
  }

  #apply({ bytes, node }: CheckedChange): Result<void, TrialRefusal> {
    if (!applies(this.#clone, [bytes])) return err('not-applicable');
    this.#graph.add(node);
    return ok(undefined);
  }

  #startAgain(): void {
    this.#clone.free();
    this.#clone = cloneOf(this.#document);
    this.#graph = new ChangeGraph(this.#known);
    const changes = this.#accepted.flatMap((entry) => entry.changes).filter((change) => !this.knows(change.node.hash));
    for (const change of changes) this.#graph.add(change.node);
    this.#clone.applyChanges(changes.map((change) => change.bytes));
  }

  #survives(entries: readonly T[]): boolean {
    const clone = cloneOf(this.#document);
    try {
      return (
        applies(
          clone,
          entries.flatMap((entry) => entry.changes.map((change) => change.bytes)),
        ) && reloads(clone)
      );
    } finally {
      clone.free();
    }
  }

  #isGrounded(entry: T, good: readonly T[]): boolean {
    const here = new Set(good.flatMap(({ changes }) => changes.map(({ node }) => node.hash)));
    for (const { node } of entry.changes) {
      if (!node.deps.every((dep) => here.has(dep) || this.#known.get(dep) !== undefined)) return false;
      here.add(node.hash);
    }
    return true;
  }
}

/** Which of these, in order, survive together; `isGrounded`: whether all an entry builds on is among the good ones. */
function sortOut<T>(
  entries: readonly T[],
  survives: (entries: readonly T[]) => boolean,
  isGrounded: (entry: T, good: readonly T[]) => boolean,
): TrialOutcome<T> {
  const good: T[] = [];
  const bad: T[] = [];
  const untried: T[] = [];
  const halves: (readonly T[])[] = [entries];
  let trials = 0;
  for (let half = halves.pop(); half !== undefined; half = halves.pop()) {
    const grounded: T[] = [];
    for (const entry of half) (isGrounded(entry, [...good, ...grounded]) ? grounded : untried).push(entry);
    if (grounded.length === 0) continue;
    if (trials++ >= maxTrials) untried.push(...grounded);
    else if (survives([...good, ...grounded])) good.push(...grounded);
    else if (grounded.length === 1) bad.push(...grounded);
    else halves.push(grounded.slice(grounded.length >> 1), grounded.slice(0, grounded.length >> 1));
  }
  return { good, bad, untried };
}

function cloneOf(document: Doc<object>): Backend {
  const backend = getBackend(document);
  return backend.clone(backend.getActorId());
}

function applies(backend: Backend, changes: readonly Uint8Array[]): boolean {
  try {
    backend.applyChanges([...changes]);
    return true;
  } catch {
    return false;
  }
}

/** Without the JavaScript view of the document, which is most of what loading costs. */
function reloads(backend: Backend): boolean {
  const again = getBackend(init());
  try {
    again.loadIncremental(backend.saveNoCompress());
    const heads = backend.getHeads();
    const loaded = again.getHeads();
    return heads.length === loaded.length && heads.every((head) => loaded.includes(head));
  } catch {
    return false;
  } finally {
    again.free();
  }
}

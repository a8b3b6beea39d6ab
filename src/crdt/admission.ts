/**
 * The way of foreign changes into an open section (AM-1 to AM-3): static checks, waiting for what is missing, a trial on a
 * clone. An entry enters whole or not at all.
 */
import type { Doc } from '@automerge/automerge/slim';
import type { Bytes } from '../base/bytes.ts';
import type { ActorId, DeviceId, EntryHash } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ChangeGraph } from './change-graph.ts';
import { checkChange, type ChangeRefusal, type CheckedChange } from './check-change.ts';
import { maxEntriesPerTrial } from './limits.ts';
import { Trial, type TrialRefusal } from './trial.ts';
import { WaitingEntries } from './waiting-entries.ts';

/** What an opened entry holds for the document. The actor is the one its device and nonce stand for (EN-4). */
export interface EntryChanges {
  readonly hash: EntryHash;
  readonly device: DeviceId;
  readonly actor: ActorId;
  readonly changes: readonly Bytes[];
}

export type AdmissionRefusal = ChangeRefusal | TrialRefusal | 'no-changes';

export interface AdmissionOutcome {
  readonly merged: readonly EntryHash[];
  readonly failed: readonly { readonly hash: EntryHash; readonly reason: AdmissionRefusal; readonly detail?: string }[];
  /** All that wait here for changes which others build on, older ones included; forgotten when the section is closed. */
  readonly waiting: readonly EntryHash[];
  /** No room to wait, or not tried to the end: to be offered again. */
  readonly deferred: readonly EntryHash[];
}

interface Candidate {
  readonly hash: EntryHash;
  readonly device: DeviceId;
  readonly size: number;
  readonly changes: readonly CheckedChange[];
}

/** The document as admission may touch it. */
export interface AdmissionTarget {
  document(): Doc<object>;
  readonly graph: ChangeGraph;
  merge(changes: readonly CheckedChange[], devices: ReadonlyMap<string, DeviceId>): void;
}

export class Admission {
  readonly #target: AdmissionTarget;
  readonly #waiting = new WaitingEntries<Candidate>();

  constructor(target: AdmissionTarget) {
    this.#target = target;
  }

  apply(entries: readonly EntryChanges[]): AdmissionOutcome {
    const report = new Report();
    const queue: Candidate[] = [];
    for (const entry of entries) {
      if (this.#waiting.has(entry.hash)) continue;
      const checked = checkEntry(entry);
      if (checked.ok) queue.push(checked.value);
      else report.fail(entry.hash, checked.reason, checked.detail);
    }
    // In pieces, so that one bad entry among thousands costs no trial of thousands.
    while (queue.length > 0) this.#tryNext(queue, report);
    return report.outcome(this.#waiting.hashes());
  }

  /** Takes from the front of the queue what one trial may hold; what it sets free joins the queue. */
  #tryNext(queue: Candidate[], report: Report): void {
    const trial = new Trial<Candidate>(this.#target.document(), this.#target.graph);
    try {
      let taken = 0;
      for (; taken < queue.length && trial.size < maxEntriesPerTrial; taken++) {
        const entry = queue[taken];
        if (entry === undefined) break;
        const missing = missingFor(entry, trial);
        if (missing !== undefined) {
          if (!this.#waiting.park(entry, missing)) report.defer(entry.hash);
          continue;
        }
        const outcome = trial.take(entry);
        if (!outcome.ok) report.fail(entry.hash, outcome.reason, outcome.detail);
        else for (const change of entry.changes) queue.push(...this.#waiting.release(change.node.hash));
      }
      queue.splice(0, taken);
      this.#conclude(trial, report);
    } finally {
      trial.free();
    }
  }

  #conclude(trial: Trial<Candidate>, report: Report): void {
    if (trial.size === 0) return;
    const { good, bad, untried } = trial.finish();
    const devices = new Map(good.flatMap(({ device, changes }) => changes.map(({ node }) => [node.actor, device])));
    const fresh = new Map(good.flatMap(({ changes }) => changes.map((change) => [change.node.hash, change])));
    const changes = [...fresh.values()].filter(({ node }) => this.#target.graph.get(node.hash) === undefined);
    if (changes.length > 0) this.#target.merge(changes, devices);
    for (const { hash } of good) report.merge(hash);
    for (const { hash } of bad) report.fail(hash, 'unloadable');
    for (const { hash } of untried) report.defer(hash);
  }
}

function checkEntry(entry: EntryChanges): Result<Candidate, ChangeRefusal | 'no-changes'> {
  const { hash, device, actor } = entry;
  if (entry.changes.length === 0) return err('no-changes');
  const changes: CheckedChange[] = [];
  let size = 0;
  for (const bytes of entry.changes) {
    const checked = checkChange(bytes, { actor });
    if (!checked.ok) return checked;
    changes.push(checked.value);
    size += bytes.length;
  }
  return ok({ hash, device, size, changes });
}

/** A change that the entry builds on and that is neither known nor an earlier one of its own. */
function missingFor(entry: Candidate, trial: Trial<Candidate>): string | undefined {
  const own = new Set<string>();
  for (const { node } of entry.changes) {
    for (const dep of node.deps) if (!own.has(dep) && !trial.knows(dep)) return dep;
    own.add(node.hash);
  }
  return undefined;
}

class Report {
  readonly #merged: EntryHash[] = [];
  readonly #failed: { hash: EntryHash; reason: AdmissionRefusal; detail?: string }[] = [];
  readonly #deferred: EntryHash[] = [];

  merge(hash: EntryHash): void {
    this.#merged.push(hash);
  }

  fail(hash: EntryHash, reason: AdmissionRefusal, detail?: string): void {
    this.#failed.push(detail === undefined ? { hash, reason } : { hash, reason, detail });
  }

  defer(hash: EntryHash): void {
    this.#deferred.push(hash);
  }

  outcome(waiting: readonly EntryHash[]): AdmissionOutcome {
    return { merged: this.#merged, failed: this.#failed, waiting, deferred: this.#deferred };
  }
}

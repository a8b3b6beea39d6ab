/**
 * What every part of an open practice shares: who this device is, the disk, what is resolved in memory, and the one queue in
 * which everything that writes waits its turn, so that no two acts build on the same chain position (CUT-8).
 */
import type { ChartId, DeviceId } from '../base/ids.ts';
import { err, type Result } from '../base/result.ts';
import type { CharterAuthor } from '../access/charter-builders.ts';
import type { StoreContent } from '../net/store-content.ts';
import type { CommitFailure, Store } from '../store/store.ts';
import type { AuditJournal } from './audit/audit-journal.ts';
import type { ChartIndex } from './patients/chart-index.ts';
import type { CharterBook } from './charters/charter-book.ts';
import type { DeviceNames } from './device-names.ts';
import type { DeviceSelf } from './device-self.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { PeopleHere } from './people/people-here.ts';
import type { Ports } from './ports.ts';
import type { RosterBook } from '../replica/roster-book.ts';
import type { SealedRecords } from './sealed-records.ts';
import type { WriteFailure } from './session.ts';

/** What an act asked for after locking ends with. */
export class PracticeLocked extends Error {
  override readonly name = 'PracticeLocked';
}

/** The same, but for locking, which is a failure like others to whoever asked. */
export async function unlessLocked<T, R extends string>(act: Promise<Result<T, R>>): Promise<Result<T, R | 'closed'>> {
  try {
    return await act;
  } catch (error) {
    if (error instanceof PracticeLocked) return err('closed');
    throw error;
  }
}

export class PracticeContext {
  readonly ports: Ports;
  readonly store: Store;
  /** Every commit goes through it, so that frontiers in memory are those of the disk. */
  readonly content: StoreContent;
  readonly self: DeviceSelf;
  readonly records: SealedRecords;
  readonly people: PeopleHere;
  readonly rosters: RosterBook;
  readonly names: DeviceNames;
  readonly charters: CharterBook;
  readonly index: ChartIndex;
  readonly diagnostics: Diagnostics;
  /** Whoever writes tells it what, in the same commit (AU-2). */
  readonly journal: AuditJournal;
  /** Devices that hold all of a chart that is here and that they may have, as digests said; set by who hears them. */
  holdersOfSame: (chart: ChartId) => readonly { readonly device: DeviceId; readonly atMs: number }[] = () => [];
  /** Whether a frame of another device is being dealt with: what nobody waits for is left until it is. */
  isTakingIn: () => boolean = () => false;
  #queue: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #isLocked = false;

  constructor(
    parts: Omit<
      PracticeContext,
      'asked' | 'exclusively' | 'holdersOfSame' | 'isTakingIn' | 'inBackground' | 'author' | 'timeMs' | 'finish'
    >,
  ) {
    this.ports = parts.ports;
    this.store = parts.store;
    this.content = parts.content;
    this.self = parts.self;
    this.records = parts.records;
    this.people = parts.people;
    this.rosters = parts.rosters;
    this.names = parts.names;
    this.charters = parts.charters;
    this.index = parts.index;
    this.diagnostics = parts.diagnostics;
    this.journal = parts.journal;
  }

  /** Runs `act` after all that was asked for before. Never nest: an act that asks for another waits for itself. */
  exclusively<T>(act: () => Promise<T>): Promise<T> {
    // Its keys are wiped: what would be sealed or signed now would be so by zeros.
    if (this.#isLocked) return Promise.reject(new PracticeLocked());
    this.#asked += 1;
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** How often anything was asked for: the same as a while ago where nobody did since. */
  get asked(): number {
    return this.#asked;
  }

  /** For work that nobody waits for. Locking ends it; any other failure is counted. */
  inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof PracticeLocked) return;
      this.diagnostics.count('work that nobody waited for', error instanceof Error ? error.name : 'failed');
    });
  }

  /** Resolves when all that was asked for is done; what is asked for from now on is refused. */
  async finish(): Promise<void> {
    this.#isLocked = true;
    await this.#queue;
  }

  author(): CharterAuthor {
    return { signKeys: this.self.sign, roster: this.rosters.mustGet(this.self.practice) };
  }

  timeMs(): number {
    return this.ports.clock.nowMs();
  }
}

export function writeFailureOf(reason: CommitFailure): WriteFailure {
  switch (reason) {
    case 'quota':
      return 'storage-full';
    case 'closed':
      return 'closed';
    case 'gap':
    case 'fork':
    case 'not-covered':
    case 'disk':
      return 'storage';
  }
}

/** It would be so again, whatever is written. */
export function isOfTheDisk(failure: WriteFailure): boolean {
  return failure === 'storage' || failure === 'storage-full' || failure === 'closed';
}

/**
 * The disk as one run of a machine's program sees it. It can be told to stop the machine before or after one of the next
 * commits: then neither that commit nor anything asked for later is ever answered, as when the power goes. What was
 * committed stays on the MemoryDisk, where the next run finds it.
 */
import type { Result } from '../../src/base/result.ts';
import { openMemoryStore, type MemoryDisk } from '../../src/store/memory-store.ts';
import type { Commit, CommitFailure, Store } from '../../src/store/store.ts';

/** The power goes at this commit, counted from now: 1 is the next. */
export interface PowerCut {
  commits: number;
  readonly when: 'before' | 'after';
}

export interface MachineTold {
  readonly stopped: () => void;
  readonly kept: (batch: Commit) => void;
}

export class MachineStore implements Store {
  readonly #store: Store;
  readonly #told: MachineTold;
  #isOff = false;
  powerCut: PowerCut | undefined;

  constructor(disk: MemoryDisk, told: MachineTold) {
    this.#store = openMemoryStore(disk);
    this.#told = told;
  }

  /** From now on this run asks in vain. */
  turnOff(): void {
    this.#isOff = true;
  }

  async commit(batch: Commit): Promise<Result<undefined, CommitFailure>> {
    const cut = this.powerCut;
    if (cut !== undefined) cut.commits -= 1;
    if (cut?.commits === 0 && cut.when === 'before') return this.#stop();
    const result = await this.#answer(() => this.#store.commit(batch));
    if (result.ok) this.#told.kept(batch);
    return cut?.commits === 0 ? this.#stop() : result;
  }

  chartStates = (): ReturnType<Store['chartStates']> => this.#answer(() => this.#store.chartStates());
  chartState = (...of: Parameters<Store['chartState']>): ReturnType<Store['chartState']> =>
    this.#answer(() => this.#store.chartState(...of));
  heads = (...of: Parameters<Store['heads']>): ReturnType<Store['heads']> =>
    this.#answer(() => this.#store.heads(...of));
  entries = (...of: Parameters<Store['entries']>): ReturnType<Store['entries']> =>
    this.#answer(() => this.#store.entries(...of));

  snapshots = (...of: Parameters<Store['snapshots']>): ReturnType<Store['snapshots']> =>
    this.#answer(() => this.#store.snapshots(...of));
  chunk = (...of: Parameters<Store['chunk']>): ReturnType<Store['chunk']> =>
    this.#answer(() => this.#store.chunk(...of));
  chunksHeld = (...of: Parameters<Store['chunksHeld']>): ReturnType<Store['chunksHeld']> =>
    this.#answer(() => this.#store.chunksHeld(...of));
  chunksNamed = (...of: Parameters<Store['chunksNamed']>): ReturnType<Store['chunksNamed']> =>
    this.#answer(() => this.#store.chunksNamed(...of));
  sweepChunks = (...of: Parameters<Store['sweepChunks']>): ReturnType<Store['sweepChunks']> =>
    this.#answer(() => this.#store.sweepChunks(...of));
  snapshotNames = (...of: Parameters<Store['snapshotNames']>): ReturnType<Store['snapshotNames']> =>
    this.#answer(() => this.#store.snapshotNames(...of));
  ops = (...of: Parameters<Store['ops']>): ReturnType<Store['ops']> => this.#answer(() => this.#store.ops(...of));
  logs = (...of: Parameters<Store['logs']>): ReturnType<Store['logs']> => this.#answer(() => this.#store.logs(...of));
  held = (...of: Parameters<Store['held']>): ReturnType<Store['held']> => this.#answer(() => this.#store.held(...of));
  sealed = (key: string): ReturnType<Store['sealed']> => this.#answer(() => this.#store.sealed(key));
  sealedKeys = (prefix: string): ReturnType<Store['sealedKeys']> => this.#answer(() => this.#store.sealedKeys(prefix));
  sealedUnder = (prefix: string): ReturnType<Store['sealedUnder']> =>
    this.#answer(() => this.#store.sealedUnder(prefix));
  removeChart = (...of: Parameters<Store['removeChart']>): ReturnType<Store['removeChart']> =>
    this.#answer(() => this.#store.removeChart(...of));
  wipe = (): ReturnType<Store['wipe']> => this.#answer(() => this.#store.wipe());

  close(): void {
    if (!this.#isOff) this.#store.close();
  }

  #answer<T>(ask: () => Promise<T>): Promise<T> {
    return this.#isOff ? never() : ask();
  }

  #stop<T>(): Promise<T> {
    this.#isOff = true;
    this.#told.stopped();
    return never();
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/**
 * Who else works at this browser profile while one of them is at work. What the one commits is on the shared disk at once; the
 * sealed lists of the others cannot be written without their keys, so each commit leaves a mark for every chart it touches,
 * and the next person reads those charts anew at unlocking.
 */
import type { ChartId, DeviceId } from '../../base/ids.ts';
import type { Store } from '../../store/store.ts';
import { VaultMarks, type HasLost } from './people-marks.ts';
import { readPeople, vaultPrefix, writePeople, type KeptPerson } from './people-vaults.ts';
import type { SealedWrite } from '../sealed-records.ts';

export class PeopleHere {
  /** Of whoever is at work. */
  readonly vault: string;
  #people: readonly KeptPerson[];

  readonly #marks: VaultMarks;

  private constructor(vault: string, people: readonly KeptPerson[], marks: VaultMarks) {
    this.vault = vault;
    this.#people = people;
    this.#marks = marks;
  }

  static async open(store: Store, vault: string): Promise<PeopleHere> {
    return new PeopleHere(vault, await readPeople(store), await VaultMarks.read(store, vaultPrefix(vault)));
  }

  get all(): readonly KeptPerson[] {
    return this.#people;
  }

  /** Whether the device is a colleague's of this same browser, which is never connected while this one is. */
  isHere(device: DeviceId): boolean {
    return this.#people.some((person) => person.device === device);
  }

  /** The record to commit; `put` is called once that is durable. */
  write(people: readonly KeptPerson[]): SealedWrite {
    return writePeople(people);
  }

  put(people: readonly KeptPerson[]): void {
    this.#people = people;
  }

  /** Charts that colleagues changed since this vault was last open, with what was here before somebody lost their place. */
  get marks(): VaultMarks {
    return this.#marks;
  }

  /** For a vault that is made now: what this one has not read yet, that one has not either. */
  async marksFor(vault: string, store: Store): Promise<readonly SealedWrite[]> {
    const theirs = await VaultMarks.read(store, vaultPrefix(vault));
    return (await this.stale(store)).map((chart) => theirs.write(chart, this.#marks.get(chart)));
  }

  /** Not read yet. */
  async stale(store: Store): Promise<readonly ChartId[]> {
    return VaultMarks.charts(store, vaultPrefix(this.vault));
  }

  /** The same store, but every commit leaves its marks, in the same transaction. */
  marking(store: Store, hasLost: HasLost): Store {
    /** Nobody else writes them while this session lasts. */
    const known = new Map<string, Promise<VaultMarks>>();
    const marksOf = (vault: string): Promise<VaultMarks> => {
      const marks = known.get(vault) ?? VaultMarks.read(store, vaultPrefix(vault));
      known.set(vault, marks);
      return marks;
    };
    return {
      commit: async (batch) => {
        const others = this.#people.filter(({ vault }) => vault !== this.vault);
        if (others.length === 0) return store.commit(batch);
        const marks = await Promise.all(others.map(({ vault }) => marksOf(vault)));
        const noted = marks.map((one) => one.with(batch, hasLost));
        const writes = noted.flatMap((one) => one.writes);
        const kept = await store.commit(
          writes.length === 0 ? batch : { ...batch, sealed: [...(batch.sealed ?? []), ...writes] },
        );
        if (kept.ok) for (const one of noted) one.kept();
        return kept;
      },
      chartStates: () => store.chartStates(),
      chartState: (chart) => store.chartState(chart),
      heads: (chart, section) => store.heads(chart, section),
      entries: (chart, section, only) => store.entries(chart, section, only),
      snapshotNames: (chart, section) => store.snapshotNames(chart, section),
      snapshots: (chart, section) => store.snapshots(chart, section),
      chunk: (chart, section, hash) => store.chunk(chart, section, hash),
      chunksHeld: (chart) => store.chunksHeld(chart),
      chunksNamed: (chart, section, hash) => store.chunksNamed(chart, section, hash),
      sweepChunks: (chart) => store.sweepChunks(chart),
      ops: (log) => store.ops(log),
      logs: (kind) => store.logs(kind),
      held: (chart) => store.held(chart),
      sealed: (key) => store.sealed(key),
      sealedKeys: (prefix) => store.sealedKeys(prefix),
      sealedUnder: (prefix) => store.sealedUnder(prefix),
      removeChart: (chart) => store.removeChart(chart),
      wipe: () => store.wipe(),
      close: () => {
        store.close();
      },
    };
  }
}

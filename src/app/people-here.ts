/**
 * Who else works at this browser profile while one of them is at work. What the one commits is on the shared disk at once; the
 * sealed lists of the others cannot be written without their keys, so each commit leaves a mark for every chart it touches,
 * and the next person reads those charts anew at unlocking.
 */
import type { ChartId, DeviceId } from '../base/ids.ts';
import { parseChartId } from '../base/ids.ts';
import type { Commit, Store, StoredLog } from '../store/store.ts';
import { vaultPrefix, writePeople, type KeptPerson } from './people-vaults.ts';
import type { SealedWrite } from './sealed-records.ts';

const stalePrefix = 'stale/';
/** A mark says nothing but that it is there. */
const mark = Uint8Array.of(1);

export class PeopleHere {
  /** Of whoever is at work. */
  readonly vault: string;
  #people: readonly KeptPerson[];

  constructor(vault: string, people: readonly KeptPerson[]) {
    this.vault = vault;
    this.#people = people;
  }

  get all(): readonly KeptPerson[] {
    return this.#people;
  }

  /** Whether the device is a colleague's of this same browser, which is never connected while this one is. */
  isHere(device: DeviceId): boolean {
    return this.#people.some((person) => person.device === device);
  }

  vaultOf(device: DeviceId): string | undefined {
    return this.#people.find((person) => person.device === device)?.vault;
  }

  /** The record to commit; `put` is called once that is durable. */
  write(people: readonly KeptPerson[]): SealedWrite {
    return writePeople(people);
  }

  put(people: readonly KeptPerson[]): void {
    this.#people = people;
  }

  /** Charts that colleagues changed since this vault was last open. */
  async stale(store: Store): Promise<readonly ChartId[]> {
    const prefix = vaultPrefix(this.vault) + stalePrefix;
    const keys = await store.sealedKeys(prefix);
    return keys.flatMap((key) => parseChartId(key.slice(prefix.length)) ?? []);
  }

  /** For a vault that is made now: what this one has not read yet, that one has not either. */
  async staleIn(vault: string, store: Store): Promise<readonly SealedWrite[]> {
    return (await this.stale(store)).map((chart) => ({ key: staleKey(vault, chart), bytes: mark }));
  }

  readAnew(chart: ChartId): SealedWrite {
    return { key: staleKey(this.vault, chart), bytes: undefined };
  }

  /** The same store, but every commit leaves its marks, in the same transaction. */
  marking(store: Store): Store {
    /** Marks stay until their vault is opened, which is after this session: each is written once. */
    const marked = new Set<string>();
    const marksOf = (batch: Commit): readonly string[] =>
      this.#people
        .filter(({ vault }) => vault !== this.vault)
        .flatMap(({ vault }) => [...chartsOf(batch)].map((chart) => staleKey(vault, chart)))
        .filter((key) => !marked.has(key));
    return {
      commit: async (batch) => {
        const marks = marksOf(batch);
        const sealed = [...(batch.sealed ?? []), ...marks.map((key) => ({ key, bytes: mark }))];
        const kept = await store.commit(marks.length === 0 ? batch : { ...batch, sealed });
        if (kept.ok) for (const key of marks) marked.add(key);
        return kept;
      },
      chartStates: () => store.chartStates(),
      chartState: (chart) => store.chartState(chart),
      heads: (chart, section) => store.heads(chart, section),
      entries: (chart, section, only) => store.entries(chart, section, only),
      ops: (log) => store.ops(log),
      logs: (kind) => store.logs(kind),
      held: (chart) => store.held(chart),
      sealed: (key) => store.sealed(key),
      sealedKeys: (prefix) => store.sealedKeys(prefix),
      removeChart: (chart) => store.removeChart(chart),
      wipe: () => store.wipe(),
      close: () => {
        store.close();
      },
    };
  }
}

function staleKey(vault: string, chart: ChartId): string {
  return `${vaultPrefix(vault)}${stalePrefix}${chart}`;
}

function chartsOf({ entries = [], beside = [], held = [], ops = [] }: Commit): ReadonlySet<ChartId> {
  const ofOps = ops.flatMap(({ log }) => chartOf(log) ?? []);
  return new Set([...[...entries, ...beside, ...held].map(({ chart }) => chart), ...ofOps]);
}

function chartOf(log: StoredLog): ChartId | undefined {
  const [kind, id = ''] = log.split('/');
  return kind === 'charter' ? parseChartId(id) : undefined;
}

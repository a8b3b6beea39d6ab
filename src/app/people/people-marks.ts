/**
 * What a person at this workstation leaves for a colleague whose vault is closed: for each chart that changed, a mark that
 * says so, with what was here before anybody lost their place in a roster. That stays in force (CH-3) although the colleague
 * reads it only after they heard of the loss. Marks are clear, and say no more than the entries and operations beside them;
 * whoever can change them can as well put the disk back to before the loss.
 */
import { fromUtf8, toUtf8, type Bytes } from '../../base/bytes.ts';
import { parseChartId, type ChartId, type DeviceId, type EntryHash, type OpId } from '../../base/ids.ts';
import { decodeOperation, decodeSignedOp } from '../../access/operation.ts';
import type { Commit, Store, StoredLog, StoredOp } from '../../store/store.ts';
import type { SealedWrite } from '../sealed-records.ts';

const stalePrefix = 'stale/';
/** Whether a device ever lost its place in its roster, or a role, by what is known now. */
export type HasLost = (device: DeviceId) => boolean;

/** Entries and operations that came while their author had lost nothing. */
export interface Mark {
  /** The newest of each chain, by section, device and stint. */
  readonly entries: Readonly<Record<string, EntryHash>>;
  readonly ops: readonly OpId[];
}

const bare: Mark = { entries: {}, ops: [] };

/** The marks of one vault, by the prefix of its records. */
export class VaultMarks {
  readonly #prefix: string;
  readonly #marks: Map<ChartId, Mark>;
  /** Whose newest mark is on the disk. */
  readonly #durable: Set<ChartId>;

  private constructor(prefix: string, marks: Map<ChartId, Mark>) {
    this.#prefix = prefix;
    this.#marks = marks;
    this.#durable = new Set(marks.keys());
  }

  static async charts(store: Store, prefix: string): Promise<readonly ChartId[]> {
    const keys = await store.sealedKeys(prefix + stalePrefix);
    return keys.flatMap((key) => parseChartId(key.slice(prefix.length + stalePrefix.length)) ?? []);
  }

  static async read(store: Store, prefix: string): Promise<VaultMarks> {
    const marks = new Map<ChartId, Mark>();
    for (const chart of await VaultMarks.charts(store, prefix))
      marks.set(chart, markFromBytes(await store.sealed(prefix + stalePrefix + chart)));
    return new VaultMarks(prefix, marks);
  }

  get(chart: ChartId): Mark {
    return this.#marks.get(chart) ?? bare;
  }

  /** What is to be committed with the batch so that this vault hears of it; `kept` is called once that is durable. */
  with(batch: Commit, hasLost: HasLost): { readonly writes: readonly SealedWrite[]; readonly kept: () => void } {
    const touched = chartsOf(batch);
    // A name too many, should the commit fail, names nothing; of two commits at once neither may forget the other's.
    for (const chart of touched) this.#note(chart, batch, hasLost);
    const changed = [...touched].filter((chart) => !this.#durable.has(chart));
    return {
      writes: changed.map((chart) => this.write(chart, this.get(chart))),
      kept: () => {
        for (const chart of changed) {
          this.#marks.set(chart, this.get(chart));
          this.#durable.add(chart);
        }
      },
    };
  }

  /** Of another vault's, for this one. */
  write(chart: ChartId, mark: Mark): SealedWrite {
    return { key: this.#prefix + stalePrefix + chart, bytes: toUtf8(JSON.stringify(mark)) };
  }

  remove(chart: ChartId): SealedWrite {
    return { key: this.#prefix + stalePrefix + chart, bytes: undefined };
  }

  #note(chart: ChartId, { entries = [], covered = [], ops = [] }: Commit, hasLost: HasLost): void {
    const before = this.get(chart);
    const newest = { ...before.entries };
    const onChain = [...entries, ...covered.filter(({ beside }) => !beside)];
    const came = onChain.filter((entry) => entry.chart === chart && !hasLost(entry.device));
    for (const { section, device, stint, hash } of came) newest[`${section}/${device}/${stint}`] = hash;
    const more = ops.flatMap((op) => {
      const author = chartOf(op.log) === chart ? authorOf(op) : undefined;
      return author === undefined || hasLost(author) ? [] : [op.id];
    });
    if (more.length === 0 && came.length === 0) return;
    this.#marks.set(chart, { entries: newest, ops: [...before.ops, ...more] });
    this.#durable.delete(chart);
  }
}

function chartsOf({ entries = [], beside = [], covered = [], held = [], ops = [] }: Commit): ReadonlySet<ChartId> {
  const ofOps = ops.flatMap(({ log }) => chartOf(log) ?? []);
  return new Set([...[...entries, ...beside, ...covered, ...held].map(({ chart }) => chart), ...ofOps]);
}

function chartOf(log: StoredLog): ChartId | undefined {
  const [kind, id = ''] = log.split('/');
  return kind === 'charter' ? parseChartId(id) : undefined;
}

function authorOf({ bytes }: StoredOp): DeviceId | undefined {
  const signed = decodeSignedOp(bytes);
  const op = signed.ok ? decodeOperation(signed.value.bytes) : signed;
  return op.ok ? op.value.signer : undefined;
}

/** The disk may have been changed by anyone, and marks of before they said anything are one byte. */
function markFromBytes(bytes: Bytes | undefined): Mark {
  try {
    const { entries, ops } = JSON.parse(fromUtf8(bytes ?? new Uint8Array()) ?? '') as Partial<Mark>;
    const isMark = typeof entries === 'object' && Array.isArray(ops);
    return isMark ? { entries, ops } : bare;
  } catch {
    return bare;
  }
}

/**
 * Charters in use: each loaded from the disk and checked once, kept resolved with the epoch keys this device can open, and
 * resolved anew when operations arrive, or, after a roster changed, when one is next asked for: a practice may have
 * thousands. Owns the keys of charts in memory; on disk they lie under the vault key.
 */
import { fromHex, toHex, type Bytes } from '../base/bytes.ts';
import type { ChartId, DeviceId, KeyId, OpId } from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { resolveCharter, type CharterState } from '../access/charter.ts';
import { encodeSignedOp } from '../access/operation.ts';
import { unwrapEpochs, type KeyReader, type OpenedKeys } from '../access/unwrap-epochs.ts';
import { isCharterOp, verifyOpBytes, type VerifiedCharterOp, type VerifyFault } from '../access/verify-operation.ts';
import { wipe } from '../crypto/wipe.ts';
import { charterLog, type Commit, type Store, type StoredOp } from '../store/store.ts';
import type { RosterBook } from '../replica/roster-book.ts';
import type { SealedRecords, SealedWrite } from './sealed-records.ts';

/** A charter and what this device can open of its chart. Replaced whole when either changes. */
export interface ChartAccess extends OpenedKeys {
  readonly charter: CharterState;
  readonly ops: readonly VerifiedCharterOp[];
}

const keysRecord = (chart: ChartId): string => `keys/${chart}`;
const standingRecord = (chart: ChartId): string => `standing/${chart}`;

export function keysRecordOf(records: SealedRecords, chart: ChartId, keys: ReadonlyMap<KeyId, Bytes>): SealedWrite {
  return records.write(keysRecord(chart), keysToJson(keys));
}

export class CharterBook {
  readonly #store: Store;
  readonly #records: SealedRecords;
  readonly #rosters: RosterBook;
  readonly #reader: KeyReader;
  readonly #charts = new Map<ChartId, ChartAccess>();
  /** Resolved before a roster last changed. */
  readonly #stale = new Set<ChartId>();
  /** The heads last written down as in force. */
  readonly #kept = new Map<ChartId, string>();
  readonly #heldHere: (chart: ChartId) => readonly OpId[];

  /** `heldHere`: operations a colleague at this disk took in before somebody lost their place. */
  constructor(
    store: Store,
    records: SealedRecords,
    rosters: RosterBook,
    reader: KeyReader,
    heldHere: (chart: ChartId) => readonly OpId[] = () => [],
  ) {
    this.#heldHere = heldHere;
    this.#store = store;
    this.#records = records;
    this.#rosters = rosters;
    this.#reader = reader;
  }

  /** Undefined when no charter of that name is here, or none that is valid. */
  async get(chart: ChartId): Promise<ChartAccess | undefined> {
    const known = this.getLoaded(chart);
    if (known !== undefined) return known;
    const [stored, keys, standing] = await Promise.all([
      this.#store.ops(charterLog(chart)),
      this.#records.read(keysRecord(chart), keysFromJson),
      this.#records.read(standingRecord(chart), (value) => value as readonly OpId[]),
    ]);
    if (stored.found.length === 0) return undefined;
    // One that is damaged, or of a newer version, takes with it what stands on it and no more (OP-4).
    const checked = await Promise.all(stored.found.map(({ bytes }) => this.check(chart, [bytes])));
    const ops = checked.flatMap((op) => (op.ok ? op.value : []));
    // Before any was written here there is no such record: then all of them were here before what is known of their authors.
    const held =
      standing === undefined ? ops.map(({ id }) => id) : pastOf(ops, [...standing, ...this.#heldHere(chart)]);
    if (standing !== undefined) this.#kept.set(chart, standing.join());
    return this.#keep(chart, this.#resolve(ops, keys ?? new Map(), undefined, new Set(held)));
  }

  /** Loaded before, or undefined. */
  getLoaded(chart: ChartId): ChartAccess | undefined {
    const known = this.#charts.get(chart);
    if (known === undefined || !this.#stale.has(chart)) return known;
    return this.#keep(chart, this.#resolve(known.ops, known.keys, known)) ?? known;
  }

  /** Operations of this chart's charter that are well signed; whether they are valid is resolved with the others. */
  async check(
    chart: ChartId,
    bytes: readonly Uint8Array[],
  ): Promise<Result<readonly VerifiedCharterOp[], VerifyFault | 'wrong-log'>> {
    const ops: VerifiedCharterOp[] = [];
    for (const one of bytes) {
      const op = await verifyOpBytes(one);
      if (!op.ok) return op;
      if (!isCharterOp(op.value) || op.value.log.chart !== chart) return err('wrong-log');
      ops.push(op.value);
    }
    return ok(ops);
  }

  /** What these operations would make, with the keys known so far. Undefined without a valid `create`. */
  preview(ops: readonly VerifiedCharterOp[], heldKeys: ReadonlyMap<KeyId, Bytes> = new Map()): ChartAccess | undefined {
    return this.#resolve(ops, heldKeys);
  }

  /** The same chart with more operations, and keys they brought. */
  extend(
    access: ChartAccess,
    ops: readonly VerifiedCharterOp[],
    keys: ReadonlyMap<KeyId, Bytes> = new Map(),
  ): ChartAccess {
    const extended = this.#resolve(union(access.ops, ops), new Map([...access.keys, ...keys]), access);
    if (extended === undefined) throw new Error('a charter with more operations keeps its create');
    return extended;
  }

  /** What to commit so that `access` is there after a restart; `put` is called once that is durable. */
  write(access: ChartAccess, fresh: readonly VerifiedCharterOp[]): Pick<Commit, 'ops' | 'sealed'> {
    const { chart, heads } = access.charter;
    const sealed = [keysRecordOf(this.#records, chart, access.keys), this.#records.write(standingRecord(chart), heads)];
    return { ops: fresh.map(storedCharterOp), sealed };
  }

  /** Keys that were handed over before their charter came; those of a charter in use are in its `ChartAccess`. */
  async storedKeys(chart: ChartId): Promise<ReadonlyMap<KeyId, Bytes>> {
    return (await this.#records.read(keysRecord(chart), keysFromJson)) ?? new Map();
  }

  writeKeys(chart: ChartId, keys: ReadonlyMap<KeyId, Bytes>): SealedWrite {
    return keysRecordOf(this.#records, chart, keys);
  }

  put(access: ChartAccess): void {
    this.#keep(access.charter.chart, access);
    this.#kept.set(access.charter.chart, access.charter.heads.join());
  }

  /**
   * What a colleague at this disk, or a roster, brought into force since that was last written down; `put` is called once it
   * is durable.
   */
  checkpoint({ charter: { chart, heads } }: ChartAccess): SealedWrite | undefined {
    return this.#kept.get(chart) === heads.join() ? undefined : this.#records.write(standingRecord(chart), heads);
  }

  /**
   * A roster changed: what cites it may have become valid, and readers' devices may be others. Answers the charters by which
   * entries and operations now count otherwise, as they were and as they are; all others are resolved when asked for.
   */
  rosterChanged(
    changed: ReadonlySet<DeviceId>,
  ): readonly { readonly before: CharterState; readonly after: CharterState }[] {
    for (const chart of this.#charts.keys()) this.#stale.add(chart);
    return [...this.#charts.values()].flatMap(({ charter: before, ops }) => {
      const mayDiffer = before.parked.size > 0 || ops.some((op) => changed.has(op.signer));
      const after = mayDiffer ? this.getLoaded(before.chart)?.charter : undefined;
      return after === undefined || after.heads.join() === before.heads.join() ? [] : [{ before, after }];
    });
  }

  wipe(): void {
    for (const { keys } of this.#charts.values()) wipe(...keys.values());
    this.#charts.clear();
  }

  #resolve(
    ops: readonly VerifiedCharterOp[],
    keys: ReadonlyMap<KeyId, Bytes>,
    before?: ChartAccess,
    // CH-3: what was in force here stays in force until a `close` says otherwise, whatever is known of its author by now.
    heldBefore: ReadonlySet<OpId> = before === undefined ? new Set() : pastOf(before.ops, before.charter.heads),
  ): ChartAccess | undefined {
    const charter = resolveCharter(ops, this.#rosters.get, {
      heldBefore,
      ...(before === undefined ? {} : { before: before.charter }),
    });
    return charter && { charter, ops, ...unwrapEpochs(charter, this.#reader, keys, before?.whole) };
  }

  #keep(chart: ChartId, access: ChartAccess | undefined): ChartAccess | undefined {
    this.#stale.delete(chart);
    if (access !== undefined) this.#charts.set(chart, access);
    return access;
  }
}

export function storedCharterOp(op: VerifiedCharterOp): StoredOp {
  return { log: charterLog(op.log.chart), id: op.id, bytes: encodeSignedOp(op.signed) };
}

function union(a: readonly VerifiedCharterOp[], b: readonly VerifiedCharterOp[]): readonly VerifiedCharterOp[] {
  return [...new Map([...a, ...b].map((op) => [op.id, op])).values()];
}

/** These operations and all they were made with knowledge of. */
function pastOf(ops: readonly VerifiedCharterOp[], heads: readonly OpId[]): ReadonlySet<OpId> {
  const byId = new Map(ops.map((op) => [op.id, op]));
  const past = new Set(heads);
  for (const id of past) for (const earlier of byId.get(id)?.prev ?? []) past.add(earlier);
  return past;
}

function keysToJson(keys: ReadonlyMap<KeyId, Bytes>): unknown {
  return Object.fromEntries([...keys].map(([id, key]) => [id, toHex(key)]));
}

/** As `keysToJson` wrote it; the vault key vouches for it. */
function keysFromJson(value: unknown): ReadonlyMap<KeyId, Bytes> {
  const keys = new Map<KeyId, Bytes>();
  for (const [id, hex] of Object.entries(value as Record<KeyId, string>)) {
    const key = fromHex(hex);
    if (key !== undefined) keys.set(id as KeyId, key);
  }
  return keys;
}

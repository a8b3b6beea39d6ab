/**
 * The store over keyed records: what a commit may change, and how what is read becomes entries and operations again.
 * One write transaction a commit (EN-8), one read a question. A record that is gone or misshapen is named, and the rest
 * is served.
 */
import type { Bytes } from '../base/bytes.ts';
import {
  parseChartId,
  parseDeviceId,
  parseOpId,
  parseSnapshotName,
  type ChartId,
  type ChunkHash,
  type EntryHash,
  type SnapshotName,
} from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { isSection, type Section } from '../base/sections.ts';
import {
  closePack,
  decodeChartTally,
  encodeChartTally,
  isFrontier,
  sectionState,
  tallyFromHeads,
  type ChartTally,
} from './chart-state.ts';
import {
  chunkNamesUnder,
  chunksPrefix,
  chunksUnder,
  deleteChunksOf,
  keepChunkNames,
  keepChunks,
  readChunk,
  sweepChunks,
} from './chunks.ts';
import { keepEntries } from './keep-entries.ts';
import {
  decodeHeads,
  joinPack,
  packKey,
  packNumber,
  sectionPrefix,
  snapshotKey,
  type PackedEntry,
  type PackedHead,
} from './packs.ts';
import { replaceEntries } from './replace-entries.ts';
import type { FoundRecords, RecordQuery, Records, RecordStoreName, RecordWriter } from './records.ts';
import type {
  ChartStates,
  Commit,
  CommitFailure,
  DamagedRecord,
  Found,
  HeldFrontier,
  KeptHead,
  NamedChunk,
  SectionState,
  Store,
  StoredEntry,
  StoredLog,
  StoredOp,
  StoredSnapshot,
} from './store.ts';
import { noteChecked, refuseSnapshot, supersedeSnapshots } from './snapshot-upkeep.ts';

export class RecordStore implements Store {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async commit(batch: Commit): Promise<Result<undefined, CommitFailure>> {
    for (const { key } of batch.sealed ?? []) mustBeBlind(key);
    if (storesOf(batch).length === 0) return ok(undefined);
    const result = await this.#write(batch);
    if (result.ok || result.reason !== 'unreadable') return withoutUnreadable(result);
    // Once, and tried again.
    const { entries = [], beside = [], covered = [], replaced = [] } = batch;
    const charts = new Set([...entries, ...beside, ...covered, ...replaced].map(({ chart }) => chart));
    for (const chart of charts) {
      const mended = await this.#mend(chart);
      if (!mended.ok) return mended;
    }
    return withoutUnreadable(await this.#write(batch));
  }

  #write(batch: Commit) {
    return this.#records.write<'gap' | 'fork' | 'not-covered'>(async (writer) => {
      for (const { chart, section, name, bytes } of batch.snapshots ?? [])
        writer.put('snapshots', snapshotKey(chart, section, name), bytes);
      const kept = await keepEntries(writer, batch);
      if (!kept.ok) return kept;
      keepChunks(writer, batch.chunks ?? []);
      keepChunkNames(writer, [...(batch.entries ?? []), ...(batch.beside ?? []), ...(batch.covered ?? [])]);
      for (const checked of batch.checked ?? []) await noteChecked(writer, checked);
      for (const supersession of batch.superseded ?? []) await supersedeSnapshots(writer, supersession);
      for (const replacement of batch.replaced ?? []) {
        const replaced = await replaceEntries(writer, replacement);
        if (!replaced.ok) return replaced;
      }
      for (const refused of batch.refused ?? []) await refuseSnapshot(writer, refused);
      keepOps(writer, batch.ops ?? []);
      for (const { key, bytes } of batch.sealed ?? []) {
        if (bytes === undefined) writer.delete('sealed', key);
        else writer.put('sealed', key, bytes);
      }
      keepHeld(writer, batch.held ?? []);
      return ok(undefined);
    }, storesOf(batch));
  }

  /**
   * A chart's state record repeats its heads, and is made anew from them where it is what cannot be read. Else it alone knows which
   * positions are taken (ATTACK-41): what comes next begins packs of its own, what peers give again of the rest too.
   */
  async #mend(chart: ChartId): Promise<Result<undefined, CommitFailure>> {
    const [state = noRecords, heads = noRecords] = await this.#records.read([
      { store: 'charts', key: chart },
      { store: 'heads', prefix: `${chart}/` },
    ]);
    const known = decodeChartTally(state.records[0]?.value);
    for (const section of known?.values() ?? []) closePack(section);
    const tally = known ?? tallyFromHeads(chart, heads.records);
    return withoutUnreadable(
      await this.#records.write<never>((writer) => {
        writer.put('charts', chart, encodeChartTally(tally));
        return Promise.resolve(ok(undefined));
      }),
    );
  }

  async chartStates(): Promise<Found<ChartStates>> {
    return this.#states({ store: 'charts', prefix: '' });
  }

  async chartState(chart: ChartId): Promise<Found<ReadonlyMap<Section, SectionState>>> {
    const { found, damaged } = await this.#states({ store: 'charts', key: chart });
    return { found: found.get(chart) ?? new Map<Section, SectionState>(), damaged };
  }

  async #states(query: RecordQuery): Promise<Found<ChartStates>> {
    const [rows = noRecords] = await this.#records.read([query]);
    const states = new Map<ChartId, ReadonlyMap<Section, SectionState>>();
    const damaged = namesOf('charts', rows.unreadable);
    for (const { key, value } of rows.records) {
      const chart = parseChartId(key);
      const tally = decodeChartTally(value);
      if (chart !== undefined && tally !== undefined) states.set(chart, sectionStates(tally));
      else damaged.push({ store: 'charts', id: key, why: 'unreadable' });
    }
    for (const { id } of damaged) {
      const chart = parseChartId(id);
      if (chart === undefined) continue;
      const [heads = noRecords] = await this.#records.read([{ store: 'heads', prefix: `${chart}/` }]);
      states.set(chart, sectionStates(tallyFromHeads(chart, heads.records)));
    }
    return { found: states, damaged };
  }

  async heads(chart: ChartId, section: Section): Promise<Found<readonly KeptHead[]>> {
    const [state = noRecords, rows = noRecords] = await this.#records.read([
      { store: 'charts', key: chart },
      { store: 'heads', prefix: sectionPrefix(chart, section) },
    ]);
    const { packs, damaged } = packedHeads(chart, section, rows, packCount(state, section));
    const byHash = new Map<EntryHash, KeptHead>();
    for (const { hash, device, stint, seq, head, covered } of packs.flatMap((pack) => pack.heads)) {
      // What was given again stands beside the head that has no ciphertext any more.
      // Of one that was given twice without, the later is said to go by the better snapshot, unless the former was checked.
      const before = byHash.get(hash)?.covered;
      const isBetter = before !== undefined && (!before.checked || covered?.checked !== false);
      if (isBetter || !byHash.has(hash)) byHash.set(hash, { hash, chart, section, device, stint, seq, head, covered });
    }
    return { found: [...byHash.values()], damaged };
  }

  async entries(
    chart: ChartId,
    section: Section,
    only?: ReadonlySet<EntryHash>,
  ): Promise<Found<readonly StoredEntry[]>> {
    const prefix = sectionPrefix(chart, section);
    const queries: RecordQuery[] = [
      { store: 'charts', key: chart },
      { store: 'heads', prefix },
    ];
    if (only === undefined) queries.push({ store: 'ciphertexts', prefix });
    const [state = noRecords, rows = noRecords, all] = await this.#records.read(queries);
    const { packs, damaged } = packedHeads(chart, section, rows, packCount(state, section));
    const needed = packs.filter(({ heads }) =>
      heads.some((head) => head.covered === undefined && (only === undefined || only.has(head.hash))),
    );
    const ciphertexts = all ?? (await this.#ciphertexts(needed.map((pack) => pack.key)));
    const valueByKey = new Map(ciphertexts.records.map(({ key, value }) => [key, value]));
    const byHash = new Map<EntryHash, StoredEntry>();
    for (const { key, heads } of needed) {
      const entries = joinPack(heads, valueByKey.get(key));
      if (entries === undefined) {
        const unreadable = valueByKey.has(key) || ciphertexts.unreadable.includes(key);
        damaged.push({ store: 'ciphertexts', id: key, why: unreadable ? 'unreadable' : 'missing' });
      }
      for (const entry of entries ?? []) {
        if (only === undefined || only.has(entry.hash)) byHash.set(entry.hash, withoutBeside(entry));
      }
    }
    return { found: [...byHash.values()], damaged };
  }

  async snapshotNames(chart: ChartId, section: Section): Promise<ReadonlySet<SnapshotName>> {
    const prefix = sectionPrefix(chart, section);
    const keys = await this.#records.keys('snapshots', prefix);
    return new Set(keys.flatMap((key) => parseSnapshotName(key.slice(prefix.length)) ?? []));
  }

  async snapshots(chart: ChartId, section: Section): Promise<Found<readonly StoredSnapshot[]>> {
    const prefix = sectionPrefix(chart, section);
    const [rows = noRecords] = await this.#records.read([{ store: 'snapshots', prefix }]);
    const damaged = namesOf('snapshots', rows.unreadable);
    const found: StoredSnapshot[] = [];
    for (const { key, value } of rows.records) {
      const name = parseSnapshotName(key.slice(prefix.length));
      if (name === undefined || !(value instanceof Uint8Array))
        damaged.push({ store: 'snapshots', id: key, why: 'unreadable' });
      else found.push({ chart, section, name, bytes: value as Bytes });
    }
    return { found, damaged };
  }

  async #ciphertexts(keys: readonly string[]): Promise<FoundRecords> {
    const found = await this.#records.read(keys.map((key) => ({ store: 'ciphertexts', key })));
    return {
      records: found.flatMap((rows) => rows.records),
      unreadable: found.flatMap((rows) => rows.unreadable),
    };
  }

  chunk(chart: ChartId, section: Section, hash: ChunkHash): Promise<Bytes | undefined> {
    return readChunk(this.#records, { chart, section, hash });
  }

  chunksHeld(chart?: ChartId): Promise<readonly Omit<NamedChunk, 'device'>[]> {
    return chunksUnder(this.#records, chart === undefined ? '' : chunksPrefix(chart));
  }

  chunksNamed(chart?: ChartId, section?: Section, hash?: ChunkHash): Promise<readonly NamedChunk[]> {
    return chunkNamesUnder(this.#records, chart === undefined ? '' : chunksPrefix(chart, section, hash));
  }

  async sweepChunks(chart: ChartId): Promise<Result<undefined, CommitFailure>> {
    return withoutUnreadable(await sweepChunks(this.#records, chart));
  }

  async ops(log: StoredLog): Promise<Found<readonly StoredOp[]>> {
    const { found, damaged } = await this.#ops(`${log}/`);
    return { found: found.get(log) ?? [], damaged };
  }

  logs(kind: 'roster' | 'charter'): Promise<Found<ReadonlyMap<StoredLog, readonly StoredOp[]>>> {
    return this.#ops(`${kind}/`);
  }

  async #ops(prefix: string): Promise<Found<ReadonlyMap<StoredLog, readonly StoredOp[]>>> {
    const [rows = noRecords] = await this.#records.read([{ store: 'ops', prefix }]);
    const damaged = namesOf('ops', rows.unreadable);
    const logs = new Map<StoredLog, StoredOp[]>();
    for (const { key, value } of rows.records) {
      const [kind, name = '', opText = ''] = key.split('/');
      const id = parseOpId(opText);
      if (id === undefined || !(value instanceof Uint8Array) || (kind !== 'roster' && kind !== 'charter')) {
        damaged.push({ store: 'ops', id: key, why: 'unreadable' });
        continue;
      }
      const log: StoredLog = `${kind}/${name}`;
      const ops = logs.get(log) ?? [];
      ops.push({ log, id, bytes: value as Bytes });
      logs.set(log, ops);
    }
    return { found: logs, damaged };
  }

  async held(chart: ChartId): Promise<Found<readonly HeldFrontier[]>> {
    const [rows = noRecords] = await this.#records.read([{ store: 'held', prefix: `${chart}/` }]);
    const damaged = namesOf('held', rows.unreadable);
    const found: HeldFrontier[] = [];
    for (const { key, value } of rows.records) {
      const held = decodeHeld(chart, key, value);
      if (held === undefined) damaged.push({ store: 'held', id: key, why: 'unreadable' });
      else found.push(held);
    }
    return { found, damaged };
  }

  async sealed(key: string): Promise<Bytes | undefined> {
    mustBeBlind(key);
    const [rows = noRecords] = await this.#records.read([{ store: 'sealed', key }]);
    const value = rows.records[0]?.value;
    return value instanceof Uint8Array ? (value as Bytes) : undefined;
  }

  async sealedUnder(prefix: string): Promise<ReadonlyMap<string, Bytes>> {
    const [rows = noRecords] = await this.#records.read([{ store: 'sealed', prefix }]);
    return new Map(
      rows.records.flatMap(({ key, value }) => (value instanceof Uint8Array ? [[key, value as Bytes] as const] : [])),
    );
  }

  sealedKeys(prefix: string): Promise<readonly string[]> {
    return this.#records.keys('sealed', prefix);
  }

  async removeChart(chart: ChartId): Promise<Result<undefined, CommitFailure>> {
    return withoutUnreadable(
      await this.#records.write<never>((writer) => {
        writer.delete('charts', chart);
        writer.deleteRange('heads', `${chart}/`);
        writer.deleteRange('ciphertexts', `${chart}/`);
        writer.deleteRange('snapshots', `${chart}/`);
        deleteChunksOf(writer, chart);
        writer.deleteRange('held', `${chart}/`);
        writer.deleteRange('ops', `charter/${chart}/`);
        return Promise.resolve(ok(undefined));
      }),
    );
  }

  wipe(): Promise<void> {
    return this.#records.wipe();
  }

  close(): void {
    this.#records.close();
  }
}

const contentStores: readonly RecordStoreName[] = ['charts', 'heads', 'ciphertexts', 'snapshots', 'chunk-names'];
/** What each part of a commit may touch. */
const storesByPart: { readonly [Part in keyof Commit]-?: readonly RecordStoreName[] } = {
  entries: contentStores,
  beside: contentStores,
  covered: contentStores,
  snapshots: contentStores,
  replaced: contentStores,
  superseded: contentStores,
  refused: contentStores,
  checked: contentStores,
  chunks: ['chunks'],
  ops: ['ops'],
  sealed: ['sealed'],
  held: ['held'],
};

function storesOf(batch: Commit): readonly RecordStoreName[] {
  const parts = Object.keys(storesByPart) as (keyof Commit)[];
  return [...new Set(parts.flatMap((part) => ((batch[part]?.length ?? 0) > 0 ? storesByPart[part] : [])))];
}

const noRecords: FoundRecords = { records: [], unreadable: [] };

/** Whoever reads the raw profile sees the keys of records: a key with a name in it would be a leak, and is a bug. */
function mustBeBlind(key: string): void {
  if (!/^[a-z0-9][a-z0-9/-]{0,199}$/.test(key)) throw new Error('a key of a sealed record is a-z 0-9 - / and short');
}

function withoutUnreadable<R extends string>(
  result: Result<undefined, R>,
): Result<undefined, Exclude<R, 'unreadable'> | 'disk'> {
  if (result.ok) return result;
  return result.reason === 'unreadable' ? err('disk') : err(result.reason as Exclude<R, 'unreadable'>, result.detail);
}

function namesOf(store: RecordStoreName, keys: readonly string[]): DamagedRecord[] {
  return keys.map((id) => ({ store, id, why: 'unreadable' }));
}

function sectionStates(tally: ChartTally): ReadonlyMap<Section, SectionState> {
  return new Map([...tally].map(([section, state]) => [section, sectionState(state)]));
}

function packCount(state: FoundRecords, section: Section): number {
  return decodeChartTally(state.records[0]?.value)?.get(section)?.packs ?? 0;
}

interface HeadsOfPack {
  readonly key: string;
  readonly heads: readonly PackedHead[];
}

/** The packs that can be read, and the names of those that should be there and cannot. */
function packedHeads(
  chart: ChartId,
  section: Section,
  rows: FoundRecords,
  count: number,
): { readonly packs: readonly HeadsOfPack[]; readonly damaged: DamagedRecord[] } {
  const damaged = namesOf('heads', rows.unreadable);
  const packs: HeadsOfPack[] = [];
  const present = new Set(rows.unreadable.map(packNumber));
  for (const { key, value } of rows.records) {
    present.add(packNumber(key));
    const heads = decodeHeads(chart, section, value);
    if (heads === undefined) damaged.push({ store: 'heads', id: key, why: 'unreadable' });
    else packs.push({ key, heads });
  }
  for (let pack = 0; pack < count; pack++) {
    if (!present.has(pack)) damaged.push({ store: 'heads', id: packKey(chart, section, pack), why: 'missing' });
  }
  return { packs, damaged };
}

function withoutBeside({ beside: _, ...entry }: PackedEntry): StoredEntry {
  return entry;
}

/** A record each; what one commit brings of one log may share one. */
function keepOps(writer: RecordWriter, ops: readonly StoredOp[]): void {
  const logs = new Map<StoredLog, Map<string, Bytes>>();
  for (const { log, id, bytes } of ops) {
    const rows = logs.get(log) ?? new Map<string, Bytes>();
    logs.set(log, rows.set(`${log}/${id}`, bytes));
  }
  for (const rows of logs.values())
    writer.putTogether(
      'ops',
      [...rows].map(([key, value]) => ({ key, value })),
    );
}

/** One record a chart, device and section. */
function keepHeld(writer: RecordWriter, held: readonly HeldFrontier[]): void {
  for (const { chart, device, section, frontier, atMs } of held) {
    writer.put('held', `${chart}/${device}/${section}`, { v: 1, frontier, atMs });
  }
}

function decodeHeld(chart: ChartId, key: string, value: unknown): HeldFrontier | undefined {
  const [, deviceText = '', section = ''] = key.split('/');
  const device = parseDeviceId(deviceText);
  const record = value as { v?: unknown; frontier?: unknown; atMs?: unknown } | null | undefined;
  if (device === undefined || !isSection(section) || record?.v !== 1) return undefined;
  if (!isFrontier(record.frontier) || typeof record.atMs !== 'number') return undefined;
  return { chart, device, section, frontier: record.frontier, atMs: record.atMs };
}

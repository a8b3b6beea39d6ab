/**
 * The ciphertext side of the disk: sealed entries and the snapshots that stand for them, sealed parts of attachments, signed
 * operations, sealed records, and who holds what. Interface only; record-store.ts keeps it over IndexedDB, files or memory, and
 * all three pass test/contracts/store-contract.ts.
 *
 * Sealed bytes are the only copy of clinical text at rest (EN-7), and nothing here can open them. Names of records tell
 * nothing: charts are random ids, keys of sealed records are the caller's blind names. One `commit` is one transaction,
 * durable when it resolves (EN-8): after a crash all of it is there or none.
 *
 * There is no outbox record. What is still to be sent to a device is its distance from the frontier to what it confirmed
 * (`held`), so the two cannot disagree after a crash.
 */
import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { ChartId, ChunkHash, DeviceId, EntryHash, OpId, PracticeId, SnapshotName } from '../base/ids.ts';
import type { Result } from '../base/result.ts';
import type { Section } from '../base/sections.ts';
import type { FrontierItem, VerifiedEntry } from '../crypto/entry.ts';
import type { VerifiedSnapshot } from '../crypto/snapshot.ts';

/** An entry without its ciphertext: what frontiers, rights and the DAG are worked out from. */
export interface StoredHead {
  readonly hash: EntryHash;
  readonly chart: ChartId;
  readonly section: Section;
  readonly device: DeviceId;
  readonly stint: OpId | '';
  readonly seq: number;
  /** The encoding up to the ciphertext: signed header, signature and the ciphertext's length. */
  readonly head: Bytes;
}

/** How a head lies on the disk. */
export interface KeptHead extends StoredHead {
  /** Its ciphertext is not here: what it said is in this snapshot of the section (SN-3). */
  readonly covered: Covered | undefined;
}

/** What an entry without a ciphertext goes by. */
export interface Covered {
  /** The snapshot; it may be gone, when it was found wanting. */
  readonly by: SnapshotName;
  /** This device has opened it and found every entry in it as it was signed (SN-2). Never so at a keeper. */
  readonly checked: boolean;
}

/** `head ‖ ciphertext` is the entry's whole encoding, byte for byte as it was signed and sent. */
export interface StoredEntry extends StoredHead {
  readonly ciphertext: Bytes;
}

/** An entry on its way into the store: `prev` ties it to what is kept of its chain. */
export interface NewEntry extends StoredEntry {
  readonly prev: EntryHash | null;
  /** Parts of attachments that its header names (EN-10). */
  readonly chunks?: readonly ChunkHash[];
}

/** A head whose ciphertext stays away: the snapshot `by`, which is kept, says what it said. */
export interface CoveredHead extends StoredHead {
  readonly prev: EntryHash | null;
  readonly chunks?: readonly ChunkHash[];
  readonly by: SnapshotName;
  /** Kept without moving the frontier of its chain. */
  readonly beside: boolean;
}

export interface StoredSnapshot {
  readonly chart: ChartId;
  readonly section: Section;
  readonly name: SnapshotName;
  /** The whole encoding, byte for byte as it was signed and sent. */
  readonly bytes: Bytes;
}

/**
 * From now on these entries go by the snapshot `by`, which was checked: their ciphertexts go, and every snapshot of the section
 * that no entry goes by any more.
 */
export interface Replacement {
  readonly chart: ChartId;
  readonly section: Section;
  readonly by: SnapshotName;
  readonly entries: ReadonlySet<EntryHash>;
}

/** Entries that went by others, which nobody here has checked, go by a newer one of the same maker; those others go. */
export interface Supersession {
  readonly chart: ChartId;
  readonly section: Section;
  readonly by: SnapshotName;
  readonly former: ReadonlySet<SnapshotName>;
}

/** A sealed part of an attachment, named by entries of this section (EN-10). */
export interface StoredChunk {
  readonly chart: ChartId;
  readonly section: Section;
  readonly hash: ChunkHash;
  readonly bytes: Bytes;
}

/** A part that a kept entry names, and the device that wrote the entry; the part itself may not be here. */
export interface NamedChunk extends Omit<StoredChunk, 'bytes'> {
  readonly device: DeviceId;
}

/** Only what was verified is kept (RE-4). */
export function storedSnapshot({ header, name, bytes }: VerifiedSnapshot): StoredSnapshot {
  return { chart: header.chart, section: header.section, name, bytes };
}

/** Only what was verified is kept (RE-4). */
export function newEntry({ hash, header, bytes }: VerifiedEntry): NewEntry {
  const { chart, section, device, stint, seq, prev, ctLength, chunks } = header;
  const headLength = bytes.length - ctLength;
  const head = bytes.subarray(0, headLength);
  return {
    ...{ hash, chart, section, device, stint, seq, prev, head, ciphertext: bytes.subarray(headLength) },
    ...(chunks === undefined ? {} : { chunks }),
  };
}

export function wholeEntry(entry: StoredEntry): Bytes {
  return concatBytes(entry.head, entry.ciphertext);
}

export type StoredLog = `roster/${string}` | `charter/${string}`;
export const rosterLog = (practice: PracticeId): StoredLog => `roster/${practice}`;
export const charterLog = (chart: ChartId): StoredLog => `charter/${chart}`;

export interface StoredOp {
  readonly log: StoredLog;
  readonly id: OpId;
  /** The signed operation, signatures included. */
  readonly bytes: Bytes;
}

export interface SectionState {
  /** The newest entry of every chain, sorted by chain. */
  readonly frontier: readonly FrontierItem[];
  /** Entries kept, those beside a chain included. */
  readonly entries: number;
  /** Bytes of their encodings. */
  readonly bytes: number;
}

export type ChartStates = ReadonlyMap<ChartId, ReadonlyMap<Section, SectionState>>;

/** What a device said it holds durably. */
export interface HeldFrontier {
  readonly chart: ChartId;
  readonly device: DeviceId;
  readonly section: Section;
  readonly frontier: readonly FrontierItem[];
  /** When it said so, by this device's clock. */
  readonly atMs: number;
}

export interface Commit {
  /** Extend their chains without a gap, in this order. What is already kept is passed over. */
  readonly entries?: readonly NewEntry[];
  /**
   * Kept without moving a frontier: the other branch of a fork (CUT-8), which others may have built on, and entries that
   * replace what a damaged record lost.
   */
  readonly beside?: readonly NewEntry[];
  /** Kept beside the others of the section; nothing goes by them yet. */
  readonly snapshots?: readonly StoredSnapshot[];
  /** Extend their chains as `entries` do, before those, or stand beside them. */
  readonly covered?: readonly CoveredHead[];
  /** Whoever asks has read the snapshot back and checked it (SN-3). */
  readonly replaced?: readonly Replacement[];
  readonly superseded?: readonly Supersession[];
  /** Opened here, and every entry in them is as it was signed (SN-2). */
  readonly checked?: readonly Pick<StoredSnapshot, 'chart' | 'section' | 'name'>[];
  /** Found wanting: they go, and the entries that went by them are missing until somebody gives them again. */
  readonly refused?: readonly Pick<StoredSnapshot, 'chart' | 'section' | 'name'>[];
  /** Whoever asks has seen that the bytes are what their name says. */
  readonly chunks?: readonly StoredChunk[];
  readonly ops?: readonly StoredOp[];
  /** A key is `a-z 0-9 - /` and must tell nothing. `undefined` removes the record. */
  readonly sealed?: readonly { readonly key: string; readonly bytes: Bytes | undefined }[];
  readonly held?: readonly HeldFrontier[];
}

export type CommitFailure =
  /** the browser grants no more space; nothing was written */
  | 'quota'
  /** the store was closed, by us or because another tab brings a newer version */
  | 'closed'
  /** an entry's predecessor is not kept */
  | 'gap'
  /** another entry is kept at the same position, or is not the one it builds on: a sequence number used twice */
  | 'fork'
  /** the snapshot that is to stand for entries is not kept, or what stays of the section cannot be read */
  | 'not-covered'
  /** the disk refused or lost the transaction; nothing was written */
  | 'disk';

/** A record that is gone or not what was written. The rest is served; peers can give it again. */
export interface DamagedRecord {
  readonly store: string;
  readonly id: string;
  readonly why: 'missing' | 'unreadable';
}

export interface Found<T> {
  readonly found: T;
  readonly damaged: readonly DamagedRecord[];
}

/** Reading a closed store is a bug of the caller, who was told of the closing, and throws. */
export interface Store {
  commit(batch: Commit): Promise<Result<undefined, CommitFailure>>;

  /** Frontiers and counts of every chart with entries: one read, no ciphertext touched. */
  chartStates(): Promise<Found<ChartStates>>;
  /** The same of one chart; an empty map if there is no entry. */
  chartState(chart: ChartId): Promise<Found<ReadonlyMap<Section, SectionState>>>;
  /** Every entry of a section without its ciphertext: covered ones first, then in the order in which they were kept. */
  heads(chart: ChartId, section: Section): Promise<Found<readonly KeptHead[]>>;
  /**
   * Every entry of a section, or those named, in the order in which they were kept. One whose ciphertext is damaged is left
   * out and its record named; one whose ciphertext was let go for a snapshot is left out.
   */
  entries(chart: ChartId, section: Section, only?: ReadonlySet<EntryHash>): Promise<Found<readonly StoredEntry[]>>;

  /** By name. */
  snapshotNames(chart: ChartId, section: Section): Promise<ReadonlySet<SnapshotName>>;
  snapshots(chart: ChartId, section: Section): Promise<Found<readonly StoredSnapshot[]>>;

  chunk(chart: ChartId, section: Section, hash: ChunkHash): Promise<Bytes | undefined>;
  /** The parts that are here of one chart, or of all: names alone. */
  chunksHeld(chart?: ChartId): Promise<readonly Omit<NamedChunk, 'device'>[]>;
  /** What kept entries name, of one chart (one part of it) or of all: a part named by several entries as often. */
  chunksNamed(chart?: ChartId, section?: Section, hash?: ChunkHash): Promise<readonly NamedChunk[]>;
  /** Parts of the chart that no kept entry names are deleted: what an act left that never came to its end. */
  sweepChunks(chart: ChartId): Promise<Result<undefined, CommitFailure>>;

  ops(log: StoredLog): Promise<Found<readonly StoredOp[]>>;
  /** The operations of every log of a kind, in one read. */
  logs(kind: 'roster' | 'charter'): Promise<Found<ReadonlyMap<StoredLog, readonly StoredOp[]>>>;

  held(chart: ChartId): Promise<Found<readonly HeldFrontier[]>>;

  sealed(key: string): Promise<Bytes | undefined>;
  sealedKeys(prefix: string): Promise<readonly string[]>;
  /** Every record whose key begins so, in one read. */
  sealedUnder(prefix: string): Promise<ReadonlyMap<string, Bytes>>;

  /** Entries, snapshots, charter and held frontiers of one chart; sealed records are the caller's. */
  removeChart(chart: ChartId): Promise<Result<undefined, CommitFailure>>;
  /** Everything, and closes. */
  wipe(): Promise<void>;
  close(): void;
}

/**
 * From a backup and the recovery phrase to a practice on this device. Never the old device again: its chains may have gone on
 * since the backup, and two writers of one chain would fork it for good (CUT-8). The root, which the phrase holds, adds this
 * browser as a new device; peers learn of it from the roster it shows them. Nothing is kept unless all of it is.
 */
import { bytesEqual, fromUtf8, type Bytes } from '../../base/bytes.ts';
import { decodeCanonical, type CborValue } from '../../base/codec.ts';
import { chunkHash, parseChartId, type EntryHash, type SnapshotName } from '../../base/ids.ts';
import { maxSealedChunkBytes } from '../../base/limits.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { isSection } from '../../base/sections.ts';
import { initialsOf } from '../../base/sign-in-name.ts';
import { sealDeviceLabel } from '../../access/labels.ts';
import { practiceIdOf } from '../../access/operation.ts';
import { addDevice, firstRank } from '../../access/roster-builders.ts';
import { resolveCharter } from '../../access/charter.ts';
import { unwrapEpochs } from '../../access/unwrap-epochs.ts';
import { openBackup } from '../../crypto/backup.ts';
import { generateBoxKeys } from '../../crypto/box.ts';
import { decodeEntry, verifyEntry } from '../../crypto/entry.ts';
import { sha256 } from '../../crypto/hash.ts';
import { phraseToRootKeys } from '../../crypto/recovery-phrase.ts';
import { generateSignKeys } from '../../crypto/sign.ts';
import { wipe } from '../../crypto/wipe.ts';
import { coveredHead, SnapshotGathering, type ReceivedItem } from '../../net/snapshot-gathering.ts';
import {
  newEntry,
  storedSnapshot,
  type CoveredHead,
  type NewEntry,
  type Store,
  type StoredChunk,
  type StoredOp,
  type StoredSnapshot,
} from '../../store/store.ts';
import { readableBackups } from './backup.ts';
import { checkedOps } from './checked-ops.ts';
import { keysRecordOf } from '../charters/charter-book.ts';
import { storedCharterOp } from '../../replica/charters.ts';
import {
  indexRecordOf,
  indexedChartFromJson,
  standingOf,
  unreadIndex,
  type IndexedChart,
} from '../patients/chart-index.ts';
import { practiceSelfFromJson, type PracticeSelf } from '../device-self.ts';
import { noticesKey } from '../notices.ts';
import { newFirstVault } from '../people/people-vaults.ts';
import type { Ports } from '../ports.ts';
import { restoredKey } from './restored-key.ts';
import { storedRosterOp } from '../../replica/roster-book.ts';
import type { UnlockFailure } from './door-acts.ts';
import { newSettings } from '../settings.ts';

type RestoreFailure = UnlockFailure | 'not-a-backup' | 'truncated-backup' | 'other-practice';

interface BackupContent {
  readonly practice: PracticeSelf;
  /** Whether the practice shares at all: a restored one that kept to itself opens no socket either. */
  readonly sharing: boolean;
  readonly ops: readonly Bytes[];
  readonly entries: readonly ReceivedItem[];
  readonly chunks: readonly StoredChunk[];
  readonly index: readonly IndexedChart[];
}

/** The vault key of the practice, which lies in the store when this is `ok`. */
export async function restorePractice(
  ports: Ports,
  store: Store,
  input: {
    readonly file: Uint8Array;
    readonly recoveryPhrase: string;
    readonly passphrase: string;
    readonly deviceName: string;
    readonly progress: (done: number, total: number) => void;
  },
): Promise<Result<Bytes, RestoreFailure>> {
  const root = phraseToRootKeys(input.recoveryPhrase);
  if (!root.ok) return root;
  const opened = openBackup(input.file, root.value.box);
  if (!opened.ok) return err(backupFailure(opened.reason));
  const content = await readBackup(opened.value, input.progress, () => ports.pause());
  if (!content.ok) return content;
  const { practice, entries, chunks } = content.value;
  if (practiceIdOf(root.value.sign.publicKey) !== practice.practice) return err('other-practice');
  // The lockbox and later backups are sealed to this key: a file does not choose it.
  if (!bytesEqual(practice.rootBoxKey, root.value.box.publicKey)) return err('damaged');

  const { rosters, charters } = await checkedOps(content.value.ops);
  const roster = rosters.get(practice.practice);
  // Who we met and the keys of their names go into the book: only a book of our own, which nobody else reads.
  const book = resolveCharter(charters.get(practice.book) ?? [], rosters.get);
  if (roster === undefined || book?.kind !== 'book' || book.custodian !== practice.practice) return err('damaged');

  const { random, clock } = ports;
  const sign = generateSignKeys(random);
  const box = generateBoxKeys(random);
  const { deviceName } = input;
  const { personName, role, contactKey } = practice;
  const added = await addDevice(
    roster,
    root.value.sign,
    {
      signKeys: sign,
      boxKey: box.publicKey,
      role: 'admin',
      rank: firstRank,
      label: sealDeviceLabel(contactKey, { deviceName, personName, profession: role }, random),
    },
    clock.nowMs(),
  );
  if (!added.ok) return err('damaged');
  const self = { ...practice, deviceName, sign, box };
  const { vaultKey, records, writes } = await newFirstVault(ports, store, {
    self,
    settings: newSettings(ports, content.value.sharing),
    passphrase: input.passphrase,
    signInName: initialsOf(personName),
  });
  const reader = { practice: practice.practice, recipient: 'root', boxKeys: root.value.box } as const;
  const sealed = [
    ...writes,
    records.write(restoredKey, true),
    records.write(noticesKey, [
      { id: 'restored', kind: 'restored-older-backup', at: new Date(clock.nowMs()).toISOString() },
    ]),
  ];
  const indexed = new Map(content.value.index.map((chart) => [chart.id, chart]));
  for (const ops of charters.values()) {
    const charter = resolveCharter(ops, rosters.get);
    if (charter === undefined) continue;
    // Keys were wrapped to the old device and to the root; this device keeps what the root opens (ID-5).
    sealed.push(keysRecordOf(records, charter.chart, unwrapEpochs(charter, reader).keys));
    if (charter.kind === 'book') continue;
    // The list in the file may lack what a colleague at that workstation had just written: it is read from the chart.
    const words = indexed.get(charter.chart) ?? { ...unreadIndex(charter, practice.practice), heldElsewhere: false };
    sealed.push(indexRecordOf(records, { ...words, ...standingOf(charter, practice.practice) }));
  }
  wipe(root.value.sign.seed, root.value.box.secretKey);
  records.wipe();
  const ops: StoredOp[] = [
    ...rosters.practices.flatMap((name) => rosters.mustGet(name).ops.map(storedRosterOp)),
    storedRosterOp(added.value),
    ...[...charters.values()].flat().map(storedCharterOp),
  ];
  const kept = await store.commit({ ops, ...chainsAndOthers(entries), chunks, sealed });
  return kept.ok ? ok(vaultKey) : err('storage');
}

function backupFailure(reason: 'not-a-backup' | 'unknown-version' | 'wrong-phrase' | 'damaged'): RestoreFailure {
  switch (reason) {
    case 'not-a-backup':
      return 'not-a-backup';
    case 'unknown-version':
      return 'newer-data';
    case 'wrong-phrase':
      return 'wrong-recovery-phrase';
    case 'damaged':
      return 'truncated-backup';
  }
}

/** A backup is sealed but not signed: everything in it is checked as if a peer had sent it. */
async function readBackup(
  records: readonly Bytes[],
  progress: (done: number, total: number) => void,
  pause: () => Promise<void>,
): Promise<Result<BackupContent, RestoreFailure>> {
  let practice: PracticeSelf | undefined;
  let sharing = false;
  let index: readonly IndexedChart[] = [];
  const ops: Bytes[] = [];
  const entries: ReceivedItem[] = [];
  const chunks: StoredChunk[] = [];
  const gathering = new SnapshotGathering();
  for (const [done, bytes] of records.entries()) {
    const decoded = decodeCanonical(bytes);
    const record: readonly CborValue[] = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
    const last = record.at(-1);
    if (record[0] === 'practice' && !readableBackups.includes(record[1])) return err('newer-data');
    if (!(last instanceof Uint8Array)) return err('damaged');
    switch (record[0]) {
      case 'practice':
        practice = practiceSelfFromJson(jsonOf(last));
        sharing = record[2] === true;
        break;
      case 'index': {
        const charts = jsonOf(last);
        if (!Array.isArray(charts)) return err('damaged');
        index = charts.flatMap((chart: unknown) => indexedChartFromJson(chart) ?? []);
        break;
      }
      case 'op':
        ops.push(new Uint8Array(last));
        break;
      case 'entry': {
        const received = decodeEntry(last);
        const verified = received.ok ? await verifyEntry(received.value) : received;
        if (!verified.ok) return err('damaged');
        entries.push(verified.value);
        break;
      }
      case 'covered': {
        const place = placeOf(record);
        const heads = place === undefined ? undefined : await gathering.take(place, new Uint8Array(last));
        if (heads?.ok !== true) return err('damaged');
        entries.push(...heads.value);
        break;
      }
      case 'chunk': {
        const place = placeOf(record);
        if (place === undefined || last.length > maxSealedChunkBytes) return err('damaged');
        chunks.push({ ...place, hash: chunkHash(sha256(last)), bytes: new Uint8Array(last) });
        break;
      }
      default:
        return err('newer-data');
    }
    if (done % 100 === 0) {
      progress(done, records.length);
      await pause();
    }
  }
  progress(records.length, records.length);
  return practice === undefined
    ? err('damaged')
    : ok({ practice, sharing, ops, entries, chunks: namedBy(entries, chunks), index });
}

function placeOf([, chartText, section]: readonly CborValue[]) {
  const chart = typeof chartText === 'string' ? parseChartId(chartText) : undefined;
  return chart === undefined || typeof section !== 'string' || !isSection(section) ? undefined : { chart, section };
}

/** Parts that an entry of their section names: whoever made the file may have put in others. */
function namedBy(entries: readonly ReceivedItem[], chunks: readonly StoredChunk[]): readonly StoredChunk[] {
  const names = entries.flatMap(({ header: { chart, section, chunks: named = [] } }) =>
    named.map((hash) => `${chart}/${section}/${hash}`),
  );
  const known = new Set(names);
  return chunks.filter(({ chart, section, hash }) => known.has(`${chart}/${section}/${hash}`));
}

/** Undefined for what is no JSON: the file is somebody's word. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Entries that extend their chains in order, and beside them the other branches of forks (CUT-8); with the snapshots that stand
 * for what has no ciphertext any more.
 */
function chainsAndOthers(entries: readonly ReceivedItem[]) {
  const tips = new Map<string, { readonly seq: number; readonly hash: EntryHash }>();
  const chains: NewEntry[] = [];
  const beside: NewEntry[] = [];
  const covered: CoveredHead[] = [];
  const snapshots = new Map<SnapshotName, StoredSnapshot>();
  for (const entry of entries.toSorted((a, b) => a.header.seq - b.header.seq)) {
    const { chart, section, device, stint, seq, prev } = entry.header;
    const chain = [chart, section, device, stint].join('/');
    const tip = tips.get(chain);
    const extendsChain = seq === (tip?.seq ?? 0) + 1 && prev === (tip?.hash ?? null);
    if (entry.kind === 'head') {
      covered.push(coveredHead(entry, !extendsChain));
      snapshots.set(entry.by.name, storedSnapshot(entry.by));
    } else (extendsChain ? chains : beside).push(newEntry(entry));
    if (extendsChain) tips.set(chain, { seq, hash: entry.hash });
  }
  return { entries: chains, beside, covered, snapshots: [...snapshots.values()] };
}

/**
 * From the bytes of a snapshot to the bodies of the entries it covers (SN-2): what its maker says of an entry counts only if
 * the chain value which the entry's own author signed (EN-1) comes out of it, under an actor of that author's device (EN-4).
 * Touches no document of a section and no disk; which entries may be merged is for whoever asked to judge, one by one.
 */
import { toHex, type Bytes } from '../../base/bytes.ts';
import type { ActorId, ChartId, DeviceId, EntryHash, KeyId, SnapshotName } from '../../base/ids.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Section } from '../../base/sections.ts';
import { chainIsAsClaimed } from '../../access/entry-claims.ts';
import { changesInSaved, type SavedChange } from '../../crdt/saved-document.ts';
import { actorOf, chainStart, nextChainValue } from '../../crypto/chain.ts';
import { chainNameOf, decodeEntryHead, verifyHead, type EntryHeader, type FrontierItem } from '../../crypto/entry.ts';
import type { CoveredBody } from '../../crypto/sealed-manifest.ts';
import { openSnapshot } from '../../crypto/sealed-snapshot.ts';
import {
  decodeSnapshot,
  recognizeSnapshot,
  verifySnapshot,
  type SnapshotHeader,
  type VerifiedSnapshot,
} from '../../crypto/snapshot.ts';
import type { KeptHead, StoredSnapshot } from '../../store/store.ts';
import type { Opened } from './section-opening.ts';

/** One entry as a snapshot has it. Its changes are the next of its actor, so many. */
export interface CoveredEntry {
  readonly hash: EntryHash;
  readonly header: EntryHeader;
  readonly actor: ActorId;
  readonly body: CoveredBody;
}

export interface ReadSnapshot {
  readonly name: SnapshotName;
  readonly document: Bytes;
  /** Each chain from its first entry on, one after the other. */
  readonly entries: readonly CoveredEntry[];
}

export type CheckedSnapshot =
  | { readonly kind: 'good'; readonly read: ReadSnapshot; readonly opened: readonly Opened[] }
  /** Its key is not here yet, or entries it covers are not: it may be good later. */
  | { readonly kind: 'waits'; readonly covers: readonly FrontierItem[] }
  /** Never: it says what the authors did not sign, or is no snapshot. `maker`: where it is known who signed it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly maker: DeviceId | undefined };

export interface SnapshotPlace {
  readonly chart: ChartId;
  readonly section: Section;
  readonly keys: ReadonlyMap<KeyId, Bytes>;
  readonly headerOf: (hash: EntryHash) => EntryHeader | undefined;
}

/** One that this device made or checked before: that it is the same byte for byte is all there is to see. */
export function readKnownSnapshot(stored: StoredSnapshot, place: SnapshotPlace): ReadSnapshot | undefined {
  const received = decodeSnapshot(stored.bytes);
  const known = received.ok ? recognizeSnapshot(received.value, stored.name) : undefined;
  if (known === undefined) return undefined;
  const read = readSnapshot(known, place);
  return read.ok ? read.value : undefined;
}

/** `heads`: those of the section, as they lie on the disk. */
export async function checkSnapshot(
  stored: StoredSnapshot,
  heads: readonly KeptHead[],
  place: SnapshotPlace,
): Promise<CheckedSnapshot> {
  const received = decodeSnapshot(stored.bytes);
  if (!received.ok) return { kind: 'refused', reason: `SN-1 ${received.reason}`, maker: undefined };
  const verified = await verifySnapshot(received.value);
  if (!verified.ok) return { kind: 'refused', reason: `SN-1 ${verified.reason}`, maker: undefined };
  const maker = verified.value.header.device;
  const refused = (reason: string): CheckedSnapshot => ({ kind: 'refused', reason, maker });
  if (verified.value.name !== stored.name || !isHere(verified.value.header, place)) return refused('SN-1 elsewhere');
  const read = readSnapshot(verified.value, place);
  if (!read.ok) {
    const later = read.reason === 'no-key' || read.reason === 'heads-missing';
    return later ? { kind: 'waits', covers: verified.value.header.covers } : refused(`SN-1 ${read.reason}`);
  }
  const { document, entries } = read.value;
  if (!(await areSigned(entries, heads))) return refused('SN-2 unsigned-head');
  const changes = changesInSaved(document);
  if (!changes.ok) return refused(`SN-2 document-${changes.reason}`);
  const opened = asSigned(entries, changes.value);
  return opened.ok ? { kind: 'good', read: read.value, opened: opened.value } : refused(`SN-2 ${opened.reason}`);
}

function isHere({ chart, section }: SnapshotHeader, place: SnapshotPlace): boolean {
  return chart === place.chart && section === place.section;
}

type ReadFault = 'no-key' | 'heads-missing' | 'wrong-key' | 'malformed' | 'too-large' | 'chain-is-another';

function readSnapshot(snapshot: VerifiedSnapshot, place: SnapshotPlace): Result<ReadSnapshot, ReadFault> {
  const key = place.keys.get(snapshot.header.epoch);
  if (key === undefined) return err('no-key');
  const opened = openSnapshot(snapshot, key);
  if (!opened.ok) return opened;
  const { document, chains } = opened.value.body;
  const entries: CoveredEntry[] = [];
  const actors = new Map<string, ActorId>();
  for (const [i, { chain, seq, hash }] of snapshot.header.covers.entries()) {
    const headers = chainUpTo(hash, place);
    if (headers === undefined) return err('heads-missing');
    if (headers.length !== seq) return err('chain-is-another');
    for (const [at, body] of (chains[i] ?? []).entries()) {
      const one = headers[at];
      if (one?.header.seq !== at + 1 || chainNameOf(one.header.device, one.header.stint) !== chain)
        return err('chain-is-another');
      const name = `${one.header.device} ${toHex(body.nonce)}`;
      const actor = actors.get(name) ?? actorOf(one.header.device, place.chart, place.section, body.nonce);
      actors.set(name, actor);
      entries.push({ ...one, actor, body });
    }
  }
  return ok({ name: snapshot.name, document, entries });
}

function chainUpTo(newest: EntryHash, { headerOf }: SnapshotPlace) {
  const chain: { readonly hash: EntryHash; readonly header: EntryHeader }[] = [];
  for (let at: EntryHash | null = newest; at !== null;) {
    const header: EntryHeader | undefined = headerOf(at);
    if (header === undefined) return undefined;
    chain.push({ hash: at, header });
    at = header.prev;
  }
  return chain.reverse();
}

/** What was signed is what a snapshot is held against: so the signatures are looked at once more, with it. */
async function areSigned(entries: readonly CoveredEntry[], heads: readonly KeptHead[]): Promise<boolean> {
  const byHash = new Map(heads.map(({ hash, head }) => [hash, head]));
  const verdicts = await Promise.all(
    entries.map(async ({ hash }) => {
      const head = decodeEntryHead(byHash.get(hash) ?? new Uint8Array());
      return head.ok && head.value.hash === hash && (await verifyHead(head.value)).ok;
    }),
  );
  return verdicts.every((verdict) => verdict);
}

/**
 * SN-2: the document holds exactly the changes that the authors of the covered entries signed by their chain values (EN-1),
 * each under an actor of its author (EN-4), who uses it in one chain.
 */
function asSigned(
  entries: readonly CoveredEntry[],
  changes: ReadonlyMap<string, readonly SavedChange[]>,
): Result<readonly Opened[], 'chain-mismatch' | 'shared-actor' | 'other-changes' | 'half-import'> {
  const chainOfActor = new Map<ActorId, string>();
  const taken = new Map<ActorId, number>();
  const opened: Opened[] = [];
  let chain = chainStart;
  for (const { hash, header, actor, body } of entries) {
    const name = chainNameOf(header.device, header.stint);
    if ((chainOfActor.get(actor) ?? name) !== name) return err('shared-actor');
    chainOfActor.set(actor, name);
    const first = taken.get(actor) ?? 0;
    const own = (changes.get(actor) ?? []).slice(first, first + body.changes);
    taken.set(actor, first + body.changes);
    if (own.length !== body.changes) return err('other-changes');
    const hashes = own.map((change) => change.hash);
    chain = nextChainValue(header.seq === 1 ? chainStart : chain, hashes, header.access, header.roster);
    if (!chainIsAsClaimed(header.chain, chain)) return err('chain-mismatch');
    const { changes: _, ...said } = body;
    opened.push({ entry: { hash, header }, actor, body: { v: 1, ...said, changes: own.map(({ bytes }) => bytes) } });
  }
  if (!importsAreWhole(entries)) return err('half-import');
  const total = [...changes.values()].reduce((sum, { length }) => sum + length, 0);
  const covered = [...taken.values()].reduce((sum, count) => sum + count, 0);
  return total === covered ? ok(opened) : err('other-changes');
}

/**
 * No author signed which import an entry is part of (EN-1). Only whole ones are merged and so covered (EN-9): a maker who calls
 * a single entry the first of two would hide it.
 */
function importsAreWhole(entries: readonly CoveredEntry[]): boolean {
  return entries.every(({ body: { batch } }, at) => {
    if (batch === undefined) return true;
    const isLast = batch.index + 1 === batch.count;
    return (
      (batch.index === 0 || goesOn(entries[at - 1], entries[at])) && (isLast || goesOn(entries[at], entries[at + 1]))
    );
  });
}

function goesOn(before: CoveredEntry | undefined, after: CoveredEntry | undefined): boolean {
  const [one, next] = [before?.body.batch, after?.body.batch];
  const isNextPart =
    next !== undefined && one?.id === next.id && one.count === next.count && one.index + 1 === next.index;
  return isNextPart && after?.header.prev === before?.hash;
}

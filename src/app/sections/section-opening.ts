/**
 * From sealed entries on the disk to opened bodies: decoded, verified, let through by who judges, opened. Owns the order of
 * those stages and what is told of entries that stopped on the way. Touches no document and no disk.
 */
import type { Bytes } from '../../base/bytes.ts';
import type { ActorId, ChartId, DeviceId, EntryHash, KeyId } from '../../base/ids.ts';
import type { Section } from '../../base/sections.ts';
import { actorOf } from '../../crypto/chain.ts';
import {
  decodeEntry,
  verifyEntry,
  type AdmittedEntry,
  type EntryHeader,
  type SignedHeader,
  type VerifiedEntry,
} from '../../crypto/entry.ts';
import { openEntry, type EntryBody } from '../../crypto/sealed-entry.ts';
import { wholeEntry, type StoredEntry } from '../../store/store.ts';

/** Why an entry that counts is not in the document. Waiting ones may still enter. */
export type Stopped =
  | { readonly kind: 'no-key' | 'withheld' | 'batch-incomplete' | 'waiting'; readonly device: DeviceId }
  | { readonly kind: 'bad'; readonly device: DeviceId; readonly reason: string };

export interface Opened {
  readonly entry: Pick<SignedHeader, 'header' | 'hash'>;
  readonly body: EntryBody;
  readonly actor: ActorId;
}

export interface OpeningPlace {
  readonly chart: ChartId;
  readonly section: Section;
  readonly keys: ReadonlyMap<KeyId, Bytes>;
  /** Who may be opened; the others are passed over in silence. */
  readonly admit: (entry: VerifiedEntry) => AdmittedEntry | undefined;
  /** What this device verified when it came, or made: by its name alone. */
  readonly verifiedBefore: (name: EntryHash) => boolean;
}

export interface Opening {
  readonly opened: readonly Opened[];
  readonly stopped: ReadonlyMap<EntryHash, Stopped>;
}

/** One by one, parts of imports too. */
export async function openEach(stored: readonly StoredEntry[], place: OpeningPlace): Promise<Opening> {
  const stopped = new Map<EntryHash, Stopped>();
  const opened: Opened[] = [];
  // All asked for at once: WebCrypto answers from threads of its own.
  const checked = await Promise.all(stored.map((one) => verifyStored(one, place.verifiedBefore)));
  for (const { hash, device, verified } of checked) {
    if (!verified.ok) {
      stopped.set(hash, { kind: 'bad', device, reason: verified.reason });
      continue;
    }
    const admitted = place.admit(verified.value);
    const key = place.keys.get(verified.value.header.epoch);
    if (admitted === undefined) continue;
    if (key === undefined) {
      stopped.set(hash, { kind: 'no-key', device });
      continue;
    }
    const body = openEntry(admitted, key);
    if (!body.ok) stopped.set(hash, { kind: 'bad', device, reason: `EN-6 ${body.reason}` });
    else {
      const actor = actorOf(device, place.chart, place.section, body.value.body.nonce);
      opened.push({ entry: verified.value, body: body.value.body, actor });
    }
  }
  return { opened, stopped };
}

/**
 * Entries of an import are given when all of them are here, or not at all (EN-9). `inDocument`: what was given before, by
 * whatever way it came; a snapshot need not have said that it was part of one.
 */
export function onlyWholeBatches(
  { opened, stopped }: Opening,
  inDocument: () => Iterable<EntryHeader> = none,
): Opening {
  const whole = wholeBatches(opened, inDocument);
  const parts = opened.filter(({ entry }) => !whole.has(entry.hash));
  return {
    opened: sortedByChain(opened.filter(({ entry }) => whole.has(entry.hash))),
    stopped: new Map([
      ...stopped,
      ...parts.map(({ entry }) => [entry.hash, { kind: 'batch-incomplete', device: entry.header.device }] as const),
    ]),
  };
}

const none = (): Iterable<EntryHeader> => [];

/** Entries that are of no batch, or of one of which every place of the chain is taken. A fork may hold two entries for one place. */
function wholeBatches(opened: readonly Opened[], inDocument: () => Iterable<EntryHeader>): ReadonlySet<EntryHash> {
  const isPart = opened.some(({ body }) => body.batch !== undefined);
  const ends = isPart ? endsOfRuns([...opened.map(({ entry }) => entry.header), ...inDocument()]) : undefined;
  const whole = opened.filter(({ entry: { header }, body: { batch } }) => {
    if (batch === undefined) return true;
    const begins = header.seq - batch.index;
    return (ends?.get(placeOf(header, begins)) ?? 0) >= begins + batch.count - 1;
  });
  return new Set(whole.map(({ entry }) => entry.hash));
}

/** For every place that is taken, the last one of its chain up to which all are. */
function endsOfRuns(headers: readonly EntryHeader[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const header of headers.toSorted((a, b) => b.seq - a.seq))
    ends.set(placeOf(header, header.seq), ends.get(placeOf(header, header.seq + 1)) ?? header.seq);
  return ends;
}

function placeOf({ device, stint }: EntryHeader, seq: number): string {
  return `${device}/${stint}/${seq}`;
}

/**
 * A name for the import an entry is part of, the same for all its entries; undefined for a single act. Where the import
 * begins in the chain is part of the name: an entry signed later under its id is none of it, and can't undo it (EN-9).
 */
export function batchOf({ entry: { header }, body: { batch } }: Opened): string | undefined {
  if (batch === undefined) return undefined;
  const begins = header.seq - batch.index;
  return [header.device, header.stint, batch.id, batch.count, begins].join('/');
}

async function verifyStored(stored: StoredEntry, verifiedBefore: OpeningPlace['verifiedBefore']) {
  const { hash, device } = stored;
  const received = decodeEntry(wholeEntry(stored));
  return { hash, device, verified: received.ok ? await verifyEntry(received.value, verifiedBefore) : received };
}

function sortedByChain(opened: readonly Opened[]): readonly Opened[] {
  return [...opened].sort(
    ({ entry: { header: a } }, { entry: { header: b } }) =>
      (a.device === b.device ? 0 : a.device < b.device ? -1 : 1) ||
      (a.stint === b.stint ? 0 : a.stint < b.stint ? -1 : 1) ||
      a.seq - b.seq,
  );
}

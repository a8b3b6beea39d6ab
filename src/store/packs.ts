/**
 * How entries lie in records. Reading costs by the record, not by the byte (100,000 records of 400 B take 18 times as long
 * as 1,000 of 40 KB), so neighbours share one: a pack. Its heads and its ciphertexts are two records of one key, so that
 * rights and frontiers are worked out without reading ciphertext. Pure; checks the shape of what it reads.
 *
 * | record | key | value |
 * |---|---|---|
 * | heads | chart / section / pack number, 8 digits | `HeadPack`: one column a property; or `CoveredPack`: compressed |
 * | ciphertexts | the same | the ciphertexts of the pack joined; lengths are in the heads; none of a `CoveredPack` |
 */
import { deflateSync, inflateSync } from 'fflate';
import { concatBytes, toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, type CborValue } from '../base/codec.ts';
import {
  entryHash,
  idBytes,
  parseDeviceId,
  parseOpId,
  parseSnapshotName,
  type ChartId,
  type DeviceId,
  type EntryHash,
  type OpId,
  type SnapshotName,
} from '../base/ids.ts';
import type { Section } from '../base/sections.ts';
import { chainNameOf, hashOfHead, type ChainName } from '../crypto/entry.ts';
import type { Covered, StoredEntry, StoredHead } from './store.ts';

/** Bytes of ciphertext after which a pack is full: large imports make few records, a read for one entry stays cheap. */
const fullPackBytes = 256 * 1024;
/** A pack under this many bytes is written again with the next entries: edits one by one do not make a record each. */
export const openPackBytes = 16 * 1024;
/** Entries of one pack, whatever their size. */
export const maxPackEntries = 512;

/** What a pack of covered heads may inflate to: as many of the largest as there may be is more than any section has. */
const maxCoveredPackBytes = 64 * 1024 * 1024;

const hashBytes = 32;

export interface PackedEntry extends StoredEntry {
  /** Kept without moving the frontier of its chain. */
  readonly beside: boolean;
}

export type PackedHead = Omit<PackedEntry, 'ciphertext'> & {
  readonly ciphertextLength: number;
  readonly covered: Covered | undefined;
};

interface HeadPack {
  readonly v: 1;
  /** `device/stint` of the chains in this pack. */
  readonly chains: readonly string[];
  /** For each entry, an index into `chains`. */
  readonly chainOf: readonly number[];
  readonly seqs: readonly number[];
  readonly hashes: Bytes;
  readonly heads: Bytes;
  readonly headLengths: readonly number[];
  readonly ciphertextLengths: readonly number[];
  /** Indexes of the entries kept beside their chain. */
  readonly beside: readonly number[];
}

/**
 * Heads whose ciphertexts are not here: all of one pack go by one snapshot. They stay for good and are never added to, so they
 * are worth compressing: neighbours repeat chart, section, device, rights and key. The hash of each is worked out again.
 * Deflated canonical [chains, an index into them for each entry, seqs, lengths, indexes of those beside their chain, heads joined].
 */
interface CoveredPack {
  readonly v: 2;
  /** Name of the snapshot. */
  readonly by: Bytes;
  readonly checked: boolean;
  readonly covered: Bytes;
  readonly inflatedLength: number;
}

export const chainOf = (head: Pick<StoredHead, 'device' | 'stint'>): ChainName => chainNameOf(head.device, head.stint);

export const packKey = (chart: ChartId, section: Section, pack: number): string =>
  `${sectionPrefix(chart, section)}${String(pack).padStart(8, '0')}`;
export const sectionPrefix = (chart: ChartId, section: Section): string => `${chart}/${section}/`;
export const snapshotKey = (chart: ChartId, section: Section, name: SnapshotName): string =>
  `${sectionPrefix(chart, section)}${name}`;
export const packNumber = (key: string): number => Number(key.slice(key.lastIndexOf('/') + 1));

export function encodePack(entries: readonly PackedEntry[]): { readonly heads: HeadPack; readonly ciphertexts: Bytes } {
  const chains = [...new Set(entries.map(chainOf))];
  return {
    heads: {
      v: 1,
      chains,
      chainOf: entries.map((entry) => chains.indexOf(chainOf(entry))),
      seqs: entries.map((entry) => entry.seq),
      hashes: concatBytes(...entries.map((entry) => idBytes(entry.hash))),
      heads: concatBytes(...entries.map((entry) => entry.head)),
      headLengths: entries.map((entry) => entry.head.length),
      ciphertextLengths: entries.map((entry) => entry.ciphertext.length),
      beside: entries.flatMap((entry, i) => (entry.beside ? [i] : [])),
    },
    ciphertexts: concatBytes(...entries.map((entry) => entry.ciphertext)),
  };
}

export function encodeCoveredPack(
  { by, checked }: Covered,
  heads: readonly (StoredHead & { readonly beside: boolean })[],
): CoveredPack {
  const chains = [...new Set(heads.map(chainOf))];
  const bytes = encodeCanonical([
    chains,
    heads.map((head) => chains.indexOf(chainOf(head))),
    heads.map(({ seq }) => seq),
    heads.map(({ head }) => head.length),
    heads.flatMap(({ beside }, i) => (beside ? [i] : [])),
    concatBytes(...heads.map(({ head }) => head)),
  ]);
  const covered = new Uint8Array(deflateSync(bytes, { level: 9 }));
  return { v: 2, by: idBytes(by), checked, covered, inflatedLength: bytes.length };
}

/** The same heads going by something else; undefined for any record but a pack of heads that go by one of `former`, unchecked. */
export function coveredPackAs(
  value: unknown,
  former: ReadonlySet<SnapshotName>,
  { by, checked }: Covered,
): CoveredPack | undefined {
  const covered = coveredBy(value);
  if (covered === undefined || covered.checked || !former.has(covered.by)) return undefined;
  return { ...(value as CoveredPack), by: idBytes(by), checked };
}

/** The same heads, no longer said to be checked; undefined for any record but a pack of heads that go by this one. */
export function coveredPackUnchecked(value: unknown, by: SnapshotName): CoveredPack | undefined {
  return coveredBy(value)?.by === by ? { ...(value as CoveredPack), checked: false } : undefined;
}

/** What a record says that its heads go by; undefined for what is no pack of such heads. */
function coveredBy(value: unknown): Covered | undefined {
  const pack = value as Partial<Record<keyof CoveredPack, unknown>> | null | undefined;
  if (pack?.v !== 2 || !(pack.by instanceof Uint8Array) || typeof pack.checked !== 'boolean') return undefined;
  const by = parseSnapshotName(toHex(pack.by));
  return by === undefined ? undefined : { by, checked: pack.checked };
}

function decodeCoveredPack(chart: ChartId, section: Section, value: unknown): readonly PackedHead[] | undefined {
  const pack = value as Partial<Record<keyof CoveredPack, unknown>> | null | undefined;
  const covered = coveredBy(pack);
  if (covered === undefined || !(pack?.covered instanceof Uint8Array) || !areCounts([pack.inflatedLength]))
    return undefined;
  const length = pack.inflatedLength as number;
  if (length > maxCoveredPackBytes) return undefined;
  const columns = inflated(pack.covered, length);
  if (columns?.length !== 6) return undefined;
  const [chains, indexes, seqs, lengths, beside, heads] = columns;
  if (!Array.isArray(chains) || !(heads instanceof Uint8Array)) return undefined;
  if (![indexes, seqs, lengths, beside].every(areCounts)) return undefined;
  const count = (seqs as readonly number[]).length;
  if ((indexes as readonly number[]).length !== count || (lengths as readonly number[]).length !== count)
    return undefined;
  if (sum(lengths as readonly number[]) !== heads.length) return undefined;
  const apart = new Set(beside as readonly number[]);
  const found: PackedHead[] = [];
  let offset = 0;
  for (const [i, seq] of (seqs as readonly number[]).entries()) {
    const chain: unknown = chains[(indexes as readonly number[])[i] ?? -1];
    const { device, stint } = (typeof chain === 'string' ? chainFrom(chain) : undefined) ?? {};
    if (device === undefined || stint === undefined) return undefined;
    const end = offset + ((lengths as readonly number[])[i] ?? 0);
    const head = heads.slice(offset, end);
    const hash = hashOfHead(head);
    found.push({
      hash,
      chart,
      section,
      device,
      stint,
      seq,
      head,
      ciphertextLength: 0,
      beside: apart.has(i),
      covered,
    });
    offset = end;
  }
  return found;
}

function inflated(bytes: Uint8Array, length: number): readonly CborValue[] | undefined {
  try {
    const value = decodeCanonical(inflateSync(bytes, { out: new Uint8Array(length) }));
    return value.ok && Array.isArray(value.value) ? value.value : undefined;
  } catch {
    return undefined;
  }
}

function chainFrom(chain: string): { readonly device: DeviceId; readonly stint: OpId | '' } | undefined {
  const [deviceText = '', stintText = ''] = chain.split('/');
  const device = parseDeviceId(deviceText);
  const stint = stintText === '' ? '' : parseOpId(stintText);
  return device === undefined || stint === undefined ? undefined : { device, stint };
}

/** The heads of a pack, or undefined if the record is not one. */
export function decodeHeads(chart: ChartId, section: Section, value: unknown): readonly PackedHead[] | undefined {
  if (!isHeadPack(value)) return decodeCoveredPack(chart, section, value);
  const beside = new Set(value.beside);
  const heads: PackedHead[] = [];
  let offset = 0;
  for (const [i, seq] of value.seqs.entries()) {
    const { device, stint } = chainFrom(value.chains[value.chainOf[i] ?? -1] ?? '') ?? {};
    const length = value.headLengths[i] ?? 0;
    if (device === undefined || stint === undefined) return undefined;
    heads.push({
      hash: hashAt(value.hashes, i),
      chart,
      section,
      device,
      stint,
      seq,
      head: value.heads.subarray(offset, offset + length),
      ciphertextLength: value.ciphertextLengths[i] ?? 0,
      beside: beside.has(i),
      covered: undefined,
    });
    offset += length;
  }
  return heads;
}

/** Puts heads and ciphertexts together again; undefined if the ciphertext record is gone or too short. Covered ones have none. */
export function joinPack(heads: readonly PackedHead[], ciphertexts: unknown): readonly PackedEntry[] | undefined {
  if (heads.every(({ covered }) => covered !== undefined)) return [];
  if (!(ciphertexts instanceof Uint8Array)) return undefined;
  const bytes = ciphertexts as Bytes;
  if (bytes.length < sum(heads.map((head) => head.ciphertextLength))) return undefined;
  let offset = 0;
  return heads.map(({ ciphertextLength, covered: _, ...head }) => {
    const ciphertext = bytes.subarray(offset, offset + ciphertextLength);
    offset += ciphertextLength;
    return { ...head, ciphertext };
  });
}

/** Cuts entries into packs, each full or the last. */
export function cutIntoPacks(entries: readonly PackedEntry[]): readonly (readonly PackedEntry[])[] {
  const packs: PackedEntry[][] = [];
  let pack: PackedEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (pack.length > 0 && (bytes + entry.ciphertext.length > fullPackBytes || pack.length >= maxPackEntries)) {
      packs.push(pack);
      pack = [];
      bytes = 0;
    }
    pack.push(entry);
    bytes += entry.ciphertext.length;
  }
  if (pack.length > 0) packs.push(pack);
  return packs;
}

/** Heads in the order given as they share a pack: by what they go by, and not too many. */
export function cutByWhatTheyGoBy<T extends { readonly covered: Covered }>(
  heads: readonly T[],
): readonly { readonly goesBy: Covered; readonly some: readonly T[] }[] {
  const packs: { readonly goesBy: Covered; readonly some: T[] }[] = [];
  const open = new Map<string, (typeof packs)[number]>();
  for (const head of heads) {
    const { by, checked } = head.covered;
    const name = `${by} ${checked}`;
    let pack = open.get(name);
    if (pack === undefined || pack.some.length >= maxPackEntries) {
      pack = { goesBy: head.covered, some: [] };
      open.set(name, pack);
      packs.push(pack);
    }
    pack.some.push(head);
  }
  return packs;
}

/** Of a covered one its head alone. */
export const entryBytes = (entry: StoredHead & Partial<Pick<StoredEntry, 'ciphertext'>>): number =>
  entry.head.length + (entry.ciphertext?.length ?? 0);
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function hashAt(hashes: Bytes, i: number): EntryHash {
  return entryHash(hashes.subarray(i * hashBytes, (i + 1) * hashBytes));
}

function isHeadPack(value: unknown): value is HeadPack {
  if (typeof value !== 'object' || value === null) return false;
  const pack = value as Partial<Record<keyof HeadPack, unknown>>;
  const columns = [pack.chainOf, pack.seqs, pack.headLengths, pack.ciphertextLengths];
  if (pack.v !== 1 || !columns.every(areCounts) || !areCounts(pack.beside)) return false;
  const count = (pack.seqs as number[]).length;
  return (
    columns.every((column) => (column as number[]).length === count) &&
    Array.isArray(pack.chains) &&
    pack.chains.every((chain) => typeof chain === 'string') &&
    pack.hashes instanceof Uint8Array &&
    pack.hashes.length === count * hashBytes &&
    pack.heads instanceof Uint8Array &&
    pack.heads.length === sum(pack.headLengths as number[])
  );
}

function areCounts(value: unknown): boolean {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}

/**
 * Frames between replicators: their bytes, and strict decoding that never throws (protocol section 9). What a message means
 * and whether its sender may say it is the replication's business.
 *
 *     frame = version (1 byte, 4) ‖ canonical DAG-CBOR map with `kind`; ids are 32 bytes, sets sorted
 *     or      68 (1 byte) ‖ the same packed (packed-frame.ts): of operations and entries where there is much
 *
 * | kind | fields |
 * |---|---|
 * | hello | practice, rosters 32: digest of roster heads, leaves {count, fingerprint 16}: of everything both may have (leaves.ts) |
 * | rosters | rosters [{practice, heads}]: where those digests differ |
 * | rosterOps | practice, ops [signed operation] |
 * | ranges | message: of Negentropy's (negentropy.ts), where the leaves differ |
 * | charts | charts [{chart, heads, digest 32, sections [{section, frontier}] or null}], lacking [leaf id 32]; more: the list goes on
 *            in the next frame |
 * | charterOps | charters [{chart, ops}] |
 * | frontiers | charts [{chart, heads, sections [{section, frontier}]}]: what the sender holds durably of what both may read;
 *             asks: it forgot what the other holds, and wants to be told |
 * | entries | sections [{chart, section, entries [entry]}]: chains in order |
 * | have | frames: entry frames of this connection dealt with so far, everything in them held durably but for
 *          except [{chart, section}] |
 * | want | chart, section, hashes: entries asked for by name |
 * | bye | reason: the sender closes |
 *
 * History: 1, first. 2, ranges of leaves, and many charts in a frame. 3, frontiers in the list of charts. 4, packed ones.
 */
import {
  bytesShape,
  idShape,
  integerShape,
  listShape,
  mapShape,
  orNull,
  setShape,
  wordShape,
  type Shape,
} from '../access/shape.ts';
import { frontierShape } from '../access/operation-bodies.ts';
import { maxOperationBytes } from '../access/limits.ts';
import { concatBytes, toHex, type Bytes } from '../base/bytes.ts';
import { decodeCanonical, encodeCanonical, isCborMap, type CborValue } from '../base/codec.ts';
import {
  chartId,
  entryHash,
  opId,
  practiceId,
  type ChartId,
  type EntryHash,
  type OpId,
  type PracticeId,
} from '../base/ids.ts';
import { err, ok, type Result } from '../base/result.ts';
import { bookSections, chartSections, isSection, type Section } from '../base/sections.ts';
import type { FrontierItem } from '../crypto/entry.ts';
import { fingerprintLength } from './negentropy.ts';
import { cutEntries, cutEntriesShape, joinEntries, type CutEntries } from './cut-entries.ts';
import { packFrame, unpackFrame } from './packed-frame.ts';
import type { ChartOps } from './replication-host.ts';
import {
  maxChartsPerFrame,
  maxFrameBytes,
  maxHeads,
  maxItemsPerFrame,
  maxLeaves,
  maxLeavesPerFrame,
  maxRangesBytes,
  maxRosters,
  maxSectionsPerFrame,
  maxWantedEntries,
} from './limits.ts';

export const wireVersion = 4;
export const packedVersion = 64 + wireVersion;

export type ByeReason =
  /** your frames are of a version this app does not know */
  | 'unknown-version'
  /** no roster this device knows names yours */
  | 'not-a-member'
  /** too much of what you sent could not be taken */
  | 'too-many-faults'
  | 'closing';

export interface RosterHeads {
  readonly practice: PracticeId;
  readonly heads: readonly OpId[];
}

export interface ChartLine {
  readonly chart: ChartId;
  readonly heads: readonly OpId[];
  readonly digest: Bytes;
  /** What its sender holds of it; null where the other side has nothing to hold it against. */
  readonly sections: readonly SectionFrontier[] | null;
}

export interface SectionFrontier {
  readonly section: Section;
  readonly frontier: readonly FrontierItem[];
}

export interface ChartSection {
  readonly chart: ChartId;
  readonly section: Section;
}

export interface ChartFrontiers {
  readonly chart: ChartId;
  readonly heads: readonly OpId[];
  readonly sections: readonly SectionFrontier[];
}

/** Entries or operations as their bytes. */
export interface EncodedEntries {
  readonly chart: ChartId;
  readonly section: Section;
  readonly entries: readonly Bytes[];
}

interface Messages {
  readonly hello: {
    readonly practice: PracticeId;
    readonly rosters: Bytes;
    readonly leaves: { readonly count: number; readonly fingerprint: Bytes };
  };
  readonly rosters: { readonly rosters: readonly RosterHeads[] };
  readonly rosterOps: { readonly practice: PracticeId; readonly ops: readonly Bytes[] };
  readonly ranges: { readonly message: Bytes };
  readonly charts: {
    readonly charts: readonly ChartLine[];
    readonly lacking: readonly Bytes[];
    readonly more: boolean;
  };
  readonly charterOps: { readonly charters: readonly ChartOps[] };
  readonly frontiers: { readonly charts: readonly ChartFrontiers[]; readonly asks: boolean };
  readonly entries: { readonly sections: readonly EncodedEntries[] };
  readonly have: { readonly frames: number; readonly except: readonly ChartSection[] };
  readonly want: { readonly chart: ChartId; readonly section: Section; readonly hashes: readonly EntryHash[] };
  readonly bye: { readonly reason: ByeReason };
}

export type Message = { readonly [K in keyof Messages]: { readonly kind: K } & Messages[K] }[keyof Messages];
export type MessageKind = keyof Messages;
export type Received<K extends MessageKind> = Extract<Message, { kind: K }>;

export type FrameFault = 'too-large' | 'empty' | 'unknown-version' | 'not-canonical' | 'unknown-kind' | 'malformed';

/** Throws if the message does not fit a frame: whoever builds one keeps to the limits. */
export function encodeFrame(message: Message): Bytes {
  const { kind, ...fields } = message;
  const isPacked = isWorthPacking(message);
  const cut = isPacked && message.kind === 'entries' ? cutEntries(message) : { fields, rest: [] };
  const written = (shapeOf(kind, isPacked) as Shape<unknown>).write(cut.fields);
  if (!isCborMap(written)) throw new Error('a message is written as a map');
  const map = encodeCanonical({ kind, ...written });
  const frame = concatBytes(
    Uint8Array.of(isPacked ? packedVersion : wireVersion),
    isPacked ? packFrame(map, cut.rest) : map,
  );
  if (frame.length > maxFrameBytes) throw new Error(`${kind} of ${frame.length} bytes does not fit a frame`);
  return frame;
}

/** Never throws, whatever the bytes. */
export function decodeFrame(frame: Uint8Array): Result<Message, FrameFault> {
  if (frame.length > maxFrameBytes) return err('too-large', `${frame.length} bytes`);
  if (frame.length === 0) return err('empty');
  const isPacked = frame[0] === packedVersion;
  if (frame[0] !== wireVersion && !isPacked) return err('unknown-version', `version ${frame[0] ?? 0}`);
  const plain = { map: frame.subarray(1), rest: new Uint8Array() };
  const { map, rest } = isPacked ? (unpackFrame(plain.map) ?? {}) : plain;
  if (map === undefined || rest === undefined) return err('malformed', 'packed otherwise');
  const decoded = decodeCanonical(map);
  if (!decoded.ok) return decoded;
  if (!isCborMap(decoded.value)) return err('malformed', 'not a map');
  const { kind, ...fields } = decoded.value;
  if (!isKind(kind)) return err('unknown-kind');
  if (isPacked && !isPackable(kind)) return err('malformed', `${kind} is not packed`);
  const read = (shapeOf(kind, isPacked) as Shape<object>).read(fields);
  if (read === undefined) return err('malformed', kind);
  if (!isPacked || kind !== 'entries')
    return rest.length === 0 ? ok({ kind, ...read } as Message) : err('malformed', 'more than its map says');
  const whole = joinEntries(read as CutEntries, rest);
  return whole === undefined ? err('malformed', 'cut otherwise') : ok(whole);
}

// ------------------------------------------------------------------------------------------------------- packed

/** Fewer bytes of operations, or fewer entries, are sent as they are: an edit waits for no compression. */
const packedFromBytes = 4096;
const packedFromEntries = 4;

const isPackable = (kind: MessageKind): boolean => kind === 'rosterOps' || kind === 'charterOps' || kind === 'entries';

function isWorthPacking(message: Message): boolean {
  switch (message.kind) {
    case 'entries':
      return message.sections.reduce((sum, { entries }) => sum + entries.length, 0) >= packedFromEntries;
    case 'charterOps':
      return lengthOf(message.charters.flatMap(({ ops: some }) => some)) >= packedFromBytes;
    case 'rosterOps':
      return lengthOf(message.ops) >= packedFromBytes;
    default:
      return false;
  }
}

const lengthOf = (list: readonly Bytes[]): number => list.reduce((sum, { length }) => sum + length, 0);

function shapeOf(kind: MessageKind, isPacked: boolean): Shape<never> {
  return (isPacked && kind === 'entries' ? cutEntriesShape : shapes[kind]) as Shape<never>;
}

const chart = idShape(chartId);
const practice = idShape(practiceId);
const section = wordShape(isSection);
const heads = setShape(idShape(opId), (id) => id, 0, maxHeads);
const digest = bytesShape(32, 32);
const fingerprint = bytesShape(fingerprintLength, fingerprintLength);
const count = integerShape(0, Number.MAX_SAFE_INTEGER);
const ops = listShape(bytesShape(1, maxOperationBytes + 1024), 1, maxItemsPerFrame);
const flag: Shape<boolean> = {
  write: (value) => value,
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};
const byeReasons: readonly string[] = [
  'unknown-version',
  'not-a-member',
  'too-many-faults',
  'closing',
] satisfies ByeReason[];
const isByeReason = (text: string): text is ByeReason => byeReasons.includes(text);

const sectionFrontiers = setShape(
  mapShape<SectionFrontier>({ section, frontier: frontierShape }),
  (item) => item.section,
  0,
  chartSections.length + bookSections.length,
);

const shapes: { readonly [K in keyof Messages]: Shape<Messages[K]> } = {
  hello: mapShape<Messages['hello']>({
    practice,
    rosters: digest,
    leaves: mapShape<Messages['hello']['leaves']>({ count: integerShape(0, maxLeaves), fingerprint }),
  }),
  rosters: mapShape<Messages['rosters']>({
    rosters: setShape(mapShape<RosterHeads>({ practice, heads }), (roster) => roster.practice, 0, maxRosters),
  }),
  rosterOps: mapShape<Messages['rosterOps']>({ practice, ops }),
  ranges: mapShape<Messages['ranges']>({ message: bytesShape(1, maxRangesBytes) }),
  charts: mapShape<Messages['charts']>({
    charts: setShape(
      mapShape<ChartLine>({ chart, heads, digest, sections: orNull(sectionFrontiers) }),
      (line) => line.chart,
      0,
      maxChartsPerFrame,
    ),
    lacking: setShape(digest, toHex, 0, maxLeavesPerFrame),
    more: flag,
  }),
  charterOps: mapShape<Messages['charterOps']>({
    charters: listShape(mapShape<ChartOps>({ chart, ops }), 1, maxChartsPerFrame),
  }),
  frontiers: mapShape<Messages['frontiers']>({
    charts: setShape(
      mapShape<ChartFrontiers>({ chart, heads, sections: sectionFrontiers }),
      (one) => one.chart,
      1,
      maxChartsPerFrame,
    ),
    asks: flag,
  }),
  entries: mapShape<Messages['entries']>({
    sections: listShape(
      mapShape<EncodedEntries>({
        chart,
        section,
        entries: listShape(bytesShape(1, maxFrameBytes), 1, maxItemsPerFrame),
      }),
      1,
      maxSectionsPerFrame,
    ),
  }),
  have: mapShape<Messages['have']>({
    frames: count,
    except: setShape(
      mapShape<ChartSection>({ chart, section }),
      (one) => `${one.chart}/${one.section}`,
      0,
      maxSectionsPerFrame,
    ),
  }),
  want: mapShape<Messages['want']>({
    chart,
    section,
    hashes: setShape(idShape(entryHash), (hash) => hash, 1, maxWantedEntries),
  }),
  bye: mapShape<Messages['bye']>({ reason: wordShape(isByeReason) }),
};

function isKind(value: CborValue | undefined): value is MessageKind {
  return typeof value === 'string' && Object.hasOwn(shapes, value);
}
